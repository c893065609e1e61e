"""Story 4: the database is a PostgreSQL. It goes away: everything is refused. It comes back: everything passes again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.databases import PostgreSQLServer
from support.stack import Stack, running, until
from support.story import administrators_handle, ledger, write_configuration
from support.witness import Witness, witness

pytestmark = [pytest.mark.envoy, pytest.mark.browser, pytest.mark.postgresql]

HOST = "witness.localhost"


@pytest.fixture
def upstream() -> Iterator[Witness]:
    with witness() as one:
        yield one


@pytest.fixture
def stack(tmp_path: Path, upstream: Witness, postgresql: PostgreSQLServer) -> Iterator[Stack]:
    configuration = write_configuration(tmp_path / "configuration", witness_port=upstream.port)
    url = postgresql.create_empty().replace("+psycopg", "")  # as people write it
    try:
        with running(configuration=configuration, environment={"WATCHWORD_DATABASE": url}) as one:
            yield one
    finally:
        postgresql.drop(url)


def test_gone_is_closed_and_back_is_open(stack: Stack, upstream: Witness, postgresql: PostgreSQLServer) -> None:
    cookie = administrators_handle(stack, "witness")
    assert stack.get(HOST, "/privileged", cookie=cookie).status == 200

    postgresql.stop()
    try:
        until(lambda: stack.get(HOST, "/", cookie=cookie).status == 503, within=5, what="503 without a database")
        before = len(upstream.arrivals())
        replies = [stack.get(HOST, path, cookie=cookie) for path in ("/", "/privileged") * 10]
        assert {reply.status for reply in replies} == {503}
        assert len(upstream.arrivals()) == before
        said = stack.cli("person", "list")
        assert said.returncode == 1
        assert "Traceback" not in said.stderr
    finally:
        postgresql.start()

    until(lambda: stack.get(HOST, "/privileged", cookie=cookie).status == 200, within=10, what="open again by itself")
    assert stack.get(HOST, "/privileged").status == 401
    assert stack.cli("ledger", "verify").returncode == 0
    passed = {str(arrival.claims["jti"]) for arrival in upstream.arrivals() if arrival.target == "/privileged"}
    assert passed <= {str(row["request_id"]) for row in ledger(stack)}
