"""Style and scripts: read once, served from memory under a name that changes with their content, so cached for good."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_FOLDER = Path(__file__).parent.parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    content: bytes
    media_type: str


class Assets:
    """The files of `static/`, under `prefix`."""

    def __init__(self, prefix: str = "/static") -> None:
        self._files = {
            path.name: Asset(content=path.read_bytes(), media_type=_TYPES[path.suffix])
            for path in sorted(_FOLDER.iterdir())
            if path.suffix in _TYPES
        }
        digest = hashlib.sha256()
        for name, asset in self._files.items():
            digest.update(name.encode() + b"\0" + asset.content + b"\0")
        self._prefix = prefix
        self._version = digest.hexdigest()[:16]

    @property
    def base(self) -> str:
        return f"{self._prefix}/{self._version}"

    def route(self) -> Route:
        return Route(f"{self._prefix}/{{version}}/{{name}}", self._serve, methods=["GET"], name="assets")

    async def _serve(self, request: Request) -> Response:
        asset = self._files.get(request.path_params["name"])
        if asset is None or request.path_params["version"] != self._version:
            return Response("Not found\n", status_code=404, media_type="text/plain")
        return Response(
            asset.content,
            media_type=asset.media_type,
            # `private`: on application hosts and the console an answer went through a decision for one person.
            headers={"cache-control": "private, max-age=31536000, immutable"},
        )
