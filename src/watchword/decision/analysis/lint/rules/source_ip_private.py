"""A private range where AWS sees public addresses alone."""

import ipaddress
from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow
from watchword.decision.analysis.lint.facts import service_of
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import Base, Statement

# RFC 1918 and RFC 4193; not `is_private`, which counts documentation ranges too.
_PRIVATE = tuple(ipaddress.ip_network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
_OURS = frozenset({"http", "mesh", "keys", "admission"})


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.statements:
        if _ours(statement):
            continue  # Watchword's gateway sees whatever network it stands in
        for condition in statement.conditions:
            if condition.key.lower() != "aws:sourceip":
                continue
            if condition.operator.base not in {Base.IP_ADDRESS, Base.NOT_IP_ADDRESS}:
                continue
            for value in condition.values:
                if _private(value.text):
                    yield Hit(
                        at=value,
                        message=f'aws:SourceIp is never in "{value.text}": AWS sees public addresses; through '
                        f"an endpoint "
                        "the key is absent",
                        statement=statement,
                    )


def _ours(statement: Statement) -> bool:
    services = {service_of(a.text) for a in statement.actions}
    ours = all(r.text.startswith("arn:watchword:") for r in statement.resources)
    return services <= _OURS or (bool(statement.resources) and ours)


def _private(text: str) -> bool:
    network = ipaddress.ip_network(text, strict=False)
    return any(
        network.version == p.version
        and int(network.network_address) & int(p.netmask) == int(p.network_address)
        and network.prefixlen >= p.prefixlen
        for p in _PRIVATE
    )


RULE = Rule(
    id="source-ip-private",
    severity=Severity.MEDIUM,
    title="A private range under aws:SourceIp",
    why="AWS compares the public address that a request comes from; one that comes through a VPC endpoint does "
    "not have the "
    "key. So a private range matches nothing, and a Deny outside of it denies everyone.",
    remedy="Use aws:VpcSourceIp together with aws:SourceVpc, or aws:SourceVpce.",
    check=_check,
    bad=(allow('"Action": "s3:*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}'),),
    good=(
        allow('"Action": "s3:*", "Resource": "*", "Condition": {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}'),
        allow(
            '"Action": "http:GET", "Resource": "arn:watchword:app:::payroll/*", '
            '"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}'
        ),
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip",
    ),
)
