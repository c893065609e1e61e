"""Ids are addresses and tokens are proofs: both safe wherever they are written, and only one of them is secret."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.kernel.ids import TOKEN_LENGTH, new_id, new_token, token_digest


def test_an_id_says_what_it_names_and_is_safe_in_a_url() -> None:
    assert re.fullmatch(r"per_[a-z2-7]{24}", new_id("per"))


def test_a_token_is_256_bits_of_unpadded_base64url() -> None:
    token = new_token()
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    assert len(token) == TOKEN_LENGTH


def test_no_two_are_alike() -> None:
    assert len({new_id("x") for _ in range(2_000)} | {new_token() for _ in range(2_000)}) == 4_000


def test_a_digest_is_sha256_of_the_tokens_text() -> None:
    assert token_digest("abc") == hashlib.sha256(b"abc").digest()
    assert token_digest(b"abc") == token_digest("abc")


@given(st.text(max_size=100), st.text(max_size=100))
def test_two_tokens_share_a_digest_only_when_they_are_one(one: str, other: str) -> None:
    try:
        same = token_digest(one) == token_digest(other)
    except UnicodeEncodeError:  # a lone surrogate is no text that could have travelled
        return
    assert same == (one == other)


def test_a_token_with_a_lone_surrogate_is_no_token() -> None:
    with pytest.raises(UnicodeEncodeError):
        token_digest("\ud800")
