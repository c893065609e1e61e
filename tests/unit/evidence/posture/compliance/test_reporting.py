"""What a report tells of a day, in every form."""

import json
from dataclasses import replace
from datetime import date, timedelta

from support.passes import at, content, examined, failed, finding, unknown, waived
from watchword.evidence.posture.compliance.forms import html, json_form, markdown
from watchword.evidence.posture.compliance.forms.sheet import MOST_ROWS
from watchword.evidence.posture.compliance.model import Content, DriftedThing, DriftFound, Pass
from watchword.evidence.posture.compliance.reporting import (
    EstateReport,
    History,
    Period,
    PeriodicReport,
    periodic_report,
)
from watchword.evidence.posture.compliance.standing import standing_of
from watchword.evidence.posture.model import Severity

_SLA = {
    Severity.CRITICAL: timedelta(days=7),
    Severity.HIGH: timedelta(days=30),
    Severity.MEDIUM: timedelta(days=90),
    Severity.LOW: timedelta(days=180),
}


def _report(*steps: tuple[Pass, Content | None], before: Content | None = None) -> PeriodicReport:
    passes = tuple(
        replace(done, content=f"{number}" * 64) if found is not None else done
        for number, (done, found) in enumerate(steps)
    )
    contents = {one.content: found for one, (_, found) in zip(passes, steps, strict=True) if found is not None}
    earlier = (replace(examined(-30), content="b" * 64),) if before else ()
    history = History(
        estate="payroll",
        passes=passes,
        contents=contents,
        before=before,
        standing=standing_of((*earlier, *passes), now=at(1), stale_after=timedelta(hours=12)),
    )
    return periodic_report([history], period=Period.DAILY, since=at(-23), until=at(1), sla=_SLA)


def _one(*steps: tuple[Pass, Content | None], before: Content | None = None) -> EstateReport:
    return _report(*steps, before=before).estates[0]


def test_new_and_fixed_are_told_over_all_passes_of_the_span() -> None:
    one = _one(
        (examined(-3), content(finding("a"), finding("b"))),
        (examined(-2), content(finding("b"), finding("c"))),
        (examined(-1), content(finding("b"))),
        before=content(finding("a")),
    )
    assert [o.address for o in one.new] == ["aws_s3_bucket.b"]
    assert [o.address for o in one.fixed] == ["aws_s3_bucket.a"]
    assert one.came_and_went == 1


def test_fixed_and_back_is_neither() -> None:
    one = _one((examined(-3), content()), (examined(-2), content(finding("a"))), before=content(finding("a")))
    assert (one.new, one.fixed, one.came_and_went) == ((), (), 0)


def test_open_findings_are_held_against_their_limit() -> None:
    old, young = finding("old", since=at(-24 * 40)), finding("young", since=at(-24))
    one = _one((examined(-1), content(old, young)), before=content(old, young))
    assert [(a.outcome.address, a.overdue) for a in one.open] == [
        ("aws_s3_bucket.old", True),
        ("aws_s3_bucket.young", False),
    ]
    assert [a.outcome.address for a in one.overdue] == ["aws_s3_bucket.old"]


def test_a_failed_pass_leaves_what_was_known_and_says_that_it_is_stale() -> None:
    report = _report((failed(0), None), before=content(finding("a")))
    one = report.estates[0]
    assert (one.known, len(one.open), one.fixed) == (True, 1, ())
    assert [e.estate for e in report.stale] == ["payroll"]
    assert "payroll is STALE: failed: no such directory" in "".join(markdown.render(report))


def test_nothing_known_is_not_nothing_wrong() -> None:
    report = _report((failed(0), None))
    text = "".join(markdown.render(report))
    assert not report.estates[0].known
    assert "| payroll | NEVER EXAMINED | 1 | 1 | ? | ? | ? | ? |" in text
    assert "Nothing is known of it" in text
    assert "Nothing new" not in text


def test_waivers_that_end_soon_and_what_is_not_known() -> None:
    one = _one(
        (
            examined(0),
            content(waived("soon", expires=date(2026, 12, 2)), waived("later", expires=date(2027, 2, 1)), unknown("x")),
        )
    )
    assert [o.address for o in one.expiring] == ["aws_s3_bucket.soon"]
    assert [(n.check, n.count, n.words) for n in one.not_known] == [("s3-versioning", 1, "var.x has no value")]


def test_stages_that_moved() -> None:
    before = replace(content(), maturity={"data.data-access": "initial", "data.data-encryption": None})
    after = replace(content(), maturity={"data.data-access": None, "data.data-encryption": None})
    (moved,) = _one((examined(0), after), before=before).moved
    assert (moved.function, moved.before, moved.after) == ("data.data-access", "initial", None)


def test_json_has_all_rows_and_tables_say_how_many_they_leave_out() -> None:
    many = content(*(finding(f"b{number}") for number in range(MOST_ROWS + 7)))
    report = _report((examined(0), many))
    assert len(json.loads(json_form.document(report))["estates"][0]["new"]) == MOST_ROWS + 7
    assert "7 more: see the JSON form." in "".join(markdown.render(report))


def test_the_same_passes_give_the_same_bytes() -> None:
    assert json_form.document(_report((examined(0), content(finding("a"))))) == json_form.document(
        _report((examined(0), content(finding("a"))))
    )


def test_hostile_names_are_no_markup() -> None:
    name = 'x"><script>alert(1)</script>|**b**\n# h\x1b[31m'
    report = _report((examined(0), content(finding(name))))
    page = "".join(html.render(report))
    assert "<script>" not in page
    text = "".join(markdown.render(report))
    assert "\n# h" not in text.removeprefix("# ")
    assert "\x1b" not in text + page
    assert "**b**" not in text
    assert (
        len({line.count("|") - line.count("\\|") for line in text.splitlines() if "alert" in line and "high" in line})
        <= 2
    )


def _drift(*names: str) -> DriftFound:
    things = tuple(
        DriftedThing(kind="changed", address=f"aws_sqs_queue.{n}", identity="", paths=("name",)) for n in names
    )
    return DriftFound(things=things, compared=9, cannot_tell=2)


def test_drift_that_is_new_and_that_is_gone() -> None:
    before, after = replace(content(), drift=_drift("a", "b")), replace(content(), drift=_drift("b", "c"))
    report = _report((examined(0), after), before=before)
    one = report.estates[0]
    assert [t.address for t in one.drift_new] == ["aws_sqs_queue.c"]
    assert [t.address for t in one.drift_gone] == ["aws_sqs_queue.a"]
    told = "9 things compared: 2 differ, 1 of them new; 1 are as declared again. 2 cannot be told."
    assert told in "".join(markdown.render(report))


def test_what_was_not_compared_is_not_without_drift() -> None:
    assert "Not compared" in "".join(markdown.render(_report((examined(0), content()))))


def test_nothing_is_fixed_by_looking_at_less() -> None:
    before = replace(content(finding("a")), scope=("infra", "shop"))
    one = _one((examined(0), replace(content(), scope=("infra",))), before=before)
    assert one.fixed == ()
