"""What every test may ask for: a database of each kind, fresh and with today's tables."""

from collections.abc import Iterator

import pytest

from support.databases import PostgreSQLMissingError, PostgreSQLServer, SqliteFiles, running_postgresql
from watchword.adapters.sql.database import Database

pytest_plugins = ["support.declared_skips", "support.properties"]

DATABASES = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQLServer]:
    """A real PostgreSQL, one a test process. A test that stops it starts it again."""
    try:
        server = running_postgresql()
        running = server.__enter__()
    except PostgreSQLMissingError as missing:
        pytest.skip(f"no-postgresql: {missing}")
    try:
        yield running
    finally:
        server.__exit__(None, None, None)


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a fresh, migrated database."""
    if request.param == "sqlite":
        files: SqliteFiles = request.getfixturevalue("sqlite_files")
        yield files.create()
        return
    server: PostgreSQLServer = request.getfixturevalue("postgresql")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh, migrated database of each kind."""
    opened = Database.open(database_url)
    yield opened
    opened.close()
