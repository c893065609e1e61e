"""What every `PeopleStore` keeps: in memory, in SQLite, in PostgreSQL."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from support.databases import PostgreSQLServer
from support.people import SOMEWHERE, House, key
from watchword.adapters.memory.people import MemoryPeopleStore
from watchword.adapters.sql import outbox
from watchword.adapters.sql.database import Database
from watchword.adapters.sql.people import SqlPeopleStore
from watchword.evidence.ledger import encode_event
from watchword.identity.people import (
    CodeRefusedError,
    InvitationRefusal,
    InvitationRefusedError,
    SessionRefused,
    SignInRefusedError,
    SignInResult,
)
from watchword.identity.people.events import EndReason, PersonDisabled, PersonEnabled
from watchword.identity.people.model import (
    CeremonyKind,
    Flow,
    Handle,
    Invitation,
    Passkey,
    PendingCeremony,
    Person,
    Session,
    SignInCode,
)
from watchword.identity.people.ports import PeopleStore
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.errors import ConflictError, RefusedError, UnavailableError
from watchword.kernel.ids import (
    CeremonyId,
    HandleId,
    InvitationId,
    PasskeyId,
    PersonId,
    SessionId,
    token_digest,
)

T = TypeVar("T")
# Microseconds, so that a store that rounds is found out.
NOW = datetime(2026, 3, 1, 9, 0, 0, 123457, tzinfo=UTC)
ALICE = Person(
    id=PersonId("person_alice"),
    email="alice@example.com",
    display_name="Älice \N{PERSON WITH BALL}",
    groups=frozenset({"staff", "administrators"}),
    created_at=NOW,
)
BOB = replace(ALICE, id=PersonId("person_bob"), email="bob@example.com", groups=frozenset())
PASSKEY = Passkey(
    id=PasskeyId("cGFzc2tleQ"),
    person_id=ALICE.id,
    public_key=b"\x00cose\xff",
    sign_count=2**32 - 1,
    aaguid="2fc0579f-8113-47ea-b116-bb5a8db9202a",
    backup_eligible=True,
    backed_up=True,
    hardware=False,
    transports=("hybrid", "internal"),
    label="my phone",
    created_at=NOW,
    attestation=(b"\x00\x01certificate", b"another\xff"),
)
INVITATION = Invitation(
    id=InvitationId("invitation_1"),
    person_id=ALICE.id,
    created_at=NOW,
    expires_at=NOW + timedelta(hours=24),
    created_by="operator",
)
SESSION = Session(
    id=SessionId("session_1"),
    person_id=ALICE.id,
    assurance=AssuranceLevel.AAL3,
    amr=("hwk", "mfa", "user"),
    hardware=True,
    auth_time=NOW,
    created_at=NOW,
    last_seen_at=NOW,
    expires_at=NOW + timedelta(hours=12),
    idle=timedelta(minutes=15),
    source_ip="2001:db8::7",
    user_agent='a "browser" \' with -- quotes',
)
HANDLE = Handle(
    id=HandleId("handle_1"),
    session_id=SESSION.id,
    host="payroll.localhost",
    digest=token_digest("cookie"),
    created_at=NOW,
)
CODE = SignInCode(
    digest=token_digest("code"),
    session_id=SESSION.id,
    host="payroll.localhost",
    nonce_digest=token_digest("nonce"),
    expires_at=NOW + timedelta(seconds=60),
)
FLOW = Flow(host="payroll.localhost", path="/a?b=c", nonce_digest=b"n" * 32, expires_at=NOW + timedelta(minutes=10))
CEREMONY = PendingCeremony(
    id=CeremonyId("ceremony_1"),
    kind=CeremonyKind.ENROLMENT,
    challenge=b"\x00" * 32,
    invitation_id=INVITATION.id,
    expires_at=NOW + timedelta(minutes=5),
)


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def again(request: pytest.FixtureRequest) -> Iterator[Callable[[], PeopleStore]]:
    """Open the same store again and again, as processes do; in memory it is the same object."""
    if request.param == "memory":
        store = MemoryPeopleStore()
        yield lambda: store
        return
    if request.param == "sqlite":
        url = request.getfixturevalue("sqlite_files").create()
    else:
        url = request.getfixturevalue("postgresql").create()
    opened: list[Database] = []

    def reopened() -> PeopleStore:
        opened.append(Database.open(url))
        return SqlPeopleStore(opened[-1], encode_event)

    yield reopened
    for database in opened:
        database.close()
    if request.param == "postgresql":
        request.getfixturevalue("postgresql").drop(url)


@pytest.fixture
def store(again: Callable[[], PeopleStore]) -> PeopleStore:
    return again()


def filled(store: PeopleStore) -> PeopleStore:
    with store.change() as change:
        change.put_person(ALICE)
        change.add_invitation(INVITATION, token_digest("link"))
        change.add_passkey(PASSKEY)
        change.put_session(SESSION)
        change.add_handle(HANDLE)
    return store


# What goes in comes out.


def test_everything_comes_back_as_it_was_also_after_a_restart(again: Callable[[], PeopleStore]) -> None:
    filled(again())
    for store in (again(), again()):
        assert store.person(ALICE.id) == ALICE
        assert store.person_by_email("alice@example.com") == ALICE
        assert list(store.persons()) == [ALICE]
        assert store.passkey(PASSKEY.id) == PASSKEY
        assert list(store.passkeys(ALICE.id)) == [PASSKEY]
        assert store.able_to_sign_in() == {ALICE.id}
        assert store.invitation(INVITATION.id) == INVITATION
        assert store.invitation_by_digest(token_digest("link")) == INVITATION
        assert list(store.open_invitations()) == [INVITATION]
        assert store.session(SESSION.id) == SESSION
        assert list(store.sessions()) == list(store.sessions(ALICE.id)) == [SESSION]
        changes = store.changes(0)
        assert (changes.persons, changes.sessions, changes.handles) == ((ALICE,), (SESSION,), (HANDLE,))
        assert changes.version == store.version() == 1


@pytest.mark.parametrize("text", ["", "nothing", "\0", "a\0b", "\ud800", "é", "' OR 1=1 --", "x" * 5000])
def test_what_is_not_there_is_none_whatever_was_asked(store: PeopleStore, text: str) -> None:
    filled(store)
    assert store.person(PersonId(text)) is None
    assert store.person_by_email(text) is None
    assert store.passkey(PasskeyId(text)) is None
    assert not store.passkeys(PersonId(text))
    assert store.invitation(InvitationId(text)) is None
    assert store.session(SessionId(text)) is None
    assert not store.sessions(PersonId(text))
    assert store.take_ceremony(CeremonyId(text)) is None
    assert store.invitation_by_digest(b"nothing") is None


def test_a_client_may_describe_itself_as_it_likes(store: PeopleStore) -> None:
    filled(store)
    with store.change() as change:
        change.put_session(replace(SESSION, id=SessionId("odd"), user_agent="a\0b\ud800c"))
    odd = store.session(SessionId("odd"))
    assert odd is not None
    assert odd.user_agent is not None
    assert odd.user_agent.startswith("a")


def test_updates_replace(store: PeopleStore) -> None:
    filled(store)
    changed = replace(ALICE, display_name="A", groups=frozenset(), disabled_at=NOW)
    used = replace(INVITATION, used_at=NOW)
    counted = replace(PASSKEY, sign_count=7, backed_up=False, hardware=True, label="old phone", last_used_at=NOW)
    ended = replace(SESSION, ended_at=NOW, end_reason="signed-out")
    with store.change() as change:
        change.put_person(changed)
        change.update_invitation(used)
        change.update_passkey(counted)
        change.put_session(ended)
    assert store.person(ALICE.id) == changed
    assert store.invitation(INVITATION.id) == used
    assert not store.open_invitations()
    assert store.passkey(PASSKEY.id) == counted
    assert store.able_to_sign_in() == frozenset()
    assert store.session(SESSION.id) == ended
    assert not store.sessions()
    with store.change() as change:
        change.remove_passkey(PASSKEY.id)
    assert store.passkey(PASSKEY.id) is None


def test_an_address_is_one_persons_and_a_credential_is_enrolled_once(store: PeopleStore) -> None:
    filled(store)
    with pytest.raises(ConflictError) as conflict, store.change() as change:
        change.put_person(replace(BOB, email=ALICE.email))
    assert conflict.value.code == "person.email-taken"

    def enrol_for_bob() -> None:
        with store.change() as change:
            change.put_person(BOB)
            change.add_passkey(replace(PASSKEY, person_id=BOB.id))

    with pytest.raises(ConflictError) as conflict:
        enrol_for_bob()
    assert conflict.value.code == "passkey.taken"
    assert store.person(BOB.id) is None


def test_order_is_by_address_and_by_age(store: PeopleStore) -> None:
    filled(store)
    later = replace(SESSION, id=SessionId("session_2"), created_at=NOW + timedelta(seconds=1))
    newer = replace(PASSKEY, id=PasskeyId("bmV3ZXI"), created_at=NOW + timedelta(seconds=1))
    with store.change() as change:
        change.put_person(replace(BOB, email="Z@example.com"))
        change.put_person(replace(BOB, id=PersonId("person_c"), email="_c@example.com"))
        change.put_session(later)
        change.add_passkey(newer)
    assert [person.email for person in store.persons()] == ["Z@example.com", "_c@example.com", "alice@example.com"]
    assert list(store.sessions()) == [later, SESSION]
    assert list(store.passkeys(ALICE.id)) == [PASSKEY, newer]


# Changes take turns, and are numbered.


def test_a_change_that_raises_leaves_no_trace(store: PeopleStore) -> None:
    filled(store)
    before = store.version()

    def change_and_fail() -> None:
        with store.change() as change:
            change.put_person(BOB)
            change.put_session(replace(SESSION, ended_at=NOW))
            change.remove_passkey(PASSKEY.id)
            raise RefusedError("no", code="no")

    with pytest.raises(RefusedError):
        change_and_fail()
    assert store.version() == before
    assert store.person(BOB.id) is None
    assert store.session(SESSION.id) == SESSION
    assert store.passkey(PASSKEY.id) == PASSKEY


def test_what_is_published_is_left_for_the_record_with_the_change_and_not_without_it(store: PeopleStore) -> None:
    def publish_and_fail() -> None:
        with store.change() as change:
            change.put_person(BOB)
            change.publish(PersonEnabled(at=NOW, actor="operator", person_id=BOB.id, email=BOB.email))
            raise RefusedError("no", code="no")

    with pytest.raises(RefusedError):
        publish_and_fail()
    with store.change() as change:
        change.publish(PersonDisabled(at=NOW, actor="operator", person_id=ALICE.id, email=ALICE.email))
        change.publish(PersonEnabled(at=NOW, actor="operator", person_id=ALICE.id, email=ALICE.email))
    assert published(store) == ["PersonDisabled", "PersonEnabled"]
    assert published(store) == []


def published(store: PeopleStore) -> list[str]:
    """Take what changes have published, as whoever records it does."""
    if isinstance(store, MemoryPeopleStore):
        return [type(event).__name__ for event in store.take_published()]
    assert isinstance(store, SqlPeopleStore)
    with store._database.write() as connection:
        taken = outbox.take(connection, 100)
    return [json.loads(body)["metadata"]["event_code"] for body in taken]


def test_a_change_sees_itself_and_nobody_sees_it_before_it_is_done(
    store: PeopleStore, again: Callable[[], PeopleStore]
) -> None:
    filled(store)
    other = again()
    with store.change() as change:
        change.put_person(BOB)
        assert change.person(BOB.id) == BOB
        assert other.person(BOB.id) is None
        assert other.version() == 1
        assert not other.changes(1).persons
    assert other.person(BOB.id) == BOB
    assert other.changes(1).persons == (BOB,)


def test_changes_since_a_number_are_those_and_no_others(store: PeopleStore) -> None:
    filled(store)
    with store.change() as change:
        change.put_person(BOB)
    with store.change() as change:
        change.put_session(replace(SESSION, ended_at=NOW, end_reason="signed-out"))
    assert store.version() == 3
    first, second = store.changes(1), store.changes(2)
    assert (first.persons, len(first.sessions), first.handles) == ((BOB,), 1, ())
    assert (second.persons, len(second.sessions)) == ((), 1)
    assert not store.changes(3).sessions
    assert (store.changes(0).complete, first.complete) == (True, False)


def test_a_store_that_went_back_can_be_numbered_on(store: PeopleStore) -> None:
    filled(store)
    with store.change() as change:
        change.raise_version(40)
        assert change.version == 41
        change.put_person(BOB)
    assert store.version() == 41
    assert store.changes(40).persons == (BOB,)


def race(*work: Callable[[], T]) -> list[T | RefusedError]:
    """Do everything at the same time; return what came of each."""
    barrier = threading.Barrier(len(work))

    def run(one: Callable[[], T]) -> T | RefusedError:
        barrier.wait(30)
        try:
            return one()
        except RefusedError as refusal:
            return refusal

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def test_changes_of_many_writers_are_all_seen_by_a_reader_that_never_stops(again: Callable[[], PeopleStore]) -> None:
    filled(again())
    writers = [again() for _ in range(3)]
    reader = again()
    seen: dict[PersonId, Person] = {}
    known = 0

    def write(store: PeopleStore, name: str) -> int:
        for number in range(8):
            with store.change() as change:
                change.put_person(replace(BOB, id=PersonId(f"{name}{number}"), email=f"{name}{number}@x"))
        return 0

    def read() -> int:
        nonlocal known
        for _ in range(40):
            changes = reader.changes(known)
            known = changes.version
            seen.update({person.id: person for person in changes.persons})
        return 0

    race(read, *(lambda s=s, n=n: write(s, n) for s, n in zip(writers, "abc", strict=True)))
    read()
    assert len(seen) == 3 * 8 + 1
    assert known == reader.version() == 25


# Taken once.


def test_what_is_pending_is_taken_once(again: Callable[[], PeopleStore]) -> None:
    store, other = again(), again()
    filled(store)
    store.add_ceremony(CEREMONY)
    store.add_ceremony(replace(CEREMONY, id=CeremonyId("c2"), kind=CeremonyKind.SIGN_IN, invitation_id=None))
    store.add_code(CODE)
    store.add_flow(b"flow", FLOW)
    assert other.flow(b"flow") == FLOW
    assert other.flow(b"other") is None
    ceremonies = race(lambda: store.take_ceremony(CEREMONY.id), lambda: other.take_ceremony(CEREMONY.id))
    assert sorted(ceremonies, key=repr) == sorted([CEREMONY, None], key=repr)
    assert store.take_ceremony(CeremonyId("c2")) is not None
    flows = race(lambda: store.take_flow(b"flow"), lambda: other.take_flow(b"flow"))
    assert sorted(flows, key=repr) == sorted([FLOW, None], key=repr)

    def take(of: PeopleStore) -> SignInCode | None:
        with of.change() as change:
            return change.take_code(CODE.digest)

    assert sorted(race(lambda: take(store), lambda: take(other)), key=repr) == sorted([CODE, None], key=repr)


def test_a_code_taken_in_a_change_that_fails_is_still_there(store: PeopleStore) -> None:
    filled(store)
    store.add_code(CODE)

    def take_and_fail() -> None:
        with store.change() as change:
            assert change.take_code(CODE.digest) == CODE
            raise RefusedError("no", code="no")

    with pytest.raises(RefusedError):
        take_and_fail()
    with store.change() as change:
        assert change.take_code(CODE.digest) == CODE


# Activity.


def test_activity_moves_forward_only_and_never_across_an_idle_gap(store: PeopleStore) -> None:
    filled(store)
    minute = timedelta(minutes=1)

    def note(at: datetime, session_id: SessionId = SESSION.id) -> datetime:
        store.note_activity({session_id: at, SessionId("unknown"): at})
        session = store.session(SESSION.id)
        assert session is not None
        return session.last_seen_at

    assert note(NOW + minute) == NOW + minute
    assert note(NOW) == NOW + minute
    assert note(NOW + 16 * minute) == NOW + minute, "idle is idle"
    assert note(NOW + 16 * minute - timedelta(microseconds=1)) == NOW + 16 * minute - timedelta(microseconds=1)
    before = store.version()
    assert note(NOW + 17 * minute) == NOW + 17 * minute
    assert store.version() == before + 1
    assert len(store.changes(before).sessions) == 1
    with store.change() as change:
        change.put_session(replace(SESSION, ended_at=NOW))
    assert note(NOW + minute) == NOW, "ended is ended"
    store.note_activity({})


def test_pruning_forgets_what_is_over_and_nothing_else(store: PeopleStore) -> None:
    filled(store)
    ended = replace(SESSION, id=SessionId("ended"), ended_at=NOW, end_reason="signed-out")
    with store.change() as change:
        change.put_session(ended)
        change.add_handle(replace(HANDLE, digest=b"ended", session_id=ended.id))
    store.add_ceremony(CEREMONY)
    store.add_code(CODE)
    store.add_flow(b"flow", FLOW)
    store.prune(pending_before=NOW, sessions_before=NOW)
    assert store.session(ended.id) == ended
    store.prune(pending_before=NOW + timedelta(minutes=6), sessions_before=NOW + timedelta(seconds=1))
    assert store.take_ceremony(CEREMONY.id) is None
    assert store.flow(b"flow") == FLOW
    assert store.session(ended.id) is None
    changes = store.changes(0)
    assert changes.sessions == (SESSION,)
    assert changes.handles == (HANDLE,)
    with store.change() as change:
        assert change.take_code(CODE.digest) is None


# The use cases, raced.


def test_of_two_who_hold_the_same_link_exactly_one_enrols(again: Callable[[], PeopleStore]) -> None:
    first = House(store=again())
    token = first.invite()
    second = House(store=again())

    def attempt(house: House) -> Callable[[], SignInResult]:
        ceremony = house.people.begin_enrolment(token, SOMEWHERE)
        response = key().create(ceremony.options)
        return lambda: house.people.finish_enrolment(
            ceremony_id=ceremony.id, token=token, response=response, label="", origin=SOMEWHERE
        )

    came = race(attempt(first), attempt(second))
    winners = [one for one in came if isinstance(one, SignInResult)]
    losers = [one for one in came if isinstance(one, InvitationRefusedError)]
    assert (len(winners), len(losers)) == (1, 1)
    assert losers[0].reason is InvitationRefusal.USED
    assert len(first.people.passkeys(first.person().id)) == 1
    assert [session.id for session in first.sessions.sessions()] == [winners[0].session.id]


def test_of_two_who_hold_the_same_code_exactly_one_gets_in(again: Callable[[], PeopleStore]) -> None:
    first = House(store=again())
    result, _ = first.enrol()
    second = House(store=again())
    code = first.sessions.issue_code(result.session.id, "payroll.localhost", token_digest("nonce"))
    came = race(*(lambda h=h: h.sessions.redeem_code(code, "payroll.localhost", "nonce") for h in (first, second)))
    assert sum(isinstance(one, tuple) for one in came) == 1
    assert sum(isinstance(one, CodeRefusedError) for one in came) == 1


def test_of_a_key_and_its_clone_that_say_the_same_count_exactly_one_signs_in(
    again: Callable[[], PeopleStore],
) -> None:
    first = House(store=again())
    _, device = first.enrol()
    second = House(store=again())

    def attempt(house: House) -> Callable[[], SignInResult]:
        ceremony = house.people.begin_sign_in(SOMEWHERE)
        response = device.get(ceremony.options, sign_count=2)
        return lambda: house.people.finish_sign_in(ceremony_id=ceremony.id, response=response, origin=SOMEWHERE)

    came = race(attempt(first), attempt(second))
    assert sum(isinstance(one, SignInResult) for one in came) == 1
    assert sum(isinstance(one, SignInRefusedError) for one in came) == 1


def test_a_session_ended_by_one_process_is_refused_by_another_after_a_refresh(
    again: Callable[[], PeopleStore],
) -> None:
    here, there = House(store=again()), House(store=again())
    result, _ = here.enrol()
    handle, _ = here.sessions.open_handle(result.session.id, "auth.localhost")
    there.index.refresh()
    assert there.index.find(handle.digest, "auth.localhost", there.clock.now()).session.id == result.session.id
    revoked: list[tuple[SessionId, str]] = []
    there.index.on_revoked(lambda session_id, reason, _: revoked.append((session_id, reason)))
    here.sessions.end(result.session.id, actor="operator", reason=EndReason.ENDED_BY_ADMINISTRATOR, origin=SOMEWHERE)
    there.index.refresh()
    with pytest.raises(SessionRefused):
        there.index.find(handle.digest, "auth.localhost", there.clock.now())
    assert revoked == [(result.session.id, "ended-by-administrator")]


def test_sessions_and_their_activity_survive_a_restart(again: Callable[[], PeopleStore]) -> None:
    house = House(store=again())
    result, _ = house.enrol()
    handle, _ = house.sessions.open_handle(result.session.id, "auth.localhost")
    house.clock.advance(timedelta(minutes=59))
    house.index.find(handle.digest, "auth.localhost", house.clock.now())
    assert house.index.flush_activity() == 1
    restarted = House(store=again(), clock=house.clock)
    house.clock.advance(timedelta(minutes=59))
    assert restarted.index.find(handle.digest, "auth.localhost", house.clock.now()).session.id == result.session.id
    house.clock.advance(timedelta(minutes=60))
    with pytest.raises(SessionRefused):
        House(store=again(), clock=house.clock).index.find(handle.digest, "auth.localhost", house.clock.now())


@pytest.mark.postgresql
def test_a_database_that_is_gone_is_unavailable_and_comes_back(postgresql: PostgreSQLServer) -> None:
    url = postgresql.create()
    database = Database.open(url)
    house = House(store=SqlPeopleStore(database, encode_event))
    result, device = house.enrol()
    handle, _ = house.sessions.open_handle(result.session.id, "auth.localhost")
    try:
        postgresql.stop(hard=True)
        questions: list[Callable[[], object]] = [
            house.index.refresh,
            house.people.persons,
            lambda: house.people.begin_sign_in(SOMEWHERE),
            lambda: house.sessions.end(
                result.session.id, actor="operator", reason=EndReason.SIGNED_OUT, origin=SOMEWHERE
            ),
        ]
        for question in questions:
            with pytest.raises(UnavailableError):
                question()
        house.stopwatch.at += 1
        assert house.index.stale(house.stopwatch.at), "what cannot be asked about is not believed for long"
    finally:
        postgresql.start()
    house.index.refresh()
    assert not house.index.stale(house.stopwatch.at)
    assert house.index.find(handle.digest, "auth.localhost", house.clock.now()).person.email == "alice@example.com"
    assert house.sign_in(device).person.email == "alice@example.com"
    database.close()
    postgresql.drop(url)
