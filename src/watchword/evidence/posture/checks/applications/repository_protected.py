"""Repositories whose branches nothing protects."""

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
    not_applicable,
    outside,
    passed,
    seen,
    unsure,
)
from watchword.inventory import Absent, Asset, FrontEnd, Reason, ReasonKind, Unknown, Value


def judge(repository: Asset, estate: Estate) -> Answer:
    if repository["archived"].boolean(default=False):
        return not_applicable("it is archived: nothing can be changed")
    named, everywhere = estate.fact(_protected)
    if repository.uid in named:
        return passed()
    for rules in everywhere.get(repository.root, ()):
        bool(rules)  # raises: the rules may be this repository's
    return failed("no rules protect a branch of it", seen("branch_rules", Absent(repository.place)))


def _protected(estate: Estate) -> tuple[frozenset[str], dict[str, list[Value]]]:
    """Repositories that rules are about; and, by root, what rules are about that cannot be told."""
    found: set[str] = set()
    doubts: dict[str, list[Value]] = {}
    for rules in estate.of("branch_rules"):
        repositories = estate.named(rules["repository"], rules)
        found.update(one.uid for one in repositories)
        if not repositories and rules["repository"].is_unknown:
            doubts.setdefault(rules.root, []).append(rules["repository"])
    for organization in estate.typed("github_organization_ruleset"):
        doubts.setdefault(organization.root, []).append(
            Unknown(
                (Reason(ReasonKind.UNMAPPED, "a ruleset of the organisation may be about it", organization.place),),
                organization.place,
            )
        )
    return frozenset(found), doubts


CHECK = Check(
    id="repository-protected",
    title="Repositories have a branch that is protected",
    severity=Severity.MEDIUM,
    why="Where no branch is protected, whoever may push may rewrite what is deployed, history and all.",
    remedy="Add `github_branch_protection` or `github_repository_ruleset` for the branch that is deployed.",
    function=Function.SECURE_DEVELOPMENT,
    stage=Stage.INITIAL,
    kinds=("repository",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=(
        "https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches",
    ),
    frameworks=Frameworks(nist_800_53=("CM-3", "CM-5", "SA-10"), iso_27001=("A.8.4", "A.8.32")),
    known_as=KnownAs(checkov=("CKV2_GIT_1",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "github_repository" "shop" {
  name = "shop"
}

resource "github_branch_protection" "main" {
  repository_id = github_repository.shop.node_id
  pattern       = "main"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "github_repository" "shop" {
  name = "shop"
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
resource "github_repository" "shop" {
  name = "shop"
}

resource "github_organization_ruleset" "all" {
  name        = "all"
  target      = "branch"
  enforcement = "active"
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "github_repository" "old" {
  name     = "old"
  archived = true
}
""",
        ),
    ),
)
