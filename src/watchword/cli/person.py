"""`watchword person`: who there is, who may come, who may not any more."""

import argparse
from typing import TYPE_CHECKING

from watchword.app.instants import written
from watchword.cli import exits
from watchword.cli.options import output_of, settings_of
from watchword.cli.verbs import noun, verb

if TYPE_CHECKING:
    from watchword.cli.options import Nouns
    from watchword.cli.output import Output, Row
    from watchword.identity.people import Person

_COLUMNS = ("email", "name", "groups", "state", "since")
# What events call the person at this machine's command line.
OPERATOR = "operator"


def register(nouns: "Nouns") -> None:
    verbs = noun(nouns, "person", "People: list, invite, disable, enable, groups.")
    verb(verbs, "list", "List everybody.", _list)

    invite = verb(verbs, "invite", "Make a one-time link with which somebody enrols a passkey.", _invite)
    invite.add_argument("email")
    invite.add_argument("--name", default="", help="display name (default: from the address)")
    invite.add_argument("--group", action="append", default=[], metavar="GROUP", help="may be given several times")
    invite.add_argument("--hours", type=int, default=24, metavar="N", help="how long the link is good (default: 24)")

    disable = verb(verbs, "disable", "End a person's sessions and let them in no more.", _disable)
    disable.add_argument("email")
    disable.add_argument("--even-last", action="store_true", help="even where no administrator is left")

    verb(verbs, "enable", "Let a disabled person sign in again.", _enable).add_argument("email")

    groups = verb(verbs, "groups", "Show a person's groups, or change them.", _groups)
    groups.add_argument("email")
    groups.add_argument("--add", action="append", default=[], metavar="GROUP")
    groups.add_argument("--remove", action="append", default=[], metavar="GROUP")
    groups.add_argument("--even-last", action="store_true", help="even where no administrator is left")


def _row(person: "Person") -> "Row":
    return {
        "id": person.id,
        "email": person.email,
        "name": person.display_name,
        "groups": sorted(person.groups),
        "state": "disabled" if person.disabled_at else "enabled",
        "since": written(person.created_at),
    }


def _list(options: argparse.Namespace) -> int:
    from watchword.app.runtime import open_services

    with open_services(settings_of(options)) as services:
        rows = [_row(person) for person in services.people.persons()]
    output_of(options).rows(rows, _COLUMNS, empty="There is nobody yet. Invite somebody: watchword person invite EMAIL")
    return exits.OK


def _invite(options: argparse.Namespace) -> int:
    from datetime import timedelta

    from watchword.app.runtime import open_services
    from watchword.kernel.events import Origin

    output = output_of(options)
    with open_services(settings_of(options)) as services:
        groups = frozenset(options.group)
        _warn_about_unused(groups, services.configuration.groups, output)
        invitation, token = services.people.invite(
            email=options.email,
            display_name=options.name or options.email.partition("@")[0],
            groups=groups,
            actor=OPERATOR,
            origin=Origin(),
            lifetime=timedelta(hours=options.hours),
        )
        link = services.configuration.invitation_link(token)
    if output.json:
        output.record({"email": options.email, "link": link, "expires": written(invitation.expires_at)})
    else:
        output.text(link)
        output.say(f"Good once, until {written(invitation.expires_at)}. It is not shown again.")
    return exits.OK


def _disable(options: argparse.Namespace) -> int:
    from watchword.app.runtime import open_services
    from watchword.kernel.events import Origin

    with open_services(settings_of(options)) as services:
        person = services.people.person_by_email(options.email)
        changed = services.people.disable(person.id, actor=OPERATOR, origin=Origin(), even_last=options.even_last)
    output_of(options).record(_row(changed))
    return exits.OK


def _enable(options: argparse.Namespace) -> int:
    from watchword.app.runtime import open_services
    from watchword.kernel.events import Origin

    with open_services(settings_of(options)) as services:
        person = services.people.person_by_email(options.email)
        changed = services.people.enable(person.id, actor=OPERATOR, origin=Origin())
    output_of(options).record(_row(changed))
    return exits.OK


def _groups(options: argparse.Namespace) -> int:
    from watchword.app.runtime import open_services
    from watchword.kernel.events import Origin

    output = output_of(options)
    with open_services(settings_of(options)) as services:
        person = services.people.person_by_email(options.email)
        groups = (person.groups | frozenset(options.add)) - frozenset(options.remove)
        if groups != person.groups:
            _warn_about_unused(frozenset(options.add), services.configuration.groups, output)
            person = services.people.set_groups(
                person.id, groups, actor=OPERATOR, origin=Origin(), even_last=options.even_last
            )
    output.record(_row(person))
    return exits.OK


def _warn_about_unused(groups: frozenset[str], known: frozenset[str], output: "Output") -> None:
    for group in sorted(groups - known):
        output.say(f"warning: no policy is attached to the group {group!r}")
