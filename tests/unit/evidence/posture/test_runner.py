"""Whatever a check does, its asset gets a verdict."""

import pytest

from unit.evidence.posture.estates import asset, check, declared, inventory, unknown
from watchword.evidence.posture import (
    ANY_KIND,
    Answer,
    Estate,
    Result,
    Verdict,
    failed,
    judge,
    not_applicable,
    passed,
    seen,
)
from watchword.evidence.posture.runner import evidence_of, rendered
from watchword.inventory import Absent, Asset, Call, FrontEnd, Known, Place, Problem, ProblemKind
from watchword.kernel.errors import DefectError


def _judged(declaration_versioning: object, **changed: object) -> Result:
    return next(iter(judge([check(**changed)], inventory(declared(versioning=declaration_versioning)))))  # type: ignore[arg-type]  # whatever a test declares


def test_what_is_as_it_should_be_passes() -> None:
    assert _judged(True).verdict is Verdict.PASS


def test_what_is_not_fails_with_evidence_and_where_to_mend_it() -> None:
    result = _judged(Known(False, Place("main.tf", 6, 6), root=Place("variables.tf", 2, 2)))
    assert result.verdict is Verdict.FAIL
    assert [(e.path, e.value, e.place.line) for e in result.evidence] == [("versioning", "false", 6)]
    assert result.place == Place("main.tf", 4, 9)
    assert result.spot == Place("main.tf", 6, 6)
    assert result.root_cause == Place("variables.tf", 2, 2)


def test_what_is_absent_is_evidence_at_what_it_is_absent_from() -> None:
    result = _judged(None)
    assert result.verdict is Verdict.FAIL
    assert result.evidence[0].value == "(not set)"
    assert not result.evidence[0].written
    assert result.root_cause == Place("main.tf", 4, 9)


def test_what_is_not_known_is_unknown_with_its_reasons() -> None:
    result = _judged(unknown())
    assert result.verdict is Verdict.UNKNOWN
    assert result.words == "var.x has no value (variables.tf:3)"
    assert result.root_cause == Place("variables.tf", 3, 3)


def test_what_does_not_apply_says_why() -> None:
    result = _judged(True, judge=lambda _asset, _estate: not_applicable("it is no bucket of ours"))
    assert (result.verdict, result.words) == (Verdict.NOT_APPLICABLE, "it is no bucket of ours")


def test_a_crash_is_an_error_and_the_rest_is_judged() -> None:
    def crash(bucket: Asset, estate: Estate) -> Answer:
        if bucket.address == "bucket.bad":
            raise KeyError("AKIAIOSFODNN7EXAMPLE")
        return passed()

    both = inventory(declared(address="bucket.bad"), declared(address="bucket.good"))
    results = {r.address: r for r in judge([check(judge=crash)], both)}
    assert results["bucket.bad"].verdict is Verdict.ERROR
    assert "KeyError" in results["bucket.bad"].words
    assert "AKIA" not in results["bucket.bad"].words
    assert "test_runner.py:" in results["bucket.bad"].words
    assert results["bucket.good"].verdict is Verdict.PASS


def test_asking_what_is_absent_without_a_default_is_the_checks_mistake() -> None:
    result = _judged(None, judge=lambda a, _: passed() if a["versioning"].boolean() else failed("no"))
    assert result.verdict is Verdict.ERROR


def test_a_name_that_the_kind_does_not_have_is_the_checks_mistake() -> None:
    result = _judged(True, judge=lambda a, _: passed() if a["colour"] else failed("no"))
    assert result.verdict is Verdict.ERROR
    assert "colour" in result.words


def test_a_problem_of_the_reading_is_an_error_with_its_place() -> None:
    problem = Problem(ProblemKind.SYNTAX, "the file ends within a block", Place("bad.tf", 7, 7))
    (result,) = judge([], inventory(problems=(problem,)))
    assert (result.check.id, result.verdict, result.place) == ("input-readable", Verdict.ERROR, Place("bad.tf", 7, 7))
    assert result.address == "bad.tf"


@pytest.mark.parametrize(
    ("changed", "judged"),
    [
        ({}, ["bucket.a"]),
        ({"kinds": ("key",)}, ["key.k"]),
        ({"kinds": ANY_KIND}, ["bucket.a", "key.k"]),
        ({"kinds": ANY_KIND, "native_types": ("key",)}, ["key.k"]),
        ({"front_ends": (FrontEnd.KUBERNETES,)}, []),
        ({"providers": ("aws",)}, ["bucket.a"]),
        ({"providers": ("google", "azurerm")}, []),
    ],
)
def test_a_check_is_asked_about_its_own_kinds_types_and_front_ends(
    changed: dict[str, object], judged: list[str]
) -> None:
    there = inventory(declared(address="bucket.a"), declared("key", "key.k"))
    always = check(judge=lambda _asset, _estate: passed(), **changed)
    assert [r.address for r in judge([always], there)] == judged


def test_plans_and_states_are_judged_as_terraform_is() -> None:
    plan = inventory(declared(versioning=True, front_end=FrontEnd.TERRAFORM_PLAN))
    assert [r.verdict for r in judge([check()], plan)] == [Verdict.PASS]


def test_a_fingerprint_has_no_line_number_and_no_value() -> None:
    here = next(iter(judge([check()], inventory(declared(versioning=False)))))
    moved = next(iter(judge([check()], inventory(declared(versioning=False, lines=(40, 49))))))
    absent = next(iter(judge([check()], inventory(declared()))))
    assert here.fingerprint == moved.fingerprint == absent.fingerprint
    assert here.digest == moved.digest != absent.digest


def test_the_same_thing_elsewhere_has_another_fingerprint() -> None:
    found = {
        next(iter(judge([c], inventory(d)))).fingerprint
        for c, d in (
            (check(), declared()),
            (check(id="other"), declared()),
            (check(), declared(address="bucket.other")),
            (check(), declared(root="prod")),
        )
    }
    assert len(found) == 4


def test_module_calls_are_told() -> None:
    call = Call("module.b", Place("main.tf", 1, 3))
    (result,) = judge([check()], inventory(declared(file="modules/b/main.tf", calls=(call,))))
    assert result.calls == (call,)
    assert result.below("infra").calls[0].place.file == "infra/main.tf"
    assert result.below("infra").place.file == "infra/modules/b/main.tf"
    assert result.below("infra").root == "infra"


def test_a_place_outside_of_the_scan_is_told_without_detours() -> None:
    (result,) = judge([check()], inventory(declared(file="../shared/main.tf")))
    assert result.below("stacks/prod").place.file == "stacks/shared/main.tf"


def test_secrets_are_not_shown() -> None:
    bucket, _ = asset(declared(acl="password=hunter2", tags={"secret_key": "hunter3", "name": "logs"}))
    assert evidence_of(seen("acl", bucket["acl"])).value == "password=(redacted)"
    assert evidence_of(seen("tags", bucket["tags"])).value == "{secret_key: (redacted), name: logs}"
    assert evidence_of(seen("master_password", bucket["acl"])).value == "(redacted)"


def test_a_large_value_is_told_short() -> None:
    bucket, _ = asset(declared(tags={f"t{n}": "x" * 300 for n in range(1000)}))
    assert len(evidence_of(seen("tags", bucket["tags"])).value) <= 200
    assert rendered(unknown()) == "(unknown)"
    assert rendered(Absent()) == "(not set)"


def test_facts_are_asked_once_also_where_they_are_not_known() -> None:
    asked: list[str] = []

    def fact(estate: Estate) -> int:
        asked.append("known")
        return len(estate.of("object_store"))

    def doubt(estate: Estate) -> bool:
        asked.append("unknown")
        return any(bucket["versioning"].boolean() for bucket in estate.of("object_store"))

    buckets = inventory(declared(address="bucket.a", versioning=unknown()), declared(address="bucket.b"))
    one = check(id="one", judge=lambda _a, e: passed() if e.fact(fact) else failed("none"))
    two = check(id="two", judge=lambda _a, e: passed() if e.fact(doubt) else failed("none"))
    verdicts = [r.verdict for r in judge([one, two], buckets)]
    assert verdicts == [Verdict.PASS, Verdict.PASS, Verdict.UNKNOWN, Verdict.UNKNOWN]
    assert asked == ["known", "unknown"]


def test_a_check_of_the_scan_itself_judges_nothing() -> None:
    from watchword.evidence.posture.own import OWN

    for own in OWN:
        with pytest.raises(DefectError):
            own.judge(*asset(declared()))
