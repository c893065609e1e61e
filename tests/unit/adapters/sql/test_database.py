"""One database, two kinds: what `Database` and the migrations promise on both."""

import multiprocessing
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import text

from support.databases import PostgreSQLServer
from watchword.adapters.sql import schema
from watchword.adapters.sql.database import Database, sqlite_url
from watchword.adapters.sql.schema import check, revisions, upgrade
from watchword.adapters.sql.tables import metadata
from watchword.kernel.errors import ConflictError, DefectError, InvalidInputError, UnavailableError

_SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "new.db")
        return
    server: PostgreSQLServer = request.getfixturevalue("postgresql")
    url = server.create_empty()
    yield url
    server.drop(url)


def _upgrade(url: str, ready: Barrier) -> None:
    database = Database.open(url)
    ready.wait(30)
    upgrade(database)
    check(database)
    database.close()


class TestTransactions:
    def test_what_was_written_is_read(self, database: Database) -> None:
        with database.write() as connection:
            connection.execute(text("UPDATE evidence_ledger_head SET batches = 7"))
        with database.read() as connection:
            assert connection.execute(text("SELECT batches FROM evidence_ledger_head")).scalar_one() == 7

    def test_a_block_that_raises_leaves_nothing_behind(self, database: Database) -> None:
        with pytest.raises(LookupError), database.write() as connection:  # noqa: PT012 - the block is what is tested
            connection.execute(text("UPDATE evidence_ledger_head SET batches = 7"))
            raise LookupError
        with database.read() as connection:
            assert connection.execute(text("SELECT batches FROM evidence_ledger_head")).scalar_one() == 0

    def test_a_reader_sees_one_snapshot(self, database: Database) -> None:
        query = text("SELECT batches FROM evidence_ledger_head")
        with database.read() as reader:
            assert reader.execute(query).scalar_one() == 0
            with database.write() as writer:
                writer.execute(text("UPDATE evidence_ledger_head SET batches = 7"))
            assert reader.execute(query).scalar_one() == 0

    def test_a_reader_cannot_write(self, database: Database) -> None:
        with pytest.raises(UnavailableError) as refused, database.read() as connection:
            connection.execute(text("UPDATE evidence_ledger_head SET batches = 7"))
        assert refused.value.code == "database.unavailable"
        with database.write() as connection:  # and the connection that it used is as good as before
            connection.execute(text("UPDATE evidence_ledger_head SET batches = 8"))

    def test_a_broken_rule_is_a_conflict(self, database: Database) -> None:
        with pytest.raises(ConflictError) as refused, database.write() as connection:
            connection.execute(
                text(
                    "INSERT INTO evidence_ledger_head (id, batches, size, root, frontier) SELECT id, 0, 0, root, root FROM evidence_ledger_head"
                )
            )
        assert refused.value.code == "database.integrity"

    def test_a_wrong_statement_is_our_defect(self, database: Database) -> None:
        with pytest.raises(DefectError), database.read() as connection:
            connection.execute(text("SELECT nothing FROM nowhere"))

    def test_writers_wait_for_each_other_but_not_for_ever(self, database_url: str) -> None:
        database = Database.open(database_url, lock_timeout=timedelta(milliseconds=200))
        update = text("UPDATE evidence_ledger_head SET batches = batches + 1")
        with database.write() as connection:
            connection.execute(update)
            with pytest.raises(UnavailableError), database.write() as second:
                second.execute(update)
        with database.read() as connection:
            assert connection.execute(text("SELECT batches FROM evidence_ledger_head")).scalar_one() == 1
        database.close()


class TestSchema:
    def test_a_new_database_is_old_until_it_is_upgraded(self, empty_url: str) -> None:
        database = Database.open(empty_url)
        with pytest.raises(ConflictError) as refused:
            check(database)
        assert refused.value.code == "database.schema.old"
        assert "watchword up" in (refused.value.hint or "")
        upgrade(database)
        check(database)
        upgrade(database)
        database.close()

    def test_a_newer_database_is_refused_and_left_alone(self, database: Database) -> None:
        with database.write() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        for act in (check, upgrade):
            with pytest.raises(ConflictError) as refused:
                act(database)
            assert refused.value.code == "database.schema.new"
            assert refused.value.found == "9999"

    def test_two_processes_may_upgrade_at_once(self, empty_url: str) -> None:
        ready = _SPAWN.Barrier(2)
        processes = [_SPAWN.Process(target=_upgrade, args=(empty_url, ready)) for _ in range(2)]
        for process in processes:
            process.start()
        for process in processes:
            process.join(60)
        assert [p.exitcode for p in processes] == [0, 0]
        for process in processes:
            process.close()

    def test_the_names_of_the_files_are_the_steps_that_alembic_takes(self) -> None:
        from alembic.script import ScriptDirectory

        script = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
        assert [step.revision for step in script.walk_revisions()] == list(revisions())[::-1]

    def test_a_database_of_the_version_before_is_brought_along_with_what_is_in_it(self, empty_url: str) -> None:
        from alembic import command

        database = Database.open(empty_url)
        with database.write() as connection:
            command.upgrade(schema._configuration(connection), revisions()[-2])
            connection.execute(text("UPDATE evidence_ledger_head SET batches = 7"))
        with pytest.raises(ConflictError) as refused:
            check(database)
        assert refused.value.code == "database.schema.old"
        upgrade(database)
        check(database)
        with database.read() as connection:
            assert connection.execute(text("SELECT batches FROM evidence_ledger_head")).scalar_one() == 7
        database.close()

    def test_the_migrations_make_the_tables_that_the_code_describes(self, database: Database) -> None:
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        import watchword.adapters.sql.posture  # noqa: F401 - it has tables of its own

        with database.read() as connection:
            context = MigrationContext.configure(connection)
            ours = [d for d in compare_metadata(context, metadata) if "evidence_" in str(d)]
        assert not ours


class TestOpening:
    @pytest.mark.parametrize("url", ["", "nonsense", "mysql://me:secret@host/db", "sqlite://", "sqlite:///:memory:"])
    def test_other_urls_are_refused_without_repeating_a_password(self, url: str) -> None:
        with pytest.raises(InvalidInputError) as refused:
            Database.open(url)
        assert refused.value.code == "database.url"
        assert "secret" not in str(refused.value)

    def test_a_password_is_never_shown(self) -> None:
        database = Database.open("postgresql+psycopg://me:secret@127.0.0.1:1/db")
        assert "secret" not in database.url
        with pytest.raises(UnavailableError) as refused, database.read():
            pass
        assert "secret" not in str(refused.value)
        database.close()

    def test_the_file_is_private(self, tmp_path: Path) -> None:
        database = Database.open(sqlite_url(tmp_path / "private.db"))
        upgrade(database)
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()}
        database.close()
        assert set(modes.values()) == {0o600}
        assert "private.db-wal" in modes

    def test_another_process_that_comes_and_goes_does_not_take_the_log_away(self, tmp_path: Path) -> None:
        """Closing any descriptor of the file in this process would drop SQLite's locks on it: then whoever closes the
        database next, elsewhere, believes itself the last, removes the log under us, and both write on past each other."""
        url = sqlite_url(tmp_path / "shared.db")
        database = Database.open(url)
        upgrade(database)
        with database.write() as connection:
            connection.execute(text("CREATE TABLE story (who TEXT)"))
        # Two at once: the pool has to open a second connection while the first one is open.
        with database.read() as first, database.read() as second:
            assert first.execute(text("SELECT count(*) FROM story")).scalar_one() == 0
            assert second.execute(text("SELECT count(*) FROM story")).scalar_one() == 0
        for number in range(3):
            visit = (
                "import sqlite3, sys\n"
                "connection = sqlite3.connect(sys.argv[1], timeout=10)\n"
                "connection.execute('INSERT INTO story VALUES (?)', (sys.argv[2],))\n"
                "connection.commit()\n"
                "connection.close()\n"
            )
            subprocess.run([sys.executable, "-c", visit, str(tmp_path / "shared.db"), f"visitor {number}"], check=True)
            assert (tmp_path / "shared.db-wal").exists()
            with database.write() as connection:
                connection.execute(text("INSERT INTO story VALUES ('host')"))
            with database.read() as connection:
                assert connection.execute(text("SELECT count(*) FROM story")).scalar_one() == 2 * (number + 1)
                assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        database.close()

    def test_a_file_name_may_hold_what_a_url_may_not(self, tmp_path: Path) -> None:
        path = tmp_path / "50% of what? #1.db"
        database = Database.open(sqlite_url(path))
        upgrade(database)
        database.close()
        assert path.exists()

    def test_a_missing_directory_says_what_to_do(self, tmp_path: Path) -> None:
        database = Database.open(sqlite_url(tmp_path / "nowhere" / "watchword.db"))
        with pytest.raises(UnavailableError) as refused, database.read():
            pass
        assert refused.value.hint is not None
        database.close()

    def test_another_programs_file_is_not_touched(self, tmp_path: Path) -> None:
        path = tmp_path / "notes.db"
        path.write_text("shopping: milk, bread\n" * 100)
        database = Database.open(sqlite_url(path))
        with pytest.raises(UnavailableError) as refused:
            upgrade(database)
        database.close()
        assert "not a database" in str(refused.value)
        assert path.read_text().startswith("shopping")


@pytest.mark.postgresql
def test_postgresql_may_go_and_come_back(postgresql: PostgreSQLServer) -> None:
    url = postgresql.create()
    database = Database.open(url)
    query = text("SELECT size FROM evidence_ledger_head")
    with database.read() as connection:
        assert connection.execute(query).scalar_one() == 0
    postgresql.stop()
    try:
        with pytest.raises(UnavailableError), database.read() as connection:
            connection.execute(query)
    finally:
        postgresql.start()
    with database.read() as connection:
        assert connection.execute(query).scalar_one() == 0
    database.close()
    postgresql.drop(url)
