"""GitHub's workflow commands: annotations on the lines of a pull request.

Source: GitHub documentation, "Workflow commands for GitHub Actions". Values come from strangers' files: what would end
a property or begin another command is escaped.
"""

from collections.abc import Iterator
from typing import Final

from watchword.evidence.posture.model import Result, Severity, Verdict
from watchword.evidence.posture.report import Report

_COMMANDS: Final = {
    Severity.LOW: "notice",
    Severity.MEDIUM: "warning",
    Severity.HIGH: "error",
    Severity.CRITICAL: "error",
}


def render(report: Report) -> Iterator[str]:
    lines = [_line(_COMMANDS[result.check.severity], result) for result in report.counting]
    lines.extend(_line("error", result) for result in report.errors)
    for line in lines:
        yield f"{line}\n"


def _line(command: str, result: Result) -> str:
    place = result.spot
    properties = {"file": place.file, "title": f"{result.check.id} ({result.check.severity.value})"}
    if place.line:
        properties |= {"line": str(place.line), "endLine": str(max(place.line, place.end_line))}
    told = f"{result.address}: {result.words or result.check.title}"
    if result.verdict is Verdict.FAIL:
        told += f"\n{result.check.why}\n{result.check.remedy}"
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{command} {given}::{_data(told)}"


def _data(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in escaped)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
