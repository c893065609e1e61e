"""A resource open to the world."""

from collections.abc import Iterator

from watchword.decision.analysis.catalogue import AccessLevel
from watchword.decision.analysis.lint.examples import deny, resource
from watchword.decision.analysis.lint.facts import NARROWING_KEYS, names_everyone, narrowed_by
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind is not PolicyKind.RESOURCE:
        return
    for statement in subject.grants:
        entry = next(names_everyone(statement), None)
        if entry is None or narrowed_by(statement, NARROWING_KEYS):
            continue
        actions = subject.actions(statement)
        changes = not actions or any(a.level not in {AccessLevel.LIST, AccessLevel.READ} for a in actions)
        does = "read and change" if changes else "read"
        weak = sorted({c.key for c in statement.conditions})
        held = f"; {', '.join(weak)} keeps nobody out who can choose its value" if weak else ""
        yield Hit(
            at=entry.value,
            message=f"everyone, anonymous callers included, may {does} here{held}",
            statement=statement,
            severity=None if changes else Severity.HIGH,
        )


RULE = Rule(
    id="public-principal",
    severity=Severity.CRITICAL,
    title="A resource that everyone may use",
    why='"*" is every account of every customer of AWS and whoever has none. Only a condition on something that '
    "callers "
    "do not choose (an organisation, an account, a network, the source of a service's call) makes it less.",
    remedy="Name the principals, or demand aws:PrincipalOrgID, aws:SourceAccount, aws:SourceVpce or the like.",
    check=_check,
    bad=(
        resource('"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"'),
        resource('"Principal": {"AWS": "*"}, "Action": "sqs:*", "Resource": "arn:aws:sqs:eu-west-1:444455556666:q"'),
        resource(
            '"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", '
            '"Condition": {"StringLike": {"aws:Referer": "https://example.com/*"}}'
        ),
        resource(
            '"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", '
            '"Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}'
        ),
        resource(
            '"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", '
            '"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/reader"}}'
        ),
        resource('"Principal": "*", "Action": "http:*", "Resource": "arn:watchword:app:::payroll/*"'),
    ),
    good=(
        resource(
            '"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", '
            '"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}'
        ),
        resource(
            '"Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": '
            '{"kms:CallerAccount": "444455556666", "kms:ViaService": "s3.eu-central-1.amazonaws.com"}}'
        ),
        resource('"Principal": {"AWS": "444455556666"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"'),
        deny('"Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*"', kind=PolicyKind.RESOURCE),
    ),
    references=(
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status",
    ),
)
