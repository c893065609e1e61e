"""A Deny for everyone outside the organisation that also locks out AWS's services."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import document
from watchword.decision.analysis.lint.facts import names_everyone
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind

_OUTSIDE = frozenset({"aws:principalorgid", "aws:principalaccount", "aws:principalorgpaths"})
_SPARES = frozenset(
    {
        "aws:principalisawsservice",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:principaltype",
        "aws:sourceorgid",
        "aws:sourceaccount",
        "aws:principalarn",
    }
)


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind not in {PolicyKind.RCP, PolicyKind.RESOURCE}:
        return
    for statement in subject.denies:
        if next(names_everyone(statement), None) is None:
            continue
        keys = {c.key.lower() for c in statement.conditions}
        outside = next(
            (c for c in statement.conditions if c.key.lower() in _OUTSIDE and c.operator.base.negative), None
        )
        if outside is not None and not keys & _SPARES:
            yield Hit(
                at=outside,
                message=f'services of AWS have no "{outside.key}" of yours, so this denies them too: log delivery, '
                "replication, backups",
                statement=statement,
                severity=None if subject.kind is PolicyKind.RCP else Severity.LOW,
            )


RULE = Rule(
    id="deny-outside-blocks-services",
    severity=Severity.MEDIUM,
    title="A Deny for outsiders that locks AWS's services out",
    why="A negative condition is true of an absent key, with IfExists too. Services that call with their own "
    "name belong to "
    "no organisation, so what they deliver stops arriving.",
    remedy='Add "BoolIfExists": {"aws:PrincipalIsAWSService": "false"} to the Condition.',
    check=_check,
    bad=(
        document(
            '"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", '
            '"Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}',
            kind=PolicyKind.RCP,
        ),
    ),
    good=(
        document(
            '"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", '
            '"Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}, '
            '"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}',
            kind=PolicyKind.RCP,
        ),
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalisawsservice",
    ),
)
