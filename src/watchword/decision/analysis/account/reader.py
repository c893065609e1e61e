"""`read_estate`: what the AWS command line wrote about some accounts, as one `Estate`.

    estate = read_estate([Source("account.json", text)], resource_policies=[…], organisation=…)

A file of an estate is the JSON of `aws iam get-account-authorization-details`: an object with any of `UserDetailList`,
`GroupDetailList`, `RoleDetailList` and `Policies`, or a list of such objects, as paging leaves them. Policy documents
are objects, as the AWS command line writes them, or texts, percent-encoded (RFC 3986) as the API returns them.

A file that is no such thing is refused. A *document* in it that cannot be read is not: it becomes `Unreadable` where it
is attached and a `Problem` with its place, in the notation of jq, and the rest goes on.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import unquote

from watchword.decision.analysis.account.model import (
    ROOT,
    AccountPrincipal,
    Attached,
    Estate,
    Group,
    Guardrails,
    ManagedPolicy,
    Organisation,
    PrincipalType,
    Problem,
    ResourcePolicy,
)
from watchword.decision.analysis.partial import Held, Unreadable
from watchword.decision.language import PolicyDocument, PolicyError, PolicyKind, Severity, parse_policy
from watchword.kernel.arn import Arn
from watchword.kernel.errors import InvalidInputError, Place

_LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
_RESOURCE_MEMBERS = frozenset({"arn", "policy", "account", "public_access_blocked"})
_ORGANISATION_MEMBERS = frozenset({"id", "management_account", "scp", "rcp", "accounts"})
_LEVEL_MEMBERS = frozenset({"level", "docs"})
_ACCOUNT_DIGITS = 12

_Node = str | int | float | bool | None | list["_Node"] | dict[str, "_Node"]
_Record = dict[str, _Node]


@dataclass(frozen=True, slots=True)
class Source:
    """A file's name, as problems call it, and its text."""

    name: str
    text: str | bytes


class _Number(float):
    """A number that is not whole, and how it was written: conditions may compare its text."""

    text: str

    def __new__(cls, text: str) -> Self:
        number = super().__new__(cls, text)
        number.text = text
        return number


class _Doubled(dict[str, _Node]):
    """An object in which a key stands twice; the second may hide a Deny, so both are kept."""

    pairs: list[tuple[str, _Node]]


def read_estate(
    sources: Sequence[Source], *, resource_policies: Sequence[Source] = (), organisation: Source | None = None
) -> Estate:
    """Read all of it. Raise `InvalidInputError` for a file that is not of its form."""
    reader = _Reader()
    for source in sources:
        reader.pages(source)
    resources: dict[str, ResourcePolicy] = {}
    for source in resource_policies:
        for policy in reader.resource_policies(source):
            if policy.arn in resources and resources[policy.arn] != policy:
                raise _refused(source.name, f"two policies are given for {policy.arn}", "one a resource", "another")
            resources[policy.arn] = policy
    guardrails = reader.organisation(organisation) if organisation is not None else None
    return reader.estate(resources, guardrails)


def _refused(name: str, message: str, expected: str, found: str) -> InvalidInputError:
    return InvalidInputError(message, code="estate.form", place=Place(document=name), expected=expected, found=found)


def _check_arn(source: Source, text: str, place: str) -> Arn:
    try:
        return Arn.parse(text)
    except InvalidInputError:
        raise _refused(source.name, f"{place} is named by no ARN", "an ARN", repr(text)) from None


def _parse(source: Source) -> _Node:
    def pairs(members: list[tuple[str, _Node]]) -> _Node:
        result = dict(members)
        if len(result) == len(members):
            return result
        doubled = _Doubled(result)
        doubled.pairs = members
        return doubled

    def constant(text: str) -> float:
        raise ValueError(f"{text} is no JSON")

    try:
        text = source.text.decode("utf-8-sig") if isinstance(source.text, bytes) else source.text
        node: _Node = json.loads(text, object_pairs_hook=pairs, parse_constant=constant, parse_float=_Number)
    except RecursionError:
        raise _refused(source.name, "nested too deeply", "at most a few hundred levels", "more") from None
    except ValueError as error:
        raise _refused(
            source.name, f"not JSON: {error}", "the JSON that the AWS command line writes", "other text"
        ) from None
    return node


def _dump(node: _Node, indent: str = "\n") -> str:
    """The text of a document, laid out as the AWS command line does, with every key that was there."""
    inner = indent + "    "
    if isinstance(node, dict):
        members = node.pairs if isinstance(node, _Doubled) else node.items()
        body = f",{inner}".join(f"{json.dumps(k)}: {_dump(v, inner)}" for k, v in members)
        return f"{{{inner}{body}{indent}}}" if body else "{}"
    if isinstance(node, list):
        body = f",{inner}".join(_dump(v, inner) for v in node)
        return f"[{inner}{body}{indent}]" if body else "[]"
    return node.text if isinstance(node, _Number) else json.dumps(node)


def _kind_of(node: _Node) -> str:
    if node is None:
        return "null"
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return next((name for kind, name in names.items() if isinstance(node, kind)), "a number")


class _Reader:
    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._documents: dict[tuple[str, PolicyKind], PolicyDocument | str] = {}
        self._users: dict[str, tuple[_Record, str]] = {}
        self._groups: dict[str, tuple[_Record, str]] = {}
        self._roles: dict[str, tuple[_Record, str]] = {}
        self._policies: dict[str, tuple[_Record, str]] = {}
        self._torn: set[str] = set()  # ARNs that stand twice, and differ

    # Files

    def pages(self, source: Source) -> None:
        root = _parse(source)
        pages = root if isinstance(root, list) else [root]
        for number, page in enumerate(pages):
            path = f"{source.name}: " + (f".[{number}]" if isinstance(root, list) else "")
            if not isinstance(page, dict) or not any(name in page for name in _LISTS):
                raise _refused(
                    source.name,
                    "not the output of `aws iam get-account-authorization-details`",
                    f"an object with {', '.join(_LISTS)}, or a list of such",
                    _kind_of(page)
                    if not isinstance(page, dict)
                    else "an object with " + (", ".join(page) or "nothing"),
                )
            if isinstance(page, _Doubled):
                raise _refused(source.name, "a key stands twice", "each list once", ", ".join(k for k, _ in page.pairs))
            for name, into in zip(_LISTS, (self._users, self._groups, self._roles, self._policies), strict=True):
                self._collect(source, page.get(name), f"{path}.{name}", into)

    def _collect(self, source: Source, node: _Node, path: str, into: dict[str, tuple[_Record, str]]) -> None:
        for index, item in enumerate(self._list(source, node, path)):
            place = f"{path}[{index}]"
            if not isinstance(item, dict):
                raise _refused(source.name, f"{place} is no object", "an object", _kind_of(item))
            if isinstance(item, _Doubled):
                raise _refused(source.name, f"{place} has a key twice", "each key once", "two")
            arn = item.get("Arn")
            if not isinstance(arn, str):
                raise _refused(source.name, f"{place} has no Arn", "an ARN", _kind_of(arn))
            _check_arn(source, arn, place)
            before = into.setdefault(arn, (item, place))
            if before[0] != item:
                self._torn.add(arn)
                self._problems.append(
                    Problem(place=place, message=f"{arn} stood at {before[1]} already, otherwise", concerns=(arn,))
                )

    def _list(self, source: Source, node: _Node, path: str) -> list[_Node]:
        if node is None:
            return []
        if not isinstance(node, list):
            raise _refused(source.name, f"{path} is no list", "a list", _kind_of(node))
        return node

    # Documents

    def _document(self, node: _Node, *, name: str, kind: PolicyKind, place: str, concerns: Iterable[str] = ()) -> Held:
        """Read one document; the same text is read once."""
        if isinstance(node, str):
            # The API percent-encodes; some tools decode. A document's own text starts with its brace.
            try:
                text = node if node.lstrip().startswith("{") else unquote(node, errors="strict")
            except UnicodeDecodeError:
                return self._unreadable(name, place, "percent-encoded, but not UTF-8", concerns)
        elif isinstance(node, dict):
            text = _dump(node)
        else:
            return self._unreadable(name, place, f"no policy document, but {_kind_of(node)}", concerns)
        found = self._documents.get((text, kind))
        if found is None:
            found = self._documents[text, kind] = _read(text, kind)
        if isinstance(found, str):
            return self._unreadable(name, place, found, concerns)
        return found if found.name == name else replace(found, name=name)

    def _unreadable(self, name: str, place: str, message: str, concerns: Iterable[str]) -> Unreadable:
        self._problems.append(Problem(place=place, message=message, concerns=tuple(concerns)))
        return Unreadable(name=name, why=f"{place}: {message}")

    # The estate

    def estate(self, resources: Mapping[str, ResourcePolicy], organisation: Organisation | None) -> Estate:
        managed = {arn: self._managed(arn, item, place) for arn, (item, place) in self._policies.items()}
        groups = {arn: self._group(arn, item, place, managed) for arn, (item, place) in self._groups.items()}
        principals: dict[str, AccountPrincipal] = {}
        for arn, (item, place) in self._users.items():
            principals[arn] = self._user(arn, item, place, managed, groups)
        for arn, (item, place) in self._roles.items():
            principals[arn] = self._role(arn, item, place, managed)
        partitions = {p.account: Arn.parse(p.arn).partition for p in principals.values()}
        partitions.update({g.account: Arn.parse(g.arn).partition for g in groups.values()})
        for account, partition in partitions.items():
            arn = f"arn:{partition}:iam::{account}:{ROOT}"
            principals[arn] = AccountPrincipal(
                arn=arn, type=PrincipalType.ROOT, name=ROOT, account=account, unique_id=account
            )
        return Estate(
            accounts=tuple(partitions),
            principals=principals,
            groups=groups,
            managed=managed,
            resources=resources,
            organisation=organisation,
            problems=tuple(self._problems),
        )

    def _managed(self, arn: str, item: _Record, place: str) -> ManagedPolicy:
        name = _text(item, "PolicyName") or arn.rpartition("/")[2]
        default = _text(item, "DefaultVersionId")
        versions: dict[str, Held] = {}
        document: Held | None = None
        for index, version in enumerate(_records(item.get("PolicyVersionList"))):
            at = f"{place}.PolicyVersionList[{index}].Document"
            which = _text(version, "VersionId")
            is_default = version.get("IsDefaultVersion") is True or (bool(which) and which == default)
            # Of the other versions, nobody who has the policy has anything.
            held = self._document(
                version.get("Document"),
                name=name,
                kind=PolicyKind.IDENTITY,
                place=at,
                concerns=(arn,) if is_default else (),
            )
            if is_default:
                document = held
            else:
                versions[which] = held
        if document is None or arn in self._torn:
            why = "its default version is not in the file" if document is None else "two pages disagree about it"
            document = self._unreadable(name, place, why, (arn,))
        return ManagedPolicy(arn=arn, name=name, document=document, versions=versions)

    def _inline(self, node: _Node, owner: str, place: str, *, concerns: str, group: str = "") -> Iterator[Attached]:
        for index, item in enumerate(_records(node)):
            name = f"{owner}/{_text(item, 'PolicyName') or index}"
            at = f"{place}[{index}].PolicyDocument"
            document = self._document(
                item.get("PolicyDocument"), name=name, kind=PolicyKind.IDENTITY, place=at, concerns=(concerns,)
            )
            yield Attached(document=document, group=group)

    def _attached(
        self, node: _Node, place: str, managed: Mapping[str, ManagedPolicy], *, concerns: str, group: str = ""
    ) -> Iterator[Attached]:
        for index, item in enumerate(_records(node)):
            arn = _text(item, "PolicyArn")
            yield Attached(document=self._find(arn, f"{place}[{index}]", managed, concerns), arn=arn, group=group)

    def _find(self, arn: str, place: str, managed: Mapping[str, ManagedPolicy], concerns: str) -> Held:
        found = managed.get(arn)
        if found is not None:
            return found.document
        return self._unreadable(
            arn.rpartition("/")[2] or "policy", place, f"the policy {arn} is not in the file", (concerns,)
        )

    def _group(self, arn: str, item: _Record, place: str, managed: Mapping[str, ManagedPolicy]) -> Group:
        name = _text(item, "GroupName") or arn.rpartition("/")[2]
        return Group(
            arn=arn,
            name=name,
            account=Arn.parse(arn).account,
            policies=(
                *self._inline(
                    item.get("GroupPolicyList"), f"group/{name}", f"{place}.GroupPolicyList", concerns=arn, group=arn
                ),
                *self._attached(
                    item.get("AttachedManagedPolicies"),
                    f"{place}.AttachedManagedPolicies",
                    managed,
                    concerns=arn,
                    group=arn,
                ),
                *self._disagreement(arn, place),
            ),
        )

    def _disagreement(self, arn: str, place: str) -> list[Attached]:
        if arn not in self._torn:
            return []
        return [Attached(document=Unreadable(name=arn, why=f"{place}: two pages disagree about it"))]

    def _boundary(
        self, item: _Record, place: str, managed: Mapping[str, ManagedPolicy], concerns: str
    ) -> Attached | None:
        boundary = item.get("PermissionsBoundary")
        if boundary is None:
            return None
        arn = _text(boundary, "PermissionsBoundaryArn") if isinstance(boundary, dict) else ""
        return Attached(document=self._find(arn, f"{place}.PermissionsBoundary", managed, concerns), arn=arn)

    def _user(
        self,
        arn: str,
        item: _Record,
        place: str,
        managed: Mapping[str, ManagedPolicy],
        groups: Mapping[str, Group],
    ) -> AccountPrincipal:
        name = _text(item, "UserName") or arn.rpartition("/")[2]
        account = Arn.parse(arn).account
        by_name = {g.name: g for g in groups.values() if g.account == account} if item.get("GroupList") else {}
        member_of: list[str] = []
        by_group: list[Attached] = []
        for index, group_name in enumerate(_items(item.get("GroupList"))):
            group = by_name.get(group_name) if isinstance(group_name, str) else None
            if group is None:
                at = f"{place}.GroupList[{index}]"
                held = self._unreadable(f"group/{group_name}", at, f"the group {group_name} is not in the file", (arn,))
                by_group.append(Attached(document=held))
            else:
                member_of.append(group.arn)
                by_group += group.policies
        return AccountPrincipal(
            arn=arn,
            type=PrincipalType.USER,
            name=name,
            account=account,
            unique_id=_text(item, "UserId"),
            policies=(
                *self._inline(item.get("UserPolicyList"), f"user/{name}", f"{place}.UserPolicyList", concerns=arn),
                *self._attached(
                    item.get("AttachedManagedPolicies"), f"{place}.AttachedManagedPolicies", managed, concerns=arn
                ),
                *by_group,
                *self._disagreement(arn, place),
            ),
            boundary=self._boundary(item, place, managed, arn),
            groups=tuple(member_of),
            tags=_tags(item.get("Tags")),
        )

    def _role(self, arn: str, item: _Record, place: str, managed: Mapping[str, ManagedPolicy]) -> AccountPrincipal:
        name = _text(item, "RoleName") or arn.rpartition("/")[2]
        trust = self._document(
            item.get("AssumeRolePolicyDocument"),
            name=f"role/{name}/trust",
            kind=PolicyKind.TRUST,
            place=f"{place}.AssumeRolePolicyDocument",
            concerns=(arn,),
        )
        return AccountPrincipal(
            arn=arn,
            type=PrincipalType.ROLE,
            name=name,
            account=Arn.parse(arn).account,
            unique_id=_text(item, "RoleId"),
            policies=(
                *self._inline(item.get("RolePolicyList"), f"role/{name}", f"{place}.RolePolicyList", concerns=arn),
                *self._attached(
                    item.get("AttachedManagedPolicies"), f"{place}.AttachedManagedPolicies", managed, concerns=arn
                ),
                *self._disagreement(arn, place),
            ),
            boundary=self._boundary(item, place, managed, arn),
            tags=_tags(item.get("Tags")),
            trust=trust,
            profiles=tuple(_text(p, "InstanceProfileName") for p in _records(item.get("InstanceProfileList"))),
        )

    # What stands beside it

    def resource_policies(self, source: Source) -> Iterator[ResourcePolicy]:
        """`{"resource arn": policy}`, or a list of `{"arn", "policy", "account"?, "public_access_blocked"?}`.

        A policy of null says that there is none.
        """
        root = _parse(source)
        if isinstance(root, _Doubled):
            raise _refused(source.name, "a resource stands twice", "one policy a resource", "two")
        if isinstance(root, dict):
            for arn, node in root.items():
                yield self._resource_policy(source, arn, node, "", f"{source.name}: .[{json.dumps(arn)}]")
            return
        for index, item in enumerate(self._list(source, root, f"{source.name}: .")):
            place = f"{source.name}: .[{index}]"
            if not isinstance(item, dict) or not {"arn", "policy"} <= item.keys() <= _RESOURCE_MEMBERS:
                raise _refused(
                    source.name,
                    f"{place} has another form",
                    '{"arn", "policy", "account"?, "public_access_blocked"?}',
                    _kind_of(item),
                )
            blocked = item.get("public_access_blocked", False)
            if not isinstance(blocked, bool):
                raise _refused(
                    source.name, f"{place}.public_access_blocked is neither", "true or false", _kind_of(blocked)
                )
            policy = self._resource_policy(
                source, _text(item, "arn"), item.get("policy"), _text(item, "account"), f"{place}.policy"
            )
            yield replace(policy, public_access_blocked=blocked)

    def _resource_policy(self, source: Source, arn: str, node: _Node, account: str, place: str) -> ResourcePolicy:
        owner = _check_arn(source, arn, place).account
        document = (
            None
            if node is None
            else self._document(node, name=arn, kind=PolicyKind.RESOURCE, place=place, concerns=(arn,))
        )
        return ResourcePolicy(arn=arn, document=document, account=account or owner)

    def organisation(self, source: Source) -> Organisation:
        """`{"id"?, "management_account"?, "scp": [{"level", "docs"}], "rcp": […], "accounts"?: {…: {"scp", "rcp"}}}`.

        Accounts are by their numbers; levels go from the root to the account.
        """
        root = _parse(source)
        if not isinstance(root, dict) or isinstance(root, _Doubled) or not root.keys() <= _ORGANISATION_MEMBERS:
            found = ", ".join(root) if isinstance(root, dict) else _kind_of(root)
            raise _refused(
                source.name, "not an organisation's policies", ", ".join(sorted(_ORGANISATION_MEMBERS)), found
            )
        accounts: dict[str, Guardrails] = {}
        by_account = root.get("accounts")
        if by_account is not None and not isinstance(by_account, dict):
            raise _refused(source.name, "accounts is no object", "an object by account number", _kind_of(by_account))
        for account, node in (by_account or {}).items():
            place = f"{source.name}: .accounts[{json.dumps(account)}]"
            if not isinstance(node, dict) or not node.keys() <= {"scp", "rcp"}:
                raise _refused(source.name, f"{place} has another form", '{"scp", "rcp"}', _kind_of(node))
            if len(account) != _ACCOUNT_DIGITS or not account.isdecimal():
                raise _refused(source.name, f"{place} names no account", "12 digits", account)
            accounts[account] = self._guardrails(source, node, place)
        return Organisation(
            id=_text(root, "id"),
            management_account=_text(root, "management_account"),
            everywhere=self._guardrails(source, root, f"{source.name}: "),
            accounts=accounts,
        )

    def _guardrails(self, source: Source, node: _Record, path: str) -> Guardrails:
        def levels(name: str, kind: PolicyKind) -> Iterator[tuple[Held, ...]]:
            for index, level in enumerate(self._list(source, node.get(name), f"{path}.{name}")):
                place = f"{path}.{name}[{index}]"
                if not isinstance(level, dict) or "docs" not in level or not level.keys() <= _LEVEL_MEMBERS:
                    raise _refused(source.name, f"{place} has another form", '{"level", "docs"}', _kind_of(level))
                title = level.get("level")
                documents = self._list(source, level.get("docs"), f"{place}.docs")
                yield tuple(
                    self._document(
                        document,
                        name=f"{name}/{title if title is not None else index}"
                        + (f"/{n}" if len(documents) > 1 else ""),
                        kind=kind,
                        place=f"{place}.docs[{n}]",
                    )
                    for n, document in enumerate(documents)
                )

        return Guardrails(scp=tuple(levels("scp", PolicyKind.SCP)), rcp=tuple(levels("rcp", PolicyKind.RCP)))


def _read(text: str, kind: PolicyKind) -> PolicyDocument | str:
    """The document, or what is wrong with it, in one line."""
    try:
        document = parse_policy(text, name="", kind=kind)
    except PolicyError as error:
        errors = [d for d in error.diagnostics if d.severity is Severity.ERROR]
        first = errors[0]
        found = f", found {first.found}" if first.found is not None else ""
        expected = f" (expected {first.expected}{found})" if first.expected is not None else ""
        more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
        return f"line {first.line} of the document: {first.message}{expected} [{first.code}]{more}"
    # Lines count in the document, not in the file; a place that says otherwise would lead astray.
    return replace(document, statements=tuple(replace(s, line=0) for s in document.statements), warnings=())


def _text(record: _Node, name: str) -> str:
    value = record.get(name) if isinstance(record, dict) else None
    return value if isinstance(value, str) else ""


def _items(node: _Node) -> list[_Node]:
    """A list's items. What is no list stands for itself, and is found to be unreadable: it is never an empty list."""
    if node is None:
        return []
    return node if isinstance(node, list) else [node]


def _records(node: _Node) -> Iterator[_Record]:
    for item in _items(node):
        # What is no object is read as one that says nothing, which is unreadable where it matters.
        yield item if isinstance(item, dict) else {}


def _tags(node: _Node) -> Mapping[str, str]:
    return {_text(t, "Key"): _text(t, "Value") for t in _records(node) if _text(t, "Key")}
