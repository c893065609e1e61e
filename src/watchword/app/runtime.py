"""The services over one state directory, put together: for the command line beside or without a running control plane.

    with open_services(settings) as services:
        services.people.persons()

Everything goes through the database, so it makes no difference whether a control plane is running: it sees what was
changed here within its polling interval, and the ledger's writers take turns.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from watchword.adapters.sql.database import Database
from watchword.adapters.sql.ledger import SqlLedgerStore
from watchword.adapters.sql.people import SqlPeopleStore
from watchword.adapters.sql.schema import check, upgrade
from watchword.app import applied, control_client
from watchword.app.configuration import Configuration, Surroundings, read_configuration
from watchword.app.keys import Keys, load_or_create
from watchword.app.settings import Settings
from watchword.evidence.ledger import CheckpointSigner, Ledger, LedgerReader, encode_event
from watchword.identity.people import People, SessionIndex, Sessions
from watchword.identity.people.ports import PeopleStore
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.clock import Clock, SystemClock
from watchword.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from watchword.evidence.posture.records.ports import AssessmentStore

LEDGER_ORIGIN = "watchword/ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    settings: Settings
    clock: Clock
    keys: Keys
    configuration: Configuration
    database: Database
    people_store: PeopleStore
    people: People
    sessions: Sessions
    index: SessionIndex
    ledger_store: SqlLedgerStore
    ledger: Ledger
    reader: LedgerReader
    signer: CheckpointSigner

    @property
    def assessments(self) -> "AssessmentStore":
        # A third of a command's start would go into what most commands do not ask for.
        from watchword.adapters.sql.posture import SqlAssessmentStore

        return SqlAssessmentStore(self.database, encode_event)


def serving_settings(settings: Settings) -> Settings:
    """Fill in what the running (or last) `up` was told, where this command was not told otherwise."""
    remembered = applied.recall(settings.state)
    return settings if settings.port is not None else replace(settings, port=remembered.port)


def read_applied(settings: Settings) -> Configuration:
    """Read what is being served; what the files say where nothing was applied yet."""
    settings = serving_settings(settings)
    directory = settings.state.applied if applied.exists(settings.state) else settings.configuration
    # A copy is served; what it says of paths is meant from where the team keeps the files.
    authored = applied.recall(settings.state).configuration if directory == settings.state.applied else None
    return read_configuration(
        directory,
        Surroundings.of(settings.state, port=settings.port, database=settings.database, authored=authored),
    )


@contextmanager
def open_database(configuration: Configuration, *, upgraded: bool = False) -> Iterator[Database]:
    """Open the configured database. With `upgraded` bring it to this version's schema, else refuse an older one."""
    database = Database.open(configuration.database)
    try:
        if upgraded:
            upgrade(database)
        else:
            check(database)
        yield database
    finally:
        database.close()


@contextmanager
def open_services(settings: Settings, *, clock: Clock | None = None) -> Iterator[Services]:
    """Raise `NotFoundError` (`state.empty`) where `up` was never run here, and whatever opening the parts raises."""
    if not settings.state.keys.is_dir():
        raise NotFoundError(
            f"there is nothing in {settings.state.root} yet",
            code="state.empty",
            hint="start it once with: watchword up, or name another directory with --state DIR",
        )
    with open_database(read_applied(settings)) as database:
        services = assemble(settings, read_applied(settings), database, clock or SystemClock())
        services.ledger.start()
        try:
            yield services
        finally:
            services.ledger.stop()


def assemble(settings: Settings, configuration: Configuration, database: Database, clock: Clock) -> Services:
    """Put the services together over an open database. The ledger's writer is not started."""
    keys = load_or_create(settings.state)
    signer = CheckpointSigner.from_seed(LEDGER_ORIGIN, keys.ledger_seed)
    ledger_store = SqlLedgerStore(database)
    ledger = Ledger(ledger_store, signer, clock, origin=LEDGER_ORIGIN)
    people_store = SqlPeopleStore(database, encode_event)
    index = SessionIndex(people_store, clock)
    return Services(
        settings=settings,
        clock=clock,
        keys=keys,
        configuration=configuration,
        database=database,
        people_store=people_store,
        people=People(
            people_store,
            clock,
            ledger,
            configuration.relying_party,
            limits={AssuranceLevel.AAL2: configuration.aal2_limits, AssuranceLevel.AAL3: configuration.aal3_limits},
            committed=index.refresh,
        ),
        sessions=Sessions(people_store, clock, ledger, committed=index.refresh),
        index=index,
        ledger_store=ledger_store,
        ledger=ledger,
        reader=LedgerReader(ledger_store),
        signer=signer,
    )


def request_reload(settings: Settings) -> tuple[str, str | None, tuple[str, ...]]:
    """Ask the running control plane to serve the configuration directory; see `control_client.apply`."""
    return control_client.apply(settings.state.control_socket, settings.configuration, "operator")
