"""Assessments in SQLite or PostgreSQL.

A run begins by raising the number in `evidence_assessment_state`, the table's one row. On PostgreSQL that row's lock,
and on SQLite `BEGIN IMMEDIATE`, is held until the commit: so runs take turns over all processes. Whatever can be made
before is made before, because on SQLite nobody else writes meanwhile: the transaction compares, and writes what
differs. A finding or an asset that is as it was costs a read and no write.

A row's `body` is the whole of it as JSON; the other columns are what is asked by.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    Select,
    SmallInteger,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    distinct,
    false,
    func,
    insert,
    select,
    update,
)

from watchword.adapters.sql import outbox
from watchword.adapters.sql.database import Database
from watchword.adapters.sql.documents import read, written
from watchword.adapters.sql.tables import Instant, metadata
from watchword.evidence.posture.model import Severity, Verdict
from watchword.evidence.posture.records.difference import Before, Turn, difference, kept_event, summary_of
from watchword.evidence.posture.records.model import (
    BOUNDS,
    MOST_PASSAGES,
    Bounds,
    Cause,
    CheckWords,
    Counted,
    Finding,
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

_state = Table(
    "evidence_assessment_state",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("runs", BigInteger, nullable=False),
)

_run = Table(
    "evidence_assessment_run",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("estate", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("moves", Integer, nullable=False),
    Column("summary", LargeBinary, nullable=False),
    # Both compressed, and None where the run is kept in counts alone. `moved` is a `_Moved`: one value in place of a
    # row for each finding, since it is read run by run.
    Column("picture", LargeBinary),
    Column("moved", LargeBinary),
    Index("ix_evidence_assessment_run_estate", "estate", "number"),
)

_finding = Table(
    "evidence_assessment_finding",
    metadata,
    Column("estate", Text, primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("standing", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("severity", SmallInteger, nullable=False),
    Column("pillar", Text, nullable=False),
    Column("check_id", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("asset", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("cause", Text, nullable=False),
    Column("critical", Boolean, nullable=False),
    Column("searched", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("since_run", BigInteger, nullable=False),
    Column("since_at", Instant, nullable=False),
    # Of a finding that is open, the newest run saw it last.
    Column("last_at", Instant),
    Column("ended_run", BigInteger),
    Column("ended_at", Instant),
    # A `_Moved`, newest last; None while it has done nothing but begin, and perhaps end.
    Column("history", LargeBinary),
    Index("ix_evidence_assessment_finding_standing", "estate", "standing", "verdict", "severity"),
    Index("ix_evidence_assessment_finding_cause", "estate", "cause"),
)

_asset = Table(
    "evidence_assessment_asset",
    metadata,
    Column("estate", Text, primary_key=True),
    Column("uid", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("critical", Boolean, nullable=False),
    Column("exposed", Boolean, nullable=False),
    Column("doubtful", Boolean, nullable=False),
    Column("searched", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

_check = Table(
    "evidence_assessment_check",
    metadata,
    Column("estate", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

_HistoryRow = Row[str, str, str, bytes | None, int, datetime, int | None, datetime | None, *tuple[object, ...]]
_TrackedRow = Row[bytes, str, datetime, datetime, datetime | None, datetime | None]
_Value = str | int | bool | bytes | datetime | None
_Values = dict[str, _Value]
_Form = TypeVar("_Form")

_SEVERITIES = {severity.rank: severity for severity in Severity}
_ORDER = (
    _finding.c.severity.desc(),
    _finding.c.critical.desc(),
    _finding.c.file,
    _finding.c.line,
    _finding.c.fingerprint,
)
_TRACKED = select(
    _finding.c.body,
    _finding.c.standing,
    _finding.c.first_at,
    _finding.c.since_at,
    _finding.c.last_at,
    _finding.c.ended_at,
)
_OF_HISTORY = (
    _finding.c.fingerprint,
    _finding.c.verdict,
    _finding.c.standing,
    _finding.c.history,
    _finding.c.since_run,
    _finding.c.first_at,
    _finding.c.ended_run,
    _finding.c.ended_at,
)
# Of a picture: what repeats in it is most of it, and the quickest level finds that.
_LEVEL = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moved:
    """What became of findings: in a run, or of one over runs."""

    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """A run as rows, made before the transaction."""

    run: Run
    findings: Mapping[str, _Values]
    assets: Mapping[str, _Values]
    checks: Mapping[str, _Values]
    picture: bytes


class SqlAssessmentStore:
    """An `AssessmentStore` on a migrated database. `encode` makes the body of the ledger's record."""

    def __init__(self, database: Database, encode: Callable[[Event], bytes], *, bounds: Bounds = BOUNDS) -> None:
        self._database = database
        self._encode = encode
        self._bounds = bounds

    def keep(self, run: Run, *, actor: str) -> Summary:
        prepared = _prepared(run)
        with self._database.write() as connection:
            # First of all: the lock under which everything else is read and written.
            number = connection.execute(
                update(_state).values(runs=_state.c.runs + 1).returning(_state.c.runs)
            ).scalar_one()
            last = connection.execute(_newest_first(run.estate, 1)).one_or_none()
            previous = None if last is None else _summary(last[0], whole=last[1])
            turns, passages = _write_findings(connection, prepared, number, previous)
            _write_by_content(connection, _asset, _asset.c.uid, run.estate, prepared.assets, prune=True)
            # Words of checks stay: findings that were fixed name them too.
            _write_by_content(connection, _check, _check.c.id, run.estate, prepared.checks, prune=False)
            summary = summary_of(run, turns, number=number)
            connection.execute(
                insert(_run).values(
                    number=number,
                    estate=run.estate,
                    at=run.at,
                    moves=len(passages),
                    summary=written(summary),
                    picture=prepared.picture,
                    moved=_packed(_Moved(passages=passages)),
                )
            )
            _prune(connection, run.estate, self._bounds)
            outbox.leave(connection, self._encode(kept_event(summary, actor=actor)))
        return summary

    def estates(self) -> tuple[Summary, ...]:
        newest = select(func.max(_run.c.number)).group_by(_run.c.estate)
        return self._summaries(_SUMMARY.where(_run.c.number.in_(newest)).order_by(_run.c.estate))

    def newest(self, estate: str) -> Summary | None:
        return next(iter(self.runs(estate, limit=1)), None)

    def runs(self, estate: str, *, limit: int = MOST_ROWS) -> tuple[Summary, ...]:
        return self._summaries(_newest_first(estate, _bounded(limit)))

    def _summaries(self, statement: Select[bytes, bool]) -> tuple[Summary, ...]:
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        return tuple(_summary(body, whole=whole) for body, whole in rows)

    def picture(self, estate: str, run: int | None = None) -> Picture | None:
        wanted = select(_run.c.picture).where(_run.c.estate == estate)
        wanted = wanted.order_by(_run.c.number.desc()).limit(1) if run is None else wanted.where(_run.c.number == run)
        with self._database.read() as connection:
            body = connection.execute(wanted).scalar_one_or_none()
        return None if body is None else _unpacked(Picture, body)

    def findings(self, query: FindingQuery) -> FindingPage:
        wanted = _asked(query)
        with self._database.read() as connection:
            total = connection.execute(select(func.count()).select_from(_finding).where(wanted)).scalar_one()
            rows = connection.execute(
                _TRACKED.where(wanted).order_by(*_ORDER).offset(query.offset).limit(_bounded(query.limit))
            ).all()
            newest = _newest_at(connection, query.estate)
        return FindingPage(findings=tuple(_tracked(row, newest) for row in rows), total=total)

    def causes(self, query: FindingQuery) -> CausePage:
        wanted = and_(_asked(query), _finding.c.cause != "")
        worst, count = func.max(_finding.c.severity), func.count()
        with self._database.read() as connection:
            total, findings = connection.execute(
                select(func.count(distinct(_finding.c.cause)), func.count()).where(wanted)
            ).one()
            page = connection.execute(
                select(_finding.c.cause, count, worst)
                .where(wanted)
                .group_by(_finding.c.cause)
                .order_by(worst.desc(), count.desc(), _finding.c.cause)
                .offset(query.offset)
                .limit(_bounded(query.limit))
            ).all()
            place = func.row_number().over(partition_by=_finding.c.cause, order_by=_ORDER).label("place")
            ranked = (
                select(_finding.c.fingerprint, place)
                .where(wanted, _finding.c.cause.in_([row[0] for row in page]))
                .subquery()
            )
            rows = connection.execute(
                _TRACKED.join(ranked, ranked.c.fingerprint == _finding.c.fingerprint)
                .where(_finding.c.estate == query.estate, ranked.c.place <= FIRST_OF_CAUSE)
                .order_by(ranked.c.place)
            ).all()
            newest = _newest_at(connection, query.estate)
        first: dict[str, list[Tracked]] = {}
        for row in rows:
            tracked = _tracked(row, newest)
            first.setdefault(tracked.finding.cause, []).append(tracked)
        return CausePage(
            causes=tuple(
                Cause(cause=cause, count=number, worst=_SEVERITIES[rank], first=tuple(first.get(cause, ())))
                for cause, number, rank in page
            ),
            total=total,
            findings=findings,
        )

    def finding(self, estate: str, fingerprint: str) -> Tracked | None:
        if not _possible(estate, fingerprint):
            return None
        with self._database.read() as connection:
            row = connection.execute(
                _TRACKED.where(_finding.c.estate == estate, _finding.c.fingerprint == fingerprint)
            ).one_or_none()
            return None if row is None else _tracked(row, _newest_at(connection, estate))

    def history(self, estate: str, fingerprint: str) -> tuple[Passage, ...]:
        if not _possible(estate, fingerprint):
            return ()
        columns = _finding.c
        with self._database.read() as connection:
            row = connection.execute(
                select(*_OF_HISTORY).where(columns.estate == estate, columns.fingerprint == fingerprint)
            ).one_or_none()
        return () if row is None else _history(row)[::-1]

    def moves(self, estate: str, *, after: int, offset: int = 0, limit: int = MOST_ROWS) -> tuple[Passage, ...]:
        limit = _bounded(limit)
        found: list[Passage] = []
        with self._database.read() as connection:
            own = and_(_run.c.estate == estate, _run.c.number > after, _run.c.moved.is_not(None))
            counts = connection.execute(select(_run.c.number, _run.c.moves).where(own).order_by(_run.c.number)).all()
            for number, count in counts:
                if offset < count and limit > 0:
                    body = connection.execute(select(_run.c.moved).where(_run.c.number == number)).scalar_one()
                    passages = _unpacked(_Moved, body).passages[offset:][:limit]
                    found.extend(passages)
                    limit -= len(passages)
                offset = max(0, offset - count)
        return tuple(found)

    def check_words(self, estate: str) -> tuple[CheckWords, ...]:
        with self._database.read() as connection:
            bodies = connection.execute(
                select(_check.c.body).where(_check.c.estate == estate).order_by(_check.c.id)
            ).scalars()
            return tuple(read(CheckWords, body) for body in bodies)

    def checks_found(self, estate: str) -> tuple[Counted, ...]:
        wanted = and_(_finding.c.estate == estate, _finding.c.standing == Standing.OPEN.value)
        with self._database.read() as connection:
            return _counts(connection, _finding.c.check_id, wanted)

    def assets(self, query: AssetQuery) -> AssetPage:
        wanted = _asked_assets(query)
        with self._database.read() as connection:
            total = connection.execute(select(func.count()).select_from(_asset).where(wanted)).scalar_one()
            bodies = connection.execute(
                select(_asset.c.body)
                .where(wanted)
                .order_by(_asset.c.critical.desc(), _asset.c.uid)
                .offset(query.offset)
                .limit(_bounded(query.limit))
            ).scalars()
            return AssetPage(assets=tuple(read(KeptAsset, body) for body in bodies), total=total)

    def asset(self, estate: str, uid: str) -> KeptAsset | None:
        if not _possible(estate, uid):
            return None
        with self._database.read() as connection:
            body = connection.execute(
                select(_asset.c.body).where(_asset.c.estate == estate, _asset.c.uid == uid)
            ).scalar_one_or_none()
        return None if body is None else read(KeptAsset, body)

    def asset_choices(self, estate: str) -> AssetChoices:
        own = _asset.c.estate == estate
        count = select(func.count()).select_from(_asset)
        with self._database.read() as connection:
            return AssetChoices(
                kinds=_counts(connection, _asset.c.kind, own),
                providers=_counts(connection, _asset.c.provider, own),
                owners=_counts(connection, _asset.c.owner, own),
                environments=_counts(connection, _asset.c.environment, own),
                critical=connection.execute(count.where(own, _asset.c.critical)).scalar_one(),
                exposed=connection.execute(count.where(own, _asset.c.exposed)).scalar_one(),
                doubtful=connection.execute(count.where(own, _asset.c.doubtful)).scalar_one(),
            )


_SUMMARY = select(_run.c.summary, _run.c.picture.is_not(None))


def _newest_first(estate: str, limit: int) -> Select[bytes, bool]:
    return _SUMMARY.where(_run.c.estate == estate).order_by(_run.c.number.desc()).limit(limit)


def _summary(body: bytes, *, whole: bool) -> Summary:
    found = read(Summary, body)
    return found if whole else replace(found, whole=False)


def _packed(whole: object) -> bytes:
    return zlib.compress(written(whole), _LEVEL)


def _unpacked(form: type[_Form], body: bytes) -> _Form:
    return read(form, zlib.decompress(body))


def _history(row: _HistoryRow) -> tuple[Passage, ...]:
    """What became of one finding, oldest first."""
    if row.history is not None:
        return read(_Moved, row.history).passages
    verdict = Verdict(row.verdict)
    name = row.fingerprint
    begun = Passage(run=row.since_run, at=row.first_at, fingerprint=name, move=Move.INTRODUCED, verdict=verdict)
    if row.ended_run is None or row.ended_at is None:
        return (begun,)
    ended = Passage(
        run=row.ended_run, at=row.ended_at, fingerprint=name, move=Move(Standing(row.standing).value), verdict=verdict
    )
    return begun, ended


def _tracked(row: _TrackedRow, newest: datetime | None) -> Tracked:
    body, standing, first_at, since_at, last_at, ended_at = row
    return Tracked(
        finding=read(Finding, body),
        standing=Standing(standing),
        first_seen=first_at,
        since=since_at,
        last_seen=last_at or newest or since_at,
        ended=ended_at,
    )


def _newest_at(connection: Connection, estate: str) -> datetime | None:
    return connection.execute(
        select(_run.c.at).where(_run.c.estate == estate).order_by(_run.c.number.desc()).limit(1)
    ).scalar_one_or_none()


def _counts(connection: Connection, column: Column[str], wanted: ColumnElement[bool]) -> tuple[Counted, ...]:
    count = func.count()
    rows = connection.execute(
        select(column, count).where(wanted).group_by(column).order_by(count.desc(), column).limit(MOST_ROWS)
    ).all()
    return tuple(Counted(name=name, count=number) for name, number in rows)


def _bounded(limit: int) -> int:
    return max(0, min(limit, MOST_ROWS))


def _possible(*texts: str | None) -> bool:
    """No text that was kept has a null character, and PostgreSQL takes none in a question."""
    return not any(text and "\0" in text for text in texts)


def _asked(query: FindingQuery) -> ColumnElement[bool]:
    if not _possible(query.estate, query.check, query.asset, query.cause, query.text):
        return false()
    wanted: list[ColumnElement[bool]] = [_finding.c.estate == query.estate]
    if query.standing is not None:
        wanted.append(_finding.c.standing == query.standing.value)
    if query.verdicts:
        wanted.append(_finding.c.verdict.in_([verdict.value for verdict in query.verdicts]))
    if query.severities:
        wanted.append(_finding.c.severity.in_([severity.rank for severity in query.severities]))
    if query.pillar is not None:
        wanted.append(_finding.c.pillar == query.pillar.value)
    if query.check:
        wanted.append(_finding.c.check_id == query.check)
    if query.asset:
        wanted.append(_finding.c.asset == query.asset)
    if query.cause:
        wanted.append(_finding.c.cause == query.cause)
    if query.text:
        wanted.append(_finding.c.searched.contains(query.text.lower(), autoescape=True))
    if query.critical:
        wanted.append(_finding.c.critical)
    if query.new_since:
        wanted.append(_finding.c.since_run >= query.new_since)
    if query.ended_since:
        wanted.append(_finding.c.ended_run >= query.ended_since)
    return and_(*wanted)


def _asked_assets(query: AssetQuery) -> ColumnElement[bool]:
    if not _possible(query.estate, query.kind, query.provider, query.owner, query.environment, query.text):
        return false()
    wanted: list[ColumnElement[bool]] = [_asset.c.estate == query.estate]
    if query.kind:
        wanted.append(_asset.c.kind == query.kind)
    if query.provider:
        wanted.append(_asset.c.provider == query.provider)
    if query.owner is not None:
        wanted.append(_asset.c.owner == query.owner)
    if query.environment is not None:
        wanted.append(_asset.c.environment == query.environment)
    if query.critical:
        wanted.append(_asset.c.critical)
    if query.exposed:
        wanted.append(_asset.c.exposed)
    if query.doubtful:
        wanted.append(_asset.c.doubtful)
    if query.text:
        wanted.append(_asset.c.searched.contains(query.text.lower(), autoescape=True))
    return and_(*wanted)


def _prepared(run: Run) -> _Prepared:
    return _Prepared(
        run=run,
        findings={finding.fingerprint: _finding_row(finding, run.estate) for finding in run.findings},
        assets={asset.uid: _asset_row(asset, run.estate) for asset in run.assets},
        checks={words.id: _with_content({"estate": run.estate, "id": words.id}, words) for words in run.check_words},
        picture=_packed(run.picture),
    )


def _with_content(values: _Values, whole: object) -> _Values:
    body = written(whole)
    return {**values, "body": body, "content": hashlib.blake2b(body, digest_size=16).digest()}


def _finding_row(finding: Finding, estate: str) -> _Values:
    return _with_content(
        {
            "estate": estate,
            "fingerprint": finding.fingerprint,
            "standing": Standing.OPEN.value,
            "digest": finding.digest,
            "verdict": finding.verdict.value,
            "severity": finding.severity.rank,
            "pillar": finding.pillar.value,
            "check_id": finding.check,
            "address": finding.address,
            "asset": finding.asset,
            "file": finding.spot.file,
            "line": finding.spot.line,
            "cause": finding.cause,
            "critical": finding.critical,
            "searched": f"{finding.address} {finding.spot.file} {finding.check}".lower(),
        },
        finding,
    )


def _asset_row(asset: KeptAsset, estate: str) -> _Values:
    return _with_content(
        {
            "estate": estate,
            "uid": asset.uid,
            "kind": asset.kind,
            "provider": asset.provider,
            "owner": asset.owner,
            "environment": asset.environment,
            "critical": asset.critical,
            "exposed": bool(asset.exposed),
            "doubtful": bool(asset.doubt),
            "searched": asset.address.lower(),
        },
        asset,
    )


def _write_findings(
    connection: Connection, prepared: _Prepared, number: int, previous: Summary | None
) -> tuple[tuple[Turn, ...], tuple[Passage, ...]]:
    """Bring the findings of an estate to those of a run; return what moved, in the order of fingerprints."""
    run = prepared.run
    columns = _finding.c
    rows = connection.execute(
        select(
            *_OF_HISTORY,
            columns.digest,
            columns.check_id,
            columns.address,
            columns.asset,
            columns.file,
            columns.content,
        ).where(columns.estate == run.estate)
    ).all()
    stored = {row.fingerprint: row for row in rows}
    turns = difference(
        {
            name: Before(
                standing=Standing(row.standing),
                digest=row.digest,
                verdict=Verdict(row.verdict),
                check=row.check_id,
                address=row.address,
                asset=row.asset,
                file=row.file,
            )
            for name, row in stored.items()
        },
        run,
        previous=previous,
    )
    passages = {
        turn.fingerprint: Passage(
            run=number, at=run.at, fingerprint=turn.fingerprint, move=turn.move, verdict=turn.verdict
        )
        for turn in turns
    }
    began: _Values = {"since_run": number, "since_at": run.at}
    not_ended: _Values = {"last_at": None, "ended_run": None, "ended_at": None}
    fresh, back, changed, touched = [], [], [], []
    for name, values in prepared.findings.items():
        passage = passages.get(name)
        if passage is None:
            if stored[name].content != values["content"]:
                touched.append(values)
        elif passage.move is Move.INTRODUCED:
            fresh.append({**values, **began, "first_at": run.at})
        else:
            with_history: _Values = {"history": _with(passage, stored[name])}
            if passage.move is Move.RETURNED:
                back.append({**values, **began, **not_ended, **with_history})
            else:
                changed.append({**values, **with_history})
    if fresh:
        connection.execute(insert(_finding), fresh)
    for some in (back, changed, touched):
        _update(connection, _finding, ("estate", "fingerprint"), some)
    _end(connection, run, number, [passage for passage in passages.values() if passage.move in _ENDS], stored)
    # What was gone already was last seen before that.
    connection.execute(
        update(_finding)
        .where(columns.estate == run.estate, columns.ended_run == number, columns.last_at.is_(None))
        .values(last_at=previous.at if previous is not None else run.at)
    )
    return turns, tuple(passages[name] for name in sorted(passages))


_ENDS = frozenset({Move.FIXED, Move.GONE})
# Names in one statement: SQLite takes some thirty thousand values, and a statement this long is quick to read.
_NAMED = 500


def _end(
    connection: Connection, run: Run, number: int, ended: Sequence[Passage], stored: Mapping[str, _HistoryRow]
) -> None:
    """Write that findings are not open any more. Those that only began until now have no history of their own to write,
    and many of them are one statement."""
    own = _finding.c.estate == run.estate
    plain: dict[Move, list[str]] = {}
    others: list[_Values] = []
    for passage in ended:
        row = stored[passage.fingerprint]
        if row.history is None and row.ended_run is None:
            plain.setdefault(passage.move, []).append(passage.fingerprint)
        else:
            others.append(
                {
                    "estate": run.estate,
                    "fingerprint": passage.fingerprint,
                    "standing": Standing(passage.move.value).value,
                    "ended_run": number,
                    "ended_at": run.at,
                    "history": _with(passage, row),
                }
            )
    for move, names in plain.items():
        ending = update(_finding).values(standing=Standing(move.value).value, ended_run=number, ended_at=run.at)
        for start in range(0, len(names), _NAMED):
            connection.execute(ending.where(own, _finding.c.fingerprint.in_(names[start : start + _NAMED])))
    _update(connection, _finding, ("estate", "fingerprint"), others)


def _with(passage: Passage, row: _HistoryRow) -> bytes:
    """The history of a finding with one more passage."""
    return written(_Moved(passages=(*_history(row), passage)[-MOST_PASSAGES:]))


def _update(connection: Connection, table: Table, key: tuple[str, ...], rows: Sequence[_Values]) -> None:
    """Write rows anew by their key. All have the same columns."""
    if not rows:
        return
    changed = [name for name in rows[0] if name not in key]
    connection.execute(
        update(table)
        .where(*(table.c[name] == bindparam(f"key_{name}") for name in key))
        .values({name: bindparam(f"new_{name}", type_=table.c[name].type) for name in changed}),
        [
            {
                **{f"key_{name}": row[name] for name in key},
                **{f"new_{name}": row[name] for name in changed},
            }
            for row in rows
        ],
    )


def _write_by_content(
    connection: Connection, table: Table, key: Column[str], estate: str, rows: Mapping[str, _Values], *, prune: bool
) -> None:
    """Bring the rows of an estate to these. With `prune`, those that are not among them go."""
    own = table.c.estate == estate
    before = {row[0]: row[1] for row in connection.execute(select(key, table.c.content).where(own))}
    fresh = [values for name, values in rows.items() if name not in before]
    if fresh:
        connection.execute(insert(table), fresh)
    changed = [values for name, values in rows.items() if name in before and before[name] != values["content"]]
    _update(connection, table, ("estate", key.name), changed)
    gone = [name for name in before if name not in rows] if prune else []
    if gone:
        connection.execute(delete(table).where(own, key == bindparam("of")), [{"of": name} for name in gone])


def _prune(connection: Connection, estate: str, bounds: Bounds) -> None:
    """Let go what is beyond the bounds, the oldest first."""
    own = _run.c.estate == estate
    rows = connection.execute(select(_run.c.number, _run.c.moves).where(own).order_by(_run.c.number.desc())).all()
    numbers = [number for number, _ in rows]
    if len(numbers) > bounds.pictures:
        connection.execute(
            update(_run)
            .where(own, _run.c.number <= numbers[bounds.pictures], _run.c.picture.is_not(None))
            .values(picture=None)
        )
    oldest = numbers[min(len(numbers), bounds.runs) - 1]
    if len(numbers) > bounds.runs:
        connection.execute(delete(_run).where(own, _run.c.number < oldest))
    told = _oldest_told(islice(rows, bounds.runs), bounds.moves)
    connection.execute(update(_run).where(own, _run.c.number < told, _run.c.moved.is_not(None)).values(moved=None))
    ended = and_(_finding.c.estate == estate, _finding.c.standing != Standing.OPEN.value)
    connection.execute(delete(_finding).where(ended, _finding.c.ended_run < oldest))
    # The run in which the last that may stay ended: those of earlier ones go.
    last = connection.execute(
        select(_finding.c.ended_run).where(ended).order_by(_finding.c.ended_run.desc()).offset(bounds.ended).limit(1)
    ).scalar_one_or_none()
    if last is not None:
        connection.execute(delete(_finding).where(ended, _finding.c.ended_run <= last))


def _oldest_told(moves: "Iterable[Row[int, int]]", most: int) -> int:
    """The oldest run whose moves stay, of runs with their numbers of moves, newest first. The newest always does."""
    total, oldest = 0, 0
    for number, count in moves:
        total += count
        if oldest and total > most:
            break
        oldest = number
    return oldest
