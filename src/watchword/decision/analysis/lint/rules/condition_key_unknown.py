"""A condition key that nobody supplies."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow, trust
from watchword.decision.analysis.lint.facts import MOST_SUGGESTIONS
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject


def _check(subject: Subject) -> Iterator[Hit]:
    suggestions = MOST_SUGGESTIONS
    for statement in subject.statements:
        for condition in statement.conditions:
            key = condition.key
            if subject.catalogue.key(key) is not None:
                continue
            near = subject.catalogue.nearest_key(key) if suggestions > 0 else None
            suggestions -= 1
            yield Hit(
                at=condition,
                message=f'no request has a key "{key}", as far as is known'
                + (f'; did you mean "{near}"?' if near else ""),
                statement=statement,
            )


RULE = Rule(
    id="condition-key-unknown",
    severity=Severity.MEDIUM,
    title="A condition key that is not known",
    why="A key that no request has is absent from all of them: a positive condition is never true, a negative "
    "one always. "
    "A misspelt key in a Deny makes it deny nothing.",
    remedy="Correct the name. Keys of identity providers are their host and the claim.",
    check=_check,
    bad=(
        allow(
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", '
            '"Condition": {"StringEquals": {"aws:PrincipalOrgI": "o-a1b2c3d4e5"}}'
        ),
        allow(
            '"Action": "http:GET", "Resource": "arn:watchword:app:::payroll/*", '
            '"Condition": {"Bool": {"watchword:HardwareToken": "true"}}'
        ),
    ),
    good=(
        allow(
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", "Condition": {"StringEquals": '
            '{"AWS:principalorgid": "o-a1b2c3d4e5", "aws:PrincipalTag/team": "payroll", "s3:ExistingObjectTag/x": "y"}}'
        ),
        trust(
            '"Principal": {"Federated": "arn:aws:iam::444455556666:oidc-provider/oidc.example.com/id/1"}, '
            '"Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": '
            '{"oidc.example.com/id/1:sub": "ci", "oidc.example.com/id/1:aud": "sts"}}'
        ),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",),
)
