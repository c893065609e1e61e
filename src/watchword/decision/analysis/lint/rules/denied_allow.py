"""An Allow that a Deny of the same document takes away whole."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.coverage import covers_statement
from watchword.decision.analysis.lint.examples import document
from watchword.decision.analysis.lint.facts import with_variables
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind

_MOST_STATEMENTS = 100


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind is PolicyKind.RCP:
        return  # RCPFullAWSAccess is always attached and allows nothing by itself
    variables = with_variables(subject.document)
    denies = [d for d in subject.denies[:_MOST_STATEMENTS] if not d.not_principal]
    for statement in subject.allows[:_MOST_STATEMENTS]:
        for deny in denies:
            # A condition's Deny is only sure to hold where it has none.
            if not deny.conditions and covers_statement(deny, statement, variables=variables):
                by = f'"{deny.sid}"' if deny.sid else f"statement {deny.index + 1}"
                yield Hit(at=statement, message=f"{by} denies all that this one allows", statement=statement)
                break


RULE = Rule(
    id="denied-allow",
    severity=Severity.MEDIUM,
    title="An Allow that a Deny takes away whole",
    why="A Deny always wins, so this Allow allows nothing. One of the two is not what its author meant.",
    remedy="Remove one of them, or narrow the Deny.",
    check=_check,
    bad=(
        document(
            '"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"',
            '"Sid": "NoReports", "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::reports/*"',
        ),
    ),
    good=(
        document(
            '"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::reports/*"',
            '"Effect": "Deny", "Action": "s3:Delete*", "Resource": "arn:aws:s3:::reports/*"',
        ),
        document(
            '"Effect": "Allow", "Action": "*", "Resource": "*"',
            '"Effect": "Deny", "Action": "*", "Resource": "*", '
            '"Condition": {"StringEquals": {"watchword:RiskLevel": "high"}}',
            kind=PolicyKind.SCP,
        ),
    ),
)
