"""Ending sessions and closing links inside a change, and seeing a change through after it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from watchword.identity.people.events import EndReason, InvitationRevoked, SessionEnded
from watchword.identity.people.model import Invitation, Session
from watchword.identity.people.ports import PeopleChange, Record
from watchword.kernel.events import Origin
from watchword.kernel.ids import SessionId

OPERATOR = "operator"
ANONYMOUS = "anonymous"
SYSTEM = "watchword"


def end_each(
    change: PeopleChange,
    sessions: Iterable[Session],
    *,
    reason: EndReason,
    at: datetime,
    actor: str,
    origin: Origin,
    keep: SessionId | None = None,
) -> int:
    """End those that were not ended, all but `keep`, for the record too; return how many."""
    count = 0
    for session in sessions:
        if session.ended_at is not None or session.id == keep:
            continue
        change.put_session(replace(session, ended_at=at, end_reason=reason.value))
        person = change.person(session.person_id)
        change.publish(
            SessionEnded(
                at=at,
                actor=actor,
                origin=origin,
                session_id=session.id,
                person_id=session.person_id,
                email=person.email if person is not None else "",
                reason=reason,
            )
        )
        count += 1
    return count


def revoke(change: PeopleChange, invitation: Invitation, *, at: datetime, actor: str, origin: Origin) -> None:
    """Close a link, for the record too."""
    change.update_invitation(replace(invitation, revoked_at=at))
    person = change.person(invitation.person_id)
    change.publish(
        InvitationRevoked(
            at=at,
            actor=actor,
            origin=origin,
            invitation_id=invitation.id,
            person_id=invitation.person_id,
            email=person.email if person is not None else "",
        )
    )


def see_through(committed: Callable[[], None], record: Record) -> None:
    """Tell the index first of a change that is committed, then wait for its record. Where the index cannot hear of it,
    the record is waited for nevertheless; then the first failure is raised."""
    try:
        committed()
    finally:
        record.deliver()
