"""What results add up to, which edits close several, and how a state differs from an earlier one."""

from unit.evidence.posture.estates import check, declared, inventory, unknown
from watchword.evidence.posture import Answer, Estate, Result, Severity, Verdict, failed, judge, seen
from watchword.evidence.posture.report import Change, Report, compared, earlier_of, group, summed
from watchword.inventory import Asset, Call, Coverage, Declaration, Known, Place, Problem, ProblemKind

_DEFAULT = Place("variables.tf", 2, 2)
_JUDGED = frozenset({"bucket-versioning", "other"})


def _off(address: str, root: Place = _DEFAULT) -> Declaration:
    return declared(address=address, versioning=Known(False, Place("main.tf", 6, 6), root=root))


def _report(*declarations: Declaration, problems: tuple[Problem, ...] = ()) -> Report:
    results = tuple(judge([check()], inventory(*declarations, problems=problems)))
    return Report(results=results, coverage=Coverage())


def test_findings_of_one_literal_are_one_edit_whatever_their_checks() -> None:
    both = inventory(_off("bucket.a"), _off("bucket.b"), _off("bucket.c", Place("main.tf", 6, 6)))
    groups = group(judge([check(), check(id="other")], both))
    assert [(g.place, len(g.results)) for g in groups] == [(_DEFAULT, 4), (Place("main.tf", 6, 6), 2)]


def test_where_nothing_was_written_each_check_asks_for_its_own_edit() -> None:
    groups = group(judge([check(), check(id="other")], inventory(declared(address="bucket.a"))))
    assert [len(g.results) for g in groups] == [1, 1]


def test_instances_of_one_block_are_one_edit() -> None:
    there = inventory(declared(address="bucket.a[0]"), declared(address="bucket.a[1]"))
    assert [len(g.results) for g in group(judge([check()], there))] == [2]


def test_the_worst_and_the_counts() -> None:
    report = _report(declared(address="bucket.a"), declared(address="bucket.b", versioning=True))
    assert report.worst is Severity.MEDIUM
    assert report.verdicts[Verdict.FAIL] == report.verdicts[Verdict.PASS] == 1
    assert report.severities[Severity.MEDIUM] == 1
    assert _report(declared(versioning=True)).worst is None
    assert _report(declared(versioning=unknown())).worst is None


def _compare(before: Report, now: Report) -> Report:
    return compared(now, earlier_of(before.results), judged=_JUDGED)


def _change(report: Report) -> list[Change | None]:
    return [report.change_of(r) for r in report.findings]


def test_what_was_there_is_still_there_and_does_not_count() -> None:
    moved = declared(lines=(40, 49))
    report = _compare(_report(declared()), _report(moved))
    assert _change(report) == [Change.STILL_THERE]
    assert not report.counting
    assert report.worst is None


def test_what_is_new_counts() -> None:
    report = _compare(_report(declared()), _report(declared(), declared(address="bucket.new")))
    assert [r.address for r in report.counting] == ["bucket.new"]


def test_what_changed_is_never_hidden() -> None:
    report = _compare(_report(declared()), _report(declared(versioning=False)))
    assert _change(report) == [Change.CHANGED]
    assert report.counting


def test_what_changed_beyond_what_is_shown_is_not_hidden() -> None:
    def all_of(bucket: Asset, _estate: Estate) -> Answer:
        return failed("many", *(seen("tags", tag) for _, tag in bucket["tags"].items()), seen("acl", bucket["acl"]))

    def report(tags: dict[str, str], acl: str) -> Report:
        results = judge([check(judge=all_of)], inventory(declared(tags=tags, acl=acl)))
        return Report(results=tuple(results), coverage=Coverage())

    many = {f"t{number}": "x" for number in range(100)}
    assert _change(_compare(report(many, "a"), report({**many, "t99": "y"}, "a"))) == [Change.CHANGED]
    assert _change(_compare(report({}, "a" * 500 + "b"), report({}, "a" * 500 + "c"))) == [Change.CHANGED]
    assert _change(_compare(report(many, "a"), report(many, "a"))) == [Change.STILL_THERE]


def test_what_is_gone_or_passes_is_fixed() -> None:
    before = _report(declared(address="bucket.a"), declared(address="bucket.b"))
    report = _compare(before, _report(declared(address="bucket.a", versioning=True)))
    assert sorted(old.address for old in report.fixed) == ["bucket.a", "bucket.b"]


def test_what_cannot_be_told_now_is_not_fixed() -> None:
    assert not _compare(_report(declared()), _report(declared(versioning=unknown()))).fixed


def test_what_lies_in_a_file_that_cannot_be_read_now_is_not_fixed() -> None:
    broken = Problem(ProblemKind.SYNTAX, "broken", Place("main.tf", 1, 1))
    assert not _compare(_report(declared()), _report(problems=(broken,))).fixed


def test_what_was_not_asked_is_not_fixed() -> None:
    now = compared(Report(results=(), coverage=Coverage()), earlier_of(_report(declared()).results), judged={"other"})
    assert not now.fixed


def test_findings_are_told_the_worst_first() -> None:
    there = inventory(declared())
    results = (*judge([check()], there), *judge([check(id="worse", severity=Severity.CRITICAL)], there))
    report = Report(results=results, coverage=Coverage())
    assert [r.check.id for r in report.findings] == ["worse", "bucket-versioning"]


def test_coverage_adds_up() -> None:
    call = Call("module.x", Place("main.tf", 1, 3))
    total = summed([Coverage(files=1, blocks=2, modules_missing=(call,)), Coverage(files=3, roots=1)])
    assert (total.files, total.blocks, total.roots, total.modules_missing) == (4, 2, 1, (call,))


def test_waived_findings_are_not_fixed() -> None:
    from dataclasses import replace

    now = _report(declared())
    waived: tuple[Result, ...] = tuple(replace(r, verdict=Verdict.WAIVED) for r in now.results)
    report = _compare(_report(declared()), replace(now, results=waived))
    assert not report.fixed
    assert not report.findings
