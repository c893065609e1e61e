"""How instants are written: RFC 3339, in UTC, to the second."""

from datetime import UTC, datetime


def written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
