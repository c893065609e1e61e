"""An access key id in a policy."""

import re
from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import Statement, Value

# Prefixes of unique ids (IAM identifiers): AKIA an access key, ASIA a temporary one. Both name one key of one person.
_KEY_ID = re.compile(r"(?<![A-Z0-9])A[KS]IA[A-Z2-7]{16}(?![A-Z0-9])")


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.statements:
        for value in _texts(statement):
            found = _KEY_ID.search(value.text)
            if found:
                yield Hit(
                    at=value,
                    message=f"an access key id stands here: {found[0][:8]}…; it names a credential, not a principal",
                    statement=statement,
                )


def _texts(statement: Statement) -> Iterator[Value]:
    yield from statement.resources
    yield from (entry.value for entry in statement.principals or ())
    for condition in statement.conditions:
        yield from condition.values


RULE = Rule(
    id="access-key-in-policy",
    severity=Severity.HIGH,
    title="An access key id in a policy",
    why="Keys are rotated, policies stay: the statement will match nobody, or a stranger's key. And policies "
    "are copied to "
    "places where credentials must not be named.",
    remedy="Name the user or role, by Principal or aws:PrincipalArn. If the secret may be known too, end the key.",
    check=_check,
    bad=(
        allow(
            '"Action": "s3:*", "Resource": "arn:aws:s3:::b/*", '
            '"Condition": {"StringEquals": {"aws:userid": "AKIAQWERTYUIOPASDFGH"}}'
        ),
    ),
    good=(
        allow(
            '"Action": "s3:*", "Resource": "arn:aws:s3:::b/*", '
            '"Condition": {"StringLike": {"aws:userid": "AROAQWERTYUIOPASDFGH:*"}}'
        ),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids",),
)
