"""An Allow that was meant for those with a second factor and lets long-term keys in."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow, deny
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import Base, Operator
from watchword.decision.language.scalars import read_boolean

_KEYS = frozenset({"aws:multifactorauthpresent", "aws:multifactorauthage"})
_AGE = frozenset({Base.NUMERIC_LESS_THAN, Base.NUMERIC_LESS_THAN_EQUALS})
_BOOL = Operator(base=Base.BOOL, if_exists=True)


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.allows:
        for condition in statement.conditions:
            if condition.key.lower() not in _KEYS:
                continue
            wants = condition.operator == _BOOL and any(read_boolean(v.text) for v in condition.values)
            age = condition.operator.base in _AGE and condition.operator.if_exists
            if wants or age:
                yield Hit(
                    at=condition,
                    message="requests signed with long-term access keys do not have this key, and IfExists lets "
                    "them in",
                    statement=statement,
                )


RULE = Rule(
    id="mfa-if-exists-allow",
    severity=Severity.MEDIUM,
    title="An Allow with a second factor that access keys pass without one",
    why="With IfExists an absent key is as good as the right one, and it is absent just where no second factor "
    "was used.",
    remedy='Write "Bool": {"aws:MultiFactorAuthPresent": "true"}.',
    check=_check,
    bad=(
        allow(
            '"Action": "s3:*", "Resource": "*", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}'
        ),
    ),
    good=(
        allow('"Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}'),
        deny(
            '"Action": "s3:*", "Resource": "*", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}'
        ),
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent",
    ),
)
