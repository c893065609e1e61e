"""Deny for everyone but some, by NotPrincipal."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import document
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.denies:
        if statement.not_principal and statement.principals:
            yield Hit(
                at=statement.principals[0].value,
                message="Deny with NotPrincipal spares a session only if it, its role and its account are all listed, "
                "and never a principal with a permission boundary",
                statement=statement,
            )


RULE = Rule(
    id="deny-not-principal",
    severity=Severity.LOW,
    title="Deny with NotPrincipal",
    why="It denies more than it seems to: whoever has a permission boundary is denied even if listed, and a role's "
    "sessions are unless session, role and account are listed. AWS advises against it.",
    remedy='Deny "Principal": "*" with ArnNotEquals on aws:PrincipalArn.',
    check=_check,
    bad=(
        document(
            '"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::444455556666:role/ops"}, "Action": "s3:*", '
            '"Resource": "arn:aws:s3:::reports/*"',
            kind=PolicyKind.RESOURCE,
        ),
    ),
    good=(
        document(
            '"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::reports/*", '
            '"Condition": {"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/ops"}}',
            kind=PolicyKind.RESOURCE,
        ),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",),
)
