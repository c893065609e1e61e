"""A condition key that exists and that the statement's actions do not supply."""

from collections.abc import Iterator

from watchword.decision.analysis.catalogue import Action
from watchword.decision.analysis.lint.examples import allow, deny
from watchword.decision.analysis.lint.facts import demands, quoted
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.analysis.patterns import literal
from watchword.decision.language import Effect

# All actions of a few services; beyond this a pattern is so wide that a key is bound to fit some action.
_MOST = 1500


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.statements:
        if statement.not_action or not statement.conditions or any(a.text == "*" for a in statement.actions):
            continue
        actions = subject.actions(statement)
        listed = [a for v in statement.actions if literal(v.text) for a in subject.catalogue.expand(v.text)]
        if not actions or len(actions) > _MOST:
            continue
        for condition in statement.conditions:
            key = condition.key
            known = subject.catalogue.key(key)
            if known is None or known.documented or ":" not in key or "." in key.partition(":")[0]:
                continue
            without = [a.full_name for a in listed if not _supplied(subject, a, key)]
            if not any(_supplied(subject, a, key) for a in actions):
                effect = "is never true" if demands(condition) else "says nothing"
                yield Hit(
                    at=condition,
                    message=f'none of these actions supplies "{key}", so the condition {effect}',
                    statement=statement,
                )
            elif without and demands(condition) and statement.effect is Effect.ALLOW:
                yield Hit(
                    at=condition,
                    message=f'{quoted(without)} does not supply "{key}", so it is not allowed here',
                    statement=statement,
                    severity=Severity.LOW,
                )


def _supplied(subject: Subject, action: Action, key: str) -> bool:
    return subject.catalogue.supports(action, key)


RULE = Rule(
    id="condition-key-unsupported",
    severity=Severity.MEDIUM,
    title="A condition key that the actions do not supply",
    why="A key that an action does not supply is absent from its requests: a positive condition on it is never "
    "true, so "
    "the Allow does not allow, and the Deny does not deny.",
    remedy="Put the actions that supply the key into a statement of their own.",
    check=_check,
    bad=(
        allow(
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", '
            '"Condition": {"StringLike": {"s3:prefix": "2026/*"}}'
        ),
        allow(
            '"Action": ["s3:ListBucket", "s3:GetObject"], "Resource": ["arn:aws:s3:::reports", '
            '"arn:aws:s3:::reports/*"], '
            '"Condition": {"StringLike": {"s3:prefix": "2026/*"}}'
        ),
        deny(
            '"Action": "iam:CreateUser", "Resource": "*", "Condition": {"StringEquals": {"iam:PassedToService": "x"}}'
        ),
    ),
    good=(
        allow(
            '"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b", "Condition": {"StringLike": {"s3:prefix": "a/*"}}'
        ),
        deny('"Action": "s3:*", "Resource": "*", "Condition": {"NumericLessThan": {"s3:TlsVersion": 1.2}}'),
    ),
    references=(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ),
)
