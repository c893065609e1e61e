"""Allow for every action but some."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow, deny
from watchword.decision.analysis.lint.facts import any_resource
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind in {PolicyKind.SCP, PolicyKind.ENDPOINT}:
        return  # there it is a limit, and a list of what is left out is a way to write one
    for statement in subject.allows:
        if not statement.not_action or any(a.text == "*" for a in statement.actions):
            continue
        wide = statement.not_resource or any_resource(statement) is not None or not statement.resources
        listed = {a.text.lower() for a in statement.actions}
        # What is not listed includes iam, unless all of it is.
        admin = wide and "iam:*" not in listed and not statement.conditions
        grave = Severity.CRITICAL if admin else (Severity.HIGH if wide else Severity.MEDIUM)
        yield Hit(
            at=statement.actions[0],
            message="Allow with NotAction grants every other action, those that do not exist yet included"
            + (": with iam among them, an administrator" if admin else ""),
            statement=statement,
            severity=grave,
        )


RULE = Rule(
    id="allow-not-action",
    severity=Severity.CRITICAL,
    title="Allow with NotAction",
    why="It grants all that is not listed, in every service, and what AWS adds tomorrow.",
    remedy="Name what is allowed in Action; to leave something out, add a Deny.",
    check=_check,
    bad=(
        allow('"NotAction": "s3:DeleteBucket", "Resource": "*"'),
        allow('"NotAction": ["iam:*", "organizations:*"], "Resource": "*"'),
    ),
    good=(
        deny('"NotAction": "iam:*", "Resource": "*"'),
        allow('"NotAction": "iam:*", "Resource": "*"', kind=PolicyKind.SCP),
        allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"'),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",),
    reader_codes=frozenset({"policy.lint.allow-not-action"}),
)
