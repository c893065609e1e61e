"""An operator for one value on a key that has several."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import Base


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.statements:
        for condition in statement.conditions:
            operator = condition.operator
            if operator.quantifier is not None or operator.base is Base.NULL:
                continue
            known = subject.catalogue.key(condition.key)
            if known is None or not known.several:
                continue
            yield Hit(
                at=condition,
                message=f'"{condition.key}" has several values, and {operator} compares one: it does not match; '
                f"use ForAnyValue:{operator.base.value}",
                statement=statement,
                # The services' own lists are less exact about which of their keys have several values.
                severity=None if known.documented else Severity.LOW,
            )


RULE = Rule(
    id="set-operator-missing",
    severity=Severity.MEDIUM,
    title="An operator for one value on a key that has several",
    why="Such a comparison does not match, so that an Allow allows nothing, or worse, a Deny denies nothing.",
    remedy="Put ForAnyValue: or ForAllValues: before the operator; in an Allow, ForAnyValue.",
    check=_check,
    bad=(
        allow(
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", '
            '"Condition": {"StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}}'
        ),
        allow(
            '"Action": "http:GET", "Resource": "arn:watchword:app:::payroll/*", '
            '"Condition": {"StringEquals": {"watchword:Groups": "clerks"}}'
        ),
    ),
    good=(
        allow(
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", '
            '"Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}}'
        ),
        allow(
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", '
            '"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}'
        ),
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html",
    ),
    reader_codes=frozenset({"policy.lint.set-operator"}),
)
