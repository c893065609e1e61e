from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.adapters.envoy.external_processing import Kind, answer_now, nothing_changes, pass_on, read_request
from watchword.kernel.errors import InvalidInputError

# Encoded by Envoy's own generated messages: request_headers with `:method: GET` as a raw value, end_of_stream.
REQUEST = bytes.fromhex("12180a140a120a073a6d6574686f641a07434f4e4e4543541801")


def test_what_envoy_sends_is_read() -> None:
    request = read_request(REQUEST)
    assert request.kind is Kind.REQUEST_HEADERS
    assert request.headers == {b":method": [b"CONNECT"]}


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"\x1a\x00", Kind.RESPONSE_HEADERS), (b"\x32\x00", Kind.REQUEST_TRAILERS), (b"\x3a\x00", Kind.RESPONSE_TRAILERS)],
)
def test_the_other_parts_of_an_exchange(data: bytes, kind: Kind) -> None:
    assert read_request(data).kind is kind


def test_fields_of_a_newer_envoy_are_skipped() -> None:
    assert read_request(b"\x50\x01" + b"\x59" + bytes(8) + b"\x65" + bytes(4) + b"\x42\x02hi" + REQUEST).headers


@pytest.mark.parametrize(
    "data", [b"", b"\x12", b"\x12\x05a", b"\x80" * 11, b"\x0b", b"\x50\x01", b"\x12\xff\xff\xff\xff\x0f"]
)
def test_a_message_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInputError):
        read_request(data)


@given(st.binary(max_size=64))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(InvalidInputError):
        assert read_request(data).kind in Kind


def test_answers_are_what_envoy_reads() -> None:
    assert nothing_changes(Kind.RESPONSE_HEADERS) == b"\x12\x00"
    assert nothing_changes(Kind.RESPONSE_TRAILERS) == b"\x32\x00"
    assert pass_on(remove=["x"]) == bytes.fromhex("0a070a051203120178")
    now = answer_now(401, [(b"a", b"b")], b"no", details="d")
    assert now.startswith(b"\x3a")
    assert bytes.fromhex("0a03089103") in now
    assert b"\x1a\x02no" in now
