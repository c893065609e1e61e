"""Conditions that remain, in words: what would have to be so."""

from collections.abc import Iterable

from watchword.decision.analysis.partial import Answer, Residue, Way
from watchword.decision.engine import StatementRef
from watchword.decision.language import Base, Condition, Family, Quantifier

# What holds where somebody else decides, and says nothing to whoever asked.
_ASSUMED = ("its own account#IfItAllows", "account-root#FullAccess")

_WORDS = {
    Base.STRING_LIKE: "is like",
    Base.STRING_NOT_LIKE: "is like",
    Base.NUMERIC_LESS_THAN: "is below",
    Base.NUMERIC_LESS_THAN_EQUALS: "is at most",
    Base.NUMERIC_GREATER_THAN: "is above",
    Base.NUMERIC_GREATER_THAN_EQUALS: "is at least",
    Base.DATE_LESS_THAN: "is before",
    Base.DATE_LESS_THAN_EQUALS: "is at the latest",
    Base.DATE_GREATER_THAN: "is after",
    Base.DATE_GREATER_THAN_EQUALS: "is at the earliest",
    Base.IP_ADDRESS: "is in",
    Base.NOT_IP_ADDRESS: "is in",
}
_DENIED = {"is": "is not", "is like": "is not like", "is in": "is not in"}


def phrase(condition: Condition, *, holds: bool = True) -> str:
    """What a condition demands, or what its failing does; absence is told where it makes the difference."""
    operator, key = condition.operator, condition.key
    values = " or ".join(v.text or '""' for v in condition.values)
    if operator.base is Base.NULL:
        absent = {v.text.lower() for v in condition.values} == {"true"}
        return f"{key} is {'absent' if absent is holds else 'present'}"
    if operator.quantifier is not None:
        which = "every value" if operator.quantifier is Quantifier.ALL else "some value"
        text = f"{which} of {key} {_verb(operator.base, positive=not operator.base.negative)} {values}"
        return text if holds else f"not ({text})"
    if_missing = operator.base.negative or operator.if_exists
    positive = operator.base.negative is not holds
    text = f"{key} {_verb(operator.base, positive=positive)} {values}"
    may_lack = if_missing is holds
    # A value that has to be something is a value that is there; only the surprising half is said.
    if may_lack:
        return f"{text}, or absent"
    return text if positive else f"{text}, and present"


def _verb(base: Base, *, positive: bool) -> str:
    verb = _WORDS.get(base, "is")
    if base.family is Family.ARN:
        verb = "is like"
    return verb if positive else _DENIED.get(verb, f"not {verb}")


def demands(residue: Residue) -> list[str]:
    """All that has to hold for a statement to apply."""
    texts = [phrase(c) for c in residue.conditions]
    if residue.resources:
        inverse = "none" if residue.statement.not_resource else "one"
        texts.append(f"the resource is {inverse} of {', '.join(residue.resources)}")
    if residue.statement.principals is not None:
        names = ", ".join(e.value.text for e in residue.statement.principals)
        texts.append(f"the caller is {'none of ' if residue.statement.not_principal else ''}{names}")
    return texts


def refusal(residue: Residue) -> str:
    """What has to be so for a Deny not to apply."""
    if len(residue.conditions) == 1 and not residue.resources and residue.statement.principals is None:
        return phrase(residue.conditions[0], holds=False)
    return "not (" + " and ".join(demands(residue)) + ")"


def needed(way: Way) -> list[str]:
    return list(dict.fromkeys(text for residue in way.needs for text in demands(residue)))


def summary(answer: Answer) -> str:
    """The conditions of an IF in one line; why it cannot be told, for an UNKNOWN; empty for the others."""
    if answer.blind:
        return "; ".join(u.why for u in answer.blind)
    ways = [" and ".join(needed(way)) for way in answer.ways]
    texts: list[str] = []
    if all(ways):
        different = list(dict.fromkeys(ways))
        either = " or ".join(f"({w})" if len(different) > 1 and " and " in w else w for w in different)
        texts.append(f"({either})" if len(different) > 1 and answer.unless else either)
    texts += dict.fromkeys(refusal(r) for r in answer.unless)
    if not answer.complete:
        texts.append("or in further ways")
    return " and ".join(t for t in texts if t)


def through(answer: Answer) -> list[str]:
    """The statements that grant, each once."""
    refs: list[StatementRef] = [*answer.through, *(r for way in answer.ways for r in way.through)]
    return named(refs)


def named(refs: Iterable[StatementRef]) -> list[str]:
    texts = list(dict.fromkeys(str(r) for r in refs))
    return [t for t in texts if t not in _ASSUMED] or texts
