"""Functions with a runtime that gets no more patches."""

from typing import Final

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
    outside,
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd

# Deprecated by AWS until the end of 2025 (AWS Lambda Developer Guide, "Deprecated runtimes"); none ever comes back.
_ENDED: Final = frozenset(
    {
        "dotnet5.0",
        "dotnet6",
        "dotnet7",
        "dotnetcore1.0",
        "dotnetcore2.0",
        "dotnetcore2.1",
        "dotnetcore3.1",
        "go1.x",
        "java8",
        "nodejs",
        "nodejs10.x",
        "nodejs12.x",
        "nodejs14.x",
        "nodejs16.x",
        "nodejs18.x",
        "nodejs4.3",
        "nodejs4.3-edge",
        "nodejs6.10",
        "nodejs8.10",
        "provided",
        "python2.7",
        "python3.6",
        "python3.7",
        "python3.8",
        "python3.9",
        "ruby2.5",
        "ruby2.7",
    }
)


def judge(function: Asset, estate: Estate) -> Answer:
    del estate
    runtime = function["runtime"]
    if runtime.is_absent:
        return not_applicable("its image brings the runtime")
    return (
        failed(f"{runtime.text()} gets no more patches", seen("runtime", runtime))
        if runtime.text() in _ENDED
        else passed()
    )


CHECK = Check(
    id="function-runtime-supported",
    title="Runtimes of functions still get patches",
    severity=Severity.MEDIUM,
    why="A runtime that is no longer supported keeps every flaw that is found from then on.",
    remedy="Move to a runtime that is supported.",
    function=Function.SUPPLY_CHAIN,
    stage=Stage.INITIAL,
    kinds=("function",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated",),
    frameworks=Frameworks(nist_800_53=("SA-22", "SI-2"), pci_dss_4=("6.3.3",), iso_27001=("A.8.8",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_363",),
        prowler=("awslambda_function_using_supported_runtimes",),
        cfn_lint=("E2531",),
        security_hub=("Lambda.2",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "python3.13"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "nodejs14.x"
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_lambda_function" "orders" {
  function_name = "orders"
  package_type  = "Image"
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
      Runtime: python3.13
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.7
""",
        ),
    ),
)
