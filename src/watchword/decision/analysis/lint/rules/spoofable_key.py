"""An Allow that rests on what the caller says of itself."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow, deny
from watchword.decision.analysis.lint.facts import demands
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject

_SPOOFABLE = frozenset({"aws:referer", "aws:useragent"})


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.allows:
        for condition in statement.conditions:
            if condition.key.lower() in _SPOOFABLE and demands(condition):
                yield Hit(
                    at=condition,
                    message=f'"{condition.key}" is a header that every caller writes as it likes',
                    statement=statement,
                )


RULE = Rule(
    id="spoofable-key",
    severity=Severity.MEDIUM,
    title="An Allow that rests on a header of the caller's",
    why="aws:Referer and aws:UserAgent are what the client sends. They keep honest browsers out and nobody else.",
    remedy="Demand what a caller cannot choose: an organisation, a network, a signed-in principal.",
    check=_check,
    bad=(
        allow(
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*", '
            '"Condition": {"StringLike": {"aws:Referer": "https://example.com/*"}}'
        ),
    ),
    good=(
        deny('"Action": "s3:*", "Resource": "*", "Condition": {"StringLike": {"aws:UserAgent": "curl*"}}'),
        allow('"Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-0a1b2c3d"}}'),
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-referer",
    ),
)
