"""A value from documentation that was never replaced."""

import re
from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow, trust
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import Statement, Value

# What AWS's documentation writes where a reader has to put their own.
_PLACEHOLDER = re.compile(
    r"(?<![0-9])(?:123456789012|111122223333|000000000000)(?![0-9])"
    r"|amzn-s3-demo-bucket|DOC-EXAMPLE-BUCKET|EXAMPLE-BUCKET|o-xxxxxxxxxx|YOUR[-_](?:ACCOUNT|BUCKET|ORG)|<[A-Za-z_ -]+>"
)


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.statements:
        for value in _texts(statement):
            found = _PLACEHOLDER.search(value.text)
            if found and found[0] not in subject.accounts:
                yield Hit(
                    at=value,
                    message=f'"{found[0]}" is what documentation writes for your own value',
                    statement=statement,
                )


def _texts(statement: Statement) -> Iterator[Value]:
    yield from statement.resources
    yield from (entry.value for entry in statement.principals or ())
    for condition in statement.conditions:
        yield from condition.values


RULE = Rule(
    id="placeholder-value",
    severity=Severity.LOW,
    title="A placeholder from documentation",
    why="The statement was copied and not finished: it speaks of an account or a bucket that is not yours.",
    remedy="Write your own value; an account that really is yours is named with --account.",
    check=_check,
    bad=(
        allow('"Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:123456789012:jobs"'),
        trust('"Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"'),
    ),
    good=(allow('"Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:444455556666:jobs"'),),
    references=("https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html",),
)
