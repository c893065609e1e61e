"""Passes as files: found by time, bound to their digests, forgotten when they are old."""

from dataclasses import replace
from pathlib import Path

import pytest

from support.passes import at, content, examined, failed, finding
from watchword.app.compliance.store import PassStore
from watchword.evidence.posture.compliance.model import Content, Pass
from watchword.evidence.posture.compliance.records import sha256, write_content
from watchword.kernel.errors import InvalidInputError, NotFoundError, UnavailableError


def _add(store: PassStore, hours: float, found: Content) -> Pass:
    one = replace(examined(hours), content=sha256(write_content(found)))
    store.add(one, found)
    return one


def test_found_by_time(tmp_path: Path) -> None:
    store = PassStore(tmp_path)
    passes = [_add(store, hours, content()) for hours in (-3, -2, -1)]
    store.add(failed(0), None)
    assert store.passes("payroll", since=at(-2), until=at(-1)) == (passes[1],)
    assert store.recent("payroll") == (passes[2], failed(0))
    assert store.before("payroll", at(-1.5)) == passes[1]
    assert store.before("payroll", at(-3)) is None
    assert store.passes("shop") == ()


def test_a_content_that_is_not_that_of_its_name_is_never_read(tmp_path: Path) -> None:
    store = PassStore(tmp_path)
    one, other = _add(store, -1, content()), _add(store, 0, content(finding()))
    folder = tmp_path / "payroll" / "contents"
    (folder / f"{one.content}.json.gz").write_bytes((folder / f"{other.content}.json.gz").read_bytes())
    with pytest.raises(InvalidInputError, match="is not what the pass"):
        store.content(one)
    (folder / f"{other.content}.json.gz").write_bytes(b"\x1f\x8b no")
    with pytest.raises(InvalidInputError, match="cannot be read"):
        store.content(other)
    (folder / f"{other.content}.json.gz").unlink()
    with pytest.raises(NotFoundError, match="is missing"):
        store.content(other)


@pytest.mark.parametrize("name", ["../../etc/passwd", "20261125T120000000000Z/../x", ""])
def test_a_name_is_no_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFoundError):
        PassStore(tmp_path).record("payroll", name)


def test_old_passes_go_and_the_last_good_one_stays(tmp_path: Path) -> None:
    store = PassStore(tmp_path)
    for hours in (-50, -40, -30):
        _add(store, hours, content(finding(f"b{hours}")))
    store.add(failed(-20), None)
    assert store.prune("payroll", before=at(-10)) == 2
    assert [one.started for one in store.passes("payroll")] == [at(-30), at(-20)]
    assert len(list((tmp_path / "payroll" / "contents").iterdir())) == 1


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError):
        PassStore(tmp_path / "file").add(failed(), None)
