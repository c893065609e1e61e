"""Which passkeys are hardware: those whose maker says so, in a way that can be checked, and whom we were told to trust.

A key counts as hardware when all of this holds, and never otherwise (WebAuthn, 8.2.1; FIDO Metadata Service 3, 3.2):

1. its attestation is *packed* with certificates (self-attestation is the key vouching for itself: worth nothing), and
   the statement's signature was verified when the key was enrolled;
2. the certificates lead to a root that is pinned, as of the day of enrolment: batch certificates expire, keys do not;
3. the first certificate is what 8.2.1 asks for: version 3, no authority, `OU=Authenticator Attestation`, and its
   extension 1.3.6.1.4.1.45724.1.1.4 names the same AAGUID as the authenticator data. An AAGUID that only the
   authenticator data names is a claim of whoever made the data;
4. the key cannot be backed up.

Not checked: revocation of certificates, and reports about models in the FIDO Metadata Service.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import NameOID
from OpenSSL import crypto

# id-fido-gen-ce-aaguid: an OCTET STRING of 16 bytes, inside the extension's own.
_AAGUID_EXTENSION = x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")
_OCTET_STRING_OF_16 = b"\x04\x10"
_NO_AAGUID = UUID(int=0)


def counts_as_hardware(
    certificates: Sequence[bytes],
    *,
    aaguid: str,
    backup_eligible: bool,
    roots: Sequence[bytes],
    enrolled_at: datetime,
) -> bool:
    """Apply rules 2 to 4 of the module to certificates (DER, leaf first) of a statement that was verified (rule 1).

    `roots` are PEM. Raise `ValueError` for a root that cannot be read: that is the operator's, not the key's, defect.
    """
    anchors = [crypto.X509.from_cryptography(x509.load_pem_x509_certificate(root)) for root in roots]
    if backup_eligible or not certificates or not anchors:
        return False
    try:
        chain = [x509.load_der_x509_certificate(der) for der in certificates]
        return _is_attestation_certificate(chain[0], UUID(aaguid)) and _leads_to(chain, anchors, enrolled_at)
    except (ValueError, UnsupportedAlgorithm, x509.UnsupportedGeneralNameType, crypto.Error):
        # Certificates that cannot be read vouch for nothing.
        return False


def _is_attestation_certificate(certificate: x509.Certificate, aaguid: UUID) -> bool:
    units = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    if certificate.version is not x509.Version.v3 or [unit.value for unit in units] != ["Authenticator Attestation"]:
        return False
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        named = certificate.extensions.get_extension_for_oid(_AAGUID_EXTENSION)
    except (x509.ExtensionNotFound, x509.DuplicateExtension):
        return False
    if constraints.value.ca or named.critical or not isinstance(named.value, x509.UnrecognizedExtension):
        return False
    return aaguid != _NO_AAGUID and named.value.value == _OCTET_STRING_OF_16 + aaguid.bytes


def _leads_to(chain: Sequence[x509.Certificate], anchors: Sequence[crypto.X509], at: datetime) -> bool:
    leaf, *between = [crypto.X509.from_cryptography(certificate) for certificate in chain]
    # One store each: OpenSSL takes the first anchor of a matching name, and two makers may have chosen the same.
    return any(_verifies(leaf, between, anchor, at) for anchor in anchors)


def _verifies(leaf: crypto.X509, between: Sequence[crypto.X509], anchor: crypto.X509, at: datetime) -> bool:
    store = crypto.X509Store()
    store.add_cert(anchor)
    # A pinned certificate is trusted as it is, be it a root, an intermediate or the attestation certificate itself.
    store.set_flags(crypto.X509StoreFlags.PARTIAL_CHAIN)
    # OpenSSL's binding takes the UTC fields of the instant.
    store.set_time(at.astimezone(UTC))
    try:
        crypto.X509StoreContext(store, leaf, between).verify_certificate()
    except crypto.X509StoreContextError:
        return False
    return True
