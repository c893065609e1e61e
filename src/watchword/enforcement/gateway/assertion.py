"""What an application is told about a request that was let through: a JWT, signed with ES256, good for one minute.

It is bound to one application (`aud`), route, method and path, so that one taken from a log opens nothing else. The
header part never changes and is serialised once; claims are written by orjson. Verified by `verifier`, and by any JOSE
library with the key set at the sign-in host.

The same GET or HEAD of the same session may carry the same assertion for five seconds, so `jti` names an assertion and
is no proof that it was not seen before; requests that change something always have one of their own. The id of the
request itself is in `x-request-id`.

    iss        origin of the sign-in host
    aud        name of the application
    sub        id of the person;  email, name, groups: as they were at this moment
    sid        id of the session;  acr (aal2, aal3), amr, auth_time: how and when it began
    iat, exp   seconds;  jti: id of the request that it was made for
    route      id of the route
    htm        method
    pth        unpadded base64url of the SHA-256 of the path, decoded once, as UTF-8; the query is not in it
    why        the statements that allowed it
"""

import binascii
import hashlib
from datetime import timedelta

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

HEADER = "x-watchword-jwt-assertion"
# The notes of the design bound it to this; clocks of two machines may eat some of it.
LIFETIME = timedelta(seconds=60)
_COORDINATE = 32
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_ES256 = ec.ECDSA(hashes.SHA256())


def path_hash(path: str) -> str:
    """Return the `pth` claim for a path that has been percent-decoded once."""
    return _base64url(hashlib.sha256(path.encode("utf-8", "surrogateescape")).digest()).decode("ascii")


def _base64url(data: bytes) -> bytes:
    # What `urlsafe_b64encode` does, with two calls less.
    return binascii.b2a_base64(data, newline=False).translate(_URL_SAFE, b"=")


class AssertionSigner:
    """Signs with one P-256 key, named by its thumbprint (RFC 7638)."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        if not isinstance(key.curve, ec.SECP256R1):
            raise TypeError("ES256 takes a P-256 key (RFC 7518, 3.4)")
        numbers = key.public_key().public_numbers()
        self._x = _base64url(numbers.x.to_bytes(_COORDINATE, "big")).decode("ascii")
        self._y = _base64url(numbers.y.to_bytes(_COORDINATE, "big")).decode("ascii")
        thumbprint = hashlib.sha256(
            f'{{"crv":"P-256","kty":"EC","x":"{self._x}","y":"{self._y}"}}'.encode("ascii")
        ).digest()
        self.key_id = _base64url(thumbprint).decode("ascii")
        header = orjson.dumps({"alg": "ES256", "typ": "JWT", "kid": self.key_id})
        self._prefix = _base64url(header) + b"."
        self._sign = key.sign

    def sign(self, claims: bytes) -> bytes:
        """Return the compact serialisation (RFC 7515, 7.1) over these claims, which are JSON."""
        signed = self._prefix + _base64url(claims)
        r, s = decode_dss_signature(self._sign(signed, _ES256))
        # RFC 7518, 3.4: the two numbers side by side, not the ASN.1 structure that OpenSSL gives.
        return signed + b"." + _base64url(r.to_bytes(_COORDINATE, "big") + s.to_bytes(_COORDINATE, "big"))

    def jwks(self) -> bytes:
        """Return the public key as a JSON Web Key Set (RFC 7517, 5)."""
        key = {
            "kty": "EC",
            "crv": "P-256",
            "x": self._x,
            "y": self._y,
            "use": "sig",
            "alg": "ES256",
            "kid": self.key_id,
        }
        return orjson.dumps({"keys": [key]})
