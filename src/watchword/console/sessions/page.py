"""Who is signed in, from where, until when; ending one's own session, another one, or all of a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from watchword.console.desk import Desk, Visit, see_other
from watchword.console.sessions.lines import SessionLine, session_line
from watchword.identity.people.events import EndReason
from watchword.kernel.ids import SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsView:
    own: tuple[SessionLine, ...]
    others: tuple[SessionLine, ...]
    text: str


def routes(desk: Desk) -> Sequence[Route]:
    def listing(visit: Visit) -> Response:
        text = visit.query.text("text").strip().lower()
        persons = {person.id: person for person in desk.people.persons()}
        lines = [
            session_line(session, persons.get(session.person_id), visit.viewer.session_id)
            for session in desk.sessions.sessions()
        ]
        lines.sort(key=lambda line: (not line.own, -line.last_seen_at.timestamp()))
        view = SessionsView(
            own=tuple(line for line in lines if line.person_id == visit.viewer.person_id),
            others=tuple(
                line
                for line in lines
                if line.person_id != visit.viewer.person_id
                and (not text or any(text in found.lower() for found in (line.email, line.source_ip, line.device)))
            ),
            text=visit.query.text("text"),
        )
        return desk.html(visit, "sessions/sessions.html", view, title="Sessions", section="sessions")

    def end(visit: Visit) -> Response:
        session_id = SessionId(visit.parameters["session"])
        session = desk.sessions.session(session_id)
        own = session.person_id == visit.viewer.person_id
        desk.sessions.end(
            session_id,
            actor=visit.actor,
            reason=EndReason.ENDED_BY_OWNER if own else EndReason.ENDED_BY_ADMINISTRATOR,
            origin=visit.client,
        )
        if session_id == visit.viewer.session_id:
            # The console is closed to this browser from here on; the sign-in host can still say what happened.
            gateway = desk.running().gateway
            return see_other(f"{gateway.origin(gateway.sign_in_host)}/signed-out")
        return see_other("/sessions", done="session-ended")

    return [desk.get("/sessions", listing), desk.post("/sessions/{session}/end", end)]
