"""Files of evidence: what is written is read again, and what is wrong with a file is told, never passed over."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.adapters.aws.asks import Json
from watchword.adapters.aws.evidence import (
    End,
    Header,
    Record,
    end_line,
    header_line,
    is_evidence,
    record_line,
    records,
)
from watchword.adapters.aws.reader import read_evidence, read_lines
from watchword.inventory import ProblemKind
from watchword.kernel.errors import InvalidInputError

_HEADER = Header(account="111122223333", collected_at="2026-06-30T12:00:00+00:00", regions=("eu-west-1",))
_RECORD = Record(operation="s3:ListBuckets", region="us-east-1", parameters={}, answer={"Buckets": []}, last=True)

_json: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(answer=_json, message=st.text(), error=st.booleans())
def test_what_is_written_is_read_again(answer: Json, message: str, error: bool) -> None:  # noqa: FBT001
    record = Record(
        operation="kms:GetKeyPolicy",
        region="eu-west-1",
        parameters={"KeyId": "k"},
        answer=None if error else answer,
        error="AccessDenied" if error else "",
        message=message if error else "",
        last=True,
        line=2,
    )
    text = header_line(_HEADER) + record_line(record) + end_line(End(answers=1))
    header, read, end = records(text.split("\n"), name="a.jsonl")
    assert (header, read, end) == (_HEADER, record, End(answers=1))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        ("not json\n", "it is not JSON"),
        ("[1]\n", "an object was expected"),
        ('{"watchword": "other"}\n', "does not begin as a file of AWS evidence"),
        ('{"watchword": "aws-evidence", "version": 2}\n', "version 2 is not known"),
        ('{"watchword": "aws-evidence", "version": 1}\n', "account, regions and collected_at are needed"),
        (header_line(_HEADER).replace("111122223333", "1#2"), "an account has twelve digits"),
        (header_line(_HEADER).replace("eu-west-1", "../x"), "regions are expected, by their names"),
        (header_line(_HEADER) + '{"operation": 1}\n', "operation, region and parameters are needed"),
        (
            header_line(_HEADER) + '{"operation": "a:B", "region": "r", "parameters": {}}\n',
            "either an answer or an error",
        ),
    ],
)
def test_a_file_that_is_none_is_refused(text: str, why: str) -> None:
    with pytest.raises(InvalidInputError, match=why):
        list(records(text.splitlines(keepends=True), name="a.jsonl"))
    reading = read_lines(text.splitlines(keepends=True), name="a.jsonl")
    assert [problem.kind for problem in reading.problems] == [ProblemKind.SYNTAX]


def test_a_file_that_was_cut_off_says_so_and_what_it_has_is_read() -> None:
    reading = read_lines([header_line(_HEADER), record_line(_RECORD)], name="a.jsonl")
    assert "ends before the collection did" in reading.problems[0].text


def test_a_line_that_was_taken_out_is_missed() -> None:
    reading = read_lines([header_line(_HEADER), end_line(End(answers=1))], name="a.jsonl")
    assert "1 answers were written, 0 are there" in reading.problems[0].text


def test_a_line_that_was_added_behind_the_last_one_is_noticed() -> None:
    lines = [header_line(_HEADER), record_line(_RECORD), end_line(End(answers=1))]
    assert not read_lines(lines, name="a.jsonl").problems
    reading = read_lines([*lines, record_line(_RECORD)], name="a.jsonl")
    assert "1 answers were written, 2 are there" in reading.problems[0].text


def test_it_is_known_by_its_content(tmp_path: Path) -> None:
    file = tmp_path / "anything"
    file.write_text(header_line(_HEADER) + end_line(End(answers=0)))
    assert is_evidence(file)
    assert len(read_evidence(file).declarations) > 50  # of each list that was not collected, one that says so
    (tmp_path / "other.json").write_text('{"planned_values": {}}')
    assert not is_evidence(tmp_path / "other.json")
    assert not is_evidence(tmp_path / "missing")
    assert [problem.kind for problem in read_evidence(tmp_path / "missing").problems] == [ProblemKind.UNREADABLE]
