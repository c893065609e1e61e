"""Terraform source to a reading: every root evaluated, every module within the calls that reach it.

    reading = read_terraform(Path("infra"), var_files=(Path("prod.tfvars"),))
    assemble([reading], TERRAFORM_SHAPES)

A root is a directory with `.tf` files that no other scanned directory calls. Remote modules are read from where
`terraform init` put them (`.terraform/modules/modules.json`) and never fetched; one that is not there makes what hangs
on it unknown, and is counted. Nothing is run, nothing is written, no network is used.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from watchword.adapters.terraform._evaluation.budget import Budget
from watchword.adapters.terraform._evaluation.modules import (
    ModuleConfig,
    ModuleInstance,
    Root,
    configured,
)
from watchword.adapters.terraform._hcl import Source, parse, parse_json, parse_json_values
from watchword.adapters.terraform._hcl.syntax import Expression, Literal
from watchword.adapters.terraform.files import Disk, RootFiles, joined_path
from watchword.inventory.model import Call, Coverage, Declaration, Problem, ProblemKind, Reading
from watchword.inventory.values import Place

_VALUES: Final = ("terraform.tfvars", "terraform.tfvars.json")
_LOOKS: Final = 4  # at what is off by default: a switch within what a switch hides, and so on
_INDEX: Final = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^]"]*)\]')
_LARGEST_MANIFEST: Final = 4 * 1024 * 1024


def read_terraform(path: Path, *, var_files: Sequence[Path] = ()) -> Reading:
    """Read a directory of Terraform source, or one file of it. Never raises for what is in the files."""
    scan = _Scan(path if path.is_dir() else path.parent, only=None if path.is_dir() else path.name)
    return scan.read(var_files)


class _Scan:
    """One reading: files parsed once, modules shared by the roots that call them."""

    def __init__(self, base: Path, *, only: str | None) -> None:
        self._disk = Disk(base)
        self._only = only
        self._configs: dict[str, ModuleConfig | None] = {}
        self._problems: list[Problem] = []
        self._counted = 0  # blocks
        self._budget = Budget()

    def read(self, var_files: Sequence[Path]) -> Reading:
        directories = {".": [self._only]} if self._only is not None else self._disk.directories()
        for directory, names in directories.items():
            self._configs[directory] = self._configured(directory, names)
        given: dict[str, tuple[Expression, Source]] = {}
        for path in var_files:
            given.update(self._values(path, str(path)))
        declarations: list[Declaration] = []
        dormant: list[tuple[Declaration, ...]] = []
        missing: list[Call] = []
        calls = 0
        used: set[str] = set()
        scanned = tuple(self._configs)
        roots = self._roots()
        for directory in roots:
            root = self._root(directory, given)
            config = self._configs[directory]
            if config is not None:
                declared = tuple(ModuleInstance(config=config, root=root).declarations())
                declarations.extend(declared)
                if root.off:
                    asleep = self._dormant(config, root, declared)
                    dormant.extend([asleep] if asleep else [])
            self._problems.extend(root.problems)
            missing.extend(root.missing)
            calls += root.calls
            used |= root.used
        coverage = Coverage(
            files=self._disk.files,
            bytes=self._disk.bytes,
            blocks=self._counted,
            roots=len(roots),
            modules=calls,
            modules_missing=tuple(missing),
            unused=tuple(name for name in scanned if name not in used and _declares(self._configs[name])),
        )
        problems = tuple(dict.fromkeys((*self._problems, *self._disk.problems)))
        return Reading(
            declarations=translated(declarations),
            dormant=tuple(map(translated, dormant)),
            problems=problems,
            coverage=coverage,
            consulted=self._disk.consulted,
        )

    def _dormant(self, config: ModuleConfig, root: Root, declared: tuple[Declaration, ...]) -> tuple[Declaration, ...]:
        """Read a root again as it would be with what is off by default. Nothing where that adds nothing.

        What the first look finds to be off may hide more: a module that is not called has switches of its own.
        """
        here = {_every_instance(d.address) for d in declared}
        other = root
        again: tuple[Declaration, ...] = ()
        for _ in range(_LOOKS):
            other = replace(
                root,
                doubted=root.doubted | other.off | other.doubted,
                off=set(),
                problems=[],
                missing=[],
                calls=0,
                declarations=0,
            )
            again = tuple(ModuleInstance(config=config, root=other).declarations())
            if other.off <= other.doubted:
                break
        root.missing.extend(call for call in other.missing if call not in root.missing)
        if all(not d.dormant or _every_instance(d.address) in here for d in again):
            return ()
        return tuple(replace(d, dormant="") if d.dormant and _every_instance(d.address) in here else d for d in again)

    def _configured(self, directory: str, names: Iterable[str]) -> ModuleConfig:
        sources: list[Source] = []
        for name in names:
            path = name if directory == "." else f"{directory}/{name}"
            text = self._disk.text(path)
            if text is not None:
                sources.append(parse_json(text, path) if name.endswith(".json") else parse(text, path))
        config = configured(directory, sources)
        self._problems.extend(config.problems)
        self._counted += config.blocks
        return config

    def _load(self, directory: str) -> ModuleConfig | None:
        """Return a module's configuration. One that is not within the scan is read when it is called."""
        if directory not in self._configs:
            names = self._disk.listed(directory)
            self._disk.opened(directory)
            self._configs[directory] = self._configured(directory, names) if names else None
        return self._configs[directory]

    def _roots(self) -> list[str]:
        """Return the directories that no other one calls; of modules that call each other in a circle, the first."""
        calls = {
            directory: {target for target in _local_calls(config) if target != directory}
            for directory, config in self._configs.items()
            if config is not None
        }
        called = set().union(*calls.values()) if calls else set()
        roots = [directory for directory in calls if directory not in called]
        reached: set[str] = set()
        for directory in roots:
            _reach(directory, calls, reached)
        for directory in calls:
            if directory not in reached:
                text = f"{directory} is called in a circle of modules"
                self._problems.append(Problem(ProblemKind.LOOP, text, Place(directory, 0, 0)))
                roots.append(directory)
                _reach(directory, calls, reached)
        return [directory for directory in roots if _declares(self._configs[directory])]

    def _root(self, directory: str, given: dict[str, tuple[Expression, Source]]) -> Root:
        base = self._disk.base / directory
        values: dict[str, tuple[Expression, Source]] = {}
        for name in (*_VALUES, *_automatic(base)):
            if (base / name).is_file():
                values.update(self._values(base / name, name if directory == "." else f"{directory}/{name}"))
        values.update(given)
        installed = self._installed(directory)
        return Root(
            name=directory,
            files=RootFiles(self._disk, directory),
            load=self._load,
            budget=self._budget,
            installed=installed.get,
            values=values,
        )

    def _values(self, path: Path, name: str) -> dict[str, tuple[Expression, Source]]:
        """Read a file of variables' values. `path` may lie outside of the scan where the caller named it."""
        text = self._disk.text(str(path.resolve()) if not path.is_absolute() else str(path))
        if text is None:
            return {}
        source = parse_json_values(text, name) if name.endswith(".json") else parse(text, name)
        self._problems.extend(source.problems)
        return {attribute.name: (attribute.expression, source) for attribute in source.body.attributes.values()}

    def _installed(self, directory: str) -> dict[str, str]:
        """Return where `terraform init` has put the modules of a root, by key."""
        path = joined_path(directory, ".terraform/modules/modules.json")
        target = self._disk.base / path
        if not target.is_file():
            return {}
        try:
            with target.open("rb") as file:
                manifest: object = json.loads(file.read(_LARGEST_MANIFEST))  # a longer one is cut, and no JSON
        except (OSError, ValueError, RecursionError) as error:
            problem = Problem(ProblemKind.UNREADABLE, f"{path} cannot be read: {error}", Place(path, 0, 0))
            self._problems.append(problem)
            return {}
        modules = manifest.get("Modules") if isinstance(manifest, dict) else None
        found: dict[str, str] = {}
        for module in modules if isinstance(modules, list) else ():
            if isinstance(module, dict) and isinstance(module.get("Key"), str) and isinstance(module.get("Dir"), str):
                found[module["Key"]] = joined_path(directory, module["Dir"])
        return found


def _automatic(base: Path) -> list[str]:
    try:
        return sorted(path.name for path in base.iterdir() if path.name.endswith((".auto.tfvars", ".auto.tfvars.json")))
    except OSError:
        return []


def translated(declarations: Sequence[Declaration]) -> tuple[Declaration, ...]:
    """Put what the Kubernetes provider declares into Kubernetes' own words."""
    if not any(d.native_type.startswith("kubernetes_") for d in declarations):
        return tuple(declarations)
    from watchword.adapters.terraform.kubernetes import in_manifests_words  # who has none does not pay for it

    return in_manifests_words(declarations)


def _every_instance(address: str) -> str:
    """An address without the indexes in it: what all instances in all calls share."""
    return _INDEX.sub("", address) if "[" in address else address


def _local_calls(config: ModuleConfig) -> set[str]:
    """Return the directories that a configuration's module blocks name by path."""
    found: set[str] = set()
    for block, _ in config.modules.values():
        attribute = block.body.attributes.get("source")
        written = attribute.expression if attribute else None
        if isinstance(written, Literal) and isinstance(written.value, str) and written.value.startswith("."):
            found.add(joined_path(config.directory, written.value))
    return found


def _reach(start: str, calls: dict[str, set[str]], reached: set[str]) -> None:
    waiting = [start]
    while waiting:
        directory = waiting.pop()
        if directory not in reached:
            reached.add(directory)
            waiting.extend(calls.get(directory, ()))


def _declares(config: ModuleConfig | None) -> bool:
    return config is not None and config.blocks > 0
