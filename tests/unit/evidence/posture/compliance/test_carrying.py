"""How old findings are, and what became of them, however often they could not be judged in between."""

from dataclasses import replace

from support.passes import at, content, finding, unknown, waived
from unit.evidence.posture.estates import check, declared, inventory
from unit.evidence.posture.estates import unknown as unknown_value
from watchword.evidence.posture import Verdict, judge
from watchword.evidence.posture.compliance.carrying import content_of, counts_of, moves
from watchword.evidence.posture.compliance.model import Content
from watchword.evidence.posture.report import Report
from watchword.inventory import Coverage, Declaration, Place, Problem, ProblemKind


def _pass(
    hours: float, previous: Content | None, *declarations: Declaration, problems: tuple[Problem, ...] = ()
) -> Content:
    there = inventory(*declarations, problems=problems)
    report = Report(results=tuple(judge([check()], there)), coverage=Coverage(), assets=there.kinds())
    return content_of(report, at=at(hours), previous=previous, asked=[check().id, "input-readable"], maturity={})


class TestAges:
    def test_a_finding_is_as_old_as_the_pass_that_saw_it_first(self) -> None:
        first = _pass(0, None, declared())
        second = _pass(5, first, declared())
        assert [o.since for o in second.findings] == [at(0)]

    def test_one_that_was_mended_and_came_back_is_young(self) -> None:
        first = _pass(0, None, declared())
        second = _pass(1, first, declared(versioning=True))
        third = _pass(2, second, declared())
        assert [o.since for o in third.findings] == [at(2)]

    def test_not_knowing_makes_nothing_young(self) -> None:
        first = _pass(0, None, declared())
        second = _pass(1, first, declared(versioning=unknown_value()))
        assert [(o.verdict, o.since) for o in second.outcomes] == [(Verdict.UNKNOWN, at(0))]
        third = _pass(2, second, declared())
        assert [o.since for o in third.findings] == [at(0)]

    def test_a_file_that_cannot_be_read_hides_its_findings_and_they_keep_their_age(self) -> None:
        first = _pass(0, None, declared())
        broken = Problem(ProblemKind.SYNTAX, "unexpected end", Place(first.findings[0].file, 1, 1))
        second = _pass(1, first, problems=(broken,))
        assert {(o.verdict, o.since) for o in second.outcomes} == {(Verdict.ERROR, None), (Verdict.UNKNOWN, at(0))}
        third = _pass(2, second, declared())
        assert [o.since for o in third.findings] == [at(0)]

    def test_what_was_never_seen_to_fail_has_no_age_while_it_is_unknown(self) -> None:
        assert [o.since for o in _pass(0, None, declared(versioning=unknown_value())).outcomes] == [None]

    def test_a_waived_finding_goes_on_ageing(self) -> None:
        differs = moves(content(waived("a")), content(finding("a")))
        assert [o.since for o in differs.introduced] == [at(0)]


class TestMoves:
    def test_first_everything_is_new(self) -> None:
        differs = moves(None, content(finding("a"), unknown("b")))
        assert [o.address for o in differs.introduced] == ["aws_s3_bucket.a"]
        assert not differs.fixed

    def test_gone_and_judged_is_fixed(self) -> None:
        differs = moves(content(finding("a")), content())
        assert [o.address for o in differs.fixed] == ["aws_s3_bucket.a"]

    def test_gone_and_unknown_is_not_fixed_and_back_is_not_new(self) -> None:
        before, between = content(finding("a")), content(unknown("a", since=at(0)))
        assert not moves(before, between).fixed
        assert not moves(between, before).introduced

    def test_mended_while_it_could_not_be_judged_is_fixed_once_it_can(self) -> None:
        assert len(moves(content(unknown("a", since=at(0))), content()).fixed) == 1

    def test_an_unknown_that_never_failed_is_not_fixed(self) -> None:
        assert not moves(content(unknown("a")), content()).fixed

    def test_gone_because_its_check_was_not_asked_is_not_fixed(self) -> None:
        assert not moves(content(finding("a")), content(asked=())).fixed

    def test_of_another_tool_is_fixed_while_its_results_come_and_not_when_they_stop(self) -> None:
        theirs = finding("a", check="checkov:CKV_AWS_21")
        assert len(moves(content(theirs), content(asked=("checkov:",))).fixed) == 1
        assert not moves(content(theirs), content()).fixed

    def test_other_values_are_a_change(self) -> None:
        differs = moves(content(finding("a")), content(finding("a", digest="d2")))
        assert len(differs.changed) == 1
        assert not differs.introduced

    def test_waived_is_neither_fixed_nor_new_and_the_end_of_a_waiver_is_new(self) -> None:
        differs = moves(content(finding("a")), content(waived("a")))
        assert (len(differs.waived), differs.fixed, differs.introduced) == (1, (), ())
        assert len(moves(content(waived("a")), content(finding("a"))).introduced) == 1

    def test_the_same_moves_nothing(self) -> None:
        one = content(finding("a"), unknown("b"), waived("c"))
        assert moves(one, one) == moves(one, replace(one))
        assert not any((moves(one, one).introduced, moves(one, one).fixed, moves(one, one).changed))


def test_counts_are_of_every_verdict() -> None:
    results = tuple(judge([check()], inventory(declared(address="a"), declared(address="b", versioning=True))))
    assert [(c.check, c.passed, c.failed, c.held) for c in counts_of(results)] == [(check().id, 1, 1, False)]
