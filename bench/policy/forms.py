"""From IAM JSON to each engine's own form. What a form cannot say raises `InexpressibleError`: never something close to it.

Watchword and iam-simulate read IAM JSON. Cedar, pycasbin and Rego get the fastest correct rendering that we know:

- Cedar: a policy a statement, actions in its scope, the resource by `like`, conditions by `==` or `contains`;
- pycasbin: a line a statement, actions between bars so that `in` finds them, a matcher of what the workload needs only;
- Rego: statements as data, filed by effect and action; `glob.match` with a null delimiter, so that `*` crosses everything.

None of the three has layers that must all consent (SCPs, boundaries, session policies): without AWS's evaluation logic
written in it, such a workload is beyond them. Their languages have no `?` and no case-insensitive action either.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TypeAlias

from bench.policy.engines.protocol import Json
from bench.policy.workloads import Asked, Replacement, Workload

_LAYERS = "it has no layers that must all consent: AWS's evaluation logic would have to be written in it"


class InexpressibleError(Exception):
    """An engine's language cannot say this; the message is the reason for readers of the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What an engine's program reads, and how to put the texts and requests of a replacement into the same form."""

    content: Json
    document: Callable[[str], Json]
    asked: Callable[[Asked], Json]

    def replacement(self, one: Replacement) -> tuple[Json, Json, Json]:
        """The new document, and the requests that it opens and closes."""
        return self.document(one.text), self.asked(one.opened), self.asked(one.closed)


Translator: TypeAlias = Callable[[Workload], Form]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    effect: str
    actions: tuple[str, ...]
    resource: str
    conditions: tuple[tuple[str, tuple[str, ...]], ...]  # equal to one of the values, key in lower case


def iam(workload: Workload) -> Form:
    """As it is."""

    def document(text: str) -> Json:
        return {"name": "replaced", "kind": "identity", "text": text}

    return Form(
        content={
            "documents": [asdict(d) for d in workload.documents],
            "principals": [asdict(p) for p in workload.principals],
            "resources": [asdict(r) for r in workload.resources],
            "requests": [asdict(a) for a in workload.requests],
        },
        document=document,
        asked=asdict,
    )


def _statements(text: str) -> Iterator[_Statement]:
    policy = json.loads(text)
    for statement in policy["Statement"]:
        unknown = statement.keys() - {"Sid", "Effect", "Action", "Resource", "Condition"}
        if unknown:
            raise InexpressibleError(f"it has no counterpart of {', '.join(sorted(unknown))}")
        if not isinstance(statement["Resource"], str):
            raise InexpressibleError("several resources in one statement")
        conditions = []
        for operator, block in statement.get("Condition", {}).items():
            if operator != "StringEquals":
                raise InexpressibleError(f"conditions with {operator}")
            conditions += [(k.lower(), tuple([v] if isinstance(v, str) else v)) for k, v in block.items()]
        actions = statement["Action"]
        yield _Statement(
            effect=statement["Effect"],
            actions=tuple([actions] if isinstance(actions, str) else actions),
            resource=statement["Resource"],
            conditions=tuple(conditions),
        )


def _check(workload: Workload) -> None:
    if workload.layered:
        raise InexpressibleError(_LAYERS)


def _identity(workload: Workload) -> list[Json]:
    return [{"identity": p.identity} for p in workload.principals]


def _action(action: str) -> str:
    """An action by name, or all of a service; wildcards elsewhere have no group to stand for them."""
    if "*" in action.removesuffix(":*") or "?" in action:
        raise InexpressibleError(f"the action {action}")
    return action


def _service(action: str) -> str:
    return f"{action.partition(':')[0]}:*"


# Cedar


def cedar(workload: Workload) -> Form:
    _check(workload)
    # Actions belong to their service, which is a group in Cedar's hierarchy.
    groups = {a.action: _service(a.action) for a in workload.requests}

    def document(text: str) -> str:
        return "\n".join(_cedar_policy(s) for s in _statements(text))

    def asked(one: Asked) -> Json:
        return {
            "principal": one.principal,
            "request": {
                "principal": {"type": "Principal", "id": workload.principals[one.principal].arn},
                "action": {"type": "Action", "id": one.action},
                "resource": {"type": "Resource", "id": one.resource},
                "context": {"arn": one.resource, "keys": one.context},
            },
        }

    entities = [
        {
            "uid": {"type": "Action", "id": action},
            "attrs": {},
            "parents": [{"type": "Action", "id": group}],
        }
        for action, group in sorted(groups.items())
    ]
    return Form(
        content={
            "documents": [document(d.text) for d in workload.documents],
            "principals": _identity(workload),
            "entities": json.dumps(entities),
            "requests": [asked(a) for a in workload.requests],
        },
        document=document,
        asked=asked,
    )


def _cedar_policy(statement: _Statement) -> str:
    names = ", ".join(f"Action::{_quoted(_action(a))}" for a in statement.actions)
    # The hierarchy's `in` reaches the service above an action; a list is a list of such.
    action = f"action in [{names}]" if len(statement.actions) > 1 else f"action in {names}"
    clauses = []
    if statement.resource != "*":
        clauses.append(f"context.arn like {_cedar_pattern(statement.resource)}")
    for key, values in statement.conditions:
        at = f"context.keys[{_quoted(key)}]"
        present = f"context.keys has {_quoted(key)}"
        if len(values) == 1:
            clauses.append(f"{present} && {at} == {_quoted(values[0])}")
        else:
            clauses.append(f"{present} && [{', '.join(map(_quoted, values))}].contains({at})")
    when = f" when {{ {' && '.join(clauses)} }}" if clauses else ""
    effect = "permit" if statement.effect == "Allow" else "forbid"
    return f"{effect}(principal, {action}, resource){when};"


def _quoted(text: str) -> str:
    if not text.isprintable() or not text.isascii():
        raise InexpressibleError("characters beyond printable ASCII")
    return json.dumps(text)


def _cedar_pattern(text: str) -> str:
    if "?" in text:
        raise InexpressibleError("the wildcard ?")
    return _quoted(text)


# pycasbin

_CASBIN_MODEL = """
[request_definition]
r = {request}
[policy_definition]
p = {policy}
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = {matcher}
"""


def pycasbin(workload: Workload) -> Form:
    """The matcher asks only for what the workload's policies tell apart."""
    _check(workload)
    statements = [list(_statements(d.text)) for d in workload.documents]
    every = [s for of in statements for s in of]
    by_service = {a.endswith(":*") for s in every for a in s.actions}
    keys = sorted({key for s in every for key, _ in s.conditions})
    if any({k for k, _ in s.conditions} != set(keys) or any(len(v) > 1 for _, v in s.conditions) for s in every):
        raise InexpressibleError("statements with different conditions")
    if len(by_service) > 1:
        raise InexpressibleError("actions by name and by service at once")
    service = by_service == {True}
    resource = any(s.resource != "*" for s in every)
    prefixes = all(s.resource.endswith("*") and "*" not in s.resource[:-1] for s in every)
    columns = ["act", *(["res"] if resource else []), *(f"key{n}" for n in range(len(keys)))]
    parts = [f"r.{c} == p.{c}" for c in columns if c.startswith("key")]
    parts.append("r.act == p.act" if service else "r.act in p.act")
    if resource:
        # keyMatch takes a `*` at the end; `like` is a function of ours, as casbin's documentation tells to add one.
        parts.append("keyMatch(r.res, p.res)" if prefixes else "like(r.res, p.res)")
        if any("*" not in s.resource or "?" in s.resource for s in every):
            raise InexpressibleError("patterns without a `*`, or with ?")

    def line(statement: _Statement) -> list[str]:
        names = [_action(a) for a in statement.actions]
        if service and len(names) > 1:
            raise InexpressibleError("several services in one statement")
        values = [names[0] if service else f"|{'|'.join(names)}|"]
        if resource:
            values.append(statement.resource)
        values += [v[0] for _, v in sorted(statement.conditions)]
        if any(set(value) & set(',"#[]() ') for value in values):
            raise InexpressibleError("characters that mean something in a policy file")
        return [*values, "allow" if statement.effect == "Allow" else "deny"]

    def numbered(number: int, of: Sequence[_Statement]) -> list[list[str]]:
        # The reason that `enforce_ex` gives is the line, so each carries its policy's name.
        return [[*line(s), f"p{number}"] for s in of]

    def asked(one: Asked) -> Json:
        values = [_service(one.action) if service else f"|{one.action}|"]
        if resource:
            values.append(one.resource)
        return {"principal": one.principal, "values": [*values, *(one.context.get(k, "") for k in keys)]}

    def document(text: str) -> list[list[str]]:
        return [[*line(s), "replaced"] for s in _statements(text)]

    model = _CASBIN_MODEL.format(
        request=", ".join(columns), policy=", ".join([*columns, "eft", "id"]), matcher=" && ".join(parts)
    )
    return Form(
        content={
            "documents": [numbered(n, of) for n, of in enumerate(statements)],
            "principals": _identity(workload),
            "model": model,
            "effect": len(columns),
            "requests": [asked(a) for a in workload.requests],
        },
        document=document,
        asked=asked,
    )


# Rego

_REGO_MODULE = """
package iam
import rego.v1

denies contains s.id if {{
  some action in input.actions
  some s in data.policies[input.principal].Deny[action]
  {matcher}
}}

allows contains s.id if {{
  some action in input.actions
  some s in data.policies[input.principal].Allow[action]
  {matcher}
}}

default result := "I"
result := "E" if count(denies) > 0
else := "A" if count(allows) > 0

answer := {{"result": result, "denies": denies, "allows": allows}}
"""


def rego(workload: Workload) -> Form:
    """The rules ask only for what the workload's policies tell apart: `every`, for one, costs thirty times a comparison."""
    _check(workload)
    every = [s for d in workload.documents for s in _statements(d.text)]
    if any(len(s.conditions) > 1 or any(len(v) > 1 for _, v in s.conditions) for s in every):
        raise InexpressibleError("several conditions or values")
    conditional = {bool(s.conditions) for s in every}
    if len(conditional) > 1:
        raise InexpressibleError("statements with and without a condition")
    matcher = ["input.context[s.key] == s.value"] if conditional == {True} else []
    if any(s.resource != "*" for s in every):
        matcher.append("glob.match(s.resource, null, input.resource)")

    def statements(name: str, text: str) -> list[Json]:
        return [
            {
                "effect": s.effect,
                "actions": [_action(a) for a in s.actions],
                "body": {
                    "id": f"{name}#{n}",
                    "resource": _rego_pattern(s.resource),
                    **{k: v for key, values in s.conditions for k, v in (("key", key), ("value", values[0]))},
                },
            }
            for n, s in enumerate(_statements(text))
        ]

    def asked(one: Asked) -> Json:
        return {
            "input": {
                "principal": str(one.principal),
                "actions": [one.action, _service(one.action)],
                "resource": one.resource,
                "context": one.context,
            }
        }

    return Form(
        content={
            "documents": [statements(d.name, d.text) for d in workload.documents],
            "principals": _identity(workload),
            "module": _REGO_MODULE.format(matcher="\n  ".join(matcher)),
            "requests": [asked(a) for a in workload.requests],
        },
        document=lambda text: statements("replaced", text),
        asked=asked,
    )


def _rego_pattern(pattern: str) -> str:
    if set(pattern) & set("?[]{}\\!"):
        raise InexpressibleError(f"the pattern {pattern}")
    return pattern
