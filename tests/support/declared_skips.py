"""No test is skipped in silence: every reason for a skip is declared in `declared_skips.txt`, or the run fails.

A reason starts with a declared name and a colon::

    pytest.skip("no-chromium: no Chromium or Chrome is on this machine")

`declared(name)` makes such a reason from the list. With `CI=true` a declared skip fails too where it was not to be
expected: a missing Chromium on a machine that could have installed it is a broken machine, not a reason.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

import system_packages

_LIST = Path(__file__).parent.parent / "declared_skips.txt"
_ROOT = _LIST.parent.parent
_COLUMNS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredSkip:
    name: str
    expected_where: tuple[str, ...]
    why: str

    def expected_here(self) -> bool:
        """Whether this machine is one on which the skip is no surprise. Raises `ValueError` for an unknown condition."""
        match self.expected_where:
            case ("anywhere",):
                return True
            case ("not-installable",):
                return not system_packages.can_install()
            case ("not-platform", *platforms):
                return sys.platform not in platforms
            case ("absent", path):
                return not (_ROOT / path).exists()
            case _:
                raise ValueError(f"{_LIST.name}: {self.name}: no such condition: {' '.join(self.expected_where)}")


def read(text: str) -> Mapping[str, DeclaredSkip]:
    """Raise `ValueError` naming the line where the list is malformed or declares a name twice."""
    found: dict[str, DeclaredSkip] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = [column.strip() for column in line.split("|")]
        if len(columns) != _COLUMNS or not all(columns) or columns[0] in found:
            raise ValueError(f"{_LIST.name}:{number}: expected a new name | expected where | why")
        name, where, why = columns
        found[name] = DeclaredSkip(name=name, expected_where=tuple(where.split()), why=why)
    return found


def declared(name: str) -> str:
    """Return the reason to skip with. Raises `KeyError` for a name that is not in the list."""
    skip = read(_LIST.read_text("utf-8"))[name]
    return f"{skip.name}: {skip.why}"


def objection(reason: str, skips: Mapping[str, DeclaredSkip], *, strict: bool) -> str | None:
    """Return why a test may not be skipped for this reason, or None where it may."""
    name, _, _ = reason.removeprefix("Skipped: ").partition(":")
    skip = skips.get(name)
    if skip is None:
        return "not declared in tests/declared_skips.txt"
    if strict and not skip.expected_here():
        return f"declared, but not to be expected here (only where: {' '.join(skip.expected_where)})"
    return None


class DeclaredSkips:
    """The pytest plugin. With xdist it works in the controller alone, which sees every worker's reports."""

    def __init__(self, skips: Mapping[str, DeclaredSkip], *, strict: bool) -> None:
        self._skips = skips
        self._strict = strict
        self._objections: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not hasattr(report, "wasxfail"):  # an expected failure is reported as a skip
            self._look_at(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._look_at(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._objections and session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._objections:
            terminalreporter.section("skips that fail the run", sep="=", red=True, bold=True)
            for line in self._lines():
                terminalreporter.write_line(line)

    def _look_at(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if not report.skipped:
            return
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        found = objection(reason, self._skips, strict=self._strict)
        if found is not None:
            self._objections[report.nodeid] = f"{reason}: {found}"

    def _lines(self) -> Iterator[str]:
        for nodeid, why in self._objections.items():
            yield f"{nodeid}: {why}"


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        skips = read(_LIST.read_text("utf-8"))
        config.pluginmanager.register(DeclaredSkips(skips, strict=os.environ.get("CI") == "true"), "declared-skips")
