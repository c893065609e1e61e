"""What lies on a disk, and whether it is still the same."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from watchword.adapters.documents import files as documents
from watchword.adapters.terraform import files as terraform
from watchword.app import posture, watching
from watchword.app.watching import Look, Record, UntoldError, agrees, look, recorded, renewed, unchanged_since

_LONG_AGO = 10**18  # nanoseconds


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    top = tmp_path / "tree"
    (top / "inner").mkdir(parents=True)
    (top / "main.tf").write_text("one")
    (top / "inner" / "other.tf").write_text("two")
    (top / "link.tf").symlink_to("main.tf")
    return top


def _seen(tree: Path, *files: Path) -> Record:
    return recorded(look([tree], files), look([tree], files))


def _settled(record: Record) -> Record:
    """The same, as if all had been written long before: nothing is read again where times and inodes agree."""
    return Record(at=record.at + 10**12, marks=record.marks, hashes=record.hashes)


def test_what_nobody_touched_is_the_same(tree: Path) -> None:
    assert agrees(look([tree]), _seen(tree))
    assert agrees(look([tree]), _settled(_seen(tree)))


def _write(tree: Path) -> None:
    (tree / "main.tf").write_text("three")


def _write_as_long(tree: Path) -> None:
    (tree / "main.tf").write_text("eno")


def _write_and_turn_the_clock_back(tree: Path) -> None:
    status = (tree / "main.tf").stat()
    (tree / "main.tf").write_text("eno")
    os.utime(tree / "main.tf", ns=(status.st_atime_ns, status.st_mtime_ns))


def _replace(tree: Path) -> None:
    (tree / "new").write_text("eno")
    (tree / "new").rename(tree / "main.tf")


def _add(tree: Path) -> None:
    (tree / "inner" / "waivers.yaml").write_text("")


def _add_directory(tree: Path) -> None:
    (tree / "empty").mkdir()


def _remove(tree: Path) -> None:
    (tree / "inner" / "other.tf").unlink()


def _rename(tree: Path) -> None:
    (tree / "inner" / "other.tf").rename(tree / "inner" / "another.tf")


def _lead_elsewhere(tree: Path) -> None:
    (tree / "link.tf").unlink()
    (tree / "link.tf").symlink_to("inner/other.tf")


def _make_a_link_a_file(tree: Path) -> None:
    (tree / "link.tf").unlink()
    (tree / "link.tf").write_text("one")


def _make_a_file_a_directory(tree: Path) -> None:
    (tree / "main.tf").unlink()
    (tree / "main.tf").mkdir()


def _initialise(tree: Path) -> None:
    (tree / ".terraform" / "modules").mkdir(parents=True)
    (tree / ".terraform" / "modules" / "modules.json").write_text("{}")


@pytest.mark.parametrize(
    "change",
    [
        _write,
        _write_as_long,
        _write_and_turn_the_clock_back,
        _replace,
        _add,
        _add_directory,
        _remove,
        _rename,
        _lead_elsewhere,
        _make_a_link_a_file,
        _make_a_file_a_directory,
        _initialise,
    ],
)
def test_every_kind_of_change_is_seen(tree: Path, change: Callable[[Path], None]) -> None:
    before, record = look([tree]), _seen(tree)
    change(tree)
    assert not agrees(look([tree]), record)
    assert not agrees(look([tree]), _settled(record))
    with pytest.raises(UntoldError):
        recorded(before, look([tree]))


def test_a_list_of_modules_that_changes_is_seen(tree: Path) -> None:
    _initialise(tree)
    record = _seen(tree)
    (tree / ".terraform" / "modules" / "modules.json").write_text("[]")
    assert not agrees(look([tree]), record)


def test_a_change_within_the_same_tick_is_seen(tree: Path) -> None:
    before = look([tree])
    after = look([tree])
    (tree / "main.tf").write_text("eno")
    # As where a clock is so coarse that the times stay what they were.
    coarse = Look(at=after.at, newest=after.newest, marks=before.marks, hashes=after.hashes)
    with pytest.raises(UntoldError):
        recorded(before, coarse)


def test_a_file_that_was_written_anew_with_the_same_is_the_same(tree: Path) -> None:
    record = _settled(_seen(tree))
    _replace(tree)
    (tree / "main.tf").write_text("one")
    now = look([tree])
    assert agrees(now, record)
    fresh = renewed(now, record)
    assert fresh
    assert fresh.marks == now.marks
    assert agrees(look([tree]), fresh)


def test_a_record_that_made_nothing_be_read_is_as_good_as_new(tree: Path) -> None:
    assert renewed(look([tree]), _settled(_seen(tree))) is None
    assert renewed(look([tree]), _seen(tree)) is not None


def test_a_file_that_was_named_may_appear(tree: Path, tmp_path: Path) -> None:
    waivers = tmp_path / "waivers.yaml"
    record = _seen(tree, waivers)
    assert agrees(look([tree], [waivers]), record)
    waivers.write_text("")
    assert not agrees(look([tree], [waivers]), record)


def test_what_a_link_leads_to_is_looked_at(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.tf").write_text("one")
    (tree / "out.tf").symlink_to(tmp_path / "outside.tf")
    record = _seen(tree)
    (tmp_path / "outside.tf").write_text("two")
    assert not agrees(look([tree]), record)


def test_a_link_into_what_is_skipped_is_entered(tree: Path) -> None:
    (tree / "node_modules" / "m").mkdir(parents=True)
    (tree / "node_modules" / "m" / "main.tf").write_text("one")
    assert not any("main.tf" in path and "node_modules" in path for path in look([tree]).marks)
    (tree / "m").symlink_to("node_modules/m")
    record = _seen(tree)
    (tree / "node_modules" / "m" / "main.tf").write_text("two")
    assert not agrees(look([tree]), record)


def test_links_in_a_circle_end(tree: Path) -> None:
    (tree / "inner" / "up").symlink_to("..")
    (tree / "itself").symlink_to("itself")
    assert agrees(look([tree]), _seen(tree))


def test_names_that_are_no_text_are_names(tree: Path) -> None:
    Path(os.fsdecode(bytes(tree / "a") + b"\xff.tf")).write_text("one")
    assert agrees(look([tree]), _seen(tree))


def test_a_large_file_goes_by_its_times(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_LARGEST", 2)
    with pytest.raises(UntoldError):  # it has just changed, and may change again in the same tick
        _seen(tree)
    monkeypatch.setattr(watching, "_TICK", -(10**12))
    record = _seen(tree)
    assert not record.hashes
    assert agrees(look([tree]), record)
    _write_as_long(tree)
    assert not agrees(look([tree]), record)


def test_more_than_is_looked_at_is_told_by_nobody(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_MOST", 2)
    with pytest.raises(UntoldError):
        look([tree])


def test_what_is_gone_while_it_is_looked_at_is_told_by_nobody(tree: Path) -> None:
    first = look([tree])
    (tree / "main.tf").unlink()
    with pytest.raises(UntoldError):
        recorded(first, first)


def test_what_changed_lately_is_told_from_what_did_not(tree: Path, tmp_path: Path) -> None:
    assert not unchanged_since(_LONG_AGO, look([tree]))
    assert unchanged_since(look([tree]).at + 10**10, look([tree]))
    absent = look([], [tmp_path / "a" / "b"])
    assert not unchanged_since(absent.at, absent)


def test_nothing_is_skipped_that_a_front_end_enters() -> None:
    for entered in (terraform._SKIPPED, documents.SKIPPED, posture.SKIPPED):
        assert entered >= watching.SKIPPED
