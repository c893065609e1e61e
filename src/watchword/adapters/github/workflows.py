"""Workflows below `.github/workflows`. What an expression (`${{ … }}`) stands for is not known, but in scripts.

A script stays as it is written, because how it is written is what is judged: `expressions` lists what is put into it
before a shell reads it. Source: GitHub documentation, "Workflow syntax for GitHub Actions".
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from watchword.adapters.documents import Mapping as MappingNode
from watchword.adapters.documents import (
    Node,
    Scalar,
    Sequence,
    files_below,
    place_of,
    read_documents,
    read_file,
    scalar_value,
)
from watchword.inventory import Shape, shapes
from watchword.inventory.model import Coverage, Declaration, FrontEnd, Problem, Reading
from watchword.inventory.shapes import Nothing, Readable, Subject
from watchword.inventory.values import (
    Absent,
    Block,
    Child,
    Elements,
    Known,
    Place,
    Reason,
    ReasonKind,
    Reference,
    Unknown,
    Value,
)

_TYPE: Final = "github:workflow"
_DIRECTORY = re.compile(r"(?:.*/)?\.github/workflows/[^/]+\.ya?ml")
_EXPRESSION = re.compile(r"\$\{\{((?:[^}]|\}(?!\}))*+)\}\}")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MOST_EXPRESSIONS: Final = 200
# Whose text is a program and not a value; `github-script` runs its input.
_SCRIPTS: Final = frozenset({"run", "script"})


def is_workflow(path: str) -> bool:
    """Whether a path, with `/`, is one at which GitHub looks for workflows."""
    return _DIRECTORY.fullmatch(path) is not None


def read_workflows(root: Path, *, files: Iterable[str] | None = None) -> Reading:
    """Read the workflows below `root`, or those of `files` (relative to it, with `/`) that are some. Never raises."""
    problems: list[Problem] = []
    if files is None:
        files, problems = files_below(root, lambda name: name.endswith((".yml", ".yaml")))
    # What GitHub looks at hangs on where a file lies, also above what is scanned.
    above = root.absolute().as_posix() if root.is_dir() else root.absolute().parent.as_posix()
    declarations: list[Declaration] = []
    size = 0
    for file in files:
        if not is_workflow(f"{above}/{file}"):
            continue
        content, problem = read_file(root, file)
        problems.extend([problem] if problem else [])
        if content is None:
            continue
        documents = read_documents(content, file, wanted=bool)
        problems.extend(documents.problems)
        for broken in documents.broken:
            problems.extend(broken.problems)
        for document in documents.documents[:1]:  # GitHub reads one
            problems.extend(document.problems)
            if isinstance(document.node, MappingNode) and "jobs" in document.node.entries:
                size += len(content)
                declarations.append(_declaration(document.node, file))
    coverage = Coverage(files=len(declarations), bytes=size, blocks=len(declarations), roots=len(declarations))
    return Reading(declarations=tuple(declarations), problems=tuple(problems), coverage=coverage)


def _declaration(node: MappingNode, file: str) -> Declaration:
    directory = posixpath.dirname(posixpath.dirname(posixpath.dirname(file))) or "."
    place = Place(file, node.line, node.end_line, node.column)
    return Declaration(
        front_end=FrontEnd.GITHUB_ACTIONS,
        provider="github",
        native_type=_TYPE,
        root=directory.replace("#", "%23"),
        address=f"workflow/{posixpath.basename(file)}",
        tree=Block(_children(node, file), place),
        place=place,
    )


def _value(node: Node, file: str) -> Value:
    if isinstance(node, Scalar):
        return _scalar(node, place_of(node, file))
    if isinstance(node, Sequence):
        return Elements([_child(item, file) for item in node.items], place_of(node, file))
    return Block(_children(node, file), place_of(node, file))


def _children(node: MappingNode, file: str) -> dict[str, Child]:
    children: dict[str, Child] = {}
    for name, entry in node.entries.items():
        # `on:` is a boolean to YAML 1.1 and a name to GitHub; as a key it is the text that it is.
        value = entry.value
        if name in _SCRIPTS and isinstance(value, Scalar):
            children[name] = Known(value.text, place_of(value, file))
        else:
            children[name] = _child(value, file)
    return children


def _child(node: Node, file: str) -> Child:
    return _scalar(node, place_of(node, file)) if isinstance(node, Scalar) else _later(node, file)


def _later(node: Node, file: str) -> Callable[[], Value]:
    return lambda: _value(node, file)


def _scalar(node: Scalar, place: Place) -> Value:
    value = scalar_value(node)
    if value is None:
        return Absent(place)
    if not isinstance(value, str) or "${{" not in value:
        return Known(value, place)
    pieces = _EXPRESSION.split(value, maxsplit=_MOST_EXPRESSIONS)
    if len(pieces) == 1:
        return Known(value, place)
    parts: list[str | Reference | None] = []
    for number, piece in enumerate(pieces):
        parts.extend([None] if number % 2 else [piece] if piece else [])
    reason = Reason(ReasonKind.VARIABLE, f"it is known when it runs: {pieces[1].strip()[:80]}", place)
    return Unknown((reason,), place, parts=tuple(parts))


# Shapes


@dataclass(frozen=True, slots=True)
class _Of:
    """A question to a workflow's tree."""

    question: Callable[[Block], Value]

    def read(self, subject: Subject) -> Value:
        return self.question(subject.tree)


def _triggers(tree: Block) -> Value:
    """`on: push`, `on: [push]`, `on: {push: …}`."""
    written = tree["on"]
    if isinstance(written, Block):
        names: list[Child] = [Known(name, written.place) for name in written.names()]
        return Elements(names, written.place, open_because=written.open_because)
    return written


def _permissions(written: Value) -> Value:
    """`permissions: read-all`, or a mapping of scopes; `{}` is none."""
    if isinstance(written, Known):
        return Block({"everything": written, "scopes": Block({}, written.place)}, written.place)
    if isinstance(written, Block):
        return Block({"scopes": written}, written.place)
    return written


def _jobs(tree: Block) -> Value:
    jobs = tree["jobs"]
    if not isinstance(jobs, Block):
        return jobs
    rows: list[Child] = []
    for name in jobs.names():
        job = jobs[name]
        rows.append(_job(name, job) if isinstance(job, Block) else job)
    return Elements(rows, jobs.place)


def _job(name: str, job: Block) -> Block:
    runner = job["runs-on"]
    environment = job["environment"]
    container = job["container"]
    return Block(
        {
            "name": Known(name, job.place),
            "permissions": _permissions(job["permissions"]),
            "runner": runner["labels"] if isinstance(runner, Block) else runner,
            "environment": environment["name"] if isinstance(environment, Block) else environment,
            "condition": job["if"],
            "image": container["image"] if isinstance(container, Block) else container,
            "calls": job["uses"],
            "may_fail": job["continue-on-error"],
            "inherits_secrets": _inherits(job["secrets"]),
            "variables": job["env"],
            "steps": lambda: _steps(job["steps"]),
        },
        job.place,
    )


def _inherits(secrets: Value) -> Value:
    if isinstance(secrets, Unknown):
        return secrets
    return Known(isinstance(secrets, Known) and secrets.text() == "inherit", secrets.place)


def _steps(steps: Value) -> Value:
    if not isinstance(steps, Elements):
        return steps
    rows: list[Child] = []
    for index in range(steps.seen):
        step = steps[index]
        rows.append(_step(step) if isinstance(step, Block) else step)
    return Elements(rows, steps.place)


def _step(step: Block) -> Block:
    script = step["run"]
    if isinstance(script, Absent):
        script = step["with"]["script"]
    children: dict[str, Child] = {
        "name": step["name"],
        "run": script,
        "expressions": _expressions(script),
        "inputs": step["with"],
        "may_fail": step["continue-on-error"],
        "variables": step["env"],
    }
    return Block({**children, **_used(step["uses"])}, step.place)


def _expressions(script: Value) -> Value:
    if not isinstance(script, Known):
        return script
    found = _EXPRESSION.findall(script.text())
    return Elements([Known(text.strip(), script.place) for text in found], script.place)


def _used(uses: Value) -> Mapping[str, Child]:
    """`owner/repo@ref`, `./local`, `docker://image@sha256:…`."""
    if not isinstance(uses, Known):
        return {"action": uses, "version": uses, "pinned": uses}
    place = uses.place
    action, at, version = uses.text().partition("@")
    pinned = _COMMIT.fullmatch(version) is not None
    if action.startswith("docker://"):
        pinned = version.startswith("sha256:")
    elif action.startswith("./"):
        pinned = True  # it is what is checked out
    return {
        "action": Known(action, place),
        "version": Known(version, place) if at else Absent(place),
        "pinned": Known(pinned, place),
    }


_WORKFLOW: Final[Mapping[str, Readable]] = {
    "name": "name",
    "tags": Nothing(),
    "triggers": _Of(_triggers),
    "permissions": _Of(lambda tree: _permissions(tree["permissions"])),
    "variables": "env",
    "jobs": _Of(_jobs),
}


def workflow_shapes() -> Mapping[str, Shape]:
    return shapes((Shape(_TYPE, "pipeline", _WORKFLOW, identity=()),))
