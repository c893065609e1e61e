"""Everything on everything."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow
from watchword.decision.analysis.lint.facts import any_resource
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind not in {PolicyKind.IDENTITY, PolicyKind.SESSION}:
        return  # on a resource, "*" is what the resource offers; public-principal asks to whom
    for statement in subject.grants:
        star = next((a for a in statement.actions if a.text == "*"), None)
        if star is None or statement.not_action or any_resource(statement) is None:
            continue
        tamed = Severity.HIGH if statement.conditions else None
        words = ", limited by conditions alone" if statement.conditions else ""
        yield Hit(
            at=star, message=f'"*" on every resource is an administrator{words}', statement=statement, severity=tamed
        )


RULE = Rule(
    id="admin-grant",
    severity=Severity.CRITICAL,
    title="Every action on every resource",
    why="Whoever has this can do anything, giving itself more and removing every trace included.",
    remedy="Name the actions and resources that are used. Keep one audited administrator role with a strong sign-in.",
    check=_check,
    bad=(
        allow('"Action": "*", "Resource": "*"'),
        allow('"Action": ["s3:GetObject", "*"], "Resource": ["arn:aws:s3:::b/*", "*"]'),
    ),
    good=(
        allow('"Action": "s3:*", "Resource": "*"'),
        allow('"Action": "*", "Resource": "arn:aws:s3:::reports/*"'),
        allow('"Action": "*", "Resource": "*"', kind=PolicyKind.SCP),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",),
)
