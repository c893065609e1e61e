"""Functions that stand in a network of one's own."""

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
)
from watchword.inventory import Asset, FrontEnd


def judge(function: Asset, estate: Estate) -> Answer:
    del estate
    subnets = function["subnets"]
    return (
        passed()
        if not subnets.is_absent and bool(subnets)
        else failed("it stands in no network", seen("subnets", subnets))
    )


CHECK = Check(
    id="function-in-network",
    title="Functions stand in a network",
    severity=Severity.LOW,
    why="A function outside of your networks reaches all of the Internet, and no rule of yours says otherwise.",
    remedy="Give it `vpc_config` (`VpcConfig`) with private subnets and a security group that lets out what is needed.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.ADVANCED,
    kinds=("function",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), iso_27001=("A.8.22",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_117",),
        prowler=("awslambda_function_inside_vpc",),
        cfn_nag=("W89",),
        security_hub=("Lambda.3",),
        config=("lambda-inside-vpc",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_lambda_function" "orders" {
  function_name = "orders"

  vpc_config {
    subnet_ids         = ["subnet-0123456789abcdef0"]
    security_group_ids = ["sg-0123456789abcdef0"]
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_lambda_function" "orders" {
  function_name = "orders"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_lambda_function" "orders" {
  function_name = "orders"

  vpc_config {
    subnet_ids         = []
    security_group_ids = []
  }
}
""",
            says="an empty list is no network",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      VpcConfig:
        SubnetIds: [subnet-0123456789abcdef0]
        SecurityGroupIds: [sg-0123456789abcdef0]
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
""",
        ),
    ),
)
