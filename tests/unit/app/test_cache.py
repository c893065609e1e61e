"""What is kept between runs: found again, bounded, and never read where somebody else may have written it."""

import os
import threading
from pathlib import Path

import pytest

from watchword.app.cache import Cache

KEY = "a" * 64


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "watchword"


def test_what_was_put_is_got(directory: Path) -> None:
    assert Cache(directory).get(KEY) is None
    assert Cache(directory).put(KEY, b"answer")
    assert Cache(directory).get(KEY) == b"answer"
    assert Cache(directory).get("b" * 64) is None


def test_the_directory_and_its_entries_are_this_users_alone(directory: Path) -> None:
    Cache(directory).put(KEY, b"answer")
    assert directory.stat().st_mode & 0o777 == 0o700
    assert (directory / KEY).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702, 0o755])
def test_a_directory_that_others_can_use_is_not_used(directory: Path, mode: int) -> None:
    Cache(directory).put(KEY, b"answer")
    directory.chmod(mode)
    cache = Cache(directory)
    assert cache.get(KEY) is None
    assert "make it yours alone" in cache.trouble
    assert not cache.put("b" * 64, b"another")
    assert [path.name for path in directory.iterdir()] == [KEY]


def test_a_directory_of_somebody_elses_is_not_used(directory: Path) -> None:
    if os.geteuid() == 0:  # root alone can give one away
        Cache(directory).put(KEY, b"answer")
        os.chown(directory, 65534, 65534)
    else:
        directory = Path("/root")
    assert Cache(directory).get(KEY) is None
    assert not Cache(directory).put("b" * 64, b"another")


def test_a_link_to_a_directory_is_not_followed(directory: Path, tmp_path: Path) -> None:
    Cache(tmp_path / "elsewhere").put(KEY, b"answer")
    directory.parent.mkdir()
    directory.symlink_to(tmp_path / "elsewhere")
    cache = Cache(directory)
    assert cache.get(KEY) is None
    assert cache.trouble


def test_an_entry_that_others_can_write_is_not_read(directory: Path) -> None:
    Cache(directory).put(KEY, b"answer")
    (directory / KEY).chmod(0o666)
    assert Cache(directory).get(KEY) is None


def test_an_entry_that_is_a_link_or_a_pipe_is_not_read(directory: Path) -> None:
    Cache(directory).put(KEY, b"answer")
    (directory / ("b" * 64)).symlink_to(KEY)
    os.mkfifo(directory / ("c" * 64), 0o600)
    assert Cache(directory).get("b" * 64) is None
    assert Cache(directory).get("c" * 64) is None


@pytest.mark.parametrize("at", [0, 5, 20, 40, -1])
def test_a_damaged_entry_is_none_and_is_written_anew(directory: Path, at: int) -> None:
    Cache(directory).put(KEY, b"answer")
    content = bytearray((directory / KEY).read_bytes())
    content[at] ^= 1
    (directory / KEY).write_bytes(content)
    assert Cache(directory).get(KEY) is None
    assert Cache(directory).put(KEY, b"answer")
    assert Cache(directory).get(KEY) == b"answer"


@pytest.mark.parametrize("length", [0, 1, 18, 49, 50, 55])
def test_a_cut_entry_is_none(directory: Path, length: int) -> None:
    Cache(directory).put(KEY, b"answer")
    (directory / KEY).write_bytes((directory / KEY).read_bytes()[:length])
    assert Cache(directory).get(KEY) is None


def test_an_entry_under_another_key_is_none(directory: Path) -> None:
    Cache(directory).put(KEY, b"answer")
    (directory / KEY).rename(directory / ("b" * 64))
    assert Cache(directory).get("b" * 64) is None


def test_what_is_too_large_is_not_kept(directory: Path) -> None:
    assert not Cache(directory).put(KEY, bytes(16 * 1024 * 1024 + 1))
    assert Cache(directory).get(KEY) is None


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "watchword")
    assert not cache.put(KEY, b"answer")
    assert cache.get(KEY) is None
    assert "file" in cache.trouble


def test_the_oldest_go_when_there_are_too_many(directory: Path) -> None:
    cache = Cache(directory, most_entries=10)
    for number in range(10):
        cache.put(f"{number:064}", b"answer")
        os.utime(directory / f"{number:064}", (number, number))
    assert cache.get(f"{0:064}") == b"answer"  # used: the last to go
    cache.put(f"{10:064}", b"answer")
    left = {path.name for path in directory.iterdir()}
    assert len(left) == 8
    assert {f"{0:064}", f"{10:064}"} <= left
    assert f"{1:064}" not in left


def test_the_oldest_go_when_they_are_too_large(directory: Path) -> None:
    cache = Cache(directory, most_bytes=10_000)
    for number in range(12):
        cache.put(f"{number:064}", bytes(1000))
        os.utime(directory / f"{number:064}", (number, number))
    assert sum(path.stat().st_size for path in directory.iterdir()) <= 10_000
    assert cache.get(f"{11:064}")


def test_what_was_left_half_written_goes(directory: Path) -> None:
    cache = Cache(directory)
    cache.put(KEY, b"answer")
    (directory / ".new-abandoned").write_bytes(b"half")
    os.utime(directory / ".new-abandoned", (0, 0))
    (directory / ".new-under-way").write_bytes(b"half")
    cache.put("b" * 64, b"answer")
    assert {path.name for path in directory.iterdir()} == {KEY, "b" * 64, ".new-under-way"}


def test_many_at_once_see_all_of_an_entry_or_nothing(directory: Path) -> None:
    seen: set[bytes | None] = set()

    def use() -> None:
        for _ in range(40):
            seen.add(Cache(directory, most_entries=3).get(KEY))
            Cache(directory, most_entries=3).put(KEY, bytes(100_000))
            Cache(directory, most_entries=3).put(f"{threading.get_ident():064}", b"other")

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen <= {None, bytes(100_000)}
