"""Keys are made once, kept private, and never replaced by guesswork."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from watchword.app.keys import load_or_create
from watchword.app.state import StateDirectory
from watchword.kernel.errors import InvalidInputError


@pytest.fixture
def state(tmp_path: Path) -> StateDirectory:
    state = StateDirectory(tmp_path / "s")
    state.prepare()
    return state


def test_the_same_keys_come_back(state: StateDirectory) -> None:
    first, second = load_or_create(state), load_or_create(state)
    assert first.assertion.private_numbers() == second.assertion.private_numbers()
    assert (first.ledger_seed, first.forms) == (second.ledger_seed, second.forms)
    assert first.ledger_seed != first.forms
    assert {stat.S_IMODE(path.stat().st_mode) for path in state.keys.iterdir()} == {0o600}


def test_they_are_not_shown(state: StateDirectory) -> None:
    keys = load_or_create(state)
    assert keys.ledger_seed.hex() not in repr(keys)
    assert repr(keys.ledger_seed) not in repr(keys)


@pytest.mark.parametrize("name", ["assertion.pem", "ledger.seed", "forms.key"])
def test_a_damaged_key_is_refused_and_left_alone(state: StateDirectory, name: str) -> None:
    load_or_create(state)
    (state.keys / name).write_bytes(b"damaged")
    with pytest.raises(InvalidInputError) as refused:
        load_or_create(state)
    assert refused.value.code == "keys.unreadable"
    assert (state.keys / name).read_bytes() == b"damaged"


def test_a_key_of_another_curve_is_refused(state: StateDirectory) -> None:
    other = ec.generate_private_key(ec.SECP384R1())
    (state.keys / "assertion.pem").write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(InvalidInputError, match="not a usable key"):
        load_or_create(state)
