"""One directory, private, held by one supervisor at a time."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from watchword.app.state import StateDirectory, write_private
from watchword.kernel.errors import ConflictError, InvalidInputError, UnavailableError

_HOLD = """
import pathlib, sys
from watchword.app.state import StateDirectory
with StateDirectory(pathlib.Path(sys.argv[1])).hold():
    print("held", flush=True)
    sys.stdin.read()
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_in_it_is_private_whatever_the_umask(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "deep" / "state")
    before = os.umask(0)
    try:
        state.prepare()
    finally:
        os.umask(before)
    assert [mode(path) for path in (state.root, state.run, state.keys, state.envoy, state.logs)] == [0o700] * 5


def test_a_directory_that_was_open_to_others_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    StateDirectory(tmp_path).prepare()
    assert mode(tmp_path) == 0o700


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("mine")
    with pytest.raises(InvalidInputError) as refused:
        StateDirectory(tmp_path / "state").prepare()
    assert refused.value.code == "state.not-a-directory"
    with pytest.raises(InvalidInputError):
        StateDirectory(tmp_path / "state" / "below").prepare()
    assert (tmp_path / "state").read_text() == "mine"


def test_a_path_too_long_for_sockets_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    root = tmp_path / ("x" * 110)
    with pytest.raises(InvalidInputError) as refused:
        StateDirectory(root).prepare()
    assert refused.value.code == "state.path-too-long"
    assert not root.exists()


def test_somebody_elses_directory_is_refused(tmp_path: Path) -> None:
    """Root makes one and gives it away; anybody else takes one of root's."""
    root = tmp_path / "theirs" if os.geteuid() == 0 else Path("/usr")
    if os.geteuid() == 0:
        root.mkdir()
        os.chown(root, 65534, -1)
    before = mode(root)
    with pytest.raises(UnavailableError) as refused:
        StateDirectory(root).prepare()
    assert refused.value.code == "state.foreign-owner"
    assert mode(root) == before


def test_a_second_supervisor_is_refused_and_the_first_one_named(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "s")
    state.prepare()
    assert state.held_by() is None
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            _HOLD,
            str(state.root),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    try:
        assert holder.stdout.readline() == b"held\n"
        assert state.held_by() == holder.pid
        with pytest.raises(ConflictError) as refused, state.hold():
            pass
        assert refused.value.code == "state.in-use"
    finally:
        holder.kill()
        holder.wait()
        holder.stdin.close()
        holder.stdout.close()
    # The lock went with the process that held it.
    assert state.held_by() is None
    with state.hold():
        assert (state.run / "supervisor.lock").read_text() == f"{os.getpid()}\n"


def test_a_private_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, b"new")
    assert path.read_bytes() == b"new"
    assert mode(path) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["key"]
