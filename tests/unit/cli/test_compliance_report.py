"""Instants of `compliance report` and `compliance pack`: what they mean, and what is none."""

from datetime import UTC, datetime

import pytest

from watchword.cli.compliance.report import read_instant
from watchword.kernel.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC)),
        ("2026-11-01T00:30:00+05:30", datetime(2026, 10, 31, 19, 0, tzinfo=UTC)),
    ],
)
def test_a_day_or_an_instant(text: str, at: datetime) -> None:
    assert read_instant(text) == at


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-02-29", "0001-01-01", "0001-01-01T00:00+23:00", "9999-12-31", "9999-12-31T23:00-12:00"]
)
def test_what_is_no_instant_or_one_from_which_no_span_can_be_reckoned(text: str) -> None:
    with pytest.raises(InvalidInputError, match="not an instant"):
        read_instant(text)
