"""What follows from who asks and from what is asked for: the condition keys that are known before anybody has asked.

Three answers for a key: its value, `ABSENT`, or `UNKNOWN`. The last is the default; a key is only called absent where
the documentation says that such a caller has none.

Source: AWS IAM User Guide, "AWS global condition context keys"; "Pass session tags in AWS STS" (the role's trust policy
must let whoever passes them, so the tags of a role that lets nobody are the tags of its sessions).
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from watchword.decision.analysis.account.model import AccountPrincipal, Estate, PrincipalType
from watchword.decision.analysis.partial import Knowledge, Unreadable
from watchword.decision.analysis.patterns import matches
from watchword.decision.engine import ContextValue
from watchword.decision.language import Effect
from watchword.decision.language import PrincipalType as EntryType

_PRINCIPAL_TAG = "aws:principaltag/"
_RESOURCE_TAGS = ("aws:resourcetag/", "iam:resourcetag/")
_TYPE = {PrincipalType.USER: "User", PrincipalType.ROLE: "AssumedRole", PrincipalType.ROOT: "Account"}
_NO_FACTS: Mapping[str, ContextValue] = MappingProxyType({})


class Lack(enum.Enum):
    ABSENT = "absent"
    UNKNOWN = "unknown"


ABSENT, UNKNOWN = Lack.ABSENT, Lack.UNKNOWN
Fact = ContextValue | Lack


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What somebody has stated about the request, over and above what follows. Keys are in lower case."""

    values: Mapping[str, ContextValue] = field(default_factory=lambda: _NO_FACTS)
    absent: frozenset[str] = frozenset()

    def fact(self, key: str) -> Fact:
        if key in self.values:
            return self.values[key]
        return ABSENT if key in self.absent else UNKNOWN

    def and_values(self, values: Mapping[str, ContextValue]) -> "Stated":
        """These, and others, which give way to what was stated before."""
        return Stated(values={**values, **self.values}, absent=self.absent)


NOTHING_STATED = Stated()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A resource that is asked about. `tags` is None where they are not known; `boundary` is the ARN of a principal's
    permission boundary, empty for none, None where the resource is no principal of the estate."""

    arn: str
    account: str
    tags: Mapping[str, str] | None = None
    boundary: str | None = None


def principal_fact(principal: AccountPrincipal, estate: Estate, key: str) -> Fact:
    """What a key is for one of the estate's principals."""
    match key:
        case "aws:principalarn":
            return principal.arn
        case "aws:principalaccount":
            return principal.account
        case "aws:principaltype":
            return _TYPE[principal.type]
        case "aws:username":
            return principal.name if principal.type is PrincipalType.USER else ABSENT
        case "aws:userid":
            # A role session's is the role's id and a name that whoever assumes it may choose.
            return (principal.unique_id or UNKNOWN) if principal.type is not PrincipalType.ROLE else UNKNOWN
        case "aws:principalisawsservice":
            return "false"
        case "aws:principalservicename" | "aws:principalservicenameslist":
            return ABSENT
        case "aws:federatedprovider":
            return UNKNOWN if is_federated(principal) else ABSENT
        case "aws:principalorgid":
            return _organisation_id(estate, principal.account)
        case _:
            return _tag(principal, key) if key.startswith(_PRINCIPAL_TAG) else UNKNOWN


def _organisation_id(estate: Estate, account: str) -> Fact:
    organisation = estate.organisation
    if organisation is None or not organisation.id:
        return UNKNOWN
    return organisation.id if account in estate.accounts or account in organisation.accounts else UNKNOWN


def _tag(principal: AccountPrincipal, key: str) -> Fact:
    if principal.type is PrincipalType.ROLE and takes_session_tags(principal):
        return UNKNOWN
    return find_tag(principal.tags, key[len(_PRINCIPAL_TAG) :])


def find_tag(tags: Mapping[str, str], name: str) -> Fact:
    """Tag keys compare without case; two that differ by case alone are either, so which one is unknown."""
    found = {value for key, value in tags.items() if key.lower() == name}
    if not found:
        return ABSENT
    return found.pop() if len(found) == 1 else UNKNOWN


def is_federated(principal: AccountPrincipal) -> bool:
    """Whether a principal may be a session of a role that was assumed by way of an identity provider; such sessions
    alone have `aws:FederatedProvider`."""
    if principal.type is not PrincipalType.ROLE:
        return False
    if principal.trust is None or isinstance(principal.trust, Unreadable):
        return True
    return any(
        s.effect is Effect.ALLOW and (s.not_principal or any(e.type is EntryType.FEDERATED for e in s.principals or ()))
        for s in principal.trust.statements
    )


def takes_session_tags(role: AccountPrincipal) -> bool:
    """Whether somebody may hand over tags when a session of the role is made: then its tags are not the role's."""
    if role.trust is None or isinstance(role.trust, Unreadable):
        return True
    return any(
        s.effect is Effect.ALLOW and (s.not_action or any(matches(a.text.lower(), "sts:tagsession") for a in s.actions))
        for s in role.trust.statements
    )


def target_fact(target: Target, estate: Estate, key: str) -> Fact:
    """What a key is for what is asked for."""
    match key:
        case "aws:resourceaccount":
            return target.account or UNKNOWN
        case "aws:resourceorgid":
            return _organisation_id(estate, target.account)
        case "iam:permissionsboundary":
            # Where a principal is changed, this is its boundary; where one is made, the boundary that is asked for.
            return UNKNOWN if target.boundary is None else (target.boundary or ABSENT)
        case _:
            prefix = next((p for p in _RESOURCE_TAGS if key.startswith(p)), None)
            return UNKNOWN if prefix is None or target.tags is None else find_tag(target.tags, key[len(prefix) :])


def knowledge(facts: Iterable[tuple[str, Fact]]) -> Knowledge:
    values: dict[str, ContextValue] = {}
    absent: set[str] = set()
    for key, fact in facts:
        if fact is ABSENT:
            absent.add(key)
        elif not isinstance(fact, Lack):
            values[key] = fact
    return Knowledge(values=values, absent=frozenset(absent))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outsider:
    """Somebody whom a resource's policy may let in and whom the estate does not hold.

    `arn` is the name that decides (empty for a caller without one); `facts` what is known of them, the rest being
    unknown but for `absent`.
    """

    label: str
    arn: str = ""
    account: str = ""
    facts: Mapping[str, ContextValue] = field(default_factory=lambda: _NO_FACTS)
    absent: frozenset[str] = frozenset()
    note: str = ""
    service: str = ""

    def fact(self, key: str) -> Fact:
        if key in self.facts:
            return self.facts[key]
        gone = key in self.absent or (_PRINCIPAL_TAG in self.absent and key.startswith(_PRINCIPAL_TAG))
        return ABSENT if gone else UNKNOWN


_NO_IDENTITY = frozenset(
    {
        "aws:principalarn",
        "aws:principalaccount",
        "aws:username",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:federatedprovider",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        _PRINCIPAL_TAG,
    }
)
_SERVICE_KEYS = frozenset({"aws:principalservicename", "aws:principalservicenameslist"})


def anonymous() -> Outsider:
    return Outsider(
        label="anyone, without signing in",
        facts={"aws:principaltype": "Anonymous", "aws:userid": "anonymous", "aws:principalisawsservice": "false"},
        absent=_NO_IDENTITY,
    )


def anybody() -> Outsider:
    """Any principal of any account; which account is not said, so that nothing about it is known."""
    return Outsider(
        label="any AWS principal, of any account",
        arn="arn:aws:iam::000000000000:user/anybody",
        account="000000000000",
        facts={"aws:principalisawsservice": "false"},
        absent=_SERVICE_KEYS,
        note="where its own account allows it",
    )


def service(name: str) -> Outsider:
    """An AWS service, by the name that the policy has for it. Its names for single regions are left out."""
    return Outsider(
        label=f"service {name}",
        service=name,
        facts={
            "aws:principalservicename": name,
            "aws:principalservicenameslist": (name,),
            "aws:principalisawsservice": "true",
        },
        absent=frozenset({"aws:username", "aws:federatedprovider", _PRINCIPAL_TAG}),
    )


def federated(provider: str) -> Outsider:
    return Outsider(
        label=f"federated {provider}",
        facts={"aws:federatedprovider": provider, "aws:principalisawsservice": "false"},
        absent=_SERVICE_KEYS,
        note="whoever the provider vouches for",
    )


def foreign(arn: str, account: str, *, known_name: bool) -> Outsider:
    """A principal of another account; without `known_name`, all of the account."""
    facts: dict[str, ContextValue] = {"aws:principalaccount": account, "aws:principalisawsservice": "false"}
    if known_name:
        facts["aws:principalarn"] = arn
    return Outsider(
        label=arn if known_name else f"account {account}",
        arn=arn,
        account=account,
        facts=facts,
        absent=_SERVICE_KEYS,
        note="where its own account allows it",
    )
