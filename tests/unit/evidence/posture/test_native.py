"""Settings in a cloud's own words: what is written, what a plan says of what is not, and what hangs on a version."""

import pytest

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.model import Verdict
from watchword.evidence.posture.native import is_written, must_be_written, must_not_say, must_say, must_say_one_of, said
from watchword.inventory import (
    Absent,
    Asset,
    Block,
    Declaration,
    Elements,
    FrontEnd,
    Known,
    Place,
    Reading,
    Reason,
    ReasonKind,
    Unknown,
    UnknownValueError,
    Value,
    assemble,
)

_AT = Place("main.tf", 1, 1)
_ESTATE = Estate(assemble([], {}))


def _asset(**settings: Value) -> Asset:
    declaration = Declaration(
        front_end=FrontEnd.TERRAFORM,
        provider="google",
        native_type="google_something",
        root=".",
        address="google_something.x",
        tree=Block(dict(settings), _AT),
        place=_AT,
    )
    (asset,) = assemble([Reading(declarations=(declaration,))], {}).assets.values()
    return asset


def _unknown() -> Unknown:
    return Unknown((Reason(ReasonKind.VARIABLE, "a variable", _AT),), _AT)


def test_what_a_plan_says_of_what_is_not_written_is_not_written() -> None:
    assert not is_written(Elements([], _AT))
    assert not is_written(Known("", _AT))
    assert not is_written(Absent(_AT))
    assert is_written(Known(False, _AT))
    assert is_written(Elements([Block({}, _AT)], _AT))


def test_the_first_word_that_is_written_counts() -> None:
    asset = _asset(new=Known("", _AT), old=Known("yes", _AT))
    assert said(asset, "new", "old")[0] == "old"
    assert said(asset, "other", "another")[0] == "other"


def test_a_default_is_named_or_the_answer_is_not_known() -> None:
    nothing = _asset()
    assert must_say("on", "it is off")(nothing, _ESTATE).verdict is Verdict.FAIL
    assert must_say("on", "it is off", default=True)(nothing, _ESTATE).verdict is Verdict.PASS
    with pytest.raises(UnknownValueError):
        must_say("on", "it is off", default=None)(nothing, _ESTATE)
    with pytest.raises(UnknownValueError):
        must_not_say("mode", ("OFF",), "it is off", default=None)(nothing, _ESTATE)


def test_what_is_not_known_never_fails() -> None:
    asset = _asset(on=_unknown())
    for judge in (must_say("on", "off"), must_say_one_of("on", ("a",), "off"), must_not_say("on", ("a",), "off")):
        with pytest.raises(UnknownValueError):
            judge(asset, _ESTATE)


def test_case_does_not_count() -> None:
    assert must_say_one_of("mode", ("enforced",), "no")(_asset(mode=Known("ENFORCED", _AT)), _ESTATE).verdict is (
        Verdict.PASS
    )


def test_a_block_must_be_written() -> None:
    judge = must_be_written("log", "nothing is logged")
    assert judge(_asset(log=Elements([], _AT)), _ESTATE).verdict is Verdict.FAIL
    assert judge(_asset(log=Block({}, _AT)), _ESTATE).verdict is Verdict.PASS


def test_a_reason_takes_it_out_of_the_count() -> None:
    judge = must_say("on", "it is off", unless=lambda _: "another does it")
    assert judge(_asset(), _ESTATE).verdict is Verdict.NOT_APPLICABLE
