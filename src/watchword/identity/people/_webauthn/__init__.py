"""WebAuthn (W3C Web Authentication level 3), the relying party's side: sections 7.1 and 7.2, and 8.2 for hardware.

Signatures and CBOR are the `webauthn` package's work. What it leaves to its caller is done here, before it sees
anything: strict parsing, no embedding in other pages (`crossOrigin`, `topOrigin`), user verification, backup flags, an
allow-list of algorithms, and which makers' attestation counts.

Each function raises `SignInRefusedError` or returns the verified thing; nothing here returns a bare yes.
"""

from watchword.identity.people._webauthn.attestation import counts_as_hardware
from watchword.identity.people._webauthn.authentication import (
    AuthenticationResponse,
    VerifiedAuthentication,
    authentication_options,
    parse_authentication,
    verify_authentication,
)
from watchword.identity.people._webauthn.registration import (
    VerifiedRegistration,
    registration_options,
    verify_registration,
)

__all__ = [
    "AuthenticationResponse",
    "VerifiedAuthentication",
    "VerifiedRegistration",
    "authentication_options",
    "counts_as_hardware",
    "parse_authentication",
    "registration_options",
    "verify_authentication",
    "verify_registration",
]
