"""People, sessions and their index over a store in memory, with a clock that stands still and a record in a list."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from support.authenticator import Authenticator
from watchword.adapters.memory.people import MemoryPeopleStore
from watchword.identity.people import People, Person, RelyingParty, SessionIndex, Sessions, SignInResult
from watchword.identity.people.ports import PeopleStore
from watchword.kernel.clock import SettableClock
from watchword.kernel.errors import UnavailableError
from watchword.kernel.events import Event, Origin

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
RP_ID = "auth.localhost"
ORIGIN = "http://auth.localhost:8080"
SOMEWHERE = Origin(source_ip="203.0.113.7", user_agent="a browser", request_id="r-1")
E = TypeVar("E", bound=Event)


class Record:
    """Fills `identity.people.ports.Record`. `full` makes it refuse, as a ledger does that cannot write; `late` makes it
    take what comes, but not in time."""

    def __init__(self) -> None:
        self.store: PeopleStore | None = None
        self.events: list[Event] = []
        self.full = False
        self.late = False

    def admit(self) -> None:
        if self.full:
            raise UnavailableError("the record takes nothing", code="ledger.full")

    def record(self, event: Event) -> None:
        self.admit()
        self.events.append(event)

    def deliver(self) -> None:
        self.admit()
        if self.late:
            raise UnavailableError("the record is late", code="ledger.timeout")
        if isinstance(self.store, MemoryPeopleStore):
            self.events += self.store.take_published()

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def names(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


class Stopwatch:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@dataclass(slots=True)
class House:
    """Everything of one installation."""

    store: PeopleStore = field(default_factory=MemoryPeopleStore)
    clock: SettableClock = field(default_factory=lambda: SettableClock(START))
    record: Record = field(default_factory=Record)
    stopwatch: Stopwatch = field(default_factory=Stopwatch)
    roots: Sequence[bytes] = ()
    index: SessionIndex = field(init=False)
    people: People = field(init=False)
    sessions: Sessions = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self, roots: Sequence[bytes] | None = None) -> None:
        """Lose everything that is not in the store."""
        if roots is not None:
            self.roots = roots
        self.record.store = self.store
        self.index = SessionIndex(self.store, self.clock, monotonic_clock=self.stopwatch)
        self.index.refresh()
        party = RelyingParty(id=RP_ID, origin=ORIGIN, name="Watchword", attestation_roots=tuple(self.roots))
        self.people = People(self.store, self.clock, self.record, party, committed=self.index.refresh)
        self.sessions = Sessions(self.store, self.clock, self.record, committed=self.index.refresh)

    def invite(self, email: str = "alice@example.com", *, groups: frozenset[str] = frozenset()) -> str:
        _, token = self.people.invite(
            email=email, display_name="Alice Liddell", groups=groups, actor="operator", origin=SOMEWHERE
        )
        return token

    def enrol(
        self,
        email: str = "alice@example.com",
        *,
        groups: frozenset[str] = frozenset(),
        device: Authenticator | None = None,
    ) -> tuple[SignInResult, Authenticator]:
        device = device or key()
        token = self.invite(email, groups=groups)
        ceremony = self.people.begin_enrolment(token, SOMEWHERE)
        result = self.people.finish_enrolment(
            ceremony_id=ceremony.id,
            token=token,
            response=device.create(ceremony.options),
            label="key",
            origin=SOMEWHERE,
        )
        return result, device

    def sign_in(self, device: Authenticator) -> SignInResult:
        ceremony = self.people.begin_sign_in(SOMEWHERE)
        return self.people.finish_sign_in(
            ceremony_id=ceremony.id, response=device.get(ceremony.options), origin=SOMEWHERE
        )

    def person(self, email: str = "alice@example.com") -> Person:
        return self.people.person_by_email(email)


def key(**behaviour: object) -> Authenticator:
    device = Authenticator(origin=ORIGIN, rp_id=RP_ID)
    for name, value in behaviour.items():
        setattr(device, name, value)
    return device
