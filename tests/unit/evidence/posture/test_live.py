"""Checks of live estates: an answer that is refused makes unknown what hangs on it, and nothing green or red."""

import json
from collections.abc import Iterator

import pytest

from watchword.app.posture import read_example
from watchword.evidence.posture import Check, Verdict, built_in
from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.live import age_in_days, recorded, said, users
from watchword.evidence.posture.runner import judge_one, subjects
from watchword.inventory import FrontEnd, Known, UnknownValueError


def _refusals() -> Iterator[tuple[str, Check, str, str]]:
    """Every example of recorded answers, with each of its answers refused in turn."""
    for check in built_in():
        for number, example in enumerate(check.examples, 1):
            if example.front_end is not FrontEnd.AWS:
                continue
            lines = example.text.splitlines()
            for at, line in enumerate(lines[1:], 1):
                told = json.loads(line)
                refused = {name: told[name] for name in ("operation", "region", "parameters")}
                refused |= {"error": "AccessDenied", "message": ""}
                changed = "\n".join([*lines[:at], json.dumps(refused), *lines[at + 1 :]])
                yield f"{check.id}-{number}-{told['operation']}-{at}", check, example.text, changed


def _verdicts(check: Check, text: str) -> dict[str, Verdict]:
    inventory = read_example(FrontEnd.AWS, "account.jsonl", text)
    estate = Estate(inventory)
    return {asset.address: judge_one(check, asset, estate).verdict for asset in subjects(check, inventory)}


@pytest.mark.parametrize(
    ("check", "text", "changed"),
    [pytest.param(check, text, changed, id=name) for name, check, text, changed in _refusals()],
)
def test_an_answer_that_is_refused_changes_a_verdict_to_unknown_or_not_at_all(
    check: Check, text: str, changed: str
) -> None:
    before, after = _verdicts(check, text), _verdicts(check, changed)
    for address, verdict in after.items():
        assert verdict in {Verdict.UNKNOWN, before.get(address, Verdict.UNKNOWN)}, address


def test_what_is_old_is_so_as_of_the_reading() -> None:
    inventory = read_example(FrontEnd.AWS, "account.jsonl", recorded(*users(ann={})))
    (account,) = inventory.of("account")
    estate = Estate(inventory)
    assert age_in_days(Known("2026-06-29T12:00:00+00:00"), account, estate) == 1
    assert age_in_days(Known("2026-06-29T12:00:01"), account, estate) == 0  # without a zone it is UTC
    assert age_in_days(Known("2026-07-10T12:00:00Z"), account, estate) == -10
    with pytest.raises(UnknownValueError, match="is no instant"):
        age_in_days(Known("yesterday"), account, estate)


def test_what_was_read_live_is_offered_no_edit() -> None:
    bucket = (
        said("s3:ListBuckets", {"Buckets": [{"Name": "b"}]}, home=True),
        said(
            "s3:GetPublicAccessBlock",
            {"PublicAccessBlockConfiguration": {"BlockPublicAcls": False}},
            home=True,
            parameters={"Bucket": "b"},
        ),
    )
    inventory = read_example(FrontEnd.AWS, "account.jsonl", recorded(*bucket))
    estate = Estate(inventory)
    for check in built_in():
        for asset in subjects(check, inventory):
            assert judge_one(check, asset, estate).fix is None
