"""An estate: the principals of some AWS accounts, with everything that decides what they may do, as it was read.

What could not be read stands in its place as `Unreadable`; nothing is left out in silence.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from watchword.decision.analysis.partial import Held, Layers
from watchword.kernel.arn import Arn

_NONE: Mapping[str, str] = MappingProxyType({})
ROOT = "root"


class PrincipalType(enum.StrEnum):
    USER = "user"
    ROLE = "role"
    ROOT = ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A policy that somebody has. `arn` is that of a managed policy, else empty; `group` the ARN of the group that it
    came by, else empty."""

    document: Held
    arn: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPrincipal:
    """A user, a role or an account's root user. `groups` are ARNs; `policies` hold what came by them, too.

    `unique_id` is what `aws:userid` starts with. `trust` is None for all but roles. `profiles` are the names of the
    instance profiles that hold the role.
    """

    arn: str
    type: PrincipalType
    name: str
    account: str
    unique_id: str = ""
    policies: tuple[Attached, ...] = ()
    boundary: Attached | None = None
    groups: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=lambda: _NONE)
    trust: Held | None = None
    profiles: tuple[str, ...] = ()

    @property
    def identity(self) -> tuple[Held, ...]:
        return tuple(a.document for a in self.policies)

    @property
    def service_linked(self) -> bool:
        return self.type is PrincipalType.ROLE and ":role/aws-service-role/" in self.arn

    def __str__(self) -> str:
        return self.arn


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    arn: str
    name: str
    account: str
    policies: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedPolicy:
    """`versions` are those that are not the default, by their id."""

    arn: str
    name: str
    document: Held
    versions: Mapping[str, Held]

    @property
    def customer(self) -> bool:
        """Whether it belongs to an account, and so can be edited there."""
        return Arn.parse(self.arn).account not in {"", "aws"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourcePolicy:
    """The policy on a resource; `document` is None where somebody has said that there is none. `public_access_blocked`:
    it is a bucket that restricts public access (S3 Block Public Access)."""

    arn: str
    document: Held | None
    account: str = ""
    public_access_blocked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrails:
    """The organisation's policies over one account, one entry a level, outermost first."""

    scp: tuple[tuple[Held, ...], ...] = ()
    rcp: tuple[tuple[Held, ...], ...] = ()


_NO_GUARDRAILS = Guardrails()


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """`everywhere` are the guardrails of every account that `accounts` does not name. `id` is that of the organisation,
    empty where it was not said. The management account has no guardrails."""

    id: str = ""
    management_account: str = ""
    everywhere: Guardrails = _NO_GUARDRAILS
    accounts: Mapping[str, Guardrails] = field(default_factory=dict)

    def over(self, account: str) -> Guardrails:
        if account == self.management_account and account:
            return _NO_GUARDRAILS
        return self.accounts.get(account, self.everywhere)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that could not be read: where it stands, what is wrong, and whom it concerns (ARNs)."""

    place: str
    message: str
    concerns: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """`accounts` are the numbers of those that were read. `principals` are by ARN, in the order of the files; each
    account's root user comes last."""

    accounts: tuple[str, ...]
    principals: Mapping[str, AccountPrincipal]
    groups: Mapping[str, Group] = field(default_factory=dict)
    managed: Mapping[str, ManagedPolicy] = field(default_factory=dict)
    resources: Mapping[str, ResourcePolicy] = field(default_factory=dict)
    organisation: Organisation | None = None
    problems: tuple[Problem, ...] = ()

    def resource_policy(self, resource: str) -> ResourcePolicy | None:
        """The policy that speaks about a resource: its own, or that of what it lies in (an object's bucket)."""
        at = resource
        while at:
            found = self.resources.get(at)
            if found is not None:
                return found
            at = at[: max(at.rfind("/"), at.rfind(":"), 0)]
        return None

    def public_access_blocked(self, resource: str) -> bool:
        found = self.resource_policy(resource)
        return found is not None and found.public_access_blocked

    def guardrails(self, account: str) -> Guardrails:
        return self.organisation.over(account) if self.organisation is not None else _NO_GUARDRAILS


def layers(
    principal: AccountPrincipal,
    estate: Estate,
    *,
    resource: Held | None,
    target: str,
    resource_account: str,
    guarded: bool = True,
) -> Layers:
    """Everything that speaks about a principal and a resource; without `guarded`, but for the organisation."""
    return Layers(
        identity=principal.identity,
        boundary=principal.boundary.document if principal.boundary is not None else None,
        resource=resource,
        scp=estate.guardrails(principal.account).scp if guarded else (),
        rcp=estate.guardrails(resource_account).rcp if guarded else (),
        public_access_blocked=estate.public_access_blocked(target),
    )
