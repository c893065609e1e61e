"""How a verb is declared."""

import argparse
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from watchword.cli.options import FORMS, add_shared

if TYPE_CHECKING:
    from watchword.cli.options import Nouns

Run = Callable[[argparse.Namespace], int]


def noun(nouns: "Nouns", name: str, help_: str) -> "Nouns":
    """Declare a noun and return where its verbs go."""
    parser = nouns.add_parser(name, help=help_, description=help_, allow_abbrev=False)
    return parser.add_subparsers(metavar="VERB", required=True)


def verb(verbs: "Nouns", name: str, help_: str, run: Run, *, forms: Sequence[str] = FORMS) -> argparse.ArgumentParser:
    """Declare a verb that `run` carries out. `forms` are what `--output` may say."""
    parser = verbs.add_parser(name, help=help_, description=help_, allow_abbrev=False)
    add_shared(parser, forms)
    parser.set_defaults(run=run)
    return parser
