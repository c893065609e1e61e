"""A value that another one in its list covers."""

from collections.abc import Iterator, Sequence

from watchword.decision.analysis.lint.edits import remove_value
from watchword.decision.analysis.lint.examples import allow, deny
from watchword.decision.analysis.lint.facts import with_variables
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.analysis.patterns import covers, literal
from watchword.decision.language import Statement, Value

# Comparisons in one document. Only patterns are compared with the rest, and lists hold few; this is for made-up ones.
_MOST = 20_000


def _check(subject: Subject) -> Iterator[Hit]:
    variables = with_variables(subject.document)
    left = _MOST
    for statement in subject.statements:
        for values, arn in ((statement.actions, False), (statement.resources, True)):
            patterns = [v for v in values if not literal(v.text)]
            left -= len(patterns) * len(values)
            if left < 0:
                return
            yield from _covered(subject, statement, values, patterns, arn=arn, variables=variables and arn)


def _covered(
    subject: Subject,
    statement: Statement,
    values: Sequence[Value],
    patterns: Sequence[Value],
    *,
    arn: bool,
    variables: bool,
) -> Iterator[Hit]:
    def within(wide: Value, narrow: Value) -> bool:
        one, other = (wide.text, narrow.text) if arn else (wide.text.lower(), narrow.text.lower())
        return one != other and covers(one, other, arn=arn, variables=variables)

    seen: set[str] = set()
    for value in values:
        text = value.text if arn else value.text.lower()
        if text in seen:
            continue  # duplicate-value says it
        seen.add(text)
        if statement.not_resource and "${" in value.text:
            continue  # where its variable is absent, an entry of NotResource decides by itself, covered or not
        # Of two that cover each other, the first stays.
        wide = next(
            (
                w
                for w in patterns
                if within(w, value) and ((w.line, w.column) < (value.line, value.column) or not within(value, w))
            ),
            None,
        )
        if wide is not None:
            yield Hit(
                at=value,
                message=f'"{value.text}" is covered by "{wide.text}" in the same list',
                statement=statement,
                fix=remove_value(subject, value, f'remove it: "{wide.text}" covers it'),
            )


RULE = Rule(
    id="covered-value",
    severity=Severity.LOW,
    title="A value that another one in its list covers",
    why="It says nothing, and hides how wide the statement is: the long list looks careful, the wildcard decides.",
    remedy="Remove it, or remove the wildcard if the list is what was meant.",
    check=_check,
    bad=(
        allow('"Action": ["s3:GetObject", "s3:Get*"], "Resource": "arn:aws:s3:::b/*"'),
        deny('"Action": "s3:*", "Resource": ["arn:aws:s3:::b/*", "arn:aws:s3:::b/x/${aws:username}"]'),
    ),
    good=(
        allow('"Action": ["s3:Get*", "s3:PutObject"], "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]'),
        allow('"Action": "sqs:*", "Resource": ["arn:aws:sqs:eu-*-1:4:q", "arn:aws:sqs:eu-central-1:4:r"]'),
    ),
    fixes=True,
)
