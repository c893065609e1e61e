"""Each thing that can be wrong, made wrong, and the finding with its fix."""

import os
import resource
import shutil
import socket
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.configurations import write
from support.states import prepared, services_of, settings_for
from watchword.app import development_ca, doctor
from watchword.app.doctor import Examination, Finding, Standing, examine
from watchword.app.settings import Settings
from watchword.kernel.clock import Clock, SettableClock, SystemClock
from watchword.kernel.errors import UnavailableError
from watchword.kernel.events import Origin

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def found(check: str, settings: Settings, clock: Clock | None = None) -> list[Finding]:
    return [finding for finding in examine(settings, clock or SystemClock()) if finding.check == check]


def the(check: str, settings: Settings, clock: Clock | None = None) -> Finding:
    (finding,) = found(check, settings, clock)
    assert (finding.fix is not None) == (finding.standing in {Standing.WARNING, Standing.PROBLEM})
    return finding


def test_a_fresh_machine(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "state")
    findings = examine(settings, SystemClock())
    assert {f.check for f in findings} == {name for name, _ in doctor.CHECKS} - {"keys"}
    assert "does not exist yet" in the("state", settings).finding
    assert "none yet" in the("database", settings).finding
    assert "not running" in the("running", settings).finding
    assert not (tmp_path / "state").exists()


def test_a_prepared_state(tmp_path: Path) -> None:
    settings, _ = prepared(tmp_path / "state")
    for check in ("state", "configuration", "database", "certificate", "envoy", "python"):
        assert the(check, settings).standing is Standing.GOOD, check
    assert "served" not in the("configuration", settings).finding
    write(settings.configuration, "name: Changed\n")
    assert "is served until `watchword apply`" in [f.finding for f in found("configuration", settings)][-1]


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings, _ = prepared(tmp_path / "state", f"listen: {{port: {port}}}\n", {})
        finding = the("port", settings)
    assert finding.standing is Standing.PROBLEM
    assert f"127.0.0.1:{port} is in use by " in finding.finding
    assert f"(process {os.getpid()})" in finding.finding
    assert finding.fix == f"stop process {os.getpid()}, or choose another port with --port N"


def test_an_address_that_is_not_here(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "state")
    tls = development_ca.ensure(_directory(tmp_path / "tls"), ("auth.example.com",), SystemClock())
    write(
        settings.configuration,
        "domain: example.com\n"
        f"listen: {{address: 192.0.2.1, tls: {{certificate: {tls.certificate}, private_key: {tls.private_key}}}}}\n",
    )
    finding = the("port", settings)
    assert (finding.standing, finding.finding) == (Standing.PROBLEM, "this machine has no address 192.0.2.1")


def test_a_state_directory_open_to_others(tmp_path: Path) -> None:
    settings, _ = prepared(tmp_path / "state")
    settings.state.root.chmod(0o755)
    finding = the("state", settings)
    assert finding.standing is Standing.WARNING
    assert finding.fix == f"chmod 700 {settings.state.root}"


def test_a_key_open_to_others(tmp_path: Path) -> None:
    settings, _ = prepared(tmp_path / "state")
    with services_of(settings):
        pass
    key = settings.state.keys / "ledger.seed"
    key.chmod(0o644)
    finding = the("keys", settings)
    assert (finding.standing, finding.fix) == (Standing.PROBLEM, f"chmod 600 {key}")
    key.chmod(0o600)
    assert the("keys", settings).standing is Standing.GOOD


def test_a_file_where_the_state_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "is not a directory" in the("state", settings_for(tmp_path / "file")).finding
    assert "is a file" in the("state", settings_for(tmp_path / "file/state")).finding


def test_an_unwritable_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write everywhere, so the answer of the system is played.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    finding = the("state", settings_for(tmp_path / "state"))
    assert (finding.standing, finding.fix) == (Standing.PROBLEM, "choose another with --state DIR")
    (tmp_path / "there").mkdir()
    assert the("state", settings_for(tmp_path / "there")).fix == f"chmod 700 {tmp_path / 'there'}"


def test_a_configuration_with_errors(tmp_path: Path) -> None:
    settings, _ = prepared(tmp_path / "state")
    write(settings.configuration, "domian: x\nlisten: {port: no}\n")
    problems = found("configuration", settings)
    assert [f.standing for f in problems] == [Standing.PROBLEM] * 2
    assert problems[0].finding.startswith("watchword.yaml:1:1: unknown key 'domian'")
    assert problems[0].fix == "did you mean 'domain'?"
    # What is served still is what the other checks look at.
    assert the("database", settings).standing is Standing.GOOD


def test_nothing_is_known_without_a_configuration(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "state")
    write(settings.configuration, "domian: x\n")
    for check in ("port", "names", "certificate", "database"):
        assert the(check, settings).standing is Standing.UNKNOWN


def test_a_database_of_a_newer_watchword(tmp_path: Path) -> None:
    settings, _ = prepared(tmp_path / "state")
    with closing(sqlite3.connect(settings.state.database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    finding = the("database", settings)
    assert finding.standing is Standing.PROBLEM
    assert "newer Watchword" in finding.finding


def test_a_database_of_an_older_watchword(tmp_path: Path) -> None:
    settings, _ = prepared(tmp_path / "state")
    with closing(sqlite3.connect(settings.state.database)) as connection, connection:
        connection.execute("DELETE FROM alembic_version")
    finding = the("database", settings)
    assert finding.standing is Standing.PROBLEM
    assert finding.fix is not None
    assert "watchword up" in finding.fix


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    settings, _ = prepared(tmp_path / "state")
    settings.state.database.write_bytes(b"not a database, and longer than a header of one would have to be" * 20)
    assert the("database", settings).standing is Standing.PROBLEM


def test_a_clock_before_anything_was_built(tmp_path: Path) -> None:
    finding = the("clock", settings_for(tmp_path / "state"), SettableClock(datetime(1970, 1, 1, tzinfo=UTC)))
    assert finding.standing is Standing.PROBLEM


def test_a_clock_behind_the_newest_record(tmp_path: Path) -> None:
    settings, _ = prepared(tmp_path / "state")
    with services_of(settings) as services:
        services.people.invite(
            email="alice@example.com",
            display_name="Alice",
            groups=frozenset(),
            actor="operator",
            origin=Origin(),
        )
    behind = SettableClock(datetime.now(UTC) - timedelta(minutes=5))
    finding = the("clock", settings, behind)
    assert finding.standing is Standing.PROBLEM
    assert "from the future" in finding.finding


def test_an_honest_clock_without_another_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_kernel_says_synchronised", lambda: False)
    assert the("clock", settings_for(tmp_path / "state")).standing is Standing.UNKNOWN
    monkeypatch.setattr(doctor, "_kernel_says_synchronised", lambda: True)
    assert the("clock", settings_for(tmp_path / "state")).standing is Standing.GOOD


def _other_key(tls: Path) -> None:
    (tls / "gateway-key.pem").write_bytes((tls / "authority-key.pem").read_bytes())


def _no_certificate(tls: Path) -> None:
    (tls / "gateway.pem").write_bytes(b"nothing")


CERTIFICATES: dict[str, tuple[Callable[[Path], None], datetime, Standing, str]] = {
    "good": (lambda tls: None, NOW, Standing.GOOD, "good until 2026-12-23"),
    "ends soon": (lambda tls: None, NOW + timedelta(days=20), Standing.WARNING, "ends on 2026-12-23"),
    "ended": (lambda tls: None, NOW + timedelta(days=31), Standing.PROBLEM, "ended on 2026-12-23"),
    "not yet": (lambda tls: None, NOW - timedelta(days=1), Standing.PROBLEM, "not valid before"),
    "another key": (
        _other_key,
        NOW,
        Standing.PROBLEM,
        "is not the key of",
    ),
    "no certificate": (
        _no_certificate,
        NOW,
        Standing.PROBLEM,
        "cannot be read",
    ),
}


@pytest.mark.parametrize(("spoil", "now", "standing", "words"), CERTIFICATES.values(), ids=CERTIFICATES.keys())
def test_certificates(
    tmp_path: Path, spoil: Callable[[Path], None], now: datetime, standing: Standing, words: str
) -> None:
    tls = development_ca.ensure(
        _directory(tmp_path / "tls"), ("auth.example.com", "console.example.com"), SettableClock(NOW)
    )
    spoil(tmp_path / "tls")
    settings = settings_for(tmp_path / "state")
    write(
        settings.configuration,
        f"domain: example.com\nlisten: {{tls: {{certificate: {tls.certificate}, private_key: {tls.private_key}}}}}\n",
    )
    finding = the("certificate", settings, SettableClock(now))
    assert finding.standing is standing
    assert words in finding.finding


def test_a_certificate_for_other_hosts(tmp_path: Path) -> None:
    tls = development_ca.ensure(_directory(tmp_path / "tls"), ("auth.example.com",), SettableClock(NOW))
    settings = settings_for(tmp_path / "state")
    write(
        settings.configuration,
        f"domain: example.com\nlisten: {{tls: {{certificate: {tls.certificate}, private_key: {tls.private_key}}}}}\n",
    )
    assert the("certificate", settings, SettableClock(NOW)).finding == "does not name console.example.com"


def test_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, _ = prepared(tmp_path / "state", "", {})
    answers: dict[str, tuple[str, ...] | None] = {
        "auth.localhost": ("127.0.0.1",),
        "console.localhost": ("203.0.113.9",),
    }
    monkeypatch.setattr(doctor, "_look_up", lambda host: answers[host])
    problem = found("names", settings)[0]
    assert (problem.standing, problem.fix) == (Standing.PROBLEM, "add to /etc/hosts: 127.0.0.1 console.localhost")
    answers["console.localhost"] = None
    assert found("names", settings)[0].standing is Standing.UNKNOWN
    answers["console.localhost"] = ("::1",)
    assert the("names", settings).standing is Standing.GOOD


def test_little_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 100 << 20

    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage)
    assert the("space", settings_for(tmp_path / "state")).standing is Standing.PROBLEM
    Usage.free = 500 << 20
    assert the("space", settings_for(tmp_path / "state")).standing is Standing.WARNING


def test_few_descriptors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda which: (1024, 4096))
    finding = the("descriptors", settings_for(tmp_path / "state"))
    assert (finding.standing, finding.fix) == (Standing.WARNING, "ulimit -n 4096")


def test_no_envoy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from watchword.adapters.envoy import binary

    def missing() -> Path:
        raise UnavailableError("Envoy is not installed", code="envoy.missing", hint="install Watchword again")

    monkeypatch.setattr(binary, "find_envoy", missing)
    finding = the("envoy", settings_for(tmp_path / "state"))
    assert (finding.standing, finding.fix) == (Standing.PROBLEM, "install Watchword again")
    broken = tmp_path / "envoy"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(stat.S_IRWXU)
    monkeypatch.setattr(binary, "find_envoy", lambda: broken)
    assert "exit status 3" in the("envoy", settings_for(tmp_path / "state")).finding


def test_a_check_that_crashes_is_unknown_and_the_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: Examination) -> list[Finding]:
        raise ZeroDivisionError

    monkeypatch.setattr(doctor, "CHECKS", (("crash", crash), ("python", doctor.check_python)))
    first, second = examine(settings_for(tmp_path / "state"), SystemClock())
    assert (first.standing, first.finding) == (Standing.UNKNOWN, "the check itself failed: ZeroDivisionError")
    assert second.standing is Standing.GOOD


def test_a_supervisor_whose_control_plane_is_silent(tmp_path: Path) -> None:
    settings, _ = prepared(tmp_path / "state")
    with settings.state.hold():
        finding = the("running", settings)
        port = the("port", settings)
    assert finding.standing is Standing.PROBLEM
    assert finding.finding.startswith(f"process {os.getpid()} runs, but")
    assert port.standing is Standing.GOOD


def _directory(path: Path) -> Path:
    path.mkdir()
    return path
