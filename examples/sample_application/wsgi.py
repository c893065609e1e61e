"""A WSGI application behind Watchword: who came is in the verified assertion, so there is no sign-in here.

    ISSUER=http://auth.localhost:8080 AUDIENCE=sample python examples/sample_application/wsgi.py 3000

and in watchword.yaml, under the application named by AUDIENCE: `upstream: http://127.0.0.1:3000`.
"""

import os
import sys
import urllib.request
from collections.abc import Iterable
from wsgiref.simple_server import make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from watchword.enforcement.gateway.verifier import SCOPE_KEY, AssertionVerifier, WsgiGuard
from watchword.kernel.clock import SystemClock


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    assertion = environ[SCOPE_KEY]
    start_response("200 OK", [("content-type", "text/plain; charset=utf-8")])
    why = ", ".join(assertion.why)
    return [f"{assertion.email} came with {assertion.assurance.label}, let in by {why}\n".encode()]


def fetch_keys() -> bytes:
    with urllib.request.urlopen(os.environ["ISSUER"] + "/.well-known/jwks.json", timeout=3) as answer:  # noqa: S310 - our own sign-in host
        content: bytes = answer.read()
        return content


def guarded() -> WsgiGuard:
    verifier = AssertionVerifier(
        issuer=os.environ["ISSUER"], audience=os.environ["AUDIENCE"], fetch=fetch_keys, clock=SystemClock()
    )
    return WsgiGuard(application, verifier)


if __name__ == "__main__":
    with make_server("127.0.0.1", int(sys.argv[1]), guarded()) as server:
        server.serve_forever()
