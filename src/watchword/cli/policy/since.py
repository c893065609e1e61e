"""`--since`: an instant, or so long ago."""

import argparse
import re
from datetime import UTC, datetime, timedelta

_AGO = re.compile(r"([0-9]{1,5})([dhw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def add_since(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--since",
        type=_since,
        metavar="WHEN",
        help="leave out what is older: 90d, 12h, 2026-01-31, 2026-01-31T12:00Z (default: everything)",
    )


def _since(text: str) -> datetime:
    ago = _AGO.fullmatch(text)
    try:
        if ago is not None:
            return datetime.now(UTC) - int(ago[1]) * _UNITS[ago[2]]
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"expected 90d, 12h, 4w or a date, found {text!r}") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
