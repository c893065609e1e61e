"""Changing who may do what, on any resource."""

import re
from collections.abc import Iterator

from watchword.decision.analysis.catalogue import AccessLevel, Action
from watchword.decision.analysis.lint.examples import allow
from watchword.decision.analysis.lint.facts import any_resource, quoted
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind

# What narrows a resource that is written "*": which it is, whose it is, how it is tagged.
_RESOURCE_KEYS = ("aws:resourcetag/", "aws:resourceaccount", "aws:resourceorgid", "iam:resourcetag/", "iam:policyarn")


# What takes access away, or reads; privilege-escalation knows the few that widen by taking a limit away.
_TAKES = (
    *("Abort", "Cancel", "Deactivate", "Deauthorize", "Delete", "Describe", "Detach", "Disable", "Disassociate"),
    *("Dissociate", "Get", "List", "Reject", "Remove", "Reset", "Retire", "Revoke", "Search", "Unlink", "Validate"),
)
# What hands access out by its name. The rest of the level can, among other things: sqs:SetQueueAttributes.
_HANDS_OUT = re.compile(
    r"Polic(?:y|ies)|Permission|Acl$|Grant|Share|AccessKey|LoginProfile|ToGroup|SnapshotAttribute|PublicAccessBlock"
)
# One has a rule of its own; the other makes only roles that AWS has written, for its services.
_APART = frozenset({"iam:PassRole", "iam:CreateServiceLinkedRole"})


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind not in {PolicyKind.IDENTITY, PolicyKind.SESSION}:
        return
    for statement in subject.grants:
        if statement.not_action or any_resource(statement) is None:
            continue
        if any(c.key.lower().startswith(_RESOURCE_KEYS) for c in statement.conditions):
            continue
        for value in statement.actions:
            name = value.text.partition(":")[2]
            if not name or set(name) == {"*"}:
                continue  # admin-grant and service-wildcard say it
            found = [a for a in subject.catalogue.expand(value.text) if _shares(a)]
            if found:
                what = (
                    f'"{value.text}"' if len(found) == 1 else f'"{value.text}" is {quoted(a.name for a in found)}; it'
                )
                yield Hit(
                    at=value,
                    message=f"{what} changes who may do what, here on any resource",
                    statement=statement,
                    severity=None
                    if any(_HANDS_OUT.search(a.name) for a in found) and not statement.conditions
                    else Severity.MEDIUM,
                )


def _shares(action: Action) -> bool:
    # What takes no resource cannot be narrowed to one.
    return (
        action.level is AccessLevel.PERMISSIONS
        and not action.wildcard_only
        and not action.name.startswith(_TAKES)
        and action.full_name not in _APART
    )


RULE = Rule(
    id="permissions-any-resource",
    severity=Severity.HIGH,
    title="Changing permissions on any resource",
    why="Such actions hand out access: policies of buckets, queues and keys, grants, shares of snapshots and images, "
    "users and roles. On any resource they can expose all of them.",
    remedy="Name the resources, or demand their tag or account in Condition.",
    check=_check,
    bad=(
        allow('"Action": "s3:PutBucketPolicy", "Resource": "*"'),
        allow('"Action": "ec2:ModifySnapshotAttribute", "Resource": "arn:aws:ec2:*:*:*"'),
    ),
    good=(
        allow('"Action": "s3:PutBucketPolicy", "Resource": "arn:aws:s3:::reports"'),
        allow('"Action": ["s3:GetBucketPolicy", "s3:DeleteBucketPolicy", "ec2:DescribeInstances"], "Resource": "*"'),
        allow(
            '"Action": "kms:CreateGrant", "Resource": "*", '
            '"Condition": {"StringEquals": {"aws:ResourceTag/Team": "payroll"}}'
        ),
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html",
    ),
)
