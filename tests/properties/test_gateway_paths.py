"""Laws of canonical paths."""

from urllib.parse import quote, unquote_to_bytes

from hypothesis import given
from hypothesis import strategies as st

from watchword.enforcement.gateway.canonical import PathRefusedError, Target, canonicalise
from watchword.enforcement.gateway.credentials import CredentialsRefusedError, read_cookies

PIECES = st.sampled_from(
    [
        b"/",
        b".",
        b"..",
        b"%",
        b"%2e",
        b"%2F",
        b"%25",
        b"%5c",
        b"%00",
        b";",
        b"?",
        b"#",
        b"\\",
        b"a",
        b"%C3%A9",
        b"%61",
        b"~",
    ]
)
TARGETS = st.lists(st.one_of(PIECES, st.binary(min_size=1, max_size=3)), max_size=12).map(b"".join)


def read(target: bytes) -> Target | None:
    try:
        return canonicalise(target)
    except PathRefusedError:
        return None


@given(TARGETS.map(lambda rest: b"/" + rest))
def test_the_result_is_a_fixed_point(target: bytes) -> None:
    found = read(target)
    if found is not None:
        encoded = quote(found.path, safe="/-._~!$&'()*+,=:@[]|").encode("ascii")
        again = read(encoded)
        assert again is not None
        assert again.path == found.path


@given(TARGETS.map(lambda rest: b"/" + rest))
def test_decoding_once_gives_what_was_decided_on_and_decoding_twice_changes_nothing(target: bytes) -> None:
    found = read(target)
    if found is not None:
        once = unquote_to_bytes(found.raw_path)
        assert once == found.path.encode()
        assert unquote_to_bytes(once) == once
        assert target == found.raw_path + (b"" if found.query is None else b"?" + found.query)


@given(TARGETS)
def test_no_segment_can_be_walked_and_none_is_cut(target: bytes) -> None:
    found = read(target)
    if found is not None:
        assert found.path.startswith("/")
        assert not set(found.path) & set("\\%;?#\0\r\n\t")
        *inner, _last = found.path.split("/")[1:]
        assert "" not in inner
        assert not {".", ".."} & set(found.path.split("/"))


@given(st.binary(max_size=64))
def test_any_bytes_are_read_or_refused(target: bytes) -> None:
    found = read(target)
    assert found is None or found.raw_path == target.partition(b"?")[0]


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [b"__Host-watchword=", b"__Host-watchword", b"; ", b";", b"=", b",", b'"', b" ", b"A" * 43, b"a=1"]
            ),
            st.binary(max_size=4),
        ),
        max_size=10,
    ).map(b"".join)
)
def test_nothing_of_ours_is_ever_left_for_an_application(header: bytes) -> None:
    try:
        cookies = read_cookies([header])
    except CredentialsRefusedError:
        return
    assert b"__host-watchword" not in (cookies.rest or b"").lower()
    assert cookies.token is None or len(cookies.token) == 43
