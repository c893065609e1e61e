"""Providers that are another tomorrow than today."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    Severity,
    bad,
    failed,
    good,
    not_applicable,
    outside,
    passed,
    seen,
    which,
)
from watchword.inventory import Asset, FrontEnd, Known, Value


def judge(settings: Asset, estate: Estate) -> Answer:
    del estate
    providers = [entry for block in settings.native["required_providers"].each() for entry in block.items()]
    if not providers:
        return not_applicable("it asks for no provider")
    free = which(providers, lambda entry: _is_free(entry[1]))
    if not free:
        return passed()
    return failed(
        "the newest version is taken of " + ", ".join(name for name, _ in free),
        *(seen(f"required_providers.{name}.version", value["version"]) for name, value in free),
    )


def _is_free(provider: Value) -> bool:
    if isinstance(provider, Known):
        return not provider.text().strip()  # the older way: a version alone
    return not provider["version"].text(default="").strip()


CHECK = Check(
    id="terraform-provider-pinned",
    title="Providers have a version",
    severity=Severity.LOW,
    why="A provider is a program that runs with the rights of your pipeline. Without a constraint, a fresh checkout "
    "without a lock file takes the newest, and a new major version may change or replace what it finds.",
    remedy='Say which versions are accepted in `required_providers` (`version = "~> 5.80"`), and commit '
    "`.terraform.lock.hcl`.",
    function=Function.SECURE_DEVELOPMENT,
    stage=Stage.ADVANCED,
    supports=(Function.SUPPLY_CHAIN,),
    kinds=("other",),
    native_types=("terraform",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://developer.hashicorp.com/terraform/language/providers/requirements",),
    frameworks=Frameworks(nist_800_53=("CM-2", "SI-7", "SR-4"), iso_27001=("A.8.28", "A.5.21")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.80"
    }
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.80"
    }
    random = {
      source = "hashicorp/random"
    }
  }
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
terraform {
  required_version = ">= 1.9"
}
""",
        ),
    ),
)
