"""The same value twice in a list."""

from collections.abc import Iterator, Sequence

from watchword.decision.analysis.lint.edits import remove_value
from watchword.decision.analysis.lint.examples import allow
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import Statement, Value


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.statements:
        principals: dict[str, list[Value]] = {}
        for entry in statement.principals or ():
            principals.setdefault(entry.type, []).append(entry.value)
        for values in (statement.resources, *principals.values(), *(c.values for c in statement.conditions)):
            yield from _twice(subject, statement, values, lower=False)
        yield from _twice(subject, statement, statement.actions, lower=True)


def _twice(subject: Subject, statement: Statement, values: Sequence[Value], *, lower: bool) -> Iterator[Hit]:
    seen: set[str] = set()
    for value in values:
        text = value.text.lower() if lower else value.text
        if text in seen:
            yield Hit(
                at=value,
                message=f'"{value.text}" stands in this list twice',
                statement=statement,
                fix=remove_value(subject, value, "remove it"),
            )
        seen.add(text)


RULE = Rule(
    id="duplicate-value",
    severity=Severity.LOW,
    title="A value twice in one list",
    why="It says nothing. Who removes one of the two later believes that something changed.",
    remedy="Remove it.",
    check=_check,
    bad=(
        allow('"Action": ["s3:GetObject", "s3:PutObject", "s3:getobject"], "Resource": "arn:aws:s3:::b/*"'),
        allow('"Action": "s3:GetObject", "Resource": ["arn:aws:s3:::b/*", "arn:aws:s3:::b/*"]'),
    ),
    good=(allow('"Action": "s3:GetObject", "Resource": ["arn:aws:s3:::b/A", "arn:aws:s3:::b/a"]'),),
    fixes=True,
)
