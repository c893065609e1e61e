"""How long `who-can` takes over an estate of 10,000 principals, and how long the estate takes to read.

    PYTHONPATH=src python -m bench.who_can [PRINCIPALS]

The estate is made up from a seed: managed policies attached by a Zipf law, an inline policy of its own for each third
principal, a boundary for each fifth, three levels of service control policies, a bucket with a policy.
"""

import json
import statistics
import sys
import time
from random import Random

from watchword.decision.analysis.account.inquiry import Inquiry
from watchword.decision.analysis.account.reader import Source, read_estate

ACCOUNT = "111111111111"
SERVICES = ("s3", "ec2", "dynamodb", "sqs", "sns", "lambda", "kms", "logs", "iam", "secretsmanager")
ROUNDS = 9
_Json = str | list["_Json"] | dict[str, "_Json"]


def document(*statements: _Json) -> _Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def statement(random: Random, number: int) -> _Json:
    service = random.choice(SERVICES)
    body: dict[str, _Json] = {
        "Effect": "Deny" if random.random() < 0.05 else "Allow",
        "Action": [f"{service}:{verb}*" for verb in random.sample(["Get", "List", "Put", "Delete", "Describe"], 2)],
        "Resource": random.choice(
            ["*", f"arn:aws:{service}:::thing-{number}", f"arn:aws:{service}:::thing-{number}/*"]
        ),
    }
    if random.random() < 0.3:
        body["Condition"] = {"IpAddress": {"aws:SourceIp": f"10.{number % 200}.0.0/16"}}
    if random.random() < 0.1:
        body["Condition"] = {"StringEquals": {"aws:PrincipalTag/team": f"team{number % 40}"}}
    return body


def estate(principals: int) -> str:
    random = Random(20261125)
    managed = [f"policy-{n}" for n in range(400)]
    weights = [1 / (n + 1) for n in range(len(managed))]
    policies: list[_Json] = [
        {
            "PolicyName": name,
            "Arn": f"arn:aws:iam::{ACCOUNT}:policy/{name}",
            "DefaultVersionId": "v1",
            "PolicyVersionList": [
                {
                    "VersionId": "v1",
                    "IsDefaultVersion": True,  # type: ignore[dict-item]  # JSON has booleans, this bench's alias has not
                    "Document": document(*(statement(random, n) for _ in range(random.randint(1, 6)))),
                }
            ],
        }
        for n, name in enumerate(managed)
    ]
    users: list[_Json] = []
    for n in range(principals):
        user: dict[str, _Json] = {
            "UserName": f"user-{n}",
            "UserId": f"AIDA{n:016}",
            "Arn": f"arn:aws:iam::{ACCOUNT}:user/user-{n}",
            "GroupList": [],
            "AttachedManagedPolicies": [
                {"PolicyName": name, "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/{name}"}
                for name in dict.fromkeys(random.choices(managed, weights, k=random.randint(1, 5)))
            ],
            "Tags": [{"Key": "team", "Value": f"team{n % 40}"}],
        }
        if n % 3 == 0:
            user["UserPolicyList"] = [{"PolicyName": "own", "PolicyDocument": document(statement(random, n))}]
        if n % 5 == 0:
            user["PermissionsBoundary"] = {"PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/policy-0"}
        users.append(user)
    return json.dumps({"UserDetailList": users, "Policies": policies})


def organisation() -> str:
    everything: _Json = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    deny: _Json = {
        "Effect": "Deny",
        "NotAction": ["iam:*", "s3:*"],
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}},
    }
    return json.dumps({"scp": [{"level": n, "docs": [document(everything, deny)]} for n in range(3)]})


def main() -> None:
    principals = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    text = estate(principals)
    bucket = {
        "arn:aws:s3:::thing-7": document(
            {
                "Effect": "Allow",
                "Principal": {"AWS": [f"arn:aws:iam::{ACCOUNT}:user/user-7", "222222222222"]},
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::thing-7/*",
            }
        )
    }
    started = time.perf_counter()
    read = read_estate(
        [Source("estate.json", text)],
        resource_policies=[Source("resources.json", json.dumps(bucket))],
        organisation=Source("organisation.json", organisation()),
    )
    print(f"{principals} principals, {len(text) / 1e6:.1f} MB of JSON, read in {time.perf_counter() - started:.2f} s")
    for action, resource in (
        ("s3:GetObject", "arn:aws:s3:::thing-7/report"),
        ("kms:Decrypt", "*"),
        ("iam:PutUserPolicy", f"arn:aws:iam::{ACCOUNT}:user/user-1"),
    ):
        times: list[float] = []
        found = 0
        for _ in range(ROUNDS):
            inquiry = Inquiry(read)  # nothing is remembered from one question to the next
            started = time.perf_counter()
            found = len(inquiry.who_can(action, inquiry.target(resource)))
            times.append(time.perf_counter() - started)
        print(f"who-can {action} {resource}: {found} found, p50 {statistics.median(times) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
