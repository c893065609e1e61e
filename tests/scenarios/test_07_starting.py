"""Story 7: starting, where something is in the way; and parts that hang instead of dying."""

import json
import os
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from support.stack import LOOPBACK, Stack, running, until

pytestmark = pytest.mark.envoy

TLS = """\
domain: localhost
listen:
  address: 127.0.0.1
  port: 8443
  tls: development
applications:
  sample:
    upstream: builtin:sample
    routes:
      - path: /
"""


@pytest.fixture
def stack() -> Iterator[Stack]:
    with running() as one:
        yield one


def second(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    return stack.cli("up", *arguments)


def test_a_port_that_is_taken_is_named_with_the_way_out(tmp_path: Path) -> None:
    with closing(socket.socket()) as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        stack = Stack(state=tmp_path / "s", port=port)
        done = second(stack, "--port", str(port))
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"127.0.0.1:{port}" in done.stderr
    assert "--port N" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_one_in_the_same_directory_is_refused_and_the_first_goes_on(stack: Stack) -> None:
    done = second(stack, "--port", "1")
    assert done.returncode == 1
    assert "another Watchword is running" in done.stderr
    assert stack.get("sample.localhost").status == 401


def test_status_tells_the_figures_of_what_runs(stack: Stack) -> None:
    assert stack.get("sample.localhost").status == 401
    done = stack.cli("status", "--output", "json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["answers"]["no-session"] == 1
    assert told["live_sessions"] == told["open_streams"] == told["defects"] == 0
    # A revocation is known after this long at the latest, and refused requests wait for nothing older than the bound.
    assert 0 <= told["sessions_age_milliseconds"] < 60_000
    stack.stop()
    assert stack.cli("status").returncode == 1


def test_a_start_with_a_configuration_that_became_bad_serves_the_one_before_and_says_so(tmp_path: Path) -> None:
    with running() as stack:
        directory = stack.state / "configuration"
        main = directory / "watchword.yaml"
        stack.stop()
        main.write_text(main.read_text("utf-8") + "\nnonsense: 1\n", "utf-8")
        stack.errors.clear()
        stack.start()
        assert stack.get("sample.localhost").status == 401
        until(lambda: "nonsense" in "".join(stack.errors), within=10, what="the mistake is named")
        assert "serving the one applied before" in "".join(stack.errors)


def test_a_control_plane_that_hangs_lets_nothing_through_and_is_replaced(stack: Stack) -> None:
    pid = until(lambda: stack.pid_of("control_plane"), within=10, what="it runs")
    os.kill(pid, signal.SIGSTOP)
    try:
        assert stack.get("sample.localhost", timeout=30).status == 503
        replaced = until(
            lambda: (now := stack.pid_of("control_plane")) is not None and now != pid and now,
            within=90,
            what="the supervisor notices and starts another",
        )
        assert replaced
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until(lambda: stack.get("sample.localhost").status == 401, within=30, what="it decides again")


def test_tls_of_the_development_authority(tmp_path: Path) -> None:
    (tmp_path / "watchword.yaml").write_text(TLS, "utf-8")
    (tmp_path / "policies").mkdir()
    with running(configuration=tmp_path) as stack:
        assert stack.ready.console.startswith("https://console.localhost")
        context = ssl.create_default_context(cafile=str(stack.state / "tls" / "authority.pem"))
        with (
            socket.create_connection((LOOPBACK, stack.port), timeout=20) as plain,
            context.wrap_socket(plain, server_hostname="auth.localhost") as secure,
        ):
            assert secure.version() == "TLSv1.3"
            secure.sendall(b"GET /.well-known/jwks.json HTTP/1.1\r\nhost: auth.localhost\r\nconnection: close\r\n\r\n")
            answer = b"".join(iter(lambda: secure.recv(65536), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        assert b"strict-transport-security" in head.lower()
        assert json.loads(body)["keys"][0]["alg"] == "ES256"
        strange = ssl.create_default_context(cafile=str(stack.state / "tls" / "authority.pem"))
        with (
            socket.create_connection((LOOPBACK, stack.port), timeout=20) as plain,
            pytest.raises(ssl.SSLCertVerificationError),
        ):
            strange.wrap_socket(plain, server_hostname="elsewhere.localhost")
