"""How an explanation of a decision is printed: for people, and as JSON."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from watchword.cli.output import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watchword.cli.output import Json, Output
    from watchword.decision.engine import ContextChange, Explanation, StatementRef, StatementTrace


def as_json(explained: "Explanation") -> "dict[str, Json]":
    decision = explained.decision
    return {
        "result": decision.result.value,
        "summary": explained.summary,
        "statements": [str(statement) for statement in decision.determining],
        "blocking_layer": decision.blocking_layer.value if decision.blocking_layer else None,
        "otherwise_allowed": explained.otherwise_allowed,
        "missing_keys": list(decision.missing_keys),
        "remedies": [
            {
                "changes": [_change(change) for change in remedy.changes],
                "example": {key: _listed(value) for key, value in remedy.example},
            }
            for remedy in explained.remedies
        ],
        "considered": [_trace(trace) for trace in explained.traces],
    }


def _change(change: "ContextChange") -> "dict[str, Json]":
    return {
        "statement": str(change.statement),
        "operator": change.operator,
        "key": change.key,
        "expected": list(change.expected),
        "actual": _listed(change.actual),
        "must_match": change.must_match,
    }


def _trace(trace: "StatementTrace") -> "dict[str, Json]":
    return {
        "statement": str(trace.ref),
        "layer": trace.ref.layer.value,
        "effect": "Deny" if trace.deny else "Allow",
        "line": trace.ref.line or None,
        "applies": trace.applies,
        "conditions": [
            {
                "operator": c.operator,
                "key": c.key,
                "expected": list(c.expected),
                "actual": _listed(c.actual),
                "holds": c.holds,
            }
            for c in trace.conditions
        ],
    }


def _listed(value: "str | Sequence[str] | None") -> "Json":
    return value if value is None or isinstance(value, str) else list(value)


def show(output: "Output", explained: "Explanation", where: Callable[["StatementRef"], str]) -> None:
    """Print the result, why, every statement that was considered, and what would change the answer."""

    def say(line: str) -> None:
        output.text(printable(line))

    decision = explained.decision
    say(decision.result.value)
    if explained.summary:
        say(f"  {explained.summary}")
    for statement in decision.determining:
        say(f"  {where(statement)}")
    if decision.blocking_layer is not None:
        say(f"  blocked by the layer: {decision.blocking_layer.value}")
    if explained.otherwise_allowed:
        say("  it would be allowed but for that")
    if decision.missing_keys:
        say(f"  absent condition keys that matter: {', '.join(decision.missing_keys)}")
    for remedy in explained.remedies:
        wanted = " and ".join(
            f"{change.key} {'satisfies' if change.must_match else 'no longer satisfies'} "
            f"{change.operator} {', '.join(change.expected)}"
            for change in remedy.changes
        )
        say(f"  it would be allowed if {wanted}")


def show_traces(output: "Output", explained: "Explanation", where: Callable[["StatementRef"], str]) -> None:
    """Print each statement whose action, resource and principal match, with its conditions, actual beside expected."""

    def say(line: str) -> None:
        output.text(printable(line))

    say("Statements that speak of this request:" if explained.traces else "No statement speaks of this request.")
    for trace in explained.traces:
        effect = "Deny" if trace.deny else "Allow"
        say(f"  {'applies' if trace.applies else 'does not'}  {effect:5}  {trace.ref.layer.value}  {where(trace.ref)}")
        for c in trace.conditions:
            actual = "absent" if c.actual is None else ", ".join(c.actual) or "an empty set"
            verdict = "holds" if c.holds else "fails"
            say(f"      {verdict}  {c.key} {c.operator} {', '.join(c.expected)}; the request has: {actual}")
