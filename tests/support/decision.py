"""Policies and requests made up at random, from pools so small that they meet: for laws that hold of all of them.

Driven by a `random.Random`, so that a seed is a whole world and a million of them need no framework.
"""

import json
from collections.abc import Mapping, Sequence
from random import Random

from watchword.decision.engine import ContextValue, Policies, Request
from watchword.decision.language import PolicyDocument, PolicyKind, parse_policy
from watchword.kernel.arn import Arn
from watchword.kernel.principals import ANONYMOUS, Principal, PrincipalKind

Json = str | int | float | bool | Sequence["Json"] | Mapping[str, "Json"]

ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "http:GET", "sts:AssumeRole", "kms:Decrypt"]
ACTIONS += ["s3:PutBucketPolicy", "kms:RetireGrant", "kms:CreateAlias"]
ACTION_PATTERNS = [*ACTIONS, "s3:*", "s3:Get*", "S3:getobject", "s3:?etObject", "*", "http:*", "kms:*", "s3:*Object"]

RESOURCES = [
    "arn:aws:s3:::bucket/a/b.txt",
    "arn:aws:s3:::bucket/",
    "arn:aws:s3:::bucket",
    "arn:aws:s3:::bucket/alice/x\ny",
    "arn:aws:s3:us-east-1:111111111111:access:point",
    "arn:aws:s3:us-1:a:b:c:d",
    "arn:aws-cn:s3:::bucket/a",
    "arn:watchword:app:::payroll/admin/*",
    "arn:watchword:app:::payroll/reports/2026",
    "arn:aws:kms:eu-west-1:111111111111:key/1234",
    "arn:aws:kms:eu-west-1:111111111111:alias/a",
    "arn:aws:iam::111111111111:role/team/ops",
    "*",
]
RESOURCE_PATTERNS = [
    *(r for r in RESOURCES if "\n" not in r),
    "arn:aws:s3:::bucket/*",
    "arn:aws:s3:::bu*t/*",
    "arn:aws:s3:::*/b.txt",
    "arn:watchword:app:::*2026",
    "arn:aws:s3:::bucket/?/b.txt",
    "arn:aws:s3:*:*:*",
    "arn:aws:s3:us-*-1:*:access:*",
    "arn:aws:s3:us-?:?:*",
    "arn:aws:s3:u*1:a*:*",
    "arn:aws:s3:*:c:d",
    "arn:*:s3:::bucket/a",
    "arn:aws*:s3:::bucket/a*",
    "arn:aws:s3",
    "arn:aws:s3:*",
    "arn:watchword:app:::payroll/*",
    "arn:watchword:app:::*a*a*/*",
    "arn:aws:s3:::bucket/${aws:username}/*",
    "arn:aws:s3:::bucket/${aws:username, 'a'}/*",
    "arn:aws:s3:::bucket/${absent}/*",
    "arn:watchword:app:::payroll/admin/${*}",
    "arn:aws:s3:::${watchword:Groups}",
]
USER = "arn:aws:iam::111111111111:user/alice"
ROLE = "arn:aws:iam::111111111111:role/team/ops"
SESSION = "arn:aws:sts::111111111111:assumed-role/ops/alice"
ROOT = "arn:aws:iam::111111111111:root"
FEDERATED_USER = "arn:aws:sts::111111111111:federated-user/bob"
PERSON = "arn:watchword:iam:::person/alice@example.com"
LINKED = "arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
PRINCIPALS: list[str | None] = [USER, ROLE, SESSION, ROOT, FEDERATED_USER, PERSON, LINKED, None]
PRINCIPAL_ELEMENTS: list[Json] = [
    "*",
    {"AWS": "*"},
    {"AWS": USER},
    {"AWS": [USER, "111111111111"]},
    {"AWS": ROLE},
    {"AWS": [SESSION, ROLE, ROOT]},
    {"AWS": [SESSION, ROLE]},
    {"AWS": SESSION},
    {"AWS": ROOT},
    {"AWS": "222222222222"},
    {"AWS": PERSON},
    {"AWS": "AIDAQWERTYUIOPASDFGH"},
    {"Service": "cloudtrail.amazonaws.com"},
    {"Federated": "accounts.example.com"},
    {"AWS": FEDERATED_USER, "Service": ["cloudtrail.amazonaws.com"]},
]

TEXTS = ["alice", "Alice", "ALICE", "bob", "", "*", "a*", "?lice", "al", "İ", "ß"]
TEMPLATES = [
    *TEXTS,
    "${aws:username}",
    "${absent}",
    "${absent, 'alice'}",
    "a${*}",
    "${$}{x}",
    "${watchword:Groups}",
    "${open",
]
NUMBERS: list[Json] = [10, "10.0", 9.5, "-1", 0, "1000000000000000000000"]
INSTANTS: list[Json] = [
    "2026-01-31",
    "2026-01-31T00:00:00Z",
    "2026-01-31T01:00:00+01:00",
    1769817600,
    "2026-01-31T00:00:00.5Z",
]
NETWORKS: list[Json] = [
    "203.0.113.0/24",
    "203.0.113.7",
    "2001:db8::/32",
    "::ffff:203.0.113.0/120",
    "0.0.0.0/0",
    "203.0.113.9/24",
]
ARNS: list[Json] = [
    USER,
    "arn:aws:iam::*:user/*",
    "arn:aws:s3:::bucket/*",
    "arn:*:*:*:*:*",
    "arn:aws:s3:::${aws:username}",
    "${aws:PrincipalArn}",
    "arn:aws:iam::1111?1111111:user/alice",
]
BYTES: list[Json] = ["AAEC", "AA==", ""]
BOOLEANS: list[Json] = [True, False, "true", "FALSE"]
OPERANDS: dict[str, list[Json]] = {
    "String": list(TEMPLATES),
    "Numeric": NUMBERS,
    "Date": INSTANTS,
    "Bool": BOOLEANS,
    "Null": BOOLEANS,
    "Binary": BYTES,
    "IpAddress": NETWORKS,
    "NotIpAddress": NETWORKS,
    "Arn": ARNS,
}
OPERATORS = (
    [f"String{n}" for n in ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike")]
    + [
        f"{family}{n}"
        for family in ("Numeric", "Date")
        for n in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    ]
    + [
        "Bool",
        "BinaryEquals",
        "IpAddress",
        "NotIpAddress",
        "ArnEquals",
        "ArnNotEquals",
        "ArnLike",
        "ArnNotLike",
        "Null",
    ]
)
KEYS = [
    "aws:username",
    "watchword:Groups",
    "aws:SourceIp",
    "aws:CurrentTime",
    "aws:MultiFactorAuthAge",
    "aws:PrincipalArn",
]
KEYS += ["aws:SecureTransport", "aws:PrincipalTag/Team", "absent", "data"]

CONTEXT_VALUES: list[str] = [
    *TEXTS,
    "10",
    "9.50",
    "junk",
    "2026-01-31",
    "1769817600.0",
    "2026-01-31T00:00:00.500Z",
    "203.0.113.7",
    "::ffff:203.0.113.9",
    "2001:db8:0::1",
    "2001:0DB8::1",
    USER,
    "arn:aws:s3:::bucket/a:b",
    "arn:aws:s3",
    "true",
    "False",
    "AAEC",
    "AA==",
]


def operands(operator: str) -> list[Json]:
    return next(v for prefix, v in OPERANDS.items() if operator.startswith(prefix))


def condition(random: Random) -> dict[str, Json]:
    operators: dict[str, Json] = {}
    for _ in range(random.choice([1, 1, 1, 2])):
        base = random.choice(OPERATORS)
        name = base
        if base != "Null":
            name = (
                random.choice(["", "", "", "ForAllValues:", "ForAnyValue:"])
                + base
                + random.choice(["", "", "IfExists"])
            )
        keys: dict[str, Json] = {}
        for key in random.sample(KEYS, random.choice([1, 1, 2])):
            pool = operands(base)
            values: Json = random.choice(pool) if random.random() < 0.5 else random.sample(pool, random.randint(1, 2))
            keys[random.choice([key, key.lower(), key.upper()])] = values
        operators[name] = keys
    return operators


def one_or_more(random: Random, pool: list[str]) -> Json:
    if random.random() < 0.5:
        return random.choice(pool)
    return list(random.sample(pool, random.randint(1, 3)))


def statement(random: Random, kind: PolicyKind, *, effect: str | None = None) -> dict[str, Json]:
    effect = effect or random.choice(["Allow", "Allow", "Allow", "Deny"])
    if kind is PolicyKind.RCP:
        effect = "Deny"
    body: dict[str, Json] = {"Effect": effect}
    inverse_action = kind is not PolicyKind.RCP and random.random() < 0.15
    body["NotAction" if inverse_action else "Action"] = one_or_more(random, ACTION_PATTERNS)
    if kind is not PolicyKind.TRUST:
        pool = RESOURCE_PATTERNS
        if kind in {PolicyKind.SCP, PolicyKind.RCP}:
            pool = [r for r in pool if r != "arn:aws:s3"]
        body["NotResource" if random.random() < 0.15 else "Resource"] = (
            "*" if random.random() < 0.3 else one_or_more(random, pool)
        )
    if kind is PolicyKind.RCP:
        body["Principal"] = "*"
    elif kind in {PolicyKind.RESOURCE, PolicyKind.TRUST, PolicyKind.ENDPOINT}:
        body["NotPrincipal" if random.random() < 0.15 else "Principal"] = random.choice(PRINCIPAL_ELEMENTS)
    if random.random() < 0.6:
        body["Condition"] = condition(random)
    return body


def document_json(random: Random, kind: PolicyKind, *, broad: bool = False) -> dict[str, Json]:
    statements: list[Json] = [statement(random, kind) for _ in range(random.randint(1, 3))]
    if broad:
        everything: dict[str, Json] = {"Effect": "Allow", "Action": "*"}
        if kind is not PolicyKind.TRUST:
            everything["Resource"] = "*"
        if kind in {PolicyKind.RESOURCE, PolicyKind.TRUST, PolicyKind.ENDPOINT}:
            everything["Principal"] = "*"
        statements.append(everything)
    out: dict[str, Json] = {"Statement": statements}
    version = random.choice(["2012-10-17"] * 5 + ["2008-10-17", ""])
    if version:
        out["Version"] = version
    return out


def read(body: Json, kind: PolicyKind, name: str = "p") -> PolicyDocument:
    text = json.dumps(body)
    if '"Version": "2012-10-17"' not in text:  # there it is no variable, and so no ARN
        text = text.replace('"${aws:PrincipalArn}"', f'"{USER}"')
    return parse_policy(text, name=name, kind=kind)


def document(random: Random, kind: PolicyKind, name: str, *, broad: bool = False) -> PolicyDocument:
    """A document of valid JSON; variables before the fifth colon and the like are not generated."""
    return read(document_json(random, kind, broad=broad), kind, name)


def policies(random: Random, *, documents: int | None = None) -> Policies:
    """`documents`: how many identity policies; by default up to three."""

    def some(kind: PolicyKind, name: str, chance: float) -> PolicyDocument | None:
        return document(random, kind, name, broad=random.random() < 0.6) if random.random() < chance else None

    levels = random.choice([0, 0, 1, 2])
    return Policies(
        identity=tuple(
            document(random, PolicyKind.IDENTITY, f"identity{i}")
            for i in range(random.randint(0, 3) if documents is None else documents)
        ),
        resource=some(random.choice([PolicyKind.RESOURCE] * 4 + [PolicyKind.TRUST]), "resource", 0.4),
        scp=tuple(
            tuple(
                document(random, PolicyKind.SCP, f"scp{n}{i}", broad=random.random() < 0.6)
                for i in range(random.randint(1, 2))
            )
            for n in range(levels)
        ),
        rcp=((document(random, PolicyKind.RCP, "rcp"),),) if random.random() < 0.15 else (),
        boundary=some(PolicyKind.BOUNDARY, "boundary", 0.2),
        session=(document(random, PolicyKind.SESSION, "session", broad=random.random() < 0.5),)
        if random.random() < 0.2
        else None,
        endpoint=some(PolicyKind.ENDPOINT, "endpoint", 0.15),
        public_access_blocked=random.random() < 0.1,
        revision="r1",
    )


def context(random: Random) -> dict[str, ContextValue]:
    values: dict[str, ContextValue] = {}
    for key in KEYS:
        if key == "absent" or random.random() < 0.35:
            continue
        if random.random() < 0.75:
            values[key.lower()] = random.choice(CONTEXT_VALUES)
        else:
            values[key.lower()] = tuple(random.sample(CONTEXT_VALUES, random.randint(0, 3)))
    if random.random() < 0.1:
        values["aws:principalservicename"] = "cloudtrail.amazonaws.com"
    if random.random() < 0.1:
        values["aws:federatedprovider"] = "accounts.example.com"
    return values


def principal(arn: str | None) -> Principal:
    if arn is None:
        return ANONYMOUS
    return Principal(kind=PrincipalKind.PERSON, arn=Arn.parse(arn))


def request(random: Random) -> Request:
    arn = random.choice(PRINCIPALS)
    account = Arn.parse(arn).account if arn else ""
    service = "cloudtrail.amazonaws.com" if arn is None and random.random() < 0.3 else ""
    owner = account if random.random() < 0.7 else random.choice(["222222222222", ""])
    return Request(
        principal=principal(arn),
        action=random.choice(ACTIONS),
        resource=random.choice(RESOURCES),
        context=context(random),
        account=account,
        resource_account=owner,
        service=service,
        session_issuer=ROLE if arn == SESSION and random.random() < 0.3 else USER if arn == FEDERATED_USER else "",
    )
