"""Pairs of policies to compare, made up at random, and requests that look for holes in a "yes".

Pairs of four sorts: unrelated ones; one and its copy with one place changed, where mistakes hide; such that speak of one
key alone, in as many ways as there are; and such where one document puts together, from an operator or element and its
opposite, almost all or all of what the other says at once: there an odd value that was forgotten becomes a hole. Requests take every part from what the two documents say: the texts
themselves, what their wildcards may stand for, and neighbours of their quantities.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import cast

from support import decision as made_up
from watchword.decision.engine import ContextValue, Policies, Request, Result, decide, decide_literally
from watchword.decision.language import Effect, PolicyDocument, PolicyError, PolicyKind
from watchword.kernel.arn import Arn
from watchword.kernel.principals import ANONYMOUS, Principal, PrincipalKind

Json = made_up.Json
Tree = dict[str, Json]

KINDS = [*[PolicyKind.IDENTITY] * 6, *[PolicyKind.RESOURCE] * 2, *PolicyKind]
_CALLER_KEYS = ["aws:PrincipalServiceName", "aws:PrincipalServiceNamesList", "aws:FederatedProvider"]
_USER = "arn:aws:iam::111111111111:user/someone"
_NAMED = {PolicyKind.RESOURCE, PolicyKind.TRUST, PolicyKind.ENDPOINT, PolicyKind.RCP}


@dataclass(frozen=True, slots=True)
class Pair:
    kind: PolicyKind
    a: PolicyDocument
    b: PolicyDocument


def pair(random: Random) -> Pair:
    """Never fails: a change that the language refuses is made again in another way."""
    while True:
        kind = random.choice(KINDS)
        try:
            a, b = random.choice([_unrelated, _changed, _changed, _focused, _focused, _covering, _covering])(
                random, kind
            )
            return Pair(kind, made_up.read(a, kind, "a"), made_up.read(b, kind, "b"))
        except PolicyError:
            continue


def _unrelated(random: Random, kind: PolicyKind) -> tuple[Tree, Tree]:
    return tuple(
        made_up.document_json(random, kind, broad=kind is not PolicyKind.RCP and random.random() < 0.3) for _ in "ab"
    )  # type: ignore[return-value]


def _changed(random: Random, kind: PolicyKind) -> tuple[Tree, Tree]:
    a = made_up.document_json(random, kind, broad=kind is not PolicyKind.RCP and random.random() < 0.3)
    b = copy.deepcopy(a)
    for _ in range(random.choice([1, 1, 2])):
        _change(random, kind, cast("list[Tree]", b["Statement"]))
    return (a, b) if random.random() < 0.5 else (b, a)


def _change(random: Random, kind: PolicyKind, statements: list[Tree]) -> None:
    statement = random.choice(statements)
    condition = cast("dict[str, dict[str, Json]]", statement.get("Condition", {}))
    match random.randrange(9):
        case 0:
            statements.append(made_up.statement(random, kind))
        case 1 if len(statements) > 1:
            statements.remove(statement)
        case 2:
            for element in ("Action", "NotAction"):
                if element in statement:
                    statement[element] = made_up.one_or_more(random, made_up.ACTION_PATTERNS)
        case 3:
            for element in ("Resource", "NotResource"):
                if element in statement:
                    statement[element] = made_up.one_or_more(random, made_up.RESOURCE_PATTERNS)
        case 4 if kind in _NAMED and kind is not PolicyKind.RCP:
            for element in ("Principal", "NotPrincipal"):
                if element in statement:
                    statement[element] = random.choice(made_up.PRINCIPAL_ELEMENTS)
        case 5:
            statement["Condition"] = made_up.condition(random)
        case 6 if condition:
            del condition[random.choice(list(condition))]
            if not condition:
                del statement["Condition"]
        case 7 if condition:
            name = random.choice(list(condition))
            keys = condition.pop(name)
            base = name.rpartition(":")[2].removesuffix("IfExists")
            family = [o for o in made_up.OPERATORS if made_up.operands(o) is made_up.operands(base)]
            condition[_operator(random, random.choice(family))] = keys
        case _ if condition:
            keys = condition[random.choice(list(condition))]
            name = next(n for n, k in condition.items() if k is keys)
            base = name.rpartition(":")[2].removesuffix("IfExists")
            pool = made_up.operands(base)
            keys[random.choice(list(keys))] = random.sample(pool, random.randint(1, 2))


def _operator(random: Random, base: str) -> str:
    if base == "Null":
        return base
    prefix = random.choice(["", "", "ForAllValues:", "ForAnyValue:"])
    return prefix + base + random.choice(["", "", "IfExists"])


def _keys(kind: PolicyKind) -> list[str]:
    """Callers are known by keys too, where policies name them."""
    return [*made_up.KEYS, *(_CALLER_KEYS if kind in _NAMED else [])]


def _focused(random: Random, kind: PolicyKind) -> tuple[Tree, Tree]:
    """Statements that differ in conditions on one key or two."""
    keys = random.sample(_keys(kind), random.choice([1, 1, 1, 2]))
    bases = random.sample(made_up.OPERATORS, random.choice([1, 2, 2, 3]))
    if random.random() < 0.7:  # of one family, and Null
        bases = [o for o in made_up.OPERATORS if made_up.operands(o) is made_up.operands(bases[0])] + ["Null"]
    resources = random.sample(made_up.RESOURCE_PATTERNS, 2)

    def statement() -> Tree:
        condition: dict[str, dict[str, Json]] = {}
        for _ in range(random.choice([0, 1, 1, 1, 2])):
            base = random.choice(bases)
            pool = made_up.operands(base)
            condition.setdefault(_operator(random, base), {})[random.choice(keys)] = random.sample(
                pool, random.randint(1, min(3, len(pool)))
            )
        body: Tree = {
            "Effect": "Deny" if kind is PolicyKind.RCP else random.choice(["Allow", "Allow", "Deny"]),
            "Action": "*",
        }
        if kind is not PolicyKind.TRUST:
            body["Resource"] = random.choice(["*", "*", "*", *resources])
        if kind in _NAMED:
            body["Principal"] = "*" if kind is PolicyKind.RCP else random.choice(["*", *made_up.PRINCIPAL_ELEMENTS])
        if condition:
            body["Condition"] = condition
        return body

    def document() -> Tree:
        return {"Version": "2012-10-17", "Statement": [statement() for _ in range(random.randint(1, 4))]}

    return document(), document()


_OPPOSITES = {
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "NumericEquals": "NumericNotEquals",
    "NumericLessThan": "NumericGreaterThanEquals",
    "NumericLessThanEquals": "NumericGreaterThan",
    "DateEquals": "DateNotEquals",
    "DateLessThan": "DateGreaterThanEquals",
    "DateLessThanEquals": "DateGreaterThan",
    "IpAddress": "NotIpAddress",
    "ArnLike": "ArnNotLike",
    "ArnEquals": "ArnNotEquals",
    "Bool": "Bool",
    "BinaryEquals": "BinaryEquals",
}


def _covering(random: Random, kind: PolicyKind) -> tuple[Tree, Tree]:
    """Parts that together say almost what the whole says; the whole, or the parts, may be said by a Deny."""
    pieces = _pieces(random, kind)
    whole: Tree = {"Effect": "Allow", "Action": "*"}
    if kind is not PolicyKind.TRUST:
        whole["Resource"] = "*"
    if kind in _NAMED:
        whole["Principal"] = (
            random.choice(["*", *made_up.PRINCIPAL_ELEMENTS[-3:]]) if kind is not PolicyKind.RCP else "*"
        )

    def said(piece: Tree, effect: str) -> Tree:
        body = {**whole, "Effect": effect}
        for element in piece:
            body.pop(element.removeprefix("Not"), None)
        return {**body, **piece}

    def parts(effect: str) -> list[Json]:
        return [said(p, effect) for p in random.sample(pieces, random.randint(1, len(pieces)))]

    if kind is PolicyKind.RCP:
        a, b = parts("Deny"), parts("Deny")
    else:
        a = [said(random.choice(pieces), "Allow") if random.random() < 0.4 else whole]
        if random.random() < 0.4:
            a.append(said(random.choice(pieces), "Deny"))
        b = parts("Allow")
        if random.random() < 0.3:
            b = [whole, *parts("Deny")]
    return {"Version": "2012-10-17", "Statement": a}, {"Version": "2012-10-17", "Statement": b}


def _pieces(random: Random, kind: PolicyKind) -> list[Tree]:
    element = random.choice(["Condition"] * 4 + ["Resource", "Action", "Principal"])
    if element == "Resource" and kind is not PolicyKind.TRUST:
        patterns = random.sample(made_up.RESOURCE_PATTERNS, random.randint(1, 2))
        return [{"Resource": patterns}, {"NotResource": patterns}, {"Resource": patterns[:1]}]
    if element == "Action" and kind is not PolicyKind.RCP:
        patterns = random.sample(made_up.ACTION_PATTERNS, random.randint(1, 2))
        return [{"Action": patterns}, {"NotAction": patterns}, {"NotAction": patterns[:1]}]
    if element == "Principal" and kind in _NAMED and kind is not PolicyKind.RCP:
        principals = random.sample(made_up.PRINCIPAL_ELEMENTS, 2)
        return [{"Principal": principals[0]}, {"NotPrincipal": principals[0]}, {"Principal": principals[1]}]
    key = random.choice(_keys(kind))
    base = random.choice(list(_OPPOSITES))
    opposite = _OPPOSITES[base]
    pool = made_up.operands(base)
    values: Json = random.sample(pool, random.randint(1, 2))
    if key in _CALLER_KEYS and base.startswith("String"):
        values = random.sample(["cloudtrail.amazonaws.com", "accounts.example.com"], random.randint(1, 2))
    other: Json = values if base != opposite else random.sample(pool, random.randint(1, 2))
    prefix = random.choice(["", "", "ForAllValues:", "ForAnyValue:"])
    against = {"": "", "ForAllValues:": "ForAnyValue:", "ForAnyValue:": "ForAllValues:"}[prefix]
    exists = random.choice(["", "IfExists"])
    operators: list[tuple[str, Json]] = [
        (f"{prefix}{base}{exists}", values),
        (f"{against}{opposite}{exists}", other),
        (f"{prefix}{opposite}", other),
        ("Null", "true"),
        ("Null", "false"),
    ]
    kept = [o for o in operators if random.random() < 0.8] or operators[:1]
    return [{"Condition": {name: {key: v}}} for name, v in kept]


# Requests


@dataclass(frozen=True, slots=True)
class Pools:
    actions: Sequence[str]
    resources: Sequence[str]
    callers: Sequence[str]
    values: Mapping[str, Sequence[str]]


_CALLERS = [p or "" for p in made_up.PRINCIPALS if p != made_up.LINKED] + [
    "arn:aws:sts::111111111111:assumed-role/other/x",
    "arn:aws:iam::222222222222:user/x",
    "arn:aws:iam::222222222222:root",
    "arn:aws:iam::333333333333:role/x",
    "arn:aws-cn:iam::111111111111:root",
    "cloudtrail.amazonaws.com",
    "other.amazonaws.com",
]


def pools(documents: Sequence[PolicyDocument]) -> Pools:
    statements = [s for d in documents for s in d.statements]
    texts: dict[str, dict[str, None]] = {}
    for statement in statements:
        for condition in statement.conditions:
            values = texts.setdefault(condition.key.lower(), {})
            for value in condition.values:
                values.update(dict.fromkeys(_around(value.text)))
    for listed in (r.text for s in statements for r in s.resources):
        for key in ("aws:username", "absent", "watchword:groups"):
            if key in listed.lower():
                texts.setdefault(key, {})
    for key in [
        k
        for v in texts.values()
        for t in v
        for k in ("aws:username", "absent", "watchword:groups", "aws:principalarn")
        if k in t.lower()
    ]:
        texts.setdefault(key, {})
    principals = [e for s in statements for e in s.principals or ()]
    if any(e.type.value == "Service" for e in principals):
        texts.setdefault("aws:principalservicename", {})["cloudtrail.amazonaws.com"] = None
        texts.setdefault("aws:principalservicenameslist", {})["cloudtrail.amazonaws.com"] = None
    if any(e.type.value == "Federated" for e in principals):
        texts.setdefault("aws:federatedprovider", {})["accounts.example.com"] = None
    return Pools(
        actions=[
            a
            for a in dict.fromkeys(
                [*made_up.ACTIONS, *(x for s in statements for a in s.actions for x in _filled(a.text))]
            )
            if a.lower() != "sts:getcalleridentity"
        ],
        resources=list(
            dict.fromkeys(
                [
                    *made_up.RESOURCES,
                    "",
                    "other",
                    *(x for s in statements for r in s.resources for x in _filled(r.text)),
                ]
            )
        ),
        callers=_CALLERS,
        values={key: list(dict.fromkeys([*found, *found, "", "x", "alice", "junk"])) for key, found in texts.items()},
    )


def _filled(text: str) -> Iterator[str]:
    for star, one in (("", "x"), ("a", "b"), (":", ":"), ("alice/", "a"), ("a/b:c", "*")):
        yield text.replace("*", star).replace("?", one)
        yield (
            text.replace("${aws:username}", "alice")
            .replace("${absent}", "alice")
            .replace("${watchword:Groups}", "alice")
            .replace("*", star)
            .replace("?", one)
        )


def _around(text: str) -> Iterator[str]:
    yield text
    yield text.swapcase()
    yield from _filled(text)
    if text.lstrip("+-").replace(".", "", 1).isdigit() and len(text) < 40:
        yield f"{text}0" if "." in text else f"{text}.0"
        for step in (-1, 1):
            yield str(int(float(text)) + step)
    if text[:4] == "2026":
        yield from ("2026-01-30T23:59:59.999Z", "2026-01-31T00:00:00.25Z", "1769817601", "1769817599", "2026-01-31")
    if "/" in text and text[0].isdigit():
        yield from (
            "203.0.113.0",
            "203.0.113.255",
            "203.0.114.0",
            "203.0.112.255",
            "2001:db8::",
            "2001:db9::",
            "::ffff:203.0.113.1",
            "::ffff:0:0",
            "::1",
        )
    if text.lower() in {"true", "false"}:
        yield from ("true", "false", "TRUE")


def request(random: Random, kind: PolicyKind, pools: Pools) -> Request:
    context: dict[str, ContextValue] = {}
    for key, values in pools.values.items():
        sort = random.random()
        if sort < 0.2:
            continue
        if sort < 0.7:
            context[key] = random.choice(values)
        else:
            context[key] = tuple(random.choice(values) for _ in range(random.choice([0, 1, 2, 2, 3])))
    caller = random.choice(pools.callers) if kind in _NAMED else _USER
    arn = Arn.parse(caller) if caller.startswith("arn:") else None
    account = arn.account if arn else ""
    return Request(
        principal=Principal(kind=PrincipalKind.WORKLOAD, arn=arn) if arn else ANONYMOUS,
        action=random.choice(pools.actions),
        resource=random.choice(pools.resources),
        context=context,
        account=account,
        resource_account=account,
        service="" if arn else caller,
    )


_FULL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def _full(kind: PolicyKind, principal: Json | None = None) -> PolicyDocument:
    body: Tree = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    if principal is not None:
        body["Principal"] = principal
    return made_up.read({"Version": "2012-10-17", "Statement": body}, kind, "full")


class Asked:
    """One document alone, by layers put together here and not by the code under test."""

    def __init__(self, document: PolicyDocument) -> None:
        everyone, account = _full(PolicyKind.RESOURCE, "*"), _full(PolicyKind.RESOURCE, {"AWS": "111111111111"})
        full, session = (_full(PolicyKind.IDENTITY),), (_full(PolicyKind.SESSION),)
        self._policies = {
            PolicyKind.IDENTITY: lambda: Policies(identity=(document,), resource=account),
            PolicyKind.RESOURCE: lambda: Policies(identity=full, session=session, resource=document),
            PolicyKind.TRUST: lambda: Policies(identity=full, session=session, resource=document),
            PolicyKind.SCP: lambda: Policies(identity=full, resource=account, scp=((document,),)),
            PolicyKind.RCP: lambda: Policies(identity=full, resource=everyone, rcp=((document,),)),
            PolicyKind.BOUNDARY: lambda: Policies(identity=full, resource=account, boundary=document),
            PolicyKind.SESSION: lambda: Policies(identity=full, resource=account, session=(document,)),
            PolicyKind.ENDPOINT: lambda: Policies(identity=full, resource=everyone, endpoint=document),
        }[document.kind]()

        # Asked across accounts, where any naming of the caller counts, if the caller's side consents.
        self._owner = "999999999999" if document.kind in {PolicyKind.RESOURCE, PolicyKind.TRUST} else None

    def _placed(self, request: Request) -> Request:
        return request if self._owner is None else replace(request, resource_account=self._owner)

    def allows(self, request: Request) -> bool:
        return decide(self._placed(request), self._policies).allowed

    def denies(self, request: Request) -> bool:
        return decide(self._placed(request), self._policies).result is Result.EXPLICITLY_DENIED

    def allows_literally(self, request: Request) -> bool:
        return decide_literally(self._placed(request), self._policies).allowed


class Applying:
    """Which statements of some documents apply to a request, each asked alone; bit by bit, as a comparison counts them."""

    def __init__(self, documents: Sequence[PolicyDocument]) -> None:
        self._alone = [Asked(replace(d, statements=(s,))) for d in documents for s in d.statements]
        self._deny = [s.effect is Effect.DENY for d in documents for s in d.statements]

    def to(self, request: Request) -> int:
        return sum(
            1 << i
            for i, (asked, deny) in enumerate(zip(self._alone, self._deny, strict=True))
            if (asked.denies if deny else asked.allows)(request)
        )


def hole(random: Random, pair: Pair, *, a: Asked, b: Asked, samples: int, pools: Pools) -> Request | None:
    """Look for a request that A allows and B does not."""
    for _ in range(samples):
        asked = request(random, pair.kind, pools)
        if a.allows(asked) and not b.allows(asked):
            return asked
    return None
