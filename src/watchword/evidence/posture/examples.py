"""Runs a check's examples: snippets that must come to a verdict, on every front-end that the check names.

flaws = flaws_of(check, read)       # `read` makes an inventory of one file; the app fills it with the front-ends
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.model import EXAMPLE_FILES, Check, Example, Verdict, family
from watchword.evidence.posture.runner import judge_one, subjects
from watchword.inventory import FrontEnd, Inventory

ReadExample = Callable[[FrontEnd, str, str], Inventory]  # front-end, file name, text


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleOutcome:
    """How one example came out. `flaw` is empty where it came out as it must."""

    check: Check
    number: int  # from 1, in the order of the check's examples
    example: Example
    flaw: str


_ALLOWED: Final[Mapping[Verdict, frozenset[Verdict]]] = {
    Verdict.PASS: frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE}),
    Verdict.FAIL: frozenset({Verdict.FAIL, Verdict.PASS, Verdict.NOT_APPLICABLE}),
    Verdict.UNKNOWN: frozenset({Verdict.UNKNOWN, Verdict.PASS, Verdict.NOT_APPLICABLE}),
    Verdict.NOT_APPLICABLE: frozenset({Verdict.NOT_APPLICABLE}),
}


def try_examples(check: Check, read: ReadExample) -> tuple[ExampleOutcome, ...]:
    """Run every example of a check."""
    return tuple(
        ExampleOutcome(check=check, number=number, example=example, flaw=flaw_of(check, example, read))
        for number, example in enumerate(check.examples, 1)
    )


def flaw_of(check: Check, example: Example, read: ReadExample) -> str:
    """Say what is wrong with how an example comes out; empty where nothing is."""
    inventory = read(example.front_end, example.file, example.text)
    # What an account refuses to tell is a problem and makes the answer unknown, both at once.
    told_of = example.verdict is Verdict.UNKNOWN and example.front_end is FrontEnd.AWS
    if inventory.problems and not told_of:
        return "; ".join(f"{problem.place}: {problem.text}" for problem in inventory.problems)
    estate = Estate(inventory)
    results = [judge_one(check, asset, estate) for asset in subjects(check, inventory)]
    if not results:
        return "it has nothing that the check judges"
    allowed = _ALLOWED[example.verdict]
    wrong = [r for r in results if r.verdict not in allowed]
    if wrong or not any(r.verdict is example.verdict for r in results):
        told = "; ".join(f"{r.address}: {r.verdict.value} {r.words}".rstrip() for r in wrong or results)
        return f"{example.verdict.value} was expected: {told}"
    if example.verdict is Verdict.FAIL and not all(
        r.evidence and r.place.line for r in results if r.verdict is Verdict.FAIL
    ):
        return "a finding has no evidence with a place"
    return ""


def missing_examples(check: Check) -> tuple[str, ...]:
    """Say which examples a check lacks: a good one and a bad one for each declarative front-end it names.

    One that is for live estates alone has them of recorded answers. Where a declaration shows what a check judges, the
    same function judges what is live, and what a front-end makes of its answers has tests of its own.
    """
    have = {(family(example.front_end), example.verdict) for example in check.examples}
    return tuple(
        f"{front_end.value}: no {'good' if verdict is Verdict.PASS else 'bad'} example"
        for front_end in check.front_ends
        if front_end in EXAMPLE_FILES and (front_end is not FrontEnd.AWS or len(check.front_ends) == 1)
        for verdict in (Verdict.PASS, Verdict.FAIL)
        if (front_end, verdict) not in have
    )
