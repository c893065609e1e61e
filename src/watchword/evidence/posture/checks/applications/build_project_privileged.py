"""Builds that may do what their machine may."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_not
from watchword.inventory import FrontEnd

CHECK = Check(
    id="build-project-privileged",
    title="Builds run without the machine's rights",
    severity=Severity.MEDIUM,
    why="A privileged build is root on the machine that runs it, with whatever the code of a pull request or of a "
    "dependency tells it to do.",
    remedy="Leave `privileged_mode` off, and build images with a tool that needs no daemon; where Docker it has to be, "
    "waive it for that project alone.",
    function=Function.SECURE_DEVELOPMENT,
    stage=Stage.ADVANCED,
    kinds=("build_project",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=must_not("privileged", "it may do what the machine may"),
    references=("https://docs.aws.amazon.com/codebuild/latest/userguide/create-project.html",),
    frameworks=Frameworks(nist_800_53=("AC-6", "CM-7"), iso_27001=("A.8.2", "A.8.31")),
    known_as=KnownAs(
        checkov=("CKV_AWS_316",),
        security_hub=("CodeBuild.5",),
        config=("codebuild-project-environment-privileged-check",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_codebuild_project" "shop" {
  name = "shop"

  environment {
    type = "LINUX_CONTAINER"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_codebuild_project" "shop" {
  name = "shop"

  environment {
    type            = "LINUX_CONTAINER"
    privileged_mode = true
  }
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shop:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment:
        PrivilegedMode: false
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shop:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment:
        PrivilegedMode: true
""",
        ),
    ),
)
