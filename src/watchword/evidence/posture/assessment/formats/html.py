"""One page that holds all of an assessment: no script, nothing from elsewhere, for a screen, a phone and a printer.

The page's own policy allows nothing but its one style sheet, by hash. Whatever comes from what was read is escaped.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from watchword.evidence.posture.assessment.assessment import Assessment
from watchword.evidence.posture.assessment.formats import drawing
from watchword.evidence.posture.assessment.formats.sheet import SHEET
from watchword.evidence.posture.assessment.frameworks import Framework, Standing
from watchword.evidence.posture.assessment.observed import Observed
from watchword.evidence.posture.assessment.roadmap import Effort, Item, Phase
from watchword.evidence.posture.assessment.stages import FunctionMaturity, State
from watchword.evidence.posture.assessment.words import (
    counted,
    gain_words,
    gap_words,
    heading,
    looked_at,
    observed_words,
    plural,
)
from watchword.evidence.posture.maturity import STAGES
from watchword.evidence.posture.model import Result, Verdict
from watchword.inventory import Place

_MOST_ROWS: Final = 400  # of one table: a browser and a reader both give up beyond; the JSON form has all
_MOST_PLACES: Final = 12
_PHASE_WORDS: Final = {
    Phase.ASSESSMENT: "Know what there is, who answers for it, what is critical and what flows.",
    Phase.FOUNDATION: "Sign-in, rights, keys, encryption, secrets: what everything else rests on.",
    Phase.SEGMENTATION: "Cut what need not meet: groups, private ways, traffic that proves who sends it.",
    Phase.AUTOMATION: "Check on every change, mend by machine, grant for the moment.",
}


def render(done: Assessment) -> str:
    digest = base64.b64encode(hashlib.sha256(SHEET.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = f"Zero Trust assessment: {', '.join(done.paths)}"
    body = "\n".join(_body(done))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{_text(title)}</title>\n<style>{SHEET}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _body(done: Assessment) -> Iterator[str]:
    yield "<header><div>"
    yield f'<p class="kicker">Zero Trust assessment, {done.day.isoformat()}</p>'
    yield f"<h1>{_text(', '.join(done.paths))}</h1>"
    yield f"<p>{_text(_summary(done))}</p>"
    yield "</div></header>"
    yield (
        "<nav aria-label='Sections'>"
        + "".join(
            f'<a href="#{name}">{words}</a>'
            for name, words in (
                ("first", "Do first"),
                ("maturity", "Maturity"),
                ("exposure", "Exposure"),
                ("flows", "Flows"),
                ("findings", "Findings"),
                ("roadmap", "Roadmap"),
                ("frameworks", "Frameworks"),
                ("method", "How to read this"),
            )
        )
        + "</nav>"
    )
    yield "<main>"
    yield _tiles(done)
    yield from _first(done)
    yield from _maturity(done)
    yield from _exposure(done)
    yield from _flows(done)
    yield from _findings(done)
    yield from _roadmap(done)
    yield from _frameworks(done)
    yield from _method(done)
    yield "</main>"


def _summary(done: Assessment) -> str:
    coverage = done.report.coverage
    kinds = sorted(((n, k) for k, n in done.report.assets.items() if k != "other"), reverse=True)[:5]
    told = ", ".join(f"{n} {plural(k) if n != 1 else k.replace('_', ' ')}" for n, k in kinds)
    missing = len(coverage.modules_missing)
    return (
        f"{looked_at(sum(done.report.assets.values()), coverage.files)}, judged by "
        f"{counted(done.report.checks, 'check')}: {told}, and others."
        + (f" {counted(missing, 'module')} could not be seen." if missing else "")
    )


def _tiles(done: Assessment) -> str:
    verdicts = done.report.verdicts
    severities = ", ".join(f"{count} {severity.value}" for severity, count in done.report.severities.items() if count)
    tiles = (
        (str(verdicts[Verdict.FAIL]), "findings", severities or "nothing fails"),
        (
            str(verdicts[Verdict.UNKNOWN] + verdicts[Verdict.ERROR]),
            "not known",
            f"{verdicts[Verdict.PASS]} answers pass, {verdicts[Verdict.WAIVED]} are waived",
        ),
        (str(len(done.critical)), "critical assets", f"{sum(not c.owner for c in done.critical)} without an owner"),
        (
            str(len(done.entries)),
            "reached from the Internet",
            f"{counted(len(done.exposure_paths), 'way')} to what is critical; {len(done.doubts)} cannot be told",
        ),
        (
            f"{done.at_target}<small> of {len(done.functions)}</small>",
            "functions at target",
            f"{done.assessed} assessed; evidence: "
            + ", ".join(
                f"{count} by {name}" if name != "none" else f"{count} none" for name, count in done.evidence.items()
            ),
        ),
    )
    return (
        '<section class="tiles" aria-label="In short">'
        + "".join(
            f'<div class="tile"><b>{number}</b><span>{words}</span><small>{_text(more)}</small></div>'
            for number, words, more in tiles
        )
        + "</section>"
    )


def _first(done: Assessment) -> Iterator[str]:
    yield '<section id="first"><h2>Do first</h2>'
    if not done.first:
        yield "<p>Nothing that was read fails, and nothing is left to be shown.</p>"
    yield '<ol class="first">'
    for item in done.first:
        yield (
            f"<li>{_badge(item)}<b>{_text(heading(item))}</b>"
            f"<p>{_text(gain_words(item))}{_places(item.places[:1], item.edits)}</p>"
            f'<p class="soft">{_prose(item.remedy)}</p></li>'
        )
    yield "</ol></section>"


def _maturity(done: Assessment) -> Iterator[str]:
    yield '<section id="maturity"><h2>Maturity</h2>'
    yield (
        "<p>CISA Zero Trust Maturity Model 2.0: 37 functions of five pillars, each at the highest stage for which "
        "there is evidence. A pillar is at the lowest stage of its assessed functions; where some are not "
        "assessed it is at most that. There is no score.</p>"
    )
    yield '<div class="pillars">'
    for pillar in done.pillars:
        yield (
            f'<figure><figcaption><b>{pillar.pillar.value.capitalize()}</b> <span class="stage '
            f's-{pillar.stage.value if pillar.stage else "none"}">{pillar.words}</span><small>'
            f"{len(pillar.assessed)} of {len(pillar.functions)} functions assessed</small></figcaption>"
            f"{drawing.pillar(pillar)}</figure>"
        )
    yield "</div>"
    assessed = [f for f in done.functions if f.stage is not None]
    silent = [f for f in done.functions if f.stage is None]
    if assessed:
        yield _head("Function", "Stage", "Target", "#Coverage", "What the next stage lacks", name="stack functions")
        for function in assessed:
            yield _function(function)
        yield "</tbody></table></div>"
    if silent:
        yield f"<details><summary>{counted(len(silent), 'function')} not assessed, and what each wants</summary><ul>"
        for function in silent:
            wanted = "; ".join(criterion.statement for criterion in function.held_back_by)
            name = f"<b>{function.function.label}</b> <small>{function.function.pillar.value}</small>"
            yield f"<li>{name}: {_text(wanted)}</li>"
        yield "</ul></details>"
    yield "</section>"


def _function(function: FunctionMaturity) -> str:
    stage = function.stage.value if function.stage else "none"
    words = stage.capitalize() if function.stage else "NOT ASSESSED"
    coverage = "-" if function.coverage is None else f"{function.coverage:.0%}"
    held = "".join(
        f"<li>{_text(c.statement)} <small>{_text(c.words)}</small></li>"
        for c in function.held_back_by
        if c.state is not State.MET
    )
    pillar = function.function.pillar.value.capitalize()
    return (
        f'<tr><th scope="row">{function.function.label} <small>{pillar}</small></th>'
        f'<td><span class="stage s-{stage}">{words}</span></td><td>{function.target.value.capitalize()}</td>'
        f'<td class="number">{coverage}</td><td>{f"<ul>{held}</ul>" if held else "Nothing."}</td></tr>'
    )


def _exposure(done: Assessment) -> Iterator[str]:
    yield '<section id="exposure"><h2>What is critical, and the ways to it</h2>'
    critical = [c.asset for c in done.critical]
    longest = sorted(done.exposure_paths, key=lambda path: -len(path.hops))
    picture = drawing.ways(longest, critical)
    if picture:
        yield f'<div class="scroll">{picture}</div>'
        if len(longest) > drawing.MOST_WAYS:
            yield f"<p>{drawing.MOST_WAYS} of {len(longest)} ways are drawn; all are listed.</p>"
        yield "<details><summary>Each way, hop by hop</summary><ol>"
        for path in longest[:_MOST_ROWS]:
            hops = "".join(
                f"<li><code>{_text(hop.asset.address)}</code>: {_text(hop.words)} {_place(hop.place)}</li>"
                for hop in path.hops
            )
            yield f"<li>From the Internet to <code>{_text(path.target.address)}</code><ol>{hops}</ol></li>"
        yield "</ol></details>"
    else:
        yield "<p>No way from the Internet to anything critical was found in what was read.</p>"
    if done.doubts:
        yield f"<details><summary>Of {counted(len(done.doubts), 'asset')} it cannot be told</summary><ul>"
        for doubt in done.doubts[:_MOST_ROWS]:
            yield f"<li><code>{_text(doubt.asset.address)}</code>: {_text(doubt.words)}</li>"
        yield "</ul></details>"
    if done.critical:
        yield _head("Critical asset", "Owner", "Why", name="stack")
        for one in done.critical[:_MOST_ROWS]:
            reasons = "".join(f"<li>{_text(words)} {_place(place)}</li>" for words, place in one.reasons)
            yield (
                f'<tr><th scope="row"><code>{_text(one.asset.address)}</code></th>'
                f"<td>{_text(one.owner) or 'no owner'}</td><td><ul>{reasons}</ul></td></tr>"
            )
        yield "</tbody></table></div>"
    yield "</section>"


def _flows(done: Assessment) -> Iterator[str]:
    yield '<section id="flows"><h2>Flows between tiers</h2>'
    if not done.flows:
        yield "<p>No rule that was read lets anything through.</p>"
        if done.observed:
            yield from _observed(done.observed)
        yield "</section>"
        return
    yield "<p>What the rules of security groups let in, by what stands behind them.</p>"
    yield f'<div class="scroll">{drawing.tiers(done.flows)}</div>'
    yield _head("From", "To", "Ports", "#Rules")
    for flow in done.flows:
        yield (
            f"<tr><td>{flow.source.value.capitalize()}</td><td>{flow.target.value.capitalize()}</td>"
            f'<td>{_text(", ".join(flow.ports))}</td><td class="number">{flow.rules}</td></tr>'
        )
    yield "</tbody></table></div>"
    if done.observed:
        yield from _observed(done.observed)
    yield "</section>"


def _observed(seen: Observed) -> Iterator[str]:
    yield f"<h3>What was seen <small>{_text(observed_words(seen))}</small></h3>"
    gaps = gap_words(seen)
    if gaps:
        yield f"<p>Not told: {_text(gaps)}.</p>"
    shown = list(dict.fromkeys((*seen.undeclared, *seen.crossing)))
    if shown:
        yield "<p>What no rule declares, though it was let through, and what goes from tier to tier.</p>"
        yield _head("From", "To", "At", "Standing", "#Records", "#Bytes", name="stack")
        for flow in shown[:_MOST_ROWS]:
            yield (
                f"<tr><td><code>{_text(flow.source.words)}</code></td><td><code>{_text(flow.target.words)}</code></td>"
                f'<td>{_text(flow.what)}</td><td>{flow.standing.value}</td><td class="number">{flow.records}</td>'
                f'<td class="number">{flow.bytes}</td></tr>'
            )
        yield "</tbody></table></div>"
    if seen.unused:
        yield f"<p>Rules that nothing used in {counted(seen.days, 'day')} of logs: candidates to be closed.</p>"
        yield _head("Rule", "Lets in", "Where", name="stack")
        for one in seen.unused[:_MOST_ROWS]:
            yield (
                f'<tr><th scope="row"><code>{_text(one.rule.address)}</code></th><td>{_text(one.words)}</td>'
                f"<td>{_place(one.place)}</td></tr>"
            )
        yield "</tbody></table></div>"


def _findings(done: Assessment) -> Iterator[str]:
    yield '<section id="findings"><h2>Findings by root cause</h2>'
    groups = done.report.groups
    if not groups:
        yield "<p>Nothing that was read fails.</p></section>"
        return
    yield (
        f"<p>{counted(len(done.report.findings), 'finding')} come from {counted(len(groups), 'place')}: one edit at "
        "each closes what stands beside it.</p>"
    )
    yield _head("Edit here", "#Closes", "What is wrong", name="stack")
    ranked = sorted(groups, key=lambda g: (-max(r.check.severity.rank for r in g.results), -len(g.results), g.place))
    for group in ranked[:_MOST_ROWS]:
        told: dict[str, list[Result]] = {}
        for result in group.results:
            told.setdefault(result.check.id, []).append(result)
        cell = "".join(_finding(results) for results in told.values())
        number = f"{len(group.results)}<small class='phone'> closed by one edit</small>"
        yield f"<tr><th scope='row'>{_place(group.place)}</th><td class='number'>{number}</td><td>{cell}</td></tr>"
    yield "</tbody></table></div>"
    if len(ranked) > _MOST_ROWS:
        yield f"<p>And {len(ranked) - _MOST_ROWS} more: <code>watchword scan --output json</code> has them all.</p>"
    yield "</section>"


def _finding(results: list[Result]) -> str:
    first = results[0]
    severity = first.check.severity.value
    shown = ", ".join(f"<code>{_text(r.address)}</code>" for r in results[:_MOST_PLACES])
    more = f" and {len(results) - _MOST_PLACES} more" if len(results) > _MOST_PLACES else ""
    return (
        f'<div class="finding"><span class="badge {severity}">{severity}</span> <b>{_text(first.words)}</b> '
        f'<small>{first.check.id}</small><p>{shown}{more}</p><p class="soft">{_prose(first.check.remedy)}</p></div>'
    )


def _roadmap(done: Assessment) -> Iterator[str]:
    yield '<section id="roadmap"><h2>Roadmap</h2>'
    yield (
        "<p>What is not met, by what mends it. Within a phase first comes what closes most ways to critical "
        "assets for its effort, then the worse, and nothing before what it needs. Effort is what has to be "
        "edited; nobody here knows your days.</p>"
    )
    numbers = {item.id: number for number, item in enumerate(done.items, 1)}
    for phase in Phase:
        items = [item for item in done.items if item.phase is phase]
        yield f'<div class="phase"><h3>{phase.value.capitalize()} <small>{counted(len(items), "item")}</small></h3>'
        yield f'<p class="soft">{_PHASE_WORDS[phase]}</p>'
        if items:
            yield f'<ol start="{numbers[items[0].id]}">'
        for item in items[:_MOST_ROWS]:
            yield _item(item, numbers)
        if items:
            yield "</ol>"
        yield "</div>"
    yield "</section>"


def _item(item: Item, numbers: dict[str, int]) -> str:
    needs = ", ".join(str(number) for number in sorted(numbers[need] for need in item.needs if need in numbers))
    unlocks = f"meets {counted(len(item.unlocks), 'criterion', 'criteria')}" if item.unlocks and item.edits else ""
    more = "; ".join(filter(None, (unlocks, f"after {needs}" if needs else "")))
    effort = item.effort.value if item.effort is not Effort.EVIDENCE else "to show or find out"
    return (
        f"<li>{_badge(item)}<b>{_text(heading(item))}</b> "
        f'<span class="effort">{effort}</span><p>{_text(gain_words(item))}{f"; {more}" if more else ""}'
        f'{_places(item.places[:1], item.edits)}</p><p class="soft">{_prose(item.why)} {_prose(item.remedy)}</p></li>'
    )


def _frameworks(done: Assessment) -> Iterator[str]:
    yield '<section id="frameworks"><h2>Frameworks</h2>'
    yield (
        "<p>What was seen of the controls that some check names. Passing means that those checks pass, not that the "
        "control is fulfilled; a control that no check names is not here, and is not assessed.</p>"
    )
    for framework in done.frameworks:
        yield _framework(framework)
    yield "</section>"


def _framework(framework: Framework) -> str:
    counts = [(standing, framework.count(standing)) for standing in Standing]
    total = max(1, len(framework.controls))
    x = 0.0
    bars = []
    for standing, count in counts:
        wide = 300 * count / total
        name = standing.value.replace(" ", "-")
        bars.append(f'<rect class="f-{name}" x="{x:.1f}" y="0" width="{wide:.1f}" height="10"/>')
        x += wide
    told = ", ".join(f"{count} {standing.value}" for standing, count in counts if count)
    rows = "".join(
        f"<tr><th scope='row'>{_text(c.id)}{f' <small>{_text(c.words)}</small>' if c.words else ''}</th>"
        f'<td><span class="standing f-{c.standing.value.replace(" ", "-")}">{c.standing.value}</span></td>'
        f'<td class="number">{c.passed}</td><td class="number">{c.failed}</td><td class="number">{c.unknown}</td></tr>'
        for c in framework.controls
    )
    return (
        f'<details class="framework"><summary><span class="row"><b>{_text(framework.name)}</b> '
        '<svg class="bar" viewBox="0 0 300 10" width="300" height="10" preserveAspectRatio="none" role="img" '
        f'aria-label="{told}">{"".join(bars)}</svg> <span>{told}</span></span></summary>'
        f"{_head('Control', 'Standing', '#Pass', '#Fail', '#Not known')}{rows}</tbody></table></div></details>"
    )


def _method(done: Assessment) -> Iterator[str]:
    stages = ", ".join(stage.value for stage in STAGES)
    yield '<section id="method"><h2>How to read this</h2><ul>'
    yield f"<li>Stages, in order: {stages}. NOT ASSESSED is no stage: nothing that was read speaks for or against.</li>"
    yield (
        "<li>A check is met where at least 95 % of what it speaks about could be answered, all of that on "
        "critical assets passes, and 90, 95 or 99 % passes by stage; for checks of critical severity, all. What "
        "is not known counts against coverage, what is waived counts as not passed.</li>"
    )
    yield "<li>A way that is not listed is not proven closed: routes and private addresses are not followed.</li>"
    yield "<li>What is declared in code may differ from what runs.</li>"
    yield "".join(f"<li>{_text(warning)}</li>" for warning in done.warnings)
    yield "</ul></section>"


def _head(*headings: str, name: str = "") -> str:
    """The beginning of a table; a heading that begins with # is of numbers."""
    cells = "".join(f'<th class="number">{h[1:]}</th>' if h.startswith("#") else f"<th>{h}</th>" for h in headings)
    return f'<div class="scroll"><table class="{name}"><thead><tr>{cells}</tr></thead><tbody>'


def _badge(item: Item) -> str:
    return f'<span class="badge {item.severity.value}">{item.severity.value}</span> ' if item.severity else ""


def _places(places: Iterable[Place], edits: int) -> str:
    shown = "".join(f" {_place(place)}" for place in places)
    return f"{shown} and {edits - 1} more" if shown and edits > 1 else shown


def _place(place: Place) -> str:
    return f'<code class="place">{_text(str(place))}</code>' if place.file else ""


def _text(text: str) -> str:
    """Text of a stranger's, with nothing in it that a browser would obey or a reader not see."""
    return escape("".join(c if c.isprintable() else " " for c in text))


def _prose(text: str) -> str:
    """The same for our own sentences, in which backticks mark code."""
    parts = _text(text).split("`")
    if len(parts) % 2 == 0:
        return "`".join(parts)
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))
