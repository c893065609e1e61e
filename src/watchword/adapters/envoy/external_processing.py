"""The few messages of Envoy's external processing that holding a stream takes, in protocol buffers' wire format.

Written out, because generated code ties us to one protobuf runtime and to package names that Envoy's own Python
packages claim. Unknown fields are skipped, as the format asks; a malformed message raises `InvalidInputError`.

    ProcessingRequest   2 request_headers, 3 response_headers, 6 request_trailers, 7 response_trailers
    HttpHeaders         1 headers (HeaderMap);  HeaderMap: 1 headers;  HeaderValue: 1 key, 2 value, 3 raw_value
    ProcessingResponse  1 request_headers, 2 response_headers, 5 request_trailers, 6 response_trailers,
                        7 immediate_response
    HeadersResponse     1 response (CommonResponse);  CommonResponse: 2 header_mutation
    HeaderMutation      1 set_headers (HeaderValueOption: 1 header, 3 append_action), 2 remove_headers
    ImmediateResponse   1 status (HttpStatus: 1 code), 2 headers (HeaderMutation), 3 body, 5 details

Source: envoy/service/ext_proc/v3/external_processor.proto of Envoy 1.40; protobuf.dev/programming-guides/encoding.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from watchword.adapters.envoy.wire import data_field, fields, number_field
from watchword.kernel.errors import InvalidInputError

_OVERWRITE_IF_EXISTS_OR_ADD = 2


class Kind(enum.IntEnum):
    """Which part of the exchange a message of Envoy's is about: the field number in `ProcessingRequest`."""

    REQUEST_HEADERS = 2
    RESPONSE_HEADERS = 3
    REQUEST_BODY = 4
    RESPONSE_BODY = 5
    REQUEST_TRAILERS = 6
    RESPONSE_TRAILERS = 7


_ANSWERS = {
    Kind.REQUEST_HEADERS: 1,
    Kind.RESPONSE_HEADERS: 2,
    Kind.REQUEST_BODY: 3,
    Kind.RESPONSE_BODY: 4,
    Kind.REQUEST_TRAILERS: 5,
    Kind.RESPONSE_TRAILERS: 6,
}
_IMMEDIATE = 7


@dataclass(frozen=True, slots=True)
class ProcessingRequest:
    """`headers` are there for request headers alone; names in lower case."""

    kind: Kind
    headers: dict[bytes, list[bytes]]


def read_request(data: bytes) -> ProcessingRequest:
    for number, value in fields(data):
        if number in _ANSWERS and isinstance(value, bytes):
            kind = Kind(number)
            return ProcessingRequest(kind, _headers(value) if kind is Kind.REQUEST_HEADERS else {})
    raise InvalidInputError("a message about no part of an exchange", code="envoy.message")


def nothing_changes(kind: Kind) -> bytes:
    """Answer that this part goes on as it is."""
    return data_field(_ANSWERS[kind], b"")


def pass_on(*, remove: Sequence[str]) -> bytes:
    """Answer that the request goes on without these headers."""
    mutation = b"".join(data_field(2, name.encode("ascii")) for name in remove)
    return data_field(_ANSWERS[Kind.REQUEST_HEADERS], data_field(1, data_field(2, mutation)))


def answer_now(status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes, *, details: str) -> bytes:
    """Answer that the exchange ends here, with this."""
    mutation = b"".join(
        data_field(
            1, data_field(1, data_field(1, name) + data_field(3, value)) + number_field(3, _OVERWRITE_IF_EXISTS_OR_ADD)
        )
        for name, value in headers
    )
    parts = (
        data_field(1, number_field(1, status))
        + data_field(2, mutation)
        + data_field(3, body)
        + data_field(5, details.encode("ascii"))
    )
    return data_field(_IMMEDIATE, parts)


def _headers(data: bytes) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
    for number, header_map in fields(data):
        if number != 1 or not isinstance(header_map, bytes):
            continue
        for inner, header in fields(header_map):
            if inner == 1 and isinstance(header, bytes):
                values = dict(fields(header))
                name, value = values.get(1, b""), values.get(3) or values.get(2, b"")
                if isinstance(name, bytes) and isinstance(value, bytes):
                    found.setdefault(name.lower(), []).append(value)
    return found
