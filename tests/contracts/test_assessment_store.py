"""What every `AssessmentStore` keeps: in memory, in SQLite, in PostgreSQL."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from support.assessments import FIRST, HOSTILE, HOUR, asset, finding, picture, run
from watchword.adapters.memory.posture import MemoryAssessmentStore
from watchword.adapters.sql import outbox
from watchword.adapters.sql.database import Database
from watchword.adapters.sql.posture import SqlAssessmentStore
from watchword.evidence.events import AssessmentKept
from watchword.evidence.ledger import encode_event
from watchword.evidence.posture.maturity import Pillar
from watchword.evidence.posture.model import Severity, Verdict
from watchword.evidence.posture.records import (
    AssessmentStore,
    AssetQuery,
    Counted,
    FindingQuery,
    Move,
    Run,
    Spot,
    Standing,
)
from watchword.evidence.posture.records.model import BOUNDS, MOST_FINDINGS, Bounds
from watchword.evidence.posture.records.ports import FIRST_OF_CAUSE, MOST_ROWS
from watchword.kernel.errors import InvalidInputError, UnavailableError
from watchword.kernel.events import Event

STORES = ["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
EVERYTHING = FindingQuery(estate="shop", standing=None, verdicts=())


@pytest.fixture
def bounds() -> Bounds:
    return BOUNDS


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, bounds: Bounds) -> Iterator[AssessmentStore]:
    if request.param == "memory":
        yield MemoryAssessmentStore(bounds=bounds)
        return
    if request.param == "sqlite":
        url = request.getfixturevalue("sqlite_files").create()
    else:
        url = request.getfixturevalue("postgresql").create()
    database = Database.open(url)
    yield SqlAssessmentStore(database, encode_event, bounds=bounds)
    database.close()
    if request.param == "postgresql":
        request.getfixturevalue("postgresql").drop(url)


def keep(store: AssessmentStore, *runs: Run) -> list[int]:
    return [store.keep(one, actor="operator").number for one in runs]


def names(store: AssessmentStore, query: FindingQuery) -> list[str]:
    return [tracked.finding.address.rpartition(".")[2] for tracked in store.findings(query).findings]


class TestRuns:
    def test_an_estate_that_was_never_kept_answers_with_nothing(self, store: AssessmentStore) -> None:
        assert store.estates() == ()
        assert store.newest("shop") is None
        assert store.runs("shop") == ()
        assert store.picture("shop") is None
        assert store.picture("shop", 1) is None
        assert store.findings(EVERYTHING).total == 0
        assert store.causes(EVERYTHING).causes == ()
        assert store.finding("shop", "f") is None
        assert store.history("shop", "f") == ()
        assert store.moves("shop", after=0) == ()
        assert store.check_words("shop") == ()
        assert store.checks_found("shop") == ()
        assert store.assets(AssetQuery(estate="shop")).assets == ()
        assert store.asset("shop", "infra#a") is None
        assert store.asset_choices("shop").kinds == ()

    def test_a_run_comes_back_whole(self, store: AssessmentStore) -> None:
        made = run([finding("a"), finding("b", verdict=Verdict.WAIVED, waived_until="2026-09-01")], [asset("a")])
        summary = store.keep(made, actor="operator")
        assert store.newest("shop") == summary
        assert store.estates() == (summary,)
        assert (summary.number, summary.at, summary.version, summary.commit) == (1, FIRST, "1.2.3", "3f2c")
        assert (summary.verdicts, summary.severities) == (made.verdicts, made.severities)
        assert (summary.assets, summary.critical, summary.ways, summary.failing, summary.whole) == (1, 1, 1, 1, True)
        assert {function.value: stage.value for function, stage in summary.stages.items()} == {
            "data.data-access": "traditional",
            "data.data-encryption": "initial",
        }
        assert store.picture("shop") == picture() == store.picture("shop", summary.number)
        assert [tracked.finding for tracked in store.findings(EVERYTHING).findings] == list(made.findings)
        assert store.assets(AssetQuery(estate="shop")).assets == made.assets
        assert store.check_words("shop") == made.check_words

    def test_numbers_count_over_all_estates_and_estates_are_apart(self, store: AssessmentStore) -> None:
        assert keep(store, run([finding("a")]), run([finding("a")], estate="Älter"), run([], hour=1)) == [1, 2, 3]
        assert [(s.estate, s.number) for s in store.estates()] == [("shop", 3), ("Älter", 2)]
        assert [s.number for s in store.runs("shop")] == [3, 1]
        assert [s.number for s in store.runs("shop", limit=1)] == [3]
        assert store.picture("shop", 2) is None, "another estate's"
        assert store.findings(FindingQuery(estate="Älter")).total == 1
        assert store.findings(FindingQuery(estate="shop")).total == 0

    def test_texts_of_anybody_come_back_as_they_were(self, store: AssessmentStore) -> None:
        made = run(
            [finding("a", address=HOSTILE, words=HOSTILE, spot=Spot(file=HOSTILE, line=1))],
            [asset("a", uid=HOSTILE, name=HOSTILE, owner=HOSTILE)],
            estate="<b>'\"%_\\",
        )
        keep(store, made)
        assert store.findings(FindingQuery(estate=made.estate)).findings[0].finding == made.findings[0]
        assert store.asset(made.estate, HOSTILE) == made.assets[0]

    def test_the_longest_names_fit(self, store: AssessmentStore) -> None:
        estate, long = "\N{GRINNING FACE}" * 100, "".join(chr(0x1F600 + n % 64) for n in range(500))
        made = run([finding("a", check=long)], [asset("a", uid=long)], estate=estate)
        keep(store, made)
        assert store.asset(estate, long) == made.assets[0]
        assert store.check_words(estate) == made.check_words

    @pytest.mark.parametrize("name", ["", " ", " a", "a\n", "a\x00b", "\ud800", "x" * 101])
    def test_a_name_that_is_none_is_refused(self, name: str) -> None:
        with pytest.raises(InvalidInputError) as refused:
            run(estate=name)
        assert refused.value.code == "posture.estate"

    def test_two_of_one_name_are_refused(self) -> None:
        with pytest.raises(InvalidInputError):
            run([finding("a"), finding("a")])
        with pytest.raises(InvalidInputError):
            run([], [asset("a"), asset("a")])


class TestFindingsOverRuns:
    def test_one_that_stays_is_followed(self, store: AssessmentStore) -> None:
        keep(store, run([finding("a")]), run([finding("a", spot=Spot(file="infra/main.tf", line=30))], hour=1))
        (tracked,) = store.findings(EVERYTHING).findings
        assert (tracked.first_seen, tracked.since, tracked.last_seen) == (FIRST, FIRST, FIRST + HOUR)
        assert (tracked.standing, tracked.ended, tracked.finding.spot.line) == (Standing.OPEN, None, 30)
        assert [p.move for p in store.history("shop", tracked.finding.fingerprint)] == [Move.INTRODUCED]

    def test_one_that_is_not_there_any_more_is_fixed_and_keeps_when(self, store: AssessmentStore) -> None:
        keep(store, run([finding("a")]), run([finding("a")], hour=1), run([], hour=2), run([], hour=3))
        (tracked,) = store.findings(EVERYTHING).findings
        assert (tracked.standing, tracked.last_seen, tracked.ended) == (Standing.FIXED, FIRST + HOUR, FIRST + 2 * HOUR)
        assert names(store, FindingQuery(estate="shop")) == []
        passages = store.history("shop", tracked.finding.fingerprint)
        assert [(p.run, p.at, p.move) for p in passages] == [
            (3, FIRST + 2 * HOUR, Move.FIXED),
            (1, FIRST, Move.INTRODUCED),
        ]

    def test_one_that_returns_begins_anew_and_keeps_when_it_was_first_seen(self, store: AssessmentStore) -> None:
        keep(store, run([finding("a")]), run([], hour=1), run([finding("a")], hour=2))
        (tracked,) = store.findings(EVERYTHING).findings
        assert (tracked.first_seen, tracked.since, tracked.last_seen) == (FIRST, FIRST + 2 * HOUR, FIRST + 2 * HOUR)
        assert (tracked.standing, tracked.ended) == (Standing.OPEN, None)
        assert [p.move for p in store.history("shop", tracked.finding.fingerprint)] == [
            Move.RETURNED,
            Move.FIXED,
            Move.INTRODUCED,
        ]

    def test_another_value_or_verdict_is_a_change(self, store: AssessmentStore) -> None:
        keep(
            store,
            run([finding("a")]),
            run([finding("a", digest="d2")], hour=1),
            run([finding("a", digest="d2", verdict=Verdict.WAIVED)], hour=2),
        )
        assert [(p.run, p.move, p.verdict) for p in store.moves("shop", after=0)] == [
            (1, Move.INTRODUCED, Verdict.FAIL),
            (2, Move.CHANGED, Verdict.FAIL),
            (3, Move.CHANGED, Verdict.WAIVED),
        ]

    @pytest.mark.parametrize(
        ("second", "why"),
        [
            (run([], hour=1, judged=frozenset({"kms-rotation"})), "its check was not asked"),
            (
                run([finding("u", check="s3-public", verdict=Verdict.UNKNOWN, address="aws_s3_bucket.a")], hour=1),
                "unknown",
            ),
            (
                run(
                    [finding("e", check="input-readable", verdict=Verdict.ERROR, asset="", address="infra/main.tf")],
                    hour=1,
                ),
                "its file could not be read",
            ),
            (run([], hour=1, left_out=1), "there was more than is kept"),
        ],
        ids=["not-asked", "unknown", "unread", "left-out"],
    )
    def test_one_that_could_not_be_judged_is_gone_and_never_fixed(
        self, store: AssessmentStore, second: Run, why: str
    ) -> None:
        keep(store, run([finding("a")]), second)
        tracked = store.finding("shop", finding("a").fingerprint)
        assert tracked is not None
        assert tracked.standing is Standing.GONE, why
        assert (tracked.last_seen, tracked.ended) == (FIRST, FIRST + HOUR)
        # Judged again, and still not there: now it is.
        keep(store, run([], hour=2), run([], hour=3))
        tracked = store.finding("shop", finding("a").fingerprint)
        assert tracked is not None
        assert (tracked.standing, tracked.last_seen, tracked.ended) == (Standing.FIXED, FIRST, FIRST + 2 * HOUR)

    @pytest.mark.parametrize(
        "changes",
        [
            {"paths": ("infra/one",)},
            {"front_ends": ("kubernetes",)},
            {"missing": ("module.storage", "aws_s3_bucket")},
            {"assets_left_out": 1},
            {"findings": (finding("e", check="input-readable", verdict=Verdict.ERROR, asset="", address="aws"),)},
        ],
        ids=["other-paths", "other-front-ends", "module-not-fetched", "assets-left-out", "something-not-read"],
    )
    def test_one_whose_asset_is_not_there_is_fixed_only_where_all_was_looked_at(
        self, store: AssessmentStore, changes: dict[str, object]
    ) -> None:
        one = finding("b", spot=Spot(file="other.tf", line=1))
        keep(store, run([one], [asset("a"), asset("b")]))
        partial = replace(run([], [asset("a")], hour=1), **changes)  # type: ignore[arg-type]  # each its field's type
        keep(store, partial)
        tracked = store.finding("shop", one.fingerprint)
        assert tracked is not None
        assert tracked.standing is Standing.GONE
        # The same again proves no more than before; only its asset without the finding does.
        keep(store, replace(partial, at=FIRST + 2 * HOUR), run([], [asset("a")], hour=3))
        assert [p.move for p in store.history("shop", one.fingerprint)] == [Move.GONE, Move.INTRODUCED]
        keep(store, run([], [asset("a"), asset("b")], hour=4))
        assert store.history("shop", one.fingerprint)[0].move is Move.FIXED

    def test_one_whose_asset_was_removed_is_fixed_where_all_was_looked_at(self, store: AssessmentStore) -> None:
        keep(store, run([finding("b")], [asset("a"), asset("b")]), run([], [asset("a")], hour=1))
        assert store.history("shop", finding("b").fingerprint)[0].move is Move.FIXED

    def test_one_on_an_asset_that_is_there_is_fixed_whatever_else_was_looked_at(self, store: AssessmentStore) -> None:
        keep(store, run([finding("a")]), run([], hour=1, paths=("elsewhere",), front_ends=(), assets_left_out=3))
        assert store.history("shop", finding("a").fingerprint)[0].move is Move.FIXED

    def test_what_was_not_known_is_never_fixed(self, store: AssessmentStore) -> None:
        keep(store, run([finding("u", verdict=Verdict.UNKNOWN)]), run([], hour=1), run([], hour=2))
        (tracked,) = store.findings(EVERYTHING).findings
        assert (tracked.standing, tracked.ended) == (Standing.GONE, FIRST + HOUR)
        newest = store.newest("shop")
        assert newest is not None
        assert newest.moves[Move.FIXED] == 0

    def test_a_tool_whose_results_are_here_has_fixed_what_it_does_not_find(self, store: AssessmentStore) -> None:
        other = finding("t", check="checkov:CKV_AWS_1")
        keep(store, run([other]), run([], hour=1), run([], hour=2, tools=frozenset({"checkov"})))
        passages = store.history("shop", other.fingerprint)
        assert [p.move for p in passages] == [Move.FIXED, Move.GONE, Move.INTRODUCED]

    def test_a_summary_counts_the_moves_of_what_fails(self, store: AssessmentStore) -> None:
        unknown = finding("u", verdict=Verdict.UNKNOWN)
        keep(store, run([finding("a"), finding("b"), unknown]))
        summary = store.keep(run([finding("b", digest="d2"), finding("c")], hour=1), actor="operator")
        counted = {move: count for move, count in summary.moves.items() if count}
        assert counted == {Move.INTRODUCED: 1, Move.CHANGED: 1, Move.FIXED: 1}
        assert store.newest("shop") == summary

    def test_the_content_names_what_was_found_and_not_where(self, store: AssessmentStore) -> None:
        runs = [
            run([finding("a"), finding("b")]),
            run([finding("b"), finding("a", spot=Spot(file="x", line=7))], hour=1),
            run([finding("a", digest="d2"), finding("b")], hour=2),
        ]
        contents = [store.keep(one, actor="operator").content for one in runs]
        assert contents[0] == contents[1] != contents[2]


class TestAsking:
    @pytest.fixture
    def filled(self, store: AssessmentStore) -> AssessmentStore:
        keep(store, run([finding("old"), finding("closed")]))
        keep(
            store,
            run(
                [
                    finding("old"),
                    finding("low", severity=Severity.LOW, critical=False, cause="cause-2"),
                    finding("worst", severity=Severity.CRITICAL, cause="cause-2", critical=False),
                    finding(
                        "net", check="kms-rotation", pillar=Pillar.NETWORKS, cause="", spot=Spot(file="a.tf", line=9)
                    ),
                    finding("unknown", verdict=Verdict.UNKNOWN, cause=""),
                    finding("waived", verdict=Verdict.WAIVED, cause=""),
                ],
                hour=1,
            ),
        )
        return store

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({}, ["worst", "net", "old", "low"]),
            ({"severities": (Severity.LOW, Severity.CRITICAL)}, ["worst", "low"]),
            ({"pillar": Pillar.NETWORKS}, ["net"]),
            ({"check": "kms-rotation"}, ["net"]),
            ({"asset": "infra#aws_s3_bucket.old"}, ["old"]),
            ({"verdicts": (Verdict.UNKNOWN, Verdict.WAIVED)}, ["waived", "unknown"]),
            ({"verdicts": ()}, ["worst", "net", "old", "waived", "unknown", "low"]),
            ({"cause": "cause-2"}, ["worst", "low"]),
            ({"critical": True}, ["net", "old"]),
            ({"text": "BUCKET.WO"}, ["worst"]),
            ({"text": "a.tf"}, ["net"]),
            ({"text": "%"}, []),
            ({"text": "_s3_"}, ["worst", "net", "old", "low"]),
            ({"new_since": 2}, ["worst", "net", "low"]),
            ({"standing": Standing.FIXED}, ["closed"]),
            ({"standing": Standing.FIXED, "ended_since": 3}, []),
            ({"standing": None, "ended_since": 2}, ["closed"]),
            ({"offset": 1, "limit": 2}, ["net", "old"]),
            ({"limit": 0}, []),
        ],
    )
    def test_findings_by_what_they_are(
        self, filled: AssessmentStore, changes: dict[str, object], expected: list[str]
    ) -> None:
        query = replace(FindingQuery(estate="shop"), **changes)  # type: ignore[arg-type]  # each its field's type
        assert names(filled, query) == expected

    def test_a_text_that_no_database_holds_finds_nothing(self, filled: AssessmentStore) -> None:
        for name in ("check", "asset", "cause", "text"):
            query = replace(FindingQuery(estate="shop"), **{name: "a\0b"})  # type: ignore[arg-type]  # texts all
            assert (filled.findings(query).total, filled.causes(query).causes) == (0, ())
        for name in ("kind", "provider", "owner", "environment", "text"):
            asked = replace(AssetQuery(estate="shop"), **{name: "a\0b"})  # type: ignore[arg-type]  # texts all
            assert filled.assets(asked).total == 0
        assert filled.finding("shop", "a\0b") is None
        assert filled.history("shop", "a\0b") == ()
        assert filled.asset("shop", "a\0b") is None

    def test_a_page_knows_how_many_there_are(self, filled: AssessmentStore) -> None:
        assert filled.findings(FindingQuery(estate="shop", limit=1)).total == 4

    def test_causes_bring_together_what_one_edit_mends(self, filled: AssessmentStore) -> None:
        page = filled.causes(FindingQuery(estate="shop"))
        assert (page.total, page.findings) == (2, 3)
        told = [(c.cause, c.count, c.worst, [t.finding.address[14:] for t in c.first]) for c in page.causes]
        assert told == [
            ("cause-2", 2, Severity.CRITICAL, ["worst", "low"]),
            ("cause-1", 1, Severity.HIGH, ["old"]),
        ]
        second = filled.causes(FindingQuery(estate="shop", offset=1, limit=1))
        assert ([c.cause for c in second.causes], second.total) == (["cause-1"], 2)

    def test_of_a_large_cause_the_first_are_told(self, store: AssessmentStore) -> None:
        keep(store, run([finding(f"n{n:02}") for n in range(30)]))
        (cause,) = store.causes(FindingQuery(estate="shop")).causes
        assert (cause.count, len(cause.first)) == (30, FIRST_OF_CAUSE)
        assert cause.first == store.findings(FindingQuery(estate="shop", limit=FIRST_OF_CAUSE)).findings

    def test_checks_by_how_much_they_find(self, filled: AssessmentStore) -> None:
        assert filled.checks_found("shop") == (
            Counted(name="s3-public", count=5),
            Counted(name="kms-rotation", count=1),
        )

    def test_moves_page_by_page(self, filled: AssessmentStore) -> None:
        everything = filled.moves("shop", after=0)
        assert [p.run for p in everything] == [1, 1, *[2] * 6]
        assert filled.moves("shop", after=1) == everything[2:]
        assert filled.moves("shop", after=0, offset=2, limit=3) == everything[2:5]

    def test_assets_by_what_they_are(self, store: AssessmentStore) -> None:
        keep(
            store,
            run(
                [],
                [
                    asset("b", reasons=(), exposed="", doubt="a variable has no default"),
                    asset("z"),
                    asset("k", kind="key", provider="google", owner="", environment="", reasons=(), exposed=""),
                ],
            ),
        )

        def found(**changes: object) -> list[str]:
            query = replace(AssetQuery(estate="shop"), **changes)  # type: ignore[arg-type]  # each its field's type
            return [one.name for one in store.assets(query).assets]

        assert found() == ["z", "b", "k"], "what is critical first"
        assert found(kind="key") == found(provider="google") == found(owner="") == found(environment="") == ["k"]
        assert found(owner="payments") == ["z", "b"]
        assert found(critical=True) == found(exposed=True) == ["z"]
        assert found(text="BUCKET.B") == found(doubtful=True) == ["b"]
        assert found(offset=1, limit=1) == ["b"]
        choices = store.asset_choices("shop")
        assert choices.kinds == (Counted(name="object_store", count=2), Counted(name="key", count=1))
        assert choices.owners == (Counted(name="payments", count=2), Counted(name="", count=1))
        assert (choices.critical, choices.exposed, choices.doubtful) == (1, 1, 1)

    def test_assets_are_those_of_the_newest_run(self, store: AssessmentStore) -> None:
        keep(store, run([], [asset("a"), asset("b")]), run([], [asset("b", owner="x"), asset("c")], hour=1))
        found = store.assets(AssetQuery(estate="shop")).assets
        assert [(one.name, one.owner) for one in found] == [("b", "x"), ("c", "payments")]


class TestBounds:
    @pytest.fixture
    def bounds(self) -> Bounds:
        return Bounds(runs=6, pictures=2, moves=5, ended=3)

    def test_old_runs_go_and_pictures_before_them(self, store: AssessmentStore) -> None:
        keep(store, *(run([], hour=n) for n in range(8)), run([], estate="other"))
        assert [(s.number, s.whole) for s in store.runs("shop")] == [
            (8, True), (7, True), (6, False), (5, False), (4, False), (3, False)
        ]  # fmt: skip
        assert store.picture("shop", 6) is None
        assert store.picture("shop", 7) == picture()

    def test_what_was_fixed_goes_with_the_run_that_saw_it(self, store: AssessmentStore) -> None:
        keep(store, run([finding("a"), finding("b")]), run([finding("b")], hour=1))
        keep(store, *(run([finding("b")], hour=n) for n in range(2, 8)))
        assert names(store, EVERYTHING) == ["b"]
        assert store.moves("shop", after=0) == ()

    def test_of_many_that_ended_the_newest_stay(self, store: AssessmentStore) -> None:
        keep(store, run([finding(f"n{n}") for n in range(5)]))
        keep(store, *(run([finding(f"n{n}") for n in range(m, 5)], hour=m) for m in range(1, 6)))
        assert names(store, EVERYTHING) == ["n2", "n3", "n4"]

    def test_moves_go_run_by_run(self, store: AssessmentStore) -> None:
        keep(store, *(run([finding(f"n{n}") for n in range(2 * m, 2 * m + 2)], hour=m) for m in range(4)))
        assert {p.run for p in store.moves("shop", after=0)} == {4}, "four moves: with the run before it would be eight"

    def test_a_run_may_not_be_larger_than_what_is_kept(self) -> None:
        one = finding("a")
        with pytest.raises(InvalidInputError) as refused:
            run([replace(one, fingerprint=str(n)) for n in range(MOST_FINDINGS + 1)])
        assert refused.value.code == "posture.run"

    def test_a_page_has_an_end(self, store: AssessmentStore) -> None:
        keep(store, run([finding(f"n{n:04}") for n in range(MOST_ROWS + 1)]))
        assert len(store.findings(FindingQuery(estate="shop", limit=10_000)).findings) == MOST_ROWS


class TestTogether:
    def test_writers_take_turns(self, store: AssessmentStore) -> None:
        failures: list[BaseException] = []

        def write(name: str) -> None:
            try:
                keep(store, *(run([finding(f"{name}{n}")], hour=n) for n in range(5)))
            except BaseException as failure:  # noqa: BLE001 - a thread's failure is the test's
                failures.append(failure)

        threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures
        assert [s.number for s in store.runs("shop")] == list(range(15, 0, -1))
        assert store.findings(FindingQuery(estate="shop")).total == 1

    def test_the_ledger_is_told_of_each_run(self) -> None:
        told: list[Event] = []
        store = MemoryAssessmentStore(told.append)
        keep(store, run([finding("a")]))
        summary = store.keep(run([], hour=1), actor="operator")
        assert len(told) == 2
        event = told[-1]
        assert isinstance(event, AssessmentKept)
        assert (event.run, event.fixed, event.introduced, event.content) == (2, 1, 0, summary.content)


class TestDatabase:
    """What a database promises beyond."""

    def test_the_record_is_left_with_the_run(self, database: Database) -> None:
        SqlAssessmentStore(database, encode_event).keep(run([finding("a")]), actor="operator")
        with database.write() as connection:
            (body,) = outbox.take(connection, 10)
        record = json.loads(body)
        assert (record["class_uid"], record["scan"]["name"], record["num_detections"]) == (6007, "shop", 1)

    def test_a_run_whose_record_cannot_be_made_is_not_kept(self, database: Database) -> None:
        def fail(_: Event) -> bytes:
            raise UnavailableError("no record", code="test")

        with pytest.raises(UnavailableError):
            SqlAssessmentStore(database, fail).keep(run([finding("a")]), actor="operator")
        store = SqlAssessmentStore(database, encode_event)
        assert store.estates() == ()
        assert store.findings(EVERYTHING).total == 0
        assert keep(store, run([finding("a")])) == [1]

    def test_what_is_as_it_was_is_not_written(self, database: Database) -> None:
        store = SqlAssessmentStore(database, encode_event)
        keep(store, run([finding("a"), finding("b")], [asset("a")]))
        with database.write() as connection:  # a write of these would restore what is changed here
            connection.execute(text("UPDATE evidence_assessment_finding SET address = 'untouched'"))
            connection.execute(text("UPDATE evidence_assessment_asset SET kind = 'untouched'"))
        keep(store, run([finding("a"), finding("b", words="other")], [asset("a")], hour=1))
        with database.read() as connection:
            addresses = connection.execute(text("SELECT address FROM evidence_assessment_finding ORDER BY fingerprint"))
            assert [row[0] for row in addresses] == ["untouched", "aws_s3_bucket.b"]
            assert connection.execute(text("SELECT kind FROM evidence_assessment_asset")).scalar_one() == "untouched"
