"""The typed values of conditions: numbers, instants, networks, bytes. Each reader returns None for what is none.

Used twice: on a document's values, where None is an error with a place, and on a request's values, where it is a type
error that a condition answers for.

Contested, and decided here: an IPv4-mapped IPv6 address (`::ffff:a.b.c.d`) is the IPv4 address; a number that is only
digits is an instant in epoch seconds, never a year; a time of day needs its offset.
"""

import base64
import binascii
import functools
import ipaddress
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

# A number or instant longer than this is an attack on the arithmetic, not a quantity.
_MAX_DIGITS = 64

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_INSTANT = re.compile(
    r"""
    (?P<day> [0-9]{4}-[0-9]{2}-[0-9]{2} )
    (?: [Tt] (?P<clock> [0-9]{2}:[0-9]{2} ) (?: :(?P<seconds> [0-9]{2} ) (?: \.(?P<fraction> [0-9]{1,32} ) )? )?
        (?P<offset> [Zz] | [+-][0-9]{2}:?[0-9]{2} ) )?
    """,
    re.VERBOSE,
)
_PREFIX = re.compile(r"[0-9]{1,3}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_DAY_SECONDS = 86400


class Network(NamedTuple):
    """An address range: an address is in it where `version` is equal and `address & mask == base`."""

    version: int
    base: int
    mask: int


class Address(NamedTuple):
    version: int
    number: int


def read_number(text: str) -> Decimal | None:
    """Return an integer or a decimal without exponent; 10 equals 10.0."""
    if len(text) > _MAX_DIGITS or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text)


@functools.lru_cache(maxsize=1024)
def read_instant(text: str) -> Decimal | None:
    """Return seconds since the epoch, exactly: from epoch seconds or from the W3C profile of ISO 8601.

    A date alone is midnight in UTC. Leap seconds and years before 1 are no instants.
    """
    if len(text) > _MAX_DIGITS:
        return None
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    found = _INSTANT.fullmatch(text)
    if found is None:
        return None
    offset = (found["offset"] or "Z").upper().replace("Z", "+00:00")
    try:
        whole = datetime.fromisoformat(f"{found['day']}T{found['clock'] or '00:00'}:{found['seconds'] or '00'}{offset}")
    except ValueError:
        return None
    # Subtracting, and not `timestamp()`: floats would round.
    since = whole - _EPOCH
    return Decimal(since.days * _DAY_SECONDS + since.seconds) + Decimal(f"0.{found['fraction'] or '0'}")


def read_boolean(text: str) -> bool | None:
    """Return what `true` and `false`, in any case, say."""
    return {"true": True, "false": False}.get(text.lower())


def read_bytes(text: str) -> bytes | None:
    """Return what standard base64 with its padding encodes (RFC 4648, 4)."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


@functools.lru_cache(maxsize=4096)
def read_address(text: str) -> Address | None:
    """Return an IPv4 or IPv6 address; no zone, no port, no prefix length."""
    if "%" in text:
        return None
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return Address(4, int(address.ipv4_mapped))
    return Address(address.version, int(address))


def read_network(text: str) -> Network | None:
    """Return a CIDR block; a bare address is a block of one. Bits beyond the prefix may be set and do not count."""
    host, slash, length = text.partition("/")
    if "%" in host or (slash and not _PREFIX.fullmatch(length)):
        return None
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    base, prefix, version = int(network.network_address), network.prefixlen, network.version
    if isinstance(network, ipaddress.IPv6Network) and network.subnet_of(_MAPPED):
        base, prefix, version = base & 0xFFFFFFFF, prefix - _MAPPED.prefixlen, 4
    width = 32 if version == 4 else 128  # noqa: PLR2004 - the IP versions are their own names
    return Network(version, base, (1 << width) - (1 << (width - prefix)))


def in_network(address: Address, network: Network) -> bool:
    return address.version == network.version and address.number & network.mask == network.base
