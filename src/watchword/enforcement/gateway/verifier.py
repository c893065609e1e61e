"""For applications: who came, proven by the assertion that the gateway set, or a refusal.

An application that does not verify trusts everybody who reaches its port. What is checked, in order:

1. exactly one assertion header, of a plausible size
2. the signature, with ES256 and nothing else, by a key of the sign-in host (RFC 8725, 3.1)
3. `iss` and `aud`: this Watchword, this application
4. `exp`, `iat`: now, with a little leeway for two machines' clocks
5. `htm`, `pth`: this method, this path

Not checked: that an assertion is used once; within its minute, for the same method and path, it is good again.

    verifier = AssertionVerifier(
        issuer="https://auth.example.com", audience="payroll", fetch=fetch, clock=SystemClock()
    )
    application = AsgiGuard(application, verifier)      # or WsgiGuard
    …
    scope["watchword.assertion"].email
"""

import asyncio
import base64
import threading
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from watchword.enforcement.gateway.assertion import HEADER, path_hash
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.clock import Clock, monotonic
from watchword.kernel.errors import InvalidInputError, RefusedError, UnavailableError, WatchwordError

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

Fetch = Callable[[], bytes]
"""Returns the JSON Web Key Set of the sign-in host; raises `UnavailableError` (or `OSError`) where it does not
answer."""

Scope = MutableMapping[str, object]
Message = MutableMapping[str, object]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApplication = Callable[[Scope, Receive, Send], Awaitable[None]]

SCOPE_KEY = "watchword.assertion"
_ALGORITHMS = ["ES256"]
_MAX_SIZE = 8192
_LEEWAY = timedelta(seconds=5)
# Keys change by hand; an unknown key id asks again at once, but not more often than this.
_KEYS_FRESH = 300.0
_KEYS_PAUSE = 2.0
_ENVIRON_KEY = "HTTP_" + HEADER.upper().replace("-", "_")
_REFUSED, _UNAVAILABLE = 401, 503


class AssertionRefusedError(RefusedError):
    """This request did not come through the gateway, or not as it is."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the assertion does not hold: {why}", code="assertion.refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """Who came and why they were let in, as the gateway said at `issued_at`."""

    person_id: str
    email: str
    display_name: str
    groups: frozenset[str]
    session_id: str
    assurance: AssuranceLevel
    methods: tuple[str, ...]  # RFC 8176
    signed_in_at: datetime
    issued_at: datetime
    expires_at: datetime
    request_id: str  # of the request that it was made for; an equal GET or HEAD may share it for five seconds
    route: str
    why: tuple[str, ...]  # the statements that allowed it


class AssertionVerifier:
    """Verifies for one application of one Watchword. Safe for use by several threads."""

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        fetch: Fetch,
        clock: Clock,
        monotonic_clock: Callable[[], float] = monotonic,
    ) -> None:
        if not issuer or not audience:
            raise InvalidInputError("an issuer and an audience are needed", code="assertion.settings")
        self._issuer = issuer
        self._audience = audience
        self._fetch = fetch
        self._clock = clock
        self._monotonic = monotonic_clock
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._known: frozenset[str] = frozenset()
        self._fetched_at: float | None = None

    def verify(self, values: Sequence[str], *, method: str, path: str) -> Assertion:
        """Take all values of the assertion header, and the request's method and path (percent-decoded once).

        Raise `AssertionRefusedError`, or `UnavailableError` where the keys cannot be had.
        """
        # 1
        if len(values) != 1 or not values[0] or len(values[0]) > _MAX_SIZE:
            raise AssertionRefusedError("there has to be exactly one")
        # 2
        claims = self._signed(values[0])
        # 3
        if claims.get("iss") != self._issuer:
            raise AssertionRefusedError("it is from somebody else")
        if claims.get("aud") != self._audience:
            raise AssertionRefusedError("it is for another application")
        # 4
        now = self._clock.now()
        issued, expires = _instant(claims, "iat"), _instant(claims, "exp")
        if now >= expires + _LEEWAY or issued > now + _LEEWAY:
            raise AssertionRefusedError("it is not for this moment")
        # 5
        if claims.get("htm") != method or claims.get("pth") != path_hash(path):
            raise AssertionRefusedError("it is for another request")
        return _assertion(claims, issued, expires)

    def _signed(self, value: str) -> dict[str, object]:
        keys = self._keys_for(_key_id(value))
        try:
            claims = jwt.decode(value, keys, algorithms=_ALGORITHMS).claims
        except (JoseError, ValueError, TypeError) as error:
            raise AssertionRefusedError("the signature") from error
        return dict(claims)

    def _keys_for(self, key_id: str) -> KeySet:
        with self._lock:
            age = None if self._fetched_at is None else self._monotonic() - self._fetched_at
            if age is None or age > _KEYS_FRESH or (key_id not in self._known and age > _KEYS_PAUSE):
                self._load()
            if self._keys is None or key_id not in self._known:
                raise AssertionRefusedError("the key is not known")
            return self._keys

    def _load(self) -> None:
        try:
            document = orjson.loads(self._fetch())
            keys = KeySet.import_key_set(document)
        except (OSError, UnavailableError) as error:
            raise UnavailableError("the gateway's keys cannot be had", code="assertion.keys") from error
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise UnavailableError("the gateway's keys cannot be read", code="assertion.keys") from error
        self._keys = keys
        self._known = frozenset(key.kid for key in keys.keys if key.kid)
        self._fetched_at = self._monotonic()


def _key_id(value: str) -> str:
    """Read the key's id from the header that is about to be verified; it chooses among keys that are trusted
    already."""
    header = value.partition(".")[0]
    try:
        key_id = orjson.loads(_decode(header)).get("kid")
    except (ValueError, AttributeError) as error:
        raise AssertionRefusedError("its form") from error
    if not isinstance(key_id, str):
        raise AssertionRefusedError("its form")
    return key_id


def _decode(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _instant(claims: dict[str, object], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise AssertionRefusedError(f"{name} is missing")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise AssertionRefusedError(f"{name} is no time") from error


def _text(claims: dict[str, object], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str):
        raise AssertionRefusedError(f"{name} is missing")
    return value


def _texts(claims: dict[str, object], name: str) -> tuple[str, ...]:
    value = claims.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise AssertionRefusedError(f"{name} is missing")
    return tuple(value)


def _assertion(claims: dict[str, object], issued: datetime, expires: datetime) -> Assertion:
    try:
        assurance = AssuranceLevel.parse(_text(claims, "acr"))
    except InvalidInputError as error:
        raise AssertionRefusedError("acr is no level") from error
    return Assertion(
        person_id=_text(claims, "sub"),
        email=_text(claims, "email"),
        display_name=_text(claims, "name"),
        groups=frozenset(_texts(claims, "groups")),
        session_id=_text(claims, "sid"),
        assurance=assurance,
        methods=_texts(claims, "amr"),
        signed_in_at=_instant(claims, "auth_time"),
        issued_at=issued,
        expires_at=expires,
        request_id=_text(claims, "jti"),
        route=_text(claims, "route"),
        why=_texts(claims, "why"),
    )


def _refusal(error: WatchwordError) -> tuple[int, bytes]:
    status = _UNAVAILABLE if isinstance(error, UnavailableError) else _REFUSED
    title = "Not available" if status == _UNAVAILABLE else "Come through the gateway"
    return status, orjson.dumps({"type": "about:blank", "title": title, "status": status, "detail": error.message})


class WsgiGuard:
    """WSGI middleware (PEP 3333): the assertion is in `environ["watchword.assertion"]`, or the request ends here."""

    def __init__(self, application: "WSGIApplication", verifier: AssertionVerifier) -> None:
        self._application = application
        self._verifier = verifier

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        value = environ.get(_ENVIRON_KEY)
        # PEP 3333: these hold the decoded octets, one a character.
        path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1")
        try:
            assertion = self._verifier.verify(
                () if value is None else (value,),
                method=environ["REQUEST_METHOD"],
                path=path.decode("utf-8", "surrogateescape"),
            )
        except (AssertionRefusedError, UnavailableError) as error:
            status, body = _refusal(error)
            reason = "503 Service Unavailable" if status == _UNAVAILABLE else "401 Unauthorized"
            headers = [("content-type", "application/problem+json"), ("content-length", str(len(body)))]
            start_response(reason, [*headers, ("www-authenticate", "Watchword")])
            return [body]
        environ[SCOPE_KEY] = assertion
        return self._application(environ, start_response)


class AsgiGuard:
    """ASGI middleware: the assertion is in `scope["watchword.assertion"]`, or the request or WebSocket ends here."""

    def __init__(self, application: AsgiApplication, verifier: AssertionVerifier) -> None:
        self._application = application
        self._verifier = verifier

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
            return
        headers, path = scope["headers"], scope["path"]
        if not isinstance(headers, Iterable) or not isinstance(path, str):
            raise TypeError("an ASGI scope is needed")
        name = HEADER.encode("ascii")
        values = tuple(value.decode("latin-1") for key, value in headers if key.lower() == name)
        method = str(scope.get("method", "GET"))  # a WebSocket is opened with GET
        try:
            # Fetching keys blocks, and so does checking a signature, a little.
            assertion = await asyncio.to_thread(self._verifier.verify, values, method=method, path=path)
        except (AssertionRefusedError, UnavailableError) as error:
            await _refuse(scope, send, error)
            return
        await self._application({**scope, SCOPE_KEY: assertion}, receive, send)


async def _refuse(scope: Scope, send: Send, error: WatchwordError) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})  # RFC 6455, 7.4.1: policy violation
        return
    status, body = _refusal(error)
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", b"%d" % len(body)),
        (b"www-authenticate", b"Watchword"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
