"""Persons: who there is, what they sign in with, which groups they are in; inviting, disabling, enabling."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response
from starlette.routing import Route

from watchword.console.access import Reach, reach_of
from watchword.console.applications.page import PersonReach
from watchword.console.desk import Desk, Visit, see_other
from watchword.console.ports import Running
from watchword.console.sessions.lines import SessionLine, session_line
from watchword.identity.people.events import EndReason
from watchword.kernel.errors import InvalidInputError
from watchword.kernel.ids import InvitationId, PasskeyId, PersonId

_GROUP = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LIFETIMES = {"1": timedelta(hours=1), "24": timedelta(hours=24), "72": timedelta(hours=72)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    id: str
    email: str
    display_name: str
    groups: tuple[str, ...]
    disabled: bool
    passkeys: int
    sessions: int
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationLine:
    id: str
    email: str
    display_name: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    expired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleView:
    people: tuple[PersonLine, ...]
    invitations: tuple[InvitationLine, ...]
    groups: tuple[str, ...]
    text: str
    problem: str
    email: str
    display_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedView:
    email: str
    display_name: str
    link: str
    expires_at: datetime
    further: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyLine:
    id: str
    label: str
    hardware: bool
    synced: bool
    created_at: datetime
    last_used_at: datetime | None
    aaguid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    line: PersonLine
    created_at: datetime
    disabled_at: datetime | None
    passkeys: tuple[PasskeyLine, ...]
    sessions: tuple[SessionLine, ...]
    groups: tuple[tuple[str, bool], ...]
    applications: tuple[tuple[str, PersonReach], ...]
    themselves: bool


def routes(desk: Desk) -> Sequence[Route]:
    def listing(visit: Visit) -> Response:
        return _listing(desk, visit)

    def detail(visit: Visit) -> Response:
        return _detail(desk, visit)

    def invite(visit: Visit) -> Response:
        return _invite(desk, visit)

    def disable(visit: Visit) -> Response:
        person = _person_id(visit)
        desk.people.disable(person, actor=visit.actor, origin=visit.client)
        return see_other(f"/people/{person}", done="person-disabled")

    def enable(visit: Visit) -> Response:
        person = _person_id(visit)
        desk.people.enable(person, actor=visit.actor, origin=visit.client)
        return see_other(f"/people/{person}", done="person-enabled")

    def set_groups(visit: Visit) -> Response:
        person = _person_id(visit)
        desk.people.set_groups(person, _groups(visit), actor=visit.actor, origin=visit.client)
        return see_other(f"/people/{person}", done="groups-changed")

    def remove_passkey(visit: Visit) -> Response:
        person = _person_id(visit)
        desk.people.remove_passkey(
            person,
            PasskeyId(visit.parameters["passkey"]),
            actor=visit.actor,
            origin=visit.client,
            except_session=visit.viewer.session_id if visit.viewer.person_id == person else None,
        )
        return see_other(f"/people/{person}", done="passkey-removed")

    def end_sessions(visit: Visit) -> Response:
        person = _person_id(visit)
        own = visit.viewer.person_id == person
        desk.sessions.end_all(
            person,
            actor=visit.actor,
            reason=EndReason.ENDED_BY_OWNER if own else EndReason.ENDED_BY_ADMINISTRATOR,
            origin=visit.client,
        )
        if own:
            gateway = desk.running().gateway
            return see_other(f"{gateway.origin(gateway.sign_in_host)}/signed-out")
        return see_other(f"/people/{person}", done="sessions-ended")

    def revoke(visit: Visit) -> Response:
        desk.people.revoke_invitation(
            InvitationId(visit.parameters["invitation"]), actor=visit.actor, origin=visit.client
        )
        return see_other("/people", done="invitation-revoked")

    return [
        desk.get("/people", listing),
        desk.post("/people/invitations", invite),
        desk.post("/people/invitations/{invitation}/revoke", revoke),
        desk.get("/people/{person}", detail),
        desk.post("/people/{person}/disable", disable),
        desk.post("/people/{person}/enable", enable),
        desk.post("/people/{person}/groups", set_groups),
        desk.post("/people/{person}/passkeys/{passkey}/remove", remove_passkey),
        desk.post("/people/{person}/sessions/end", end_sessions),
    ]


def _person_id(visit: Visit) -> PersonId:
    return PersonId(visit.parameters["person"])


def _groups(visit: Visit) -> frozenset[str]:
    named = [*visit.form.texts("group"), *visit.form.text("more_groups").split(",")]
    groups = frozenset(name.strip() for name in named if name.strip())
    wrong = sorted(group for group in groups if not _GROUP.fullmatch(group))
    if wrong:
        raise InvalidInputError(
            "not a group's name",
            code="group.name",
            expected="letters, digits, dots, hyphens and underscores, at most 64",
            found=", ".join(repr(group) for group in wrong),
        )
    return groups


def _listing(
    desk: Desk, visit: Visit, *, problem: str = "", email: str = "", display_name: str = "", status: int = 200
) -> Response:
    text = visit.query.text("text").strip().lower()
    persons = [
        person
        for person in desk.people.persons()
        if not text or any(text in found.lower() for found in (person.email, person.display_name, *person.groups))
    ]
    sessions = desk.sessions.sessions()
    lines = []
    for person in persons:
        own = [session for session in sessions if session.person_id == person.id]
        lines.append(
            PersonLine(
                id=person.id,
                email=person.email,
                display_name=person.display_name,
                groups=tuple(sorted(person.groups)),
                disabled=person.disabled_at is not None,
                passkeys=len(desk.people.passkeys(person.id)),
                sessions=len(own),
                last_seen_at=max((session.last_seen_at for session in own), default=None),
            )
        )
    view = PeopleView(
        people=tuple(lines),
        invitations=tuple(
            InvitationLine(
                id=invitation.id,
                email=person.email,
                display_name=person.display_name,
                created_by=invitation.created_by.rpartition("/")[2],
                created_at=invitation.created_at,
                expires_at=invitation.expires_at,
                expired=invitation.expires_at <= visit.now,
            )
            for invitation, person in desk.people.open_invitations()
        ),
        groups=_known_groups(desk, desk.running()),
        text=visit.query.text("text"),
        problem=problem,
        email=email,
        display_name=display_name,
    )
    return desk.html(visit, "people/people.html", view, title="People", section="people", status=status)


def _known_groups(desk: Desk, running: Running) -> tuple[str, ...]:
    used = {group for person in desk.people.persons() for group in person.groups}
    return tuple(sorted(used | running.groups))


def _invite(desk: Desk, visit: Visit) -> Response:
    email = visit.form.text("email").strip()
    display_name = visit.form.text("display_name").strip()
    lifetime = _LIFETIMES.get(visit.form.text("lifetime"), _LIFETIMES["24"])
    try:
        invitation, token = desk.people.invite(
            email=email,
            display_name=display_name or email.partition("@")[0],
            groups=_groups(visit),
            actor=visit.actor,
            origin=visit.client,
            lifetime=lifetime,
        )
    except InvalidInputError as error:
        return _listing(desk, visit, problem=str(error), email=email, display_name=display_name, status=422)
    person = desk.people.person(invitation.person_id)
    gateway = desk.running().gateway
    view = InvitedView(
        email=person.email,
        display_name=person.display_name,
        link=f"{gateway.origin(gateway.sign_in_host)}/enrol#{token}",
        expires_at=invitation.expires_at,
        further=bool(desk.people.passkeys(person.id)),
    )
    return desk.html(visit, "people/invited.html", view, title="Invited", section="people")


def _detail(desk: Desk, visit: Visit) -> Response:
    person = desk.people.person(_person_id(visit))
    running = desk.running()
    sessions = desk.sessions.sessions(person.id)
    passkeys = desk.people.passkeys(person.id)
    reaches = tuple(
        (
            application.name,
            PersonReach(
                person_id=person.id,
                email=application.host,
                display_name=application.title or application.name,
                reach={Reach.YES: "yes", Reach.HARDWARE: "hardware", Reach.NO: "no"}[
                    reach_of(running, person, application, visit.now)
                ],
                disabled=False,
            ),
        )
        for application in running.gateway.applications
        if application.host != running.gateway.sign_in_host
    )
    view = PersonView(
        line=PersonLine(
            id=person.id,
            email=person.email,
            display_name=person.display_name,
            groups=tuple(sorted(person.groups)),
            disabled=person.disabled_at is not None,
            passkeys=len(passkeys),
            sessions=len(sessions),
            last_seen_at=max((session.last_seen_at for session in sessions), default=None),
        ),
        created_at=person.created_at,
        disabled_at=person.disabled_at,
        passkeys=tuple(
            PasskeyLine(
                id=passkey.id,
                label=passkey.label,
                hardware=passkey.hardware,
                synced=passkey.backup_eligible,
                created_at=passkey.created_at,
                last_used_at=passkey.last_used_at,
                aaguid=passkey.aaguid,
            )
            for passkey in passkeys
        ),
        sessions=tuple(session_line(session, person, visit.viewer.session_id) for session in sessions),
        groups=tuple((group, group in person.groups) for group in _known_groups(desk, running)),
        applications=reaches,
        themselves=visit.viewer.person_id == person.id,
    )
    return desk.html(visit, "people/person.html", view, title=person.email, section="people")
