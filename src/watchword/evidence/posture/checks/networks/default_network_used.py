"""The network that every account comes with."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_not
from watchword.inventory import FrontEnd

CHECK = Check(
    id="default-network-used",
    title="The account's default network is not used",
    severity=Severity.LOW,
    why="The default network has public subnets alone, the same addresses as everybody's, and rules that "
    "nobody thought about.",
    remedy="Make a network of your own, with private subnets, and delete the default one.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("network",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.AWS),
    judge=must_not("default", "it is the account's default network"),
    references=("https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html",),
    frameworks=Frameworks(nist_800_53=("SC-7",), iso_27001=("A.8.22",)),
    known_as=KnownAs(checkov=("CKV_AWS_148",), trivy=("AVD-AWS-0101",), tfsec=("aws-ec2-no-default-vpc",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_default_vpc" "default" {}
""",
        ),
    ),
)
