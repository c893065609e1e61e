"""All of Watchword as a user starts it: `watchword up` in a directory and on a port of its own.

::

    with running(tmp_path) as stack:
        stack.ready.invitation           # the first administrator's link
        stack.kill("control-plane")      # kill -9, as the machine would
        stack.get("sample.localhost")    # a plain request through the gateway

Nothing here reaches into the code under test: it starts the installed command, reads the one line that the command
promises when it is ready, and otherwise looks at sockets and at /proc.
"""

import contextlib
import http.client
import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

_T = TypeVar("_T")

# The promise is 15 s with a quiet machine; the suite shares two cores with itself.
_START = 60.0
_STOP = 30.0
LOOPBACK = "127.0.0.1"
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The line that `watchword up --output json` writes once everything answers."""

    gateway: str
    sign_in: str
    console: str
    applications: Mapping[str, str]
    invitation: str | None
    seconds: float  # from the start of the command


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def command() -> list[str]:
    """The installed console script beside this interpreter, or what it does where only the source tree is there."""
    script = Path(sys.executable).with_name("watchword")
    if script.exists():
        return [str(script)]
    return [sys.executable, "-c", "import sys; from watchword.cli import main; sys.exit(main())"]


def until(ask: Callable[[], _T | None], *, within: float, what: str) -> _T:
    """Ask again and again until the answer is true; fail with `what` when it is not in time."""
    end = time.monotonic() + within
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"not within {within:g} s: {what}")
        time.sleep(0.02)


@dataclass(slots=True, kw_only=True)
class Stack:
    """One running Watchword. `start()` may be called again after `stop()` or `kill_all()`, on the same state and port."""

    state: Path
    port: int
    configuration: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Ready = field(init=False)
    _process: subprocess.Popen[str] | None = field(init=False, default=None)
    _lines: "queue.Queue[str | None]" = field(init=False, default_factory=queue.Queue)
    _readers: list[threading.Thread] = field(init=False, default_factory=list)
    errors: list[str] = field(init=False, default_factory=list)

    def start(self) -> Ready:
        begun = time.monotonic()
        arguments = [*command(), "up", "--state", str(self.state), "--port", str(self.port), "--output", "json"]
        if self.configuration is not None:
            arguments += ["--config", str(self.configuration)]
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **self.environment},
            start_new_session=True,
        )
        self._process = process
        self._lines = queue.Queue()
        self._readers = [
            threading.Thread(target=self._read_output, args=(process,), daemon=True),
            threading.Thread(target=self._read_errors, args=(process,), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        try:
            line = self._lines.get(timeout=_START)
        except queue.Empty:
            line = None
        if line is None:
            self.stop()
            raise AssertionError(f"watchword up did not get ready:\n{''.join(self.errors)}\n{self.logs()}")
        said = json.loads(line)
        applications = said.get("applications", {})
        self.ready = Ready(
            gateway=said["gateway"],
            sign_in=said["sign_in"],
            console=said["console"],
            applications={str(name): str(origin) for name, origin in applications.items()},
            invitation=said.get("invitation"),
            seconds=time.monotonic() - begun,
        )
        return self.ready

    def stop(self) -> int:
        """Ask it to stop as Ctrl-C does, and return its exit status. Everything is dead when this returns."""
        process = self._process
        if process is None:
            return 0
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(_STOP)
            except subprocess.TimeoutExpired:
                self.kill_all()
        status = process.wait()
        for reader in self._readers:
            reader.join(5)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
        self._process = None
        return status

    def kill_all(self) -> None:
        """End every process the hard way, as a power cut would."""
        for pid in reversed(self.processes()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def processes(self) -> list[int]:
        """The ids of the supervisor and everything it started, the supervisor first."""
        return descendants(self._process.pid) if self._process is not None else []

    def pid_of(self, name: str) -> int | None:
        """The process of this stack whose command line holds `name`, if it lives."""
        for pid in self.processes()[1:]:
            if name in command_line(pid):
                return pid
        return None

    def kill(self, name: str) -> int:
        """kill -9 one part; return the id it had."""
        pid = until(lambda: self.pid_of(name), within=10, what=f"{name} runs")
        os.kill(pid, signal.SIGKILL)
        return pid

    def logs(self) -> str:
        """The ends of what the processes wrote, for a failing test."""
        return "\n".join(
            f"--- {log.name}\n{log.read_text('utf-8', 'replace')[-3000:]}" for log in sorted(self.state.glob("logs/*"))
        )

    def cli(self, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run another verb of the command on the same state directory."""
        return subprocess.run(
            [*command(), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            env={**os.environ, **self.environment, "WATCHWORD_STATE": str(self.state)},
            check=False,
        )

    def get(
        self,
        host: str,
        path: str = "/",
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        cookie: str | None = None,
        timeout: float = 20,
    ) -> Reply:
        """One request on a connection of its own; `cookie` is a session handle's token. Raises `OSError` when closed."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=timeout)
        sent = {"host": f"{host}:{self.port}", "connection": "close", **(headers or {})}
        if cookie is not None:
            sent["cookie"] = f"__Host-watchword={cookie}"
        try:
            connection.request(method, path, headers=sent)
            response = connection.getresponse()
            return Reply(
                status=response.status,
                headers={name.lower(): value for name, value in response.getheaders()},
                body=response.read(),
            )
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()

    def _read_output(self, process: subprocess.Popen[str]) -> None:
        if process.stdout is not None:
            for line in process.stdout:
                self._lines.put(line)
        self._lines.put(None)

    def _read_errors(self, process: subprocess.Popen[str]) -> None:
        if process.stderr is not None:
            self.errors.extend(process.stderr)


@contextlib.contextmanager
def running(
    state: Path | None = None,
    *,
    configuration: Path | None = None,
    environment: Mapping[str, str] | None = None,
    show_logs: bool = True,
) -> Iterator[Stack]:
    """Start one, and stop it whatever happens. Without `state` it gets a short directory of its own, removed afterwards:
    pytest's are too long for Unix sockets."""
    own = tempfile.mkdtemp(prefix="ww-", dir="/tmp") if state is None else None
    stack = Stack(
        state=Path(own) / "s" if own is not None else state or Path(),
        port=free_port(),
        configuration=configuration,
        environment=environment or {},
    )
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
        if show_logs:  # pytest shows them where the test failed, and nowhere else
            print("".join(stack.errors), stack.logs())
        if own is not None:
            shutil.rmtree(own, ignore_errors=True)


def descendants(pid: int) -> list[int]:
    """The process and all that descend from it, parents first."""
    children: dict[int, list[int]] = {}
    for child, parent in _parents():
        children.setdefault(parent, []).append(child)
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def command_line(pid: int) -> str:
    """What the process was started with; empty when it is gone."""
    if _PROC.exists():
        try:
            return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
        except OSError:
            return ""
    return _ps("-p", str(pid), "-o", "args=").strip()


def resident_megabytes(pid: int) -> float:
    """What the process holds in memory, shared pages counted in full."""
    if _PROC.exists():
        pages = int((_PROC / str(pid) / "statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    return int(_ps("-p", str(pid), "-o", "rss=").strip() or 0) / 1024


def _parents() -> list[tuple[int, int]]:
    """Each process with its parent. Read from /proc where there is one: a slim machine has no `ps`."""
    if not _PROC.exists():
        rows = (line.split() for line in _ps("-A", "-o", "pid=,ppid=").splitlines())
        return [(int(pid), int(parent)) for pid, parent in rows]
    found = []
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # The name in parentheses may hold spaces; state and parent follow the last parenthesis.
                state, parent = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[:2]
                if state != "Z":
                    found.append((int(entry.name), int(parent)))
    return found


def _ps(*arguments: str) -> str:
    return subprocess.run(["ps", *arguments], capture_output=True, text=True, check=False).stdout
