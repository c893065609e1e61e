"""Modules that are another tomorrow than today."""

import re
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
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd

_LOCAL: Final = ("./", "../", "/")
_REGISTRY: Final = re.compile(r"(?:[\w.-]+\.[\w.-]+/)?[\w-]+/[\w-]+/[\w-]+(?://.*)?")
_BRANCHES: Final = frozenset({"HEAD", "dev", "develop", "development", "latest", "main", "master", "stable", "trunk"})
_REPOSITORY: Final = re.compile(r"^(?:git::|git@|hg::)|^(?:github\.com|bitbucket\.org)/|\.git(?:\?|//|$)")


def judge(call: Asset, estate: Estate) -> Answer:
    del estate
    source = call["source"]
    text = source.text(default="")
    if text.startswith(_LOCAL) or text in {"", ".", ".."}:
        return not_applicable("the module lies beside what calls it")
    if _REPOSITORY.search(text):
        found = re.search(r"[?&](?:ref|rev)=([^&]+)", text)
        if found is not None and found[1] not in _BRANCHES:
            return passed()
        return failed(
            "the newest commit is taken" if found is None else "the tip of a branch is taken", seen("source", source)
        )
    if _REGISTRY.fullmatch(text):
        if call["version"].is_absent:
            return failed("the newest version is taken", seen("version", call["version"]), seen("source", source))
        return passed()
    return not_applicable("it is fetched from where versions are not told by the address")


CHECK = Check(
    id="terraform-module-pinned",
    title="Modules of others have a version",
    severity=Severity.MEDIUM,
    why="A module without a version is whatever stands there when it is fetched. Whoever may push to it changes your "
    "infrastructure, with the rights of your pipeline, and no review of yours sees it. The lock file "
    "holds providers alone.",
    remedy="Name a version for modules of a registry, and a tag or, better, a commit (`?ref=`) for those of "
    "repositories.",
    function=Function.SECURE_DEVELOPMENT,
    stage=Stage.ADVANCED,
    supports=(Function.SUPPLY_CHAIN,),
    kinds=("module_call",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://developer.hashicorp.com/terraform/language/modules/sources",),
    frameworks=Frameworks(nist_800_53=("CM-2", "SI-7", "SR-4"), iso_27001=("A.8.28", "A.5.21")),
    known_as=KnownAs(checkov=("CKV_TF_1", "CKV_TF_2")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
module "network" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.8.1"
}

module "shop" {
  source = "git::https://git.example.com/modules/shop.git?ref=v1.4.2"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
module "network" {
  source = "terraform-aws-modules/vpc/aws"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
module "shop" {
  source = "git::https://git.example.com/modules/shop.git//web?ref=main"
}
""",
            says="a branch moves",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
module "shop" {
  source = "github.com/example/shop"
}
""",
        ),
    ),
)
