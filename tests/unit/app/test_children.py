"""Children come back when they die, leave when the supervisor dies, and are stopped in order."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from watchword.app.children import Child, Program, describe_exit


def until(ask: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 20
    while not ask():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def python(code: str) -> Callable[[], list[str]]:
    return lambda: [sys.executable, "-c", code]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Child]]:
    children: list[Child] = []

    def start(code: str, *, lifeline: bool = True) -> Child:
        child = Child(Program(name="child", command=python(code), log=tmp_path / "log", lifeline=lifeline))
        children.append(child)
        child.start()
        return child

    yield start
    for child in children:
        child.stop(5)


def test_one_that_is_killed_is_started_again(started: Callable[..., Child]) -> None:
    child = started("import sys; sys.stdin.read()")
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    seen: list[int | None] = []

    def back() -> bool:
        seen.append(child.tend())
        return child.pid not in {None, first}

    until(back, "it is started again")
    assert [status for status in seen if status is not None] == [-signal.SIGKILL]
    assert child.starts == 2


def test_one_that_cannot_start_is_tried_with_pauses(started: Callable[..., Child]) -> None:
    child = started("raise SystemExit(3)")
    tries = 0
    end = time.monotonic() + 1.0
    while time.monotonic() < end:
        tries += child.tend() is not None
        time.sleep(0.005)
    # Without pauses it would be one every 20 ms; they are 0.1 s, 0.2 s, 0.4 s, …
    assert 1 <= tries <= 6


def test_stop_asks_first_and_kills_when_nobody_listens(started: Callable[..., Child], tmp_path: Path) -> None:
    deaf = started(
        "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); input()"
    )
    until(lambda: b"deaf" in (tmp_path / "log").read_bytes(), "it says that it is deaf")
    deaf.stop(0.2)
    assert deaf.pid is None
    assert deaf.tend() is None
    assert deaf.pid is None


def test_the_lifeline_closes_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    """What a killed supervisor leaves behind must not go on serving."""
    witness = tmp_path / "gone"
    inner = f"import sys, pathlib; sys.stdin.read(); pathlib.Path({str(witness)!r}).write_text('gone')"
    outer = (
        "import pathlib, sys, time\n"
        "from watchword.app.children import Child, Program\n"
        f"child = Child(Program(name='c', command=lambda: [sys.executable, '-c', {inner!r}], log=pathlib.Path({str(tmp_path / 'log')!r})))\n"
        "child.start(); print('up', flush=True); time.sleep(60)\n"
    )
    supervisor = subprocess.Popen(
        [sys.executable, "-c", outer],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline() == b"up\n"
    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    until(witness.exists, "the child notices that its supervisor is gone")


def test_a_program_that_is_not_there_leaves_nothing_open(tmp_path: Path) -> None:
    child = Child(Program(name="none", command=lambda: ["/nonexistent/program"], log=tmp_path / "log"))
    before = len(list(Path("/dev/fd").iterdir()))
    with pytest.raises(FileNotFoundError):
        child.start()
    assert len(list(Path("/dev/fd").iterdir())) == before
    assert child.pid is None


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0, "exited with status 0"),
        (2, "exited with status 2"),
        (-9, "killed by SIGKILL"),
        (-250, "killed by signal 250"),
    ],
)
def test_an_exit_in_words(status: int, words: str) -> None:
    assert describe_exit(status) == words
