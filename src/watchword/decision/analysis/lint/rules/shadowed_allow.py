"""An Allow that another Allow makes superfluous."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.coverage import covers_statement
from watchword.decision.analysis.lint.examples import allow, document
from watchword.decision.analysis.lint.facts import with_variables
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject

# Pairs of statements that are compared, and parts of them; documents of AWS's sizes stay far below.
_MOST_STATEMENTS = 100


def _check(subject: Subject) -> Iterator[Hit]:
    variables = with_variables(subject.document)
    allows = subject.allows[:_MOST_STATEMENTS]
    for statement in allows:
        for other in allows:
            if other is statement or not covers_statement(other, statement, variables=variables):
                continue
            # Of two that say the same, the second is the superfluous one.
            if other.index > statement.index and covers_statement(statement, other, variables=variables):
                continue
            by = f'"{other.sid}"' if other.sid else f"statement {other.index + 1}"
            yield Hit(at=statement, message=f"{by} allows all that this one does", statement=statement)
            break


RULE = Rule(
    id="shadowed-allow",
    severity=Severity.LOW,
    title="An Allow that another one covers",
    why="It changes nothing. Whoever narrows or removes it to take access away takes none away.",
    remedy="Remove it, or narrow the wider one, if this one is what was meant.",
    check=_check,
    bad=(
        allow(
            '"Sid": "All", "Action": "s3:Get*", "Resource": "arn:aws:s3:::reports/*"',
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/2026/*"',
        ),
        allow('"Action": "sqs:SendMessage", "Resource": "*"', '"Action": "sqs:SendMessage", "Resource": "*"'),
    ),
    good=(
        allow(
            '"Action": "s3:Get*", "Resource": "arn:aws:s3:::reports/*", '
            '"Condition": {"Bool": {"aws:SecureTransport": "true"}}',
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/2026/*"',
        ),
        document(
            '"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::reports/*"',
            '"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::reports/*"',
        ),
    ),
)
