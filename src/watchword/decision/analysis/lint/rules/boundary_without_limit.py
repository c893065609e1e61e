"""A permission boundary that bounds nothing."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow, document
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind is not PolicyKind.BOUNDARY or subject.denies:
        return
    for statement in subject.allows:
        everything = any(a.text == "*" for a in statement.actions) and any(r.text == "*" for r in statement.resources)
        if everything and not statement.not_action and not statement.not_resource and not statement.conditions:
            yield Hit(
                at=statement, message="this boundary allows everything, so it bounds nothing", statement=statement
            )


RULE = Rule(
    id="boundary-without-limit",
    severity=Severity.MEDIUM,
    title="A permission boundary without a limit",
    why="A boundary is the most that a principal can have. One that allows everything and denies nothing is none, and "
    "looks like one in every inventory.",
    remedy="List what the principals may have at most, or deny what they must not.",
    check=_check,
    bad=(allow('"Action": "*", "Resource": "*"', kind=PolicyKind.BOUNDARY),),
    good=(
        document(
            '"Effect": "Allow", "Action": "*", "Resource": "*"',
            '"Effect": "Deny", "Action": "iam:*", "Resource": "*"',
            kind=PolicyKind.BOUNDARY,
        ),
        allow('"Action": "*", "Resource": "*"', kind=PolicyKind.SCP),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",),
)
