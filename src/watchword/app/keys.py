"""The keys of this installation: made at the first start, kept in the state directory, read by nobody else.

    keys/assertion.pem   ES256: signs what applications are told about a request
    keys/ledger.seed     Ed25519: signs the ledger's checkpoints
    keys/forms.key       HMAC: ties a form to the session it was shown in

Losing `ledger.seed` does not lose the ledger, but later checkpoints carry another key, which `ledger verify` reports.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from watchword.app.state import StateDirectory, write_private
from watchword.kernel.errors import InvalidInputError

_SEED = 32


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Keys:
    assertion: ec.EllipticCurvePrivateKey
    ledger_seed: bytes
    forms: bytes


def load_or_create(state: StateDirectory) -> Keys:
    """Raise `InvalidInputError` (`keys.unreadable`) for a file that is not the key it should be; never replace one."""
    return Keys(
        assertion=_assertion(state.keys / "assertion.pem"),
        ledger_seed=_seed(state.keys / "ledger.seed"),
        forms=_seed(state.keys / "forms.key"),
    )


def _assertion(path: Path) -> ec.EllipticCurvePrivateKey:
    if not path.exists():
        fresh = ec.generate_private_key(ec.SECP256R1())
        write_private(path, fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return fresh
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise _unreadable(path, "a PEM private key") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _unreadable(path, "a P-256 private key")
    return key


def _seed(path: Path) -> bytes:
    if not path.exists():
        write_private(path, secrets.token_bytes(_SEED))
    content = path.read_bytes()
    if len(content) != _SEED:
        raise _unreadable(path, f"{_SEED} bytes")
    return content


def _unreadable(path: Path, expected: str) -> InvalidInputError:
    return InvalidInputError(
        f"not a usable key: {path}",
        code="keys.unreadable",
        expected=expected,
        hint="restore it from a backup; moving it away makes a new one at the next start",
    )
