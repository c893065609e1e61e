"""A policy document after reading: frozen, checked, with the place of everything.

The tree keeps what the author wrote (`"s3:Get*"` stays that text); what it *means* is the engine's business. Two
documents are equal when they say the same, wherever their words stand: places are left out of comparison.
"""

import enum
from dataclasses import dataclass, field

from watchword.decision.language.errors import Diagnostic
from watchword.decision.language.operators import Operator


class PolicyKind(enum.StrEnum):
    """What a document is for; it decides which elements may stand in it."""

    IDENTITY = "identity"
    RESOURCE = "resource"
    SCP = "scp"  # service control policy: what an organisation permits its principals at most
    RCP = "rcp"  # resource control policy: what an organisation forbids on its resources
    BOUNDARY = "boundary"
    SESSION = "session"
    TRUST = "trust"  # a role's trust policy: who may assume it
    ENDPOINT = "endpoint"  # VPC endpoint policy


class Effect(enum.StrEnum):
    ALLOW = "Allow"
    DENY = "Deny"


class Version(enum.StrEnum):
    """The language's version, per document. Before 2012-10-17, `${...}` is literal text; absent means 2008-10-17."""

    V2008 = "2008-10-17"
    V2012 = "2012-10-17"


class PrincipalType(enum.StrEnum):
    AWS = "AWS"  # people, roles, sessions, accounts; Watchword's persons and workloads too
    SERVICE = "Service"
    FEDERATED = "Federated"
    CANONICAL_USER = "CanonicalUser"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A string in a document. Numbers and booleans of conditions are kept as their text: `10`, `true`."""

    text: str
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrincipalEntry:
    """One principal of a `Principal` or `NotPrincipal` element. Everyone is `AWS` with `*`."""

    type: PrincipalType
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One operator on one key. `key` is as written; keys compare without case. At least one value."""

    operator: Operator
    key: str
    values: tuple[Value, ...]
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """`actions` is never empty; `resources` is so in trust policies alone. `principals` is None where there is none.

    The flags say that the list is that of the `Not…` element.
    """

    index: int
    effect: Effect
    actions: tuple[Value, ...]
    resources: tuple[Value, ...] = ()
    principals: tuple[PrincipalEntry, ...] | None = None
    not_action: bool = False
    not_resource: bool = False
    not_principal: bool = False
    conditions: tuple[Condition, ...] = ()
    sid: str | None = None
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDocument:
    """A document that was read without errors. `warnings` tell what it probably should not say."""

    name: str
    kind: PolicyKind
    version: Version
    statements: tuple[Statement, ...]
    id: str | None = None
    warnings: tuple[Diagnostic, ...] = field(default=(), compare=False)
