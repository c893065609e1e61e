"""`watchword up`: start all of it."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli.options import output_of, port_number, settings_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.cli.options import Nouns


def register(nouns: "Nouns") -> None:
    parser = verb(
        nouns,
        "up",
        "Start everything on this machine, and say where to go. With --output json: one line when it is ready.",
        _run,
    )
    parser.add_argument("--port", type=port_number, metavar="N", help="the gateway's port, whatever the files say")


def _run(options: argparse.Namespace) -> int:
    from watchword.app.supervisor import up

    return up(settings_of(options), as_json=output_of(options).json)
