"""An action that takes no resource, on a named one."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow, deny
from watchword.decision.analysis.lint.facts import quoted
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import Effect, PolicyKind


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind in {PolicyKind.TRUST, PolicyKind.RESOURCE}:
        return  # what a resource's own policy is asked about is that resource
    for statement in subject.statements:
        if statement.not_action or statement.not_resource or any(set(r.text) == {"*"} for r in statement.resources):
            continue
        for value in statement.actions:
            found = subject.catalogue.expand(value.text)
            if not found or value.text == "*" or not all(a.wildcard_only for a in found):
                continue
            denies = statement.effect is Effect.DENY
            yield Hit(
                at=value,
                message=f'"{value.text}" takes no resource, so on {quoted(r.text for r in statement.resources)} it is '
                + ("not denied" if denies else "not allowed"),
                statement=statement,
                severity=None if denies else Severity.MEDIUM,
            )


RULE = Rule(
    id="wildcard-only-action",
    severity=Severity.HIGH,
    title="A named resource for an action that takes none",
    why='Such an action is asked about with the resource "*". A statement with named resources does not reach '
    "it: an Allow "
    "does not allow, a Deny does not deny.",
    remedy='Put it into a statement with "Resource": "*".',
    check=_check,
    bad=(
        allow('"Action": ["s3:ListAllMyBuckets", "s3:ListBucket"], "Resource": "arn:aws:s3:::reports"'),
        deny('"Action": "ecr:GetAuthorizationToken", "Resource": "arn:aws:ecr:*:*:repository/*"'),
    ),
    good=(
        allow('"Action": "s3:ListAllMyBuckets", "Resource": "*"'),
        allow('"Action": ["s3:List*"], "Resource": "arn:aws:s3:::reports"'),
        allow('"Action": "cloudwatch:PutMetricData", "Resource": ["arn:aws:sqs:*:*:q", "*"]'),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",),
)
