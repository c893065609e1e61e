"""A whole account over the wire: read live, collected into a file, refused in parts, throttled, paged."""

import json
import re
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from support.aws_account import Account, account
from watchword.app.aws import AwsRequest, Progress, collect_account, least_policy, read_account
from watchword.app.posture import EstateReading, read_path
from watchword.app.scanning import Scan, ScanRequest, scan
from watchword.evidence.posture import Verdict
from watchword.inventory import FrontEnd, UnknownValueError
from watchword.kernel.errors import InvalidInputError, NotFoundError, UnavailableError

_AT = datetime(2026, 6, 30, 12, tzinfo=UTC)
_MANY = 105  # more than a page of IAM's has
_FEW = 20


@pytest.fixture(scope="module")
def there() -> Iterator[Account]:
    with account() as made, pytest.MonkeyPatch.context() as environment:
        for name, value in made.environment.items():
            environment.setenv(name, value)
        environment.delenv("AWS_PROFILE", raising=False)
        _fill(made)
        yield made


@pytest.fixture(scope="module")
def live(there: Account) -> EstateReading:
    """The account as it is read while nothing is refused."""
    assert not there.asked
    return _read()


@pytest.fixture(autouse=True)
def _nothing_is_refused(there: Account, live: EstateReading) -> Iterator[None]:
    yield
    there.denied.clear()
    there.throttled.clear()


def _fill(there: Account) -> None:
    iam, s3, ec2, sqs = (there.client(name) for name in ("iam", "s3", "ec2", "sqs"))
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    iam.create_user(UserName="ann")
    iam.create_login_profile(UserName="ann", Password="Correct-horse-9")
    iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=trust)
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_role_policy(RoleName="deploy", PolicyName="all", PolicyDocument=json.dumps(everything))
    for number in range(_MANY):
        iam.create_role(RoleName=f"role-{number:03}", AssumeRolePolicyDocument=trust)
    where: dict[str, Any] = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    s3.create_bucket(Bucket="media", **where)
    anyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::media/*"}
    s3.put_bucket_policy(Bucket="media", Policy=json.dumps({"Version": "2012-10-17", "Statement": [anyone]}))
    s3.create_bucket(Bucket="closed", **where)
    on = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    s3.put_public_access_block(Bucket="closed", PublicAccessBlockConfiguration=on)
    network = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=network)["GroupId"]
    ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[ssh])
    for number in range(_MANY):
        ec2.create_security_group(GroupName=f"g{number}", Description="one of many", VpcId=network)
    for number in range(_FEW):
        sqs.create_queue(QueueName=f"q{number}", tags={"Owner": "web"})
    there.client("kms").create_key(Description="orders")


def _read(*regions: str) -> EstateReading:
    return read_account(AwsRequest(profile=None, at=_AT, regions=regions or ("eu-west-1",)), lambda _: None)


def _scan(estate: EstateReading, *checks: str) -> Scan:
    return scan(
        ScanRequest(paths=(), today=date(2026, 6, 30), working_directory=Path.cwd(), live=(estate,), checks=checks)
    )


def _verdicts(done: Scan, check: str) -> dict[str, Verdict]:
    return {r.address: r.verdict for r in done.report.results if r.check.id == check}


def test_an_account_is_read_and_judged_by_the_checks_that_judge_files(live: EstateReading) -> None:
    estate = live
    assert estate.read == (FrontEnd.AWS,)
    kinds = estate.inventory.kinds()
    assert kinds["iam_role"] == _MANY + 1
    assert kinds["queue"] == _FEW
    assert kinds["security_group"] >= _MANY + 1
    done = _scan(estate)
    public = _verdicts(done, "s3-policy-public")
    assert public["arn:aws:s3:::media"] is Verdict.FAIL
    assert _verdicts(done, "s3-public-access-block") == {
        "arn:aws:s3:::media": Verdict.FAIL,
        "arn:aws:s3:::closed": Verdict.PASS,
    }
    assert list(_verdicts(done, "sg-admin-ports-open").values()).count(Verdict.FAIL) == 1
    full = [name for name, verdict in _verdicts(done, "iam-policy-full-admin").items() if verdict is Verdict.FAIL]
    assert [re.sub(r"\d{12}", "", name) for name in full] == ["arn:aws:iam:::role/deploy/RolePolicyList[0]"]
    assert set(_verdicts(done, "iam-user-second-factor").values()) == {Verdict.FAIL}
    assert set(_verdicts(done, "account-trail").values()) == {Verdict.FAIL}
    queue = estate.inventory.of("queue")[0]
    assert queue.tags["Owner"] == "web"
    assert not [r for r in done.report.results if r.verdict is Verdict.ERROR and r.asset is not None]


def test_nothing_is_asked_but_reads(there: Account, live: EstateReading) -> None:
    reads = re.compile(r"[\w-]+:(?:(?:Describe|List|Get)\w+|GenerateCredentialReport|(?:GET|HEAD) .*)")
    posted = {"lambda", "apigateway", "eks", "guardduty", "macie2", "securityhub", "access-analyzer"}
    assert len(there.asked) > 80
    for name in there.asked:
        assert reads.fullmatch(name) or name.partition(":")[0] in posted, name


def test_a_permission_that_is_missing_makes_unknown_what_hangs_on_it(there: Account) -> None:
    there.denied |= {"s3:GetBucketPolicy", "ec2:DescribeSecurityGroups", "iam:GetCredentialReport"}
    estate = _read()
    buckets = {asset.name: asset for asset in estate.inventory.of("object_store")}
    with pytest.raises(UnknownValueError, match="allow s3:GetBucketPolicy"):
        buckets["media"]["policy"].text()
    assert buckets["closed"]["block_public_acls"].boolean() is True
    done = _scan(estate)
    for check in ("s3-policy-public", "sg-admin-ports-open", "iam-user-second-factor"):
        found = set(_verdicts(done, check).values()) - {Verdict.NOT_APPLICABLE}  # of rules about what leaves
        assert found == {Verdict.UNKNOWN}, check
    told = [problem.text for problem in estate.inventory.problems]
    for permission in ("s3:GetBucketPolicy", "ec2:DescribeSecurityGroups", "iam:GetCredentialReport"):
        assert len([text for text in told if text.startswith(f"{permission}: denied")]) == 1


def test_throttling_is_waited_out(there: Account) -> None:
    before = there.asked["kms:ListKeys"]
    there.throttled |= {"kms:ListKeys": 2, "ec2:DescribeVpcs": 1}
    estate = _read()
    assert there.asked["kms:ListKeys"] == before + 3
    assert len(estate.inventory.of("key")) == 1
    assert estate.inventory.of("network")[0]["cidr"].is_known


def test_a_file_holds_what_was_read_and_gives_the_same_answers(live: EstateReading, tmp_path: Path) -> None:
    file = tmp_path / "account.jsonl"
    seen: list[Progress] = []
    done = collect_account(AwsRequest(profile="-", at=_AT, regions=("eu-west-1",), secrets=False), file, seen.append)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["account.jsonl"]
    assert (done.answers, done.regions) == (len(seen), ("eu-west-1",))
    file.rename(tmp_path / "template.json")  # what it holds says what it is, not its name
    assert read_path(tmp_path / "template.json").read == (FrontEnd.AWS,)
    (tmp_path / "template.json").rename(file)
    estate = read_path(file)
    assert estate.read == (FrontEnd.AWS,)
    assert set(estate.inventory.assets) == set(live.inventory.assets)
    checks = ("s3-policy-public", "sg-admin-ports-open", "iam-policy-full-admin", "account-trail", "queue-encrypted")
    offline = scan(ScanRequest(paths=(file,), today=date(2026, 6, 30), working_directory=tmp_path, checks=checks))
    for check in checks:
        assert _verdicts(offline, check) == _verdicts(_scan(live, check), check)
    places = {r.place.file for r in offline.report.findings}
    assert places == {"account.jsonl"}


def test_all_enabled_regions_are_read_unless_some_are_named(there: Account) -> None:
    with pytest.raises(InvalidInputError, match="no region that is enabled"):
        _read("eu-nowhere-9")
    there.denied.add("ec2:DescribeRegions")
    with pytest.raises(UnavailableError, match="which regions are enabled"):
        read_account(AwsRequest(profile=None, at=_AT), lambda _: None)


def test_what_cannot_be_opened_is_told(there: Account, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="nobody"):
        read_account(AwsRequest(profile="nobody", at=_AT), lambda _: None)
    with pytest.raises(InvalidInputError, match="No such file"):
        collect_account(
            AwsRequest(profile=None, at=_AT, regions=("eu-west-1",)), tmp_path / "no" / "a.jsonl", lambda _: None
        )
    there.denied.add("sts:GetCallerIdentity")
    with pytest.raises(UnavailableError, match="whose credentials"):
        _read()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(UnavailableError, match="whose credentials"):
        _read()


def test_without_the_sdk_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(NotFoundError) as caught:
        _read()
    assert caught.value.hint == "pip install 'watchword[aws]'"


def test_the_least_policy_is_one_that_watchword_itself_finds_nothing_wrong_with() -> None:
    from watchword.decision.language import PolicyKind, parse_policy

    parse_policy(least_policy(), name="least.json", kind=PolicyKind.IDENTITY)
    assert len(least_policy()) < 6144  # what a managed policy may have: IAM user guide, quotas
