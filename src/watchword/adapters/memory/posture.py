"""Assessments in memory: for tests, and for looking at how a store of them thinks. It is gone with the process."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from watchword.evidence.posture.records.difference import Before, Turn, difference, kept_event, summary_of
from watchword.evidence.posture.records.model import (
    BOUNDS,
    MOST_PASSAGES,
    Bounds,
    Cause,
    CheckWords,
    Counted,
    KeptAsset,
    Move,
    Passage,
    Picture,
    Run,
    Standing,
    Summary,
    Tracked,
)
from watchword.evidence.posture.records.ports import (
    FIRST_OF_CAUSE,
    MOST_ROWS,
    AssetChoices,
    AssetPage,
    AssetQuery,
    CausePage,
    FindingPage,
    FindingQuery,
)
from watchword.kernel.events import Event


@dataclass(slots=True)
class _Followed:
    """A finding with the numbers of the runs that it began and ended in. `last_seen` counts once it has ended."""

    tracked: Tracked
    since_run: int
    ended_run: int | None = None
    history: list[Passage] = field(default_factory=list)


@dataclass(slots=True)
class _Estate:
    runs: list[Summary] = field(default_factory=list)  # oldest first
    pictures: dict[int, Picture] = field(default_factory=dict)
    findings: dict[str, _Followed] = field(default_factory=dict)
    moves: list[Passage] = field(default_factory=list)
    assets: dict[str, KeptAsset] = field(default_factory=dict)
    checks: dict[str, CheckWords] = field(default_factory=dict)


class MemoryAssessmentStore:
    """Fills `AssessmentStore`. `publish` takes what the ledger would be told."""

    def __init__(self, publish: Callable[[Event], None] = lambda _: None, *, bounds: Bounds = BOUNDS) -> None:
        self._bounds = bounds
        self._lock = threading.Lock()
        self._estates: dict[str, _Estate] = {}
        self._number = 0
        self._publish = publish

    def keep(self, run: Run, *, actor: str) -> Summary:
        with self._lock:
            estate = self._estates.get(run.estate) or _Estate()
            number = self._number + 1
            turns = difference(
                {name: _before(one) for name, one in estate.findings.items()},
                run,
                previous=estate.runs[-1] if estate.runs else None,
            )
            summary = summary_of(run, turns, number=number)
            self._publish(kept_event(summary, actor=actor))
            _follow(estate, run, turns, number)
            estate.runs.append(summary)
            estate.pictures[number] = run.picture
            estate.assets = {asset.uid: asset for asset in run.assets}
            estate.checks.update((words.id, words) for words in run.check_words)
            _prune(estate, self._bounds)
            self._estates[run.estate] = estate
            self._number = number
            return summary

    def estates(self) -> tuple[Summary, ...]:
        return tuple(self._told(self._estates[name], 1)[0] for name in sorted(self._estates))

    def newest(self, estate: str) -> Summary | None:
        return next(iter(self.runs(estate, limit=1)), None)

    def runs(self, estate: str, *, limit: int = MOST_ROWS) -> tuple[Summary, ...]:
        return self._told(self._of(estate), min(limit, MOST_ROWS))

    def picture(self, estate: str, run: int | None = None) -> Picture | None:
        own = self._of(estate)
        number = run if run is not None else own.runs[-1].number if own.runs else 0
        return own.pictures.get(number)

    def findings(self, query: FindingQuery) -> FindingPage:
        found = self._asked(query)
        return FindingPage(findings=tuple(found[query.offset :][: _bounded(query.limit)]), total=len(found))

    def causes(self, query: FindingQuery) -> CausePage:
        together: dict[str, list[Tracked]] = {}
        for one in self._asked(query):
            if one.finding.cause:
                together.setdefault(one.finding.cause, []).append(one)
        causes = [
            Cause(
                cause=name,
                count=len(own),
                worst=max((t.finding.severity for t in own), key=lambda s: s.rank),
                first=tuple(own[:FIRST_OF_CAUSE]),
            )
            for name, own in together.items()
        ]
        causes.sort(key=lambda c: (-c.worst.rank, -c.count, c.cause))
        return CausePage(
            causes=tuple(causes[query.offset :][: _bounded(query.limit)]),
            total=len(causes),
            findings=sum(cause.count for cause in causes),
        )

    def finding(self, estate: str, fingerprint: str) -> Tracked | None:
        own = self._of(estate)
        one = own.findings.get(fingerprint)
        return None if one is None else _as_of(one, own)

    def history(self, estate: str, fingerprint: str) -> tuple[Passage, ...]:
        one = self._of(estate).findings.get(fingerprint)
        return () if one is None else tuple(reversed(one.history))

    def moves(self, estate: str, *, after: int, offset: int = 0, limit: int = MOST_ROWS) -> tuple[Passage, ...]:
        own = [p for p in self._of(estate).moves if p.run > after]
        return tuple(sorted(own, key=lambda p: (p.run, p.fingerprint))[offset:][: _bounded(limit)])

    def check_words(self, estate: str) -> tuple[CheckWords, ...]:
        checks = self._of(estate).checks
        return tuple(checks[name] for name in sorted(checks))

    def checks_found(self, estate: str) -> tuple[Counted, ...]:
        own = self._of(estate)
        return _counted(f.tracked.finding.check for f in own.findings.values() if f.tracked.standing is Standing.OPEN)

    def assets(self, query: AssetQuery) -> AssetPage:
        found = sorted(
            (a for a in self._of(query.estate).assets.values() if _is_asked(a, query)),
            key=lambda a: (not a.critical, a.uid),
        )
        return AssetPage(assets=tuple(found[query.offset :][: _bounded(query.limit)]), total=len(found))

    def asset(self, estate: str, uid: str) -> KeptAsset | None:
        return self._of(estate).assets.get(uid)

    def asset_choices(self, estate: str) -> AssetChoices:
        assets = self._of(estate).assets.values()
        return AssetChoices(
            kinds=_counted(a.kind for a in assets),
            providers=_counted(a.provider for a in assets),
            owners=_counted(a.owner for a in assets),
            environments=_counted(a.environment for a in assets),
            critical=sum(a.critical for a in assets),
            exposed=sum(bool(a.exposed) for a in assets),
            doubtful=sum(bool(a.doubt) for a in assets),
        )

    def _of(self, estate: str) -> _Estate:
        return self._estates.get(estate) or _Estate()

    def _told(self, own: _Estate, limit: int) -> tuple[Summary, ...]:
        return tuple(replace(s, whole=s.number in own.pictures) for s in own.runs[::-1][:limit])

    def _asked(self, query: FindingQuery) -> list[Tracked]:
        own = self._of(query.estate)
        found = [_as_of(one, own) for one in own.findings.values() if _is_wanted(one, query)]
        return sorted(
            found,
            key=lambda t: (
                -t.finding.severity.rank,
                not t.finding.critical,
                t.finding.spot.file,
                t.finding.spot.line,
                t.finding.fingerprint,
            ),
        )


def _as_of(one: _Followed, own: _Estate) -> Tracked:
    if one.tracked.standing is Standing.OPEN:
        return replace(one.tracked, last_seen=own.runs[-1].at)
    return one.tracked


def _is_wanted(one: _Followed, query: FindingQuery) -> bool:
    finding = one.tracked.finding
    searched = f"{finding.address} {finding.spot.file} {finding.check}".lower()
    return (
        (query.standing is None or one.tracked.standing is query.standing)
        and (not query.verdicts or finding.verdict in query.verdicts)
        and (not query.severities or finding.severity in query.severities)
        and (query.pillar is None or finding.pillar is query.pillar)
        and (not query.check or finding.check == query.check)
        and (not query.asset or finding.asset == query.asset)
        and (not query.cause or finding.cause == query.cause)
        and query.text.lower() in searched
        and (not query.critical or finding.critical)
        and (not query.new_since or one.since_run >= query.new_since)
        and (not query.ended_since or (one.ended_run or 0) >= query.ended_since)
    )


def _is_asked(asset: KeptAsset, query: AssetQuery) -> bool:
    return (
        (not query.kind or asset.kind == query.kind)
        and (not query.provider or asset.provider == query.provider)
        and (query.owner is None or asset.owner == query.owner)
        and (query.environment is None or asset.environment == query.environment)
        and (not query.critical or asset.critical)
        and (not query.exposed or bool(asset.exposed))
        and (not query.doubtful or bool(asset.doubt))
        and query.text.lower() in asset.address.lower()
    )


def _counted(names: Iterable[str]) -> tuple[Counted, ...]:
    ranked = sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Counted(name=name, count=count) for name, count in ranked[:MOST_ROWS])


def _bounded(limit: int) -> int:
    return max(0, min(limit, MOST_ROWS))


def _before(one: _Followed) -> Before:
    finding = one.tracked.finding
    return Before(
        standing=one.tracked.standing,
        digest=finding.digest,
        verdict=finding.verdict,
        check=finding.check,
        address=finding.address,
        asset=finding.asset,
        file=finding.spot.file,
    )


def _follow(estate: _Estate, run: Run, turns: tuple[Turn, ...], number: int) -> None:
    previous = estate.runs[-1].at if estate.runs else run.at
    moved = {turn.fingerprint: turn.move for turn in turns}
    for finding in run.findings:
        name, move = finding.fingerprint, moved.get(finding.fingerprint)
        if move is Move.INTRODUCED or move is Move.RETURNED:
            first = estate.findings[name].tracked.first_seen if move is Move.RETURNED else run.at
            tracked = Tracked(finding=finding, standing=Standing.OPEN, first_seen=first, since=run.at, last_seen=run.at)
            history = estate.findings[name].history if move is Move.RETURNED else []
            estate.findings[name] = _Followed(tracked, number, history=history)
        else:
            estate.findings[name].tracked = replace(estate.findings[name].tracked, finding=finding)
    for turn in turns:
        passage = Passage(run=number, at=run.at, fingerprint=turn.fingerprint, move=turn.move, verdict=turn.verdict)
        estate.moves.append(passage)
        one = estate.findings[turn.fingerprint]
        one.history = [*one.history, passage][-MOST_PASSAGES:]
        if turn.move is Move.FIXED or turn.move is Move.GONE:
            seen = previous if one.tracked.standing is Standing.OPEN else one.tracked.last_seen
            one.tracked = replace(one.tracked, standing=Standing(turn.move.value), last_seen=seen, ended=run.at)
            one.ended_run = number


def _prune(estate: _Estate, bounds: Bounds) -> None:
    estate.runs = estate.runs[-bounds.runs :]
    oldest = estate.runs[0].number
    whole = {summary.number for summary in estate.runs[-bounds.pictures :]}
    estate.pictures = {number: picture for number, picture in estate.pictures.items() if number in whole}
    counts = Counter(passage.run for passage in estate.moves)
    total, told = 0, 0
    for summary in reversed(estate.runs):
        total += counts[summary.number]
        if told and total > bounds.moves:
            break
        told = summary.number
    estate.moves = [passage for passage in estate.moves if passage.run >= told]
    ended = sorted((one.ended_run for one in estate.findings.values() if one.ended_run), reverse=True)
    last = ended[bounds.ended] if len(ended) > bounds.ended else 0
    estate.findings = {
        name: one
        for name, one in estate.findings.items()
        if one.ended_run is None or (one.ended_run >= oldest and one.ended_run > last)
    }
