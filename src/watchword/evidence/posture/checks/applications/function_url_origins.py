"""Addresses of functions that pages of any origin may call."""

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
from watchword.inventory import Asset, FrontEnd


def judge(url: Asset, estate: Estate) -> Answer:
    del estate
    open_ = which(url["origins"].each(), lambda origin: origin == "*")
    return (
        failed("pages of any origin may call it", *(seen("origins", origin) for origin in open_)) if open_ else passed()
    )


CHECK = Check(
    id="function-url-origins",
    title="Addresses of functions name the pages that call them",
    severity=Severity.LOW,
    why="Where any origin is allowed, any page that a person visits calls the function in their name.",
    remedy="Name the origins in `allow_origins`.",
    function=Function.APPLICATION_ACCESS,
    stage=Stage.INITIAL,
    kinds=("function_url",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors",),
    frameworks=Frameworks(nist_800_53=("AC-4",), iso_27001=("A.8.26",)),
    known_as=KnownAs(checkov=("CKV2_AWS_75",), prowler=("awslambda_function_url_cors_policy",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_lambda_function_url" "orders" {
  function_name      = "orders"
  authorization_type = "AWS_IAM"

  cors {
    allow_origins = ["https://shop.example.org"]
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_lambda_function_url" "orders" {
  function_name      = "orders"
  authorization_type = "AWS_IAM"

  cors {
    allow_origins = ["*"]
  }
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Url:
    Type: AWS::Lambda::Url
    Properties:
      TargetFunctionArn: orders
      AuthType: AWS_IAM
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Url:
    Type: AWS::Lambda::Url
    Properties:
      TargetFunctionArn: orders
      AuthType: AWS_IAM
      Cors:
        AllowOrigins: ["*"]
""",
        ),
    ),
)
