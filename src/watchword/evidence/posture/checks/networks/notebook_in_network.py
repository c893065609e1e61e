"""Notebooks that stand outside of every network of yours."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_be_set
from watchword.inventory import FrontEnd

CHECK = Check(
    id="notebook-in-network",
    title="Notebooks stand in a network of yours",
    severity=Severity.MEDIUM,
    why="A notebook without a subnet reaches the Internet and the services by the provider's own network: no group, no "
    "flow log and no endpoint policy of yours stands between its user's code and the data that it reads.",
    remedy="Give it a subnet and groups (`subnet_id`, `SubnetId`), and turn direct access to the Internet off.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.ADVANCED,
    kinds=("notebook",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_be_set("subnet", "it stands in no network of yours"),
    references=("https://docs.aws.amazon.com/sagemaker/latest/dg/appendix-notebook-and-internet-access.html",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), iso_27001=("A.8.20", "A.8.22")),
    known_as=KnownAs(
        checkov=("CKV_AWS_306",),
        prowler=("sagemaker_notebook_instance_vpc_settings_configured",),
        security_hub=("SageMaker.2",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_sagemaker_notebook_instance" "lab" {
  name          = "lab"
  role_arn      = "arn:aws:iam::111122223333:role/lab"
  instance_type = "ml.t3.medium"
  subnet_id     = "subnet-1"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_sagemaker_notebook_instance" "lab" {
  name          = "lab"
  role_arn      = "arn:aws:iam::111122223333:role/lab"
  instance_type = "ml.t3.medium"
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
      InstanceType: ml.t3.medium
      RoleArn: arn:aws:iam::111122223333:role/lab
      SubnetId: subnet-1
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
      RoleArn: arn:aws:iam::111122223333:role/lab
""",
        ),
    ),
)
