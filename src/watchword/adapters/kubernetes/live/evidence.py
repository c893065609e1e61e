"""A file of what a cluster holds: one JSON object a line, so that it is written and read as it comes.

    {"watchword": "kubernetes-evidence", "version": 1, "cluster": "prod", "namespaces": [],
     "collected_at": "2026-11-25T20:00:00+00:00"}
    {"object": {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}}
    {"listed": "Namespace", "namespace": ""}
    {"missing": "PeerAuthentication.security.istio.io"}
    {"refused": "Secret", "namespace": "", "status": 403, "reason": "Forbidden", "message": "secrets is forbidden: …"}
    {"end": true, "objects": 1}

- The first line says what it is, the last that it is whole.
- `listed` says that a list was told to its end, `missing` that its API is not there. A list of which neither is said is
  not known: what is not there was perhaps never asked. `left_out` in place of a status: it was not asked for.
- `rest: "empty"` in the first line (in tests) says that all lists of which nothing is said were empty.
- An object holds what is kept of it (`trimming`), and of a secret no value.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from watchword.kernel.errors import InvalidInputError

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

MARK: Final = "kubernetes-evidence"
VERSION: Final = 1
LEFT_OUT: Final = "left_out"  # the reason of what was not asked for
_LOOKED_AT: Final = 4096  # characters of a file's beginning, by which it is known
_LONGEST_LINE: Final = 16 * 1024 * 1024  # characters; etcd takes no object above some 1.5 MB
_LONGEST_NAME: Final = 512
_SURROGATES = re.compile(rb"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What was collected, and when. No `namespaces`: all."""

    cluster: str
    collected_at: str
    namespaces: tuple[str, ...] = ()
    rest_is_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One object."""

    tree: dict[str, Json]
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list that was told to its end: of one namespace, or of all."""

    native_type: str
    namespace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """An API that is not there: there is nothing of its type."""

    native_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A list that was not told, or not to its end."""

    native_type: str
    reason: str
    namespace: str = ""
    status: int = 0
    message: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class End:
    """The last line."""

    objects: int


Record = Thing | Listed | Missing | Refused


def parsed(text: str | bytes) -> object:
    """Parse JSON. Halves of surrogate pairs, which no file and no terminal takes, become question marks.

    Raises `ValueError` for what is no JSON, and for what is nested too deep.
    """
    try:
        told: object = json.loads(text)
        if _SURROGATES.search(text if isinstance(text, bytes) else text.encode("utf-8", "replace")):
            told = json.loads(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    return told


def is_evidence(path: Path) -> bool:
    """Whether a file begins as a file of a cluster's evidence does."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return f'"{MARK}"' in file.read(_LOOKED_AT).partition("\n")[0]
    except OSError:
        return False  # who reads it next says what is wrong


def header_line(header: Header) -> str:
    return _line(
        {
            "watchword": MARK,
            "version": VERSION,
            "cluster": header.cluster,
            "namespaces": list(header.namespaces),
            "collected_at": header.collected_at,
            **({"rest": "empty"} if header.rest_is_empty else {}),
        }
    )


def record_line(record: Record) -> str:
    match record:
        case Thing():
            return _line({"object": record.tree})
        case Listed():
            return _line({"listed": record.native_type, "namespace": record.namespace})
        case Missing():
            return _line({"missing": record.native_type})
        case Refused():
            return _line(
                {
                    "refused": record.native_type,
                    "namespace": record.namespace,
                    "status": record.status,
                    "reason": record.reason,
                    "message": record.message,
                }
            )


def end_line(end: End) -> str:
    return _line({"end": True, "objects": end.objects})


def _line(told: dict[str, Json]) -> str:
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False) + "\n"


def records(lines: Iterable[str], *, name: str) -> Iterator[Header | Record | End]:
    """Read a file's lines. Raises `InvalidInputError` for what is no such file; the first yielded is its header."""
    first = True
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if len(line) > _LONGEST_LINE:
            raise _wrong(name, number, f"a line is longer than {_LONGEST_LINE} characters")
        try:
            told = parsed(line)
        except ValueError as error:
            raise _wrong(name, number, f"it is not JSON: {error}") from error
        if not isinstance(told, dict):
            raise _wrong(name, number, "an object was expected")
        if first:
            yield _header(told, name, number)
            first = False
        elif told.get("end") is True:
            count = told.get("objects")
            yield End(count if isinstance(count, int) else -1)
        else:
            yield _record(told, name, number)
    if first:
        raise _wrong(name, 1, "it is empty")


def _header(told: dict[str, Json], name: str, line: int) -> Header:
    if told.get("watchword") != MARK:
        raise _wrong(name, line, "it does not begin as a file of a cluster's evidence does")
    if told.get("version") != VERSION:
        raise _wrong(name, line, f"version {told.get('version')} is not known; this reads version {VERSION}")
    cluster, at, namespaces = told.get("cluster"), told.get("collected_at"), told.get("namespaces", [])
    if not isinstance(cluster, str) or not cluster or len(cluster) > _LONGEST_NAME or not isinstance(at, str):
        raise _wrong(name, line, "cluster and collected_at are needed")
    if not isinstance(namespaces, list):
        raise _wrong(name, line, "namespaces is a list")
    return Header(
        cluster=cluster,
        collected_at=at,
        namespaces=tuple(str(namespace) for namespace in namespaces),
        rest_is_empty=told.get("rest") == "empty",
    )


def _record(told: dict[str, Json], name: str, line: int) -> Record:
    tree = told.get("object")
    namespace = str(told.get("namespace") or "")
    if isinstance(tree, dict):
        return Thing(tree=tree, line=line)
    for key in ("listed", "missing", "refused"):
        native_type = told.get(key)
        if not isinstance(native_type, str):
            continue
        if key == "listed":
            return Listed(native_type=native_type, namespace=namespace)
        if key == "missing":
            return Missing(native_type=native_type)
        status = told.get("status")
        return Refused(
            native_type=native_type,
            namespace=namespace,
            status=status if isinstance(status, int) else 0,
            reason=str(told.get("reason") or "Unknown"),
            message=str(told.get("message") or ""),
            line=line,
        )
    raise _wrong(name, line, "an object, or what was listed, missing or refused, is needed")


def _wrong(name: str, line: int, why: str) -> InvalidInputError:
    return InvalidInputError(f"{name}:{line}: {why}", code="kube.evidence")
