"""What the Internet reaches, the ways on from there, and what is critical."""

from datetime import date
from pathlib import Path

import pytest

from unit.evidence.posture.assessment.estates import SHOP, surveyed
from watchword.evidence.posture.assessment.criticality import Override, critical_assets, is_sensitive
from watchword.evidence.posture.assessment.exposure import exposure_of, paths_to
from watchword.evidence.posture.assessment.survey import Survey, Tier
from watchword.inventory import Place

_PLACE = Place("watchword-assess.yaml", 3, 3)


def _entries(survey: Survey) -> dict[str, str]:
    return {asset.address: hop.words for asset, hop in exposure_of(survey).entries.items()}


def _critical(survey: Survey, *overrides: Override) -> dict[str, list[str]]:
    found, _ = critical_assets(survey, exposure_of(survey), overrides)
    return {one.asset.address: [words for words, _ in one.reasons] for one in found}


def test_a_way_leads_over_groups_and_identities(tmp_path: Path) -> None:
    survey = surveyed(tmp_path, SHOP, below="shop")
    exposure = exposure_of(survey)
    assert _entries(survey) == {"aws_lb.edge": "a public load balancer, open to the Internet at 443"}
    critical, _ = critical_assets(survey, exposure, ())
    ways = {
        path.target.address: [hop.asset.address for hop in path.hops]
        for path in paths_to(survey, exposure, [one.asset for one in critical])
    }
    assert ways == {
        "aws_db_instance.orders": ["aws_lb.edge", "aws_instance.web", "aws_db_instance.orders"],
        "aws_iam_role.web": ["aws_lb.edge", "aws_instance.web", "aws_iam_role.web"],
    }
    assert all(
        hop.place.file == "shop/main.tf" for path in paths_to(survey, exposure, exposure.entries) for hop in path.hops
    )


def test_flows_are_summed_by_tier(tmp_path: Path) -> None:
    flows = surveyed(tmp_path, SHOP).flows
    assert [(flow.source, flow.target, flow.ports) for flow in flows] == [
        (Tier.INTERNET, Tier.EDGE, ("443",)),
        (Tier.EDGE, Tier.COMPUTE, ("8080",)),
        (Tier.COMPUTE, Tier.DATA, ("5432",)),
    ]


def test_a_balancer_within_is_no_entry(tmp_path: Path) -> None:
    assert not _entries(surveyed(tmp_path, SHOP.replace('name            = "edge"', "internal = true")))


@pytest.mark.parametrize("why", ["no group is known", "its addresses are not known"])
def test_what_cannot_be_told_is_a_doubt_and_no_entry(tmp_path: Path, why: str) -> None:
    if why == "no group is known":
        text = SHOP.replace(
            '[aws_security_group.edge.id]\n}\n\nresource "aws_instance"', 'var.groups\n}\n\nresource "aws_instance"'
        )
    else:
        text = SHOP.replace('["0.0.0.0/0"]', "var.groups")
    survey = surveyed(tmp_path, f'variable "groups" {{}}\n{text}')
    exposure = exposure_of(survey)
    assert not exposure.entries
    assert [doubt.asset.address for doubt in exposure.doubts] == ["aws_lb.edge"]
    assert "var.groups" in exposure.doubts[0].words


_PUBLIC_BUCKET = """
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "*" },
  ] })
}
"""
_OPEN_ROLE = """
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Principal = "*", Action = "sts:AssumeRole" },
  ] })
}
"""
_OPEN_CLUSTER = """
resource "aws_eks_cluster" "c" {
  name = "c"
  vpc_config {
    subnet_ids             = []
    endpoint_public_access = true
  }
}
"""


@pytest.mark.parametrize(
    ("text", "address", "words"),
    [
        (_PUBLIC_BUCKET, "aws_s3_bucket.b", "its policy lets anybody in"),
        (_OPEN_ROLE, "aws_iam_role.r", "anybody's account may assume it"),
        (_OPEN_CLUSTER, "aws_eks_cluster.c", "its API answers the whole Internet"),
    ],
)
def test_an_entry_says_how(tmp_path: Path, text: str, address: str, words: str) -> None:
    assert _entries(surveyed(tmp_path, text)) == {address: words}


def test_a_bucket_whose_account_alone_gets_in_is_no_entry(tmp_path: Path) -> None:
    text = f"""{_PUBLIC_BUCKET}
resource "aws_s3_bucket_public_access_block" "b" {{
  bucket                  = aws_s3_bucket.b.id
  restrict_public_buckets = true
  ignore_public_acls      = true
}}
"""
    assert not _entries(surveyed(tmp_path, text))


def test_what_is_critical_says_why(tmp_path: Path) -> None:
    found = _critical(surveyed(tmp_path, SHOP))
    assert found["aws_db_instance.orders"] == ["tagged DataClassification: restricted"]
    assert found["aws_iam_role.web"] == ["may give itself any right: iam:AttachRolePolicy on anybody"]
    assert set(found) == {"aws_db_instance.orders", "aws_iam_role.web"}


def test_a_right_that_a_deny_takes_back_is_none(tmp_path: Path) -> None:
    text = SHOP.replace(
        'Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]',
        'Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }, '
        '{ Effect = "Deny", Action = "iam:*", Resource = "*" }]',
    )
    assert "aws_iam_role.web" not in _critical(surveyed(tmp_path, text))


def test_a_persons_word_stands_above_what_is_derived(tmp_path: Path) -> None:
    survey = surveyed(tmp_path, SHOP)

    def said(resource: str, *, critical: bool | None) -> Override:
        return Override(
            resource=resource,
            critical=critical,
            owner="ops@example.com",
            reason="it is replaced on Monday",
            until=date(2026, 9, 1),
            place=_PLACE,
        )

    found, used = critical_assets(
        survey,
        exposure_of(survey),
        (
            said("aws_db_instance.orders", critical=False),
            said("aws_lb.edge", critical=True),
            said("aws_iam_role.web", critical=None),
            said("aws_lb.gone", critical=True),
        ),
    )
    by_address = {one.asset.address: one for one in found}
    assert set(by_address) == {"aws_lb.edge", "aws_iam_role.web"}
    assert by_address["aws_lb.edge"].reasons == (("ops@example.com says so: it is replaced on Monday", _PLACE),)
    assert by_address["aws_lb.edge"].said_by_person
    assert by_address["aws_iam_role.web"].owner == "ops@example.com"
    assert {override.resource for override in used} == {"aws_db_instance.orders", "aws_lb.edge", "aws_iam_role.web"}


@pytest.mark.parametrize("value", ["restricted", "Highly Confidential", "PII", "pci-dss"])
def test_a_class_is_sensitive(value: str) -> None:
    assert is_sensitive(value)


@pytest.mark.parametrize("value", ["public", "internal", "non-sensitive", "Not Sensitive", ""])
def test_a_class_is_not_sensitive(value: str) -> None:
    assert not is_sensitive(value)


def test_what_google_cloud_grants_to_everybody_is_an_entry(tmp_path: Path) -> None:
    text = """
variable "who" {}
resource "google_storage_bucket" "logs" {
  name     = "logs"
  location = "EU"
}
resource "google_storage_bucket_iam_binding" "logs" {
  bucket  = google_storage_bucket.logs.name
  role    = "roles/storage.objectViewer"
  members = ["group:readers@example.com", MEMBER]
}
"""
    assert _entries(surveyed(tmp_path, text.replace("MEMBER", '"allUsers"'))) == {
        "google_storage_bucket.logs": "a role is given to allUsers"
    }
    assert _entries(surveyed(tmp_path, text.replace("MEMBER", '"user:boss@example.com"'))) == {}
    doubtful = exposure_of(surveyed(tmp_path, text.replace("MEMBER", "var.who")))
    assert doubtful.entries == {}
    assert [doubt.asset.address for doubt in doubtful.doubts] == ["google_storage_bucket_iam_binding.logs"]


def test_an_application_and_a_vault_of_azure_matter(tmp_path: Path) -> None:
    text = """
resource "azurerm_linux_web_app" "shop" {
  name = "shop"
  site_config {}
}
resource "azurerm_linux_web_app" "inner" {
  name                          = "inner"
  public_network_access_enabled = false
  site_config {}
}
resource "azurerm_key_vault" "keys" {
  name = "keys"
}
"""
    survey = surveyed(tmp_path, text)
    assert list(_entries(survey)) == ["azurerm_linux_web_app.shop"]
    assert list(_critical(survey)) == ["azurerm_key_vault.keys"]
