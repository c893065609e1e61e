"""The condition operators of the IAM policy language: 27 base names, two set prefixes, one suffix.

Source: AWS IAM User Guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys".
"""

import enum
from dataclasses import dataclass


class Family(enum.StrEnum):
    """What kind of value an operator compares, and so what its values must look like."""

    STRING = "string"
    NUMERIC = "numeric"
    DATE = "date"
    BOOL = "bool"
    BINARY = "binary"
    IP = "ip"
    ARN = "arn"
    NULL = "null"


class Base(enum.StrEnum):
    STRING_EQUALS = "StringEquals"
    STRING_NOT_EQUALS = "StringNotEquals"
    STRING_EQUALS_IGNORE_CASE = "StringEqualsIgnoreCase"
    STRING_NOT_EQUALS_IGNORE_CASE = "StringNotEqualsIgnoreCase"
    STRING_LIKE = "StringLike"
    STRING_NOT_LIKE = "StringNotLike"
    NUMERIC_EQUALS = "NumericEquals"
    NUMERIC_NOT_EQUALS = "NumericNotEquals"
    NUMERIC_LESS_THAN = "NumericLessThan"
    NUMERIC_LESS_THAN_EQUALS = "NumericLessThanEquals"
    NUMERIC_GREATER_THAN = "NumericGreaterThan"
    NUMERIC_GREATER_THAN_EQUALS = "NumericGreaterThanEquals"
    DATE_EQUALS = "DateEquals"
    DATE_NOT_EQUALS = "DateNotEquals"
    DATE_LESS_THAN = "DateLessThan"
    DATE_LESS_THAN_EQUALS = "DateLessThanEquals"
    DATE_GREATER_THAN = "DateGreaterThan"
    DATE_GREATER_THAN_EQUALS = "DateGreaterThanEquals"
    BOOL = "Bool"
    BINARY_EQUALS = "BinaryEquals"
    IP_ADDRESS = "IpAddress"
    NOT_IP_ADDRESS = "NotIpAddress"
    ARN_EQUALS = "ArnEquals"
    ARN_NOT_EQUALS = "ArnNotEquals"
    ARN_LIKE = "ArnLike"
    ARN_NOT_LIKE = "ArnNotLike"
    NULL = "Null"

    @property
    def family(self) -> Family:
        return _FAMILY[self]

    @property
    def negative(self) -> bool:
        """Whether it is true when *none* of the listed values matches, and true when the key is absent."""
        return self in _NEGATIVE


class Quantifier(enum.StrEnum):
    ALL = "ForAllValues"
    ANY = "ForAnyValue"


_NEGATIVE = frozenset(
    {
        Base.STRING_NOT_EQUALS,
        Base.STRING_NOT_EQUALS_IGNORE_CASE,
        Base.STRING_NOT_LIKE,
        Base.NUMERIC_NOT_EQUALS,
        Base.DATE_NOT_EQUALS,
        Base.NOT_IP_ADDRESS,
        Base.ARN_NOT_EQUALS,
        Base.ARN_NOT_LIKE,
    }
)


def _family(base: Base) -> Family:
    if base in {Base.IP_ADDRESS, Base.NOT_IP_ADDRESS}:
        return Family.IP
    return next(f for f in Family if base.value.lower().startswith(f.value))


_FAMILY = {base: _family(base) for base in Base}
_BY_LOWER = {base.value.lower(): base for base in Base}
_QUANTIFIER_BY_LOWER = {q.value.lower(): q for q in Quantifier}
_IF_EXISTS = "IfExists"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """A base operator with its quantifier and `IfExists`; `str()` gives the canonical spelling."""

    base: Base
    quantifier: Quantifier | None = None
    if_exists: bool = False

    def __str__(self) -> str:
        prefix = f"{self.quantifier.value}:" if self.quantifier else ""
        return f"{prefix}{self.base.value}{_IF_EXISTS if self.if_exists else ''}"


def read_operator(text: str) -> Operator | None:
    """Return the operator of that name in any case, or None. `Null` takes neither a quantifier nor `IfExists`."""
    lower = text.lower()
    prefix, colon, name = lower.rpartition(":")
    quantifier = _QUANTIFIER_BY_LOWER.get(prefix) if colon else None
    if colon and quantifier is None:
        return None
    if_exists = name.endswith(_IF_EXISTS.lower())
    base = _BY_LOWER.get(name.removesuffix(_IF_EXISTS.lower()) if if_exists else name)
    if base is None or (base is Base.NULL and (quantifier or if_exists)):
        return None
    return Operator(base=base, quantifier=quantifier, if_exists=if_exists)


def operator_names() -> tuple[str, ...]:
    """Every base name, for suggestions and for documentation."""
    return tuple(base.value for base in Base)
