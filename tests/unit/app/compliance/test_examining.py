"""A pass from end to end: what is kept, what is on the record, and what becomes of one that fails."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from support.passes import MENDED, estate
from watchword.app.compliance.examining import Examined, Occasion, examine, record_failure
from watchword.app.compliance.record import Record, estates_of, open_record
from watchword.app.settings import Settings
from watchword.evidence.ledger import LedgerEntry
from watchword.evidence.posture.compliance.model import Ended, Trigger
from watchword.evidence.posture.compliance.records import sha256
from watchword.kernel.errors import ConflictError, InvalidInputError, UnavailableError


@contextmanager
def _opened(settings: Settings) -> Iterator[Record]:
    with open_record(settings) as record:
        yield record


def _examine(settings: Settings) -> Examined:
    with _opened(settings) as record:
        (one,) = estates_of(record.configuration, "payroll")
        return examine(record, one, trigger=Trigger.MANUAL, cause="asked for", actor="operator")


def _records(settings: Settings) -> list[LedgerEntry]:
    with _opened(settings) as record:
        return [entry for entry in record.reader.entries() if entry.event == "EstateExamined"]


def test_a_pass_is_kept_and_its_digests_are_on_the_record(tmp_path: Path) -> None:
    settings = estate(tmp_path)
    done = _examine(settings)
    assert done.done.ended is Ended.COMPLETE
    assert done.content is not None
    assert "aws_s3_bucket.logs" in {o.address for o in done.content.findings}
    (entry,) = _records(settings)
    with _opened(settings) as record:
        kept = record.passes.record("payroll", done.done.id)
        assert record.passes.content(done.done) == done.content
    assert entry.fields["digest"] == done.digest == sha256(kept)
    assert entry.fields["content"] == done.done.content
    assert entry.who == "operator"


def test_the_second_pass_tells_what_became_of_the_first(tmp_path: Path) -> None:
    settings = estate(tmp_path)
    assert _examine(settings).done.introduced > 0
    unchanged = _examine(settings)
    assert (unchanged.done.introduced, unchanged.done.fixed) == (0, 0)
    (tmp_path / "infra" / "main.tf").write_text(MENDED, "utf-8")
    mended = _examine(settings)
    assert mended.done.fixed == 1
    assert mended.content != unchanged.content


def test_passes_that_found_the_same_share_one_content(tmp_path: Path) -> None:
    settings = estate(tmp_path)
    first, second = _examine(settings), _examine(settings)
    assert first.done.content == second.done.content
    assert len(list((settings.state.compliance / "payroll" / "contents").iterdir())) == 1


@pytest.mark.parametrize(
    ("section", "code"),
    [
        ("posture: {estates: {payroll: {paths: [../gone]}}}\n", "scan.no_path"),
        ("posture: {estates: {payroll: {paths: [../empty]}}}\n", "compliance.nothing"),
        ("posture: {estates: {payroll: {imports: [../empty/*.json]}}}\n", "compliance.no-results"),
        ("posture: {estates: {payroll: {paths: [../infra], checks: [../gone]}}}\n", None),
    ],
)
def test_whatever_keeps_it_from_an_end_is_a_failed_pass_on_the_record(
    tmp_path: Path, section: str, code: str | None
) -> None:
    (tmp_path / "empty").mkdir()
    settings = estate(tmp_path, posture=section)
    done = _examine(settings)
    assert (done.done.ended, done.content, done.done.content) == (Ended.FAILED, None, "")
    assert done.done.error
    assert code is None or done.done.code == code
    (entry,) = _records(settings)
    assert (entry.outcome, entry.fields["ended"]) == ("Failure", "failed")


def test_a_failed_pass_changes_nothing_of_what_was_known(tmp_path: Path) -> None:
    settings = estate(tmp_path)
    first = _examine(settings)
    (tmp_path / "infra").rename(tmp_path / "away")
    assert _examine(settings).done.ended is Ended.FAILED
    (tmp_path / "away").rename(tmp_path / "infra")
    again = _examine(settings)
    assert (again.done.introduced, again.done.fixed) == (0, 0)
    assert again.content == first.content


def test_what_was_found_before_and_was_altered_since_is_not_built_on(tmp_path: Path) -> None:
    import gzip

    settings = estate(tmp_path)
    _examine(settings)
    (kept,) = (settings.state.compliance / "payroll" / "contents").iterdir()
    kept.write_bytes(gzip.compress(gzip.decompress(kept.read_bytes()).replace(b'"fail"', b'"pass"')))
    done = _examine(settings)
    assert (done.done.ended, done.done.code) == (Ended.FAILED, "compliance.altered")


def test_two_passes_at_once_are_refused(tmp_path: Path) -> None:
    settings = estate(tmp_path)
    with _opened(settings) as record, record.passes.hold("payroll"):
        (one,) = estates_of(record.configuration)
        with pytest.raises(ConflictError, match="being examined already"):
            examine(record, one, trigger=Trigger.MANUAL, cause="", actor="operator")


def test_a_pass_that_the_ledger_does_not_take_is_taken_back(tmp_path: Path) -> None:
    settings = estate(tmp_path)
    with _opened(settings) as record:
        (one,) = estates_of(record.configuration)
        record.ledger.stop()
        with pytest.raises(UnavailableError):
            examine(record, one, trigger=Trigger.MANUAL, cause="", actor="operator")
        assert record.passes.ids("payroll") == ()


def test_a_pass_whose_process_died_is_on_the_record(tmp_path: Path) -> None:
    settings = estate(tmp_path)
    with _opened(settings) as record:
        (one,) = estates_of(record.configuration)
        occasion = Occasion(
            started=record.clock.now(), trigger=Trigger.SCHEDULE, cause="its schedule", actor="compliance"
        )
        record_failure(record, one, occasion, words="the pass was killed by SIGKILL", code="compliance.died")
    (entry,) = _records(settings)
    assert json.loads(entry.body)["status_detail"] == "the pass was killed by SIGKILL"


def test_results_of_other_tools_alone_are_an_estate(tmp_path: Path) -> None:
    (tmp_path / "asff.json").write_text(_CHECKOV, "utf-8")
    settings = estate(tmp_path, posture='posture: {estates: {payroll: {imports: ["../*.json"]}}}\n')
    done = _examine(settings)
    assert done.done.ended is Ended.COMPLETE, done.done.error
    assert done.content is not None
    assert [o.sources for o in done.content.findings] == [("checkov",)]
    (tmp_path / "asff.json").write_text(_CHECKOV.replace('"failed_checks": [', '"failed_checks": [], "x": ['), "utf-8")
    assert _examine(settings).done.fixed == 1


_STATE = """\
{"version": 4, "resources": [{"mode": "managed", "type": "aws_s3_bucket", "name": "logs", "provider": "x",
  "instances": [{"attributes": {"id": "other", "bucket": "other"}}]}]}
"""


def test_a_pass_holds_what_is_declared_against_its_state(tmp_path: Path) -> None:
    (tmp_path / "terraform.tfstate").write_text(_STATE, "utf-8")
    section = "posture: {estates: {payroll: {paths: [../infra], states: [../terraform.tfstate]}}}\n"
    settings = estate(tmp_path, posture=section)
    done = _examine(settings)
    assert done.content is not None, done.done.error
    assert done.content.drift is not None
    assert {t.key for t in done.content.drift.things} == {
        ("changed", "aws_s3_bucket.logs", "other"),
        ("unused", "aws_s3_bucket_versioning.logs", ""),
    }
    (tmp_path / "terraform.tfstate").write_text('{"version": 3}', "utf-8")
    assert _examine(settings).done.ended is Ended.FAILED


def test_an_estate_that_is_not_configured(tmp_path: Path) -> None:
    settings = estate(tmp_path)
    with _opened(settings) as record:
        with pytest.raises(InvalidInputError, match="no estate 'shop'"):
            estates_of(record.configuration, "shop")
        bare = replace(record.configuration, posture=replace(record.configuration.posture, estates={}))
        with pytest.raises(InvalidInputError, match="no estate is configured"):
            estates_of(bare)


_CHECKOV = """\
{"check_type": "terraform", "results": {"passed_checks": [], "failed_checks": [
  {"check_id": "CKV_AWS_999", "check_name": "Something", "file_path": "/main.tf", "file_line_range": [1, 3],
   "resource": "aws_s3_bucket.logs", "severity": "HIGH"}
]}, "summary": {"failed": 1}}
"""
