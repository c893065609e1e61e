"""Functions that anybody may call."""

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
    if principal.is_absent or principal != "*":
        return passed()
    if is_set(permission["url_authentication"]):
        return not_applicable("it is about the function's address, which is judged by itself")
    narrow = either(lambda: is_set(permission["source"]), lambda: is_set(permission["account"]))
    return passed() if narrow else failed("anybody may call the function", seen("principal", principal))


CHECK = Check(
    id="function-permission-public",
    title="Functions are called by those who are named",
    severity=Severity.CRITICAL,
    why="A permission for `*` lets every AWS customer run the function, with its role and at your cost.",
    remedy="Name the account or service in `principal`, with `source_arn` or `source_account`.",
    function=Function.APPLICATION_ACCESS,
    stage=Stage.INITIAL,
    kinds=("function_permission",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6"), pci_dss_4=("7.2.1",), iso_27001=("A.5.15",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_301",),
        prowler=("awslambda_function_not_publicly_accessible",),
        cfn_nag=("F13",),
        security_hub=("Lambda.1",),
        config=("lambda-function-public-access-prohibited",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_lambda_permission" "orders" {
  function_name = "orders"
  action        = "lambda:InvokeFunction"
  principal     = "events.amazonaws.com"
  source_arn    = "arn:aws:events:eu-west-1:111122223333:rule/orders"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_lambda_permission" "orders" {
  function_name = "orders"
  action        = "lambda:InvokeFunction"
  principal     = "*"
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
      Principal: "111122223333"
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
      Principal: "*"
""",
        ),
    ),
)
