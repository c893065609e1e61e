"""Who asks, as a dimension: every caller there can be, as far as `Principal` and `NotPrincipal` can tell callers apart.

A caller is an ARN whose account is the ARN's, an AWS service, or nobody; it has no permission boundary, and its session
says nothing of what it was made from. A service is known by the keys `aws:PrincipalServiceName` and
`aws:PrincipalServiceNamesList` too, and an identity provider by `aws:FederatedProvider`: so these three keys belong to
this dimension.

"Allows" takes any naming of the caller for one: by itself, its role or its account. What a naming is worth beside
identity policies is a question about more than one document.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from watchword.decision.analysis.containment.budget import Budget
from watchword.decision.analysis.containment.keys import KeyCondition
from watchword.decision.analysis.containment.masks import Choice, Dimension
from watchword.decision.engine import ContextValue
from watchword.decision.language import Base, Effect, Operator, PrincipalEntry, PrincipalType, Quantifier, Statement
from watchword.kernel.arn import Arn
from watchword.kernel.errors import InvalidInputError

PRINCIPAL = "principal"
NOBODY = ""
SERVICE_NAME = "aws:principalservicename"
SERVICE_NAMES = "aws:principalservicenameslist"
PROVIDER = "aws:federatedprovider"
KEYS = (SERVICE_NAME, SERVICE_NAMES, PROVIDER)

_ARN_PARTS = 6
# A name and an account that no policy in the comparison has; letters are added until that is so.
_STRANGER = "someone"
_ACCOUNTS = ("111111111111", "222222222222", "333333333333")


@dataclass(frozen=True, slots=True)
class _Caller:
    arn: str
    service: str = ""
    partition: str = ""
    account: str = ""
    role: str | None = None  # of an assumed-role session
    is_role: bool = False
    is_root: bool = False


@dataclass(frozen=True, slots=True)
class _Ways:
    """By which of its names an entry, or a list of them, means a caller."""

    account: bool = False
    role: bool = False
    itself: bool = False

    def __bool__(self) -> bool:
        return self.account or self.role or self.itself

    def __or__(self, other: "_Ways") -> "_Ways":
        return _Ways(self.account or other.account, self.role or other.role, self.itself or other.itself)


_ITSELF, _ROLE, _ACCOUNT, _NONE = _Ways(itself=True), _Ways(role=True), _Ways(account=True), _Ways()


class Callers:
    """The callers whom statements with principals can tell apart."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self._statements = statements
        entries = [e for s in statements for e in s.principals or ()]
        self._arns = dict.fromkeys(e.value.text for e in entries if e.type is PrincipalType.AWS)
        self._names = {
            PrincipalType.SERVICE: list(
                dict.fromkeys(e.value.text for e in entries if e.type is PrincipalType.SERVICE)
            ),
            PrincipalType.FEDERATED: list(
                dict.fromkeys(e.value.text for e in entries if e.type is PrincipalType.FEDERATED)
            ),
        }
        self._by_arn: list[tuple[_Caller, list[_Ways]]] | None = None
        self._marks: dict[tuple[str, str], int] = {}
        bit = 1 << len(statements)
        for key in KEYS:
            for name in self._names[PrincipalType.FEDERATED if key == PROVIDER else PrincipalType.SERVICE]:
                self._marks[key, name] = bit
                bit <<= 1

    def conditions(self, key: str) -> list[KeyCondition]:
        """Return, as conditions on that key, who is named by it. Each stands in a made-up statement of its own."""
        return [
            KeyCondition(
                operator=Operator(base=Base.STRING_EQUALS, quantifier=Quantifier.ANY if key == SERVICE_NAMES else None),
                texts=(name,),
                variables=False,
                deny=False,
                statements=mark,
                sets_only=key == SERVICE_NAMES,
            )
            for (where, name), mark in self._marks.items()
            if where == key
        ]

    def dimension(self, keys: Sequence[Dimension], budget: Budget) -> Dimension:
        """Return the callers, together with those of the three keys that are among the dimensions of keys."""
        own = (1 << len(self._statements)) - 1
        if self._by_arn is None:
            self._by_arn = [(c, [self._ways(s, c) for s in self._statements]) for c in self._callers()]
        choices: dict[tuple[int, bool], Choice] = {}
        seen: set[tuple[str, int, tuple[frozenset[str], frozenset[str]], bool]] = set()
        services, providers = self._names[PrincipalType.SERVICE], self._names[PrincipalType.FEDERATED]
        for combined in itertools.product(*(k.choices for k in keys)):
            marked, concrete = -1, True
            values: tuple[tuple[str, ContextValue], ...] = ()
            for choice in combined:
                # A made-up statement of one key is not spoken of by the others.
                marked &= choice.standing
                concrete = concrete and choice.concrete
                values += choice.values
            service = frozenset(n for n in services if any(self._marked(k, n, marked) for k in KEYS[:2]))
            provider = frozenset(n for n in providers if self._marked(PROVIDER, n, marked))
            for caller, ways in self._by_arn:
                own_name = {caller.service} if caller.service else frozenset[str]()
                named = (frozenset[str]() if caller.arn else service | own_name, provider)
                name = caller.arn or caller.service
                if (name, marked & own, named, concrete) in seen:
                    continue
                seen.add((name, marked & own, named, concrete))
                budget.spend(1 + len(self._statements) // 2)
                standing = marked & own
                for index, (statement, by_arn) in enumerate(zip(self._statements, ways, strict=True)):
                    if standing >> index & 1 and not _reaches(statement, caller, by_arn, *named):
                        standing &= ~(1 << index)
                choices.setdefault(
                    (standing, concrete),
                    Choice(standing=standing | ~own, concrete=concrete, values=((PRINCIPAL, name), *values)),
                )
        return Dimension(name=PRINCIPAL, choices=tuple(choices.values()))

    def _marked(self, key: str, name: str, standing: int) -> bool:
        return bool(self._marks[key, name] & standing)

    def _ways(self, statement: Statement, caller: _Caller) -> _Ways:
        ways = _NONE
        for entry in statement.principals or ():
            if entry.type is PrincipalType.AWS:
                ways |= _named(entry.value.text, caller)
        return ways

    def _callers(self) -> Iterator[_Caller]:
        """One caller of every kind that entries can tell from the others; whom a policy names comes first."""
        seen: dict[str, None] = {}
        partitions, accounts, roles = {"aws"}, set(), []
        for text in self._arns:
            parts = text.split(":", _ARN_PARTS - 1)
            if len(parts) < _ARN_PARTS:
                if text.isdigit():
                    accounts.add(text)
                continue
            seen[text] = None
            partitions.add(parts[1])
            if parts[4]:
                accounts.add(parts[4])
            kind, _, rest = parts[5].partition("/")
            if kind == "role":
                roles.append((parts[1], parts[4], rest.rpartition("/")[2]))
        stranger = _STRANGER
        while any(stranger in text for text in self._arns):
            stranger += "x"
        others = itertools.chain(_ACCOUNTS, (f"{i:012}" for i in itertools.count(1)))
        accounts.add(next(n for n in others if n not in accounts))
        other = "aws-other"
        while other in partitions:
            other += "x"
        for partition, account, role in roles:
            seen[f"arn:{partition}:sts::{account}:assumed-role/{role}/{stranger}"] = None
        for account in sorted(accounts):
            for partition in (*sorted(partitions), other):
                for service, resource in (
                    ("iam", f"user/{stranger}"),
                    ("iam", f"role/{stranger}"),
                    ("sts", f"assumed-role/{stranger}/{stranger}"),
                    ("iam", "root"),
                ):
                    seen[f"arn:{partition}:{service}::{account}:{resource}"] = None
        for resource in (f"person/{stranger}", f"role/{stranger}", f"assumed-role/{stranger}/{stranger}"):
            for partition in (*sorted(partitions), other):
                service = "sts" if resource.startswith("assumed") else "iam"
                seen[f"arn:{partition}:{service}:::{resource}"] = None
        for arn in seen:
            caller = _caller(arn)
            if caller is not None:
                yield caller
        for service in self._names[PrincipalType.SERVICE]:
            yield _Caller(NOBODY, service=service)
        yield _Caller(NOBODY)


def _caller(arn: str) -> _Caller | None:
    try:
        parsed = Arn.parse(arn)
    except InvalidInputError:
        return None  # names nobody who could ask
    kind, _, rest = parsed.resource.partition("/")
    return _Caller(
        arn=arn,
        partition=parsed.partition,
        account=parsed.account,
        role=rest.partition("/")[0] if parsed.service == "sts" and kind == "assumed-role" else None,
        is_role=parsed.service == "iam" and kind == "role",
        is_root=parsed.service == "iam" and parsed.resource == "root" and parsed.account != "",
    )


def _named(name: str, caller: _Caller) -> _Ways:
    if name == "*":
        return _ITSELF
    if not caller.arn:
        return _NONE
    parts = name.split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS:
        return _ACCOUNT if caller.account and name == caller.account else _NONE
    _, partition, _, _, account, resource = parts
    same_account = (partition, account) == (caller.partition, caller.account)
    if resource == "root":
        return _ACCOUNT if same_account else _NONE
    if name == caller.arn:
        return _ROLE if caller.is_role else _ITSELF
    if (
        caller.role is not None
        and same_account
        and resource.startswith("role/")
        and resource.rpartition("/")[2] == caller.role
    ):
        return _ROLE
    return _NONE


def _reaches(
    statement: Statement, caller: _Caller, by_arn: _Ways, services: frozenset[str], providers: frozenset[str]
) -> bool:
    entries = statement.principals
    if entries is None:
        return False
    ways = by_arn
    if (services or providers) and any(_among(e, services, providers) for e in entries):
        ways |= _ITSELF
    if not statement.not_principal:
        return bool(ways)
    if statement.effect is Effect.ALLOW:
        return not ways
    if any(e.type is PrincipalType.AWS and e.value.text == "*" for e in entries):
        return False
    # NotPrincipal with Deny spares whom it lists under every name.
    role = caller.is_role or caller.role is not None
    itself = not caller.is_root and not caller.is_role
    listed = (ways.itself or not itself) and (ways.role or not role) and (ways.account or not caller.account)
    return not listed


def _among(entry: PrincipalEntry, services: frozenset[str], providers: frozenset[str]) -> bool:
    name = entry.value.text
    return (entry.type is PrincipalType.SERVICE and name in services) or (
        entry.type is PrincipalType.FEDERATED and name in providers
    )
