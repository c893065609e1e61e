"""Protocol buffers' wire format, as far as the messages that Envoy and we exchange need it.

A malformed message raises `InvalidInputError` (`envoy.message`).

Source: protobuf.dev/programming-guides/encoding.
"""

from collections.abc import Iterator

from watchword.kernel.errors import InvalidInputError

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
# Ten groups of seven bits hold any 64-bit number.
_LONGEST_VARINT = 10


def fields(data: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Yield each field's number and value; the value of a number of fixed width is its bytes."""
    at = 0
    while at < len(data):
        tag, at = _read_varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == _VARINT:
            value, at = _read_varint(data, at)
            yield number, value
            continue
        if wire == _LENGTH:
            length, at = _read_varint(data, at)
        elif wire in {_FIXED64, _FIXED32}:
            length = 8 if wire == _FIXED64 else 4
        else:
            raise InvalidInputError("an unknown wire type", code="envoy.message", found=str(wire))
        if at + length > len(data):
            raise InvalidInputError("a message that ends early", code="envoy.message")
        yield number, data[at : at + length]
        at += length


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(_LONGEST_VARINT):
        if at >= len(data):
            break
        octet = data[at]
        at += 1
        value |= (octet & 0x7F) << (7 * shift)
        if octet < 0x80:  # noqa: PLR2004 - the highest bit says that more follows
            return value, at
    raise InvalidInputError("a number that does not end", code="envoy.message")


def _varint(value: int) -> bytes:
    octets = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits an octet
        octets.append(value & 0x7F | 0x80)
        value >>= 7
    octets.append(value)
    return bytes(octets)


def number_field(field: int, value: int) -> bytes:
    return _varint(field << 3 | _VARINT) + _varint(value)


def data_field(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | _LENGTH) + _varint(len(value)) + value
