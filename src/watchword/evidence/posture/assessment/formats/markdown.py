"""Markdown: the assessment as a document that lives beside the code."""

from collections.abc import Iterator
from typing import Final

from watchword.evidence.posture.assessment.assessment import Assessment
from watchword.evidence.posture.assessment.frameworks import Standing
from watchword.evidence.posture.assessment.observed import Observed
from watchword.evidence.posture.assessment.roadmap import Phase
from watchword.evidence.posture.assessment.words import (
    counted,
    flow_words,
    gain_words,
    gap_words,
    heading,
    kinds_in_words,
    looked_at,
    observed_words,
)
from watchword.evidence.posture.model import Verdict

_MOST: Final = 200  # rows of a table: more is read in the JSON form


def render(done: Assessment) -> str:
    return "\n".join(_lines(done)) + "\n"


def _lines(done: Assessment) -> Iterator[str]:
    report = done.report
    yield f"# Zero Trust assessment: {_plain(', '.join(done.paths))}"
    yield ""
    counts = ", ".join(f"{count} {severity.value}" for severity, count in report.severities.items() if count)
    verdicts = report.verdicts
    yield (
        f"{done.day.isoformat()}. Looked at {looked_at(sum(report.assets.values()), report.coverage.files)} by "
        f"{report.checks} checks: {kinds_in_words(report.assets, most=6)}. Found {verdicts[Verdict.FAIL]} findings"
        f"{f' ({counts})' if counts else ''}; {verdicts[Verdict.PASS]} passes, {verdicts[Verdict.UNKNOWN]} not known, "
        f"{verdicts[Verdict.WAIVED]} waived, {verdicts[Verdict.ERROR]} errors."
    )
    yield ""
    yield "## Do first"
    yield ""
    for number, item in enumerate(done.first, 1):
        label = f"**{item.severity.value}** " if item.severity else ""
        yield f"{number}. {label}{_plain(heading(item))}: {gain_words(item)}" + (
            f" (`{_code(str(item.places[0]))}`)" if item.places else ""
        )
    yield ""
    yield "## Maturity"
    yield ""
    yield "CISA Zero Trust Maturity Model 2.0. A pillar is at the lowest stage of its assessed functions."
    yield ""
    yield "| Pillar | Stage | Assessed |"
    yield "|---|---|---|"
    for pillar in done.pillars:
        yield f"| {pillar.pillar.value} | {pillar.words} | {len(pillar.assessed)} of {len(pillar.functions)} |"
    yield ""
    yield "| Function | Stage | Target | Coverage | Held back by |"
    yield "|---|---|---|---|---|"
    for function in done.functions:
        coverage = "" if function.coverage is None else f"{function.coverage:.0%}"
        held = "; ".join(f"{c.statement}: {c.words}" if c.words else c.statement for c in function.held_back_by)
        yield (
            f"| {function.function.value} | {function.stage.value if function.stage else 'NOT ASSESSED'} "
            f"| {function.target.value} | {coverage} | {_plain(held)} |"
        )
    yield ""
    yield (
        f"{done.at_target} of {len(done.functions)} functions are at their target. Criteria rest on "
        + ", ".join(f"{name}: {count}" for name, count in done.evidence.items())
        + "."
    )
    yield ""
    yield from _critical(done)
    yield from _roadmap(done)
    yield "## Frameworks"
    yield ""
    yield "Passing means that the checks that name a control pass, not that the control is fulfilled."
    yield ""
    yield "| Framework | " + " | ".join(standing.value for standing in Standing) + " |"
    yield "|---|" + "---|" * len(Standing)
    for framework in done.frameworks:
        yield f"| {framework.name} | " + " | ".join(str(framework.count(s)) for s in Standing) + " |"
    yield ""
    for warning in done.warnings:
        yield f"- warning: {_plain(warning)}"


def _critical(done: Assessment) -> Iterator[str]:
    yield "## Critical assets"
    yield ""
    for one in done.critical[:_MOST]:
        reasons = "; ".join(words for words, _ in one.reasons)
        yield f"- `{_code(one.asset.address)}` ({_plain(one.owner or 'no owner')}): {_plain(reasons)}"
    yield ""
    yield f"The Internet reaches {counted(len(done.entries), 'asset')}; of {len(done.doubts)} it cannot be told."
    yield ""
    for path in done.exposure_paths[:_MOST]:
        yield "- Internet → " + " → ".join(f"`{_code(hop.asset.address)}` ({_plain(hop.words)})" for hop in path.hops)
    yield ""
    if done.flows:
        yield "| From | To | Ports | Rules |"
        yield "|---|---|---|---|"
        for flow in done.flows:
            yield f"| {flow.source.value} | {flow.target.value} | {', '.join(flow.ports)} | {flow.rules} |"
        yield ""
    if done.observed:
        yield from _observed(done.observed)


def _observed(seen: Observed) -> Iterator[str]:
    yield f"Observed: {observed_words(seen)}."
    gaps = gap_words(seen)
    if gaps:
        yield f"Not told: {_plain(gaps)}."
    yield ""
    for flow in seen.undeclared[:_MOST]:
        yield f"- not declared: {_plain(flow_words(flow))}"
    for one in seen.unused[:_MOST]:
        yield f"- never used: `{_code(one.rule.address)}`: {_plain(one.words)}"
    yield ""


def _roadmap(done: Assessment) -> Iterator[str]:
    yield "## Roadmap"
    yield ""
    numbers = {item.id: number for number, item in enumerate(done.items, 1)}
    for phase in Phase:
        items = [item for item in done.items if item.phase is phase]
        yield f"### {phase.value.capitalize()}"
        yield ""
        for item in items:
            label = f"**{item.severity.value}** " if item.severity else ""
            needs = ", ".join(str(numbers[need]) for need in item.needs if need in numbers)
            after = f" Needs {needs}." if needs else ""
            gain = f"{gain_words(item)}.{after}"
            yield f"{numbers[item.id]}. {label}{_plain(heading(item))}. {gain} {_plain(item.remedy)}"
        if not items:
            yield "Nothing is left to do here."
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
