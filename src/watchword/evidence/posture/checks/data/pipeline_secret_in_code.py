"""Secrets of pipelines that are written into a declaration."""

from typing import Final

from watchword.evidence.posture.credentials import hidden
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
)
from watchword.inventory import Asset, FrontEnd, ReasonKind, Unknown

# A value that comes from there is kept elsewhere: nothing is written here.
_ELSEWHERE: Final = frozenset({ReasonKind.AFTER_APPLY, ReasonKind.DATA_SOURCE, ReasonKind.VARIABLE})


def judge(secret: Asset, estate: Estate) -> Answer:
    del estate
    plain = secret["plain"]
    if plain.is_absent if not isinstance(plain, Unknown) else _is_kept_elsewhere(plain):
        return passed()
    bool(plain)  # raises where it is not known
    return failed("the secret is written into it", seen("plain", hidden(plain)))


def _is_kept_elsewhere(plain: Unknown) -> bool:
    return bool(plain.reasons) and plain.reasons[-1].kind in _ELSEWHERE


CHECK = Check(
    id="pipeline-secret-in-code",
    title="No secret of a pipeline is written into a declaration",
    severity=Severity.HIGH,
    why="A secret in a declaration is in every checkout, every backup and the state, and in the history after it is "
    "taken out.",
    remedy="Give it as a variable that is kept elsewhere, encrypt it for GitHub (`encrypted_value`), or do without: "
    "let the pipeline sign in by OpenID Connect.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    supports=(Function.SECURE_DEVELOPMENT,),
    kinds=("pipeline_secret",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=(
        "https://docs.github.com/actions/security-for-github-actions/security-guides/using-secrets-in-github-actions",
    ),
    frameworks=Frameworks(
        nist_800_53=("IA-5", "IA-5(7)", "SC-28"), pci_dss_4=("8.3.2", "8.6.2"), iso_27001=("A.5.17",)
    ),
    known_as=KnownAs(checkov=("CKV_GIT_4",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
variable "token" {
  sensitive = true
}

resource "github_actions_secret" "token" {
  repository      = "shop"
  secret_name     = "TOKEN"
  plaintext_value = var.token
}
""",
            says="it is kept elsewhere",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "github_actions_secret" "token" {
  repository      = "shop"
  secret_name     = "TOKEN"
  encrypted_value = "c2VhbGVk"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "github_actions_secret" "token" {
  repository      = "shop"
  secret_name     = "TOKEN"
  plaintext_value = "correct horse battery staple"
}
""",
        ),
    ),
)
