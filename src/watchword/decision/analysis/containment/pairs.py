"""Pairs of policies by the million, one a line:

    {"id": "staff-within-boundary", "policies": [A, B], "kind": "identity"}

`kind` may be left out; it is that of the call then. Policies are JSON objects, or texts that hold JSON. A line that
cannot be read, and a document that the language refuses, give errors with their places, and the rest goes on; one line
at a time is in memory.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from watchword.decision.analysis.containment.ask import equivalent
from watchword.decision.analysis.containment.model import Equivalence
from watchword.decision.language import Diagnostic, PolicyDocument, PolicyError, PolicyKind, parse_policy, read_policy
from watchword.decision.language.json_lines import (
    ID_FORM,
    CaseId,
    Flaw,
    JsonArray,
    JsonLine,
    JsonNull,
    JsonString,
    JsonValue,
    case_id,
    describe,
    read_json_lines,
)

_MEMBERS = ("id", "policies", "kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class PairOutcome:
    """What became of one line: an `equivalence`, or `errors`. `unknown` are members that mean nothing."""

    line: int
    id: CaseId | None  # as it stands in the line
    equivalence: Equivalence | None = None
    errors: tuple[Diagnostic, ...] = ()
    unknown: tuple[str, ...] = ()


def contain_pairs(lines: Iterable[bytes | str], *, kind: PolicyKind = PolicyKind.IDENTITY) -> Iterator[PairOutcome]:
    """Compare every pair of a JSON Lines text both ways, in its order and one at a time."""
    for line in read_json_lines(lines):
        yield _outcome(line, kind)


def _outcome(line: JsonLine, kind: PolicyKind) -> PairOutcome:
    errors = [_diagnostic(flaw) for flaw in line.flaws]
    members = {} if line.tree is None else {key.text: value for key, value in line.tree.members}
    documents: list[PolicyDocument] = []
    named = members.get("id")
    identifier = case_id(named)
    if identifier is None and named is not None and not isinstance(named, JsonNull):
        errors.append(_diagnostic(_flaw(named, "id has the wrong form", ID_FORM)))
    if line.tree is not None:
        chosen = _kind(members.get("kind"), kind, errors)
        for name, tree in zip("ab", _policies(members.get("policies"), line, errors), strict=False):
            try:
                documents.append(
                    parse_policy(tree.text, name=name, kind=chosen)
                    if isinstance(tree, JsonString)
                    else read_policy(tree, name=name, kind=chosen)
                )
            except PolicyError as error:
                errors += error.diagnostics
    return PairOutcome(
        line=line.number,
        id=identifier,
        equivalence=None if errors else equivalent(*documents),
        errors=tuple(errors),
        unknown=tuple(name for name in members if name not in _MEMBERS),
    )


def _kind(value: JsonValue | None, default: PolicyKind, errors: list[Diagnostic]) -> PolicyKind:
    if value is None or isinstance(value, JsonNull):
        return default
    if isinstance(value, JsonString) and value.text in set(PolicyKind):
        return PolicyKind(value.text)
    errors.append(_diagnostic(_flaw(value, "not a kind of policy", ", ".join(PolicyKind))))
    return default


def _policies(value: JsonValue | None, line: JsonLine, errors: list[Diagnostic]) -> tuple[JsonValue, ...]:
    expected = 'a list of two policies: "policies": [A, B]'
    if isinstance(value, JsonArray) and len(value.items) == len("AB"):
        return value.items
    if value is not None:
        errors.append(_diagnostic(_flaw(value, "policies has the wrong form", expected)))
    elif line.tree is not None:
        errors.append(_diagnostic(_flaw(line.tree, "a pair needs policies", expected)))
    return ()


def _flaw(at: JsonValue, message: str, expected: str) -> Flaw:
    found = f"{len(at.items)} of them" if isinstance(at, JsonArray) else describe(at)
    return Flaw(line=at.line, column=at.column, code="pair.shape", message=message, expected=expected, found=found)


def _diagnostic(flaw: Flaw) -> Diagnostic:
    return Diagnostic(
        document="pair",
        line=flaw.line,
        column=flaw.column,
        code=flaw.code,
        message=flaw.message,
        expected=flaw.expected,
        found=flaw.found,
    )
