"""What rules of networks mean: whether an address range is the whole Internet, whether a rule lets a port through."""

import ipaddress
import re
from collections.abc import Callable
from typing import Final

from watchword.evidence.posture.model import Seen, seen, which
from watchword.evidence.posture.native import is_written
from watchword.inventory import Asset, Reference, Unknown, Value, either, some

_ALL_PROTOCOLS: Final = frozenset({"-1", "all", "*"})
_ANYBODY: Final = frozenset({"*", "any", "internet"})  # Azure: any source, and the service tag of what is not its own
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
    text = cidr.text().strip()
    if text.lower() in _ANYBODY:
        return True
    try:
        return ipaddress.ip_network(text, strict=False).prefixlen <= _WIDEST
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
    if has_ranges(rule):
        return name in {"all", "tcp", "udp"} and some(rule["port_ranges"].each(), _is_every_port)
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
    if has_ranges(rule):
        return name in {"all", over} and some(rule["port_ranges"].each(), lambda ports: _spans(ports, port))
    if name == "all":
        return True
    if name != over:
        return False
    if either(lambda: rule["from_port"].is_absent, lambda: rule["from_port"].number() < 0):
        return True
    return rule["from_port"].number() <= port <= rule["to_port"].number(default=rule["from_port"].number())


def has_ranges(rule: Asset) -> bool:
    """Whether a rule says its ports in ranges, of which it may have several."""
    return rule.kind == "security_group_rule" and is_written(rule["port_ranges"])


def ports_seen(rule: Asset) -> tuple[Seen, ...]:
    """The ports of a rule, as evidence."""
    if has_ranges(rule):
        return (seen("port_ranges", rule["port_ranges"]),)
    return (seen("from_port", rule["from_port"]), seen("to_port", rule["to_port"]))


def span(ports: Value) -> tuple[int, int]:
    """The first and the last port of `22`, `80-90`, `*`. What is no port is (0, -1)."""
    text = ports.text().strip()
    if text == "*":
        return 0, _LAST_PORT
    first, _, last = text.partition("-")
    if not first.strip().isdecimal() or not (last.strip() or first.strip()).isdecimal():
        return 0, -1
    return int(first), int(last or first)


def _spans(ports: Value, port: int) -> bool:
    first, last = span(ports)
    return first <= port <= last


def _is_every_port(ports: Value) -> bool:
    first, last = span(ports)
    return first <= 1 and last >= _LAST_PORT
