"""Services that may call a function on behalf of any customer."""

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
    not_applicable,
    passed,
    seen,
)
from watchword.evidence.posture.requirements import is_set
from watchword.inventory import Asset, FrontEnd, either


def judge(permission: Asset, estate: Estate) -> Answer:
    del estate
    principal = permission["principal"]
    if not principal.text(default="").endswith(".amazonaws.com"):
        return not_applicable("it is given to no service")
    if either(lambda: is_set(permission["source"]), lambda: is_set(permission["account"])):
        return passed()
    return failed(
        "the service may call it for any customer", seen("source", permission["source"]), seen("principal", principal)
    )


CHECK = Check(
    id="function-permission-source",
    title="Services that call functions say on whose behalf",
    severity=Severity.MEDIUM,
    why="A service calls with its own name, whoever's resource makes it call: somebody else's bucket or "
    "topic can run your function.",
    remedy="Add `source_arn` or `source_account` (`SourceArn`, `SourceAccount`).",
    function=Function.APPLICATION_ACCESS,
    stage=Stage.INITIAL,
    kinds=("function_permission",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html",),
    frameworks=Frameworks(nist_800_53=("AC-3",), iso_27001=("A.5.15",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_364",), trivy=("AVD-AWS-0067",), tfsec=("aws-lambda-restrict-source-arn",), cfn_nag=("W24",)
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_lambda_permission" "orders" {
  function_name = "orders"
  action        = "lambda:InvokeFunction"
  principal     = "sns.amazonaws.com"
  source_arn    = "arn:aws:sns:eu-west-1:111122223333:orders"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_lambda_permission" "orders" {
  function_name = "orders"
  action        = "lambda:InvokeFunction"
  principal     = "s3.amazonaws.com"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: orders
      Action: lambda:InvokeFunction
      Principal: sns.amazonaws.com
      SourceArn: arn:aws:sns:eu-west-1:111122223333:orders
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: orders
      Action: lambda:InvokeFunction
      Principal: sns.amazonaws.com
""",
        ),
    ),
)
