"""The ledger and the passes of one state directory, opened for runtime compliance; made where there is none yet.

A worker beside a running control plane and a job of a pipeline on an empty machine do the same: what is missing is
made, what is of another version is refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from watchword.adapters.sql.database import Database
from watchword.adapters.sql.ledger import SqlLedgerStore
from watchword.app.compliance.store import PassStore
from watchword.app.configuration import Configuration
from watchword.app.configuration.posture import EstateSettings
from watchword.app.keys import load_or_create
from watchword.app.runtime import LEDGER_ORIGIN, open_database, read_applied
from watchword.app.settings import Settings
from watchword.evidence.ledger import CheckpointSigner, Ledger, LedgerReader
from watchword.kernel.clock import Clock, SystemClock
from watchword.kernel.errors import InvalidInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    settings: Settings
    configuration: Configuration
    database: Database
    ledger: Ledger
    ledger_store: SqlLedgerStore
    reader: LedgerReader
    signer: CheckpointSigner
    passes: PassStore
    clock: Clock


def pass_store(settings: Settings) -> PassStore:
    return PassStore(settings.state.compliance)


@contextmanager
def open_record(settings: Settings, *, clock: Clock | None = None) -> Iterator[Record]:
    """Open what passes are kept in, with the configuration that is being served."""
    clock = clock or SystemClock()
    settings.state.prepare()
    configuration = read_applied(settings)
    keys = load_or_create(settings.state)
    fresh = configuration.database.startswith("sqlite") and not settings.state.database.exists()
    with open_database(configuration, upgraded=fresh) as database:
        signer = CheckpointSigner.from_seed(LEDGER_ORIGIN, keys.ledger_seed)
        store = SqlLedgerStore(database)
        ledger = Ledger(store, signer, clock, origin=LEDGER_ORIGIN)
        ledger.start()
        try:
            yield Record(
                settings=settings,
                configuration=configuration,
                database=database,
                ledger=ledger,
                ledger_store=store,
                reader=LedgerReader(store),
                signer=signer,
                passes=pass_store(settings),
                clock=clock,
            )
        finally:
            ledger.stop()


def estates_of(configuration: Configuration, name: str | None = None) -> tuple[EstateSettings, ...]:
    """The estates that are configured, or one of them. Raises `InvalidInputError` where there is none."""
    estates = configuration.posture.estates
    if name is None:
        if not estates:
            raise InvalidInputError(
                "no estate is configured",
                code="compliance.no-estates",
                hint="name one in watchword.yaml, under posture: estates: (docs/guides/runtime-compliance.md)",
            )
        return tuple(estates.values())
    if name not in estates:
        raise InvalidInputError(
            f"there is no estate {name!r}",
            code="compliance.no-estate",
            expected=", ".join(estates) or "an estate in watchword.yaml",
        )
    return (estates[name],)
