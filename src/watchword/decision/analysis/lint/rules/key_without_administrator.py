"""A key that nobody can administer any more."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import resource
from watchword.decision.analysis.lint.facts import acts, service_of
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind is not PolicyKind.RESOURCE:
        return
    services = {service_of(a.text) for s in subject.statements for a in s.actions}
    if services - {"kms", ""} or "kms" not in services or not subject.allows:
        return
    if any(acts(s, "kms:PutKeyPolicy") and s.principals for s in subject.allows):
        return
    yield Hit(
        at=subject.allows[0],
        message="no statement allows kms:PutKeyPolicy, so nobody can change this key's policy again",
        statement=subject.allows[0],
    )


RULE = Rule(
    id="key-without-administrator",
    severity=Severity.HIGH,
    title="A key policy without an administrator",
    why="Without a key policy that allows it nothing is allowed on a key, not even to the account's root user. "
    "A key whose "
    "policy nobody may change has to be recovered by AWS's support, or is lost with its data.",
    remedy='Let the account in: "Principal": {"AWS": "arn:aws:iam::<account>:root"}, "Action": "kms:*".',
    check=_check,
    bad=(
        resource(
            '"Principal": {"AWS": "arn:aws:iam::444455556666:role/app"}, "Action": ["kms:Decrypt", "kms:Encrypt"], '
            '"Resource": "*"'
        ),
    ),
    good=(
        resource(
            '"Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "kms:*", "Resource": "*"',
            '"Principal": {"AWS": "arn:aws:iam::444455556666:role/app"}, "Action": "kms:Decrypt", "Resource": "*"',
        ),
        resource('"Principal": {"AWS": "444455556666"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"'),
    ),
    references=("https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",),
)
