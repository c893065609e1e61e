"""What a request says of where it came from, and the cookies of ours that it brought.

Envoy alone can reach us (a Unix socket), removes what clients claim of their address, and writes the address that it
saw into `x-forwarded-for`, alone.
"""

import re

from starlette.requests import Request

from watchword.enforcement.gateway.credentials import FLOW_COOKIE, SESSION_COOKIE
from watchword.kernel.events import Origin
from watchword.kernel.ids import TOKEN_LENGTH

_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}")
_LONGEST_AGENT = 512

__all__ = ["FLOW_COOKIE", "SESSION_COOKIE", "client_of", "cookie_token", "host_of", "set_cookie"]


def client_of(request: Request) -> Origin:
    addresses = request.headers.get("x-forwarded-for", "")
    return Origin(
        source_ip=addresses.rpartition(",")[2].strip() or None,
        user_agent=request.headers.get("user-agent", "")[:_LONGEST_AGENT] or None,
        request_id=request.headers.get("x-request-id") or None,
    )


def host_of(request: Request) -> str:
    """The host asked for: lower case, without port."""
    host = request.headers.get("host", "").lower()
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).rstrip(".")


def cookie_token(request: Request, name: str) -> str | None:
    """Return the value of a cookie of ours, or None: absent, more than once, or in another form than we give out."""
    found: list[str] = []
    for header in request.headers.getlist("cookie"):
        for part in header.split(";"):
            key, _, value = part.strip(" ").partition("=")
            if key == name:
                found.append(value)
    return found[0] if len(found) == 1 and _TOKEN.fullmatch(found[0]) else None


def set_cookie(name: str, value: str, *, max_age: int | None = None) -> str:
    """Return a `Set-Cookie` value with everything that the `__Host-` prefix asks for (RFC 6265bis, 4.1.3.2)."""
    age = "" if max_age is None else f"; Max-Age={max_age}"
    return f"{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{age}"
