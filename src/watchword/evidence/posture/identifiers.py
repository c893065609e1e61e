"""Names of checks: our ids, and what others call the same. `CKV_AWS_53`, `AVD-AWS-0086` and `s3-public-access-block`.

names = Identifiers(checks)
names.checks_of("ckv_aws_53")        # frozenset({"s3-public-access-block"})
"""

import difflib
from collections.abc import Iterable

from watchword.evidence.posture.model import Check


class Identifiers:
    """An index of checks by every name they go by, in any case."""

    __slots__ = ("_by_name", "_ids")

    def __init__(self, checks: Iterable[Check]) -> None:
        self._by_name: dict[str, set[str]] = {}
        self._ids: list[str] = []
        for check in checks:
            self._ids.append(check.id)
            for name in (check.id, *(name for names in check.known_as.by_tool().values() for name in names)):
                self._by_name.setdefault(_plain(name), set()).add(check.id)

    def checks_of(self, name: str) -> frozenset[str]:
        """Return the ids of the checks of that name; empty where nobody calls a check so."""
        return frozenset(self._by_name.get(_plain(name), ()))

    def nearest(self, name: str) -> str | None:
        """Return the id that looks most like a name that nobody knows."""
        return next(iter(difflib.get_close_matches(name.lower(), self._ids, n=1)), None)


def _plain(name: str) -> str:
    """Trivy writes AVD-AWS-0086 and AWS-0086 for the same."""
    return name.strip().lower().removeprefix("avd-")
