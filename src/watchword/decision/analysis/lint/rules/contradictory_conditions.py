"""Conditions of one statement that cannot hold together."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from watchword.decision.analysis.lint.examples import allow
from watchword.decision.analysis.lint.facts import demands
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.analysis.patterns import literal, matches
from watchword.decision.language import Base, Condition, Family
from watchword.decision.language.scalars import Network, read_boolean, read_instant, read_network, read_number

# Pairs of conditions on one key that are compared; a statement has a handful.
_MOST = 64
# Pairs of values of two conditions that are compared.
_MOST_VALUES = 10_000
_EXACT = frozenset({Base.STRING_EQUALS})
_PATTERNS = frozenset({Base.STRING_EQUALS, Base.STRING_LIKE})
_EXCLUDING = frozenset({Base.STRING_NOT_EQUALS, Base.STRING_NOT_LIKE})
_BELOW = ("LessThan", "LessThanEquals")
_ABOVE = ("GreaterThan", "GreaterThanEquals")


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.statements:
        by_key: dict[str, list[Condition]] = {}
        for condition in statement.conditions:
            by_key.setdefault(condition.key.lower(), []).append(condition)
        for conditions in by_key.values():
            known = subject.catalogue.key(conditions[0].key)
            several = known is None or known.several
            for first, second in combinations(conditions[:_MOST], 2):
                why = _contradict(first, second, several=several)
                if why:
                    yield Hit(
                        at=second,
                        message=f'{first.operator} and {second.operator} on "{second.key}" cannot both hold: {why}; '
                        "the statement never matches",
                        statement=statement,
                    )
                    break


def _contradict(first: Condition, second: Condition, *, several: bool) -> str | None:
    for one, other in ((first, second), (second, first)):
        if one.operator.base is Base.NULL:
            wants = {read_boolean(v.text) for v in one.values}
            if wants == {True} and demands(other):
                return "the one wants the key absent"
            if other.operator.base is Base.NULL and {read_boolean(v.text) for v in other.values} == {True}:
                return "the one wants the key absent, the other present" if wants == {False} else None
    if several or any(c.operator.quantifier or c.operator.if_exists for c in (first, second)):
        return None
    for one, other in ((first, second), (second, first)):
        if one.operator.base in _EXACT and demands(one):
            why = _texts(one, other)
            if why:
                return why
    if first.operator.base is Base.BOOL and second.operator.base is Base.BOOL:
        apart = {read_boolean(v.text) for v in first.values}.isdisjoint(read_boolean(v.text) for v in second.values)
        return "the one wants true, the other false" if apart else None
    if first.operator.base is Base.IP_ADDRESS and second.operator.base is Base.IP_ADDRESS:
        return _networks(first, second)
    return _ranges(first, second)


def _texts(exact: Condition, other: Condition) -> str | None:
    values = [v.text for v in exact.values]
    others = [v.text for v in other.values]
    if any("${" in t for t in (*values, *others)) or len(values) * len(others) > _MOST_VALUES:
        return None
    if other.operator.base in _PATTERNS:
        like = other.operator.base is Base.STRING_LIKE
        if not any(matches(o, v) if like else o == v for o in others for v in values):
            return "they have no value in common"
    if other.operator.base in _EXCLUDING:
        like = other.operator.base is Base.STRING_NOT_LIKE
        if all(any(matches(o, v) if like else o == v for o in others) for v in values):
            return "the one excludes every value of the other"
    return None


def _networks(first: Condition, second: Condition) -> str | None:
    if len(first.values) * len(second.values) > _MOST_VALUES:
        return None
    one = [n for v in first.values if (n := read_network(v.text))]
    other = [n for v in second.values if (n := read_network(v.text))]
    return None if any(_overlap(a, b) for a in one for b in other) else "their ranges do not meet"


def _overlap(one: Network, other: Network) -> bool:
    mask = one.mask & other.mask
    return one.version == other.version and one.base & mask == other.base & mask


def _ranges(first: Condition, second: Condition) -> str | None:
    family = first.operator.base.family
    if family is not second.operator.base.family or family not in {Family.NUMERIC, Family.DATE}:
        return None
    read: Callable[[str], Decimal | None] = read_number if family is Family.NUMERIC else read_instant
    for one, other in ((first, second), (second, first)):
        below, above = _bound(one, _BELOW, read, max), _bound(other, _ABOVE, read, min)
        if below is not None and above is not None and below < above:
            return "the one ends before the other begins"
    return None


def _bound(
    condition: Condition,
    names: Sequence[str],
    read: Callable[[str], Decimal | None],
    loosest: Callable[[list[Decimal]], Decimal],
) -> Decimal | None:
    if not condition.operator.base.value.endswith(tuple(names)):
        return None
    values = [n for v in condition.values if literal(v.text) and (n := read(v.text)) is not None]
    return loosest(values) if len(values) == len(condition.values) else None


RULE = Rule(
    id="contradictory-conditions",
    severity=Severity.MEDIUM,
    title="Conditions that cannot hold together",
    why="All conditions of a statement must hold. Where two cannot, the statement never matches: an Allow that allows "
    "nothing is confusing, a Deny that denies nothing is a hole.",
    remedy="Several values of one key are alternatives: list them under one operator. Else write two statements.",
    check=_check,
    bad=(
        allow(
            '"Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "a"}, '
            '"StringLike": {"aws:PrincipalTag/team": "b*"}}'
        ),
        allow(
            '"Action": "s3:*", "Resource": "*", "Condition": {"Null": {"aws:SourceVpc": "true"}, '
            '"StringEquals": {"aws:SourceVpc": "vpc-0a1b2c3d"}}'
        ),
        allow(
            '"Action": "s3:*", "Resource": "*", "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-01-01"}, '
            '"DateGreaterThan": {"aws:CurrentTime": "2026-06-01"}}'
        ),
    ),
    good=(
        allow(
            '"Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": ["a", "b"]}, '
            '"StringNotEquals": {"aws:PrincipalTag/team": "a"}}'
        ),
        allow(
            '"Action": "s3:*", "Resource": "*", "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01"}, '
            '"DateLessThan": {"aws:CurrentTime": "2026-06-01"}}'
        ),
        allow(
            '"Action": "s3:*", "Resource": "*", "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}, '
            '"ForAnyValue:StringLike": {"aws:TagKeys": "b"}}'
        ),
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html",
    ),
)
