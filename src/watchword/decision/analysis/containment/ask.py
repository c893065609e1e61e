"""The questions, and their answers put together from what is known of each statement."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from watchword.decision.analysis.containment.budget import Budget
from watchword.decision.analysis.containment.compare import Comparison, Outcome
from watchword.decision.analysis.containment.model import Answer, Beyond, Containment, Difference, Equivalence
from watchword.decision.analysis.containment.replay import UNIONS, Alone
from watchword.decision.engine import Request
from watchword.decision.language import Effect, PolicyDocument, Statement, Version
from watchword.kernel.errors import InvalidInputError

Documents = PolicyDocument | Sequence[PolicyDocument]
"""One document, or several of a kind that speak as one: identity, session, scp, rcp."""

_NOTHING_ALLOWED = "the first allows nothing at all"


def contains(a: Documents, b: Documents) -> Containment:
    """Return whether everything that A allows is allowed by B.

    Raise `InvalidInputError` where the documents are of different kinds, none, or several of a kind that has one.
    """
    return _both(a, b, first_only=True)[0]


def equivalent(a: Documents, b: Documents) -> Equivalence:
    """Return whether A and B allow the same."""
    forth, back = _both(a, b, first_only=False)
    answers = {forth.answer, back.answer}
    answer = next(x for x in (Answer.NO, Answer.UNKNOWN, Answer.YES) if x in answers)
    return Equivalence(answer=answer, a_within_b=forth, b_within_a=back)


def difference(a: Documents, b: Documents) -> Difference:
    """Return what each allows and the other does not: a witness for every statement that reaches beyond."""
    first, second = _checked(a, b)
    comparison = Comparison(first, second, Budget())
    return Difference(
        only_a=_beyond(comparison.outcomes(comparison.a, comparison.b)),
        only_b=_beyond(comparison.outcomes(comparison.b, comparison.a)),
    )


def allows(documents: Documents, request: Request) -> bool:
    """Return whether documents alone allow a request: what the other questions mean by it.

    A resource policy or trust policy is asked as from another account that consents, so that naming the caller's
    account counts. The request's own `resource_account` has no part in that.
    """
    (side, _) = _checked(documents, documents)
    return Alone(side).ask(request)[0]


def _beyond(outcomes: Iterable[Outcome]) -> Beyond:
    found = list(outcomes)
    return Beyond(
        witnesses=tuple(o.witness for o in found if o.witness is not None),
        unsettled=tuple((o.statement, o.reason) for o in found if o.witness is None and o.reason is not None),
    )


def _both(a: Documents, b: Documents, *, first_only: bool) -> tuple[Containment, Containment]:
    first, second = _checked(a, b)
    comparison: Comparison | None = None
    answers: list[Containment] = []
    for inner, outer in ((first, second), (second, first))[: 1 if first_only else 2]:
        if _plainly_within(inner, outer):
            allows = any(s.effect is Effect.ALLOW for d in inner for s in d.statements)
            answers.append(Containment(answer=Answer.YES, reason=None if allows else _NOTHING_ALLOWED))
            continue
        if comparison is None:
            comparison = Comparison(first, second, Budget())
        sides = (comparison.a, comparison.b) if inner is first else (comparison.b, comparison.a)
        answers.append(_settled(comparison.outcomes(*sides)))
    return answers[0], answers[-1]


def _settled(outcomes: Iterable[Outcome]) -> Containment:
    reason: str | None = None
    for outcome in outcomes:
        if outcome.witness is not None:
            return Containment(answer=Answer.NO, witness=outcome.witness)
        reason = reason or outcome.reason
    return Containment(answer=Answer.UNKNOWN if reason else Answer.YES, reason=reason)


def _checked(a: Documents, b: Documents) -> tuple[tuple[PolicyDocument, ...], tuple[PolicyDocument, ...]]:
    first, second = ((x,) if isinstance(x, PolicyDocument) else tuple(x) for x in (a, b))
    if not first or not second:
        raise InvalidInputError(
            "there is nothing to compare", code="containment.empty", expected="a policy on each side", found="none"
        )
    kinds = {d.kind for d in (*first, *second)}
    if len(kinds) > 1:
        raise InvalidInputError(
            "policies of different kinds cannot be compared",
            code="containment.kinds",
            expected="one kind",
            found=" and ".join(sorted(k.value for k in kinds)),
        )
    kind = kinds.pop()
    for side in (first, second):
        if len(side) > 1 and kind not in UNIONS:
            raise InvalidInputError(
                f"several {kind.value} policies do not speak as one",
                code="containment.several",
                expected="one document",
                found=str(len(side)),
            )
    return first, second


def _plainly_within(inner: Sequence[PolicyDocument], outer: Sequence[PolicyDocument]) -> bool:
    """Whether the outer side has every Allow of the inner, word for word, and the inner every Deny of the outer."""
    return _said(inner, Effect.ALLOW) <= _said(outer, Effect.ALLOW) and _said(outer, Effect.DENY) <= _said(
        inner, Effect.DENY
    )


def _said(documents: Sequence[PolicyDocument], effect: Effect) -> set[tuple[Version, Statement]]:
    return {(d.version, replace(s, index=0, sid=None)) for d in documents for s in d.statements if s.effect is effect}
