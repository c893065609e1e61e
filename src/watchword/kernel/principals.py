"""Who asks: one form for people, workloads and nobody."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from watchword.kernel.arn import Arn, person_arn

_NO_TAGS: Mapping[str, str] = MappingProxyType({})


class PrincipalKind(enum.StrEnum):
    PERSON = "person"
    WORKLOAD = "workload"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A subject of decisions. `arn` is None for the anonymous one alone; `groups` name policies' attachments."""

    kind: PrincipalKind
    arn: Arn | None
    groups: frozenset[str] = frozenset()
    tags: Mapping[str, str] = field(default_factory=lambda: _NO_TAGS)

    def __post_init__(self) -> None:
        if (self.arn is None) != (self.kind is PrincipalKind.ANONYMOUS):
            raise ValueError("exactly the anonymous principal has no ARN")


ANONYMOUS = Principal(kind=PrincipalKind.ANONYMOUS, arn=None)


def person(email: str, groups: frozenset[str] = frozenset()) -> Principal:
    return Principal(kind=PrincipalKind.PERSON, arn=person_arn(email), groups=groups)
