"""A set operator on a key that has one value."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow, deny
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import Effect, Quantifier


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.statements:
        for condition in statement.conditions:
            quantifier = condition.operator.quantifier
            known = subject.catalogue.key(condition.key)
            if quantifier is None or known is None or known.several or not known.documented:
                continue
            if quantifier is Quantifier.ALL and statement.effect is Effect.ALLOW:
                continue  # for-all-values-open says what is worse about it
            means = "also true when it is absent" if quantifier is Quantifier.ALL else "false when it is absent"
            yield Hit(
                at=condition,
                message=f'"{condition.key}" has one value; {quantifier.value} says no more of it, and is {means}',
                statement=statement,
            )


RULE = Rule(
    id="set-operator-on-one",
    severity=Severity.LOW,
    title="A set operator on a key with one value",
    why="The set operators change what an absent key means: ForAllValues is true of it, ForAnyValue false, also for "
    "negative operators. On a key with one value that is all they do, and it is seldom meant.",
    remedy="Leave the prefix away, and say what an absent key means with IfExists or Null.",
    check=_check,
    bad=(
        deny(
            '"Action": "s3:*", "Resource": "*", '
            '"Condition": {"ForAnyValue:StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}'
        ),
    ),
    good=(
        allow('"Action": "s3:*", "Resource": "*", "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": "team"}}'),
        deny(
            '"Action": "s3:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": '
            '"o-a1b2c3d4e5"}}'
        ),
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html",
    ),
)
