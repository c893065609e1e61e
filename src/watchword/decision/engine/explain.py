"""`explain(request, policies) -> Explanation`: the slow path, for refusals: why, and what would change the answer.

A remedy is a set of conditions that would have to be otherwise: "`watchword:HardwareKey` would have to be true". It is
found by search and never believed: for each, a changed context is made up and the whole decision replayed with it. What
does not come out as Allowed is searched further (the next layer may refuse too) or dropped.

Not offered: changes of action, resource or principal, and conditions for which no value could be made up.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from watchword.decision.engine.conditions import CompiledCondition
from watchword.decision.engine.decide import Evaluation, decide
from watchword.decision.engine.model import (
    ConditionTrace,
    ContextChange,
    ContextValue,
    Decision,
    Explanation,
    Layer,
    Remedy,
    Request,
    Result,
    StatementRef,
    StatementTrace,
)
from watchword.decision.engine.policies import Policies
from watchword.decision.engine.statements import CompiledStatement
from watchword.decision.engine.templates import expand_text
from watchword.decision.language import Base, Family, Quantifier, Version
from watchword.decision.language.scalars import read_instant, read_number
from watchword.decision.language.variables import read_template

# A refusal is explained to a person who waits for the page. More steps than this find nothing that one would do.
_MAX_DECISIONS = 200
_MAX_CHANGES = 5
_MAX_REMEDIES = 8

_Context = Mapping[str, ContextValue]


def explain(request: Request, policies: Policies) -> Explanation:
    """Decide again, and say why and what would change the answer."""
    decision = decide(request, policies)
    evaluation = Evaluation(request, policies)
    considered = [
        s for s in policies.plan.concerning(request.action, request.resource) if _concerns(s, evaluation, request)
    ]
    remedies = () if decision.allowed else tuple(_remedies(request, policies, decision))
    return Explanation(
        decision=decision,
        remedies=remedies,
        considered=tuple(s.ref for s in considered),
        traces=tuple(_trace(s, evaluation, request) for s in considered),
        otherwise_allowed=decision.result is Result.EXPLICITLY_DENIED and evaluation.allowed_but_for_denies(),
        summary=_summary(decision, considered, remedies, evaluation, policies),
    )


def _trace(statement: CompiledStatement, evaluation: Evaluation, request: Request) -> StatementTrace:
    return StatementTrace(
        ref=statement.ref,
        deny=statement.deny,
        conditions=tuple(
            ConditionTrace(
                operator=str(c.source.operator),
                key=c.source.key,
                expected=tuple(v.text for v in c.source.values),
                actual=_actual(c, request.context),
                holds=c.check(request.context),
            )
            for c in statement.conditions
        ),
        applies=evaluation.applies(statement),
    )


def _actual(condition: CompiledCondition, context: _Context) -> tuple[str, ...] | None:
    value = context.get(condition.source.key.lower())
    return (value,) if isinstance(value, str) else value


def _concerns(statement: CompiledStatement, evaluation: Evaluation, request: Request) -> bool:
    return (
        evaluation.reaches(statement)
        and statement.resource(request.resource, request.context)
        and bool(evaluation.naming(statement))
    )


def _summary(
    decision: Decision,
    considered: Sequence[CompiledStatement],
    remedies: tuple[Remedy, ...],
    evaluation: Evaluation,
    policies: Policies,
) -> str:
    statements = ", ".join(str(r) for r in decision.determining)
    if decision.result is Result.ALLOWED:
        return f"allowed by {statements}"
    if decision.result is Result.EXPLICITLY_DENIED:
        text = f"denied by {statements}"
    else:
        text = _withheld(decision.blocking_layer, considered, evaluation, policies)
    return text if remedies else f"{text}; no change of the request's circumstances alone would allow it"


def _withheld(
    layer: Layer | None, considered: Sequence[CompiledStatement], evaluation: Evaluation, policies: Policies
) -> str:
    if layer is Layer.RESOURCE and evaluation.closed_to_public():
        return "the bucket restricts public access, and its policy is public"
    granting = {Layer.IDENTITY, Layer.RESOURCE} if layer is Layer.IDENTITY else {layer}
    # Of guardrails those levels that are silent: what another level says has done its part.
    silent = set(evaluation.allows_of(layer)) if layer is not None else set()
    close = [
        s.ref for s in considered if s.layer in granting and not s.deny and s in silent and not evaluation.applies(s)
    ]
    if close:
        return "the conditions of " + ", ".join(str(r) for r in close) + " do not hold"
    match layer:
        case Layer.GUARDRAIL:
            return "a level of guardrails has no statement that allows this action on this resource"
        case Layer.BOUNDARY:
            return "the permission boundary has no statement that allows this action on this resource"
        case Layer.SESSION if not policies.plan.session:
            return "the session of a federated user may do nothing without a session policy"
        case Layer.SESSION:
            return "the session policy has no statement that allows this action on this resource"
        case Layer.ENDPOINT:
            return "the endpoint policy has no statement that allows this action on this resource"
        case Layer.RESOURCE if policies.resource is None:
            return "the resource's own policy would have to allow this, and there is none"
        case Layer.RESOURCE:
            return "the resource's policy has no statement that allows this principal this action on this resource"
        case _ if any(s.layer is Layer.RESOURCE and not s.deny and evaluation.applies(s) for s in considered):
            return "the resource's policy leaves it to the caller's account, where no identity policy allows it"
        case _:
            return "no statement allows this action on this resource"


# Remedies


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    context: _Context
    changes: tuple[ContextChange, ...]
    decision: Decision


def _remedies(request: Request, policies: Policies, decision: Decision) -> list[Remedy]:
    """Search breadth first, so that the smallest remedies come first; one that contains another is dropped."""
    found: list[tuple[frozenset[ContextChange], Remedy]] = []
    seen: set[frozenset[ContextChange]] = set()
    waiting = [_Attempt(context=request.context, changes=(), decision=decision)]
    decisions = 0
    while waiting and decisions < _MAX_DECISIONS and len(found) < _MAX_REMEDIES:
        waiting.sort(key=lambda a: len(a.changes))
        attempt = waiting.pop(0)
        for changes, context in _next_steps(request, policies, attempt):
            key = frozenset(changes)
            if key in seen or len(key) > _MAX_CHANGES or any(f <= key for f, _ in found):
                continue
            seen.add(key)
            decisions += 1
            answer = decide(replace(request, context=context), policies)
            if answer.allowed:
                remedy = Remedy(changes=changes, example=tuple(_difference(request.context, context)))
                found.append((key, remedy))
            else:
                waiting.append(_Attempt(context=context, changes=changes, decision=answer))
            if decisions >= _MAX_DECISIONS:
                break
    smallest = [r for key, r in found if not any(other < key for other, _ in found)]
    return sorted(smallest, key=lambda r: len(r.changes))


def _difference(before: _Context, after: _Context) -> Iterator[tuple[str, ContextValue | None]]:
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            yield key, after.get(key)


def _next_steps(
    request: Request, policies: Policies, attempt: _Attempt
) -> Iterator[tuple[tuple[ContextChange, ...], _Context]]:
    now = replace(request, context=attempt.context)
    evaluation = Evaluation(now, policies)
    decision = attempt.decision
    if decision.result is Result.EXPLICITLY_DENIED:
        # Every Deny that matches has to be lifted; the next ones are met in later steps.
        by_ref = {s.ref: s for s in policies.plan.concerning(request.action, request.resource)}
        statement = by_ref[decision.determining[0]]
        for condition in statement.conditions:
            context = _turned(condition, attempt.context, wanted=False, policies=policies, ref=statement.ref)
            if context is not None:
                change = _change(condition, statement.ref, request.context, must_match=False)
                yield _joined(attempt.changes, [change]), context
    elif decision.blocking_layer is not None:
        for statement in evaluation.allows_of(decision.blocking_layer):
            if not _concerns(statement, evaluation, now):
                continue
            failing = [c for c in statement.conditions if not c.check(attempt.context)]
            context = attempt.context
            for condition in failing:
                turned = _turned(condition, context, wanted=True, policies=policies, ref=statement.ref)
                if turned is None:
                    break
                context = turned
            else:
                changes = [_change(c, statement.ref, request.context, must_match=True) for c in failing]
                yield _joined(attempt.changes, changes), context


def _joined(before: tuple[ContextChange, ...], new: Iterable[ContextChange]) -> tuple[ContextChange, ...]:
    return tuple(dict.fromkeys([*before, *new]))


def _change(condition: CompiledCondition, ref: StatementRef, context: _Context, *, must_match: bool) -> ContextChange:
    return ContextChange(
        statement=ref,
        operator=str(condition.source.operator),
        key=condition.source.key,
        expected=tuple(v.text for v in condition.source.values),
        actual=_actual(condition, context),
        must_match=must_match,
    )


def _turned(
    condition: CompiledCondition, context: _Context, *, wanted: bool, policies: Policies, ref: StatementRef
) -> _Context | None:
    """A context in which one condition comes out as wanted, differing in that condition's own key alone."""
    key = condition.source.key.lower()
    version = _version_of(ref, policies)
    for value in _candidates(condition, context, version):
        changed = {k: v for k, v in context.items() if k != key}
        if value is not None:
            changed[key] = value
        if condition.check(changed) is wanted:
            return changed
    return None


def _version_of(ref: StatementRef, policies: Policies) -> Version:
    documents = (d for _, documents in policies.layers() for d in documents)
    return next((d.version for d in documents if d.name == ref.policy), Version.V2012)


def _candidates(condition: CompiledCondition, context: _Context, version: Version) -> Iterator[ContextValue | None]:
    """Values to try, the likeliest first; absence last, because a request can seldom lose a key."""
    operator = condition.source.operator
    if operator.base is Base.NULL:
        yield from ("present", None)
        return
    singles: list[str] = []
    for value in condition.source.values:
        if operator.base.family in {Family.STRING, Family.ARN}:
            template = read_template(value.text, variables=version is Version.V2012)
            text = expand_text(template, context)
        else:
            text = value.text
        if text is not None:
            singles += _near(text, operator.base.family)
    singles += _ELSEWHERE.get(operator.base.family, ())
    current = context.get(condition.source.key.lower())
    several = current if isinstance(current, tuple) else (current,) if current is not None else ()
    for single in singles:
        if operator.quantifier is None:
            yield single
            continue
        if operator.quantifier is Quantifier.ANY:
            yield (*several, single)
        yield (single,)
    yield None


# Values that are likely to be none of those a condition lists. The addresses are those set aside for documentation.
_ELSEWHERE: dict[Family, tuple[str, ...]] = {
    Family.STRING: ("another-value", "yet-another-value"),
    Family.NUMERIC: ("0", "1000000"),
    Family.BOOL: ("true", "false"),
    Family.IP: ("192.0.2.1", "198.51.100.1", "2001:db8::1"),
    Family.ARN: ("arn:aws:iam::000000000000:user/another",),
    Family.BINARY: ("AA==",),
}


def _near(text: str, family: Family) -> list[str]:
    """Values at and around one that a condition names."""
    match family:
        case Family.NUMERIC | Family.DATE:
            number = read_number(text) if family is Family.NUMERIC else read_instant(text)
            if number is None:
                return [text]
            return [text, format(number + 1, "f"), format(number - 1, "f")]
        case Family.IP:
            return [text.partition("/")[0]]
        case Family.STRING | Family.ARN:
            filled = text.replace("?", "x").replace("*", "")
            return list(dict.fromkeys([text, filled, text.replace("?", "x").replace("*", "x")]))
        case _:
            return [text]
