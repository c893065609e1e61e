"""A decision's reasons as pages show them: the answer, the statements, and what would change it."""

from dataclasses import dataclass

from watchword.console.policies.excerpt import CodeLine, code_lines, excerpt, statement_lines
from watchword.console.ports import Running
from watchword.decision.engine import ContextChange, Explanation, Result, StatementRef

LAYERS = {
    "guardrail": "guardrails",
    "resource-guardrail": "resource guardrails",
    "resource": "the application's own policy",
    "identity": "the person's policies",
    "boundary": "the boundary",
    "session": "the session's policy",
    "endpoint": "the endpoint's policy",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    policy: str
    label: str
    layer: str
    effect: str
    line: int
    url: str
    determining: bool
    excerpt: tuple[CodeLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionView:
    """One condition of a statement: what it expects, what there is, and whether it has to hold or to fail."""

    key: str
    operator: str
    expected: str
    actual: str
    known: bool
    must_match: bool
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyView:
    conditions: tuple[ConditionView, ...]
    example: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationView:
    allowed: bool
    result: str
    summary: str
    layer: str
    statements: tuple[StatementView, ...]
    remedies: tuple[RemedyView, ...]
    missing_keys: tuple[str, ...]
    revision: str


_RESULTS = {
    Result.ALLOWED: "Allowed",
    Result.IMPLICITLY_DENIED: "Denied: nothing allows it",
    Result.EXPLICITLY_DENIED: "Denied by a statement",
}


def explanation_view(explanation: Explanation, running: Running) -> ExplanationView:
    decision = explanation.decision
    determining = set(decision.determining)
    refs = [*decision.determining, *(ref for ref in explanation.considered if ref not in determining)]
    summary = explanation.summary
    return ExplanationView(
        allowed=decision.allowed,
        result=_RESULTS[decision.result],
        summary=summary[:1].upper() + summary[1:],
        layer=LAYERS.get(decision.blocking_layer.value, "") if decision.blocking_layer is not None else "",
        statements=tuple(_statement(ref, running, determining=ref in determining) for ref in refs),
        remedies=tuple(
            RemedyView(
                conditions=tuple(_condition(change) for change in remedy.changes),
                example=tuple(
                    (key, "absent" if value is None else value if isinstance(value, str) else ", ".join(value))
                    for key, value in remedy.example
                ),
            )
            for remedy in explanation.remedies
        ),
        missing_keys=decision.missing_keys,
        revision=decision.revision,
    )


def _statement(ref: StatementRef, running: Running, *, determining: bool) -> StatementView:
    shown: tuple[CodeLine, ...] = ()
    effect, url, line = "", "", ref.line
    document = running.policies.get(ref.policy)
    if document is not None and ref.index < len(document.statements):
        text = running.policy_text(ref.policy)
        first, last = statement_lines(document, ref.index, text)
        shown = excerpt(code_lines(text), first, last)
        effect, line = document.statements[ref.index].effect.value, first
        url = f"/policies/read/{ref.policy}#L{first}"
    return StatementView(
        policy=ref.policy,
        label=ref.sid or f"statement {ref.index + 1}",
        layer=LAYERS.get(ref.layer.value, ref.layer.value),
        effect=effect,
        line=line,
        url=url,
        determining=determining,
        excerpt=shown,
    )


def _condition(change: ContextChange) -> ConditionView:
    return ConditionView(
        key=change.key,
        operator=change.operator,
        expected=" or ".join(change.expected),
        actual=", ".join(change.actual) if change.actual is not None else "",
        known=change.actual is not None,
        must_match=change.must_match,
        statement=str(change.statement),
    )
