"""Every action of every service, on some resources."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow, resource
from watchword.decision.analysis.lint.facts import any_resource
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.grants:
        star = next((a for a in statement.actions if a.text == "*"), None)
        if star is None or statement.not_action:
            continue
        if subject.kind is not PolicyKind.RESOURCE and any_resource(statement) is not None:
            continue  # admin-grant says it
        yield Hit(
            at=star,
            message='"*" is every action of every service, those that do not exist yet included',
            statement=statement,
        )


RULE = Rule(
    id="action-wildcard",
    severity=Severity.MEDIUM,
    title="Every action of every service",
    why="It grants changing permissions, deleting and sharing along with what was meant, and whatever is added later.",
    remedy="Name the actions, or at least the service: s3:Get*.",
    check=_check,
    bad=(
        allow('"Action": "*", "Resource": "arn:aws:s3:::reports/*"'),
        resource('"Principal": {"AWS": "444455556666"}, "Action": "*", "Resource": "arn:aws:s3:::reports/*"'),
    ),
    good=(
        allow('"Action": "s3:Get*", "Resource": "arn:aws:s3:::reports/*"'),
        allow('"NotAction": "*", "Resource": "*"'),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",),
)
