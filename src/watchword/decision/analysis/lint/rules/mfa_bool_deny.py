"""A Deny that was meant for everyone without a second factor and misses long-term keys."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.edits import change_operator
from watchword.decision.analysis.lint.examples import allow, deny
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import Base, Operator
from watchword.decision.language.scalars import read_boolean

_BOOL = Operator(base=Base.BOOL)
_IF_EXISTS = Operator(base=Base.BOOL, if_exists=True)


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.denies:
        for condition in statement.conditions:
            if condition.operator != _BOOL or condition.key.lower() != "aws:multifactorauthpresent":
                continue
            if any(read_boolean(v.text) is False for v in condition.values):
                yield Hit(
                    at=condition,
                    message="requests signed with long-term access keys do not have this key, so this Deny misses them",
                    statement=statement,
                    fix=change_operator(subject, statement, condition, _IF_EXISTS, "use BoolIfExists"),
                )


RULE = Rule(
    id="mfa-bool-deny",
    severity=Severity.HIGH,
    title="A Deny without a second factor that misses access keys",
    why="aws:MultiFactorAuthPresent is in the requests of temporary credentials alone. Bool is false of an "
    "absent key, so "
    "the Deny does not reach whoever uses an access key, which is whom it was written for.",
    remedy='Write "BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}.',
    check=_check,
    bad=(
        deny('"Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}'),
        deny(
            '"NotAction": "iam:*", "Resource": "*", '
            '"Condition": {"Bool": {"aws:MultiFactorAuthPresent": false, "aws:ViaAWSService": false}}'
        ),
    ),
    good=(
        deny('"Action": "*", "Resource": "*", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}'),
        allow('"Action": "s3:Get*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}'),
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent",
    ),
    reader_codes=frozenset({"policy.lint.bool-mfa"}),
    fixes=True,
)
