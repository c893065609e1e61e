"""Workload identity providers that take anybody's token."""

from typing import Final

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
from watchword.evidence.posture.native import is_written
from watchword.inventory import Asset, FrontEnd, some

# Issuers that sign tokens for anybody who asks: which tenant a token is of is told by its claims alone.
_SHARED: Final = (
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "app.terraform.io",
    "agent.buildkite.com",
    "api.bitbucket.org",
)
# Claims that say whose a token is.
_WHOSE: Final = (
    r"(?s).*(repository|\bsub\b|subject|owner|actor|workflow|namespace|project|organization|workspace|assertion\[).*"
)


def judge(provider: Asset, estate: Estate) -> Answer:
    del estate
    issuer = provider["issuer"]
    if issuer.is_absent or not some(_SHARED, lambda host: host in issuer.text()):
        return not_applicable("its tokens are made for one company, or it is no OpenID provider")
    condition = provider["condition"]
    if is_written(condition) and condition.matches(_WHOSE):
        return passed()
    return failed("everybody whom the issuer knows may come", seen("condition", condition), seen("issuer", issuer))


CHECK = Check(
    id="gcp-workload-identity-condition",
    title="Workload identity providers say whose tokens they take",
    severity=Severity.HIGH,
    why=(
        "GitHub and its like sign tokens for every customer. Without a condition any repository in the "
        "world can exchange one; what is granted to the whole pool is then granted to everybody."
    ),
    remedy=(
        "Set `attribute_condition` to your own organisation and repository: `assertion.repository_owner == 'example'`."
    ),
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("federation_provider",),
    providers=("google",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=(
        "https://cloud.google.com/iam/docs/best-practices-for-using-workload-identity-federation",
        "https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines",
    ),
    frameworks=Frameworks(nist_800_53=("AC-6", "IA-2"), iso_27001=("A.5.16",)),
    known_as=KnownAs(checkov=("CKV_GCP_118", "CKV_GCP_125")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_iam_workload_identity_pool_provider" "github" {
  workload_identity_pool_id          = "ci"
  workload_identity_pool_provider_id = "github"
  attribute_mapping                  = { "google.subject" = "assertion.sub" }
  attribute_condition                = "assertion.repository_owner == 'example'"
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_iam_workload_identity_pool_provider" "github" {
  workload_identity_pool_id          = "ci"
  workload_identity_pool_provider_id = "github"
  attribute_mapping                  = { "google.subject" = "assertion.sub" }
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}
""",
            says="every repository of GitHub may come",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_iam_workload_identity_pool_provider" "github" {
  workload_identity_pool_id          = "ci"
  workload_identity_pool_provider_id = "github"
  attribute_condition                = "true"
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}
""",
            says="a condition that is always true",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "condition" {}

resource "google_iam_workload_identity_pool_provider" "github" {
  workload_identity_pool_id          = "ci"
  workload_identity_pool_provider_id = "github"
  attribute_condition                = var.condition
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "google_iam_workload_identity_pool_provider" "own" {
  workload_identity_pool_id          = "ci"
  workload_identity_pool_provider_id = "own"
  oidc {
    issuer_uri = "https://sso.example.com"
  }
}
""",
            says="an issuer whose tokens are one company's",
        ),
    ),
)
