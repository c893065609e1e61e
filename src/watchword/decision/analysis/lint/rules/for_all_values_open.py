"""ForAllValues in an Allow, which is true of a request that has no such key."""

from collections.abc import Iterator

from watchword.decision.analysis.catalogue import ConditionKey
from watchword.decision.analysis.lint.edits import require_present
from watchword.decision.analysis.lint.examples import allow, deny
from watchword.decision.analysis.lint.facts import present
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import Quantifier


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.allows:
        there = present(statement)
        for condition in statement.conditions:
            if condition.operator.quantifier is not Quantifier.ALL or condition.key.lower() in there:
                continue
            known = subject.catalogue.key(condition.key)
            if known is not None and known.always:
                continue
            yield Hit(
                at=condition,
                message=f'ForAllValues is true when "{condition.key}" is absent or empty, so this Allow does '
                f"not need it",
                statement=statement,
                severity=_severity(condition.key, known),
                fix=require_present(
                    subject, statement, (condition.key,), f'demand that "{condition.key}" is there, with Null'
                ),
            )


def _severity(key: str, known: ConditionKey | None) -> Severity | None:
    if key.lower() == "aws:tagkeys":
        # Absent where no tags are handed over, and the guide's own policies mean that to be allowed.
        return Severity.LOW
    # A service's own key is mostly there wherever its actions are: dynamodb:LeadingKeys, not in a Scan.
    return None if known is None or known.documented else Severity.MEDIUM


RULE = Rule(
    id="for-all-values-open",
    severity=Severity.HIGH,
    title="An Allow with ForAllValues that is open when the key is absent",
    why="Of no values everything is true. A request without the key gets what was meant for those that have the right "
    "one: a principal outside every organisation passes ForAllValues on aws:PrincipalOrgPaths. On aws:TagKeys it lets "
    "requests through that hand over no tags at all, which may be meant: there it is a low finding.",
    remedy='Use ForAnyValue, or add "Null": {"the key": "false"}.',
    check=_check,
    bad=(
        allow(
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", '
            '"Condition": {"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}}'
        ),
        allow(
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", "Condition": '
            '{"ForAllValues:StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}, "Bool": '
            '{"aws:SecureTransport": true}}'
        ),
        allow(
            '"Action": "ec2:CreateTags", "Resource": "arn:aws:ec2:*:444455556666:instance/*", '
            '"Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost"]}}'
        ),
    ),
    good=(
        allow(
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", "Condition": '
            '{"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}, '
            '"Null": {"aws:PrincipalOrgPaths": "false"}}'
        ),
        allow(
            '"Action": "ec2:CreateTags", "Resource": "arn:aws:ec2:*:444455556666:instance/*", '
            '"Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost"]}, '
            '"Null": {"aws:TagKeys": "false"}}'
        ),
        deny(
            '"Action": "s3:*", "Resource": "*", "Condition": {"ForAllValues:StringNotEquals": {"aws:TagKeys": "team"}}'
        ),
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html",
    ),
    reader_codes=frozenset({"policy.lint.for-all-values-allow"}),
    fixes=True,
)
