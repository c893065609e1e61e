"""What a terminal shows: findings by severity with their evidence and remedy, then what was not known, then the sum."""

from collections.abc import Iterator
from typing import Final

from watchword.evidence.posture.model import Evidence, Result, Verdict
from watchword.evidence.posture.report import Change, Report
from watchword.inventory import Place

_MARKS: Final = {Change.INTRODUCED: "new", Change.CHANGED: "changed"}
_MOST_EVIDENCE: Final = 4
_MOST_EDITS: Final = 10
_MOST_RESOURCES: Final = 10  # of one check and one root cause
_MOST_UNKNOWN: Final = 10  # places named; the whole list is in the JSON form


def render(report: Report) -> Iterator[str]:
    for line in _lines(report):
        yield f"{_printable(line)}\n"


def _lines(report: Report) -> Iterator[str]:
    shown = report.counting
    by_group: dict[tuple[str, str, int], list[Result]] = {}
    for result in shown:
        cause = result.root_cause or result.spot
        # One line of recorded answers tells of many things, each at a column of its own.
        by_group.setdefault((result.check.id, str(cause), cause.column), []).append(result)
    for results in by_group.values():
        yield from _finding(results, report)
    for result in report.errors:
        yield f"error     {result.check.id}  {result.address}"
        yield f"          {result.spot}: {result.words}"
        yield ""
    unknown = [r for r in report.results if r.verdict is Verdict.UNKNOWN]
    if unknown:
        reasons: dict[str, int] = {}
        for result in unknown:
            reasons[result.words] = reasons.get(result.words, 0) + 1
        yield f"not known: {len(unknown)} answers hang on values that are not in the source"
        for words, count in sorted(reasons.items(), key=lambda item: -item[1])[:_MOST_UNKNOWN]:
            yield f"  {count:>5}  {words}"
        if len(reasons) > _MOST_UNKNOWN:
            yield f"         and {len(reasons) - _MOST_UNKNOWN} more reasons"
        yield ""
    yield from _edits(report)
    yield from _sum(report)


def _where(result: Result) -> str:
    """The place; nothing of what was read live, whose place is its address."""
    at = result.spot
    return "" if not at.line and result.address.startswith(at.file) else f"{at}  "


def _finding(results: list[Result], report: Report) -> Iterator[str]:
    first = results[0]
    change = report.change_of(first)
    mark = f"  [{_MARKS[change]}]" if change in _MARKS else ""
    yield f"{first.check.severity.value:9} {first.check.id}  {first.check.title}{mark}"
    for result in results[:_MOST_RESOURCES]:
        count = f"  x{result.asset.instances}" if result.asset and (result.asset.instances or 1) > 1 else ""
        yield f"          {_where(result)}{result.address}{count}"
    if len(results) > _MOST_RESOURCES:
        yield f"          and {len(results) - _MOST_RESOURCES} more"
    yield f"          {first.words}"
    for evidence in first.evidence[:_MOST_EVIDENCE]:
        yield f"            {evidence.path} = {evidence.value}{_unwritten(evidence)}"
    cause = first.root_cause
    if cause and not _within(cause, first.spot):
        yield f"          comes from {cause}" + (f": one edit closes these {len(results)}" if len(results) > 1 else "")
    for call in first.calls[-1:]:
        yield f"          within {call.name}, called at {call.place}"
    sources = dict.fromkeys(source for result in results for source in result.also_found_by)
    for source in list(sources)[:_MOST_EVIDENCE]:
        note = f", {source.note}" if source.note else ""
        own = first.check.id == f"{source.tool}:{source.id}"
        yield f"          {'found' if own else 'also found'} by {source.tool} {source.id} ({source.file}{note})"
    yield f"          {first.check.remedy}"
    yield ""


def _edits(report: Report) -> Iterator[str]:
    """The places where one edit closes findings of several checks; those of one check are told with it."""
    groups = [group for group in report.groups if len({result.check.id for result in group.results}) > 1]
    for group in groups[:_MOST_EDITS]:
        checks = ", ".join(sorted({result.check.id for result in group.results}))
        yield f"one edit at {group.place} closes these {len(group.results)}: {checks}"
    if len(groups) > _MOST_EDITS:
        yield f"and {len(groups) - _MOST_EDITS} more edits close several each"
    if groups:
        yield ""


def _unwritten(evidence: Evidence) -> str:
    return " (by default)" if not evidence.written and evidence.value != "(not set)" else ""


def _within(cause: Place, place: Place) -> bool:
    return cause.file == place.file and cause.line == place.line


def _sum(report: Report) -> Iterator[str]:
    verdicts = report.verdicts
    counted = ", ".join(f"{count} {severity.value}" for severity, count in report.severities.items() if count)
    failed = f"{verdicts[Verdict.FAIL]} failed" + (f" ({counted})" if counted else "")
    others = ", ".join(
        f"{verdicts[verdict]} {verdict.value.replace('_', ' ')}" for verdict in Verdict if verdict is not Verdict.FAIL
    )
    yield f"{failed}, {others}"
    if report.changes is not None:
        still = sum(change is Change.STILL_THERE for change in report.changes.values())
        yield f"{len(report.changes) - still} introduced or changed, {len(report.fixed)} fixed, {still} still there"
    for one in report.imports:
        yield (
            f"{one.file}: {', '.join(one.tools) or one.form}: {one.findings} findings, {one.merged} of them ours too, "
            f"{one.waived} suppressed there; {one.passed} passed"
        )
    coverage = report.coverage
    missing = len(coverage.modules_missing)
    yield (
        f"{report.checks} checks, {sum(report.assets.values())} assets, {coverage.files} files"
        + (f", {coverage.modules} module calls" if coverage.modules else "")
        + (f"; {missing} modules were not there and not judged" if missing else "")
    )


def _printable(text: str) -> str:
    """Escape control characters: names come from strangers."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
