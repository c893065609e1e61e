import pytest

from watchword.console.posture.words import (
    MOVES,
    STANDINGS,
    STATES,
    VERDICTS,
    closing_words,
    number_words,
    spans,
    stage_words,
)
from watchword.evidence.posture.assessment.stages import State
from watchword.evidence.posture.maturity import Stage
from watchword.evidence.posture.model import Verdict
from watchword.evidence.posture.records import Move, Standing


def test_only_what_was_judged_and_holds_is_good() -> None:
    good = [one for words in (VERDICTS, STANDINGS, MOVES, STATES) for one, (tone, _) in words.items() if tone == "good"]
    assert good == [Verdict.PASS, Standing.FIXED, Move.FIXED, State.MET]


def test_every_word_is_there() -> None:
    assert set(VERDICTS) == set(Verdict)
    assert set(STANDINGS) == set(Standing)
    assert set(MOVES) == set(Move)
    assert set(STATES) == set(State)


def test_counts_in_words() -> None:
    assert closing_words(1) == "One edit closes this one"
    assert closing_words(11) == "One edit closes these eleven"
    assert closing_words(13) == "One edit closes these 13"
    assert number_words(0) == "none"
    assert stage_words(None) == "Not assessed"
    assert stage_words(Stage.INITIAL) == "Initial"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("plain", [("plain", False)]),
        ("use `a b` and `c`.", [("use ", False), ("a b", True), (" and ", False), ("c", True), (".", False)]),
        ("`a`", [("a", True)]),
        ("one ` alone", [("one ` alone", False)]),
        ("`a` and ` alone", [("a", True), (" and ` alone", False)]),
    ],
)
def test_what_stands_between_backticks_is_code(text: str, expected: list[tuple[str, bool]]) -> None:
    assert [(span.text, span.code) for span in spans(text)] == expected
