"""Addresses of functions that answer everybody."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import one_of
from watchword.inventory import FrontEnd

CHECK = Check(
    id="function-url-authentication",
    title="Addresses of functions ask who calls",
    severity=Severity.HIGH,
    why="With authentication `NONE`, the function runs for whoever finds the address, with its role and at your cost.",
    remedy='Set `authorization_type = "AWS_IAM"`, or put a gateway that authenticates before it.',
    function=Function.APPLICATION_ACCESS,
    stage=Stage.INITIAL,
    kinds=("function_url",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=one_of("authentication", ("AWS_IAM",), "it answers everybody", fix="ask for a signature of IAM"),
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",),
    frameworks=Frameworks(nist_800_53=("AC-3", "IA-2"), iso_27001=("A.5.15",)),
    known_as=KnownAs(checkov=("CKV_AWS_258",), prowler=("awslambda_function_url_public",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_lambda_function_url" "orders" {
  function_name      = "orders"
  authorization_type = "AWS_IAM"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_lambda_function_url" "orders" {
  function_name      = "orders"
  authorization_type = "NONE"
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
      AuthType: NONE
""",
        ),
    ),
)
