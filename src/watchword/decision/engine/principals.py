"""Whom a `Principal` or `NotPrincipal` element means.

A caller is known by several names at once: a role session is that session, its role, and its account. Which of them a
resource policy uses decides what the naming is worth (IAM User Guide, "Policy evaluation logic"):

- the caller itself, or everyone: a grant of its own (`DIRECT`);
- the role behind a session: a grant that the session's boundary and session policy limit (`LIMITED`);
- the account: nothing but leave for the account to grant (`ACCOUNT`).
"""

import enum
from dataclasses import dataclass

from watchword.decision.engine.model import Request
from watchword.decision.language import Effect, PrincipalType, Statement

_ARN_PARTS = 6
_ROOT = "root"


class Naming(enum.IntEnum):
    """How a policy names a caller, from not at all to by its own name."""

    NONE = 0
    ACCOUNT = 1
    LIMITED = 2
    DIRECT = 3


_NONE, _ACCOUNT, _LIMITED, _DIRECT = Naming


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The names of whoever asks. `arn` is empty for the anonymous caller and for an AWS service."""

    arn: str
    account: str
    root: tuple[str, str]  # partition and account
    role: tuple[str, str, str] | None  # partition, account and name of the role of an assumed-role session
    issuer: str
    is_role: bool  # the ARN is that of a role itself, standing for any of its sessions
    is_root: bool
    services: frozenset[str]
    provider: str


def read_caller(request: Request) -> Caller:
    arn = request.principal.arn
    context = request.context
    services: frozenset[str] = frozenset()
    if arn is None:
        name, names = context.get("aws:principalservicename"), context.get("aws:principalservicenameslist")
        found = [request.service] if request.service else []
        services = frozenset(
            [*found, *([name] if isinstance(name, str) else []), *(names if isinstance(names, tuple) else ())]
        )
    provider = context.get("aws:federatedprovider")
    kind, _, rest = arn.resource.partition("/") if arn else ("", "", "")
    assumed = arn is not None and arn.service == "sts" and kind == "assumed-role"
    partition = arn.partition if arn else ""
    return Caller(
        arn=str(arn) if arn else "",
        account=request.account,
        root=(partition, request.account),
        role=(partition, request.account, rest.partition("/")[0]) if assumed else None,
        issuer=request.session_issuer,
        is_role=arn is not None and arn.service == "iam" and kind == "role",
        is_root=arn is not None and arn.service == "iam" and arn.resource == _ROOT and request.account != "",
        services=services,
        provider=provider if isinstance(provider, str) else "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Principals:
    """A statement's principal element, sorted by kind of name. Without one it names nobody."""

    inverted: bool
    deny: bool
    everyone: bool
    accounts: frozenset[str]
    roots: frozenset[tuple[str, str]]
    arns: frozenset[str]
    roles: frozenset[tuple[str, str, str]]
    services: frozenset[str]
    providers: frozenset[str]

    def naming(self, caller: Caller, *, bounded: bool) -> Naming:
        """How this names a caller. `bounded`: the caller has a permission boundary."""
        if not self.inverted:
            return self._best(caller)
        spared = (not bounded and self._wholly_listed(caller)) if self.deny else self._best(caller) is not _NONE
        return Naming.NONE if spared else Naming.DIRECT

    def _best(self, caller: Caller) -> Naming:
        if (
            self.everyone
            or (self.services and not self.services.isdisjoint(caller.services))
            or caller.provider in self.providers
        ):
            return Naming.DIRECT
        arn = caller.arn
        if not arn:
            return Naming.NONE
        if arn in self.arns:
            return Naming.LIMITED if caller.is_role else Naming.DIRECT
        if self._issued(caller):
            return Naming.LIMITED
        return Naming.ACCOUNT if self._account(caller) else Naming.NONE

    def _issued(self, caller: Caller) -> bool:
        if caller.issuer:
            return caller.issuer in self.arns
        # A session's ARN leaves out the role's path; a role's name is unique in its account.
        return caller.role is not None and caller.role in self.roles

    def _account(self, caller: Caller) -> bool:
        return caller.account in self.accounts or caller.root in self.roots

    def _wholly_listed(self, caller: Caller) -> bool:
        """Whether NotPrincipal lists a caller under every name it has: session, role and account; "*" is every name."""
        if self.everyone:
            return True
        itself = caller.arn in self.arns or (
            not caller.is_role and (not self.services.isdisjoint(caller.services) or caller.provider in self.providers)
        )
        return (
            (caller.is_root or itself)
            and (caller.role is None or self._issued(caller))
            and (not caller.account or self._account(caller))
        )


def compile_principals(statement: Statement) -> Principals:
    names: dict[PrincipalType, set[str]] = {t: set() for t in PrincipalType}
    for entry in statement.principals or ():
        names[entry.type].add(entry.value.text)
    accounts: set[str] = set()
    roots: set[tuple[str, str]] = set()
    arns: set[str] = set()
    roles: set[tuple[str, str, str]] = set()
    for name in names[PrincipalType.AWS]:
        parts = name.split(":", _ARN_PARTS - 1)
        if name == "*":
            continue
        if len(parts) < _ARN_PARTS:
            accounts.add(name)
            continue
        _, partition, _, _, account, resource = parts
        if resource == _ROOT:
            roots.add((partition, account))
            continue
        arns.add(name)
        if resource.startswith("role/"):
            roles.add((partition, account, resource.rpartition("/")[2]))
    return Principals(
        inverted=statement.not_principal,
        deny=statement.effect is Effect.DENY,
        everyone="*" in names[PrincipalType.AWS],
        accounts=frozenset(accounts - {""}),
        roots=frozenset(roots),
        arns=frozenset(arns),
        roles=frozenset(roles),
        # A request does not say who its canonical user is; the language refuses one in a Deny.
        services=frozenset(names[PrincipalType.SERVICE]),
        providers=frozenset(names[PrincipalType.FEDERATED]),
    )
