"""Branches that take commits of which nobody knows who wrote them."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="branch-commits-signed",
    title="Commits on protected branches are signed",
    severity=Severity.LOW,
    why="The author of a commit is what somebody typed. A signature ties it to a key, and so to a person.",
    remedy="Set `require_signed_commits = true`, or `required_signatures` in a ruleset.",
    function=Function.SECURE_DEVELOPMENT,
    stage=Stage.OPTIMAL,
    kinds=("branch_rules",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must("signed", "commits need no signature", fix="ask for signatures"),
    references=(
        "https://docs.github.com/authentication/managing-commit-signature-verification/about-commit-signature-verification",
    ),
    frameworks=Frameworks(nist_800_53=("AU-10", "CM-14", "SI-7"), iso_27001=("A.8.4",)),
    known_as=KnownAs(checkov=("CKV_GIT_6",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "github_branch_protection" "main" {
  repository_id          = "shop"
  pattern                = "main"
  require_signed_commits = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "github_repository_ruleset" "main" {
  name        = "main"
  repository  = "shop"
  enforcement = "active"

  rules {
    creation = true
  }
}
""",
        ),
    ),
)
