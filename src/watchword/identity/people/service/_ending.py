"""Ending sessions inside a change, and telling of a change after it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from watchword.identity.people.events import EndReason, SessionEnded
from watchword.identity.people.model import Session
from watchword.identity.people.ports import PeopleChange
from watchword.kernel.events import Event, EventSink, Origin
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
) -> list[SessionEnded]:
    """End those that were not ended, all but `keep`, and return the events to publish once the change is committed."""
    events = []
    for session in sessions:
        if session.ended_at is not None or session.id == keep:
            continue
        change.put_session(replace(session, ended_at=at, end_reason=reason.value))
        person = change.person(session.person_id)
        events.append(
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
    return events


def announce(committed: Callable[[], None], record: EventSink, events: Iterable[Event]) -> None:
    """Tell the index first and the record second of a change that is committed. What the one does not take, the other
    still hears of; then the first failure is raised."""
    try:
        committed()
    finally:
        for event in events:
            record(event)
