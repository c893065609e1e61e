"""An operator that cannot compare what the key holds."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from watchword.decision.analysis.catalogue import ConditionKey, ValueType
from watchword.decision.analysis.lint.examples import allow, deny
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import Family

_ALL = frozenset(ValueType)
# The types of keys that an operator family can compare. String operators compare the text of anything; that is right
# for booleans and ARNs, and wrong for what is written in many ways: addresses and instants.
_CAN: Mapping[Family, frozenset[ValueType]] = MappingProxyType(
    {
        Family.STRING: _ALL - {ValueType.IP, ValueType.DATE},
        Family.NUMERIC: frozenset({ValueType.NUMERIC, ValueType.STRING}),
        Family.DATE: frozenset({ValueType.DATE}),
        Family.BOOL: frozenset({ValueType.BOOL, ValueType.STRING}),
        Family.BINARY: frozenset({ValueType.BINARY, ValueType.STRING}),
        Family.IP: frozenset({ValueType.IP, ValueType.STRING}),
        Family.ARN: frozenset({ValueType.ARN, ValueType.STRING}),
        Family.NULL: _ALL,
    }
)
_RIGHT: Mapping[ValueType, str] = MappingProxyType(
    {
        ValueType.IP: "IpAddress",
        ValueType.DATE: "DateLessThan",
        ValueType.NUMERIC: "NumericEquals",
        ValueType.BOOL: "Bool",
        ValueType.ARN: "ArnLike",
        ValueType.STRING: "StringEquals",
        ValueType.BINARY: "BinaryEquals",
    }
)


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.statements:
        for condition in statement.conditions:
            known = subject.catalogue.key(condition.key)
            if known is None or _fits(known, condition.operator.base.family):
                continue
            yield Hit(
                at=condition,
                message=f'"{condition.key}" holds {_what(known.type)}, which {condition.operator} does not compare; '
                f"use an operator such as {_RIGHT[known.type]}",
                statement=statement,
                severity=None if known.documented else Severity.LOW,
            )


def _fits(key: ConditionKey, family: Family) -> bool:
    if key.name == "aws:EpochTime" and family is Family.NUMERIC:
        return True  # documented for both
    if key.documented and key.type is ValueType.STRING:
        return family in {Family.STRING, Family.NULL, Family.NUMERIC}
    if not key.documented and family in {Family.STRING, Family.DATE}:
        return True  # the services' lists call many a key by another type than it has
    return key.type in _CAN[family]


def _what(type_: ValueType) -> str:
    return {ValueType.IP: "an IP address", ValueType.ARN: "an ARN", ValueType.DATE: "an instant"}.get(
        type_, {"Bool": "true or false", "Numeric": "a number", "Binary": "bytes"}.get(type_.value, "a text")
    )


RULE = Rule(
    id="condition-value-type",
    severity=Severity.MEDIUM,
    title="An operator that does not fit the key's type",
    why="The comparison fails whatever the request holds, or compares one spelling of many: 203.0.113.0/24 is no text "
    "that any request has.",
    remedy="Use the operators of the key's type.",
    check=_check,
    bad=(
        deny('"Action": "s3:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:SourceIp": "203.0.113.0/24"}}'),
        allow(
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", '
            '"Condition": {"IpAddress": {"aws:SourceVpc": "203.0.113.0/24"}}'
        ),
    ),
    good=(
        deny('"Action": "s3:*", "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}'),
        allow(
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", "Condition": {"StringEquals": '
            '{"aws:SecureTransport": "true"}, "StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ops"}, '
            '"NumericLessThan": {"aws:EpochTime": 1800000000}}'
        ),
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    ),
)
