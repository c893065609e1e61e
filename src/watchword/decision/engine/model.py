"""The question and the answer: `Request` goes in, `Decision` comes out, and nothing here touches the world."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from watchword.kernel.principals import Principal

ContextValue = str | tuple[str, ...]
"""A condition key's value: a string, or a tuple of strings for a multi-valued key. Booleans are `true` and `false`,
numbers their decimal text, instants ISO 8601 in UTC with a trailing Z."""


class Result(enum.StrEnum):
    ALLOWED = "Allowed"
    IMPLICITLY_DENIED = "ImplicitlyDenied"
    EXPLICITLY_DENIED = "ExplicitlyDenied"


class Layer(enum.StrEnum):
    """Where a statement stands, or which layer did not give its consent."""

    GUARDRAIL = "guardrail"  # service control policies: what the organisation permits at all
    RESOURCE_GUARDRAIL = "resource-guardrail"  # resource control policies
    RESOURCE = "resource"
    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"
    ENDPOINT = "endpoint"  # VPC endpoint policies


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One access request.

    `context` maps condition keys, *already in lower case*, to values. `account` and `resource_account` are account
    numbers; both are empty for Watchword's own resources, which makes the request a same-account one. `session_issuer`
    is the ARN of the role or user that a session was made from; without it a role is recognised by its name, which is
    unique in its account. `service` is the host name of an AWS service that asks on its own behalf, and so has no ARN.
    """

    principal: Principal
    action: str
    resource: str
    context: Mapping[str, ContextValue]
    account: str = ""
    resource_account: str = ""
    session_issuer: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRef:
    """A statement's address: document, layer, index from 0, `Sid`, and the line it starts on (0: not known)."""

    policy: str
    layer: Layer
    index: int
    sid: str | None
    line: int = 0

    def __str__(self) -> str:
        return f"{self.policy}#{self.sid or self.index}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer. `determining` is never empty for Allowed and ExplicitlyDenied.

    `blocking_layer` names the layer that withheld consent: the one holding the explicit Deny, or the one in which no
    statement allowed. `missing_keys` are condition keys that were absent, and whose presence could make it Allowed or
    refused.
    """

    result: Result
    determining: tuple[StatementRef, ...]
    blocking_layer: Layer | None
    missing_keys: tuple[str, ...]
    revision: str

    @property
    def allowed(self) -> bool:
        return self.result is Result.ALLOWED


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextChange:
    """One condition that is not as it would have to be. `actual` is None where the key is absent."""

    statement: StatementRef
    operator: str
    key: str
    expected: tuple[str, ...]
    actual: tuple[str, ...] | None
    must_match: bool  # True: this condition has to become true (an Allow); False: it has to become false (a Deny)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """Context changes that together turn the decision into Allowed, as a replay with a changed context has shown.

    `example` is that context: the values of the changed keys that were replayed, None for a key that must be absent.
    """

    changes: tuple[ContextChange, ...]
    example: tuple[tuple[str, ContextValue | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionTrace:
    """One condition as it met the request. `actual` is None where the key is absent."""

    operator: str
    key: str
    expected: tuple[str, ...]
    actual: tuple[str, ...] | None
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementTrace:
    """A statement that speaks of the action, the resource and the principal. It applies where all conditions hold."""

    ref: StatementRef
    deny: bool
    conditions: tuple[ConditionTrace, ...]
    applies: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a request was decided as it was, and what would change the answer.

    `remedies` come smallest first; none means that no change of the context alone turns the answer. `considered` holds
    every statement whose action, resource and principal match, whatever its conditions said, and `traces` what they
    said. `otherwise_allowed`: an explicit Deny alone stands between the request and what allows it. `summary` is one
    sentence.
    """

    decision: Decision
    remedies: tuple[Remedy, ...]
    considered: tuple[StatementRef, ...]
    traces: tuple[StatementTrace, ...] = ()
    otherwise_allowed: bool = False
    summary: str = ""
