"""Return targets: a path on the same host, or a refusal. What browsers mend into another host is never let through."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.console.shell.targets import percent_decoded, query_value, return_target
from watchword.kernel.errors import InvalidInputError

GOOD = [
    b"/",
    b"/reports/2026?from=1&to=%2F%2Fx",
    b"/a//b",
    b"/a/..",
    b"/search?q=https://elsewhere.example/",
    b"/with%20space",
    b"/%E2%82%AC",
    b"/line?text=a%0Ab",
]

HOSTILE = [
    b"",
    b"//evil.example",
    b"///evil.example",
    b"/\\evil.example",
    b"\\\\evil.example",
    b"https:evil.example",
    b"https://evil.example/",
    b"javascript:alert(1)",
    b"evil.example",
    b" /a",
    b"/a b",
    b"/a\r\nset-cookie: x=1",
    b"/\t/evil.example",
    b"/\n/evil.example",
    b"/a\x00",
    b"/a#b",
    b"/\xc3\xa9",
    b"/%2Fevil.example",
    b"/%5cevil.example",
    b"/%252Fevil.example",
    b"/a%0d%0aset-cookie:x",
    b"/a%00",
    b"/broken%2",
    b"/broken%zz",
    b"/<script>",
    b'/"quoted"',
    b"/.watchword/start?to=/",
    b"/.watchword",
    b"/" + b"a" * 5000,
]


@pytest.mark.parametrize("target", GOOD)
def test_a_path_on_the_same_host_comes_back_unchanged(target: bytes) -> None:
    assert return_target(target).encode() == target


@pytest.mark.parametrize("target", HOSTILE)
def test_whatever_a_browser_could_read_as_another_place_is_refused(target: bytes) -> None:
    with pytest.raises(InvalidInputError) as refused:
        return_target(target)
    assert refused.value.code == "target.refused"


@given(st.binary(max_size=60))
def test_what_is_let_through_is_one_slash_and_printable_ascii(raw: bytes) -> None:
    try:
        target = return_target(raw)
    except InvalidInputError:
        return
    assert target.encode() == raw
    # What a browser does to an address before reading it (WHATWG URL, 4.4): drop tabs and newlines, mend backslashes.
    mended = re.sub(r"[\t\r\n]", "", target).replace("\\", "/").strip()
    assert mended == target
    assert mended.startswith("/")
    assert not mended.startswith("//")


@given(st.binary(max_size=40))
def test_a_value_survives_being_encoded_into_a_query_and_read_back(raw: bytes) -> None:
    encoded = b"".join(b"%%%02X" % byte for byte in raw)
    assert query_value(b"other=1&to=" + encoded, b"to") == raw
    assert percent_decoded(encoded) == raw


def test_a_parameter_that_stands_twice_is_none() -> None:
    assert query_value(b"to=/a&to=/b", b"to") is None
