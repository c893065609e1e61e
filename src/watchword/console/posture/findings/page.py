"""The list of findings, grouped by what one edit mends, and each with its why, remedy, place, evidence and history."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import Route

from watchword.console.desk import Desk, Visit
from watchword.console.posture.findings.filter import ENDED, LABELS, PATH, FindingFilter, Wanted
from watchword.console.posture.frame import SECTION, Frame, Pager, pager, posture_page
from watchword.console.posture.words import (
    MOVES,
    PILLARS,
    SEVERITIES,
    STANDINGS,
    VERDICTS,
    Span,
    closing_words,
    kind_words,
    spans,
)
from watchword.evidence.posture.model import Severity, Verdict
from watchword.evidence.posture.records import (
    Cause,
    CheckWords,
    Finding,
    FoundBy,
    KeptAsset,
    Passage,
    Shown,
    Standing,
    Summary,
    Tracked,
)
from watchword.kernel.errors import NotFoundError

_SHOWN = 50
_CAUSES_SHOWN = 20
_LINES_OF_CARD = 6
_SINCE_CHOICES = 15
_SIBLINGS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    url: str
    severity: Severity
    check: str
    words: str
    address: str
    place: str
    critical: bool
    owner: str
    tone: str
    word: str
    since: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseCard:
    """Findings that one edit mends. `more` is how many are not among `lines`; `all_url` leads to them all."""

    title: str
    place: str  # empty where each line has a place of its own
    worst: Severity
    count: int
    lines: tuple[FindingLine, ...]
    more: int = 0
    all_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsView:
    frame: Frame
    filter: FindingFilter
    states: tuple[Choice, ...]
    severities: tuple[Choice, ...]
    pillars: tuple[Choice, ...]
    checks: tuple[Choice, ...]
    since: tuple[Choice, ...]
    causes: tuple[CauseCard, ...]
    lines: tuple[FindingLine, ...]
    total: int
    edits: int
    pager: Pager
    clear_url: str
    other_view: tuple[str, str]  # label and address, both empty where there is one view alone
    about: str  # the asset or the place that is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    at: datetime
    run: int
    tone: str
    word: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    frame: Frame
    finding: Finding
    standing: tuple[str, str]
    verdict: tuple[str, str]
    first_seen: datetime
    last_seen: datetime
    ended: datetime | None
    words: CheckWords | None
    why: tuple[Span, ...]
    remedy: tuple[Span, ...]
    kind: str
    pillar: str
    evidence: tuple[Shown, ...]
    also_found_by: tuple[FoundBy, ...]
    history: tuple[HistoryLine, ...]
    asset: KeptAsset | None
    siblings: tuple[FindingLine, ...]
    siblings_title: str
    siblings_url: str
    asset_url: str
    check_url: str
    back_url: str


def routes(desk: Desk) -> Sequence[Route]:
    def listing(visit: Visit, frame: Frame) -> Response:
        view = findings_view(desk, frame, FindingFilter.read(visit.query))
        return desk.html(visit, "posture/findings/findings.html", view, title="Findings", section=SECTION)

    def detail(visit: Visit, frame: Frame) -> Response:
        view = finding_view(desk, frame, visit.parameters["fingerprint"])
        return desk.html(visit, "posture/findings/finding.html", view, title=view.finding.address, section=SECTION)

    return [
        posture_page(desk, PATH, listing),
        posture_page(desk, f"{PATH}/{{fingerprint}}", detail, tab=PATH),
    ]


def findings_view(desk: Desk, frame: Frame, wanted: FindingFilter) -> FindingsView:
    store = desk.assessments
    causes: tuple[CauseCard, ...] = ()
    lines: tuple[FindingLine, ...] = ()
    edits = 0

    def page_url(offset: int) -> str:
        return frame.url(PATH, **replace(wanted, offset=offset).parameters())

    if wanted.grouped:
        page = store.causes(wanted.query(frame.estate, limit=_CAUSES_SHOWN))
        causes = _cards(frame, page.causes, wanted)
        total, edits = page.findings, page.total
        turns = pager(wanted.offset, len(page.causes), page.total, _CAUSES_SHOWN, page_url)
    else:
        found = store.findings(wanted.query(frame.estate, limit=_SHOWN))
        lines = tuple(_line(frame, tracked) for tracked in found.findings)
        total = found.total
        turns = pager(wanted.offset, len(lines), total, _SHOWN, page_url)
    one_by_one = frame.url(PATH, **replace(wanted, listed=True, offset=0).parameters())
    by_edit = frame.url(PATH, **replace(wanted, listed=False, cause="", offset=0).parameters())
    other = ("", "")
    if wanted.state is Wanted.FAILING:
        other = ("One by one", one_by_one) if wanted.grouped else ("By what one edit mends", by_edit)
    return FindingsView(
        frame=frame,
        filter=wanted,
        states=tuple(Choice(value=state.value, label=label) for state, label in LABELS.items()),
        severities=(_ANY, *(Choice(value=s.value, label=s.value.capitalize()) for s in SEVERITIES)),
        pillars=(_ANY, *(Choice(value=p.value, label=label) for p, label in PILLARS.items())),
        checks=_checks(desk, frame, wanted),
        since=_since(store.runs(frame.estate, limit=_SINCE_CHOICES), wanted),
        causes=causes,
        lines=lines,
        total=total,
        edits=edits,
        pager=turns,
        clear_url=frame.url(PATH),
        other_view=other,
        about=_about(lines, wanted),
    )


_ANY = Choice(value="", label="Any")


def _checks(desk: Desk, frame: Frame, wanted: FindingFilter) -> tuple[Choice, ...]:
    found = [
        Choice(value=one.name, label=f"{one.name} ({one.count})") for one in desk.assessments.checks_found(frame.estate)
    ]
    if wanted.check and wanted.check not in {choice.value for choice in found}:
        found.insert(0, Choice(value=wanted.check, label=wanted.check))
    return (_ANY, *found)


def _since(runs: Sequence[Summary], wanted: FindingFilter) -> tuple[Choice, ...]:
    """Runs that things may have begun or ended in, newest first; the one that is asked for is among them."""
    verb = "Ended" if wanted.state in ENDED else "New"
    found = [
        Choice(
            value=str(run.number),
            label=f"{verb} in the newest run"
            if not position
            else f"{verb} since run {run.number}, {run.at:%d %b %H:%M}",
        )
        for position, run in enumerate(runs)
    ]
    if wanted.since and str(wanted.since) not in {choice.value for choice in found}:
        found.append(Choice(value=str(wanted.since), label=f"{verb} since run {wanted.since}"))
    return (Choice(value="", label="Whenever"), *found)


def _about(lines: Sequence[FindingLine], wanted: FindingFilter) -> str:
    if wanted.cause:
        return "what this one edit closes"
    if wanted.asset:
        return lines[0].address if lines else wanted.asset.rpartition("#")[2]
    return ""


def _url(frame: Frame, fingerprint: str) -> str:
    return frame.url(f"{PATH}/{quote(fingerprint, safe='')}")


def _line(frame: Frame, tracked: Tracked) -> FindingLine:
    finding = tracked.finding
    tone, word = VERDICTS[finding.verdict] if tracked.standing is Standing.OPEN else STANDINGS[tracked.standing]
    return FindingLine(
        url=_url(frame, finding.fingerprint),
        severity=finding.severity,
        check=finding.check,
        words=finding.words or finding.check,
        address=finding.address,
        place=str(finding.spot),
        critical=finding.critical,
        owner=finding.owner,
        tone=tone,
        word=word,
        since=tracked.since,
        ended=tracked.ended,
    )


def _cards(frame: Frame, causes: Sequence[Cause], wanted: FindingFilter) -> tuple[CauseCard, ...]:
    """A card for each place that mends several, and one together for those beside each other that mend one."""
    cards: list[CauseCard] = []
    for several, own in itertools.groupby(causes, lambda cause: cause.count > 1):
        found = tuple(own)
        if several:
            cards.extend(_card(frame, cause, wanted) for cause in found)
        else:
            lines = tuple(_line(frame, tracked) for cause in found for tracked in cause.first)
            title = "One edit each" if len(lines) > 1 else closing_words(1)
            worst = max((cause.worst for cause in found), key=lambda severity: severity.rank)
            cards.append(CauseCard(title=title, place="", worst=worst, count=len(lines), lines=lines))
    return tuple(cards)


def _card(frame: Frame, cause: Cause, wanted: FindingFilter) -> CauseCard:
    first, shown = cause.first[0].finding, cause.first[:_LINES_OF_CARD]
    spot = first.cause_spot or first.spot
    return CauseCard(
        title=closing_words(cause.count),
        place=str(spot),
        worst=cause.worst,
        count=cause.count,
        lines=tuple(_line(frame, tracked) for tracked in shown),
        more=cause.count - len(shown),
        all_url=frame.url(PATH, **replace(wanted, cause=cause.cause, listed=True, offset=0).parameters()),
    )


def finding_view(desk: Desk, frame: Frame, fingerprint: str) -> FindingView:
    """Raise `NotFoundError` for one that the estate does not have."""
    store = desk.assessments
    tracked = store.finding(frame.estate, fingerprint)
    if tracked is None:
        raise NotFoundError(
            "the estate has no such finding", code="posture.no-finding", hint="old ones that were fixed are let go"
        )
    finding = tracked.finding
    words = next((one for one in store.check_words(frame.estate) if one.id == finding.check), None)
    siblings: tuple[FindingLine, ...] = ()
    title = ""
    if finding.cause and tracked.standing is Standing.OPEN and finding.verdict is Verdict.FAIL:
        same = store.findings(FindingFilter(cause=finding.cause).query(frame.estate, limit=_SIBLINGS + 1))
        siblings = tuple(_line(frame, one) for one in same.findings if one.finding.fingerprint != finding.fingerprint)[
            :_SIBLINGS
        ]
        title = closing_words(same.total) if siblings else ""
    return FindingView(
        frame=frame,
        finding=finding,
        standing=STANDINGS[tracked.standing],
        verdict=VERDICTS[finding.verdict],
        first_seen=tracked.first_seen,
        last_seen=tracked.last_seen,
        ended=tracked.ended,
        words=words,
        why=spans(words.why) if words else (),
        remedy=spans(words.remedy) if words else (),
        kind=kind_words(finding.kind),
        pillar=PILLARS[finding.pillar],
        evidence=finding.evidence,
        also_found_by=finding.also_found_by,
        history=tuple(map(_history, store.history(frame.estate, fingerprint))),
        asset=store.asset(frame.estate, finding.asset) if finding.asset else None,
        siblings=siblings,
        siblings_title=title,
        siblings_url=frame.url(PATH, cause=finding.cause, view="list") if finding.cause else "",
        asset_url=frame.url(PATH, asset=finding.asset, view="list", state="all") if finding.asset else "",
        check_url=frame.url(PATH, check=finding.check),
        back_url=frame.url(PATH),
    )


def _history(passage: Passage) -> HistoryLine:
    tone, word = MOVES[passage.move]
    return HistoryLine(
        at=passage.at, run=passage.run, tone=tone, word=word, verdict=VERDICTS[passage.verdict][1].lower()
    )
