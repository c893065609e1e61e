"""`policy test`, `policy explain` and `policy simulate`: what cases are decided as, and why."""

from collections.abc import Sequence

from watchword.app.answers.diagnostics import placed
from watchword.app.answers.strangers import warnings_of
from watchword.app.answers.values import Json
from watchword.decision.analysis.cases import CaseOutcome
from watchword.decision.analysis.catalogue import Strangers
from watchword.decision.engine import ContextChange, Explanation, StatementTrace


def tested(outcome: CaseOutcome, strangers: Strangers) -> dict[str, Json]:
    """One case of `policy test`. `strangers` are those of this case."""
    if outcome.case is None or outcome.decision is None:
        errors: list[Json] = [placed(error) for error in outcome.errors]
        return {"id": outcome.id, "line": outcome.line, "result": None, "errors": errors}
    decision, expect = outcome.decision, outcome.case.expect
    found: dict[str, Json] = {"id": outcome.id, "line": outcome.line, "result": decision.result.value}
    if expect is not None:
        found |= {"expect": expect.value, "as_expected": outcome.as_expected}
    found |= {
        "blocking_layer": decision.blocking_layer.value if decision.blocking_layer else None,
        "statements": [
            {"policy": s.policy, "layer": s.layer.value, "index": s.index, "sid": s.sid} for s in decision.determining
        ],
        "missing_keys": list(decision.missing_keys),
    }
    if strangers.found:
        found["warnings"] = warnings_of(strangers)
    return found


def explained(explanation: Explanation) -> dict[str, Json]:
    """Why a request is decided as it is, and what would change that."""
    decision = explanation.decision
    return {
        "result": decision.result.value,
        "summary": explanation.summary,
        "statements": [str(statement) for statement in decision.determining],
        "blocking_layer": decision.blocking_layer.value if decision.blocking_layer else None,
        "otherwise_allowed": explanation.otherwise_allowed,
        "missing_keys": list(decision.missing_keys),
        "remedies": [
            {
                "changes": [_change(change) for change in remedy.changes],
                "example": {key: _listed(value) for key, value in remedy.example},
            }
            for remedy in explanation.remedies
        ],
        "considered": [_trace(trace) for trace in explanation.traces],
    }


def simulated(explanation: Explanation, revision: str, strangers: Strangers) -> dict[str, Json]:
    """The same, of a request that nobody made, with the configuration that it was decided by."""
    return {**explained(explanation), "revision": revision, "warnings": warnings_of(strangers)}


def _change(change: ContextChange) -> dict[str, Json]:
    return {
        "statement": str(change.statement),
        "operator": change.operator,
        "key": change.key,
        "expected": list(change.expected),
        "actual": _listed(change.actual),
        "must_match": change.must_match,
    }


def _trace(trace: StatementTrace) -> dict[str, Json]:
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


def _listed(value: str | Sequence[str] | None) -> Json:
    return value if value is None or isinstance(value, str) else list(value)
