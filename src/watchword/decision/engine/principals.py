"""Whom a `Principal` or `NotPrincipal` element means.

A caller is known by several names at once: a role session is that session, its role, and its account. Which of them a
resource policy uses decides what the naming is worth (IAM User Guide, "Policy evaluation logic"):

- the caller itself, or everyone: a grant of its own (`DIRECT`);
- the role behind a session: a grant that the session's boundary and session policy limit (`LIMITED`);
- the account: nothing but leave for the account to grant (`ACCOUNT`).
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from watchword.decision.engine.model import Request
from watchword.decision.language import Effect, PrincipalEntry, PrincipalType, Statement

_ARN_PARTS = 6
_ROOT = "root"


class Naming(enum.IntEnum):
    """How a policy names a caller, from not at all to by its own name."""

    NONE = 0
    ACCOUNT = 1
    LIMITED = 2
    DIRECT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The names of whoever asks. `arn` is empty for the anonymous caller and for an AWS service."""

    arn: str
    partition: str
    account: str
    role: str  # the name of the role of an assumed-role session, else empty
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
        services = frozenset([*([name] if isinstance(name, str) else []), *(names if isinstance(names, tuple) else ())])
    provider = context.get("aws:federatedprovider")
    kind, _, rest = arn.resource.partition("/") if arn else ("", "", "")
    assumed = arn is not None and arn.service == "sts" and kind == "assumed-role"
    return Caller(
        arn=str(arn) if arn else "",
        partition=arn.partition if arn else "",
        account=request.account,
        role=rest.partition("/")[0] if assumed else "",
        issuer=request.session_issuer,
        is_role=arn is not None and arn.service == "iam" and kind == "role",
        is_root=arn is not None and arn.service == "iam" and arn.resource == _ROOT and request.account != "",
        services=services,
        provider=provider if isinstance(provider, str) else "",
    )


def naming(statement: Statement, caller: Caller, *, bounded: bool) -> Naming:
    """How a statement's principal element names a caller. `bounded`: the caller has a permission boundary."""
    entries = statement.principals
    if entries is None:
        return Naming.NONE
    if not statement.not_principal:
        return max((_naming_by(e, caller) for e in entries), default=Naming.NONE)
    if statement.effect is Effect.ALLOW:
        spared = any(_naming_by(e, caller) for e in entries)
    else:
        spared = not bounded and _wholly_listed(entries, caller)
    return Naming.NONE if spared else Naming.DIRECT


def _wholly_listed(entries: Sequence[PrincipalEntry], caller: Caller) -> bool:
    """Whether NotPrincipal lists a caller under every name it has: session, role and account; "*" is every name."""
    ways = {_naming_by(e, caller) for e in entries}
    if any(e.type is PrincipalType.AWS and e.value.text == "*" for e in entries):
        return True
    needed: set[Naming] = set()
    if not caller.is_root:
        needed.add(Naming.LIMITED if caller.is_role else Naming.DIRECT)
    if caller.role:
        needed.add(Naming.LIMITED)
    if caller.account:
        needed.add(Naming.ACCOUNT)
    return needed <= ways


def _naming_by(entry: PrincipalEntry, caller: Caller) -> Naming:
    name = entry.value.text
    match entry.type:
        case PrincipalType.SERVICE:
            return Naming.DIRECT if name in caller.services else Naming.NONE
        case PrincipalType.FEDERATED:
            return Naming.DIRECT if caller.provider and name == caller.provider else Naming.NONE
        case PrincipalType.CANONICAL_USER:
            return Naming.NONE  # a request does not say; the language refuses it in a Deny
        case PrincipalType.AWS:
            pass
    if name == "*":
        return Naming.DIRECT
    if not caller.arn:
        return Naming.NONE
    parts = name.split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS:
        return Naming.ACCOUNT if caller.account and name == caller.account else Naming.NONE
    _, partition, _, _, account, resource = parts
    if resource == _ROOT:
        return Naming.ACCOUNT if (partition, account) == (caller.partition, caller.account) else Naming.NONE
    if name == caller.arn:
        return Naming.LIMITED if caller.is_role else Naming.DIRECT
    if caller.issuer:
        return Naming.LIMITED if name == caller.issuer else Naming.NONE
    is_role_of_session = (
        caller.role
        and resource.startswith("role/")
        # A session's ARN leaves out the role's path; a role's name is unique in its account.
        and resource.rpartition("/")[2] == caller.role
        and (partition, account) == (caller.partition, caller.account)
    )
    return Naming.LIMITED if is_role_of_session else Naming.NONE
