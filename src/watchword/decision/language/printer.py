"""`print_policy`: a document as canonical JSON.

Canonical means: elements in the order of the grammar, one value as a string and several as a list, operators in their
own spelling, two spaces of indentation, a newline at the end. Reading it again gives an equal document.
"""

import json
from collections.abc import Sequence

from watchword.decision.language.model import (
    Condition,
    PolicyDocument,
    PrincipalEntry,
    PrincipalType,
    Statement,
    Value,
)

_Json = str | list[str] | dict[str, "_Json"] | list[dict[str, "_Json"]]


def print_policy(document: PolicyDocument) -> str:
    """Return the document as indented JSON; `parse_policy` of it, with the same name and kind, is an equal document.

    A document without `Version` is printed with `2008-10-17`, which is what its absence means.
    """
    out: dict[str, _Json] = {"Version": document.version.value}
    if document.id is not None:
        out["Id"] = document.id
    out["Statement"] = [_statement(s) for s in document.statements]
    return json.dumps(out, indent=2, ensure_ascii=False) + "\n"


def _statement(statement: Statement) -> dict[str, _Json]:
    out: dict[str, _Json] = {}
    if statement.sid is not None:
        out["Sid"] = statement.sid
    out["Effect"] = statement.effect.value
    if statement.principals is not None:
        out["NotPrincipal" if statement.not_principal else "Principal"] = _principals(statement.principals)
    out["NotAction" if statement.not_action else "Action"] = _values(statement.actions)
    if statement.resources:
        out["NotResource" if statement.not_resource else "Resource"] = _values(statement.resources)
    if statement.conditions:
        out["Condition"] = _conditions(statement.conditions)
    return out


def _values(values: Sequence[Value]) -> _Json:
    return values[0].text if len(values) == 1 else [v.text for v in values]


def _principals(entries: Sequence[PrincipalEntry]) -> _Json:
    if len(entries) == 1 and entries[0].type is PrincipalType.AWS and entries[0].value.text == "*":
        return "*"
    by_type: dict[str, list[Value]] = {}
    for entry in entries:
        by_type.setdefault(entry.type.value, []).append(entry.value)
    return {kind: _values(values) for kind, values in by_type.items()}


def _conditions(conditions: Sequence[Condition]) -> dict[str, _Json]:
    by_operator: dict[str, dict[str, _Json]] = {}
    for condition in conditions:
        by_operator.setdefault(str(condition.operator), {})[condition.key] = _values(condition.values)
    return dict(by_operator)
