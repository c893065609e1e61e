"""What people say: which entries hold, and why the others do not."""

from datetime import date

import pytest

from watchword.evidence.posture import Function, Stage
from watchword.evidence.posture.assessment.settings import Entry, read_settings
from watchword.inventory import Place

_TODAY = date(2026, 6, 1)
_ATTESTATION = {
    "function": "identity.authentication",
    "stage": "initial",
    "sha256": "0" * 64,
    "signer": "ciso@example.com",
    "expires": "2027-05-31",
}
_ASSET = {"resource": "aws_s3_bucket.a", "owner": "web@example.com", "reason": "public", "until": "2026-12-31"}


def entry(section: str, fields: dict[str, str], flaw: str = "") -> Entry:
    return Entry(section=section, fields=fields, place=Place("watchword-assess.yaml", 7, 7), flaw=flaw)


def test_what_is_whole_holds() -> None:
    settings, flaws = read_settings(
        [
            entry("attestations", _ATTESTATION | {"sample": "45", "good": "44"}),
            entry("assets", _ASSET | {"criticality": "ordinary"}),
            entry("targets", {"function": "data.data-encryption", "stage": "optimal"}),
            entry("targets", {"function": "*", "stage": "initial"}),
        ],
        today=_TODAY,
    )
    assert not flaws
    assert settings.attestations[0].function is Function.AUTHENTICATION
    assert settings.attestations[0].sample == 45
    assert settings.overrides[0].critical is False
    assert settings.targets[Function.DATA_ENCRYPTION] is Stage.OPTIMAL
    assert settings.targets[Function.AUTHENTICATION] is Stage.INITIAL


@pytest.mark.parametrize(
    ("section", "changed", "flaw"),
    [
        ("attestations", {"function": "identity.telepathy"}, "there is no function"),
        ("attestations", {"stage": "perfect"}, "there is no stage"),
        ("attestations", {"stage": "traditional"}, "is not attested"),
        ("attestations", {"sha256": "abc"}, "no SHA-256"),
        ("attestations", {"signer": " "}, "it has no signer"),
        ("attestations", {"expires": "2026-05-31"}, "it ran out on 2026-05-31"),
        ("attestations", {"expires": "2027-06-30"}, "more than a year"),
        ("attestations", {"expires": "soon"}, "is no day"),
        ("attestations", {"sample": "3", "good": "4"}, "more are good"),
        ("attestations", {"sample": "many"}, "is no count"),
        ("attestations", {"mood": "sure"}, "it has mood, which attestations do not have"),
        ("assets", {"criticality": "enormous"}, "critical or ordinary"),
        ("assets", {"until": "2026-05-01"}, "it ran out"),
        ("assets", {"reason": ""}, "it has no reason"),
        ("targets", {"function": "data.data-encryption", "stage": "best"}, "there is no stage"),
    ],
)
def test_what_is_not_whole_does_not_count_and_is_told(section: str, changed: dict[str, str], flaw: str) -> None:
    whole = {"attestations": _ATTESTATION, "assets": _ASSET, "targets": {}}[section]
    settings, flaws = read_settings([entry(section, whole | changed)], today=_TODAY)
    assert not settings.attestations
    assert not settings.overrides
    assert not settings.targets
    assert len(flaws) == 1
    assert flaws[0].startswith("watchword-assess.yaml:7: does not count: ")
    assert flaw in flaws[0]


def test_an_entry_that_is_none_is_told() -> None:
    _, flaws = read_settings([entry("assets", {}, "it is no mapping")], today=_TODAY)
    assert flaws == ("watchword-assess.yaml:7: does not count: it is no mapping",)
