"""Amazon Resource Names, Watchword's among them: `arn:partition:service:region:account:resource`.

Example::

    >>> str(application_arn("payroll", "/reports/2026"))
    'arn:watchword:app:::payroll/reports/2026'
    >>> Arn.parse("arn:aws:s3:::bucket/key").resource
    'bucket/key'

Only the shape is checked: six parts divided by the first five colons, `arn` first, partition and service not empty.
What the parts may hold is the business of whoever names the resource.
"""

from dataclasses import dataclass
from typing import Self

from watchword.kernel.errors import InvalidInputError

_PARTS = 6
PARTITION = "watchword"


@dataclass(frozen=True, slots=True)
class Arn:
    """One parsed ARN; `str()` gives its text back unchanged."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raise `InvalidInputError` (code `arn.malformed`) where the text is no ARN."""
        parts = text.split(":", _PARTS - 1)
        if len(parts) != _PARTS or parts[0] != "arn" or not parts[1] or not parts[2]:
            raise InvalidInputError(
                "not an ARN",
                code="arn.malformed",
                expected="arn:partition:service:region:account:resource",
                found=repr(text),
            )
        return cls(*parts[1:])

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def application_arn(application: str, path: str) -> Arn:
    """The resource that a request for `path` (canonical, starting with `/`, without query) at an application names."""
    return Arn(PARTITION, "app", "", "", application + path)


def person_arn(email: str) -> Arn:
    return Arn(PARTITION, "iam", "", "", f"person/{email}")


def workload_arn(spiffe_path: str) -> Arn:
    """`spiffe_path` is the path of a SPIFFE id without its leading slash."""
    return Arn(PARTITION, "iam", "", "", f"workload/{spiffe_path}")
