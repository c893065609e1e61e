"""The policy API in this process, over real analysts; and what a command line would be as a question to it."""

import argparse
import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from starlette.types import ASGIApp

from watchword.api.policy import Bounds, LocalDoor, Served, create_policy_api
from watchword.api.policy.body import Node
from watchword.app.analyst import AnalystPool
from watchword.cli import parser
from watchword.cli.policy.inputs import files

ROOT = "/api/v1/policy"
JSON = "application/json"
LINES = "application/jsonl"
SARIF = "application/sarif+json"


class NothingServed:
    """A `Served` that nobody is expected to ask."""

    def simulate(self, body: Node) -> str:
        raise AssertionError("nothing is served here")


@dataclass(slots=True)
class Api:
    app: ASGIApp
    pool: AnalystPool

    def ask(
        self,
        method: str,
        path: str,
        content: bytes = b"",
        *,
        media: str = JSON,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        sent = {"content-type": media} if method == "POST" else {}

        async def exchange() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.request(method, path, content=content, headers={**sent, **(headers or {})})

        return asyncio.run(exchange())

    def post(self, operation: str, body: object, **options: Any) -> httpx.Response:
        return self.ask("POST", f"{ROOT}/{operation}", json.dumps(body).encode(), **options)

    def lines(self, operation: str, content: bytes) -> httpx.Response:
        return self.ask("POST", f"{ROOT}/{operation}", content, media=LINES)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.ask("GET", f"{ROOT}/{path}", **options)


@contextmanager
def policy_api(*, served: Served | None = None, bounds: Bounds | None = None, **pool: Any) -> Iterator[Api]:
    analyst = AnalystPool(None, **pool)
    try:
        app = create_policy_api(
            analyst=analyst, served=served or NothingServed(), door=LocalDoor(), bounds=bounds or Bounds()
        )
        yield Api(app, analyst)
    finally:
        analyst.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command line as a question to the API."""

    method: str
    path: str
    content: bytes = b""
    media: str = JSON
    accept: str = JSON
    called: str = ""

    def as_told(self, printed: str) -> str:
        """What the command line prints, in the API's words for the places of what was asked."""
        for option, member in (("ACTION", "action"), ("--context", "context"), ("--absent", "absent")):
            printed = printed.replace(f'"place": "{option}"', f'"place": "{member}"')
        printed = printed.replace('"place": "--service"', '"place": "services"')
        return printed.replace(f'"place": "{self.called}:', '"place": "body:') if self.called else printed


def as_question(arguments: list[str], directory: Path) -> Asked | None:
    """None for what the API has no question for: files that are changed, our own ledger, a configuration directory."""
    options = parser.build().parse_args(arguments)
    verb = arguments[1]
    match verb:
        case "catalogue" if not (options.refresh or options.reset):
            return Asked(method="GET", path=f"{ROOT}/catalogue" + (f"/{options.name}" if options.name else ""))
        case "rules" if not options.ids:
            return Asked(method="GET", path=f"{ROOT}/rules")
        case "check" if options.batch and not options.files:
            return _lines(f"check?kind={options.kind}", options.batch, directory)
        case "check" if options.files and not options.batch:
            return _json("check", {"documents": _documents(options.files, directory), "kind": options.kind})
        case "test" | "explain" if len(options.files) == 1:
            query = "&".join(f"id={id_}" for id_ in getattr(options, "id", None) or ())
            return _lines(verb + (f"?{query}" if query else ""), options.files[0], directory)
        case "contains" if options.pairs:
            return _lines(f"contains?kind={options.kind}", options.pairs, directory)
        case "contains" | "equivalent" | "diff" if options.a and options.b and options.a != "-":
            sides = {side: _documents([getattr(options, side)], directory) for side in "ab"}
            return _json(verb, {**sides, "kind": options.kind})
        case "lint" if not (options.fix or options.write) and not _configured(options.paths, directory):
            accept = SARIF if getattr(options, "output", "") == "sarif" else JSON
            body = {
                "documents": _documents(options.paths, directory),
                "rules": options.rule,
                "ignore": options.ignore,
                "accounts": options.account,
                **({"kind": options.kind} if options.kind else {}),
            }
            return _json("lint", body, accept)
        case "who-can":
            return _json(
                verb,
                {
                    **_estate(options, directory),
                    "action": options.action,
                    "resource": options.resource,
                    "resource_account": options.resource_account,
                    "transitive": options.transitive,
                },
            )
        case "what-can":
            body = {
                "principal": options.principal,
                "transitive": options.transitive,
                "expand": options.expand,
                "services": options.service,
            }
            return _json(verb, {**_estate(options, directory), **body})
        case "escalations":
            return _json(verb, {**_estate(options, directory), "to": options.to})
        case "narrow" if options.cloudtrail and options.estate:
            policy = {"policy": options.policy} if options.policy else {}
            return _json(verb, {**_files(options, directory), **policy, **_trail(options, directory)})
        case "narrow" if options.cloudtrail and options.policy:
            policies = {"policies": _documents([options.policy], directory), "resources": options.resources}
            return _json(verb, {**policies, **_trail(options, directory)})
        case "what-if" if options.cloudtrail and options.estate and options.after:
            after = {"after": _documents(options.after, directory)}
            return _json(verb, {**_files(options, directory), **after, **_trail(options, directory)})
        case "what-if" if options.cloudtrail and options.before:
            sides = {side: _documents(getattr(options, side), directory) for side in ("before", "after")}
            return _json(verb, {**sides, **_trail(options, directory)})
        case _:
            return None


def _json(operation: str, body: Mapping[str, object], accept: str = JSON) -> Asked:
    return Asked(method="POST", path=f"{ROOT}/{operation}", content=json.dumps(body).encode(), accept=accept)


def _lines(operation: str, name: str, directory: Path) -> Asked | None:
    file = directory / name
    if not file.is_file():
        return None
    return Asked(
        method="POST",
        path=f"{ROOT}/{operation}",
        content=file.read_bytes(),
        media=LINES,
        accept=LINES,
        called=str(file.relative_to(directory)),
    )


def _documents(names: list[str], directory: Path, suffix: str = ".json") -> list[dict[str, str]]:
    """As texts, so that places are those in the files. Names are as they were given, the directory left away."""
    found = files([str(directory / name) for name in names], suffix)
    return [
        {"name": str(Path(name).relative_to(directory)), "document": Path(name).read_text(encoding="utf-8")}
        for name in found
    ]


def _configured(names: list[str], directory: Path) -> bool:
    return any((directory / name / "watchword.yaml").exists() or "policies/" in name for name in names)


def _estate(options: argparse.Namespace, directory: Path) -> dict[str, object]:
    context: dict[str, list[str]] = {}
    for pair in options.context:
        key, equals, value = pair.partition("=")
        if not equals:
            raise ValueError("not a key with its value")
        context.setdefault(key, []).append(value)
    return {**_files(options, directory), "context": context, "absent": options.absent}


def _files(options: argparse.Namespace, directory: Path) -> dict[str, object]:
    organisation = _documents([options.organisation], directory) if options.organisation else []
    return {
        "estate": _documents(options.estate, directory),
        "resource_policies": _documents(options.resource_policies, directory),
        **({"organisation": organisation[0]} if organisation else {}),
    }


def _trail(options: argparse.Namespace, directory: Path) -> dict[str, object]:
    found = [
        {"name": str(path.relative_to(directory)), "document": path.read_text(encoding="utf-8")}
        for name in options.cloudtrail
        for path in (sorted((directory / name).rglob("*.json")) if (directory / name).is_dir() else [directory / name])
    ]
    return {"cloudtrail": found, **({"principal": options.principal} if options.principal else {})}
