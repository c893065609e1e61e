"""A passkey in software, honest by default and as dishonest as a test asks for.

`Authenticator.create` and `.get` answer the JSON that the service hands to a browser with the JSON that a browser would
send back. Each keyword changes one thing that an attacker might change; everything else stays valid, signatures
included, so that a refusal has exactly one reason.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import NameOID

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
Statement = Literal["none", "packed", "self", "fido-u2f"]

UP, UV, BE, BS, AT, ED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80
AAGUID = UUID("2fc0579f-8113-47ea-b116-bb5a8db9202a")


def encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def new_key(algorithm: int = -7, *, rsa_bits: int = 2048) -> PrivateKey:
    match algorithm:
        case -7:
            return ec.generate_private_key(ec.SECP256R1())
        case -35:
            return ec.generate_private_key(ec.SECP384R1())
        case -8:
            return ed25519.Ed25519PrivateKey.generate()
        case -257:
            return rsa.generate_private_key(65537, rsa_bits)
        case _:
            raise ValueError(algorithm)


def sign(key: PrivateKey, data: bytes) -> bytes:
    match key:
        case ec.EllipticCurvePrivateKey():
            return key.sign(data, ec.ECDSA(hashes.SHA256()))
        case ed25519.Ed25519PrivateKey():
            return key.sign(data)
        case rsa.RSAPrivateKey():
            return key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def cose(key: PrivateKey, *, claimed: int | None = None) -> dict[int, object]:
    """The public key as COSE; `claimed` lies about the algorithm."""
    match key:
        case ec.EllipticCurvePrivateKey():
            numbers = key.public_key().public_numbers()
            size = (key.curve.key_size + 7) // 8
            algorithm, curve = (-7, 1) if key.curve.name == "secp256r1" else (-35, 2)
            return {
                1: 2,
                3: claimed or algorithm,
                -1: curve,
                -2: numbers.x.to_bytes(size, "big"),
                -3: numbers.y.to_bytes(size, "big"),
            }
        case ed25519.Ed25519PrivateKey():
            raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
            return {1: 1, 3: claimed or -8, -1: 6, -2: raw}
        case rsa.RSAPrivateKey():
            public = key.public_key().public_numbers()
            return {
                1: 3,
                3: claimed or -257,
                -1: public.n.to_bytes((public.n.bit_length() + 7) // 8, "big"),
                -2: public.e.to_bytes(3, "big"),
            }


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """A maker of security keys: a root, and a batch certificate under it."""

    root: x509.Certificate
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def root_pem(self) -> bytes:
        return self.root.public_bytes(serialization.Encoding.PEM)

    @property
    def chain(self) -> tuple[bytes, ...]:
        return (self.certificate.public_bytes(serialization.Encoding.DER),)


def maker(
    *,
    aaguid: UUID | None = AAGUID,
    unit: str = "Authenticator Attestation",
    authority: bool = False,
    critical: bool = False,
    valid_until: datetime = datetime(2100, 1, 1, tzinfo=UTC),
) -> Maker:
    """A maker whose batch certificate has one defect, or none. `aaguid` None leaves the extension out."""
    start = datetime(2020, 1, 1, tzinfo=UTC)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test FIDO Root")])
    root = (
        x509.CertificateBuilder()
        .subject_name(root_name)
        .issuer_name(root_name)
        .public_key(root_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(
            x509.Name(
                [
                    x509.NameAttribute(NameOID.COUNTRY_NAME, "SE"),
                    x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test Keys AB"),
                    x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
                    x509.NameAttribute(NameOID.COMMON_NAME, "Test Key Batch 1"),
                ]
            )
        )
        .issuer_name(root_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(valid_until)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if aaguid is not None:
        extension = x509.UnrecognizedExtension(
            x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4"), b"\x04\x10" + aaguid.bytes
        )
        builder = builder.add_extension(extension, critical=critical)
    return Maker(root=root, certificate=builder.sign(root_key, hashes.SHA256()), key=key)


@dataclass(slots=True, kw_only=True)
class Credential:
    id: bytes
    key: PrivateKey
    user_handle: bytes
    sign_count: int
    backup_eligible: bool


def options_of(text: str) -> dict[str, object]:
    value = json.loads(text)
    assert isinstance(value, dict)
    return value


def text_in(value: object, *path: str) -> str:
    for name in path:
        assert isinstance(value, dict)
        value = value[name]
    assert isinstance(value, str)
    return value


@dataclass(slots=True, kw_only=True)
class Authenticator:
    """One device. `counts` False is a passkey provider that always says 0."""

    origin: str
    rp_id: str
    aaguid: UUID = AAGUID
    counts: bool = True
    backup_eligible: bool = False
    algorithm: int = -7
    maker: Maker | None = None
    credential: Credential | None = field(default=None)

    def create(
        self,
        options: str,
        *,
        origin: str | None = None,
        rp_id: str | None = None,
        challenge: bytes | None = None,
        kind: str = "webauthn.create",
        client: dict[str, object] | None = None,
        client_json: bytes | None = None,
        flags: int = UP | UV,
        backed_up: bool = False,
        statement: Statement | None = None,
        attested_aaguid: UUID | None = None,
        algorithm: int | None = None,
        rsa_bits: int = 2048,
        cose_key: bytes | None = None,
        bad_signature: bool = False,
        x5c: Sequence[object] | None = None,
        statement_algorithm: int = -7,
        credential_id: bytes | None = None,
        claimed_id: bytes | None = None,
        transports: Sequence[object] = ("usb",),
    ) -> bytes:
        """Make a passkey and answer; it is `self.credential` from then on."""
        given = options_of(options)
        key = new_key(self.algorithm if algorithm is None else algorithm, rsa_bits=rsa_bits)
        self.credential = Credential(
            id=credential_id or secrets.token_bytes(32),
            key=key,
            user_handle=decode(text_in(given, "user", "id")),
            sign_count=1 if self.counts else 0,
            backup_eligible=self.backup_eligible,
        )
        client_data = self._client_data(
            kind, challenge or decode(text_in(given, "challenge")), origin, client, client_json
        )
        public = cose_key if cose_key is not None else cbor2.dumps(cose(key))
        data = (
            self._header(rp_id, flags | AT, self.credential, backed_up=backed_up)
            + (attested_aaguid or self.aaguid).bytes
            + len(self.credential.id).to_bytes(2, "big")
            + self.credential.id
            + public
        )
        chosen: Statement = statement or ("packed" if self.maker is not None else "none")
        signed = data + hashlib.sha256(client_data).digest()
        made: dict[str, object] = {}
        if chosen == "self":
            made = {"alg": cose(key)[3], "sig": sign(key, signed)}
        elif chosen == "packed":
            assert self.maker is not None
            made = {
                "alg": statement_algorithm,
                "sig": sign(self.maker.key, signed),
                "x5c": list(self.maker.chain) if x5c is None else list(x5c),
            }
        elif chosen == "fido-u2f":
            made = {"sig": b"nothing that holds", "x5c": [b"nor this"]}
        if bad_signature:
            made["sig"] = sign(new_key(), signed)
        fmt = "packed" if chosen == "self" else chosen
        attestation = cbor2.dumps({"fmt": fmt, "attStmt": made, "authData": data})
        shown = encode(claimed_id or self.credential.id)
        return json.dumps(
            {
                "id": shown,
                "rawId": shown,
                "type": "public-key",
                "response": {
                    "clientDataJSON": encode(client_data),
                    "attestationObject": encode(attestation),
                    "transports": list(transports),
                },
                "clientExtensionResults": {},
            }
        ).encode()

    def get(
        self,
        options: str,
        *,
        origin: str | None = None,
        rp_id: str | None = None,
        challenge: bytes | None = None,
        kind: str = "webauthn.get",
        client: dict[str, object] | None = None,
        client_json: bytes | None = None,
        flags: int = UP | UV,
        backed_up: bool = False,
        backup_eligible: bool | None = None,
        sign_count: int | None = None,
        bad_signature: bool = False,
        credential_id: bytes | None = None,
        user_handle: bytes | Literal["absent"] | None = None,
    ) -> bytes:
        """Sign in with the passkey made before."""
        credential = self.credential
        assert credential is not None
        if self.counts:
            credential.sign_count += 1
        client_data = self._client_data(
            kind, challenge or decode(text_in(options_of(options), "challenge")), origin, client, client_json
        )
        shown = Credential(
            id=credential.id,
            key=credential.key,
            user_handle=credential.user_handle,
            sign_count=credential.sign_count if sign_count is None else sign_count,
            backup_eligible=credential.backup_eligible if backup_eligible is None else backup_eligible,
        )
        data = self._header(rp_id, flags, shown, backed_up=backed_up)
        signature = sign(new_key() if bad_signature else credential.key, data + hashlib.sha256(client_data).digest())
        response: dict[str, object] = {
            "clientDataJSON": encode(client_data),
            "authenticatorData": encode(data),
            "signature": encode(signature),
        }
        if user_handle != "absent":
            response["userHandle"] = encode(credential.user_handle if user_handle is None else user_handle)
        name = encode(credential_id or credential.id)
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}
        ).encode()

    def _client_data(
        self,
        kind: str,
        challenge: bytes,
        origin: str | None,
        extra: dict[str, object] | None,
        text: bytes | None,
    ) -> bytes:
        if text is not None:
            return text
        data: dict[str, object] = {
            "type": kind,
            "challenge": encode(challenge),
            "origin": self.origin if origin is None else origin,
            "crossOrigin": False,
        }
        return json.dumps({**data, **(extra or {})}).encode()

    def _header(self, rp_id: str | None, flags: int, credential: Credential, *, backed_up: bool) -> bytes:
        flags |= (BE if credential.backup_eligible else 0) | (BS if backed_up else 0)
        name = self.rp_id if rp_id is None else rp_id
        return hashlib.sha256(name.encode()).digest() + bytes([flags]) + credential.sign_count.to_bytes(4, "big")
