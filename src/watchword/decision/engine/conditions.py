"""One condition of a statement, compiled to a function of the request's context.

The rules, which `literal.py` states again in slow motion:

- a missing key fails a positive operator, satisfies a negative one and every `IfExists`;
- values are alternatives for a positive operator; a negative one wants none of them;
- `ForAllValues` is true of an absent or empty set, `ForAnyValue` is not, whatever operator follows;
- a value that is not of the operator's type, or a set where one value is compared, fails a positive operator. What a
  negative one then says is contested: here the answer that cannot open access, no in an Allow and yes in a Deny.

Source: AWS IAM User Guide, "Condition operators", "Multivalued context keys", "Policy variables".
"""

import functools
import operator as op
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from watchword.decision.engine.globs import Matcher, Token, compile_glob
from watchword.decision.engine.model import ContextValue
from watchword.decision.engine.templates import expand_text, expand_tokens
from watchword.decision.language import Base, Condition, Effect, Family, Quantifier, Version
from watchword.decision.language.scalars import (
    in_network,
    read_address,
    read_boolean,
    read_bytes,
    read_instant,
    read_network,
    read_number,
)
from watchword.decision.language.variables import Template, read_template
from watchword.kernel.errors import DefectError

_T = TypeVar("_T")
Context = Mapping[str, ContextValue]
Check = Callable[[Context], bool]
_Element = Callable[[str, Context], bool | None]
"""Whether one value of the request equals any of the condition's values; None: it is not of the operator's type."""

_ARN_PARTS = 6
_COMPARISONS = {
    "Equals": op.eq,
    "NotEquals": op.eq,
    "LessThan": op.lt,
    "LessThanEquals": op.le,
    "GreaterThan": op.gt,
    "GreaterThanEquals": op.ge,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledCondition:
    """`keys` are the keys it reads, in lower case: its own and those of its variables. `texts` are its values, where
    none of them depends on a request; else None."""

    source: Condition
    check: Check
    keys: frozenset[str]
    texts: tuple[str, ...] | None


@functools.lru_cache(maxsize=4096)
def compile_condition(condition: Condition, version: Version, effect: Effect) -> CompiledCondition:
    """Equal conditions, wherever they stand, are one: estates repeat a few of them thousands of times."""
    key = condition.key.lower()
    templates = [read_template(v.text, variables=version is Version.V2012) for v in condition.values]
    uses_variables = condition.operator.base.family in {Family.STRING, Family.ARN}
    variable_keys = [k for t in templates for k in t.keys] if uses_variables else []
    return CompiledCondition(
        source=condition,
        check=_compile(condition, key, templates, deny=effect is Effect.DENY),
        keys=frozenset([key, *variable_keys]),
        texts=_texts(templates),
    )


def _texts(templates: Sequence[Template]) -> tuple[str, ...] | None:
    texts = [expand_text(t, {}) for t in templates if t.static]
    return tuple(t for t in texts if t is not None) if len(texts) == len(templates) else None


def _compile(condition: Condition, key: str, templates: Sequence[Template], *, deny: bool) -> Check:
    operator = condition.operator
    if operator.base is Base.NULL:
        return _null(key, [v.text for v in condition.values])
    element = _ELEMENTS[operator.base.family](condition, templates)
    negative = operator.base.negative
    if operator.quantifier is not None:
        return _quantified(
            key, element, operator.quantifier, negative=negative, if_exists=operator.if_exists, deny=deny
        )
    if_missing = negative or operator.if_exists
    if negative:
        unclear = deny

        def check_negative(context: Context) -> bool:
            value = context.get(key)
            if value is None:
                return if_missing
            if isinstance(value, str):
                equal = element(value, context)
                return unclear if equal is None else not equal
            return unclear

        return check_negative

    def check_positive(context: Context) -> bool:
        value = context.get(key)
        if value is None:
            return if_missing
        return isinstance(value, str) and element(value, context) is True

    return check_positive


def _quantified(
    key: str, element: _Element, quantifier: Quantifier, *, negative: bool, if_exists: bool, deny: bool
) -> Check:
    every = quantifier is Quantifier.ALL
    # Under a set operator IfExists says nothing, except that a Deny written with it must not be the weaker for that.
    if_missing = every or (if_exists and deny)

    def holds(value: str, context: Context) -> bool:
        equal = element(value, context)
        if equal is None:
            return negative and deny
        return equal is not negative

    def check(context: Context) -> bool:
        value = context.get(key)
        if value is None:
            return if_missing
        values = (value,) if isinstance(value, str) else value
        if not any(values):  # a set of empty strings is the empty set
            return every
        if every:
            return all(holds(v, context) for v in values)
        return any(holds(v, context) for v in values)

    return check


def _null(key: str, values: Sequence[str]) -> Check:
    wanted = frozenset(read_boolean(v) for v in values)

    def check(context: Context) -> bool:
        value = context.get(key)
        absent = not value if value is None or isinstance(value, str) else not any(value)
        return absent in wanted

    return check


def _string(condition: Condition, templates: Sequence[Template]) -> _Element:
    base = condition.operator.base
    if base in {Base.STRING_LIKE, Base.STRING_NOT_LIKE}:
        return _like(templates, compile_glob)
    folded = base in {Base.STRING_EQUALS_IGNORE_CASE, Base.STRING_NOT_EQUALS_IGNORE_CASE}
    static = frozenset(expand_text(t, {}) for t in templates if t.static)
    dynamic = [t for t in templates if not t.static]
    if folded:
        lower = frozenset(s.lower() for s in static if s is not None)

        def equals_ignoring_case(value: str, context: Context) -> bool:
            text = value.lower()
            if text in lower:
                return True
            return any(s is not None and s.lower() == text for s in (expand_text(t, context) for t in dynamic))

        return equals_ignoring_case
    if not dynamic:
        return lambda value, _: value in static
    return lambda value, context: value in static or any(expand_text(t, context) == value for t in dynamic)


def _like(templates: Sequence[Template], compiler: Callable[[Sequence[Token]], Matcher]) -> _Element:
    static = [compiler(expand_tokens(t, {}) or []) for t in templates if t.static]
    dynamic = [t for t in templates if not t.static]
    if not dynamic and len(static) == 1:
        only = static[0]
        return lambda value, _: only(value)

    def like(value: str, context: Context) -> bool:
        if any(matches(value) for matches in static):
            return True
        for template in dynamic:
            pattern = expand_tokens(template, context)
            if pattern is not None and compiler(pattern)(value):
                return True
        return False

    return like


def compile_arn(pattern: Sequence[Token]) -> Matcher:
    """Compare part by part: a wildcard never crosses the colons of the first five parts."""
    parts: list[list[Token]] = [[]]
    for token in pattern:
        if not isinstance(token, str):
            parts[-1].append(token)
            continue
        head, *rest = token.split(":", _ARN_PARTS - len(parts))
        parts[-1].append(head)
        parts += [[r] for r in rest]
    if len(parts) < _ARN_PARTS:
        return lambda _: False
    matchers = [compile_glob(p) for p in parts]

    def matches(text: str) -> bool:
        found = text.split(":", _ARN_PARTS - 1)
        return len(found) == _ARN_PARTS and all(m(f) for m, f in zip(matchers, found, strict=True))

    return matches


def _arn(_: Condition, templates: Sequence[Template]) -> _Element:
    like = _like(templates, compile_arn)
    return lambda value, context: like(value, context) if value.count(":") >= _ARN_PARTS - 1 else None


def _ordered(condition: Condition, _: Sequence[Template]) -> _Element:
    base = condition.operator.base
    read = read_number if base.family is Family.NUMERIC else read_instant
    compare = _COMPARISONS[base.value.removeprefix("Numeric").removeprefix("Date")]
    wanted = [_required(read(v.text), condition) for v in condition.values]

    def element(value: str, _: Context) -> bool | None:
        found = read(value)
        return None if found is None else any(compare(found, w) for w in wanted)

    return element


def _boolean(condition: Condition, _: Sequence[Template]) -> _Element:
    wanted = frozenset(read_boolean(v.text) for v in condition.values)

    def element(value: str, _: Context) -> bool | None:
        found = read_boolean(value)
        return None if found is None else found in wanted

    return element


def _binary(condition: Condition, _: Sequence[Template]) -> _Element:
    wanted = frozenset(read_bytes(v.text) for v in condition.values)

    def element(value: str, _: Context) -> bool | None:
        found = read_bytes(value)
        return None if found is None else found in wanted

    return element


def _network(condition: Condition, _: Sequence[Template]) -> _Element:
    networks = [_required(read_network(v.text), condition) for v in condition.values]

    def element(value: str, _: Context) -> bool | None:
        address = read_address(value)
        if address is None:
            return None
        for network in networks:  # noqa: SIM110 - most requests pass here, and a generator costs as much as three networks
            if in_network(address, network):
                return True
        return False

    return element


def _required(value: _T | None, condition: Condition) -> _T:
    """The language has checked every typed value; one that cannot be read now must not become a condition that lies."""
    if value is None:
        raise DefectError(
            f"{condition.operator} on {condition.key} holds a value that is not of its type", code="policy.value.type"
        )
    return value


_ELEMENTS: dict[Family, Callable[[Condition, Sequence[Template]], _Element]] = {
    Family.STRING: _string,
    Family.NUMERIC: _ordered,
    Family.DATE: _ordered,
    Family.BOOL: _boolean,
    Family.BINARY: _binary,
    Family.IP: _network,
    Family.ARN: _arn,
}
