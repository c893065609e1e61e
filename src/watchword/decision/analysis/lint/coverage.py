"""`covers_statement`: whether one statement matches every request that another one does, as far as can be shown."""

from collections.abc import Sequence

from watchword.decision.analysis.patterns import covers
from watchword.decision.language import Condition, PrincipalEntry, PrincipalType, Statement, Value

# Pairs of values that are compared for two statements. Beyond it "cannot tell", and nothing is said.
_MOST = 2_000


def covers_statement(wide: Statement, narrow: Statement, *, variables: bool) -> bool:
    """True is certain. False is "not shown": what is inverted, and the same conditions put in other words."""
    if wide.not_action or wide.not_resource or wide.not_principal or narrow.not_principal:
        return False
    if narrow.not_action and not _is_all(wide.actions):
        return False
    if narrow.not_resource and not _is_all(wide.resources):
        return False
    if len(wide.actions) * len(narrow.actions) > _MOST or len(wide.resources) * len(narrow.resources) > _MOST:
        return False
    if not _conditions(wide.conditions, narrow.conditions) or not _principals(wide.principals, narrow.principals):
        return False
    acts = narrow.not_action or all(
        any(covers(w.text.lower(), n.text.lower(), variables=False) for w in wide.actions) for n in narrow.actions
    )
    return acts and (
        narrow.not_resource
        or all(
            any(covers(w.text, n.text, arn=True, variables=variables) for w in wide.resources) for n in narrow.resources
        )
    )


def _is_all(values: Sequence[Value]) -> bool:
    return any(v.text == "*" for v in values)


def _conditions(wide: Sequence[Condition], narrow: Sequence[Condition]) -> bool:
    """Whether what narrows the wide one stands in the narrow one too, word for word."""
    mine = {(c.operator, c.key.lower(), frozenset(v.text for v in c.values)) for c in narrow}
    return all((c.operator, c.key.lower(), frozenset(v.text for v in c.values)) in mine for c in wide)


def _principals(wide: Sequence[PrincipalEntry] | None, narrow: Sequence[PrincipalEntry] | None) -> bool:
    if wide is None or narrow is None:
        return wide is None and narrow is None
    mine = {(p.type, p.value.text) for p in wide}
    return (PrincipalType.AWS, "*") in mine or all((p.type, p.value.text) in mine for p in narrow)
