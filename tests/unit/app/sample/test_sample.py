"""The sample application behind the real guard."""

import asyncio
from datetime import UTC, datetime

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from watchword.app.sample.application import application
from watchword.app.sample.keys import from_socket
from watchword.enforcement.gateway import AssertionSigner
from watchword.enforcement.gateway.assertion import path_hash
from watchword.enforcement.gateway.verifier import AsgiGuard, AssertionVerifier, Message, Scope
from watchword.kernel.clock import SettableClock

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SIGNER = AssertionSigner(ec.generate_private_key(ec.SECP256R1()))


def assertion(path: str, email: str) -> bytes:
    now = int(NOW.timestamp())
    claims = {
        "iss": "http://auth.localhost",
        "aud": "sample",
        "sub": "per_1",
        "email": email,
        "name": "Alice",
        "groups": ["staff"],
        "sid": "ses_1",
        "acr": "aal2",
        "amr": ["swk"],
        "auth_time": now,
        "iat": now,
        "exp": now + 60,
        "jti": "req_1",
        "route": "sample",
        "htm": "GET",
        "pth": path_hash(path),
        "why": ["sample-application#EveryoneSignedIn"],
    }
    return SIGNER.sign(orjson.dumps(claims))


def visit(path: str, *, email: str = "alice@example.com", signed: bool = True, events: int = 2) -> list[Message]:
    sent: list[Message] = []
    verifier = AssertionVerifier(
        issuer="http://auth.localhost", audience="sample", fetch=SIGNER.jwks, clock=SettableClock(NOW)
    )

    async def run() -> None:
        enough = asyncio.Event()

        async def receive() -> Message:
            await enough.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)
            if len(sent) >= events:
                enough.set()

        headers = [(b"x-watchword-jwt-assertion", assertion(path, email))] if signed else []
        scope: Scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
        await asyncio.wait_for(AsgiGuard(application, verifier)(scope, receive, send), 10)

    asyncio.run(run())
    return sent


def text(messages: list[Message]) -> str:
    return b"".join(bytes(m["body"]) for m in messages if isinstance(m.get("body"), bytes)).decode()  # type: ignore[call-overload]  # looked at above


def test_it_says_who_came_and_why() -> None:
    messages = visit("/")
    assert messages[0]["status"] == 200
    page = text(messages)
    assert "alice@example.com" in page
    assert "sample-application#EveryoneSignedIn" in page
    assert "AAL2" in page
    assert visit("/admin")[0]["status"] == 200
    assert visit("/nowhere")[0]["status"] == 404


def test_it_lets_in_nobody_who_did_not_come_through_the_gateway() -> None:
    assert visit("/", signed=False)[0]["status"] == 401


def test_it_escapes_what_it_shows() -> None:
    assert "<script>" not in text(visit("/", email="<script>alert(1)</script>@example.com"))


def test_the_clock_runs_until_someone_leaves() -> None:
    messages = visit("/live")
    assert messages[0]["status"] == 200
    assert text(messages).startswith("event: time\ndata: ")


def test_keys_from_a_socket_that_is_not_there(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(OSError, match="No such file"):
        from_socket(tmp_path_factory.mktemp("s") / "x", "http://auth.localhost:8080")()
