"""`check_policies`: would AWS store these documents? Any number of them, one case a line, in the memory of one line.

    for check in check_policies(file, kind=PolicyKind.IDENTITY):
        if not check.valid: ...

A case is a JSON object on a line of its own: `{"id": "…", "policy": {…}}`, with the policy as an object or as a string
that holds JSON text. A member `"kind"` goes before the kind of the call; other members are passed over. Each case has
one answer, in the order of the lines. A line that is no case (no JSON, no id, no policy) has an answer too, whose `id`
is None and whose error has the line's number; the next lines are read all the same. Empty lines are none.

Places are those in the lines, where the policy is an object, and those in its own text, where it is a string.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from watchword.decision.language import Diagnostic, PolicyDocument, PolicyError, PolicyKind, Severity, parse_policy
from watchword.decision.language.json_lines import (
    ID_FORM,
    CaseId,
    Flaw,
    JsonLine,
    JsonObject,
    JsonString,
    JsonValue,
    as_bytes,
    case_id,
    describe,
    member,
    plain_case,
    read_json_line,
)
from watchword.decision.language.reader import read_policy


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCheck:
    """What was found on one line. `valid` is that there are no errors; warnings do not count against it."""

    line: int
    id: CaseId | None
    valid: bool
    errors: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()


def check_policy(text: str | bytes, *, name: str, kind: PolicyKind) -> tuple[Diagnostic, ...]:
    """Return all that is to be said of one document: its errors and warnings, in the order of the text."""
    return read_storable(text, name=name, kind=kind)[1]


def read_storable(
    text: str | bytes, *, name: str, kind: PolicyKind
) -> tuple[PolicyDocument | None, tuple[Diagnostic, ...]]:
    """Return the same, with the document where AWS would store it."""
    try:
        document = parse_policy(text, name=name, kind=kind, storable=True)
    except PolicyError as error:
        return None, error.diagnostics
    return document, document.warnings


def check_policies(lines: Iterable[bytes | str], *, kind: PolicyKind) -> Iterator[PolicyCheck]:
    """Yield one answer for each line that is not empty. Nothing is raised for what stands in the lines."""
    for number, line in enumerate(lines, start=1):
        text = as_bytes(line)
        if text.isspace() or not text:
            continue
        plain = plain_case(text, number, kind=kind)
        if plain is not None:
            yield PolicyCheck(line=number, id=plain, valid=True)
        else:
            yield check_by_rules(text, number, kind)


def check_by_rules(text: bytes, number: int, kind: PolicyKind) -> PolicyCheck:
    """Answer for one line without the short cut of `check_policies`, which must agree with this."""
    line = read_json_line(text, number)
    if line.tree is None:
        return _no_case(line, line.flaws)
    identifier = case_id(member(line.tree, "id"))
    if identifier is None:
        return _no_case(line, (*line.flaws, _missing(line.tree, "id", ID_FORM)))
    policy = member(line.tree, "policy")
    if policy is None:
        return _no_case(line, (*line.flaws, _missing(line.tree, "policy", "an object, or a string that holds JSON")))
    own = _kind(member(line.tree, "kind"), kind)
    name = str(identifier)
    if isinstance(own, Flaw):
        return _answer(line, identifier, [_diagnostic(flaw, name) for flaw in (*line.flaws, own)])
    if not isinstance(policy, JsonString):
        return _answer(line, identifier, _found(policy, line, name, own))
    # Keys that stand twice beside the policy leave open which of them is meant.
    flaws = [_diagnostic(flaw, name) for flaw in line.flaws]
    return _answer(line, identifier, [*flaws, *check_policy(policy.text, name=name, kind=own)])


def _found(policy: JsonValue, line: JsonLine, name: str, kind: PolicyKind) -> tuple[Diagnostic, ...]:
    try:
        document: PolicyDocument = read_policy(policy, name=name, kind=kind, flaws=line.flaws, storable=True)
    except PolicyError as error:
        return error.diagnostics
    return document.warnings


def _answer(line: JsonLine, identifier: CaseId | None, found: Iterable[Diagnostic]) -> PolicyCheck:
    found = tuple(found)
    errors = tuple(d for d in found if d.severity is Severity.ERROR)
    warnings = tuple(d for d in found if d.severity is Severity.WARNING)
    return PolicyCheck(line=line.number, id=identifier, valid=not errors, errors=errors, warnings=warnings)


def _no_case(line: JsonLine, flaws: Iterable[Flaw]) -> PolicyCheck:
    return _answer(line, None, [_diagnostic(flaw, f"line {line.number}") for flaw in flaws])


def _kind(value: JsonValue | None, default: PolicyKind) -> PolicyKind | Flaw:
    if value is None:
        return default
    kinds = {k.value: k for k in PolicyKind}
    if isinstance(value, JsonString) and value.text in kinds:
        return kinds[value.text]
    return Flaw(
        line=value.line,
        column=value.column,
        code="case.kind",
        message="not a kind of policy",
        expected=", ".join(kinds),
        found=describe(value),
    )


def _missing(tree: JsonObject, name: str, expected: str) -> Flaw:
    value = member(tree, name)
    return Flaw(
        line=tree.line if value is None else value.line,
        column=tree.column if value is None else value.column,
        code=f"case.{name}",
        message=f"a case needs its {name}",
        expected=f'"{name}": {expected}',
        found="none" if value is None else describe(value),
    )


def _diagnostic(flaw: Flaw, document: str) -> Diagnostic:
    return Diagnostic(
        document=document,
        line=flaw.line,
        column=flaw.column,
        code=flaw.code,
        message=flaw.message,
        expected=flaw.expected,
        found=flaw.found,
    )
