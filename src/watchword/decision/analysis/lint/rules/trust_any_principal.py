"""A role that anyone may take on."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import trust
from watchword.decision.analysis.lint.facts import NARROWING_KEYS, names_everyone, narrowed_by
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind is not PolicyKind.TRUST:
        return
    for statement in subject.allows:
        entry = next(names_everyone(statement), None)
        if entry is not None and not narrowed_by(statement, NARROWING_KEYS):
            external = any(c.key.lower() == "sts:externalid" for c in statement.conditions)
            known = "; an external id is no secret" if external else ""
            yield Hit(
                at=entry.value,
                message=f"every principal of every account may take on this role{known}",
                statement=statement,
                severity=Severity.HIGH if external else None,
            )


RULE = Rule(
    id="trust-any-principal",
    severity=Severity.CRITICAL,
    title="A role that everyone may assume",
    why="A trust policy is the door of the role: open to all, everything that the role may do is public.",
    remedy="Name the accounts, roles or services, or demand aws:PrincipalOrgID or aws:PrincipalArn.",
    check=_check,
    bad=(
        trust('"Principal": "*", "Action": "sts:AssumeRole"'),
        trust(
            '"Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", '
            '"Condition": {"StringEquals": {"sts:ExternalId": "partner"}}'
        ),
    ),
    good=(
        trust('"Principal": {"AWS": "arn:aws:iam::444455556666:role/ci"}, "Action": "sts:AssumeRole"'),
        trust(
            '"Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", '
            '"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}'
        ),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html",),
)
