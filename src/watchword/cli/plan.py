"""`watchword plan` and `watchword apply`: what a changed configuration would do, and making it so."""

import argparse
from typing import TYPE_CHECKING

from watchword.app.instants import written
from watchword.cli import exits
from watchword.cli.options import output_of, positive, settings_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.app.configuration import Configuration
    from watchword.app.planning import Change
    from watchword.app.settings import Settings
    from watchword.cli.options import Nouns
    from watchword.cli.output import Output, Row
    from watchword.decision.analysis.usage import Replay

# Enough for a few busy hours, and seconds to replay.
_DECISIONS = 20_000
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def register(nouns: "Nouns") -> None:
    plan = verb(
        nouns,
        "plan",
        "Show what the configuration directory would change, and who would gain or lose access. Changes nothing.",
        _plan,
    )
    plan.add_argument(
        "--decisions",
        type=positive,
        default=_DECISIONS,
        metavar="N",
        help=f"replay the newest N recorded decisions (default: {_DECISIONS})",
    )
    verb(nouns, "apply", "Make the running control plane serve the configuration directory.", _apply)


def _plan(options: argparse.Namespace) -> int:
    from watchword.app.configuration import Surroundings, read_configuration
    from watchword.app.data_plane import validate
    from watchword.app.planning import changes
    from watchword.app.runtime import read_applied, serving_settings

    output = output_of(options)
    settings = serving_settings(settings_of(options))
    surroundings = Surroundings.of(settings.state, port=settings.port, database=settings.database)
    after = read_configuration(settings.configuration, surroundings)
    validate(settings.state, after.gateway)
    before = read_applied(settings) if settings.state.applied.is_dir() else None
    found = changes(before, after)
    replayed, why_not = _replayed(settings, before, after, options.decisions) if found else (None, "")
    if output.json:
        output.document(
            {
                "serving": before.revision if before is not None else None,
                "revision": after.revision,
                "changes": [
                    {"kind": c.kind.value, "subject": c.subject, "name": c.name, "detail": c.detail} for c in found
                ],
                "access": _access(replayed) if replayed is not None else None,
                "access_unknown": why_not or None,
                "warnings": [str(warning) for warning in after.warnings],
            }
        )
    else:
        _as_text(output, before, found, replayed, why_not)
        for warning in after.warnings:
            output.say(f"warning: {warning}")
    return exits.OK


def _replayed(
    settings: "Settings", before: "Configuration | None", after: "Configuration", most: int
) -> "tuple[Replay | None, str]":
    """Return the replay, or why there is none: then who would gain or lose is not known, and that is said."""
    from watchword.app.planning import replay
    from watchword.app.runtime import open_services
    from watchword.app.usage.ledger import recorded_requests
    from watchword.kernel.errors import WatchwordError

    if before is None:
        return None, "nothing has been served from here yet"
    try:
        with open_services(settings) as services:
            groups = {person.email: person.groups for person in services.people.persons()}
            requests = recorded_requests(services.ledger_store, groups, most=most, tls=before.gateway.listener.tls)
            return replay(requests, before, after), ""
    except WatchwordError as error:
        return None, str(error)


def _as_text(
    output: "Output",
    before: "Configuration | None",
    found: "tuple[Change, ...]",
    replayed: "Replay | None",
    why_not: str,
) -> None:
    if before is None:
        output.say("Nothing is being served from this state directory: everything would be new.")
    if not found:
        output.text("No changes.")
        return
    for change in found:
        output.text(f"{_SIGNS[change.kind.value]} {change}")
    output.text("")
    if replayed is None:
        output.text(f"Who would gain or lose access: unknown, {why_not}.")
        return
    if replayed.examined == 0:
        output.text("Who would gain or lose access: unknown, no decision has been recorded yet.")
        return
    output.text(f"Who would gain or lose access, by {replayed.examined} recorded decisions:")
    for access in replayed.changes:
        sign = "gains" if access.gained else "loses"
        times = "asked once" if access.requests == 1 else f"asked {access.requests} times"
        because = ", ".join(access.because)
        output.text(f"  {access.who} {sign} {access.action} {access.resource} ({times}; {because})")
    if not replayed.changes:
        output.text("  nobody")
    if replayed.not_reproduced:
        output.text(
            f"  {replayed.not_reproduced} could not be reproduced from their records and prove nothing either way"
        )
    if replayed.undecided:
        output.text(f"  {replayed.undecided} depend on something that their records do not tell")
    if replayed.unlisted:
        output.text(f"  {replayed.unlisted} more requests would be answered differently: too many to list")


def _access(replayed: "Replay") -> "Row":
    return {
        "examined": replayed.examined,
        "not_reproduced": replayed.not_reproduced,
        "undecided": replayed.undecided,
        "unlisted": replayed.unlisted,
        "changes": [
            {
                "email": change.who,
                "action": change.action,
                "resource": change.resource,
                "gained": change.gained,
                "requests": change.requests,
                "last": written(change.last),
                "because": list(change.because),
            }
            for change in replayed.changes
        ],
    }


def _apply(options: argparse.Namespace) -> int:
    from watchword.app.configuration import Surroundings, read_configuration
    from watchword.app.runtime import request_reload, serving_settings
    from watchword.kernel.errors import UnavailableError

    output = output_of(options)
    settings = serving_settings(settings_of(options))
    try:
        # The control plane reads it, so that what it refuses is recorded.
        revision, previous, changed = request_reload(settings)
    except UnavailableError:
        # Problems of the files come before the one that nothing is running.
        read_configuration(
            settings.configuration, Surroundings.of(settings.state, port=settings.port, database=settings.database)
        )
        raise
    if output.json:
        output.document({"revision": revision, "previous": previous, "changes": list(changed)})
        return exits.OK
    for change in changed:
        output.text(change)
    output.say(
        f"Serving revision {revision}." if revision != previous else f"No changes: revision {revision} is served."
    )
    return exits.OK
