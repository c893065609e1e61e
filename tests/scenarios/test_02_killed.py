"""Story 2: any process is killed at any moment, under traffic.

Nothing passes undecided, it comes back by itself within five seconds, and every record that was acknowledged is there.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.stack import Stack, command_line, running, until
from support.story import administrators_handle, ledger, write_configuration
from support.traffic import Traffic, traffic
from support.witness import Witness, witness

pytestmark = [pytest.mark.envoy, pytest.mark.browser]

HOST = "witness.localhost"
BACK_WITHIN = 5.0


@pytest.fixture
def upstream() -> Iterator[Witness]:
    with witness() as one:
        yield one


@pytest.fixture
def stack(tmp_path: Path, upstream: Witness) -> Iterator[Stack]:
    with running(configuration=write_configuration(tmp_path / "configuration", witness_port=upstream.port)) as one:
        yield one


@pytest.mark.parametrize("victim", ["control_plane", "envoy"])
def test_killed_under_traffic(stack: Stack, upstream: Witness, victim: str) -> None:
    cookie = administrators_handle(stack, "witness")
    with (
        traffic(stack, HOST, "/privileged", cookie=cookie) as alice,
        traffic(stack, HOST, "/stranger", cookie=None) as stranger,
    ):
        until(lambda: len(_passed(alice)) > 20, within=20, what="requests pass before the kill")
        for _ in range(2):
            _kill_and_wait(stack, victim, alice)

    _nothing_passed_undecided(alice, stranger, upstream)
    _everything_that_passed_is_in_the_ledger(stack, upstream)


def test_everything_is_killed_at_once(stack: Stack, upstream: Witness) -> None:
    """A power cut: then the next start goes on where the last one was, with the same sessions."""
    cookie = administrators_handle(stack, "witness")
    with traffic(stack, HOST, "/privileged", cookie=cookie) as alice:
        until(lambda: len(_passed(alice)) > 20, within=20, what="requests pass before the cut")
        stack.kill_all()
    stack.stop()
    stack.start()
    assert stack.ready.invitation is None
    assert stack.get(HOST, "/privileged", cookie=cookie).status == 200
    assert stack.get(HOST, "/privileged").status == 401
    _everything_that_passed_is_in_the_ledger(stack, upstream)


def test_the_children_do_not_outlive_a_killed_supervisor(stack: Stack) -> None:
    supervisor, *children = stack.processes()
    os.kill(supervisor, 9)
    until(lambda: not any(map(command_line, children)), within=10, what="the children leave")
    with pytest.raises(OSError, match="refused"):
        stack.get(HOST, "/")


def _kill_and_wait(stack: Stack, victim: str, alice: Traffic) -> None:
    killed = stack.kill(victim)
    instant = time.monotonic()
    until(lambda: stack.pid_of(victim) not in {None, killed}, within=BACK_WITHIN, what=f"a new {victim}")
    until(lambda: _passed_since(alice, instant + 0.05), within=BACK_WITHIN, what="requests pass again")


def _passed(one: Traffic) -> list[float]:
    return [answer.asked for answer in one.answers if answer.status == 200]


def _passed_since(one: Traffic, instant: float) -> bool:
    return any(answer.status == 200 for answer in one.since(instant))


def _nothing_passed_undecided(alice: Traffic, stranger: Traffic, upstream: Witness) -> None:
    assert {answer.status for answer in alice.answers} <= {200, 503, 0}
    assert {answer.status for answer in stranger.answers} <= {401, 503, 0}
    assert len(stranger.answers) > 20
    arrivals = upstream.arrivals()
    assert [arrival.target for arrival in arrivals if arrival.target.startswith("/stranger")] == []
    assert [arrival for arrival in arrivals if not arrival.claims.get("jti")] == []


def _everything_that_passed_is_in_the_ledger(stack: Stack, upstream: Witness) -> None:
    verified = stack.cli("ledger", "verify")
    assert verified.returncode == 0, verified.stderr
    passed = {str(arrival.claims["jti"]) for arrival in upstream.arrivals() if arrival.target.startswith("/privileged")}
    assert passed
    assert passed - {str(row["request_id"]) for row in ledger(stack)} == set()
