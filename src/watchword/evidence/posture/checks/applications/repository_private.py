"""Repositories that everybody reads."""

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
    unsure,
)
from watchword.inventory import Asset, FrontEnd


def judge(repository: Asset, estate: Estate) -> Answer:
    del estate
    visibility = repository["visibility"]
    if visibility.text(default="public") != "public":
        return passed()
    return failed("everybody may read it", seen("visibility", visibility))


CHECK = Check(
    id="repository-private",
    title="Repositories are read by those who need to",
    severity=Severity.LOW,
    why="A public repository tells everybody how things are built, what they use and, in its history, what somebody "
    "once committed by mistake. Public is also what a repository is where nobody says otherwise.",
    remedy='Set `visibility = "private"`; waive it for what is meant to be public.',
    function=Function.SECURE_DEVELOPMENT,
    stage=Stage.INITIAL,
    kinds=("repository",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://registry.terraform.io/providers/integrations/github/latest/docs/resources/repository",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-22", "SA-10"), iso_27001=("A.8.4",)),
    known_as=KnownAs(checkov=("CKV_GIT_1",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "github_repository" "shop" {
  name       = "shop"
  visibility = "private"
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "github_repository" "shop" {
  name    = "shop"
  private = true
}
""",
            says="the older way to write it",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "github_repository" "shop" {
  name = "shop"
}
""",
            says="public by default",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "visibility" {}

resource "github_repository" "shop" {
  name       = "shop"
  visibility = var.visibility
}
""",
        ),
    ),
)
