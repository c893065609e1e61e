"""An action spelt in another case than its service spells it."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.edits import replace_text
from watchword.decision.analysis.lint.examples import allow
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.analysis.patterns import literal


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.statements:
        for value in statement.actions:
            action = subject.catalogue.action(value.text) if literal(value.text) else None
            if action is not None and action.full_name != value.text:
                yield Hit(
                    at=value,
                    message=f'the action is written "{action.full_name}"',
                    statement=statement,
                    fix=replace_text(subject, value, action.full_name, f'write "{action.full_name}"'),
                )


RULE = Rule(
    id="action-case",
    severity=Severity.LOW,
    title="An action in another case than its own",
    why="Actions compare without case, so it means the same. Whoever searches policies for the action does not "
    "find it.",
    remedy="Write it as the service does.",
    check=_check,
    bad=(allow('"Action": ["s3:getobject"], "Resource": "arn:aws:s3:::b/*"'),),
    good=(allow('"Action": ["s3:GetObject", "s3:get*", "http:GET"], "Resource": "*"'),),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",),
    fixes=True,
)
