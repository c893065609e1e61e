"""The scanners, and what each is called with. Watchword runs from this tree, on the interpreter of the benchmark."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.posture.fetched import AbsentError, scanner

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """`scan` gives the words that scan the working directory, for front-ends by Checkov's names of frameworks."""

    name: str
    version: tuple[str, ...]  # the words that print it
    scan: Callable[[Sequence[str]], list[str]]
    reads: frozenset[str]
    fine: frozenset[int]  # exit codes of a scan that ended well, findings or none
    environment: Mapping[str, str] = field(default_factory=dict)


def watchword() -> Scanner:
    """This tree's `scan`, without its cache."""
    words = [sys.executable, "-m", "watchword"]
    own = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    path = os.pathsep.join([str(_ROOT / "src"), *(str(Path(p).resolve()) for p in own if p)])
    return Scanner(
        name="Watchword",
        version=(*words, "version"),
        scan=lambda _: [*words, "scan", ".", "--output", "json", "--no-cache"],
        reads=frozenset({"terraform", "cloudformation", "kubernetes", "dockerfile", "github_actions"}),
        fine=frozenset({0, 3, 11, 12, 13, 14}),
        environment={"PYTHONPATH": path},
    )


def peers(skipped: list[str]) -> list[Scanner]:
    """Every other scanner that can be had here; the others' reasons go to `skipped`."""
    found: list[Scanner] = []
    for make in (_checkov, _cfn_lint, _trivy, _tfsec, _kics):
        try:
            found.append(make())
        except AbsentError as error:
            skipped.append(f"{make.__name__.removeprefix('_').replace('_', '-')} not measured: {error}")
    return found


def _checkov() -> Scanner:
    program = scanner("checkov").with_name("checkov")

    def scan(frameworks: Sequence[str]) -> list[str]:
        return [str(program), "-d", ".", "--framework", *frameworks, "--compact", "--skip-download", "-o", "json"]

    return Scanner(
        name="Checkov",
        version=(str(program), "--version"),
        scan=scan,
        reads=frozenset({"terraform", "cloudformation", "kubernetes", "dockerfile", "github_actions"}),
        fine=frozenset({0, 1}),
    )


def _cfn_lint() -> Scanner:
    program = scanner("cfn-lint").with_name("cfn-lint")
    return Scanner(
        name="cfn-lint",
        version=(str(program), "--version"),
        scan=lambda _: [str(program), "--format", "json", "**/*.yaml", "**/*.yml", "**/*.template"],
        reads=frozenset({"cloudformation"}),
        fine=frozenset(range(32)),  # its exit code is a set of bits
    )


def _on_path(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise AbsentError("it is not on PATH")
    return found


def _trivy() -> Scanner:
    program = _on_path("trivy")
    return Scanner(
        name="Trivy",
        version=(program, "--version"),
        scan=lambda _: [program, "config", "--skip-check-update", "--quiet", "--format", "json", "."],
        reads=frozenset({"terraform", "cloudformation", "kubernetes", "dockerfile"}),
        fine=frozenset({0}),
    )


def _tfsec() -> Scanner:
    program = _on_path("tfsec")
    return Scanner(
        name="tfsec",
        version=(program, "--version"),
        scan=lambda _: [program, ".", "--format", "json", "--soft-fail"],
        reads=frozenset({"terraform"}),
        fine=frozenset({0}),
    )


def _kics() -> Scanner:
    program = _on_path("kics")
    return Scanner(
        name="KICS",
        version=(program, "version"),
        scan=lambda _: [program, "scan", "--path", ".", "--no-progress", "--silent", "--report-formats", "json"],
        reads=frozenset({"terraform", "cloudformation", "kubernetes", "dockerfile"}),
        fine=frozenset({0, 20, 30, 40, 50, 60}),
    )
