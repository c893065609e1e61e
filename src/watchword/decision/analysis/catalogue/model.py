"""What is known of services, actions, resource types and condition keys: facts, frozen.

A name is as its service spells it. What compares names compares them without case, as IAM does.
"""

import enum
from dataclasses import dataclass


class AccessLevel(enum.StrEnum):
    """What an action does at most (IAM User Guide, "Access levels in policy summaries")."""

    LIST = "List"
    READ = "Read"
    WRITE = "Write"
    PERMISSIONS = "Permissions management"
    TAGGING = "Tagging"


class ValueType(enum.StrEnum):
    """The type of a condition key's values; each has its family of operators."""

    STRING = "String"
    NUMERIC = "Numeric"
    DATE = "Date"
    BOOL = "Bool"
    ARN = "ARN"
    IP = "IPAddress"
    BINARY = "Binary"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionKey:
    """`name` may hold a part that differs, as in `aws:ResourceTag/${TagKey}`.

    `several`: a request may have more than one value. `always`: documented as present in every request.
    `documented`: type and number of values are stated by AWS for this very key; elsewhere they are those of the
    services' lists of actions, which are made by hand and are less exact.
    """

    name: str
    type: ValueType
    several: bool = False
    always: bool = False
    documented: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """`arn` is a template: `arn:${Partition}:s3:::${BucketName}/${ObjectName}`; `pattern` has `*` for each `${…}`."""

    name: str
    arn: str
    pattern: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceUse:
    """One type of resource that an action takes; `keys` can be used where that type is meant."""

    type: ResourceType
    required: bool
    keys: tuple[str, ...] = ()
    dependent_actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """`keys` are those of the action whatever the resource; `supported_keys` are all. Global keys are in neither."""

    service: str
    name: str
    level: AccessLevel
    resources: tuple[ResourceUse, ...] = ()
    keys: tuple[str, ...] = ()
    dependent_actions: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        return f"{self.service}:{self.name}"

    @property
    def wildcard_only(self) -> bool:
        """Whether it takes no type of resource, so that `"Resource": "*"` alone reaches it."""
        return not self.resources

    @property
    def supported_keys(self) -> frozenset[str]:
        return frozenset(self.keys).union(*(u.keys for u in self.resources), *(u.type.keys for u in self.resources))

    def resource_patterns(self) -> tuple[str, ...]:
        """The ARNs it can be asked about, as patterns; none for an action that is wildcard-only."""
        return tuple(dict.fromkeys(u.type.pattern for u in self.resources))


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One prefix. `open`: other actions may exist than those listed, so that an unknown one is not a mistake."""

    prefix: str
    title: str
    actions: tuple[Action, ...]
    resources: tuple[ResourceType, ...]
    keys: tuple[ConditionKey, ...]
    open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where the data came from. `converted` is a day, ISO 8601; `sha256` that of the file that was converted."""

    source: str
    licence: str
    converted: str
    sha256: str
    services: int
    actions: int
    resources: int
    keys: int
