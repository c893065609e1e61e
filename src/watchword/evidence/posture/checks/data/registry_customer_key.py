"""Image registries that are encrypted with a key of KMS."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="registry-customer-key",
    title="Image registries are encrypted with a key of KMS",
    severity=Severity.LOW,
    why="Images hold code, and sometimes more than was meant. A key of the account records who opened them.",
    remedy="Set the encryption type `KMS` and a key, when the repository is made.",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=("registry",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("kms_encrypted", "it is encrypted with the service's own keys alone"),
    references=("https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html",),
    frameworks=Frameworks(nist_800_53=("SC-12", "SC-28"), iso_27001=("A.8.24",)),
    known_as=KnownAs(checkov=("CKV_AWS_136",), trivy=("AVD-AWS-0033",), tfsec=("aws-ecr-repository-customer-key",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_ecr_repository" "shop" {
  name = "shop"

  encryption_configuration {
    encryption_type = "KMS"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_ecr_repository" "shop" {
  name = "shop"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shop:
    Type: AWS::ECR::Repository
    Properties:
      EncryptionConfiguration:
        EncryptionType: KMS
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shop:
    Type: AWS::ECR::Repository
""",
        ),
    ),
)
