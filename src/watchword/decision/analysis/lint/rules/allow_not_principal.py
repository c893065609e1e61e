"""Allow for everyone but some."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import document, resource
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.allows:
        if statement.not_principal and statement.principals:
            yield Hit(
                at=statement.principals[0].value,
                message="Allow with NotPrincipal is for everyone else in the world, anonymous callers included",
                statement=statement,
            )


RULE = Rule(
    id="allow-not-principal",
    severity=Severity.CRITICAL,
    title="Allow with NotPrincipal",
    why="It names who is left out; everybody else is let in, those without any account included.",
    remedy="Name who is allowed in Principal. To leave somebody out, add a Deny.",
    check=_check,
    bad=(
        resource(
            '"NotPrincipal": {"AWS": "arn:aws:iam::444455556666:user/bob"}, "Action": "s3:GetObject", '
            '"Resource": "arn:aws:s3:::reports/*"'
        ),
    ),
    good=(
        document(
            '"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::444455556666:role/ops"}, "Action": "s3:*", '
            '"Resource": "arn:aws:s3:::reports/*"',
            kind=PolicyKind.RESOURCE,
        ),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",),
    reader_codes=frozenset({"policy.lint.allow-not-principal"}),
)
