"""A whole service on any resource."""

from collections.abc import Iterator

from watchword.decision.analysis.catalogue import AccessLevel
from watchword.decision.analysis.lint.examples import allow
from watchword.decision.analysis.lint.facts import any_resource, service_of
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind

# Whoever holds one of these whole holds the account: its identities, its organisation, its keys.
_GRAVE = frozenset({"iam", "sts", "organizations", "kms", "sso", "sso-directory", "identitystore"})


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind not in {PolicyKind.IDENTITY, PolicyKind.SESSION}:
        return
    for statement in subject.grants:
        if statement.not_action or any_resource(statement) is None or statement.conditions:
            continue
        for value in statement.actions:
            service = service_of(value.text)
            if not service or set(value.text.partition(":")[2]) != {"*"}:
                continue
            levels = {a.level for a in subject.catalogue.expand(value.text)}
            if levels <= {AccessLevel.LIST, AccessLevel.READ}:
                continue
            rights = AccessLevel.PERMISSIONS in levels
            yield Hit(
                at=value,
                message=f'"{value.text}" on any resource is all of {service}'
                + (", changing permissions included" if rights else ""),
                statement=statement,
                severity=None if service in _GRAVE else (Severity.MEDIUM if rights else Severity.LOW),
            )


RULE = Rule(
    id="service-wildcard",
    severity=Severity.HIGH,
    title="A whole service on any resource",
    why="A service's actions include deleting, sharing and changing who may do what; all of iam, sts, organizations or "
    "kms is as good as being an administrator.",
    remedy="Name the actions that are used, or the resources.",
    check=_check,
    bad=(
        allow('"Action": "iam:*", "Resource": "*"'),
        allow('"Action": ["s3:*", "sqs:SendMessage"], "Resource": "*"'),
    ),
    good=(
        allow('"Action": "s3:*", "Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"]'),
        allow('"Action": "http:*", "Resource": "arn:watchword:app:::sample/*"'),
        allow('"Action": "s3:Get*", "Resource": "*"'),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",),
)
