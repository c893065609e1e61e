"""Markdown: what a reviewer reads in a merge request, or a person in a file."""

from collections.abc import Iterator
from typing import Final

from watchword.evidence.posture.model import Result, Verdict
from watchword.evidence.posture.report import Change, Report

_MARKS: Final = {Change.INTRODUCED: "new", Change.CHANGED: "changed", Change.STILL_THERE: "still there"}
_MOST: Final = 500  # rows of a table; forges cut longer comments, and nobody reads them


def render(report: Report) -> Iterator[str]:
    for line in _lines(report):
        yield f"{line}\n"


def _lines(report: Report) -> Iterator[str]:
    verdicts = report.verdicts
    yield "# Watchword scan"
    yield ""
    counted = ", ".join(f"{count} {severity.value}" for severity, count in report.severities.items() if count)
    yield (
        f"**{verdicts[Verdict.FAIL]} failed**"
        + (f" ({counted})" if counted else "")
        + ", "
        + ", ".join(
            f"{verdicts[verdict]} {verdict.value.replace('_', ' ')}"
            for verdict in Verdict
            if verdict is not Verdict.FAIL
        )
    )
    yield ""
    if report.changes is not None:
        introduced = sum(change is not Change.STILL_THERE for change in report.changes.values())
        yield f"{introduced} introduced or changed, {len(report.fixed)} fixed, "
        yield f"{len(report.changes) - introduced} still there."
        yield ""
    if report.findings:
        yield from _findings(report)
    for title, verdict in (("Errors", Verdict.ERROR), ("Not known", Verdict.UNKNOWN), ("Waived", Verdict.WAIVED)):
        results = [r for r in report.results if r.verdict is verdict]
        if results:
            yield f"## {title}"
            yield ""
            for result in results[:_MOST]:
                why = (
                    f"{result.waiver.reason} ({result.waiver.owner or 'nobody'}, until {result.waiver.expires})"
                    if result.waiver
                    else result.words
                )
                yield f"- `{_code(str(result.spot))}` {result.check.id}, `{_code(result.address)}`: {_plain(why)}"
            if len(results) > _MOST:
                yield f"- and {len(results) - _MOST} more"
            yield ""
    for warning in report.warnings:
        yield f"- warning: {_plain(warning)}"


def _findings(report: Report) -> Iterator[str]:
    yield "| Severity | Check | Resource | Place | What |"
    yield "|---|---|---|---|---|"
    for result in report.findings[:_MOST]:
        change = report.change_of(result)
        mark = f" ({_MARKS[change]})" if change else ""
        yield (
            f"| {result.check.severity.value}{mark} | {result.check.id} | `{_code(result.address)}` "
            f"| `{_code(str(result.spot))}` | {_plain(result.words)} |"
        )
    if len(report.findings) > _MOST:
        yield f"| | | | | and {len(report.findings) - _MOST} more |"
    yield ""
    groups = [group for group in report.groups if len(group.results) > 1]
    if groups:
        yield "## Edits that close several"
        yield ""
        for group in groups[:_MOST]:
            checks = ", ".join(sorted({r.check.id for r in group.results}))
            yield f"- `{_code(str(group.place))}` closes {len(group.results)}: {checks}"
        yield ""
    yield "## What to do"
    yield ""
    told: dict[str, Result] = {result.check.id: result for result in report.findings}
    for result in told.values():
        yield f"- **{result.check.id}**: {result.check.title}. {result.check.why} {result.check.remedy}"
    yield ""


def _plain(text: str) -> str:
    """Text of a stranger's in a table's cell: no markup, no new cell, no new line."""
    text = " ".join(text.split())
    for mark in "\\`*_[]<>|":
        text = text.replace(mark, f"\\{mark}" if mark != "<" else "&lt;")
    return "".join(c for c in text if c.isprintable())


def _code(text: str) -> str:
    """Text within backticks, in a table."""
    return "".join(c for c in text if c.isprintable()).replace("`", "'").replace("|", "\\|")
