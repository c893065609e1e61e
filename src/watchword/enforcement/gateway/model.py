"""Applications and routes as the gateway knows them: plain values, read by `app.configuration`, used by everything
here."""

import enum
import re
from dataclasses import dataclass, field

from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.errors import InvalidInputError
from watchword.kernel.ids import ApplicationName, RouteId

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")

# RFC 9110 methods that an application may be sent; TRACE is never carried, CONNECT only on a tunnel route.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Match(enum.StrEnum):
    """How a route's path is compared. `PREFIX` is a prefix of whole segments: `/public` does not match `/publicX`."""

    EXACT = "exact"
    PREFIX = "prefix"


class Access(enum.StrEnum):
    """Who may be let through by a route at all; the policies then decide within it."""

    SESSION = "session"  # a signed-in person whom the policies allow
    PUBLIC = "public"  # no session is needed: the sign-in host, and routes an operator opens on purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """Where an application's requests are forwarded: a TCP address, or a Unix socket (our own console alone)."""

    host: str = ""
    port: int = 0
    socket: str = ""
    tls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One part of an application. The longest matching path wins; order in the file does not matter."""

    id: RouteId
    application: ApplicationName
    path: str
    match: Match = Match.PREFIX
    methods: frozenset[str] = METHODS
    access: Access = Access.SESSION
    assurance: AssuranceLevel = AssuranceLevel.AAL2
    privileged: bool = False  # the decision is durable before the request passes
    streams: bool = False  # WebSocket, server-sent events and other long-lived exchanges; cut on revocation
    tunnel: bool = False  # HTTP CONNECT to the upstream's TCP port; implies streams
    upstream: Upstream | None = None  # None: the application's; `/.watchword/` names our pages' socket


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A protected application: one host name, one upstream, at least one route."""

    name: ApplicationName
    host: str  # lower case, without port
    upstream: Upstream
    routes: tuple[Route, ...]
    title: str = ""
    internal: bool = False  # our own: sign-in host and console

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InvalidInputError(
                "not an application's name",
                code="application.name",
                expected="lower-case letters, digits and inner hyphens, at most 63",
                found=repr(self.name),
            )
        if len(self.host) > 253 or not _HOST.fullmatch(self.host):  # noqa: PLR2004 - RFC 1035, 2.3.4
            raise InvalidInputError(
                "not a host name", code="application.host", expected="a lower-case DNS name", found=repr(self.host)
            )
        if not self.routes:
            raise InvalidInputError("an application without routes lets nothing through", code="application.routes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Where the gateway listens. Without TLS only loopback addresses and `*.localhost` hosts are accepted."""

    address: str = "127.0.0.1"
    port: int = 8080
    certificate: str = ""  # path of a PEM chain; empty: plain HTTP on loopback
    private_key: str = ""

    @property
    def tls(self) -> bool:
        return bool(self.certificate)

    @property
    def scheme(self) -> str:
        return "https" if self.tls else "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayConfiguration:
    """All that Envoy and the check service are built from. `revision` names it in decisions and in Envoy's own
    config."""

    revision: str
    listener: Listener
    domain: str  # hosts of our own: auth.<domain>, console.<domain>
    applications: tuple[Application, ...]
    by_host: dict[str, Application] = field(init=False, repr=False, compare=False)
    by_route: dict[str, tuple[Application, Route]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        hosts = {a.host: a for a in self.applications}
        routes = {r.id: (a, r) for a in self.applications for r in a.routes}
        if len(hosts) != len(self.applications):
            raise InvalidInputError("two applications share a host", code="application.host.duplicate")
        if len(routes) != sum(len(a.routes) for a in self.applications):
            raise InvalidInputError("two routes share an id", code="route.id.duplicate")
        object.__setattr__(self, "by_host", hosts)
        object.__setattr__(self, "by_route", routes)

    def origin(self, host: str) -> str:
        """The web origin of one of our hosts, as browsers write it (RFC 6454, 6.2)."""
        default = 443 if self.listener.tls else 80
        port = "" if self.listener.port == default else f":{self.listener.port}"
        return f"{self.listener.scheme}://{host}{port}"

    @property
    def sign_in_host(self) -> str:
        return f"auth.{self.domain}"

    @property
    def console_host(self) -> str:
        return f"console.{self.domain}"
