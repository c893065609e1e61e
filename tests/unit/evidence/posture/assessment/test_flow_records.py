"""Lines of flow logs: the default format, custom ones, and what is no record."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.evidence.posture.assessment.flow_records import DEFAULT, FlowRecord, Skipped, layout_of, parsed

_LINE = "2 111122223333 eni-1 10.0.1.4 10.0.2.9 40000 5432 6 12 3400 1763971200 1763971260 ACCEPT OK"


def test_a_line_of_the_default_format() -> None:
    assert parsed(_LINE, DEFAULT) == FlowRecord(
        "10.0.1.4", "10.0.2.9", 40000, 5432, 6, True, 3400, 1763971200, 1763971260, -1
    )


def test_a_line_that_was_exported_with_its_time_before_it() -> None:
    assert parsed(f"2025-11-24T08:00:00.000Z {_LINE}", DEFAULT) == parsed(_LINE, DEFAULT)


@pytest.mark.parametrize("status", ["NODATA", "SKIPDATA"])
def test_what_tells_that_there_is_nothing_to_tell(status: str) -> None:
    line = f"2 111122223333 eni-1 - - - - - - - 1763971200 1763971260 - {status}"
    assert parsed(line, DEFAULT) is Skipped(status)


def test_a_header_names_the_fields_in_any_order() -> None:
    layout = layout_of("action srcaddr pkt-srcaddr dstaddr pkt-dstaddr dstport srcport protocol tcp-flags")
    assert layout is not None
    record = parsed("REJECT 10.0.0.1 10.0.1.4 10.0.2.9 - 443 50000 6 2", layout)
    assert record == FlowRecord("10.0.1.4", "10.0.2.9", 50000, 443, 6, False, 0, 0, 0, 2)


def test_the_format_as_it_is_declared_is_a_header_too() -> None:
    layout = layout_of("${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${action}")
    assert layout is not None
    assert isinstance(parsed("10.0.0.1 10.0.0.2 1 2 17 ACCEPT", layout), FlowRecord)


def test_a_header_that_lacks_what_is_needed_is_refused() -> None:
    with pytest.raises(ValueError, match="the format has no dstport, action"):
        layout_of("srcaddr dstaddr srcport protocol")


def test_a_line_is_no_header() -> None:
    assert layout_of(_LINE) is None


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("2 111122223333", "14 fields were expected, and 2 found"),
        (_LINE.replace("ACCEPT", "MAYBE"), "ACCEPT or REJECT"),
        (_LINE.replace("5432", "99999"), "no port"),
        (_LINE.replace(" 6 ", " 999 "), "no protocol"),
        (_LINE.replace("3400", "-3400"), "no count"),
        (_LINE.replace("3400", "9" * 30), "no count"),
        (_LINE.replace("5432", "https"), "invalid literal"),
    ],
)
def test_what_is_no_record_says_why(line: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parsed(line, DEFAULT)


@given(st.lists(st.sampled_from([*_LINE.split(), "-", "x", "9" * 400, "²", "::1"]), max_size=16).map(" ".join))
def test_any_line_is_a_record_or_a_value_error(line: str) -> None:
    with suppress(ValueError):
        assert isinstance(parsed(line, DEFAULT), FlowRecord | Skipped)
