"""`watchword status`: the figures of the control plane that is running."""

import argparse
from typing import TYPE_CHECKING, cast

from watchword.cli import exits
from watchword.cli.options import output_of, settings_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.cli.options import Nouns
    from watchword.cli.output import Json


def register(nouns: "Nouns") -> None:
    verb(
        nouns,
        "status",
        "Show what runs: configuration, sessions, streams, answers, and how long a revocation took to hold.",
        _run,
    )


def _run(options: argparse.Namespace) -> int:
    from watchword.app.control_client import status

    found = status(settings_of(options).state.control_socket)
    # It came as JSON, so it is JSON.
    output_of(options).record(cast("dict[str, Json]", found))
    return exits.OK
