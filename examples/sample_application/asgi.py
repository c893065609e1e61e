"""The same as an ASGI application:

ISSUER=http://auth.localhost:8080 AUDIENCE=sample uvicorn --app-dir examples/sample_application asgi:guarded --factory
"""

import os
import urllib.request

from watchword.enforcement.gateway.verifier import (
    SCOPE_KEY,
    AsgiGuard,
    Assertion,
    AssertionVerifier,
    Receive,
    Scope,
    Send,
)
from watchword.kernel.clock import SystemClock


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    del receive
    assertion = scope[SCOPE_KEY]
    assert isinstance(assertion, Assertion)  # noqa: S101 - the guard put it there
    body = f"{assertion.email} came with {assertion.assurance.label}, let in by {', '.join(assertion.why)}\n".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def fetch_keys() -> bytes:
    with urllib.request.urlopen(os.environ["ISSUER"] + "/.well-known/jwks.json", timeout=3) as answer:  # noqa: S310 - our own sign-in host
        content: bytes = answer.read()
        return content


def guarded() -> AsgiGuard:
    """Return the application with the verifier in front of it."""
    verifier = AssertionVerifier(
        issuer=os.environ["ISSUER"], audience=os.environ["AUDIENCE"], fetch=fetch_keys, clock=SystemClock()
    )
    return AsgiGuard(application, verifier)
