import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from wsgiref.types import StartResponse, WSGIEnvironment

import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from watchword.enforcement.gateway import AssertionSigner
from watchword.enforcement.gateway.assertion import path_hash
from watchword.enforcement.gateway.verifier import (
    SCOPE_KEY,
    AsgiGuard,
    Assertion,
    AssertionRefusedError,
    AssertionVerifier,
    Message,
    Receive,
    Scope,
    Send,
    WsgiGuard,
)
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.clock import SettableClock
from watchword.kernel.errors import InvalidInputError, UnavailableError

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ISSUER = "https://auth.example.com"


class World:
    def __init__(self) -> None:
        self.clock = SettableClock(NOW)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.signer = AssertionSigner(self.key)
        self.fetched = 0
        self.served: Callable[[], bytes] = self.signer.jwks
        self.monotonic = 1000.0
        self.verifier = AssertionVerifier(
            issuer=ISSUER,
            audience="payroll",
            fetch=self.fetch,
            clock=self.clock,
            monotonic_clock=lambda: self.monotonic,
        )

    def fetch(self) -> bytes:
        self.fetched += 1
        return self.served()

    def claims(self, **changed: object) -> bytes:
        claims: dict[str, object] = {
            "iss": ISSUER,
            "aud": "payroll",
            "sub": "per_1",
            "email": "alice@example.com",
            "name": "Alice",
            "groups": ["staff"],
            "sid": "ses_1",
            "acr": "aal2",
            "amr": ["swk", "user"],
            "auth_time": int(NOW.timestamp()) - 60,
            "iat": int(NOW.timestamp()),
            "exp": int(NOW.timestamp()) + 60,
            "jti": "req_1",
            "route": "payroll",
            "htm": "GET",
            "pth": path_hash("/reports"),
            "why": ["staff.json#Allow"],
        }
        claims.update(changed)
        return orjson.dumps({name: value for name, value in claims.items() if value is not None})

    def assertion(self, **changed: object) -> str:
        return self.signer.sign(self.claims(**changed)).decode()

    def verify(self, value: str, method: str = "GET", path: str = "/reports") -> Assertion:
        return self.verifier.verify([value], method=method, path=path)


@pytest.fixture
def world() -> World:
    return World()


def test_who_came_and_why(world: World) -> None:
    found = world.verify(world.assertion())
    assert found.email == "alice@example.com"
    assert found.groups == {"staff"}
    assert found.assurance is AssuranceLevel.AAL2
    assert found.why == ("staff.json#Allow",)
    assert found.expires_at == NOW + timedelta(seconds=60)
    world.verify(world.assertion())
    assert world.fetched == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.test"},
        {"iss": None},
        {"aud": "wiki"},
        {"aud": None},
        {"aud": ["payroll", "wiki"]},
        {"exp": None},
        {"exp": True},
        {"exp": "2026"},
        {"exp": 10**18},
        {"exp": int(NOW.timestamp()) - 10},
        {"iat": None},
        {"iat": int(NOW.timestamp()) + 60},
        {"htm": "POST"},
        {"htm": None},
        {"pth": path_hash("/admin")},
        {"pth": None},
        {"email": None},
        {"groups": "staff"},
        {"groups": [1]},
        {"acr": "aal9"},
    ],
)
def test_an_assertion_about_something_else_is_refused(world: World, changed: dict[str, object]) -> None:
    with pytest.raises(AssertionRefusedError):
        world.verify(world.assertion(**changed))


def test_it_is_good_for_its_minute_and_a_little_leeway(world: World) -> None:
    value = world.assertion()
    world.clock.advance(timedelta(seconds=64))
    assert world.verify(value).email == "alice@example.com"
    world.clock.advance(timedelta(seconds=1))
    with pytest.raises(AssertionRefusedError, match="moment"):
        world.verify(value)


@pytest.mark.parametrize(
    "values", [[], ["", ""], ["a.b.c"], ["a" * 9000], [""], ["e30.e30.x"], ["{}.e30.x"], ["W10.e30.x"]]
)
def test_what_is_no_assertion_is_refused(world: World, values: list[str]) -> None:
    with pytest.raises(AssertionRefusedError):
        world.verifier.verify(values, method="GET", path="/reports")


def test_two_assertions_are_none(world: World) -> None:
    with pytest.raises(AssertionRefusedError, match="exactly one"):
        world.verifier.verify([world.assertion(), world.assertion()], method="GET", path="/reports")


def test_a_changed_signature_or_body_is_refused(world: World) -> None:
    header, body, signature = world.assertion().split(".")
    other = world.assertion(sub="per_2").split(".")[1]
    for forged in (f"{header}.{other}.{signature}", f"{header}.{body}.{signature[:-4]}AAAA", f"{header}.{body}."):
        with pytest.raises(AssertionRefusedError):
            world.verify(forged)


def test_no_other_algorithm_is_taken(world: World) -> None:
    public = world.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    claims = orjson.loads(world.claims())
    kid = world.signer.key_id
    none = jwt.encode({"alg": "HS256", "kid": kid}, claims, OctKey.import_key(public.hex()), algorithms=["HS256"])
    rsa_key = RSAKey.import_key(
        rsa.generate_private_key(65537, 2048).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    foreign = jwt.encode({"alg": "RS256", "kid": kid}, claims, rsa_key, algorithms=["RS256"])
    for forged in (none, foreign):
        with pytest.raises(AssertionRefusedError):
            world.verify(forged)


def test_somebody_elses_key_of_the_same_name_is_refused(world: World) -> None:
    world.verify(world.assertion())
    stranger = AssertionSigner(ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(AssertionRefusedError, match="key"):
        world.verify(stranger.sign(world.claims()).decode())


def test_a_new_key_is_fetched_but_not_for_every_stranger(world: World) -> None:
    world.verify(world.assertion())
    fresh = AssertionSigner(ec.generate_private_key(ec.SECP256R1()))
    world.served = fresh.jwks
    for _ in range(5):
        with pytest.raises(AssertionRefusedError):
            world.verify(fresh.sign(world.claims()).decode())
    assert world.fetched == 1
    world.monotonic += 3
    assert world.verify(fresh.sign(world.claims()).decode()).email == "alice@example.com"
    assert world.fetched == 2


@pytest.mark.parametrize("served", [b"", b"[]", b"{}", b'{"keys":[{"kty":"EC"}]}', b"\xff"])
def test_keys_that_cannot_be_read_are_not_available(world: World, served: bytes) -> None:
    world.served = lambda: served
    with pytest.raises((UnavailableError, AssertionRefusedError)):
        world.verify(world.assertion())


def test_keys_that_cannot_be_had_are_not_available(world: World) -> None:
    def down() -> bytes:
        raise ConnectionRefusedError

    world.served = down
    with pytest.raises(UnavailableError):
        world.verify(world.assertion())


def test_an_issuer_and_an_audience_are_needed() -> None:
    with pytest.raises(InvalidInputError):
        AssertionVerifier(issuer="", audience="x", fetch=lambda: b"", clock=SettableClock(NOW))


def wsgi(world: World, environ: dict[str, str]) -> tuple[str, bytes]:
    told: list[str] = []

    def application(inner: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [inner[SCOPE_KEY].email.encode()]

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        told.append(status)
        return BytesIO().write

    full: dict[str, object] = {"REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": "/reports", **environ}
    body = b"".join(WsgiGuard(application, world.verifier)(full, start_response))
    return told[0], body


def test_a_wsgi_application_gets_the_assertion_or_nothing(world: World) -> None:
    header = {"HTTP_X_WATCHWORD_JWT_ASSERTION": world.assertion()}
    assert wsgi(world, header) == ("200 OK", b"alice@example.com")
    assert wsgi(world, {})[0] == "401 Unauthorized"
    assert wsgi(world, {**header, "PATH_INFO": "/admin"})[0] == "401 Unauthorized"
    assert wsgi(world, {**header, "REQUEST_METHOD": "POST"})[0] == "401 Unauthorized"
    accented = {"HTTP_X_WATCHWORD_JWT_ASSERTION": world.assertion(pth=path_hash("/café"))}
    path = {"SCRIPT_NAME": "/caf", "PATH_INFO": "é".encode().decode("latin-1")}
    assert wsgi(world, {**accented, **path})[0] == "200 OK"


def test_a_wsgi_application_without_keys_is_not_available(world: World) -> None:
    def down() -> bytes:
        raise ConnectionRefusedError

    world.served = down
    assert wsgi(world, {"HTTP_X_WATCHWORD_JWT_ASSERTION": world.assertion()})[0] == "503 Service Unavailable"


def asgi(world: World, *values: str, kind: str = "http", path: str = "/reports") -> list[Message]:
    sent: list[Message] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        found = scope.get(SCOPE_KEY)
        await send({"type": "reached", "email": found.email if isinstance(found, Assertion) else None})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"X-Watchword-Jwt-Assertion", value.encode()) for value in values]
    scope: Scope = {"type": kind, "path": path, "headers": headers}
    if kind == "http":
        scope["method"] = "GET"
    asyncio.run(AsgiGuard(application, world.verifier)(scope, receive, send))
    return sent


def test_an_asgi_application_gets_the_assertion_or_nothing(world: World) -> None:
    assert asgi(world, world.assertion()) == [{"type": "reached", "email": "alice@example.com"}]
    assert asgi(world)[0]["status"] == 401
    assert asgi(world, world.assertion(), path="/admin")[0]["status"] == 401
    assert asgi(world, world.assertion(), world.assertion())[0]["status"] == 401
    assert asgi(world, world.assertion(), kind="websocket") == [{"type": "reached", "email": "alice@example.com"}]
    assert asgi(world, kind="websocket") == [{"type": "websocket.close", "code": 1008}]
    assert asgi(world, kind="lifespan") == [{"type": "reached", "email": None}]
