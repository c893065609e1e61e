"""Handing roles to services, whichever."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow
from watchword.decision.analysis.lint.facts import is_all_of_a_type, narrowed_by, service_of
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind

_KEYS = frozenset({"iam:passedtoservice", "iam:associatedresourcearn"})


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind not in {PolicyKind.IDENTITY, PolicyKind.SESSION}:
        return
    for statement in subject.grants:
        if statement.not_action or narrowed_by(statement, _KEYS):
            continue
        for value in statement.actions:
            if service_of(value.text) != "iam" or set(value.text.partition(":")[2]) == {"*"}:
                continue  # "*" and iam:* are said by other rules
            passing = next((a for a in subject.catalogue.expand(value.text) if a.full_name == "iam:PassRole"), None)
            if passing is None:
                continue
            wide = statement.not_resource or any(is_all_of_a_type(r.text, passing) for r in statement.resources)
            roles = "any role" if wide else "these roles"
            yield Hit(
                at=value,
                message=f'"{value.text}" passes {roles} to any service: iam:PassedToService is not demanded',
                statement=statement,
                severity=None if wide else Severity.LOW,
            )
            break


RULE = Rule(
    id="pass-role",
    severity=Severity.HIGH,
    title="Passing roles to any service",
    why="Who may pass a role to a service that runs its code acts as that role: an administrator's role makes an "
    "administrator.",
    remedy='Name the roles, and the service: "StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}.',
    check=_check,
    bad=(
        allow('"Action": "iam:PassRole", "Resource": "*"'),
        allow('"Action": "iam:Pass*", "Resource": "arn:aws:iam::444455556666:role/app-*"'),
    ),
    good=(
        allow(
            '"Action": "iam:PassRole", "Resource": "arn:aws:iam::444455556666:role/app-*", '
            '"Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}'
        ),
        allow('"Action": "iam:GetRole", "Resource": "*"'),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",),
)
