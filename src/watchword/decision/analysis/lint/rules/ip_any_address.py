"""An address range that is all addresses."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow, deny
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import Effect, Family
from watchword.decision.language.scalars import read_network


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.statements:
        for condition in statement.conditions:
            if condition.operator.base.family is not Family.IP:
                continue
            for value in condition.values:
                network = read_network(value.text)
                if network is None or network.mask != 0:
                    continue
                negative = condition.operator.base.negative
                effect = "matches none of" if negative else "matches every address of"
                yield Hit(
                    at=value,
                    message=f'{condition.operator} with "{value.text}" {effect} its family',
                    statement=statement,
                    severity=None if (statement.effect is Effect.ALLOW) is not negative else Severity.LOW,
                )


RULE = Rule(
    id="ip-any-address",
    severity=Severity.MEDIUM,
    title="A range that is every address",
    why="The condition looks like a limit to a network and is none.",
    remedy="Write the ranges that are meant, or take the condition out.",
    check=_check,
    bad=(
        allow(
            '"Action": "s3:*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": ["203.0.113.7", '
            '"0.0.0.0/0"]}}'
        ),
        deny('"Action": "s3:*", "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": "::/0"}}'),
    ),
    good=(allow('"Action": "s3:*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}'),),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip",
    ),
)
