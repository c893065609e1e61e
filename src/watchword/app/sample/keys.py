"""Where the sample gets the gateway's keys: from the sign-in host, by a URL or past the gateway by our pages'
socket."""

import socket
import urllib.request
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from watchword.kernel.errors import UnavailableError

PATH = "/.well-known/jwks.json"
_TIMEOUT = 3.0
_OK = 200


def from_url(issuer: str) -> Callable[[], bytes]:
    """Fetch from the issuer's own address. Not checked: that it is HTTPS; over plain HTTP use loopback alone."""

    def fetch() -> bytes:
        with urllib.request.urlopen(issuer + PATH, timeout=_TIMEOUT) as answer:  # noqa: S310 - an operator's own URL
            content: bytes = answer.read()
            return content

    return fetch


def from_socket(path: Path, issuer: str) -> Callable[[], bytes]:
    """Fetch over a Unix socket on this machine."""
    host = issuer.partition("://")[2]

    def fetch() -> bytes:
        connection = _UnixConnection(path, host)
        try:
            connection.request("GET", PATH)
            answer = connection.getresponse()
            content = answer.read()
        except HTTPException as error:
            raise UnavailableError("the sign-in host does not answer", code="sample.keys") from error
        finally:
            connection.close()
        if answer.status != _OK:
            raise UnavailableError(f"the sign-in host answered {answer.status}", code="sample.keys")
        return content

    return fetch


class _UnixConnection(HTTPConnection):
    def __init__(self, path: Path, host: str) -> None:
        super().__init__(host, timeout=_TIMEOUT)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))
