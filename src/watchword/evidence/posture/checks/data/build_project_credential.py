"""Passwords and keys that are written into the environment of a build."""

from watchword.evidence.posture.credentials import gives_entry, hidden
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
    which,
)
from watchword.inventory import Asset, FrontEnd, Value


def judge(project: Asset, estate: Estate) -> Answer:
    del estate
    found = which(project["env"].each(), _is_credential)
    if not found:
        return passed()
    return failed(
        "credentials are written into it: " + ", ".join(variable["name"].text() for variable in found),
        *(seen(f"env[{variable['name'].text()}]", hidden(variable["value"])) for variable in found),
    )


def _is_credential(variable: Value) -> bool:
    if variable["type"].text(default="PLAINTEXT") != "PLAINTEXT":
        return False
    return gives_entry(variable["name"], variable["value"])


CHECK = Check(
    id="build-project-credential",
    title="No credential is written into the environment of a build",
    severity=Severity.HIGH,
    why="Whoever may look at the project, its builds' logs or the state has the credential.",
    remedy="Set the variable's type to `SECRETS_MANAGER` or `PARAMETER_STORE` and name the secret; better still, give "
    "the project's role the right.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    supports=(Function.SECURE_DEVELOPMENT,),
    kinds=("build_project",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=judge,
    references=("https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html",),
    frameworks=Frameworks(
        nist_800_53=("IA-5", "IA-5(7)", "SC-28"), pci_dss_4=("8.3.2", "8.6.2"), iso_27001=("A.5.17",)
    ),
    known_as=KnownAs(
        prowler=("codebuild_project_no_secrets_in_variables",),
        security_hub=("CodeBuild.2",),
        config=("codebuild-project-envvar-awscred-check",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_codebuild_project" "shop" {
  name = "shop"

  environment {
    environment_variable {
      name  = "DATABASE_PASSWORD"
      type  = "SECRETS_MANAGER"
      value = "shop/database:password"
    }
    environment_variable {
      name  = "STAGE"
      value = "production"
    }
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
    environment_variable {
      name  = "DATABASE_PASSWORD"
      value = "correct-horse-battery"
    }
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
        EnvironmentVariables:
          - {Name: DATABASE_PASSWORD, Type: PARAMETER_STORE, Value: /shop/database/password}
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
        EnvironmentVariables:
          - {Name: DATABASE_PASSWORD, Value: correct-horse-battery}
""",
        ),
    ),
)
