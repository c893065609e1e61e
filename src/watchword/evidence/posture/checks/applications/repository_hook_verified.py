"""Repositories that tell their events to whoever answers."""

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
from watchword.inventory import Asset, FrontEnd


def judge(hook: Asset, estate: Estate) -> Answer:
    del estate
    if hook["url"].text(default="").lower().startswith("http://"):
        return failed("events are sent without encryption", seen("url", hook["url"]))
    if hook["insecure"].text(default="false").lower() in {"true", "1"}:
        return failed("whoever answers is believed: the certificate is not checked", seen("insecure", hook["insecure"]))
    return passed()


CHECK = Check(
    id="repository-hook-verified",
    title="Events of repositories go to whom they are meant for",
    severity=Severity.MEDIUM,
    why="Events hold commits, names and what a pipeline does. Without TLS that is checked, whoever stands between "
    "reads them and answers in the other's place.",
    remedy="Use an `https` address, and leave `insecure_ssl` off.",
    function=Function.SECURE_DEVELOPMENT,
    stage=Stage.INITIAL,
    supports=(Function.TRAFFIC_ENCRYPTION,),
    kinds=("repository_hook",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://docs.github.com/webhooks/using-webhooks/best-practices-for-using-webhooks",),
    frameworks=Frameworks(nist_800_53=("SC-8", "SC-23"), pci_dss_4=("4.2.1",), iso_27001=("A.8.24",)),
    known_as=KnownAs(checkov=("CKV_GIT_2",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "github_repository_webhook" "builds" {
  repository = "shop"
  events     = ["push"]

  configuration {
    url = "https://builds.example.com/"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "github_repository_webhook" "builds" {
  repository = "shop"
  events     = ["push"]

  configuration {
    url          = "https://builds.example.com/"
    insecure_ssl = true
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "github_organization_webhook" "builds" {
  events = ["push"]

  configuration {
    url = "http://builds.example.com/"
  }
}
""",
        ),
    ),
)
