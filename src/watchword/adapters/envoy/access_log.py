"""What Envoy tells of the requests that it answered by itself, in protocol buffers' wire format.

    StreamAccessLogsMessage  2 http_logs (1 log_entry, repeated)
    HTTPAccessLogEntry       1 common_properties, 3 request, 4 response
    AccessLogCommon          18 upstream_transport_failure_reason, 20 downstream_direct_remote_address
    Address                  1 socket_address (2 address)
    HTTPRequestProperties    1 request_method, 3 authority, 5 path, 6 user_agent, 9 request_id, 10 original_path
    HTTPResponseProperties   1 response_code (1 value), 4 response_headers (1 key, 2 value), 6 response_code_details

Unknown fields are skipped. What a client wrote is bounded and made text here; nothing of it is believed.

Source: envoy/service/accesslog/v3/als.proto and envoy/data/accesslog/v3/accesslog.proto of Envoy 1.40.
"""

import re

from watchword.adapters.envoy.wire import fields
from watchword.enforcement.gateway import OwnAnswer

SERVICE = "envoy.service.accesslog.v3.AccessLogService"
METHOD = "StreamAccessLogs"
# envoy/config/core/v3/base.proto, RequestMethod.
_METHODS = ("", "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")
_LONGEST = 256
# What Envoy's own ids look like. A request that was refused unread may carry what the client wrote.
_REQUEST_ID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Envoy's details are words joined by underscores; some go on with what the other side said.
_DETAIL = re.compile(rb"[A-Za-z0-9_.]{1,80}")


def entries(message: bytes) -> list[bytes]:
    """Return the entries of one message, not read yet. Raise `InvalidInputError`."""
    return [
        entry
        for number, logs in fields(message)
        if number == 2 and isinstance(logs, bytes)  # noqa: PLR2004 - see the module
        for inner, entry in fields(logs)
        if inner == 1 and isinstance(entry, bytes)
    ]


def read_entry(entry: bytes) -> OwnAnswer:
    """Raise `InvalidInputError`."""
    parts = _messages(entry)
    common, request, response = (_messages(parts.get(number, b"")) for number in (1, 3, 4))
    numbers = dict(fields(parts.get(3, b"")))
    method = numbers.get(1, 0)
    status = dict(fields(response.get(1, b""))).get(1, 0)
    details = _DETAIL.match(response.get(6, b""))
    address = _messages(_messages(common.get(20, b"")).get(1, b"")).get(2, b"")
    return OwnAnswer(
        status=status if isinstance(status, int) else 0,
        reason=details[0].decode("ascii") if details else "unknown",
        detail=_text(common.get(18, b"")),
        source_ip=_text(address) or None,
        user_agent=_text(request.get(6, b"")) or None,
        request_id=_request_id(parts.get(4, b""), request.get(9, b"")),
        host=_text(request.get(3, b"").rpartition(b"@")[2]),
        method=_METHODS[method] if isinstance(method, int) and method < len(_METHODS) else "",
        path=_text(_path(request.get(10) or request.get(5, b""))),
    )


def _path(target: bytes) -> bytes:
    """A target without its query, and without the authority of the absolute form: either may hold a secret."""
    before_query = target.partition(b"?")[0]
    if before_query.startswith(b"/"):
        return before_query
    return b"/" + before_query.partition(b"://")[2].partition(b"/")[2]


def _messages(data: bytes) -> dict[int, bytes]:
    """The fields that have a length; of those that come more than once, the last."""
    return {number: value for number, value in fields(data) if isinstance(value, bytes)}


def _request_id(response: bytes, of_request: bytes) -> str | None:
    """The id that the reply showed, or else the request's own."""
    for number, header in fields(response):
        if number == 4 and isinstance(header, bytes):  # noqa: PLR2004 - see the module
            pair = _messages(header)
            if pair.get(1) == b"x-request-id" and _REQUEST_ID.fullmatch(pair.get(2, b"")):
                return pair[2].decode("ascii")
    return of_request.decode("ascii") if _REQUEST_ID.fullmatch(of_request) else None


def _text(value: bytes) -> str:
    text = value[: 4 * _LONGEST].decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\ufffd" for c in text)[:_LONGEST]
