"""An action on resources of a type that it does not take."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow, deny
from watchword.decision.analysis.lint.facts import quoted, reaches, with_variables
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import Effect, PolicyKind

# Comparisons of an action with a resource, in one document: two hundred actions, one by one, on a hundred resources.
_MOST = 20_000


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind in {PolicyKind.TRUST, PolicyKind.RESOURCE}:
        return  # a service may ask about its resource in forms that only it knows
    variables = with_variables(subject.document)
    left = _MOST
    for statement in subject.statements:
        if statement.not_action or statement.not_resource or any(set(r.text) == {"*"} for r in statement.resources):
            continue
        for value in statement.actions:
            found = subject.catalogue.expand(value.text)
            if value.text == "*" or not found or all(a.wildcard_only for a in found):
                continue
            left -= len(statement.resources)
            if left < 0:
                return
            if any(reaches(statement, a, variables=variables) for a in found if not a.wildcard_only):
                continue
            wanted = sorted({u.type.arn for a in found for u in a.resources}, key=lambda arn: (len(arn), arn))
            denies = statement.effect is Effect.DENY
            yield Hit(
                at=value,
                message=f'"{value.text}" is never asked about {quoted(r.text for r in statement.resources)}, but about '
                f"{quoted(wanted, most=2)}, so it is " + ("not denied" if denies else "not allowed"),
                statement=statement,
                severity=None if denies else Severity.MEDIUM,
            )


RULE = Rule(
    id="resource-mismatch",
    severity=Severity.HIGH,
    title="Resources of a type that the action does not take",
    why="The statement never matches for that action: an Allow does not allow it, a Deny does not deny it. The "
    "usual case "
    "is a bucket where objects are meant, or the other way round.",
    remedy="Write the ARN of the type that the action takes: arn:aws:s3:::bucket/* for objects.",
    check=_check,
    bad=(
        allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports"'),
        deny('"Action": ["s3:DeleteBucket"], "Resource": "arn:aws:s3:::reports/*"'),
        allow('"Action": "http:GET", "Resource": "arn:watchword:app:::payroll"'),
    ),
    good=(
        allow('"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]'),
        allow('"Action": "s3:*", "Resource": "arn:aws:s3:::b"'),
        allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::${aws:username}-home/*"'),
        allow('"Action": "logs:PutLogEvents", "Resource": "arn:aws:logs:*:*:log-group:/aws/lambda/*:*"'),
    ),
    references=(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ),
)
