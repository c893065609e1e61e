"""The check as the control plane has it, put together in one process: configuration from a directory, sessions, policies
and ledger in SQLite on disk, ES256 key, refreshed every 50 ms.

    python -m bench.assembly DIRECTORY      serves it at DIRECTORY/run/check.sock until it is told to end
"""

import asyncio
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop
from cryptography.hazmat.primitives.asymmetric import ec

from bench import estate
from watchword.adapters.sql.database import Database
from watchword.adapters.sql.ledger import SqlLedgerStore
from watchword.adapters.sql.people import SqlPeopleStore
from watchword.adapters.sql.schema import upgrade
from watchword.api.check import serve
from watchword.app.configuration import Configuration, Surroundings, read_configuration
from watchword.app.state import StateDirectory
from watchword.enforcement.gateway import AssertionSigner, Check, GatewaySnapshot, PolicyDecider
from watchword.evidence.ledger import CheckpointSigner, Ledger, VerifierKey, encode_event
from watchword.identity.people import SessionIndex
from watchword.identity.people.ports import PeopleStore
from watchword.kernel.clock import SystemClock

_ORIGIN = "watchword/bench"
# As the control plane does (`watchword.app.control_plane`).
_REFRESH_EVERY = 0.05
_SWITCH_INTERVAL = 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    check: Check
    configuration: Configuration
    store: PeopleStore
    index: SessionIndex
    ledger: Ledger
    ledger_store: SqlLedgerStore
    signer: AssertionSigner
    key: VerifierKey

    def route(self, path: str) -> str:
        """Return the id of the benchmark application's route with this path."""
        known = self.configuration.gateway.by_route.values()
        return next(r.id for a, r in known if a.name == estate.APPLICATION and r.path == path)


def prepare(directory: Path, *, application_port: int, persons: int, sessions: int) -> list[estate.Minted]:
    """Make the directory: a configuration, a database, people with sessions."""
    state = StateDirectory(directory)
    state.prepare()
    estate.write_configuration(directory / "configuration", application_port=application_port)
    database = _open(state)
    try:
        upgrade(database)
        return list(estate.mint(SqlPeopleStore(database, encode_event), persons=persons, sessions=sessions))
    finally:
        database.close()


def _open(state: StateDirectory) -> Database:
    return Database.open(f"sqlite:///{state.database}")


@contextmanager
def assembled(directory: Path) -> Iterator[Assembly]:
    state = StateDirectory(directory)
    configuration = read_configuration(directory / "configuration", Surroundings.of(state))
    clock = SystemClock()
    database = _open(state)
    try:
        store = SqlPeopleStore(database, encode_event)
        index = SessionIndex(store, clock)
        ledger_store = SqlLedgerStore(database)
        checkpoints = CheckpointSigner.from_seed(_ORIGIN, bytes(32))
        ledger = Ledger(ledger_store, checkpoints, clock, origin=_ORIGIN)
        signer = AssertionSigner(ec.generate_private_key(ec.SECP256R1()))
        check = Check(
            snapshot=GatewaySnapshot(configuration.gateway, PolicyDecider(configuration.policy_set)),
            sessions=index,
            recorder=ledger,
            signer=signer,
            clock=clock,
        )
        index.refresh()
        ledger.start()
        stop = threading.Event()
        refreshing = threading.Thread(target=_refresh, args=(index, stop), daemon=True)
        refreshing.start()
        try:
            yield Assembly(
                check=check,
                configuration=configuration,
                store=store,
                index=index,
                ledger=ledger,
                ledger_store=ledger_store,
                signer=signer,
                key=checkpoints.verifier,
            )
        finally:
            stop.set()
            refreshing.join()
            ledger.stop()
    finally:
        database.close()


def _refresh(index: SessionIndex, stop: threading.Event) -> None:
    while not stop.wait(_REFRESH_EVERY):
        index.refresh()


async def _serve(directory: Path) -> None:
    sys.setswitchinterval(_SWITCH_INTERVAL)
    with assembled(directory) as one:
        ended = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
        server = await serve(one.check, StateDirectory(directory).check_socket, refresh=one.index.refresh)
        print("ready", flush=True)
        await ended.wait()
        await server.close()


if __name__ == "__main__":
    uvloop.run(_serve(Path(sys.argv[1])))
