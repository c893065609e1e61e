"""Who is looking at the console: told by the gateway's assertion, and by nothing else.

The console listens on a socket that only Envoy reaches, and still trusts no request without an assertion for exactly
this method and path: so a mistake in the routes opens nothing.
"""

from collections.abc import Mapping

from watchword.app.configuration import CONSOLE, Configuration
from watchword.console import Viewer
from watchword.enforcement.gateway import AssertionSigner
from watchword.enforcement.gateway.assertion import HEADER
from watchword.enforcement.gateway.verifier import AssertionVerifier
from watchword.kernel.clock import Clock
from watchword.kernel.ids import PersonId, SessionId


class AssertionAuthentication:
    """`console.Authenticate` over the keys of this process."""

    def __init__(self, configuration: Configuration, signer: AssertionSigner, clock: Clock) -> None:
        gateway = configuration.gateway
        self._verifier = AssertionVerifier(
            issuer=gateway.origin(gateway.sign_in_host), audience=CONSOLE, fetch=signer.jwks, clock=clock
        )

    def __call__(self, headers: Mapping[str, str], method: str, path: str) -> Viewer:
        """Raise `RefusedError` for a request that did not come through the gateway as it is."""
        value = headers.get(HEADER)
        assertion = self._verifier.verify([] if value is None else [value], method=method, path=path)
        return Viewer(
            person_id=PersonId(assertion.person_id),
            email=assertion.email,
            session_id=SessionId(assertion.session_id),
            assurance=assertion.assurance,
        )
