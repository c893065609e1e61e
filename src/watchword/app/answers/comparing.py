"""`policy contains`, `equivalent` and `diff`: what one side allows and another does not, by requests."""

from collections.abc import Iterable

from watchword.app.answers.diagnostics import placed
from watchword.app.answers.strangers import warnings_of
from watchword.app.answers.values import Json
from watchword.decision.analysis.catalogue import Catalogue, Strangers
from watchword.decision.analysis.containment import (
    Answer,
    Beyond,
    Containment,
    Difference,
    Equivalence,
    PairOutcome,
    Witness,
)
from watchword.decision.engine import StatementRef
from watchword.decision.language import PolicyDocument

_TRUTH = {Answer.YES: True, Answer.NO: False, Answer.UNKNOWN: None}


def contained(found: Containment, strangers: Strangers) -> dict[str, Json]:
    return {
        "a_within_b": _TRUTH[found.answer],
        "witness": witness_of(found.witness),
        "reason": found.reason,
        "warnings": warnings_of(strangers),
    }


def equivalence(found: Equivalence, strangers: Strangers) -> dict[str, Json]:
    return {
        "equivalent": _TRUTH[found.answer],
        "a_within_b": _TRUTH[found.a_within_b.answer],
        "b_within_a": _TRUTH[found.b_within_a.answer],
        "witness": {
            "a_not_b": witness_of(found.a_within_b.witness),
            "b_not_a": witness_of(found.b_within_a.witness),
        },
        "reason": found.reason,
        "warnings": warnings_of(strangers),
    }


def difference(found: Difference, strangers: Strangers) -> dict[str, Json]:
    return {
        "only_a": _beyond(found.only_a),
        "only_b": _beyond(found.only_b),
        "warnings": warnings_of(strangers),
    }


def strangers_in(sides: Iterable[Iterable[PolicyDocument]], catalogue: Catalogue) -> Strangers:
    """What the catalogue does not know of both sides."""
    strangers = Strangers(catalogue)
    for policy in (d for side in sides for d in side):
        strangers.document(policy)
    return strangers


def pair(outcome: PairOutcome) -> dict[str, Json]:
    """One line of `contains --pairs`."""
    found = outcome.equivalence
    if found is None:
        return {"id": outcome.id, "line": outcome.line, "errors": [placed(e) for e in outcome.errors]}
    return {
        "id": outcome.id,
        "a_within_b": _TRUTH[found.a_within_b.answer],
        "b_within_a": _TRUTH[found.b_within_a.answer],
        "witness": {
            "a_not_b": request_of(found.a_within_b.witness),
            "b_not_a": request_of(found.b_within_a.witness),
        },
        "reason": found.reason,
    }


def request_of(witness: Witness | None) -> dict[str, Json] | None:
    """A witness's request, in the form of the cases of `policy test`."""
    if witness is None:
        return None
    request = witness.request
    principal: Json = str(request.principal.arn) if request.principal.arn else request.service or {"type": "Anonymous"}
    found: dict[str, Json] = {"principal": principal, "action": request.action, "resource": request.resource}
    if request.resource_account:
        found["resource_account"] = request.resource_account
    found["context"] = {k: v if isinstance(v, str) else list(v) for k, v in witness.context}
    return found


def witness_of(witness: Witness | None) -> dict[str, Json] | None:
    """A witness with the statements that decide it."""
    if witness is None:
        return None
    return {
        "request": request_of(witness),
        "allowed_by": _reference(witness.allowed_by),
        "denied_by": [_reference(s) for s in witness.denied_by],
    }


def _beyond(beyond: Beyond) -> dict[str, Json]:
    unsettled: list[Json] = [{"statement": _reference(s), "reason": r} for s, r in beyond.unsettled]
    return {"witnesses": [witness_of(w) for w in beyond.witnesses], "unsettled": unsettled}


def _reference(statement: StatementRef | None) -> dict[str, Json] | None:
    if statement is None:
        return None
    return {"policy": statement.policy, "index": statement.index, "sid": statement.sid, "line": statement.line}
