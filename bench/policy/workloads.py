"""The one generator of IAM policies and requests: seeded, so that everybody gets the same on every machine.

    workload = generate("W1", 1_000)
    workload.documents[7].text  # IAM JSON
    workload.requests[0].expected  # by construction, where it is known by construction; the oracle confirms it

Half of the requests are allowed, three tenths implicitly and two tenths explicitly denied, in a random order that starts
with one of each, and spread over all targets. One document holds one statement, except in the estate (W4).
"""

import itertools
import json
import random
from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

SIZES = (10, 100, 1_000, 10_000, 100_000)
ALLOWED, IMPLICIT, EXPLICIT = "A", "I", "E"

_SEED = 20_260_401
_ACCOUNT = "111122223333"
_ROLE = f"arn:aws:iam::{_ACCOUNT}:role/service/app"
_SESSION = f"arn:aws:sts::{_ACCOUNT}:assumed-role/app/session"
_TEAM = "aws:PrincipalTag/team"
# One in so many policies is a Deny.
_DENY_EVERY = 5

# What everyone's requests carry besides what a workload asks about: conditions read few keys of many.
_CONTEXT = {
    "aws:sourceip": "203.0.113.57",
    "aws:securetransport": "true",
    "aws:currenttime": "2026-04-01T09:30:00Z",
    "aws:requestedregion": "eu-west-1",
    "aws:principalorgid": "o-a1b2c3d4e5",
    "aws:multifactorauthpresent": "true",
    "aws:principaltag/team": "payments",
    "aws:useragent": "bench",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    name: str
    kind: str  # as `PolicyKind` names them
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrincipalSide:
    """A caller and what limits it. Numbers are those of documents."""

    arn: str
    issuer: str
    account: str
    identity: tuple[int, ...]
    scp: tuple[tuple[int, ...], ...] = ()
    boundary: int | None = None
    session: tuple[int, ...] | None = None
    endpoint: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceSide:
    """What stands on the resource's side: its account, its policy, its organisation's."""

    account: str
    policy: int | None = None
    rcp: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request. `expected` is empty where only the oracle can tell."""

    principal: int
    side: int
    action: str
    resource: str
    context: dict[str, str]
    expected: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A new text for one document, a request that only the new text allows, and one that only the old one allowed."""

    number: int
    text: str
    opened: Asked
    closed: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    name: str
    size: int
    documents: tuple[Document, ...]
    principals: tuple[PrincipalSide, ...]
    resources: tuple[ResourceSide, ...]
    requests: tuple[Asked, ...]
    replacements: tuple[Replacement, ...] = field(default=())

    @property
    def layered(self) -> bool:
        """Whether there is more than identity policies."""
        return any(p.scp or p.boundary is not None or p.session is not None for p in self.principals) or any(
            r.rcp or r.policy is not None for r in self.resources
        )

    @property
    def attached(self) -> int:
        """How many identity policies all callers have together: what an engine loads that keeps a set for each."""
        return sum(len(p.identity) for p in self.principals)


TITLES = {
    "W1": "W1, distinct literal ARN prefixes",
    "W1 in seven layers": "W1 in seven layers: five levels of SCPs and of RCPs, resource, boundary, session and endpoint policy",
    "W2": "W2, s3:* on *, only the values of a condition differ",
    "W3": "W3, leading wildcards, where no index by prefix helps",
    "W3b": "W3b, wildcards on both sides, where no index helps",
    "W4": "W4, an estate: attached by a Zipf law, five levels of SCPs and RCPs, boundaries, sessions, resource policies",
    "W5": "W5, who can: one resource over all principals",
    "W6": "W6, containment of pairs of policies",
    "W7": "W7, churn: one policy replaced, to the first correct decision",
}


def generate(name: str, size: int, *, requests: int = 2_000, principals: int = 10_000) -> Workload:
    """Return the workload of that name; the same arguments give the same."""
    rng = random.Random(f"{_SEED}/{name.split(maxsplit=1)[0]}/{size}")
    match name:
        case "W1" | "W7":
            return _identity_only(name, size, _PREFIXES, rng, requests)
        case "W1 in seven layers":
            return _in_seven_layers(_identity_only(name, size, _PREFIXES, rng, requests))
        case "W2":
            return _identity_only(name, size, _CONDITIONS, rng, requests)
        case "W3":
            return _identity_only(name, size, _SUFFIXES, rng, requests)
        case "W3b":
            return _identity_only(name, size, _INFIXES, rng, requests)
        case "W4":
            return _estate(size, rng, requests=requests, principals=principals)
        case "W5":
            return _who_can(size, rng, principals=principals)
        case _:
            raise ValueError(f"no such workload: {name}")


def pairs(count: int) -> list[tuple[str, str]]:
    """W6: two policies each, of which the second is the first narrowed, widened, reworded, or another altogether."""
    rng = random.Random(f"{_SEED}/W6")
    return [_pair(rng) for _ in range(count)]


def _pair(rng: random.Random) -> tuple[str, str]:
    numbers = rng.sample(range(1_000), rng.randint(1, 4))
    first = [s for n in numbers for s in _managed_policy(n)]
    second = [dict(s) for s in first]
    allows = [s for s in second if s["Effect"] == "Allow"]
    match rng.randrange(5):
        case 0:  # a condition more
            rng.choice(allows)["Condition"] = {
                "StringEquals": {_TEAM: "payments"},
                "Bool": {"aws:SecureTransport": "true"},
            }
        case 1:  # a smaller place
            for statement in allows:
                statement["Resource"] = f"{str(statement['Resource'])[:-1]}data/*"
        case 2:  # an action more
            one = rng.choice(allows)
            one["Action"] = f"{_listed(one['Action'])[0].partition(':')[0]}:*"
        case 3:  # the same in other words
            second = [
                {**s, "Sid": f"{s['Sid']}{n}", "Action": a} for s in first for n, a in enumerate(_listed(s["Action"]))
            ]
            rng.shuffle(second)
        case _:
            second = [s for n in rng.sample(range(1_000), 2) for s in _managed_policy(n)]
    return _numbered(first), _numbered(second)


def _listed(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(v) for v in value] if isinstance(value, list) else []


def _numbered(statements: Sequence[dict[str, object]]) -> str:
    return _dumps([{**s, "Sid": f"S{n}"} for n, s in enumerate(statements)])


def _dumps(statements: Sequence[dict[str, object]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _kinds(count: int, rng: random.Random) -> list[str]:
    """Half, three tenths, two tenths; shuffled, and one of each first, so that few requests are a sample too."""
    mix = (ALLOWED, IMPLICIT, ALLOWED, EXPLICIT, ALLOWED, IMPLICIT, ALLOWED, EXPLICIT, ALLOWED, IMPLICIT)
    kinds = [mix[n % len(mix)] for n in range(max(count - 3, 0))]
    rng.shuffle(kinds)
    return [ALLOWED, IMPLICIT, EXPLICIT, *kinds][:count]


def _denies(number: int) -> bool:
    return number % _DENY_EVERY == _DENY_EVERY - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """How the policy of a number reads; what is asked of it: action, resource, and the context that matters."""

    policy: Callable[[int], dict[str, object]]
    request: Callable[[str, int, random.Random, int], tuple[str, str, dict[str, str]]]


def _identity_only(name: str, size: int, shape: _Shape, rng: random.Random, count: int) -> Workload:
    documents = tuple(
        Document(name=f"p{number}", kind="identity", text=_dumps([shape.policy(number)])) for number in range(size)
    )

    def asked(kind: str, number: int) -> Asked:
        action, resource, context = shape.request(kind, number, rng, size)
        return Asked(
            principal=0, side=0, action=action, resource=resource, context={**_CONTEXT, **context}, expected=kind
        )

    allows = [n for n in range(size) if not _denies(n)]
    denies = [n for n in range(size) if _denies(n)]
    requests = tuple(asked(kind, rng.choice(denies if kind is EXPLICIT else allows)) for kind in _kinds(count, rng))
    replacements = []
    if name == "W7":
        for number in rng.sample(allows, min(len(allows), 25)):
            moved = size + number  # where no policy stands
            actions = _prefix_actions(number)
            statement: dict[str, object] = {
                "Effect": "Allow",
                "Action": actions,
                "Resource": f"{_prefix(moved, like=number)}*",
            }
            opened = _at(actions[0], f"{_prefix(moved, like=number)}data/1", ALLOWED)
            closed = _at(actions[0], f"{_prefix(number)}data/1", IMPLICIT)
            replacements.append(Replacement(number=number, text=_dumps([statement]), opened=opened, closed=closed))
    return Workload(
        name=name,
        size=size,
        documents=documents,
        principals=(PrincipalSide(arn=_SESSION, issuer=_ROLE, account=_ACCOUNT, identity=tuple(range(size))),),
        resources=(ResourceSide(account=_ACCOUNT),),
        requests=requests,
        replacements=tuple(replacements),
    )


def _at(action: str, resource: str, expected: str) -> Asked:
    return Asked(principal=0, side=0, action=action, resource=resource, context=dict(_CONTEXT), expected=expected)


# W1: six families of ARNs in five services, prefixes of different depth.

_FAMILIES = (
    ("s3", "arn:aws:s3:::bucket-{0}/"),
    ("dynamodb", "arn:aws:dynamodb:eu-west-1:111122223333:table/orders-{0}/"),
    ("s3", "arn:aws:s3:::shared-{1}/teams/{0}/"),
    ("ssm", "arn:aws:ssm:eu-west-1:111122223333:parameter/app-{0}/"),
    ("secretsmanager", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app-{0}/"),
    ("ecr", "arn:aws:ecr:eu-west-1:111122223333:repository/team-{0}/"),
)
_ACTIONS = {
    "s3": ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetObjectTagging"),
    "dynamodb": ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:DeleteItem"),
    "ssm": ("ssm:GetParameter", "ssm:PutParameter", "ssm:GetParameters", "ssm:DeleteParameter"),
    "secretsmanager": (
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
        "secretsmanager:DescribeSecret",
        "secretsmanager:UpdateSecret",
    ),
    "ecr": ("ecr:BatchGetImage", "ecr:PutImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer"),
}


def _family(number: int) -> tuple[str, str]:
    return _FAMILIES[number % len(_FAMILIES)]


def _prefix(number: int, *, like: int | None = None) -> str:
    return _family(number if like is None else like)[1].format(number, number % 7)


def _prefix_actions(number: int) -> list[str]:
    """One to three of the family's four: the fourth is what is implicitly denied."""
    known = _ACTIONS[_family(number)[0]]
    return [known[(number + n) % 4] for n in range(1 + number % 3)]


def _prefix_policy(number: int) -> dict[str, object]:
    """A Deny forbids a part of what the policy before it allows."""
    target = number - 1 if _denies(number) else number
    return {
        "Sid": f"S{number}",
        "Effect": "Deny" if _denies(number) else "Allow",
        "Action": _prefix_actions(target),
        "Resource": f"{_prefix(target)}{'private/*' if _denies(number) else '*'}",
    }


def _prefix_request(kind: str, number: int, rng: random.Random, size: int) -> tuple[str, str, dict[str, str]]:
    item = rng.randrange(1_000_000)
    if kind is EXPLICIT:
        return rng.choice(_prefix_actions(number - 1)), f"{_prefix(number - 1)}private/{item}", {}
    if kind is ALLOWED:
        return rng.choice(_prefix_actions(number)), f"{_prefix(number)}data/{item}", {}
    actions = _prefix_actions(number)
    if rng.random() < 0.5:  # the right place and another action, or the right action and another place
        others = [a for a in _ACTIONS[_family(number)[0]] if a not in actions]
        return rng.choice(others), f"{_prefix(number)}data/{item}", {}
    return rng.choice(actions), f"{_prefix(size + number, like=number)}data/{item}", {}


_PREFIXES = _Shape(policy=_prefix_policy, request=_prefix_request)

# W2: nothing but the value of one condition tells policies apart.


def _condition_policy(number: int) -> dict[str, object]:
    return {
        "Sid": f"S{number}",
        "Effect": "Deny" if _denies(number) else "Allow",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"StringEquals": {_TEAM: f"team-{number}"}},
    }


def _condition_request(kind: str, number: int, rng: random.Random, size: int) -> tuple[str, str, dict[str, str]]:
    team = f"team-{size + number if kind is IMPLICIT else number}"
    resource = f"arn:aws:s3:::bucket-{rng.randrange(1_000)}/{rng.randrange(1_000_000)}"
    return rng.choice(_ACTIONS["s3"]), resource, {_TEAM.lower(): team}


_CONDITIONS = _Shape(policy=_condition_policy, request=_condition_request)

# W3: the literal part comes last. W3b: it stands in the middle.


def _suffix_policy(number: int) -> dict[str, object]:
    return _wildcard_policy(number, f"arn:aws:s3:::*-{number}")


def _infix_policy(number: int) -> dict[str, object]:
    return _wildcard_policy(number, f"arn:aws:s3:::*-{number}/*")


def _wildcard_policy(number: int, resource: str) -> dict[str, object]:
    return {
        "Sid": f"S{number}",
        "Effect": "Deny" if _denies(number) else "Allow",
        "Action": "s3:GetObject",
        "Resource": resource,
    }


def _suffix_request(kind: str, number: int, rng: random.Random, size: int) -> tuple[str, str, dict[str, str]]:
    place = f"arn:aws:s3:::bucket-{rng.randrange(1_000)}/reports"
    return "s3:GetObject", f"{place}-{size + number if kind is IMPLICIT else number}", {}


def _infix_request(kind: str, number: int, rng: random.Random, size: int) -> tuple[str, str, dict[str, str]]:
    action, resource, context = _suffix_request(kind, number, rng, size)
    return action, f"{resource.replace('bucket-', 'bucket_')}/{rng.randrange(1_000_000)}", context


_SUFFIXES = _Shape(policy=_suffix_policy, request=_suffix_request)
_INFIXES = _Shape(policy=_infix_policy, request=_infix_request)

# Layers that all consent: what they cost is that they are asked.

_FULL: dict[str, object] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_ONLY_OURS: dict[str, object] = {
    "Sid": "OnlyOurs",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "*",
    "Resource": "*",
    "Condition": {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    },
}
_SECURE_TRANSPORT: dict[str, object] = {
    "Sid": "SecureTransport",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "*",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
_SERVICES = ("s3:*", "dynamodb:*", "ssm:*", "secretsmanager:*", "ecr:*")


def _scp(level: int) -> tuple[dict[str, object], ...]:
    """What organisations write at each level from the root to the account."""
    denies: tuple[dict[str, object], ...] = (
        {
            "Sid": "Regions",
            "Effect": "Deny",
            "NotAction": ["iam:*", "organizations:*", "route53:*", "sts:*", "support:*"],
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}},
        },
        {"Sid": "Stay", "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"},
        {
            "Sid": "KeepTheTrail",
            "Effect": "Deny",
            "Action": ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "config:DeleteConfigRule"],
            "Resource": "*",
        },
        {
            "Sid": "NoQuarantined",
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalTag/quarantine": "true"}},
        },
        {
            "Sid": "NoOldClients",
            "Effect": "Deny",
            "Action": "s3:*",
            "Resource": "*",
            "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
        },
    )
    return (_FULL, denies[level])


class _Documents:
    """Numbers documents as they are written."""

    def __init__(self, documents: Sequence[Document] = ()) -> None:
        self.all = list(documents)

    def add(self, name: str, kind: str, statements: Sequence[dict[str, object]]) -> int:
        self.all.append(Document(name=name, kind=kind, text=_dumps(statements)))
        return len(self.all) - 1


def _in_seven_layers(workload: Workload) -> Workload:
    documents = _Documents(workload.documents)
    principal = PrincipalSide(
        arn=_SESSION,
        issuer=_ROLE,
        account=_ACCOUNT,
        identity=tuple(range(workload.size)),
        scp=tuple((documents.add(f"scp-{level}", "scp", _scp(level)),) for level in range(5)),
        boundary=documents.add("boundary", "boundary", [_boundary(_SERVICES)]),
        session=(documents.add("session", "session", [_boundary(_SERVICES)]),),
        endpoint=documents.add("endpoint", "endpoint", [{**_FULL, "Principal": "*"}]),
    )
    side = ResourceSide(
        account=_ACCOUNT,
        policy=documents.add("resource", "resource", [_SECURE_TRANSPORT, _delegating(_ACCOUNT)]),
        rcp=tuple(
            (documents.add(f"rcp-{level}", "rcp", [_ONLY_OURS if level % 2 else _SECURE_TRANSPORT]),)
            for level in range(5)
        ),
    )
    return Workload(
        name=workload.name,
        size=workload.size,
        documents=tuple(documents.all),
        principals=(principal,),
        resources=(side,),
        requests=workload.requests,
    )


def _boundary(actions: Sequence[str]) -> dict[str, object]:
    return {"Sid": "Services", "Effect": "Allow", "Action": list(actions), "Resource": "*"}


def _delegating(account: str) -> dict[str, object]:
    return {
        "Sid": "Delegate",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "*",
        "Resource": "*",
    }


# W4 and W5: managed policies, attached by a Zipf law.

_MOST_ATTACHED = 10  # AWS's quota of managed policies for a role


class _Zipf:
    """Numbers below `size`; the nth is drawn 1/n as often as the first."""

    def __init__(self, size: int) -> None:
        self._cumulated = list(itertools.accumulate(1 / n for n in range(1, size + 1)))

    def draw(self, rng: random.Random) -> int:
        return min(bisect(self._cumulated, rng.random() * self._cumulated[-1]), len(self._cumulated) - 1)

    def some(self, count: int, rng: random.Random) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self.draw(rng) for _ in range(count)))


def _managed_policy(number: int) -> list[dict[str, object]]:
    actions = _prefix_actions(number)
    allow: dict[str, object] = {"Sid": "Use", "Effect": "Allow", "Action": actions, "Resource": f"{_prefix(number)}*"}
    if number % 4 == 1:
        allow["Condition"] = {"StringEquals": {_TEAM: ["payments", "billing"]}}
    deny: dict[str, object] = {
        "Sid": "NotThese",
        "Effect": "Deny",
        "Action": f"{_family(number)[0]}:*",
        "Resource": f"{_prefix(number)}private/*",
    }
    return [allow, deny] if number % 2 else [allow]


def _estate(size: int, rng: random.Random, *, requests: int, principals: int) -> Workload:
    """Twenty accounts below three units, `principals` roles with sessions, a hundred resources with policies of their own.

    No request is labelled: only the oracle can tell. Candidates are drawn so that there are enough of each kind.
    """
    documents = _Documents()
    for number in range(size):
        documents.add(f"managed/{number}", "identity", _managed_policy(number))
    accounts = [f"{100_000_000_000 + n}" for n in range(20)]
    boundaries = [
        documents.add(f"boundary/{n}", "boundary", [_boundary([s for s in _SERVICES if s != _SERVICES[n]])])
        for n in range(len(_SERVICES))
    ]
    sessions = [
        documents.add(f"session/{n}", "session", [_boundary([s.replace("*", "Get*") for s in _SERVICES[: n + 2]])])
        for n in range(4)
    ]
    root = documents.add("scp/root", "scp", _scp(0))
    units = [documents.add(f"scp/unit-{n}", "scp", _scp(1 + n)) for n in range(3)]
    teams = [documents.add(f"scp/team-{n}", "scp", _scp(1 + n)) for n in range(4)]
    stages = [documents.add(f"scp/stage-{n}", "scp", _scp(3 + n)) for n in range(2)]
    own = [documents.add(f"scp/account-{n}", "scp", _scp(n % 5)) for n in range(len(accounts))]
    scps = {
        account: ((root,), (units[n % 3],), (teams[n % 4],), (stages[n % 2],), (own[n],))
        for n, account in enumerate(accounts)
    }
    levels = [
        documents.add(f"rcp/{level}", "rcp", [_ONLY_OURS if level % 2 else _SECURE_TRANSPORT]) for level in range(5)
    ]
    rcp = tuple((level,) for level in levels)
    sides = [ResourceSide(account=account, rcp=rcp) for account in accounts]
    for number in range(100):
        account = accounts[number % len(accounts)]
        guest = accounts[(number + 1) % len(accounts)]
        policy = documents.add(
            f"resource/{number}",
            "resource",
            [_SECURE_TRANSPORT, _delegating(account), {**_delegating(guest), "Sid": "Guest", "Action": "s3:Get*"}],
        )
        sides.append(ResourceSide(account=account, policy=policy, rcp=rcp))
    zipf = _Zipf(size)
    callers = []
    for number in range(principals):
        account = accounts[number % len(accounts)]
        callers.append(
            PrincipalSide(
                arn=f"arn:aws:sts::{account}:assumed-role/role-{number}/session",
                issuer=f"arn:aws:iam::{account}:role/role-{number}",
                account=account,
                identity=zipf.some(rng.randint(1, _MOST_ATTACHED), rng),
                scp=scps[account],
                boundary=rng.choice(boundaries) if rng.random() < 0.2 else None,
                session=(rng.choice(sessions),) if rng.random() < 0.1 else None,
            )
        )
    asked = []
    for kind in _kinds(requests * 3, rng):
        caller = rng.randrange(principals)
        number = rng.choice(callers[caller].identity)
        action, resource, context = _prefix_request(IMPLICIT if kind is IMPLICIT else ALLOWED, number, rng, size)
        if kind is EXPLICIT:
            resource = f"{_prefix(number)}private/{rng.randrange(1_000_000)}"
        home = caller % len(accounts)
        with_policy = len(accounts) + home + len(accounts) * rng.randrange(100 // len(accounts))
        draw = rng.random()
        side = home if draw < 0.6 else with_policy if draw < 0.9 else rng.randrange(len(sides))
        asked.append(
            Asked(principal=caller, side=side, action=action, resource=resource, context={**_CONTEXT, **context})
        )
    return Workload(
        name="W4",
        size=size,
        documents=tuple(documents.all),
        principals=tuple(callers),
        resources=tuple(sides),
        requests=tuple(asked),
    )


def _who_can(size: int, rng: random.Random, *, principals: int) -> Workload:
    """The same question for everybody: what the most attached policy allows."""
    documents = tuple(
        Document(name=f"managed/{n}", kind="identity", text=_dumps([_prefix_policy(n)])) for n in range(size)
    )
    zipf = _Zipf(size)
    callers = tuple(
        PrincipalSide(
            arn=f"arn:aws:sts::{_ACCOUNT}:assumed-role/role-{n}/session",
            issuer=f"arn:aws:iam::{_ACCOUNT}:role/role-{n}",
            account=_ACCOUNT,
            identity=zipf.some(rng.randint(1, _MOST_ATTACHED), rng),
        )
        for n in range(principals)
    )
    asked = tuple(
        Asked(
            principal=n,
            side=0,
            action=_prefix_actions(0)[0],
            resource=f"{_prefix(0)}data/1",
            context=dict(_CONTEXT),
            expected=ALLOWED if 0 in caller.identity else IMPLICIT,
        )
        for n, caller in enumerate(callers)
    )
    return Workload(
        name="W5",
        size=size,
        documents=documents,
        principals=callers,
        resources=(ResourceSide(account=_ACCOUNT),),
        requests=asked,
    )
