"""How an explanation of a decision is printed for people."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from watchword.cli.output import printable

if TYPE_CHECKING:
    from watchword.cli.output import Output
    from watchword.decision.engine import Explanation, StatementRef


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
