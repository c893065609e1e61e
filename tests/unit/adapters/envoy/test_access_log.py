"""What Envoy tells of its own answers; that it tells it so is shown by the scenarios with the real Envoy."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.adapters.envoy.access_log import entries, read_entry
from watchword.adapters.envoy.wire import data_field, number_field
from watchword.kernel.errors import InvalidInputError

ID = b"7409a909-6937-4766-8018-765059ac0735"


def entry(*, path: bytes = b"/x", reply_id: bytes = ID, request_id: bytes = b"", details: bytes = b"a_b") -> bytes:
    address = data_field(1, data_field(2, b"203.0.113.7") + number_field(3, 4711))
    request = (
        number_field(1, 1) + data_field(3, b"me:secret@app.localhost") + data_field(5, path) + data_field(9, request_id)
    )
    header = data_field(4, data_field(1, b"x-request-id") + data_field(2, reply_id))
    response = data_field(1, number_field(1, 400)) + header + data_field(6, details)
    return data_field(1, data_field(20, address)) + data_field(3, request) + data_field(4, response)


def test_an_entry_is_read() -> None:
    message = data_field(1, b"") + data_field(2, data_field(1, entry()) + data_field(1, entry(path=b"/y?secret")))
    one, two = map(read_entry, entries(message))
    assert (one.status, one.reason, one.source_ip, one.request_id) == (400, "a_b", "203.0.113.7", ID.decode())
    assert (one.method, one.host, one.path) == ("GET", "app.localhost", "/x")
    assert two.path == "/y"


@pytest.mark.parametrize("said", [b"<b>", b"", ID.upper(), ID + b"\n", b"x" * 9000])
def test_an_id_that_envoy_did_not_make_is_not_repeated(said: bytes) -> None:
    assert read_entry(entry(reply_id=said, request_id=said)).request_id is None


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (b"http://me:secret@app.localhost/x/y?secret", "/x/y"),
        (b"http://me:secret@app.localhost", "/"),
        (b"me:secret@app.localhost:443", "/"),
        (b"*", "/"),
        (b"", "/"),
        (b"/a://b/c", "/a://b/c"),
    ],
)
def test_a_target_keeps_its_path_and_nothing_that_may_be_secret(target: bytes, path: str) -> None:
    assert read_entry(entry(path=target)).path == path


def test_what_a_client_wrote_is_made_printable_and_short() -> None:
    read = read_entry(entry(path=b"/\xff\x1b[2J\xe2\x80\xae" + b"x" * 9000, details=b"upstream{a b}"))
    assert read.path.isprintable()
    assert len(read.path) == 256
    assert read.reason == "upstream"


def test_an_empty_entry_says_nothing() -> None:
    assert (read_entry(b"").status, read_entry(b"").reason, entries(b"")) == (0, "unknown", [])


@given(st.binary(max_size=64))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(InvalidInputError):
        assert read_entry(data).path.isprintable()
    with suppress(InvalidInputError):
        entries(data)
