"""The tree of nouns and verbs. Each noun's module declares its own options and imports nothing heavy to do so."""

import argparse
from collections.abc import Sequence

from watchword.cli import (
    assess,
    checks,
    collect,
    compliance,
    doctor,
    init,
    ledger,
    person,
    plan,
    policy,
    scan,
    session,
    status,
    up,
    version,
)
from watchword.cli.options import add_shared

_DESCRIPTION = "A Zero Trust control plane: who is asking, may they, make it so, prove it."
_EPILOG = """\
exit codes: 0 done, or yes; 1 we failed; 2 usage, or a file that is not accepted; 3 nothing was examined;
10 denied; 11 to 14 the worst finding, low to critical

start here: watchword up
"""


def build() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="watchword",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_shared(parser)
    nouns = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in (
        up,
        status,
        init,
        plan,
        doctor,
        person,
        session,
        policy,
        assess,
        scan,
        collect,
        checks,
        compliance,
        ledger,
        version,
    ):
        module.register(nouns)
    return parser


def parse(arguments: Sequence[str]) -> int:
    """Run the chosen verb and return its exit code."""
    options = build().parse_args(arguments)
    code: int = options.run(options)
    return code
