"""`--with NAME,…`: scanners that a team has are run, and what they find goes into the one list."""

import argparse


def add_with_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--with",
        dest="others",
        type=_names,
        action="extend",
        default=[],
        metavar="NAME,…",
        help="run these scanners, where they are on PATH: checkov, cfn-lint, trivy, tfsec, kics, kube-linter, …",
    )


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]
