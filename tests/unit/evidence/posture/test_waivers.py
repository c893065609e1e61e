"""A waiver holds while somebody answers for it; what does not hold is a finding itself."""

from datetime import date

import pytest

from unit.evidence.posture.estates import check, declared, inventory, unknown
from watchword.evidence.posture import Result, Verdict, judge
from watchword.evidence.posture.comments import comments_in
from watchword.evidence.posture.identifiers import Identifiers
from watchword.evidence.posture.waivers import LineOrigin, WaiverEntry, Warned, read_waivers, waive, waive_by_comments
from watchword.inventory import Call, Declaration, Place

TODAY = date(2026, 3, 1)
NAMES = Identifiers([check()])
_GOOD = {
    "check": "bucket-versioning",
    "resource": "bucket.logs",
    "reason": "it is emptied every night",
    "owner": "data@example.com",
    "expires": "2026-06-01",
}


def _entry(**changed: str | None) -> WaiverEntry:
    fields = {name: text for name, text in {**_GOOD, **changed}.items() if text is not None}
    return WaiverEntry(fields=fields, place=Place("waivers.yaml", 2, 2))


def _results(*declarations: Declaration) -> list[Result]:
    return list(judge([check()], inventory(*(declarations or (declared(),)))))


def test_a_waiver_holds() -> None:
    waivers, flaws = read_waivers([_entry()], today=TODAY, names=NAMES)
    results, unused = waive(_results(), waivers)
    assert [r.verdict for r in results] == [Verdict.WAIVED]
    assert results[0].waiver
    assert results[0].waiver.owner == "data@example.com"
    assert not flaws
    assert not unused


@pytest.mark.parametrize("name", ["CKV_AWS_21", "ckv_aws_21", "AVD-AWS-0090", "AWS-0090", "bucket-versioning"])
def test_a_check_may_go_by_any_of_its_names(name: str) -> None:
    waivers, _ = read_waivers([_entry(check=name)], today=TODAY, names=NAMES)
    assert waive(_results(), waivers)[0][0].verdict is Verdict.WAIVED


@pytest.mark.parametrize(
    ("changed", "flaw"),
    [
        ({"reason": None}, "no reason"),
        ({"reason": " "}, "no reason"),
        ({"reason": "x"}, "says nothing"),
        ({"owner": None}, "no owner"),
        ({"expires": None}, "no expires"),
        ({"check": None}, "no check"),
        ({"resource": None}, "no resource"),
        ({"resource": "*"}, "everything"),
        ({"check": "bucket-versoning"}, "did you mean bucket-versioning"),
        ({"expires": "2026-02-28"}, "ran out on 2026-02-28"),
        ({"expires": "2026-08-29"}, "more than 180 days"),
        ({"expires": "soon"}, "no day"),
        ({"until": "2026-06-01"}, "until, which waivers do not have"),
    ],
)
def test_a_waiver_that_does_not_hold_is_a_finding_and_hides_nothing(changed: dict[str, str | None], flaw: str) -> None:
    waivers, flaws = read_waivers([_entry(**changed)], today=TODAY, names=NAMES)
    assert not waivers
    (finding,) = flaws
    assert finding.check.id == "waiver-valid"
    assert finding.verdict is Verdict.FAIL
    assert flaw in finding.words
    assert finding.place == Place("waivers.yaml", 2, 2)
    assert waive(_results(), waivers)[0][0].verdict is Verdict.FAIL


@pytest.mark.parametrize("day", ["2026-03-01", "2026-08-28"])
def test_the_first_and_the_last_day_that_a_waiver_may_have(day: str) -> None:
    assert read_waivers([_entry(expires=day)], today=TODAY, names=NAMES)[0]


@pytest.mark.parametrize(
    ("resource", "holds"),
    [
        ("bucket.logs", True),
        ("bucket.*", True),
        (".#bucket.logs", True),
        ("prod#bucket.logs", False),
        ("bucket.log", False),
        ("ucket.logs", False),
        ("bucket.log?", False),
    ],
)
def test_a_resource_is_an_address_with_stars(resource: str, holds: bool) -> None:  # noqa: FBT001 - a case
    waivers, _ = read_waivers([_entry(resource=resource)], today=TODAY, names=NAMES)
    assert (waive(_results(), waivers)[0][0].verdict is Verdict.WAIVED) is holds


def test_brackets_are_those_of_addresses() -> None:
    waivers, _ = read_waivers([_entry(resource='bucket.logs["a"]')], today=TODAY, names=NAMES)
    assert waive(_results(declared(address='bucket.logs["a"]')), waivers)[0][0].verdict is Verdict.WAIVED


def test_a_waiver_that_nothing_needs_is_told() -> None:
    waivers, _ = read_waivers([_entry(resource="bucket.gone")], today=TODAY, names=NAMES)
    assert waive(_results(), waivers)[1] == waivers


def test_what_is_not_known_cannot_be_waived() -> None:
    waivers, _ = read_waivers([_entry()], today=TODAY, names=NAMES)
    results, unused = waive(_results(declared(versioning=unknown())), waivers)
    assert results[0].verdict is Verdict.UNKNOWN
    assert unused


def _by_comment(
    text: str, origin: LineOrigin | None = None
) -> tuple[list[Result], tuple[Result, ...], tuple[Warned, ...]]:
    return waive_by_comments(
        _results(),
        lambda file: comments_in(text.splitlines()) if file == "main.tf" else (),
        lambda _file, _line: origin,
        today=TODAY,
        names=NAMES,
    )


_BLOCK = '\n\n\nresource "bucket" "logs" {\n  # %s\n  a = 1\n  b = 2\n  c = 3\n}\n'


def test_a_comment_with_a_reason_holds_for_half_a_year_from_when_it_was_written() -> None:
    text = _BLOCK % "checkov:skip=CKV_AWS_21:emptied every night"
    results, flaws, warnings = _by_comment(text, LineOrigin(author="ann@example.com", day=date(2026, 1, 1)))
    assert results[0].verdict is Verdict.WAIVED
    assert results[0].waiver
    assert results[0].waiver.owner == "ann@example.com"
    assert results[0].waiver.expires == "2026-06-30"
    assert not flaws
    assert not warnings


def test_a_comment_that_has_grown_old_does_not_hold() -> None:
    text = _BLOCK % "checkov:skip=CKV_AWS_21:emptied every night"
    results, flaws, _ = _by_comment(text, LineOrigin(author="ann@example.com", day=date(2025, 1, 1)))
    assert results[0].verdict is Verdict.FAIL
    assert "looked at again by 2025-06-30" in flaws[0].words
    assert flaws[0].place == Place("main.tf", 5, 5)


def test_a_comment_of_which_nobody_knows_the_age_holds_with_a_warning() -> None:
    results, _, warnings = _by_comment(_BLOCK % "checkov:skip=CKV_AWS_21:emptied every night")
    assert results[0].verdict is Verdict.WAIVED
    assert "has no day" in warnings[0].text


@pytest.mark.parametrize(
    ("comment", "flaw"),
    [
        ("checkov:skip=CKV_AWS_21", "gives no reason"),
        ("tfsec:ignore:AVD-AWS-0090", "gives no reason"),
        ("tfsec:ignore:AVD-AWS-0090:exp:2026-02-01 emptied", "looked at again by 2026-02-01"),
        ("tfsec:ignore:AVD-AWS-0090:exp:2027-02-01 emptied", "more than 180 days"),
        ("tfsec:ignore:AVD-AWS-0090:exp:2026-99-01 emptied", "looked at again"),
    ],
)
def test_a_comment_that_does_not_hold_is_a_finding(comment: str, flaw: str) -> None:
    results, flaws, _ = _by_comment(_BLOCK % comment)
    assert results[0].verdict is Verdict.FAIL
    assert flaw in flaws[0].words


def test_a_comment_about_another_check_says_nothing() -> None:
    results, flaws, _ = _by_comment(_BLOCK % "checkov:skip=CKV_AWS_19:emptied every night")
    assert results[0].verdict is Verdict.FAIL
    assert not flaws


def test_a_comment_at_the_call_of_a_module_covers_what_is_in_it() -> None:
    text = "module {\n  #trivy:ignore:AVD-AWS-0090 emptied every night\n}\n"
    call = Call("module.b", Place("root.tf", 1, 3))
    results, _, _ = waive_by_comments(
        _results(declared(file="modules/b/main.tf", calls=(call,))),
        lambda file: comments_in(text.splitlines()) if file == "root.tf" else (),
        lambda _file, _line: None,
        today=TODAY,
        names=NAMES,
    )
    assert results[0].verdict is Verdict.WAIVED
