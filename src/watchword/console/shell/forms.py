"""Requests that change something: only from our own pages, and only with the token that the page was given.

Three things have to hold, each enough in a browser that keeps the rules, so that no single one is leant on: the
`Origin` is ours, `Sec-Fetch-Site` does not say otherwise, and the body carries an HMAC bound to the browser's session.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from watchword.kernel.errors import InvalidInputError, RefusedError

# A policy to be checked is the longest thing that anyone sends here; IAM's own limit is 10 KiB.
MOST_BYTES = 256 * 1024
_MOST_FIELDS = 200
TOKEN_FIELD = "form_token"  # noqa: S105 - the name of a field


class CrossSiteError(RefusedError):
    """The request did not come from a page of ours, or from one that is out of date."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"this request did not come from our own page ({what})",
            code="form.cross-site",
            hint="reload the page and try again",
        )


class FormTokens:
    """Makes and checks tokens. `binding` is what the browser proves already: its session, or its cookie's nonce."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, binding: str) -> str:
        digest = hmac.digest(self._key, b"watchword form token\0" + binding.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")

    def check(self, token: str, binding: str) -> None:
        """Raise `CrossSiteError`."""
        if not hmac.compare_digest(token.encode("utf-8", "replace"), self.token(binding).encode()):
            raise CrossSiteError("the page is out of date, or not ours")


def check_source(headers: Mapping[str, str], origin: str) -> None:
    """Raise `CrossSiteError` unless the request comes from a page of `origin` itself."""
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        raise CrossSiteError("Sec-Fetch-Site")
    claimed = headers.get("origin")
    if claimed is None and site is None:
        raise CrossSiteError("no Origin")
    if claimed is not None and claimed != origin:
        raise CrossSiteError("Origin")


async def read_body(request: Request, *, media_type: str) -> bytes:
    """Return the body. Raise `InvalidInputError` where it is of another type or too long."""
    found = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if found != media_type:
        raise InvalidInputError("not what this address takes", code="body.type", expected=media_type, found=repr(found))
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise InvalidInputError("too long", code="body.length", expected=f"at most {MOST_BYTES} bytes")
    return bytes(body)


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a form or a query, as text."""

    pairs: tuple[tuple[str, str], ...] = ()

    def text(self, name: str, default: str = "") -> str:
        return next((value for key, value in self.pairs if key == name), default)

    def texts(self, name: str) -> Sequence[str]:
        return [value for key, value in self.pairs if key == name]


def read_fields(encoded: bytes) -> Fields:
    try:
        pairs = parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise InvalidInputError("not a form", code="body.form") from error
    return Fields(tuple(pairs))


def read_json(body: bytes) -> Mapping[str, object]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidInputError("not JSON", code="body.json") from error
    if not isinstance(document, dict):
        raise InvalidInputError("not a JSON object", code="body.json")
    return document


def json_text(document: Mapping[str, object], name: str) -> str:
    """Return a member that has to be a string. Raise `InvalidInputError`."""
    value = document.get(name)
    if not isinstance(value, str):
        raise InvalidInputError(f"{name!r} is missing", code="body.json", expected="a string")
    return value
