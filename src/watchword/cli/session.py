"""`watchword session`: who is signed in, and ending that."""

import argparse
from typing import TYPE_CHECKING

from watchword.app.instants import written
from watchword.cli import exits
from watchword.cli.options import output_of, settings_of
from watchword.cli.person import OPERATOR
from watchword.cli.verbs import noun, verb

if TYPE_CHECKING:
    from watchword.cli.options import Nouns
    from watchword.cli.output import Row
    from watchword.identity.people import Session

_COLUMNS = ("id", "email", "assurance", "signed_in", "last_seen", "expires", "source_ip")


def register(nouns: "Nouns") -> None:
    verbs = noun(nouns, "session", "Sessions: list, end.")
    listing = verb(verbs, "list", "List the sessions that stand.", _list)
    listing.add_argument("--person", metavar="EMAIL", help="only this person's")

    end = verb(verbs, "end", "End one session, or all of a person, at once.", _end)
    which = end.add_mutually_exclusive_group(required=True)
    which.add_argument("session", nargs="?", metavar="ID", help="one session")
    which.add_argument("--person", metavar="EMAIL", help="all sessions of this person")


def _row(session: "Session", email: str) -> "Row":
    return {
        "id": session.id,
        "email": email,
        "assurance": session.assurance.label,
        "hardware": session.hardware,
        "signed_in": written(session.auth_time),
        "last_seen": written(session.last_seen_at),
        "expires": written(session.expires_at),
        "source_ip": session.source_ip,
        "user_agent": session.user_agent,
    }


def _list(options: argparse.Namespace) -> int:
    from watchword.app.runtime import open_services

    with open_services(settings_of(options)) as services:
        one = services.people.person_by_email(options.person) if options.person else None
        emails = {person.id: person.email for person in services.people.persons()}
        sessions = services.sessions.sessions(one.id if one else None)
    rows = [_row(session, emails.get(session.person_id, session.person_id)) for session in sessions]
    output_of(options).rows(rows, _COLUMNS, empty="Nobody is signed in.")
    return exits.OK


def _end(options: argparse.Namespace) -> int:
    from watchword.app.runtime import open_services
    from watchword.identity.people.events import EndReason
    from watchword.kernel.events import Origin
    from watchword.kernel.ids import SessionId

    output = output_of(options)
    reason = EndReason.ENDED_BY_ADMINISTRATOR
    with open_services(settings_of(options)) as services:
        if options.person:
            person = services.people.person_by_email(options.person)
            before = services.sessions.sessions(person.id)
            services.sessions.end_all(person.id, actor=OPERATOR, reason=reason, origin=Origin())
            ended = [session.id for session in before]
        else:
            ended = [
                services.sessions.end(SessionId(options.session), actor=OPERATOR, reason=reason, origin=Origin()).id
            ]
    output.rows(
        [{"id": session_id, "state": "ended"} for session_id in ended], ("id", "state"), empty="No session stood."
    )
    return exits.OK if ended else exits.NOTHING
