"""Changing things on any resource, where the action could be narrowed to some."""

from collections.abc import Iterator

from watchword.decision.analysis.catalogue import AccessLevel
from watchword.decision.analysis.lint.examples import allow
from watchword.decision.analysis.lint.facts import quoted
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.analysis.patterns import literal
from watchword.decision.language import PolicyKind


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind not in {PolicyKind.IDENTITY, PolicyKind.SESSION}:
        return
    for statement in subject.grants:
        star = next((r for r in statement.resources if r.text == "*"), None)
        if star is None or statement.not_resource or statement.not_action or statement.conditions:
            continue
        # Wide patterns have rules of their own; here it is the actions that were chosen one by one.
        chosen = [a for v in statement.actions if literal(v.text) for a in subject.catalogue.expand(v.text)]
        found = [
            a.full_name
            for a in chosen
            if a.level in {AccessLevel.WRITE, AccessLevel.TAGGING}
            and any(use.required for use in a.resources)
            and a.full_name not in {"sts:AssumeRole", "kms:Decrypt"}
        ]
        if found:
            yield Hit(
                at=star,
                message=f"{quoted(found)} could be granted on named resources, and is here on any",
                statement=statement,
            )


RULE = Rule(
    id="resource-wildcard",
    severity=Severity.LOW,
    title="Changing things on any resource",
    why="The action takes a resource, so it can be narrowed to those that are meant. On any it also reaches the "
    "production database and the log archive.",
    remedy="Name the resources, if only by account and prefix, or demand a tag in Condition.",
    check=_check,
    bad=(allow('"Action": ["sqs:DeleteQueue", "ec2:DescribeInstances"], "Resource": "*"'),),
    good=(
        allow('"Action": ["ec2:DescribeInstances", "cloudwatch:PutMetricData"], "Resource": "*"'),
        allow('"Action": "sqs:DeleteQueue", "Resource": "arn:aws:sqs:eu-central-1:444455556666:jobs-*"'),
        allow(
            '"Action": "ec2:TerminateInstances", "Resource": "*", '
            '"Condition": {"StringEquals": {"aws:ResourceTag/Team": "payroll"}}'
        ),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",),
)
