"""Secrets in the environment of functions."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    KnownAs,
    Severity,
    bad,
    failed,
    good,
    passed,
    seen,
    which,
)
from watchword.evidence.posture.secrets import written_secret
from watchword.inventory import Asset, FrontEnd


def judge(function: Asset, estate: Estate) -> Answer:
    del estate
    written = which(function["environment"].items(), lambda variable: written_secret(*variable))
    return (
        failed(
            "a secret is written in its environment", *(seen(f"environment.{name}", value) for name, value in written)
        )
        if written
        else passed()
    )


CHECK = Check(
    id="function-environment-secrets",
    title="Environments of functions hold no secrets",
    severity=Severity.HIGH,
    why="The environment can be read by everybody who may look at the function, and stands in the repository.",
    remedy="End the secret. Give the function the name of a secret, and let it fetch the rest with its role.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("function",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",),
    frameworks=Frameworks(nist_800_53=("IA-5", "IA-5(7)"), pci_dss_4=("8.6.2",), iso_27001=("A.5.17",)),
    known_as=KnownAs(checkov=("CKV_AWS_45",), prowler=("awslambda_function_no_secrets_in_variables",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_lambda_function" "orders" {
  function_name = "orders"

  environment {
    variables = {
      DB_SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db"
      LOG_LEVEL     = "info"
    }
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_lambda_function" "orders" {
  function_name = "orders"

  environment {
    variables = {
      DB_PASSWORD = "hunter2hunter2"
    }
  }
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Environment:
        Variables:
          DB_PASSWORD: "{{resolve:secretsmanager:db:SecretString:password}}"
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Environment:
        Variables:
          DB_PASSWORD: hunter2hunter2
""",
        ),
    ),
)
