"""An account that is examined live: what is found, what is refused, what is never called fixed for want of an answer."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.aws_account import Account, account
from support.passes import NOON, estate
from watchword.app.aws import AwsRequest, read_account
from watchword.app.compliance.drifting import DriftRequest, compare
from watchword.app.compliance.examining import Examined, examine
from watchword.app.compliance.record import estates_of, open_record
from watchword.app.posture import EstateReading
from watchword.app.settings import Settings
from watchword.evidence.posture.compliance.drift import DriftKind
from watchword.evidence.posture.compliance.model import Ended, Trigger
from watchword.evidence.posture.model import Verdict

_LIVE = "posture: {estates: {payroll: {aws: [{regions: [eu-west-1]}]}}}\n"


@pytest.fixture(scope="module")
def there() -> Iterator[Account]:
    with account() as one:
        yield one


def _examine(settings: Settings) -> Examined:
    with open_record(settings) as record:
        (one,) = estates_of(record.configuration)
        return examine(record, one, trigger=Trigger.MANUAL, cause="", actor="operator")


def test_a_live_account(there: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in there.environment.items():
        monkeypatch.setenv(name, value)
    s3 = there.client("s3")
    s3.create_bucket(Bucket="payroll-logs", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    settings = estate(tmp_path, posture=_LIVE)
    first = _examine(settings)
    assert first.done.ended is Ended.COMPLETE, first.done.error
    assert first.content is not None
    found = {(o.check, o.address) for o in first.content.findings}
    assert ("s3-versioning", "arn:aws:s3:::payroll-logs") in found
    assert first.warning == ""

    there.denied.add("s3:ListBuckets")
    denied = _examine(settings)
    assert denied.content is not None
    assert denied.moves is not None
    assert "arn:aws:s3:::payroll-logs" not in {o.address for o in denied.moves.fixed}
    hidden = [o for o in denied.content.outcomes if o.address == "arn:aws:s3:::payroll-logs"]
    assert {o.verdict for o in hidden} == {Verdict.UNKNOWN}

    there.denied.clear()
    s3.put_bucket_versioning(Bucket="payroll-logs", VersioningConfiguration={"Status": "Enabled"})
    mended = _examine(settings)
    assert mended.moves is not None
    assert ("s3-versioning", "arn:aws:s3:::payroll-logs") in {(o.check, o.address) for o in mended.moves.fixed}
    # Only what can be asked of a bucket that keeps versions is new.
    assert {o.check for o in mended.moves.introduced} == {"s3-mfa-delete"}


def test_an_account_that_cannot_be_read_is_a_failed_pass(
    there: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in there.environment.items():
        monkeypatch.setenv(name, value)
    settings = estate(tmp_path, posture=_LIVE.replace("{regions: [eu-west-1]}", "{profile: gone}"))
    done = _examine(settings).done
    assert done.code == "aws.no_profile"
    assert "aws configure list-profiles" in done.error, "what is to be done stands on the record, too"


def test_drift_between_a_state_and_an_account(there: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in there.environment.items():
        monkeypatch.setenv(name, value)
    s3, kms = there.client("s3"), there.client("kms")
    for name in ("declared", "by-hand"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    key = kms.create_key()["KeyMetadata"]
    kms.enable_key_rotation(KeyId=key["KeyId"])
    arn = key["Arn"]
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text(
        'resource "aws_s3_bucket" "a" {\n  bucket = "declared"\n}\nresource "aws_s3_bucket" "b" {\n  bucket = "lost"\n}\n'
        'resource "aws_kms_key" "k" {\n  enable_key_rotation = false\n}\n'
    )
    (tmp_path / "terraform.tfstate").write_text(
        json.dumps(
            {
                "version": 4,
                "resources": [
                    _resource("aws_s3_bucket", "a", id="declared", arn="arn:aws:s3:::declared", bucket="declared"),
                    _resource("aws_s3_bucket", "b", id="lost", arn="arn:aws:s3:::lost", bucket="lost"),
                    _resource("aws_kms_key", "k", id=key["KeyId"], arn=arn, enable_key_rotation=False),
                ],
            }
        )
    )

    def live() -> EstateReading:
        return read_account(AwsRequest(profile="-", at=NOON, regions=("eu-west-1",)), lambda _: None)

    for declared in (None, tmp_path / "infra"):
        compared = compare(DriftRequest(declared=declared, state=tmp_path / "terraform.tfstate", live=live))
        told = {(one.kind, one.address) for one in compared.drift.drifted}
        assert (DriftKind.MISSING, "aws_s3_bucket.b") in told
        assert (DriftKind.UNMANAGED, "arn:aws:s3:::by-hand") in told
        assert (DriftKind.CHANGED, "aws_kms_key.k") in told
        assert not {one for one in told if one[1] == "aws_s3_bucket.a"}
        (changed,) = compared.drift.of(DriftKind.CHANGED)
        assert [(d.path, d.declared, d.actual) for d in changed.differences] == [("rotation", "false", "true")]


def _resource(type_: str, name: str, **attributes: object) -> dict[str, object]:
    return {
        "mode": "managed",
        "type": type_,
        "name": name,
        "provider": "x",
        "instances": [{"attributes": attributes}],
    }


def test_only_what_changed_is_asked_again(there: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in there.environment.items():
        monkeypatch.setenv(name, value)
    s3 = there.client("s3")
    s3.create_bucket(Bucket="partial", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    settings = estate(tmp_path, posture=_LIVE)

    def again(*services: str) -> Examined:
        there.asked.clear()
        with open_record(settings) as record:
            (one,) = estates_of(record.configuration)
            return examine(record, one, trigger=Trigger.CHANGE, cause="", actor="x", services=frozenset(services))

    def asked(operation: str) -> int:
        return there.asked[operation]

    again("s3")  # nothing is known yet: all of it is asked
    assert asked("kms:ListKeys")
    whole = sum(there.asked.values())
    s3.put_bucket_versioning(Bucket="partial", VersioningConfiguration={"Status": "Enabled"})
    there.client("kms").create_key()
    part = again("s3")
    assert part.moves is not None
    assert ("s3-versioning", "arn:aws:s3:::partial") in {(o.check, o.address) for o in part.moves.fixed}
    assert not asked("kms:ListKeys")
    assert sum(there.asked.values()) < whole / 2
    # What was not asked is as it was: the key is seen once somebody tells of it, or with the next whole pass.
    assert not [o for o in part.moves.introduced if o.check == "kms-key-rotation"]
    told = again("kms")
    assert told.moves is not None
    assert [o for o in told.moves.introduced if o.check == "kms-key-rotation"]
    again("nothing-that-is-known")
    assert asked("s3:ListBuckets")
    assert asked("kms:ListKeys")
    (kept,) = (settings.state.compliance / "payroll" / "accounts").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    kept.write_bytes(kept.read_bytes()[:-40])  # cut: it is not built on
    again("s3")
    assert asked("kms:ListKeys")
