"""Persons: names, groups, shutting out, and who has to be left."""

from datetime import timedelta

import pytest

from support.people import SOMEWHERE, START, House, key
from watchword.identity.people import LastAdministratorError, LastPasskeyError, RelyingParty, SessionLimits
from watchword.identity.people.events import EndReason, GroupsChanged, PersonDisabled, PersonEnabled, SessionEnded
from watchword.identity.people.service import People
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.errors import InvalidInputError, NotFoundError, UnavailableError
from watchword.kernel.ids import PasskeyId, PersonId

ADMINISTRATORS = frozenset({"administrators"})


def test_nothing_is_given_while_the_record_takes_nothing_but_it_can_be_taken_away() -> None:
    house = House()
    house.invite(groups=frozenset({"staff", "finance"}))
    person = house.people.disable(house.person().id, actor="operator", origin=SOMEWHERE)
    house.record.full = True
    with pytest.raises(UnavailableError):
        house.people.enable(person.id, actor="operator", origin=SOMEWHERE)
    assert house.person().disabled_at is not None
    for groups, kept in [({"staff", "ops"}, {"staff", "finance"}), ({"staff"}, {"staff"})]:
        with pytest.raises(UnavailableError):
            house.people.set_groups(person.id, frozenset(groups), actor="operator", origin=SOMEWHERE)
        assert house.person().groups == kept
    house.record.full = False
    house.record.deliver()
    assert house.record.of(GroupsChanged)[0].after == {"staff"}


@pytest.mark.parametrize(
    "email",
    [
        "",
        "alice",
        "@example.com",
        "alice@",
        "alice@@example.com",
        "a lice@example.com",
        "alice@exa mple.com",
        "al*ce@example.com",
        "al?ce@example.com",
        "${aws:username}@example.com",
        "alice/bob@example.com",
        "alice:bob@example.com",
        ".alice@example.com",
        "alice.@example.com",
        "al..ice@example.com",
        "älice@example.com",
        "alice@exämple.com",
        "alice@example.com\n",
        "alice@-example.com",
        "alice@example..com",
        '"alice"@example.com',
        "a" * 65 + "@example.com",
        "alice@" + "a." * 130 + "com",
        "alice\0@example.com",
    ],
)
def test_an_address_that_could_mean_something_else_is_refused(email: str) -> None:
    house = House()
    if email.strip() == "alice@example.com":
        assert house.invite(email)
        assert house.person().email == "alice@example.com"
        return
    with pytest.raises(InvalidInputError) as invalid:
        house.invite(email)
    assert invalid.value.code == "person.email"
    assert not house.people.persons()


@pytest.mark.parametrize("email", ["admin@localhost", "a.b+c_d'e-f@sub.example.co", "1@2.example"])
def test_ordinary_addresses_are_accepted(email: str) -> None:
    house = House()
    house.invite(email)
    assert house.person(email).email == email


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0b", "a\u202eb", "a\ud800", "x" * 101])
def test_a_name_that_would_make_a_page_lie_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError) as invalid:
        House().people.invite(
            email="a@b.example", display_name=name, groups=frozenset(), actor="operator", origin=SOMEWHERE
        )
    assert invalid.value.code == "person.display-name"


@pytest.mark.parametrize("group", ["", "a b", "a*", "*", "a/b", "-a", "a.", "ä", "x" * 65, "a\n"])
def test_a_groups_name_is_checked(group: str) -> None:
    house = House()
    with pytest.raises(InvalidInputError) as invalid:
        house.invite(groups=frozenset({group}))
    assert invalid.value.code == "group.name"
    house.invite()
    with pytest.raises(InvalidInputError):
        house.people.set_groups(house.person().id, frozenset({group}), actor="operator", origin=SOMEWHERE)


def test_nobody_is_in_a_hundred_and_one_groups() -> None:
    with pytest.raises(InvalidInputError) as invalid:
        House().invite(groups=frozenset(f"g{number}" for number in range(101)))
    assert invalid.value.code == "group.count"


def test_a_passkeys_label_is_checked_before_anything_happens() -> None:
    house = House()
    token = house.invite()
    ceremony = house.people.begin_enrolment(token, SOMEWHERE)
    response = key().create(ceremony.options)
    with pytest.raises(InvalidInputError) as invalid:
        house.people.finish_enrolment(
            ceremony_id=ceremony.id, token=token, response=response, label="a\nb", origin=SOMEWHERE
        )
    assert invalid.value.code == "passkey.label"
    house.people.finish_enrolment(ceremony_id=ceremony.id, token=token, response=response, label=" ", origin=SOMEWHERE)
    assert house.people.passkeys(house.person().id)[0].label == "Passkey"


def test_who_is_not_there_is_not_found() -> None:
    house = House()
    nobody = PersonId("person_nobody")
    for question in (
        lambda: house.people.person(nobody),
        lambda: house.people.person_by_email("nobody@example.com"),
        lambda: house.people.disable(nobody, actor="operator", origin=SOMEWHERE),
        lambda: house.people.enable(nobody, actor="operator", origin=SOMEWHERE),
        lambda: house.people.set_groups(nobody, frozenset(), actor="operator", origin=SOMEWHERE),
        lambda: house.sessions.end_all(
            nobody, actor="operator", reason=EndReason.ENDED_BY_ADMINISTRATOR, origin=SOMEWHERE
        ),
    ):
        with pytest.raises(NotFoundError):
            question()


def test_disabling_ends_sessions_and_links_and_enabling_brings_none_back() -> None:
    house = House()
    result, device = house.enrol()
    handle, _ = house.sessions.open_handle(result.session.id, "auth.localhost")
    house.invite()
    for _ in range(2):
        assert house.people.disable(result.person.id, actor="operator", origin=SOMEWHERE).disabled_at == START
    assert house.sessions.sessions() == ()
    assert house.people.open_invitations() == ()
    assert len(house.record.of(PersonDisabled)) == 1
    assert [event.reason for event in house.record.of(SessionEnded)] == [EndReason.PERSON_DISABLED]
    for _ in range(2):
        assert house.people.enable(result.person.id, actor="operator", origin=SOMEWHERE).disabled_at is None
    assert len(house.record.of(PersonEnabled)) == 1
    assert house.sessions.sessions() == ()
    with pytest.raises(Exception, match="no session stands"):
        house.index.find(handle.digest, "auth.localhost", house.clock.now())
    assert house.sign_in(device).person.id == result.person.id


def test_groups_change_for_sessions_that_stand() -> None:
    house = House()
    result, _ = house.enrol(groups=frozenset({"staff"}))
    handle, _ = house.sessions.open_handle(result.session.id, "auth.localhost")
    changed: list[frozenset[PersonId]] = []
    house.index.on_persons_changed(changed.append)
    for _ in range(2):
        house.people.set_groups(result.person.id, frozenset({"guests"}), actor="operator", origin=SOMEWHERE)
    (event,) = house.record.of(GroupsChanged)
    assert (event.before, event.after) == (frozenset({"staff"}), frozenset({"guests"}))
    assert house.index.find(handle.digest, "auth.localhost", house.clock.now()).person.groups == {"guests"}
    assert changed == [frozenset({result.person.id})]


def test_the_last_administrator_who_can_sign_in_stays_one_unless_it_is_meant() -> None:
    house = House()
    alice, _ = house.enrol("alice@example.com", groups=ADMINISTRATORS)
    # Bob was invited and never came: he administers nothing.
    house.invite("bob@example.com", groups=ADMINISTRATORS)
    (passkey,) = house.people.passkeys(alice.person.id)
    for attempt in (
        lambda: house.people.disable(alice.person.id, actor="operator", origin=SOMEWHERE),
        lambda: house.people.set_groups(alice.person.id, frozenset(), actor="operator", origin=SOMEWHERE),
        lambda: house.people.remove_passkey(alice.person.id, passkey.id, actor="operator", origin=SOMEWHERE),
    ):
        with pytest.raises(LastAdministratorError):
            attempt()
    assert house.person().groups == ADMINISTRATORS
    assert len(house.sessions.sessions()) == 1
    house.people.set_groups(alice.person.id, ADMINISTRATORS | {"staff"}, actor="operator", origin=SOMEWHERE)
    house.enrol("bob@example.com")
    house.people.disable(alice.person.id, actor="operator", origin=SOMEWHERE)
    with pytest.raises(LastAdministratorError):
        house.people.disable(house.person("bob@example.com").id, actor="operator", origin=SOMEWHERE)
    house.people.disable(house.person("bob@example.com").id, actor="operator", origin=SOMEWHERE, even_last=True)
    assert house.person("bob@example.com").disabled_at is not None


def test_somebody_who_does_not_administer_may_always_be_disabled() -> None:
    house = House()
    house.enrol("alice@example.com", groups=ADMINISTRATORS)
    bob, _ = house.enrol("bob@example.com")
    house.people.disable(bob.person.id, actor="operator", origin=SOMEWHERE)
    assert house.person("bob@example.com").disabled_at is not None


def test_the_last_passkey_stays_unless_it_is_meant_and_removing_one_ends_the_other_sessions() -> None:
    house = House()
    first, blue = house.enrol()
    (passkey,) = house.people.passkeys(first.person.id)
    with pytest.raises(LastPasskeyError):
        house.people.remove_passkey(first.person.id, passkey.id, actor="operator", origin=SOMEWHERE)
    mine, _ = house.enrol()
    other = house.sign_in(blue)
    house.people.remove_passkey(
        first.person.id, passkey.id, actor="operator", origin=SOMEWHERE, except_session=mine.session.id
    )
    assert [session.id for session in house.sessions.sessions()] == [mine.session.id]
    assert house.record.of(SessionEnded)[-1].session_id == other.session.id
    assert house.record.names()[-2:] == ["PasskeyRemoved", "SessionEnded"]
    (left,) = house.people.passkeys(first.person.id)
    bob, _ = house.enrol("bob@example.com")
    for person, of in ((bob.person.id, left.id), (first.person.id, PasskeyId("nothing"))):
        with pytest.raises(NotFoundError):
            house.people.remove_passkey(person, of, actor="operator", origin=SOMEWHERE)
    house.people.remove_passkey(first.person.id, left.id, actor="operator", origin=SOMEWHERE, even_last=True)
    assert not house.people.passkeys(first.person.id)


@pytest.mark.parametrize(
    "limits",
    [
        {},
        {AssuranceLevel.AAL2: SessionLimits(idle=timedelta(hours=1), absolute=timedelta(hours=24))},
        {
            AssuranceLevel.AAL2: SessionLimits(idle=timedelta(hours=2), absolute=timedelta(hours=24)),
            AssuranceLevel.AAL3: SessionLimits(idle=timedelta(minutes=15), absolute=timedelta(hours=12)),
        },
        {
            AssuranceLevel.AAL2: SessionLimits(idle=timedelta(hours=1), absolute=timedelta(hours=24)),
            AssuranceLevel.AAL3: SessionLimits(idle=timedelta(minutes=15), absolute=timedelta(hours=13)),
        },
        {
            AssuranceLevel.AAL2: SessionLimits(idle=timedelta(), absolute=timedelta(hours=24)),
            AssuranceLevel.AAL3: SessionLimits(idle=timedelta(minutes=15), absolute=timedelta(hours=12)),
        },
    ],
)
def test_session_limits_may_be_tighter_than_nists_and_not_wider(
    limits: dict[AssuranceLevel, SessionLimits],
) -> None:
    house = House()
    party = RelyingParty(id="auth.localhost", origin="http://auth.localhost:8080", name="Watchword")
    with pytest.raises(InvalidInputError) as invalid:
        People(house.store, house.clock, house.record, party, limits=limits)
    assert invalid.value.code == "session.limits"
