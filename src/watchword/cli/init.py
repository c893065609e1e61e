"""`watchword init`: write a configuration to start from."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.cli.options import Nouns


def register(nouns: "Nouns") -> None:
    parser = verb(
        nouns, "init", "Write a small, commented configuration to start from. Nothing is ever overwritten.", _run
    )
    parser.add_argument("directory", nargs="?", metavar="DIR", help="where (default: --config, else here)")


def _run(options: argparse.Namespace) -> int:
    from watchword.app.defaults import write_defaults

    output = output_of(options)
    directory = Path(options.directory or getattr(options, "config", None) or ".")
    paths = write_defaults(directory)
    if output.json:
        output.document([str(path) for path in paths])
    else:
        for path in paths:
            output.text(str(path))
    here = "" if directory == Path() else f" --config {directory}"
    output.say(f"Next: watchword plan{here}, then watchword up{here}")
    return exits.OK
