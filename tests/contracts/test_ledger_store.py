"""What every `LedgerStore` promises, in memory, on SQLite and on PostgreSQL; and what the ledger makes of it when
processes share a store, are killed, or the database goes away."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from support.databases import PostgreSQLServer, SqliteFiles
from support.ledger_processes import write
from support.ledgers import NOON, commit, decided, ledger, signer
from watchword.adapters.memory.ledger import MemoryLedgerStore
from watchword.adapters.sql import outbox
from watchword.adapters.sql.database import Database
from watchword.adapters.sql.ledger import SqlLedgerStore
from watchword.adapters.sql.people import SqlPeopleStore
from watchword.evidence.ledger import (
    Batch,
    Ledger,
    LedgerCorruptError,
    LedgerReader,
    LedgerStore,
    TreeHead,
    encode_event,
    verify,
)
from watchword.evidence.ledger.model import EMPTY_HEAD
from watchword.kernel.errors import UnavailableError

_KEY = signer().verifier
_SPAWN = multiprocessing.get_context("spawn")
_ROOT = Path(__file__).parents[2]

STORES = ["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Iterator[LedgerStore]:
    if request.param == "memory":
        yield MemoryLedgerStore()
        return
    if request.param == "sqlite":
        url = request.getfixturevalue("sqlite_files").create()
    else:
        url = request.getfixturevalue("postgresql").create()
    database = Database.open(url)
    yield SqlLedgerStore(database)
    database.close()
    if request.param == "postgresql":
        request.getfixturevalue("postgresql").drop(url)


def _seal(head: TreeHead, *bodies: bytes) -> tuple[Batch, TreeHead]:
    batch = Batch(
        sequence=head.batches,
        first=head.size,
        bodies=bodies,
        leaves=tuple(bytes([n]) * 32 for n in range(len(bodies))),
        note=f"note {head.batches}".encode(),
        committed_at=NOON,
    )
    assert head.committed_at == (NOON if head.batches else None)
    size = head.size + len(bodies)
    frontier = tuple(b"f" * 32 for _ in range(size.bit_count()))
    return batch, TreeHead(size=size, root=b"r" * 32, frontier=frontier, batches=head.batches + 1, committed_at=NOON)


def _seal_taken(head: TreeHead, taken: tuple[bytes, ...]) -> tuple[Batch, TreeHead]:
    return _seal(head, *taken)


def leave(store: LedgerStore, *bodies: bytes) -> None:
    """Put records into the outbox, as a change of people does."""
    if isinstance(store, MemoryLedgerStore):
        for body in bodies:
            store.leave(body)
        return
    assert isinstance(store, SqlLedgerStore)
    with store._database.write() as connection:
        for body in bodies:
            outbox.leave(connection, body)


def _fill(store: LedgerStore, *sizes: int) -> list[Batch]:
    made = []
    for size in sizes:
        bodies = tuple(f"body {n}".encode() * (n % 5) for n in range(size))
        made.append(store.append(lambda head, _, bodies=bodies: _seal(head, *bodies)))  # type: ignore[misc]  # bound now
    return made


class TestStore:
    def test_a_new_store_is_an_empty_tree(self, store: LedgerStore) -> None:
        assert store.head() == EMPTY_HEAD
        assert store.last_batch() is None
        assert store.batch(0) is None
        assert list(store.batches()) == []

    def test_what_was_appended_comes_back(self, store: LedgerStore) -> None:
        made = _fill(store, 3, 0, 1, 100)
        assert list(store.batches()) == made
        assert list(store.batches(newest_first=True)) == made[::-1]
        assert [store.batch(n) for n in range(5)] == [*made, None]
        assert store.last_batch() == made[-1]
        assert (store.head().size, store.head().batches, store.head().committed_at) == (104, 4, NOON)

    def test_the_head_is_handed_to_whoever_seals(self, store: LedgerStore) -> None:
        _fill(store, 3)
        seen: list[TreeHead] = []

        def seal(head: TreeHead, _: tuple[bytes, ...]) -> tuple[Batch, TreeHead]:
            seen.append(head)
            return _seal(head, b"x")

        store.append(seal)
        assert len(seen) == 1
        assert (seen[0].size, seen[0].batches, seen[0].root) == (3, 1, b"r" * 32)

    def test_a_seal_that_fails_stores_nothing(self, store: LedgerStore) -> None:
        _fill(store, 3)

        def fail(head: TreeHead, _: tuple[bytes, ...]) -> tuple[Batch, TreeHead]:
            raise LedgerCorruptError(f"not over {head.size}", code="ledger.fork")

        with pytest.raises(LedgerCorruptError):
            store.append(fail)
        assert store.head().size == 3
        assert len(list(store.batches())) == 1
        _fill(store, 1)
        assert store.head().size == 4

    @pytest.mark.parametrize(
        ("first", "before", "expected"),
        [
            (0, None, [0, 1, 2, 3, 4]),
            (3, None, [1, 2, 3, 4]),
            (4, None, [2, 3, 4]),
            (2, None, [0, 1, 2, 3, 4]),
            (6, None, [3, 4]),
            (7, None, [4]),
            (8, None, []),
            (0, 3, [0]),
            (0, 4, [0, 1, 2]),
            (3, 4, [1, 2]),
            (0, 0, []),
        ],
    )
    def test_a_range_is_found_by_the_records_it_holds(
        self, store: LedgerStore, first: int, before: int | None, expected: list[int]
    ) -> None:
        _fill(store, 3, 0, 3, 1, 0)  # records 0-2, none, 3-5, 6, none
        found = [b.sequence for b in store.batches(first=first, before=before)]
        assert found == expected
        assert [b.sequence for b in store.batches(first=first, before=before, newest_first=True)] == expected[::-1]

    def test_walking_goes_past_a_page_and_sees_what_is_appended_meanwhile(self, store: LedgerStore) -> None:
        _fill(store, *[1] * 70)
        walk = store.batches()
        seen = [next(walk).sequence]
        seen += [b.sequence for b in walk]
        assert seen == list(range(70))
        assert [b.sequence for b in store.batches(newest_first=True)] == list(range(69, -1, -1))

    def test_what_was_left_in_the_outbox_is_taken_once_oldest_first(self, store: LedgerStore) -> None:
        leave(store, *(f"left {n}".encode() for n in range(5)))
        assert [store.append(_seal_taken, take=n).bodies for n in (0, 2, 10, 10)] == [
            (),
            (b"left 0", b"left 1"),
            (b"left 2", b"left 3", b"left 4"),
            (),
        ]
        leave(store, b"later")
        assert store.append(_seal_taken, take=1).bodies == (b"later",)

    def test_what_a_seal_that_fails_was_given_stays_where_it_was(self, store: LedgerStore) -> None:
        leave(store, b"left")

        def fail(head: TreeHead, taken: tuple[bytes, ...]) -> tuple[Batch, TreeHead]:
            assert taken == (b"left",)
            raise LedgerCorruptError(f"not over {head.size}", code="ledger.fork")

        with pytest.raises(LedgerCorruptError):
            store.append(fail, take=10)
        assert store.append(_seal_taken, take=10).bodies == (b"left",)

    def test_of_many_who_take_each_gets_what_no_other_gets(self, store: LedgerStore) -> None:
        leave(store, *(f"{n:03}".encode() for n in range(120)))
        threads = [
            threading.Thread(target=lambda: [store.append(_seal_taken, take=7) for _ in range(6)]) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [body for batch in store.batches() for body in batch.bodies] == [f"{n:03}".encode() for n in range(120)]

    def test_threads_take_turns(self, store: LedgerStore) -> None:
        def work() -> None:
            for _ in range(10):
                store.append(lambda head, _: _seal(head, b"x", b"y"))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [(b.sequence, b.first) for b in store.batches()] == [(n, 2 * n) for n in range(40)]


class TestLedger:
    def test_it_records_reads_proves_and_verifies(self, store: LedgerStore) -> None:
        writer = ledger(store)
        writer.start()
        for n in range(300):
            writer.append(decided(n))
        writer.record(decided(300))
        writer.stop()
        assert verify(store, _KEY).records == 301
        reader = LedgerReader(store)
        assert [e.index for e in reader.page(limit=3)] == [300, 299, 298]
        reader.inclusion(123).check()

    def test_what_was_left_in_the_outbox_is_recorded_once_by_whoever_comes_first(self, store: LedgerStore) -> None:
        left = [encode_event(decided(n)) for n in range(2500)]
        leave(store, *left[:2200])
        writer, other = ledger(store), ledger(store)
        writer.start()  # at the start, before anything else, though it is more than one batch takes
        assert store.head().size == 2200
        other.start()
        leave(store, *left[2200:2400])
        writer.append(decided(9, path="/beside"))
        other.deliver()
        writer.deliver()
        assert store.head().size == 2401
        leave(store, *left[2400:])
        writer.stop()
        assert store.head().size == 2401, "nobody asked"
        other.deliver()
        other.stop()
        assert verify(store, _KEY).records == 2501
        bodies = [body for batch in store.batches() for body in batch.bodies]
        assert [body for body in bodies if b"/beside" not in body] == left

    def test_two_writers_in_one_process_interleave(self, store: LedgerStore) -> None:
        writers = [ledger(store), ledger(store)]
        for writer in writers:
            writer.start()
        for n in range(50):
            for w, writer in enumerate(writers):
                writer.record(decided(n, path=f"/{w}/{n}"))
        for writer in writers:
            writer.stop()
        assert verify(store, _KEY).records == 100


class TestProcesses:
    def test_two_writers_in_two_processes_interleave(self, database_url: str) -> None:
        processes = [_SPAWN.Process(target=write, args=(database_url, name, 200)) for name in ("a", "b")]
        for process in processes:
            process.start()
        for process in processes:
            process.join(120)
        assert [p.exitcode for p in processes] == [0, 0]
        for process in processes:
            process.close()
        database = Database.open(database_url)
        found = SqlLedgerStore(database)
        assert verify(found, _KEY).records == 400
        paths = [str(e.fields["path"]) for e in LedgerReader(found).entries()]
        for name in ("a", "b"):
            assert [p for p in paths if p.startswith(f"/{name}/")] == [f"/{name}/{n}" for n in range(200)]
        database.close()

    def test_a_killed_writer_loses_nothing_that_it_acknowledged(self, database_url: str) -> None:
        database = Database.open(database_url)
        store = SqlLedgerStore(database)
        acknowledged = 0
        for round_ in range(1, 4):
            last = self._kill_after(database_url, lines=5 * round_)
            found = verify(store, _KEY)
            # A round numbers from 0 again; each of its records up to the last acknowledged one is there, in order.
            paths = [str(e.fields["path"]) for e in LedgerReader(store).entries(acknowledged)]
            assert paths[: last + 1] == [f"/{n}" for n in range(last + 1)]
            assert len(paths) >= last + 1
            assert len(paths) == len(set(paths))
            acknowledged = found.records
        writer = ledger(store)
        writer.start()  # and the next one carries on
        writer.record(decided())
        writer.stop()
        assert verify(store, _KEY).records == acknowledged + 1
        database.close()

    @staticmethod
    def _kill_after(url: str, *, lines: int) -> int:
        with subprocess.Popen(
            [sys.executable, "-m", "support.ledger_processes", url],
            stdout=subprocess.PIPE,
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": f"{_ROOT / 'src'}{os.pathsep}{_ROOT / 'tests'}"},
        ) as process:
            assert process.stdout is not None
            last = -1
            for _ in range(lines):
                last = int(process.stdout.readline())
            process.send_signal(signal.SIGKILL)
            # What it had said by the time it died counts as well.
            for line in process.stdout:
                if line.endswith(b"\n"):
                    last = int(line)
        assert process.returncode == -signal.SIGKILL
        return last


class TestChangesOfPeople:
    """A change and what is to be recorded of it are one transaction: killed at any moment, both stand or neither."""

    def test_killed_between_the_change_and_its_record(self, database_url: str) -> None:
        process = _Changing(database_url, "stuck")
        assert process.read() == "committed"
        process.kill()
        database = Database.open(database_url)
        people, store = SqlPeopleStore(database, encode_event), SqlLedgerStore(database)
        (person,) = people.persons()
        assert person.disabled_at is not None
        assert [entry.event for entry in LedgerReader(store).entries()] == ["PersonInvited"]
        for _ in range(2):  # the second start finds nothing more
            writer = ledger(store)
            writer.start()
            assert [entry.event for entry in LedgerReader(store).entries()] == [
                "PersonInvited",
                "PersonDisabled",
                "InvitationRevoked",
            ]
            writer.stop()
        assert verify(store, _KEY).records == 3
        database.close()

    def test_killed_at_any_moment_each_change_is_recorded_once_and_nothing_else(self, database_url: str) -> None:
        acknowledged: set[str] = set()
        for round_ in range(1, 4):
            # Two at once: either may record what the other changed.
            one, two = (_Changing(database_url, f"{name}{round_}") for name in "ab")
            acknowledged |= {one.read() for _ in range(4 * round_)} | {two.read() for _ in range(3)}
            acknowledged |= {*one.kill(), *two.kill()}
        database = Database.open(database_url)
        people, store = SqlPeopleStore(database, encode_event), SqlLedgerStore(database)
        before = [str(entry.fields["email"]) for entry in LedgerReader(store).entries()]
        assert acknowledged - set(before) == set(), "what was acknowledged was in the record before it was acknowledged"
        writer = ledger(store)
        writer.start()
        writer.stop()
        recorded = [str(entry.fields["email"]) for entry in LedgerReader(store).entries()]
        assert sorted(recorded) == sorted(person.email for person in people.persons())
        assert verify(store, _KEY).records == len(recorded)
        database.close()


class _Changing:
    """A process that changes people until it is killed, and says on standard output what was acknowledged."""

    def __init__(self, url: str, name: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.ledger_processes", url, name],
            stdout=subprocess.PIPE,
            text=True,
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": f"{_ROOT / 'src'}{os.pathsep}{_ROOT / 'tests'}"},
        )

    def read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def kill(self) -> list[str]:
        """Return what it had said by the time it died."""
        self._process.send_signal(signal.SIGKILL)
        rest, _ = self._process.communicate()
        assert self._process.returncode == -signal.SIGKILL
        return rest.splitlines()


@pytest.mark.postgresql
@pytest.mark.parametrize("hard", [False, True], ids=["shut-down", "crash"])
def test_postgresql_goes_away_while_appending_and_comes_back(postgresql: PostgreSQLServer, *, hard: bool) -> None:
    url = postgresql.create()
    database = Database.open(url)
    store = SqlLedgerStore(database)
    writer = ledger(store, max_delay=120)
    writer.start()
    before = [writer.append(decided(n)) for n in range(50)]
    before[10].wait(60)
    postgresql.stop(hard=hard)
    try:
        during = [writer.append(decided(n)) for n in range(50, 100)]
        with pytest.raises(UnavailableError):
            during[-1].wait(0.3)
        assert writer.status().trouble is not None
    finally:
        postgresql.start()
    after = [writer.append(decided(n)) for n in range(100, 150)]
    assert after[-1].wait(60) == 149
    assert [t.index for t in (*before, *during, *after)] == list(range(150))
    writer.stop()
    assert verify(store, _KEY).records == 150
    paths = [e.fields["path"] for e in LedgerReader(store).entries()]
    assert paths == [f"/reports/{n}" for n in range(150)]
    database.close()
    postgresql.drop(url)


class TestDamage:
    """What somebody with access to the tables could do, or a disk that lies."""

    @pytest.mark.parametrize(
        ("statement", "code"),
        [
            ("UPDATE evidence_ledger_batch SET bodies = leaves WHERE sequence = 1", "ledger.form"),
            ("UPDATE evidence_ledger_batch SET leaves = note WHERE sequence = 1", "ledger.form"),
            ("UPDATE evidence_ledger_batch SET lengths = note WHERE sequence = 1", "ledger.form"),
            ("UPDATE evidence_ledger_batch SET count = 1 WHERE sequence = 1", "ledger.form"),
            ("UPDATE evidence_ledger_head SET frontier = root", "ledger.form"),
            ("UPDATE evidence_ledger_head SET root = frontier", "ledger.form"),
            ("DELETE FROM evidence_ledger_head", "ledger.form"),
            ("DELETE FROM evidence_ledger_batch WHERE sequence = 1", "ledger.batch"),
            ("DELETE FROM evidence_ledger_batch WHERE sequence >= 1", "ledger.truncated"),
            ("UPDATE evidence_ledger_batch SET committed_at = committed_at + 1 WHERE sequence = 1", "ledger.batch"),
        ],
    )
    def test_is_found(self, database: Database, statement: str, code: str) -> None:
        store = SqlLedgerStore(database)
        writer = ledger(store)
        for start in range(0, 9, 3):
            commit(writer, [decided(n) for n in range(start, start + 3)])
        with database.write() as connection:
            connection.execute(text(statement))
        with pytest.raises(LedgerCorruptError) as refused:
            verify(store, _KEY)
        assert refused.value.code == code
        if "sequence" in statement:
            assert refused.value.record == 3

    def test_a_head_set_back_is_not_built_on(self, database: Database) -> None:
        store = SqlLedgerStore(database)
        commit(ledger(store), [decided(0)])
        with database.write() as connection:
            connection.execute(text("UPDATE evidence_ledger_head SET batches = 0"))
        with pytest.raises(LedgerCorruptError) as refused:
            store.append(lambda head, _: _seal(head, b"x"))
        assert refused.value.code == "ledger.fork"


def test_a_full_disk_is_said_and_survived(sqlite_files: SqliteFiles) -> None:
    database = Database.open(sqlite_files.create())
    room = [60]

    @event.listens_for(database._engine, "checkout")
    def limit(connection: DBAPIConnection, *_: object) -> None:
        # Pages of 4 KiB: the file may grow to this size, as on a disk with so much room.
        connection.cursor().execute(f"PRAGMA max_page_count = {room[0]}")

    store = SqlLedgerStore(database)
    writer = ledger(store, max_delay=0.5)
    writer.start()
    for n in range(200):
        try:
            writer.record(decided(n))
        except UnavailableError:
            break
    else:
        pytest.fail("the disk did not fill up")
    assert "full" in (writer.status().trouble or "")
    with pytest.raises(UnavailableError) as refused:
        writer.append(decided())
    assert (refused.value.code, refused.value.hint) == ("ledger.behind", "Free space on the database's disk.")
    room[0] = 100_000
    _until_recorded(writer)
    writer.stop()
    assert verify(store, _KEY).records > 1
    database.close()


def _until_recorded(writer: Ledger) -> None:
    tick = threading.Event()
    for _ in range(1000):
        try:
            writer.record(decided(0, path="/room-again"))
        except UnavailableError:
            tick.wait(0.01)
        else:
            return
    raise AssertionError("the ledger did not recover")
