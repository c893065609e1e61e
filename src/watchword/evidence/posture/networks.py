"""What rules of networks mean: whether an address range is the whole Internet, whether a rule lets a port through."""

import ipaddress
import re
from collections.abc import Callable
from typing import Final

from watchword.evidence.posture.model import which
from watchword.inventory import Asset, Reference, Unknown, Value, either

_ALL_PROTOCOLS: Final = frozenset({"-1", "all"})
# Networks of at least half of the Internet: 0.0.0.0/0, and 0.0.0.0/1 beside 128.0.0.0/1, which hides it.
_WIDEST: Final = 1
_LAST_PORT: Final = 65535
_NETWORKS: Final = frozenset({"aws_vpc", "aws_subnet"})


def is_everywhere(cidr: Value) -> bool:
    """Whether an address range is (half of) the Internet or more. What is no address range is not."""
    if isinstance(cidr, Unknown):
        narrow = _is_narrow(cidr.parts)
        if narrow is not None:
            return not narrow
    try:
        return ipaddress.ip_network(cidr.text().strip(), strict=False).prefixlen <= _WIDEST
    except ValueError:
        return False


def _is_narrow(parts: tuple[str | Reference | None, ...]) -> bool | None:
    """What the known parts of a range tell: `"${aws_eip.office.public_ip}/32"`, a network's own `cidr_block`."""
    last = parts[-1] if parts else None
    if isinstance(last, str):
        length = re.search(r"/(\d{1,3})\s*$", last)
        return int(length[1]) > _WIDEST if length else None
    if isinstance(last, Reference) and len(parts) == 1:
        kind = last.target.rpartition("#")[2].rpartition(".")[0].rpartition(".")[2]
        return True if kind in _NETWORKS and last.attribute.endswith("cidr_block") else None  # a VPC is /16 at most
    return None


def open_to_all(rule: Asset, when: Callable[[], object]) -> list[Value]:
    """The ranges by which a rule lets the whole Internet through, if `when` holds of it. Three-valued.

    The cheap question first: a rule that nobody outside is let through by is good, whatever its ports.
    """
    maybe = [cidr for cidr in rule["cidrs"].each() if cidr.is_unknown or is_everywhere(cidr)]
    if not maybe or not when():
        return []
    return which(maybe, is_everywhere)


def covers_every_port(rule: Asset) -> bool:
    """Whether a rule lets every port of a protocol through, or everything."""
    name = protocol(rule)
    if name == "all":
        return True
    if name not in {"tcp", "udp"}:
        return False
    if rule["from_port"].is_absent:
        return True
    return rule["from_port"].number() <= 1 and rule["to_port"].number(default=rule["from_port"].number()) >= _LAST_PORT


def protocol(rule: Asset) -> str:
    """Return a rule's protocol: `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `all`."""
    name = rule["protocol"].text(default="-1").lower()
    return "all" if name in _ALL_PROTOCOLS else {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}.get(name, name)


def covers_port(rule: Asset, port: int, *, over: str = "tcp") -> bool:
    """Whether a rule lets `port` through. A rule without ports lets all of them through."""
    name = protocol(rule)
    if name == "all":
        return True
    if name != over:
        return False
    if either(lambda: rule["from_port"].is_absent, lambda: rule["from_port"].number() < 0):
        return True
    return rule["from_port"].number() <= port <= rule["to_port"].number(default=rule["from_port"].number())
