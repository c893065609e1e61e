import pytest

from watchword.enforcement.gateway.credentials import CredentialsRefusedError, read_cookies
from watchword.kernel.ids import new_token

TOKEN = new_token().encode()
OURS = b"__Host-watchword=" + TOKEN


def test_no_cookie_is_no_credential() -> None:
    cookies = read_cookies([])
    assert (cookies.token, cookies.rest, cookies.changed) == (None, None, False)


def test_our_cookie_alone_leaves_nothing_for_the_application() -> None:
    cookies = read_cookies([OURS])
    assert (cookies.token, cookies.rest, cookies.changed) == (TOKEN, None, True)


def test_cookies_of_others_are_left_byte_for_byte() -> None:
    strange = b'a="x, y"; b; c={"z":1}; =; d=\xff'
    cookies = read_cookies([strange])
    assert (cookies.token, cookies.rest, cookies.changed) == (None, strange, False)


@pytest.mark.parametrize("header", [b"a=1; " + OURS + b"; b=2", b"a=1;" + OURS + b";b=2", b"a=1; b=2; " + OURS])
def test_ours_is_taken_out_from_among_others(header: bytes) -> None:
    cookies = read_cookies([header])
    assert (cookies.token, cookies.rest, cookies.changed) == (TOKEN, b"a=1; b=2", True)


def test_the_sign_in_cookie_is_taken_out_too() -> None:
    cookies = read_cookies([b"__Host-watchword-flow=nonce; a=1; " + OURS])
    assert (cookies.token, cookies.rest) == (TOKEN, b"a=1")
    assert read_cookies([b"__Host-watchword-flow=nonce"]).rest is None


def test_crumbs_of_http2_are_one_header() -> None:
    assert read_cookies([b"a=1", OURS]).token == TOKEN


@pytest.mark.parametrize(
    "header",
    [
        OURS + b"; " + OURS,
        OURS + b"; __Host-watchword=" + new_token().encode(),
        b"__Host-watchword=",
        b"__Host-watchword",
        b"__Host-watchword=short",
        b"__Host-watchword=" + TOKEN + b"x",
        b'__Host-watchword="' + TOKEN + b'"',
        b"__Host-watchword =" + TOKEN,
        b"__Host-watchword= " + TOKEN,
        b"\t" + OURS,
        OURS + b"\t",
        OURS + b",a=1",
        b"a=1," + OURS,
        b"__host-watchword=" + TOKEN,
        b"__HOST-WATCHWORD=" + TOKEN,
        b"a=" + OURS,
        b'a="; ' + OURS + b'"',
        b"__Host-watchwordx=1",
        b"__Host-watchword-flow=a; __Host-watchword-flow=b",
        b"__Host-watchword-flow=" + OURS,
        b"x__Host-watchword=" + TOKEN,
    ],
)
def test_any_other_form_of_the_reserved_name_is_refused(header: bytes) -> None:
    with pytest.raises(CredentialsRefusedError) as refused:
        read_cookies([header])
    assert TOKEN.decode() not in str(refused.value)
