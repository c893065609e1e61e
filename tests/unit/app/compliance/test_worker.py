"""The worker: passes in processes of their own, and what it makes of their ends."""

import json
import subprocess
import threading
from pathlib import Path

import pytest

from support.passes import MENDED, estate
from watchword.adapters.aws.changes import Change
from watchword.app.children import python_module
from watchword.app.compliance.standing import worker_standing
from watchword.app.compliance.store import PassStore
from watchword.app.compliance.worker import Worker, _services
from watchword.app.settings import Settings
from watchword.evidence.posture.compliance.model import Ended, Trigger
from watchword.evidence.posture.compliance.schedule import Due
from watchword.kernel.clock import SystemClock
from watchword.kernel.errors import InvalidInputError

_WATCHED = "posture: {estates: {payroll: {paths: [../infra], on_change: {files: true}}}}\n"


def _worker(settings: Settings) -> tuple[Worker, list[str]]:
    said: list[str] = []
    settings.state.prepare()
    return Worker(settings, clock=SystemClock(), say=said.append), said


def _until_a_pass(worker: Worker) -> None:
    stop = threading.Event()
    for _ in range(200):
        if worker.step(stop):
            return
        stop.wait(0.05)
    raise AssertionError("no pass was made")


def test_a_change_is_examined_and_told(tmp_path: Path) -> None:
    settings = estate(tmp_path, posture=_WATCHED)
    worker, said = _worker(settings)
    _until_a_pass(worker)
    (tmp_path / "infra" / "main.tf").write_text(MENDED, "utf-8")
    _until_a_pass(worker)
    passes = PassStore(settings.state.compliance).passes("payroll")
    assert passes[-1].ended is Ended.COMPLETE
    if passes[-1].fixed == 0:  # the first look came after the change: the pass was for nobody's having watched before
        assert passes[-1].cause == "nobody watched until now"
    assert {one.trigger for one in passes} <= {Trigger.SCHEDULE, Trigger.CHANGE}
    assert len(said) == 2


def test_a_pass_that_takes_too_long_is_ended_and_failed(tmp_path: Path) -> None:
    settings = estate(
        tmp_path,
        posture="posture: {estates: {payroll: {paths: [../infra], every: 1h, timeout: 1s, checks: [../own]}}}\n",
    )
    (tmp_path / "own").mkdir()
    # A check of one's own is code, and may do anything: this one never comes back.
    (tmp_path / "own" / "slow.py").write_text("import time\ntime.sleep(600)\n", "utf-8")
    worker, said = _worker(settings)
    _until_a_pass(worker)
    (one,) = PassStore(settings.state.compliance).passes("payroll")
    assert (one.ended, one.code, one.error) == (Ended.FAILED, "compliance.died", "it took longer than 1 s")
    assert said == ["payroll: FAILED (the first pass): it took longer than 1 s"]


def test_a_pass_that_kills_itself_is_failed(tmp_path: Path) -> None:
    settings = estate(
        tmp_path, posture="posture: {estates: {payroll: {paths: [../infra], every: 1h, checks: [../own]}}}\n"
    )
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "fatal.py").write_text("import os\nos.kill(os.getpid(), 9)\n", "utf-8")
    worker, _ = _worker(settings)
    _until_a_pass(worker)
    (one,) = PassStore(settings.state.compliance).passes("payroll")
    assert (one.ended, one.error) == (Ended.FAILED, "the pass was killed by SIGKILL")


def test_an_estate_that_somebody_examines_is_tried_again_later(tmp_path: Path) -> None:
    settings = estate(tmp_path, posture=_WATCHED)
    worker, said = _worker(settings)
    with PassStore(settings.state.compliance).hold("payroll"):
        _until_a_pass(worker)
    assert said == ["payroll: busy"]
    assert not worker.step(threading.Event())
    standing = worker_standing(settings.state, SystemClock().now())
    assert standing is not None
    assert standing.estates["payroll"]["trouble"] == "busy"


@pytest.mark.parametrize("how", ["signal", "pipe"])
def test_it_ends_quietly_by_a_signal_and_when_its_supervisor_is_gone(tmp_path: Path, how: str) -> None:
    settings = estate(tmp_path, posture=_WATCHED.replace("../infra", str(tmp_path / "infra")))
    settings.state.prepare()
    settings.state.applied.symlink_to(settings.configuration)
    command = python_module("watchword.app.compliance.worker", "--state", str(settings.state.root))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stdin is not None
        assert worker.stderr is not None
        assert any("payroll: " in line for line in worker.stderr), "it made its first pass"
        if how == "signal":
            worker.terminate()
        else:
            worker.stdin.close()
        assert worker.wait(30) == 0, worker.stderr.read()


def test_reports_are_written_when_their_time_has_come_once(tmp_path: Path) -> None:
    settings = estate(
        tmp_path,
        posture="""\
posture:
  reports: {daily: "00:00", weekly: monday 00:00, forms: [markdown]}
  estates: {payroll: {paths: [../infra]}}
""",
    )
    worker, said = _worker(settings)
    worker.step(threading.Event())
    worker.step(threading.Event())
    assert len(said) == 2
    written = sorted(path.name for path in settings.state.reports.iterdir())
    assert [name.rsplit(".", 1)[-1] for name in written] == ["json", "md", "json", "md"]
    report = json.loads((settings.state.reports / written[0]).read_bytes())
    assert [one["known"] for one in report["estates"]] == [False]


def test_reports_that_cannot_be_written_are_said_and_stop_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = estate(
        tmp_path,
        posture=f'posture:\n  reports: {{daily: "00:00", directory: {tmp_path}/file}}\n'
        "  estates: {payroll: {paths: [../infra]}}\n",
    )
    worker, said = _worker(settings)
    worker.step(threading.Event())
    assert "the daily report" in said[0]


def test_what_the_worker_said_long_ago_is_silence(tmp_path: Path) -> None:
    settings = estate(tmp_path, posture=_WATCHED)
    settings.state.prepare()
    assert worker_standing(settings.state, SystemClock().now()) is None
    settings.state.compliance.mkdir()
    said = {"pid": 1, "at": "2026-01-01T00:00:00+00:00", "running": None, "estates": {}}
    (settings.state.compliance / "worker.json").write_text(json.dumps(said))
    standing = worker_standing(settings.state, SystemClock().now())
    assert standing is not None
    assert standing.silent


def test_a_configuration_that_is_refused_ends_it(tmp_path: Path) -> None:
    settings = estate(tmp_path, posture="posture: {estates: {payroll: {}}}\n")
    worker, _ = _worker(settings)
    with pytest.raises(InvalidInputError, match="nothing to examine"):
        worker.step(threading.Event())


@pytest.mark.parametrize(
    ("trigger", "services", "asked"),
    [
        (Trigger.SCHEDULE, ("s3",), None),
        (Trigger.CHANGE, ("s3", "kms", "s3"), "kms,s3"),
        (Trigger.CHANGE, ("s3", ""), None),
        (Trigger.CHANGE, (), ""),
    ],
)
def test_of_an_account_only_what_events_name_is_asked(
    trigger: Trigger, services: tuple[str, ...], asked: str | None
) -> None:
    due = Due(at=SystemClock().now(), trigger=trigger, cause="")
    told = [Change(words="", service=service, receipt="") for service in services]
    assert _services(due, told) == asked
