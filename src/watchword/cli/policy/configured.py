"""The configuration directory that a verb asks about."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli.options import settings_of

if TYPE_CHECKING:
    from watchword.app.configuration import Configuration


def configured(options: argparse.Namespace) -> "Configuration":
    from watchword.app.applied import recall
    from watchword.app.configuration import Surroundings, read_configuration

    settings = settings_of(options)
    port = recall(settings.state).port
    return read_configuration(
        settings.configuration, Surroundings.of(settings.state, port=port, database=settings.database)
    )
