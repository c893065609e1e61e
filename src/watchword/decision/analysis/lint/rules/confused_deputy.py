"""A service that may be led to act here for somebody else's resource."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import resource, trust
from watchword.decision.analysis.lint.facts import SOURCE_KEYS, narrowed_by, quoted
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind, PrincipalType

# Trust policies: only services whose documentation asks for these conditions; others do not send the keys, and their
# roles would stop working.
IN_TRUST = frozenset(
    f"{name}.amazonaws.com"
    for name in (
        "bedrock",
        "codebuild",
        "cognito-idp",
        "dms",
        "ecs-tasks",
        "iot",
        "logs",
        "pipes",
        "sagemaker",
        "scheduler",
        "ssm",
        "transfer",
    )
)
# Classic load balancers' and Redshift's older log delivery, which send no source.
_WITHOUT_SOURCE = frozenset({"logdelivery.elasticloadbalancing.amazonaws.com", "redshift.amazonaws.com"})
_ALSO = frozenset(
    {"kms:encryptioncontext:", "kms:viaservice", "aws:principalorgid", "aws:sourceowner", "aws:sourcevpce"}
)


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind not in {PolicyKind.RESOURCE, PolicyKind.TRUST}:
        return
    trusting = subject.kind is PolicyKind.TRUST
    for statement in subject.allows:
        if statement.not_principal or narrowed_by(statement, SOURCE_KEYS | _ALSO):
            continue
        entries = [e for e in statement.principals or () if e.type is PrincipalType.SERVICE]
        asked = [e for e in entries if (e.value.text in IN_TRUST if trusting else e.value.text not in _WITHOUT_SOURCE)]
        if asked:
            yield Hit(
                at=asked[0].value,
                message=f"{quoted(e.value.text for e in asked)} may come here on behalf of any customer's resource",
                statement=statement,
                severity=Severity.LOW if trusting else None,
            )


RULE = Rule(
    id="confused-deputy",
    severity=Severity.MEDIUM,
    title="A service may act here for anyone's resource",
    why="The service calls with its own name whoever's resource makes it call. Another customer can point a "
    "resource of "
    "theirs at yours, and the service will use what you allow it (the confused deputy).",
    remedy="Demand aws:SourceArn, aws:SourceAccount or aws:SourceOrgID.",
    check=_check,
    bad=(
        resource(
            '"Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", '
            '"Resource": "arn:aws:s3:::trail/AWSLogs/*"'
        ),
        trust('"Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"'),
    ),
    good=(
        resource(
            '"Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", '
            '"Resource": "arn:aws:s3:::trail/AWSLogs/*", "Condition": {"StringEquals": '
            '{"aws:SourceArn": "arn:aws:cloudtrail:eu-central-1:444455556666:trail/main"}}'
        ),
        trust('"Principal": {"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}, "Action": "sts:AssumeRole"'),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",),
)
