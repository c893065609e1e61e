"""The posture section: what it says, and every way it can be wrong."""

from datetime import timedelta
from pathlib import Path

import pytest

from support.configurations import read, surroundings, write
from watchword.app.configuration import ConfigurationError, read_configuration
from watchword.app.configuration.posture import AccountSettings, PostureSettings
from watchword.app.planning import changes
from watchword.evidence.posture.compliance.schedule import Moment
from watchword.evidence.posture.model import Severity

_WHOLE = """\
posture:
  keep: 90d
  sla: {critical: 2d}
  reports: {directory: /srv/reports, daily: "06:00", weekly: sunday 23:59, forms: [html, html]}
  estates:
    payroll:
      paths: [/srv/payroll, ../shop]
      imports: [/srv/results/*.json]
      checks: [/srv/checks]
      waivers: /srv/waivers.yaml
      settings: /srv/assess.yaml
      aws:
        - {profile: prod, regions: [eu-central-1, us-east-1]}
      every: 1h
      on_change: {files: true, queue: "https://sqs.eu-central-1.amazonaws.com/123456789012/watchword"}
      stale_after: 3h
      timeout: 10m
"""


def test_all_of_it(tmp_path: Path) -> None:
    posture = read(tmp_path / "conf", _WHOLE).posture
    assert posture.keep == timedelta(days=90)
    assert (posture.sla[Severity.CRITICAL], posture.sla[Severity.LOW]) == (timedelta(days=2), timedelta(days=180))
    assert posture.reports.daily == Moment(hour=6, minute=0)
    assert posture.reports.weekly == Moment(hour=23, minute=59, weekday=6)
    assert posture.reports.forms == ("html",)
    one = posture.estates["payroll"]
    assert one.paths == (Path("/srv/payroll"), tmp_path / "shop")
    assert one.imports == ("/srv/results/*.json",)
    assert one.aws == (AccountSettings(profile="prod", regions=("eu-central-1", "us-east-1")),)
    assert (one.every, one.stale_after, one.timeout) == (
        timedelta(hours=1),
        timedelta(hours=3),
        timedelta(minutes=10),
    )
    assert (one.watch_files, one.by_itself, posture.by_itself) == (True, True, True)
    assert one.queue.endswith("/watchword")


def test_nothing_of_it(tmp_path: Path) -> None:
    posture = read(tmp_path, "").posture
    assert posture == PostureSettings()
    assert not posture.by_itself


def test_results_are_current_for_twice_the_schedule_or_a_day(tmp_path: Path) -> None:
    text = "posture: {estates: {a: {paths: [/a], every: 6h}, b: {paths: [/b]}}}\n"
    estates = read(tmp_path, text).posture.estates
    assert estates["a"].stale_after == timedelta(hours=12)
    assert estates["b"].stale_after == timedelta(days=1)
    assert not estates["b"].by_itself


def test_relative_paths_are_meant_from_where_the_files_are_kept(tmp_path: Path) -> None:
    from dataclasses import replace

    copy = write(tmp_path / "state" / "applied", "posture: {estates: {a: {paths: [../infra]}}}\n")
    kept = replace(surroundings(), authored=tmp_path / "team" / "conf")
    assert read_configuration(copy, kept).posture.estates["a"].paths == (tmp_path / "team" / "infra",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("posture: {estate: {}}\n", "1:11: unknown key 'estate'"),
        ("posture: {estates: {Payroll: {paths: [/a]}}}\n", "1:21: this cannot be the name of an estate"),
        ("posture: {estates: {../x: {paths: [/a]}}}\n", "1:21: this cannot be the name of an estate"),
        ("posture: {estates: {a: {}}}\n", "1:24: estate a has nothing to examine"),
        ("posture: {estates: {a: {paths: [/a], every: 10s}}}\n", "1:45: more often than a pass takes"),
        ("posture: {estates: {a: {paths: [/a], every: 40d}}}\n", "1:45: longer than allowed"),
        ("posture: {estates: {a: {paths: [/a], every: hourly}}}\n", "1:45: not the right kind of value"),
        ("posture: {estates: {a: {imports: [/a], on_change: {files: true}}}}\n", "1:51: estate a has no paths"),
        ("posture: {estates: {a: {paths: [/a], on_change: {queue: q}}}}\n", "1:57: not the right kind of value"),
        ("posture: {estates: {a: {aws: [{regions: [nowhere]}]}}}\n", "1:42: not the right kind of value"),
        ("posture: {estates: {a: {aws: [{account: 1}]}}}\n", "1:32: unknown key 'account'"),
        ('posture: {reports: {daily: "25:00"}}\n', "1:28: not the right kind of value"),
        ("posture: {reports: {weekly: someday 06:00}}\n", "1:29: not the right kind of value"),
        ("posture: {reports: {forms: [pdf]}}\n", "1:29: not the right kind of value"),
        ("posture: {sla: {urgent: 1d}}\n", "1:17: unknown key 'urgent'"),
        ("posture: [a]\n", "1:10: not the right kind of value"),
    ],
)
def test_what_is_refused_has_its_place(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, text)
    assert f"watchword.yaml:{problem}" in str(caught.value)


def test_a_plan_tells_of_estates(tmp_path: Path) -> None:
    before = read(tmp_path / "a", "posture: {estates: {a: {paths: [/a]}, b: {paths: [/b]}}}\n")
    after = read(tmp_path / "b", "posture: {estates: {a: {paths: [/a], every: 1h}, c: {paths: [/c]}}}\n")
    told = [str(change) for change in changes(before, after)]
    assert "estate a changed: every never -> 1:00:00, stale after 1 day, 0:00:00 -> 2:00:00" in told
    assert {"estate b removed", "estate c added"} <= set(told)
