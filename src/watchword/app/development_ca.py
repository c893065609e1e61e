"""The built-in development authority: a certificate for this machine's host names, without touching a trust store.

For trying TLS on a laptop and for tests. The authority's key stays in the state directory (0600); its certificate can
be handed to a client (`curl --cacert`). It is name-constrained (RFC 5280, 4.2.1.10) to the configured hosts, so even a
stolen key vouches for nothing else. Production uses a given certificate.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from watchword.app.state import write_private
from watchword.kernel.clock import Clock

# Long enough not to surprise anybody within a project, short enough to be replaced.
_AUTHORITY_LIFETIME = timedelta(days=365)
_LEAF_LIFETIME = timedelta(days=30)
_RENEW_BEFORE = timedelta(days=10)
# Clocks of two machines differ.
_BACKDATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class DevelopmentCertificate:
    """Paths of PEM files."""

    authority: Path
    certificate: Path
    private_key: Path


def ensure(directory: Path, hosts: tuple[str, ...], clock: Clock) -> DevelopmentCertificate:
    """Return a certificate for `hosts`, made anew where there is none, it is about to end, or names other hosts."""
    paths = DevelopmentCertificate(
        authority=directory / "authority.pem",
        certificate=directory / "gateway.pem",
        private_key=directory / "gateway-key.pem",
    )
    wanted = tuple(sorted(set(hosts)))
    if not _current(paths, wanted, clock.now()):
        _issue(paths, directory / "authority-key.pem", wanted, clock.now())
    return paths


def _current(paths: DevelopmentCertificate, hosts: tuple[str, ...], now: datetime) -> bool:
    try:
        leaf = x509.load_pem_x509_certificates(paths.certificate.read_bytes())[0]
        load_pem_private_key(paths.private_key.read_bytes(), password=None)
        paths.authority.read_bytes()
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (FileNotFoundError, ValueError, x509.ExtensionNotFound):
        return False
    return (
        tuple(sorted(names.get_values_for_type(x509.DNSName))) == hosts
        and leaf.not_valid_after_utc - now > _RENEW_BEFORE
    )


def _issue(paths: DevelopmentCertificate, authority_key: Path, hosts: tuple[str, ...], now: datetime) -> None:
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Watchword development authority")])
    ca = (
        x509.CertificateBuilder()
        .subject_name(ca_name)
        .issuer_name(ca_name)
        .public_key(ca_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATE)
        .not_valid_after(now + _AUTHORITY_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
        .add_extension(
            x509.NameConstraints(permitted_subtrees=[x509.DNSName(host) for host in hosts], excluded_subtrees=None),
            critical=True,
        )
        .sign(ca_key, hashes.SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0][:64])]))
        .issuer_name(ca_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATE)
        .not_valid_after(now + _LEAF_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    write_private(authority_key, _private_pem(ca_key))
    write_private(paths.authority, ca.public_bytes(Encoding.PEM))
    write_private(paths.private_key, _private_pem(key))
    write_private(paths.certificate, leaf.public_bytes(Encoding.PEM) + ca.public_bytes(Encoding.PEM))


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
