"""A wildcard in an identifier that stands for a whole organisation, account or network."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow
from watchword.decision.analysis.lint.facts import demands
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import Base

# The guide's list: "The use of wildcards in these condition keys does not have any valid use cases".
_SENSITIVE = frozenset(
    {
        "aws:principalaccount",
        "aws:principalorgid",
        "aws:resourceaccount",
        "aws:resourceorgid",
        "aws:sourceaccount",
        "aws:sourceorgid",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:vpceaccount",
        "aws:vpceorgid",
    }
)


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.statements:
        for condition in statement.conditions:
            if condition.key.lower() not in _SENSITIVE:
                continue
            if condition.operator.base not in {Base.STRING_LIKE, Base.STRING_NOT_LIKE}:
                continue
            for value in condition.values:
                if any(c in value.text.replace("${*}", "").replace("${?}", "") for c in "*?"):
                    yield Hit(
                        at=value,
                        message=f'"{value.text}" matches identifiers of "{condition.key}" that are not yours',
                        statement=statement,
                        severity=None if demands(condition) else Severity.LOW,
                    )


RULE = Rule(
    id="sensitive-key-wildcard",
    severity=Severity.HIGH,
    title="A wildcard in the identifier of an account, organisation or network",
    why="These identifiers are given out at random: what a part of one matches belongs to strangers.",
    remedy="Write the whole identifier, with StringEquals; to demand that the key is there, use Null.",
    check=_check,
    bad=(
        allow(
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", '
            '"Condition": {"StringLike": {"aws:PrincipalOrgID": "o-*"}}'
        ),
    ),
    good=(
        allow(
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", '
            '"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}'
        ),
        allow(
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", '
            '"Condition": {"StringLike": {"aws:PrincipalTag/team": "pay*"}}'
        ),
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sensitive",
    ),
)
