"""Who is looking at the console: read from the gateway's assertion, and from nothing else."""

from collections.abc import Callable, Mapping

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from watchword.app.configuration import CONSOLE, Configuration
from watchword.console import Viewer
from watchword.enforcement.gateway import AssertionSigner
from watchword.enforcement.gateway.assertion import HEADER, path_hash
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.clock import Clock
from watchword.kernel.errors import RefusedError
from watchword.kernel.ids import PersonId, SessionId
import json


class AssertionAuthentication:
    def __init__(self, running: Callable[[], Configuration], signer: AssertionSigner, clock: Clock) -> None:
        self._running = running
        self._keys = KeySet.import_key_set(json.loads(signer.jwks()))
        self._clock = clock

    def __call__(self, headers: Mapping[str, str], method: str, path: str) -> Viewer:
        token = headers.get(HEADER)
        if token is None:
            raise RefusedError("no assertion", code="assertion.missing")
        gateway = self._running().gateway
        try:
            claims = jwt.decode(token, self._keys, algorithms=["ES256"]).claims
            jwt.JWTClaimsRegistry(
                now=int(self._clock.now().timestamp()),
                leeway=5,
                iss={"essential": True, "value": gateway.origin(gateway.sign_in_host)},
                aud={"essential": True, "value": CONSOLE},
                exp={"essential": True},
                htm={"essential": True, "value": method},
                pth={"essential": True, "value": path_hash(path)},
            ).validate(claims)
        except (JoseError, ValueError) as error:
            raise RefusedError("the assertion does not hold", code="assertion.invalid", found=str(error)) from error
        return Viewer(
            person_id=PersonId(str(claims["sub"])),
            email=str(claims["email"]),
            session_id=SessionId(str(claims["sid"])),
            assurance=AssuranceLevel.parse(str(claims["acr"])),
        )
