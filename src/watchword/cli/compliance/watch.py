"""`watchword compliance watch`: what the worker under `watchword up` does, in the foreground."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of, settings_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.cli.options import Nouns


def register(verbs: "Nouns") -> None:
    parser = verb(verbs, "watch", "Examine estates by schedule and on changes, in the foreground, until stopped.", _run)
    parser.add_argument("estate", nargs="?", metavar="ESTATE", help="one of those in watchword.yaml (default: all)")


def _run(options: argparse.Namespace) -> int:
    from watchword.app.compliance.record import estates_of, open_record
    from watchword.app.compliance.worker import Worker, stopping_by_signal
    from watchword.kernel.clock import SystemClock
    from watchword.kernel.errors import InvalidInputError

    output = output_of(options)
    settings = settings_of(options)
    with open_record(settings) as record:
        estates = estates_of(record.configuration, options.estate)
    names = [estate.name for estate in estates if estate.by_itself]
    if not names:
        raise InvalidInputError(
            "nothing asks for a pass by itself",
            code="compliance.not-watched",
            expected="every: 1h, or on_change: {files: true}",
            hint="to examine once: watchword compliance run",
        )
    output.say(f"Watching {', '.join(names)}. Stop with Ctrl-C.")
    stop = stopping_by_signal()
    worker = Worker(settings, clock=SystemClock(), say=output.text_at_once, only=frozenset(names), status=False)
    worker.run(stop)
    return exits.OK
