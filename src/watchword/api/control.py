"""The control socket: how the command line on the same machine speaks to the running control plane.

A Unix socket inside the private state directory is the whole of its protection: whoever can open it already owns the
keys. It is never reachable through the gateway.

    GET  /health   200 {"ready": true} once the control plane answers checks
    GET  /status   what runs: revision, counts, figures
    POST /apply    {"directory": path, "actor": name} -> 200 {"revision", "previous", "changes"} or 422 {"problems"}
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from watchword.kernel.errors import InvalidInputError, WatchwordError


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A configuration that was accepted and is being served. `changes` is empty where nothing differs."""

    revision: str
    previous: str | None
    changes: tuple[str, ...]


class Operations(Protocol):
    """What the control plane does when it is asked here."""

    def apply(self, directory: str, actor: str) -> Applied:
        """Raise `InvalidInputError`, one line a problem in its message, when the configuration is not accepted."""
        ...

    def status(self) -> Mapping[str, object]: ...


def create_control_app(operations: Operations) -> Starlette:
    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"ready": True})

    async def status(_: Request) -> JSONResponse:
        return JSONResponse(dict(await run_in_threadpool(operations.status)))

    async def apply(request: Request) -> JSONResponse:
        try:
            body = json.loads(await request.body())
            directory, actor = body["directory"], body["actor"]
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"problems": ["expected a JSON object with directory and actor"]}, status_code=400)
        if not isinstance(directory, str) or not isinstance(actor, str):
            return JSONResponse({"problems": ["directory and actor are strings"]}, status_code=400)
        try:
            applied = await run_in_threadpool(operations.apply, directory, actor)
        except InvalidInputError as error:
            return JSONResponse({"problems": str(error).splitlines()}, status_code=422)
        except WatchwordError as error:
            return JSONResponse({"problems": [str(error)], "code": error.code}, status_code=503)
        return JSONResponse(
            {"revision": applied.revision, "previous": applied.previous, "changes": list(applied.changes)}
        )

    return Starlette(
        routes=[Route("/health", health), Route("/status", status), Route("/apply", apply, methods=["POST"])]
    )
