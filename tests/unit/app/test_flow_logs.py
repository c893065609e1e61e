"""Files of flow logs: what is taken, what is counted, what is refused."""

import gzip
from pathlib import Path

import pytest

from watchword.app.flow_logs import read_flows
from watchword.kernel.errors import InvalidInputError

_LINE = "2 111122223333 eni-1 10.0.1.4 10.0.2.9 40000 5432 6 12 3400 1763971200 1763971260 ACCEPT OK\n"
_HEADER = "srcaddr dstaddr srcport dstport protocol action\n"


def _file(path: Path, text: str) -> str:
    path.write_text(text)
    return str(path)


def test_plain_and_gzipped_with_a_header_and_without(tmp_path: Path) -> None:
    (tmp_path / "flows" / "11").mkdir(parents=True)
    _file(tmp_path / "flows" / "a.log", _LINE * 2)
    (tmp_path / "flows" / "11" / "b.log.gz").write_bytes(
        gzip.compress((_HEADER + "10.0.1.4 10.0.2.9 40000 5432 6 ACCEPT\n").encode())
    )
    _file(tmp_path / "flows" / "notes.md", "nothing of ours")
    seen = read_flows([str(tmp_path / "flows")], [])
    assert (seen.records, seen.logs.files, seen.logs.lines, seen.logs.bad) == (3, 2, 3, 0)


def test_bad_lines_are_counted_with_their_places_and_the_rest_is_read(tmp_path: Path) -> None:
    name = _file(tmp_path / "a.log", f"{_LINE}2 rubbish\n{_LINE}{_LINE.replace('10.0.1.4', '10.0.1.400')}")
    seen = read_flows([name], [])
    assert seen.records == 2
    assert seen.logs.bad == 2
    assert seen.logs.bad_places[0] == f"{name}:2: 14 fields were expected, and 2 found"
    assert seen.logs.bad_places[1].startswith(f"{name}:4: ")


def test_intervals_without_data_are_counted(tmp_path: Path) -> None:
    gap = "2 111122223333 eni-1 - - - - - - - 1763971200 1763971260 - {}\n"
    seen = read_flows([_file(tmp_path / "a.log", _LINE + gap.format("NODATA") + gap.format("SKIPDATA"))], [])
    assert (seen.records, seen.logs.nodata, seen.logs.skipdata) == (1, 1, 1)


def test_a_file_that_breaks_off_counts_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = gzip.compress((_LINE * 5000).encode())
    (tmp_path / "a.log.gz").write_bytes(whole[:-20])
    seen = read_flows([str(tmp_path / "a.log.gz")], [])
    assert seen.records > 0
    assert "breaks off" in seen.logs.bad_places[-1]


def test_a_line_without_end_takes_no_memory_and_is_one_bad_line(tmp_path: Path) -> None:
    name = _file(tmp_path / "a.log", _LINE + "9" * 1_000_000 + "\n" + _LINE)
    seen = read_flows([name], [])
    assert (seen.records, seen.logs.bad) == (2, 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PAR1\x15\x04", "flows.parquet"),
        (b"srcaddr dstaddr srcport\n", "flows.fields"),
        (b"1 2 3\n4 5 6\n", "flows.none"),
    ],
)
def test_what_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "a.log").write_bytes(content)
    with pytest.raises(InvalidInputError) as caught:
        read_flows([str(tmp_path / "a.log")], [])
    assert caught.value.code == code


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name, code in ((str(tmp_path / "none.log"), "file.unreadable"), (str(tmp_path / "empty"), "flows.none")):
        with pytest.raises(InvalidInputError) as caught:
            read_flows([name], [])
        assert caught.value.code == code
