"""A live account of 10,000 resources: how long it takes to collect and to judge, how many calls, how much memory.

    python bench/live_aws.py [--resources 10000]

The account is moto, in a process of its own; every call goes over HTTP. Its own time is told apart: what is measured is
our process. A real account answers in some tens of milliseconds a call, and several at once.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resources", type=int, default=10_000)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        _serve(options.resources)
        return
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve", "--resources", str(options.resources)],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        told = json.loads(server.stdout.readline())
        _measure(told["environment"], told["made"])
    finally:
        server.kill()
        server.wait()


def _measure(environment: dict[str, str], made: dict[str, int]) -> None:
    print(f"account: {sum(made.values()):,} resources: {', '.join(f'{n:,} {k}' for k, n in made.items())}")
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "account.jsonl"
        base = [sys.executable, "-m", "watchword"]
        for name, command in (
            ("collect aws", [*base, "collect", "aws", "--region", "eu-west-1", "-o", str(file), "--output", "json"]),
            ("scan FILE", [*base, "scan", str(file), "--output", "json"]),
            ("assess FILE", [*base, "assess", str(file)]),
            ("scan --aws", [*base, "scan", "--aws", "-", "--region", "eu-west-1", "--output", "json"]),
        ):
            wall, cpu, peak, out = _run(command, environment)
            words = f"{name:12} {wall:7.1f} s wall  {cpu:6.1f} s CPU of ours  {peak:5.0f} MB peak"
            if name == "collect aws":
                done = json.loads(out)
                words += f"  {done['calls']:,} calls, {file.stat().st_size / 1e6:.1f} MB file"
            elif name != "assess FILE":
                words += f"  {len(json.loads(out)['results']):,} results"
            print(words, flush=True)


def _run(command: list[str], environment: dict[str, str]) -> tuple[float, float, float, str]:
    """Run, and return wall and CPU seconds, peak memory in MB, and what was printed."""
    with tempfile.TemporaryFile("w+") as out:
        began = time.perf_counter()
        child = subprocess.Popen(
            command,
            stdout=out,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **environment, "PYTHONPATH": str(_ROOT / "src")},
        )
        _, _, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        out.seek(0)
        return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, out.read()


def _serve(wanted: int) -> None:
    sys.path.insert(0, str(_ROOT / "tests"))
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "false"
    from support.aws_account import account

    with account() as there:
        made = _fill(wanted, there)
        print(json.dumps({"environment": there.environment, "made": made}), flush=True)
        sys.stdin.read()


def _fill(wanted: int, there: Any) -> dict[str, int]:
    """Make resources in the proportions of an account that is in use: groups and roles many, buckets and keys fewer."""
    shares = {
        "security groups": 30,
        "roles": 20,
        "queues": 10,
        "log groups": 15,
        "topics": 10,
        "volumes": 10,
        "buckets": 3,
        "keys": 2,
    }
    made = {kind: wanted * share // 100 for kind, share in shares.items()}
    iam, s3, ec2, sqs, sns, logs, kms = (
        there.client(name) for name in ("iam", "s3", "ec2", "sqs", "sns", "logs", "kms")
    )
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    statement = {"Effect": "Allow", "Action": ["s3:GetObject", "sqs:SendMessage"], "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    network = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    for number in range(made["security groups"]):
        group = ec2.create_security_group(GroupName=f"g{number}", Description="one of many", VpcId=network)
        ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[rule])
    for number in range(made["roles"]):
        iam.create_role(RoleName=f"r{number}", AssumeRolePolicyDocument=document)
        iam.put_role_policy(RoleName=f"r{number}", PolicyName="p", PolicyDocument=policy)
    for number in range(made["queues"]):
        sqs.create_queue(QueueName=f"q{number}")
    for number in range(made["log groups"]):
        logs.create_log_group(logGroupName=f"/g/{number}")
    for number in range(made["topics"]):
        sns.create_topic(Name=f"t{number}")
    for _ in range(made["volumes"]):
        ec2.create_volume(AvailabilityZone="eu-west-1a", Size=8)
    where = {"LocationConstraint": "eu-west-1"}
    for number in range(made["buckets"]):
        s3.create_bucket(Bucket=f"bucket-{number}", CreateBucketConfiguration=where)
    for number in range(made["keys"]):
        kms.create_key(Description=f"k{number}")
    return made


if __name__ == "__main__":
    main()
