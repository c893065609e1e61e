"""A configuration that was read and found good: frozen values, ready to be served."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from watchword.app.configuration.posture import PostureSettings
from watchword.app.diagnostics import Diagnostic
from watchword.decision.engine import Attachment, PolicySet
from watchword.decision.language import PolicyDocument
from watchword.enforcement.gateway.model import GatewayConfiguration
from watchword.identity.people import RelyingParty, SessionLimits

# Who may use the console by the policies that `init` writes; the first person is invited into it.
ADMINISTRATORS = "administrators"

CONSOLE = "console"
SIGN_IN = "auth"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything that one configuration directory says, together with what this machine adds (`Surroundings`).

    `revision` names the contents: the same files give the same one, wherever they lie. `files` holds each file of the
    directory that was read, by its relative path, exactly as read: writing them elsewhere gives the same configuration.
    `groups` are the groups that the files mention, and `administrators`. `tls_development` says that the listener's
    certificate is the development authority's and has to be made before it can be served. `database` is a URL for
    SQLAlchemy and may hold a password: it is never shown.
    """

    directory: Path
    revision: str
    gateway: GatewayConfiguration
    relying_party: RelyingParty
    policies: Mapping[str, PolicyDocument]
    attachments: tuple[Attachment, ...]
    guardrails: tuple[tuple[str, ...], ...]
    resource_policies: Mapping[str, str]
    policy_set: PolicySet
    groups: frozenset[str]
    aal2_limits: SessionLimits
    aal3_limits: SessionLimits
    database: str
    tls_development: bool
    posture: PostureSettings
    files: Mapping[str, bytes]
    warnings: tuple[Diagnostic, ...]

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host the gateway answers for, sorted."""
        return tuple(sorted(self.gateway.by_host))

    def invitation_link(self, token: str) -> str:
        """Where an invitation is opened. The token stands in the fragment, which browsers send to nobody."""
        return f"{self.gateway.origin(self.gateway.sign_in_host)}/enrol#{token}"

    def policy_text(self, name: str) -> str:
        """Raise `KeyError` for a policy that is not here."""
        return self.files[f"policies/{name}.json"].decode("utf-8")
