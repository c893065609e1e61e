"""Branches that one person alone changes."""

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


def judge(rules: Asset, estate: Estate) -> Answer:
    del estate
    if not rules["active"].boolean(default=False):
        return failed("the rules are not enforced", seen("active", rules["active"]))
    approvals = rules["approvals"]
    if approvals.number(default=0) >= 2:  # noqa: PLR2004 - who wrote it, and two who read it
        return passed()
    return failed(
        f"{int(approvals.number(default=0))} must approve a change, and not two", seen("approvals", approvals)
    )


CHECK = Check(
    id="branch-changes-approved",
    title="Two people approve what changes a protected branch",
    severity=Severity.MEDIUM,
    why="What is merged is deployed. With no approval, or one that a friend gives unseen, a stolen account or a person "
    "alone puts code where customers are.",
    remedy="Ask for two approvals (`required_approving_review_count = 2`), dismissed when new commits come.",
    function=Function.SECURE_DEVELOPMENT,
    stage=Stage.ADVANCED,
    supports=(Function.SUPPLY_CHAIN,),
    kinds=("branch_rules",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=(
        "https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches",
    ),
    frameworks=Frameworks(
        nist_800_53=("AC-5", "CM-3", "CM-5", "SA-10"), pci_dss_4=("6.2.3",), iso_27001=("A.8.4", "A.8.32")
    ),
    known_as=KnownAs(checkov=("CKV_GIT_5",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "github_branch_protection" "main" {
  repository_id = "shop"
  pattern       = "main"

  required_pull_request_reviews {
    required_approving_review_count = 2
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "github_branch_protection" "main" {
  repository_id = "shop"
  pattern       = "main"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "github_repository_ruleset" "main" {
  name        = "main"
  repository  = "shop"
  target      = "branch"
  enforcement = "evaluate"

  rules {
    pull_request {
      required_approving_review_count = 2
    }
  }
}
""",
            says="rules that are looked at and not enforced",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "approvals" {}

resource "github_branch_protection_v3" "main" {
  repository = "shop"
  branch     = "main"

  required_pull_request_reviews {
    required_approving_review_count = var.approvals
  }
}
""",
        ),
    ),
)
