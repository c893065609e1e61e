"""Options that every verb has, and what they become."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from watchword.app.settings import Settings, read_settings
from watchword.cli.output import Output, standard

if TYPE_CHECKING:
    Nouns = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse gives its type no public name


FORMS = ("table", "json")


def add_shared(parser: argparse.ArgumentParser, forms: Sequence[str] = FORMS) -> None:
    """Add what may stand before and after the verb; SUPPRESS keeps the later from undoing the earlier.

    `forms` are those that the verb can print; a form beyond the two of all verbs stands after the verb alone.
    """
    group = parser.add_argument_group("where and how")
    unset = argparse.SUPPRESS
    group.add_argument(
        "--state", metavar="DIR", default=unset, help="state directory (default: ~/.local/state/watchword)"
    )
    group.add_argument("--config", metavar="DIR", default=unset, help="configuration directory, with watchword.yaml")
    group.add_argument("--output", choices=forms, default=unset, help="form of the data (default: table)")
    group.add_argument("--debug", action="store_true", default=unset, help="show the stack trace of an error")


def settings_of(options: argparse.Namespace) -> Settings:
    return read_settings(
        os.environ,
        working_directory=Path.cwd(),
        state=getattr(options, "state", None),
        configuration=getattr(options, "config", None),
        port=getattr(options, "port", None),
    )


def output_of(options: argparse.Namespace) -> Output:
    return standard(as_json=getattr(options, "output", "table") == "json")


def port_number(text: str) -> int:
    """Read a TCP port for argparse."""
    if text.isascii() and text.isdigit() and 0 < int(text) <= 65535:  # noqa: PLR2004 - the largest port there is
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a port from 1 to 65535, found {text!r}")


def positive(text: str) -> int:
    """Read a count for argparse."""
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a number above 0, found {text!r}")
