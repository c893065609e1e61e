"""Words and tones of the posture's pages: one for each thing, on all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from watchword.evidence.posture.assessment.roadmap import Effort, Phase
from watchword.evidence.posture.assessment.stages import State
from watchword.evidence.posture.maturity import Pillar, Stage
from watchword.evidence.posture.model import Severity, Verdict
from watchword.evidence.posture.records import Move, Standing

PILLARS: Final[Mapping[Pillar, str]] = {pillar: pillar.value.capitalize() for pillar in Pillar}
SEVERITIES: Final[tuple[Severity, ...]] = tuple(reversed(Severity))

# A tone is good, bad, unknown or neutral: what is not known, and what nobody has shown to be mended, is never good.
VERDICTS: Final[Mapping[Verdict, tuple[str, str]]] = {
    Verdict.PASS: ("good", "Passes"),
    Verdict.FAIL: ("bad", "Fails"),
    Verdict.UNKNOWN: ("unknown", "Not known"),
    Verdict.ERROR: ("unknown", "Could not be judged"),
    Verdict.WAIVED: ("neutral", "Waived"),
    Verdict.NOT_APPLICABLE: ("neutral", "Does not apply"),
}
STANDINGS: Final[Mapping[Standing, tuple[str, str]]] = {
    Standing.OPEN: ("bad", "Open"),
    Standing.FIXED: ("good", "Fixed"),
    Standing.GONE: ("unknown", "Not seen any more"),
}
MOVES: Final[Mapping[Move, tuple[str, str]]] = {
    Move.INTRODUCED: ("bad", "Introduced"),
    Move.CHANGED: ("neutral", "Changed"),
    Move.RETURNED: ("bad", "Returned"),
    Move.FIXED: ("good", "Fixed"),
    Move.GONE: ("unknown", "Not seen any more"),
}
STATES: Final[Mapping[State, tuple[str, str]]] = {
    State.MET: ("good", "Met"),
    State.UNMET: ("bad", "Not met"),
    State.NO_EVIDENCE: ("unknown", "No evidence"),
    State.OUT_OF_SCOPE: ("neutral", "Out of scope"),
}
PHASES: Final[Mapping[Phase, str]] = {
    Phase.ASSESSMENT: "Know what there is, who answers for it, what is critical and what flows.",
    Phase.FOUNDATION: "Sign-in, rights, keys, encryption, secrets: what everything else rests on.",
    Phase.SEGMENTATION: "Cut what need not meet: groups, private ways, traffic that proves who sends it.",
    Phase.AUTOMATION: "Check on every change, mend by machine, grant for the moment.",
}
EFFORTS: Final[Mapping[Effort, str]] = {
    Effort.PATCH: "a patch that is written already",
    Effort.LINE: "one line at each place",
    Effort.MODULE: "a declaration or a module",
    Effort.ARCHITECTURE: "made anew",
    Effort.EVIDENCE: "nothing to edit: to be shown or found out",
}
NOT_ASSESSED: Final = "Not assessed"
_NUMBERS: Final = (
    "none",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def stage_words(stage: Stage | None) -> str:
    return stage.value.capitalize() if stage is not None else NOT_ASSESSED


def kind_words(kind: str) -> str:
    return kind.replace("_", " ")


def number_words(count: int) -> str:
    """`eleven`, and figures beyond twelve."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def closing_words(count: int) -> str:
    """`One edit closes these eleven`."""
    return "One edit closes this one" if count == 1 else f"One edit closes these {number_words(count)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A part of a sentence; `code` is what stood between backticks."""

    text: str
    code: bool


def spans(text: str) -> tuple[Span, ...]:
    """Part a sentence at its backticks. One that is left alone stays as it is."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        parts[-2:] = ["`".join(parts[-2:])]
    return tuple(Span(text=part, code=bool(number % 2)) for number, part in enumerate(parts) if part)
