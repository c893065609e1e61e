"""Remediation of a live account, from the plan to the way back, and every refusal on the way."""

import http.client
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.aws_account import Account, account
from support.passes import content, estate, examined, finding
from watchword.adapters.aws.remedies import RemedyClient
from watchword.app.compliance.examining import examine
from watchword.app.compliance.record import Record, estates_of, open_record
from watchword.app.compliance.remediating import apply, approve, automatic, find_set, plan, roll_back, sets_of, verify
from watchword.app.compliance.store import pass_id
from watchword.app.configuration.posture import EstateSettings
from watchword.app.settings import Settings
from watchword.evidence.posture.compliance.model import Trigger
from watchword.evidence.posture.compliance.records import sha256, write_content
from watchword.kernel.errors import ConflictError, DefectError, InvalidInputError, NotFoundError, RefusedError
from watchword.response.remediation import Call, Kept, Status

_LIVE = """\
posture:
  estates:
    payroll:
      aws: [{{regions: [eu-west-1]}}]
      remediation: {{{0}}}
"""
_BLOCK = "PublicAccessBlockConfiguration"
_UNDECLARED = "undeclared: made by hand long ago, share: 100%, reason: a small account"


@pytest.fixture(scope="module")
def server() -> Iterator[Account]:
    with account() as one:
        yield one


@pytest.fixture
def there(server: Account, monkeypatch: pytest.MonkeyPatch) -> Account:
    """The account, empty again."""
    connection = http.client.HTTPConnection(*server.backend)
    connection.request("POST", "/moto-api/reset")
    connection.getresponse().read()
    connection.close()
    server.asked.clear()
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return server


def _settings(tmp_path: Path, remediation: str = _UNDECLARED, *, more: str = "") -> Settings:
    return estate(tmp_path, posture=_LIVE.format(remediation) + more)


def _examined(record: Record) -> EstateSettings:
    (one,) = estates_of(record.configuration)
    done = examine(record, one, trigger=Trigger.MANUAL, cause="", actor="operator")
    assert done.content is not None, done.done.error
    return one


def _seen(record: Record, *buckets: str) -> EstateSettings:
    """A pass that found these buckets open, as if the account had been examined: reading one takes seconds."""
    (one,) = estates_of(record.configuration)
    open_ones = [
        replace(
            finding(name, check="s3-public-access-block"), address=f"arn:aws:s3:::{name}", fingerprint=f"open/{name}"
        )
        for name in buckets
    ]
    found = replace(content(*open_ones), assets={"object_store": 400})
    now = record.clock.now()
    done = replace(examined(), id=pass_id(now), started=now, finished=now, content=sha256(write_content(found)))
    record.passes.add(done, found)
    return one


def _bucket(there: Account, name: str = "payroll-logs") -> Any:
    s3 = there.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return s3


def _blocked(s3: Any, name: str = "payroll-logs") -> bool:
    from botocore.exceptions import ClientError

    try:
        return all(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values())
    except ClientError:
        return False


def _events(record: Record) -> list[tuple[str, str, bool]]:
    return [
        (str(e.fields["step"]), str(e.fields["action"]), e.fields["succeeded"] is True)
        for e in record.reader.entries()
        if e.event == "RemediationStepTaken"
    ]


def _approved(record: Record, kept: Kept) -> Kept:
    people = ["a@example.com", "b@example.com"]
    for person in people if kept.set.critical else people[:1]:
        kept = approve(record, kept.set.id, digest=kept.digest, by=person)
    return kept


def test_from_the_plan_to_the_way_back(there: Account, tmp_path: Path) -> None:
    s3 = _bucket(there)
    with open_record(_settings(tmp_path)) as record:
        one = _examined(record)
        kept = plan(record, one, by="operator", checks=["s3-public-access-block"])
        assert not _blocked(s3)
        assert [step.address for step in kept.set.steps] == ["arn:aws:s3:::payroll-logs"]
        kept = _approved(record, kept)
        kept = apply(record, kept.set.id, by="operator")
        assert (kept.status, _blocked(s3)) == (Status.APPLIED, True)
        kept, problems = verify(record, kept.set.id, by="operator")
        assert (kept.status, problems) == (Status.VERIFIED, ())
        s3.delete_public_access_block(Bucket="payroll-logs")
        _, problems = verify(record, kept.set.id, by="operator")
        assert problems == ("arn:aws:s3:::payroll-logs: s3-public-access-block: it is not as it should be",)
        s3.put_public_access_block(
            Bucket="payroll-logs", PublicAccessBlockConfiguration=dict(kept.set.steps[0].calls[0].parameters)[_BLOCK]
        )
        kept, problems = roll_back(record, kept.set.id, by="operator")
        assert (kept.status, problems, _blocked(s3)) == (Status.ROLLED_BACK, (), False)
        known = record.passes.content(record.passes.recent("payroll")[-1]).findings
        assert ("s3-public-access-block", "arn:aws:s3:::payroll-logs") in {(o.check, o.address) for o in known}
        assert [e for e in _events(record) if e[0] != "approved"] == [
            ("planned", "", True),
            ("begun", "", True),
            ("applied", "s3:PutPublicAccessBlock", True),
            ("verified", "s3:GetPublicAccessBlock", True),
            ("verified", "s3:GetPublicAccessBlock", False),
            ("rolled-back", "s3:DeletePublicAccessBlock", True),
        ]
        with pytest.raises(ConflictError, match="nothing to undo"):
            roll_back(record, kept.set.id, by="operator")
        with pytest.raises(RefusedError, match="it is rolled back") as refused:
            apply(record, kept.set.id, by="operator")
        assert refused.value.hint is None, "no approval would help"


def test_each_remedy_on_an_account(there: Account, tmp_path: Path) -> None:
    _bucket(there)
    ec2, kms, rds, trail = (there.client(name) for name in ("ec2", "kms", "rds", "cloudtrail"))
    kms.create_key()
    rds.create_db_instance(
        DBInstanceIdentifier="payroll",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="owner",
        MasterUserPassword="correct-horse",
        PubliclyAccessible=True,
    )
    trail.create_trail(Name="main", S3BucketName="payroll-logs")
    group = ec2.create_security_group(GroupName="web", Description="web")["GroupId"]
    ranges = [{"CidrIp": "0.0.0.0/0", "Description": "all"}, {"CidrIp": "10.0.0.0/8"}]
    ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": ranges}]
    )
    with open_record(_settings(tmp_path, _UNDECLARED.replace("share", "most: 50, share"))) as record:
        kept = _approved(record, plan(record, _examined(record), by="operator"))
        planned = {step.check for step in kept.set.steps}
        assert {
            "s3-public-access-block",
            "ebs-default-encryption",
            "kms-key-rotation",
            "rds-public",
            "cloudtrail-validation",
            "sg-admin-ports-open",
        } <= planned
        kept = apply(record, kept.set.id, by="operator")
        assert kept.status is Status.APPLIED, kept.applied
        kept, problems = verify(record, kept.set.id, by="operator")
        assert problems == ()
        _, problems = roll_back(record, kept.set.id, by="operator")
        assert problems == ()
        (back,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
        assert {r["CidrIp"] for r in back["IpRanges"]} == {"0.0.0.0/0", "10.0.0.0/8"}
        assert rds.describe_db_instances()["DBInstances"][0]["PubliclyAccessible"] is True


def test_what_was_changed_since_the_plan_is_not_touched_nor_is_anything_else(there: Account, tmp_path: Path) -> None:
    s3 = _bucket(there)
    _bucket(there, "other")
    with open_record(_settings(tmp_path)) as record:
        kept = _approved(
            record,
            plan(record, _seen(record, "payroll-logs", "other"), by="operator", checks=["s3-public-access-block"]),
        )
        assert len(kept.set.steps) == 2
        half = {"BlockPublicAcls": True, "IgnorePublicAcls": False, "BlockPublicPolicy": False}
        s3.put_public_access_block(
            Bucket="payroll-logs", PublicAccessBlockConfiguration={**half, "RestrictPublicBuckets": False}
        )
        with pytest.raises(ConflictError, match="payroll-logs was changed since the set was planned"):
            apply(record, kept.set.id, by="operator")
        assert not _blocked(s3, "other")
        assert find_set(record, kept.set.id).status is Status.PLANNED


def test_not_without_approval_and_not_with_one_that_stands_in_the_file_alone(there: Account, tmp_path: Path) -> None:
    s3 = _bucket(there)
    with open_record(_settings(tmp_path)) as record:
        kept = plan(record, _seen(record, "payroll-logs"), by="operator", checks=["s3-public-access-block"])
        with pytest.raises(RefusedError, match="somebody has to approve it"):
            apply(record, kept.set.id, by="operator")
        with pytest.raises(RefusedError, match="not the digest"):
            approve(record, kept.set.id, digest="0" * 64, by="a@example.com")
        from watchword.response.remediation import add_approval, write_kept

        forged = add_approval(kept, digest=kept.digest, by="a@example.com", at=record.clock.now())
        path = record.settings.state.compliance / "payroll" / "remediations" / f"{kept.set.id}.json"
        path.write_bytes(write_kept(forged))
        with pytest.raises(RefusedError, match="somebody has to approve it"):
            apply(record, kept.set.id, by="operator")
        assert not _blocked(s3)
        assert [e[0] for e in _events(record)] == ["planned", "refused", "refused", "refused"]


def test_a_step_that_fails_ends_it_and_can_be_undone(there: Account, tmp_path: Path) -> None:
    s3 = _bucket(there)
    _bucket(there, "zebra")
    with open_record(_settings(tmp_path)) as record:
        kept = _approved(
            record,
            plan(record, _seen(record, "payroll-logs", "zebra"), by="operator", checks=["s3-public-access-block"]),
        )

        class Clumsy(RemedyClient):
            def do(self, call: Call) -> None:
                if call.parameters.get("Bucket") == "zebra":
                    from watchword.adapters.aws.session import CallFailed

                    raise CallFailed("AccessDenied", "no")
                super().do(call)

        kept = apply(record, kept.set.id, by="operator", open_=Clumsy)
        assert kept.status is Status.PARTLY
        assert [a.succeeded for a in kept.applied] == [True, False]
        assert _blocked(s3)
        kept, problems = roll_back(record, kept.set.id, by="operator")
        assert (kept.status, problems, _blocked(s3)) == (Status.ROLLED_BACK, (), False)


def test_another_account_is_not_touched(there: Account, tmp_path: Path) -> None:
    _bucket(there)
    with open_record(_settings(tmp_path)) as record:
        kept = _approved(
            record, plan(record, _seen(record, "payroll-logs"), by="operator", checks=["s3-public-access-block"])
        )

        class Elsewhere(RemedyClient):
            def account(self) -> str:
                return "999999999999"

        with pytest.raises(RefusedError, match="keys of 999999999999"):
            apply(record, kept.set.id, by="operator", open_=Elsewhere)


def test_what_code_declares_is_left_to_the_code(there: Account, tmp_path: Path) -> None:
    _bucket(there)
    _bucket(there, "by-hand")
    (tmp_path / "terraform.tfstate").write_text(
        '{"version": 4, "serial": 1, "lineage": "x", "outputs": {}, "resources": [{"mode": "managed", '
        '"type": "aws_s3_bucket", "name": "logs", "provider": "x", "instances": [{"attributes": '
        '{"id": "payroll-logs", "arn": "arn:aws:s3:::payroll-logs"}}]}]}'
    )
    settings = _settings(tmp_path, "share: 100%, reason: small", more="      states: [../terraform.tfstate]\n")
    with open_record(settings) as record:
        kept = plan(record, _seen(record, "payroll-logs", "by-hand"), by="operator", checks=["s3-public-access-block"])
        assert [step.address for step in kept.set.steps] == ["arn:aws:s3:::by-hand"]
        assert "code declares it (aws_s3_bucket.logs in terraform.tfstate)" in kept.set.refused[0].why


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("terraform.tfstate", '{"version": 4, "resources": {}}'),
        ("terraform.tfstate", '{"version": 4, "reso'),
        ("state.json", '{"version": 4, "resources": []}'),  # not a name by which a state is known
        ("account.jsonl", "{}"),
    ],
)
def test_a_state_that_cannot_be_read_declares_nobody_knows_what(
    there: Account, tmp_path: Path, name: str, text: str
) -> None:
    _bucket(there)
    (tmp_path / name).write_text(text, "utf-8")
    settings = _settings(tmp_path, "share: 100%, reason: small", more=f"      states: [../{name}]\n")
    with open_record(settings) as record:
        kept = plan(record, _seen(record, "payroll-logs"), by="operator", checks=["s3-public-access-block"])
        assert kept.set.steps == ()
        assert "cannot be told" in kept.set.refused[0].why


def test_what_a_stack_made_is_left_to_its_template(there: Account, tmp_path: Path) -> None:
    s3 = _bucket(there)
    with open_record(_settings(tmp_path)) as record:
        one = _seen(record, "payroll-logs")
        done = record.passes.recent("payroll")[-1]
        found = replace(record.passes.content(done), stacks={"arn:aws:s3:::payroll-logs": "logging"})
        record.passes.add(replace(done, content=sha256(write_content(found))), found)
        kept = plan(record, one, by="operator")
        assert kept.set.steps == ()
        assert "code declares it (stack logging of CloudFormation)" in kept.set.refused[0].why
        assert not _blocked(s3)


def test_where_it_cannot_be_told_what_code_declares_nothing_is_planned(there: Account, tmp_path: Path) -> None:
    _bucket(there)
    with open_record(_settings(tmp_path, "most: 5")) as record:
        kept = plan(record, _seen(record, "payroll-logs"), by="operator")
        assert kept.set.steps == ()
        assert all("cannot be told" in r.why or "no remedy" in r.why for r in kept.set.refused)


def test_what_is_stale_is_not_planned_from(there: Account, tmp_path: Path) -> None:
    _bucket(there)
    with open_record(_settings(tmp_path)) as record:
        (one,) = estates_of(record.configuration)
        with pytest.raises(RefusedError, match="never examined"):
            plan(record, one, by="operator")
        _seen(record, "payroll-logs")
        broken = replace(one, aws=(), paths=(tmp_path / "gone",))
        examine(record, broken, trigger=Trigger.MANUAL, cause="", actor="operator")
        with pytest.raises(RefusedError, match="is stale"):
            plan(record, one, by="operator")


def test_an_estate_without_an_account(tmp_path: Path) -> None:
    with open_record(estate(tmp_path)) as record:
        (one,) = estates_of(record.configuration)
        with pytest.raises(InvalidInputError, match="0 live accounts"):
            plan(record, one, by="operator")
        with pytest.raises(NotFoundError, match="no remediation set"):
            find_set(record, "../../x")


def test_by_itself_what_the_configuration_has_approved(there: Account, tmp_path: Path) -> None:
    s3 = _bucket(there)
    settings = _settings(tmp_path, f"{_UNDECLARED}, automatic: [s3-public-access-block], most: 1")
    with open_record(settings) as record:
        one = _seen(record, "payroll-logs")
        assert automatic(record, replace(one, remediation=replace(one.remediation, automatic=()))) is None
        done = automatic(record, one)
        assert done is not None
        kept, problems = done
        assert (kept.status, problems, _blocked(s3)) == (Status.VERIFIED, (), True)
        assert kept.approvals[0].by == f"configuration {record.configuration.revision}"
        # The belt is over a day: whoever makes buckets all the time is not mended all the time.
        _bucket(there, "another")
        _seen(record, "another")
        assert automatic(record, one) is None
        assert len(sets_of(record)) == 1


def test_calls_that_are_on_no_list_are_not_made(there: Account) -> None:
    client = RemedyClient()
    for operation in ("s3:DeleteBucket", "s3:GetPublicAccessBlock"):
        with pytest.raises(DefectError):
            client.do(Call(operation=operation, region="eu-west-1", parameters={"Bucket": "payroll-logs"}))
    with pytest.raises(DefectError):
        client.look(Call(operation="s3:PutPublicAccessBlock", region="eu-west-1", parameters={}))
    assert not there.asked


def test_the_key_in_ones_own_hand_is_not_switched_off(there: Account) -> None:
    from support.aws_account import CREDENTIALS
    from watchword.adapters.aws.session import CallFailed

    own = CREDENTIALS["AWS_ACCESS_KEY_ID"]
    parameters: dict[str, Any] = {"UserName": "ci", "AccessKeyId": own, "Status": "Inactive"}
    with pytest.raises(CallFailed, match="these calls are made with"):
        RemedyClient().do(Call(operation="iam:UpdateAccessKey", region="us-east-1", parameters=parameters))
    assert not there.asked
