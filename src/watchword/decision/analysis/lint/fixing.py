"""`fix`: a document's text with every safe fix applied, until none is left.

A fix never opens access: it removes what says nothing, adds what narrows, or spells the same thing another way. The
outcome must read as a policy of the same kind; a text for which that does not hold is not handed out.
"""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from watchword.decision.analysis.catalogue import Catalogue
from watchword.decision.analysis.lint.engine import lint
from watchword.decision.analysis.lint.model import Edit, Finding, Rule
from watchword.decision.analysis.lint.rules import RULES
from watchword.decision.language import PolicyDocument, PolicyError, PolicyKind, parse_policy
from watchword.kernel.errors import DefectError

# Neighbours in a list wait for each other, so that a list of n duplicates takes log2(n) rounds; a document has room for
# 2**15. Beyond this two rules would be undoing each other.
MAX_ROUNDS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """`text` is equal to what was given where nothing was fixed. `applied` are the findings whose fixes are in it."""

    text: str
    document: PolicyDocument
    applied: tuple[Finding, ...]


def fix(text: str, *, name: str, kind: PolicyKind, catalogue: Catalogue, rules: Sequence[Rule] = RULES) -> Fixed:
    """Raise `PolicyError` where the text is no policy."""
    document = parse_policy(text, name=name, kind=kind)
    applied: list[Finding] = []
    for _ in range(MAX_ROUNDS):
        taken = _compatible(lint(document, catalogue, text=text, rules=rules))
        if not taken:
            break
        text = apply(text, [edit for f in taken if f.fix for edit in f.fix.edits])
        try:
            document = parse_policy(text, name=name, kind=kind)
        except PolicyError as error:
            raise DefectError(
                f"the fixes of {', '.join(sorted({f.rule for f in taken}))} broke {name}: {error.message}",
                code="lint.fix.broken",
            ) from error
        applied += taken
    return Fixed(text=text, document=document, applied=tuple(applied))


def _compatible(findings: Sequence[Finding]) -> list[Finding]:
    """Findings whose fixes do not touch each other; the others wait for the next round."""
    taken: list[Finding] = []
    starts: list[int] = []
    ends: list[int] = []
    for finding in findings:
        spans = [(e.start, e.end) for e in finding.fix.edits] if finding.fix else []
        if spans and all(_free(starts, ends, start, end) for start, end in spans):
            taken.append(finding)
            for start, end in spans:
                at = bisect.bisect_left(starts, start)
                starts.insert(at, start)
                ends.insert(at, end)
    return taken


def _free(starts: Sequence[int], ends: Sequence[int], start: int, end: int) -> bool:
    """Whether a span touches none of those taken, which are sorted and apart."""
    after = bisect.bisect_left(starts, start)
    return (after == 0 or ends[after - 1] < start) and (after == len(starts) or end < starts[after])


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Return the text with the edits made; they must not overlap."""
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        pieces += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join((*pieces, text[at:]))
