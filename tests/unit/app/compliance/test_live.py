"""An account that is examined live: what is found, what is refused, what is never called fixed for want of an answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.aws_account import Account, account
from support.passes import estate
from watchword.app.compliance.examining import Examined, examine
from watchword.app.compliance.record import estates_of, open_record
from watchword.app.settings import Settings
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
    assert _examine(settings).done.code == "aws.no_profile"
