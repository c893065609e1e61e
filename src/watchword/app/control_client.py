"""Speaks to a running control plane over its control socket (`api.control`)."""

import http.client
import json
import socket
from pathlib import Path

from watchword.kernel.errors import InvalidInputError, UnavailableError

_TIMEOUT = 30.0


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def healthy(path: Path, *, timeout: float = 2.0) -> bool:
    """Whether the control plane answers. A socket that is gone, refuses or hangs is a no."""
    try:
        return _ask(path, "GET", "/health", None, timeout).get("ready") is True
    except (UnavailableError, InvalidInputError):
        return False


def status(path: Path) -> dict[str, object]:
    """Raise `UnavailableError` (`control.unreachable`) when nothing answers."""
    return _ask(path, "GET", "/status", None, _TIMEOUT)


def apply(path: Path, directory: Path, actor: str) -> tuple[str, str | None, tuple[str, ...]]:
    """Return (revision, previous revision, changes).

    Raises `InvalidInputError` (`configuration.refused`), all problems in its message, when the configuration is not
    accepted; then the previous one keeps serving.
    """
    answer = _ask(path, "POST", "/apply", {"directory": str(directory), "actor": actor}, _TIMEOUT)
    previous, changes = answer.get("previous"), answer.get("changes")
    return (
        str(answer["revision"]),
        str(previous) if previous is not None else None,
        tuple(str(change) for change in changes) if isinstance(changes, list) else (),
    )


def _ask(path: Path, method: str, target: str, body: dict[str, str] | None, timeout: float) -> dict[str, object]:
    connection = _UnixConnection(path, timeout)
    try:
        connection.request(
            method,
            target,
            body=None if body is None else json.dumps(body),
            headers={"content-type": "application/json"},
        )
        response = connection.getresponse()
        answer = json.loads(response.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise UnavailableError(
            f"the control plane does not answer on {path}",
            code="control.unreachable",
            hint="start it with: watchword up",
        ) from error
    finally:
        connection.close()
    if not isinstance(answer, dict):
        raise UnavailableError("the control plane gave no JSON object", code="control.malformed")
    if response.status == http.client.OK:
        return answer
    problems = answer.get("problems")
    text = "\n".join(str(problem) for problem in problems) if isinstance(problems, list) else "refused"
    if response.status < http.client.INTERNAL_SERVER_ERROR:
        raise InvalidInputError(text, code="configuration.refused")
    raise UnavailableError(text, code=str(answer.get("code", "control.failed")))
