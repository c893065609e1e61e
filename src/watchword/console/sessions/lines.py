"""One session as the pages of sessions and of persons show it."""

import re
from dataclasses import dataclass
from datetime import datetime

from watchword.identity.people import Person, Session
from watchword.kernel.ids import SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    id: str
    person_id: str
    email: str
    display_name: str
    assurance: str
    hardware: bool
    source_ip: str
    device: str
    user_agent: str
    created_at: datetime
    last_seen_at: datetime
    idle_at: datetime
    expires_at: datetime
    own: bool  # the one that the viewer is looking with


# The order matters: Edge and Opera say that they are Chrome, and Chrome that it is Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("HeadlessChrome", "Chrome (headless)"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def session_line(session: Session, person: Person | None, viewing: SessionId) -> SessionLine:
    return SessionLine(
        id=session.id,
        person_id=session.person_id,
        email=person.email if person is not None else "",
        display_name=person.display_name if person is not None else "",
        assurance=session.assurance.label.upper(),
        hardware=session.hardware,
        source_ip=session.source_ip or "",
        device=device_in_words(session.user_agent or ""),
        user_agent=session.user_agent or "",
        created_at=session.created_at,
        last_seen_at=session.last_seen_at,
        idle_at=session.last_seen_at + session.idle,
        expires_at=session.expires_at,
        own=session.id == viewing,
    )


def device_in_words(user_agent: str) -> str:
    """A guess for people to recognise their own browser by; the client says it, so it proves nothing."""
    browser = next((name for mark, name in _BROWSERS if re.search(rf"\b{mark}\b", user_agent)), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " on ".join(part for part in (browser, system) if part) or "Unknown browser"
