"""Lines of VPC flow logs: the default format (version 2) and custom ones whose header names the fields (versions 2-5).

    layout = layout_of("version srcaddr dstaddr srcport dstport protocol action …") or DEFAULT
    record = parsed(line, layout)          # a FlowRecord, or Skipped.NODATA, Skipped.SKIPDATA

Addresses are those of the packet (`pkt-srcaddr`, `pkt-dstaddr`) where the format has them: between is a gateway. A
field that is `-` is not there. What is no record raises `ValueError` that says why. Source: Amazon VPC User Guide,
"Flow log records".
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

_DEFAULT_FIELDS: Final = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)
_NEEDED: Final = ("srcaddr", "dstaddr", "srcport", "dstport", "protocol", "action")
_LAST_PORT: Final = 65535
_LAST_PROTOCOL: Final = 255
_MOST: Final = 2**48  # bytes, packets, seconds: more than any record has


class Skipped(enum.StrEnum):
    """Records that tell that there is nothing to tell."""

    NODATA = "NODATA"  # no traffic in the interval
    SKIPDATA = "SKIPDATA"  # some was not recorded: what is never seen may have been there


class FlowRecord(NamedTuple):
    source: str
    target: str
    source_port: int
    target_port: int
    protocol: int
    accepted: bool
    bytes: int
    start: int  # seconds since 1970, 0 where the format does not tell
    end: int
    flags: int  # of TCP, -1 where the format does not tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """At which position each field stands; -1 where the format has none."""

    length: int
    positions: Mapping[str, int]

    def at(self, name: str) -> int:
        return self.positions.get(name, -1)


def layout_of(line: str) -> Layout | None:
    """Return the layout that a header tells; None where the line is no header. Raises for one that lacks too much."""
    names = line.strip().lower().replace("_", "-").replace("${", "").replace("}", "").split()
    if "srcaddr" not in names and "pkt-srcaddr" not in names:
        return None
    positions = {name: position for position, name in enumerate(names)}
    for plain in ("srcaddr", "dstaddr"):
        positions.setdefault(plain, positions.get(f"pkt-{plain}", -1))
    missing = [name for name in _NEEDED if positions.get(name, -1) < 0]
    if missing:
        raise ValueError(f"the format has no {', '.join(missing)}")
    return Layout(length=len(names), positions=positions)


DEFAULT: Final = Layout(
    length=len(_DEFAULT_FIELDS.split()),
    positions={name: position for position, name in enumerate(_DEFAULT_FIELDS.split())},
)


def parsed(line: str, layout: Layout) -> FlowRecord | Skipped:
    """Read one line. Raises `ValueError` for what is none of these records."""
    fields = line.split()
    if len(fields) == layout.length + 1 and "T" in fields[0] and fields[0].endswith("Z"):
        del fields[0]  # exported from CloudWatch Logs: the time of the event stands before it
    if len(fields) != layout.length:
        raise ValueError(f"{layout.length} fields were expected, and {len(fields)} found")
    status = layout.at("log-status")
    if status >= 0 and fields[status] in {"NODATA", "SKIPDATA"}:
        return Skipped(fields[status])
    action = fields[layout.at("action")]
    if action not in {"ACCEPT", "REJECT"}:
        raise ValueError(f"ACCEPT or REJECT was expected, and {action[:20]!r} found")
    source_port, target_port = _port(fields[layout.at("srcport")]), _port(fields[layout.at("dstport")])
    protocol = int(fields[layout.at("protocol")])
    if not 0 <= protocol <= _LAST_PROTOCOL:
        raise ValueError(f"no protocol has the number {protocol}")
    return FlowRecord(
        _first(fields, layout.at("pkt-srcaddr"), layout.at("srcaddr")),
        _first(fields, layout.at("pkt-dstaddr"), layout.at("dstaddr")),
        source_port,
        target_port,
        protocol,
        action == "ACCEPT",
        _number(fields, layout.at("bytes"), 0),
        _number(fields, layout.at("start"), 0),
        _number(fields, layout.at("end"), 0),
        _number(fields, layout.at("tcp-flags"), -1),
    )


def _first(fields: list[str], preferred: int, otherwise: int) -> str:
    if preferred >= 0 and fields[preferred] != "-":
        return fields[preferred]
    return fields[otherwise]


def _port(text: str) -> int:
    port = 0 if text == "-" else int(text)
    if not 0 <= port <= _LAST_PORT:
        raise ValueError(f"no port has the number {port}")
    return port


def _number(fields: list[str], position: int, otherwise: int) -> int:
    if position < 0 or fields[position] == "-":
        return otherwise
    number = int(fields[position])
    if not 0 <= number <= _MOST:
        raise ValueError(f"{fields[position][:20]} is no count and no time")
    return number
