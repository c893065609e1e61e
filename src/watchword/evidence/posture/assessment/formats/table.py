"""What a terminal shows: a first page of at most a screen; everything with `--all`.

The first page says what was looked at, what was found, where each pillar stands, and the five things to do first.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from watchword.evidence.posture.assessment.assessment import Assessment
from watchword.evidence.posture.assessment.criticality import Critical
from watchword.evidence.posture.assessment.frameworks import Standing
from watchword.evidence.posture.assessment.observed import Observed
from watchword.evidence.posture.assessment.roadmap import Item, Phase
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

_MOST_CRITICAL: Final = 4
_MOST_WAYS: Final = 3
_MOST_FLOWS: Final = 200
_SHORTEST_PLACE: Final = 32


def render(done: Assessment, *, whole: bool = False, width: int = 80) -> str:
    """`width` is the terminal's: lines of the first page are cut to it."""
    lines = [_cut(_printable(line).rstrip(), width) for line in _first_page(done, width)]
    if whole:
        lines += ["", *(_printable(line).rstrip() for line in _everything(done))]
    return "".join(f"{line}\n" for line in lines)


def _first_page(done: Assessment, width: int) -> Iterator[str]:
    report = done.report
    verdicts = report.verdicts
    assets = sum(report.assets.values())
    yield (f"Looked at  {looked_at(assets, report.coverage.files)}, by {counted(report.checks, 'check')}:")
    yield f"           {kinds_in_words(report.assets, most=4)}"
    severities = ", ".join(f"{count} {severity.value}" for severity, count in report.severities.items() if count)
    unread = [result for result in report.errors if result.asset is None]
    crashed = verdicts[Verdict.ERROR] - len(unread)
    yield from _on_two_lines(
        f"Found      {counted(verdicts[Verdict.FAIL], 'finding')}{f' ({severities})' if severities else ''};",
        f"{counted(verdicts[Verdict.PASS], 'pass', 'passes')}, {verdicts[Verdict.UNKNOWN]} not known"
        + (f", {verdicts[Verdict.WAIVED]} waived" if verdicts[Verdict.WAIVED] else "")
        + (f", {counted(crashed, 'error')}" if crashed else ""),
        indent=11,
        width=width,
        least=width,
    )
    if unread:
        yield f"Not read   {counted(len(unread), 'file')}, of which nothing was judged: {unread[0].words}"
    applies = "it applies" if len(done.controls) == 1 else "they apply"
    yield (
        f"In place   {counted(len(done.controls), 'check holds', 'checks hold')} everywhere {applies}; "
        f"{done.owned} of {done.ownable} assets name an owner"
    )
    missing = len(report.coverage.modules_missing)
    if missing:
        missed = counted(missing, "module that was", "modules that were")
        yield f"Not seen   {missed} not there: run terraform init to have them judged"
    yield ""
    yield f"Critical   {counted(len(done.critical), 'asset')}" + (
        "" if done.critical else ": no reason was found to call one so"
    )
    alike = Counter(map(_critical, done.critical))
    for (address, words), count in islice(alike.items(), _MOST_CRITICAL):
        roots = f" (in {count} roots)" if count > 1 else ""
        yield f"  {address}{roots}: {words}"
    if len(alike) > _MOST_CRITICAL:
        yield f"  and {sum(islice(alike.values(), _MOST_CRITICAL, None))} more"
    doubts = f"; {len(done.doubts)} cannot be told" if done.doubts else ""
    yield (
        f"Exposed    {counted(len(done.entries), 'asset')} to the Internet, "
        f"{counted(len(done.exposure_paths), 'way')} to critical ones{doubts}"
    )
    for path in sorted(done.exposure_paths, key=lambda p: -len(p.hops))[:_MOST_WAYS]:
        yield "  Internet > " + " > ".join(hop.asset.address for hop in path.hops)
    if done.observed:
        yield f"Observed   {observed_words(done.observed)}"
        for flow in done.observed.undeclared[:_MOST_WAYS]:
            yield f"  not declared: {flow_words(flow)}"
        for unused in done.observed.unused[:_MOST_WAYS]:
            yield f"  never used: {unused.rule.address}: {unused.words}"
    yield ""
    share = f"{done.at_target} of {len(done.functions)} functions"
    yield f"Maturity   CISA ZTMM 2.0, {share} at target; a pillar is its lowest"
    for pillar in done.pillars:
        marks = " ".join(_mark(f.stage.value if f.stage else "") for f in pillar.functions)
        share = f"{len(pillar.assessed)} of {len(pillar.functions)} assessed"
        yield f"  {pillar.pillar.value:13} {pillar.words:18} {share}   {marks}"
    yield "  each function: T traditional, I initial, A advanced, O optimal, - not assessed"
    yield ""
    yield "Do first"
    for number, item in enumerate(done.first, 1):
        what, colon, wrong = heading(item).partition(": ")
        yield from _on_two_lines(f"  {number}. {_label(item)}{what}{colon.rstrip()}", wrong, indent=5, width=width)
        yield f"     {_where(item, width - 5 - len(gain_words(item)))}{gain_words(item)}"
    yield ""
    yield "More: --all, --report FILE.html, --output json|markdown|oscal|csv"


def _critical(one: Critical) -> tuple[str, str]:
    """What is said of one. What several roots declare alike is said once."""
    return one.asset.address, f"{one.reasons[0][0]}, {f'owner {one.owner}' if one.owner else 'no owner'}"


def _label(item: Item) -> str:
    return f"[{item.severity.value}] " if item.severity else ""


def _where(item: Item, room: int | None = None) -> str:
    """The first place and how many more; where there is `room` for less, the end of the place's path."""
    if not item.places:
        return ""
    more = f" and {item.edits - 1} more: " if item.edits > 1 else ": "
    place = str(item.places[0])
    if room is not None and room - len(more) < len(place):
        place = _end_of(place, max(room - len(more), _SHORTEST_PLACE))
    return place + more


def _end_of(path: str, room: int) -> str:
    """The end of a path, begun at a directory where that fits: `…/kubernetes/main.tf:12`."""
    if len(path) <= room:
        return path
    end = path[1 - room :]
    return f"…{end[max(end.find('/'), 0) :]}"


def _on_two_lines(first: str, second: str, *, indent: int, width: int, least: int = 24) -> Iterator[str]:
    """Both on one line, unless less than `least` of the second were to be seen there."""
    if len(first) + 1 + min(len(second), least) <= width:
        yield f"{first} {second}".rstrip()
    else:
        yield first
        yield f"{' ' * indent}{second}"


def _everything(done: Assessment) -> Iterator[str]:
    yield "INVENTORY"
    for kind, count in sorted(done.report.assets.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {count:>6}  {kind.replace('_', ' ')}"
    yield ""
    yield "CRITICAL"
    for one in done.critical:
        yield f"  {one.asset.address}  ({one.survey.at(one.asset.place)})  owner: {one.owner or 'nobody is named'}"
        for words, place in one.reasons:
            yield f"      {words}  ({place})"
    yield ""
    yield "EXPOSED"
    for hop in done.entries:
        yield f"  {hop.asset.address}: {hop.words}  ({hop.place})"
    for doubt in done.doubts:
        yield f"  not known: {doubt.asset.address}: {doubt.words}"
    yield ""
    yield "WAYS FROM THE INTERNET TO WHAT IS CRITICAL"
    for path in done.exposure_paths:
        yield "  Internet"
        for hop in path.hops:
            yield f"    > {hop.asset.address}: {hop.words}  ({hop.place})"
    yield ""
    yield "FLOWS BETWEEN TIERS"
    for flow in done.flows:
        yield f"  {flow.source.value} > {flow.target.value}: {', '.join(flow.ports)}  ({counted(flow.rules, 'rule')})"
    yield ""
    if done.observed:
        yield from _observed(done.observed)
    yield "CONTROLS IN PLACE"
    for control in done.controls:
        yield f"  {control.check.id}: {control.check.title} ({control.passed} passed)"
    yield ""
    yield "FUNCTIONS"
    for function in done.functions:
        coverage = "" if function.coverage is None else f", coverage {function.coverage:.0%}"
        stage = function.stage.value if function.stage else "NOT ASSESSED"
        yield f"  {function.function.value}: {stage} (target {function.target.value}{coverage})"
        for criterion in function.criteria:
            if criterion.source != "none" or criterion in function.held_back_by:
                words = f": {criterion.words}" if criterion.words else ""
                yield f"      {criterion.stage.value:9} {criterion.state.value:12} {criterion.statement}{words}"
    yield ""
    for phase in Phase:
        items = [item for item in done.items if item.phase is phase]
        yield f"ROADMAP: {phase.value.upper()} ({counted(len(items), 'item')})"
        for item in items:
            yield f"  {item.id}  {_label(item)}{heading(item)}"
            needs = f"; needs {', '.join(item.needs)}" if item.needs else ""
            unlocks = f"; meets {counted(len(item.unlocks), 'criterion', 'criteria')}" if item.unlocks else ""
            yield f"      {_where(item)}{gain_words(item)}{unlocks}{needs}"
        yield ""
    yield "FRAMEWORKS"
    for framework in done.frameworks:
        standings = ((framework.count(standing), standing.value) for standing in Standing)
        yield f"  {framework.name}: " + ", ".join(f"{count} {name}" for count, name in standings if count)


def _observed(seen: Observed) -> Iterator[str]:
    yield f"FLOWS THAT WERE SEEN ({observed_words(seen)})"
    gaps = gap_words(seen)
    if gaps:
        yield f"  {gaps}"
    crossing = frozenset(seen.crossing)
    for flow in seen.flows[:_MOST_FLOWS]:
        verb = flow.standing.value if flow.accepted else "rejected"
        size = counted(flow.bytes, "byte")
        places = f"  ({', '.join(map(str, flow.places[:2]))})" if flow.places else ""
        tiers = ", from tier to tier" if flow in crossing else ""
        yield f"  {verb}: {flow_words(flow)}: {counted(flow.records, 'record')}, {size}{tiers}{places}"
    if len(seen.flows) > _MOST_FLOWS:
        yield f"  and {len(seen.flows) - _MOST_FLOWS} more: --output json has them all"
    yield ""
    yield f"RULES THAT NOTHING USED ({counted(seen.days, 'day')} of logs)"
    for one in seen.unused:
        yield f"  {one.rule.address}: {one.words}  ({one.place})"
    yield ""


def _mark(stage: str) -> str:
    return stage[:1].upper() or "-"


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else line[: width - 1] + "…"


def _printable(text: str) -> str:
    """Escape control characters: names come from strangers."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
