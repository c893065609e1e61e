"""Allow on every resource but some."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow, deny
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind in {PolicyKind.SCP, PolicyKind.ENDPOINT}:
        return  # there it is a limit
    for statement in subject.allows:
        if statement.not_resource and not any(r.text == "*" for r in statement.resources):
            yield Hit(
                at=statement.resources[0],
                message="Allow with NotResource grants every other resource, of every service and account",
                statement=statement,
            )


RULE = Rule(
    id="allow-not-resource",
    severity=Severity.HIGH,
    title="Allow with NotResource",
    why="It grants all that is not listed, and what is made tomorrow.",
    remedy="Name what is allowed in Resource; to leave something out, add a Deny.",
    check=_check,
    bad=(allow('"Action": "s3:*", "NotResource": "arn:aws:s3:::payroll/*"'),),
    good=(
        deny('"Action": "s3:*", "NotResource": "arn:aws:s3:::payroll/*"'),
        allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::payroll/*"'),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html",),
    reader_codes=frozenset({"policy.lint.allow-not-resource"}),
)
