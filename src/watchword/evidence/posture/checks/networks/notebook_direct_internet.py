"""Notebooks that reach the Internet around the network."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_not
from watchword.inventory import FrontEnd

CHECK = Check(
    id="notebook-direct-internet",
    title="Notebooks reach the Internet through the network alone",
    severity=Severity.MEDIUM,
    why="Notebooks run whatever is pasted into them, next to the data. With direct access, nothing sees "
    "or stops what leaves.",
    remedy='Set `direct_internet_access = "Disabled"` and name a subnet and security groups.',
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.ADVANCED,
    kinds=("notebook",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_not(
        "direct_internet", "it reaches the Internet around the network", default=True, fix="go by the network"
    ),
    references=("https://docs.aws.amazon.com/sagemaker/latest/dg/appendix-notebook-and-internet-access.html",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), iso_27001=("A.8.22",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_122",),
        prowler=("sagemaker_notebook_instance_without_direct_internet_access_configured",),
        security_hub=("SageMaker.1",),
        config=("sagemaker-notebook-no-direct-internet-access",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_sagemaker_notebook_instance" "lab" {
  name                   = "lab"
  subnet_id              = "subnet-0123456789abcdef0"
  direct_internet_access = "Disabled"
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
      DirectInternetAccess: Disabled
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
