"""Image registries in which a tag cannot be moved."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="registry-immutable-tags",
    title="Tags of images cannot be moved",
    severity=Severity.LOW,
    why="A tag that can be moved lets whoever may push replace what runs tomorrow, without a trace in "
    "what was reviewed.",
    remedy='Set `image_tag_mutability = "IMMUTABLE"`, and deploy by digest. Of Artifact Registry '
    "`docker_config { immutable_tags = true }`.",
    function=Function.SUPPLY_CHAIN,
    stage=Stage.INITIAL,
    kinds=("registry",),
    providers=("aws", "google"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("immutable", "a tag can be moved to another image", fix="keep tags where they are"),
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=(
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
        "https://cloud.google.com/artifact-registry/docs/repositories/create-repos",
    ),
    frameworks=Frameworks(nist_800_53=("CM-5", "SI-7"), iso_27001=("A.8.32",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_51",),
        trivy=("AVD-AWS-0031",),
        tfsec=("aws-ecr-enforce-immutable-repository",),
        prowler=("ecr_repositories_tag_immutability",),
        security_hub=("ECR.2",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_ecr_repository" "shop" {
  name                 = "shop"
  image_tag_mutability = "IMMUTABLE"
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
      ImageTagMutability: IMMUTABLE
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
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_artifact_registry_repository" "images" {
  repository_id = "images"
  location      = "europe"
  format        = "DOCKER"
}
""",
        ),
    ),
)
