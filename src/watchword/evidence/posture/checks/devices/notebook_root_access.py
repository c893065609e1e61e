"""Notebooks whose users are root."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_not
from watchword.inventory import FrontEnd

CHECK = Check(
    id="notebook-root-access",
    title="Users of notebooks are not root",
    severity=Severity.LOW,
    why="Root can take away what watches the machine, and use all of its role.",
    remedy='Set `root_access = "Disabled"`.',
    function=Function.RESOURCE_ACCESS,
    stage=Stage.ADVANCED,
    kinds=("notebook",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_not("root_access", "its users are root", default=True, fix="give no root"),
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-root-access.html",),
    frameworks=Frameworks(nist_800_53=("AC-6",), iso_27001=("A.8.2",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_307",),
        prowler=("sagemaker_notebook_instance_root_access_disabled",),
        security_hub=("SageMaker.3",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_sagemaker_notebook_instance" "lab" {
  name        = "lab"
  root_access = "Disabled"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_sagemaker_notebook_instance" "lab" {
  name = "lab"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Lab:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      RootAccess: Disabled
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Lab:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      InstanceType: ml.t3.medium
""",
        ),
    ),
)
