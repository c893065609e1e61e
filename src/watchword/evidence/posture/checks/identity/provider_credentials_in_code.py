"""Keys of the provider that are written in the code."""

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
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd

_FORMS: Final = {
    "aws": {"access_key": r"(AKIA|ASIA)[0-9A-Z]{16}", "secret_key": r"[0-9A-Za-z/+]{40}"},
    "azurerm": {"secret_key": r"[\w~.]{3}\dQ~[\w~.-]{31,34}"},  # a client secret of Entra
    "google": {"secret_key": r'(?s).*"private_key"\s*:.*'},  # the JSON file of a service account's key
}


def judge(provider: Asset, estate: Estate) -> Answer:
    del estate
    # What is not known is not written here; what has not the form of a key ("test", for a local stand-in) is none.
    written = [
        name
        for name, form in _FORMS[provider.provider].items()
        if provider[name].is_known and provider[name].matches(form) and "EXAMPLE" not in provider[name].text()
    ]
    return (
        failed("a key is written in the code", *(seen(name, provider[name]) for name in written))
        if written
        else passed()
    )


CHECK = Check(
    id="provider-credentials-in-code",
    title="The provider's keys are not in the code",
    severity=Severity.CRITICAL,
    why="Whoever reads the repository, its history or a copy of it holds the key that changes everything "
    "the code describes.",
    remedy="End the key now. Let the provider find credentials by itself: a role of the pipeline (OIDC), a "
    "profile, the environment.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("provider_settings",),
    providers=("aws", "azurerm", "google"),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration",),
    frameworks=Frameworks(
        nist_800_53=("IA-5", "IA-5(7)"), pci_dss_4=("8.6.2",), soc_2=("CC6.1",), iso_27001=("A.5.17",)
    ),
    known_as=KnownAs(checkov=("CKV_AWS_41",), tfsec=("general-secrets-no-plaintext-exposure",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
provider "aws" {
  region = "eu-west-1"
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
provider "aws" {
  region     = "eu-west-1"
  access_key = "test"
  secret_key = "test"
}
""",
            says="a stand-in's",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
provider "aws" {
  region     = "eu-west-1"
  access_key = "AKIAABCDEFGHIJKLMNOP"
  secret_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCD"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
provider "azurerm" {
  features {}
  client_id     = "00000000-0000-0000-0000-000000000000"
  client_secret = "abc8Q~0123456789abcdefghijABCDEFGHIJ01"
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
provider "google" {
  project = "shop"
  region  = "europe-west1"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
provider "google" {
  project     = "shop"
  credentials = jsonencode({ type = "service_account", private_key = "-----BEGIN PRIVATE KEY-----" })
}
""",
        ),
    ),
)
