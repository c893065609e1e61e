"""What a request proves itself with, read strictly: one session cookie in one form, or a refusal.

The session cookie opens an application, so no application may ever receive it, and no two parsers may disagree on where
it is. Whatever mentions the reserved name in any other way than `__Host-watchword=<43 characters>`, once, is refused:
two of them, another case, quotes, a second `Cookie` line (which arrives joined by a comma), the name inside a value.
Other applications' cookies are left exactly as they are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from watchword.kernel.errors import InvalidInputError
from watchword.kernel.ids import TOKEN_LENGTH

# The prefix makes browsers insist on Secure, Path=/ and no Domain (RFC 6265bis, 4.1.3.2).
SESSION_COOKIE = "__Host-watchword"
FLOW_COOKIE = "__Host-watchword-flow"

_RESERVED = b"__host-watchword"
_SESSION = SESSION_COOKIE.encode("ascii")
_FLOW = FLOW_COOKIE.encode("ascii")
_TOKEN = re.compile(rb"[A-Za-z0-9_-]{%d}" % TOKEN_LENGTH)
_OCTETS = re.compile(rb"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")  # RFC 6265, 4.1.1: cookie-octet
_ALONE = re.compile(rb"__Host-watchword=([A-Za-z0-9_-]{%d})" % TOKEN_LENGTH)


class CredentialsRefusedError(InvalidInputError):
    """A credential of ours in a form that we never gave out."""

    def __init__(self, found: str) -> None:
        super().__init__(
            "the session cookie is not in the one form we accept",
            code="credentials.malformed",
            found=found,
            hint="clear this site's cookies and sign in again",
        )


@dataclass(frozen=True, slots=True)
class Cookies:
    """`token` is the session's; `rest` is the header for the application: None where nothing is left of it. `changed`
    says whether `rest` differs from what came."""

    token: bytes | None
    rest: bytes | None
    changed: bool


_NONE = Cookies(None, None, False)


def read_cookies(lines: Sequence[bytes]) -> Cookies:
    """Take the values of all `cookie` fields of a request. Raise `CredentialsRefusedError`."""
    if not lines:
        return _NONE
    if len(lines) > 1:
        # RFC 9113, 8.2.3: crumbs are joined with a semicolon. Envoy has done so; if it has not, nobody else may differ.
        header = b"; ".join(lines)
    else:
        header = lines[0]
        alone = _ALONE.fullmatch(header)
        if alone is not None:
            return Cookies(alone[1], None, True)
    mentions = header.lower().count(_RESERVED)
    if not mentions:
        return Cookies(None, header, False)
    return _take_ours(header)


def _take_ours(header: bytes) -> Cookies:
    token: bytes | None = None
    flows = 0
    rest: list[bytes] = []
    for part in header.split(b";"):
        pair = part.strip(b" ")
        name, _, value = pair.partition(b"=")
        if name == _SESSION:
            if token is not None:
                raise CredentialsRefusedError("two session cookies")
            if not _TOKEN.fullmatch(value):
                raise CredentialsRefusedError("a session cookie of another form")
            token = value
        elif name == _FLOW:
            flows += 1
            if flows > 1 or not _OCTETS.fullmatch(value) or _RESERVED in value.lower():
                raise CredentialsRefusedError("a sign-in cookie of another form")
        elif _RESERVED in pair.lower():
            raise CredentialsRefusedError("the reserved name in another place")
        elif pair:
            rest.append(pair)
    return Cookies(token, b"; ".join(rest) if rest else None, True)
