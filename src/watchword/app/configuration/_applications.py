"""Applications and routes of `watchword.yaml`, and the ones of our own."""

import ipaddress
import re
from dataclasses import dataclass

from watchword.app.configuration._reading import Reader, Table, nearest, one_of, shown
from watchword.app.configuration.model import CONSOLE, SIGN_IN
from watchword.app.configuration.surroundings import Surroundings
from watchword.app.yaml_tree import Entry, Node, Scalar
from watchword.enforcement.gateway.model import METHODS, Access, Application, Listener, Match, Route, Upstream
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.errors import Place
from watchword.kernel.ids import ApplicationName, RouteId

# Our own pages on every application's host: where a sign-in comes back to, and the way out.
OWN_PATHS = "/.watchword"
# The console's stream of server-sent events; cut when the session ends.
CONSOLE_STREAM = "/live"

_BUILT_IN = "builtin:sample"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_HOST = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_UPSTREAM = re.compile(r"(https?|tcp)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?")
_ROUTE_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
# Segments as RFC 3986 writes them without percent-encoding. `;` is left out because servers read it differently, `*`
# because whoever writes it means something that routes do not have.
_PATH = re.compile(r"/|(?:/[A-Za-z0-9._~!$&'()+,=:@-]+)+")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_MOST_PORTS = 65535

_APPLICATION_KEYS = ("title", "host", "upstream", "policy", "assurance", "routes")
_ROUTE_KEYS = ("path", "match", "id", "methods", "access", "assurance", "privileged", "streams", "tunnel")
_ASSURANCE = ("aal2", "aal3")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadApplication:
    """An application with the places that later checks report; `policy` is the name of its resource policy."""

    application: Application
    place: Place
    host_place: Place
    upstream_place: Place
    policy: Scalar | None


def read_host(reader: Reader, node: Node) -> str | None:
    """Read a DNS name in lower case, without port or trailing dot."""
    text = reader.text(node)
    if text is None:
        return None
    if _HOST.fullmatch(text):
        return text
    lower = text.lower()
    hint = None
    if lower != text and _HOST.fullmatch(lower):
        hint = f"write {lower}"
    elif "://" in text or ":" in text or "/" in text:
        hint = "write the name alone, without scheme, port or path"
    elif text.startswith("*."):
        hint = "wildcards are not served: name each host"
    reader.findings.error(
        node.place, "host.malformed", "not a host name", expected="a lower-case DNS name", found=shown(text), hint=hint
    )
    return None


class Applications:
    """Reads the `applications` mapping."""

    def __init__(self, reader: Reader, surroundings: Surroundings, *, domain: str) -> None:
        self._reader = reader
        self._findings = reader.findings
        self._pages = Upstream(socket=str(surroundings.pages_socket))
        self._sample = Upstream(socket=str(surroundings.sample_socket))
        self._domain = domain

    def read(self, node: Node) -> tuple[ReadApplication, ...]:
        found = [self._application(entry) for entry in self._reader.entries(node, "applications by name")]
        return tuple(a for a in found if a is not None)

    def own(self) -> tuple[Application, ...]:
        """Return the sign-in host and the console."""
        pages = frozenset({"GET", "HEAD", "POST"})
        sign_in, console = ApplicationName(SIGN_IN), ApplicationName(CONSOLE)
        return (
            Application(
                name=sign_in,
                host=f"{SIGN_IN}.{self._domain}",
                upstream=self._pages,
                routes=(
                    Route(id=RouteId(SIGN_IN), application=sign_in, path="/", methods=pages, access=Access.PUBLIC),
                ),
                title="Sign-in",
                internal=True,
            ),
            Application(
                name=console,
                host=f"{CONSOLE}.{self._domain}",
                upstream=self._pages,
                routes=(
                    Route(id=RouteId(CONSOLE), application=console, path="/", methods=pages),
                    Route(
                        id=RouteId(f"{CONSOLE}.live"),
                        application=console,
                        path=CONSOLE_STREAM,
                        methods=frozenset({"GET"}),
                        streams=True,
                    ),
                    self._own_route(console),
                ),
                title="Console",
                internal=True,
            ),
        )

    def _own_route(self, application: ApplicationName) -> Route:
        return Route(
            # `~` can stand in no id that a file gives.
            id=RouteId(f"{application}~watchword"),
            application=application,
            path=OWN_PATHS,
            methods=frozenset({"GET", "HEAD", "POST"}),
            access=Access.PUBLIC,
            upstream=self._pages,
        )

    def _application(self, entry: Entry) -> ReadApplication | None:
        before = len(self._findings.errors)
        name = ApplicationName(entry.key)
        if entry.key in {SIGN_IN, CONSOLE}:
            self._findings.error(
                entry.place,
                "application.reserved",
                f"the name {entry.key!r} is our own",
                hint=f"{SIGN_IN} and {CONSOLE} are served on {SIGN_IN}.{self._domain} and {CONSOLE}.{self._domain}",
            )
        elif not _NAME.fullmatch(entry.key):
            self._findings.error(
                entry.place,
                "application.name",
                "not an application's name",
                expected="lower-case letters, digits and inner hyphens, at most 63",
                found=shown(entry.key),
            )
        known = len(self._findings.errors)
        table = self._reader.table(entry.value, _APPLICATION_KEYS, "an application")
        host_node, upstream_node, policy = table.node("host"), table.node("upstream"), table.node("policy")
        if upstream_node is None and len(self._findings.errors) == known:
            self._findings.error(
                entry.place,
                "application.upstream",
                f"application {shown(entry.key)} has no upstream",
                expected="upstream: http://host:port",
            )
        host = table.read("host", lambda node: read_host(self._reader, node), f"{entry.key}.{self._domain}")
        upstream, scheme = (None, "") if upstream_node is None else self._upstream(upstream_node)
        level = table.read("assurance", self._assurance, AssuranceLevel.AAL2)
        if policy is not None and self._reader.text(policy) is None:
            policy = None
        routes = self._routes(table.node("routes"), name, level, scheme)
        title = table.read("title", self._reader.text, "")
        if len(self._findings.errors) > before or upstream is None:
            return None
        return ReadApplication(
            application=Application(
                name=name, host=host, upstream=upstream, routes=(*routes, self._own_route(name)), title=title
            ),
            place=entry.place,
            host_place=(host_node or entry).place,
            upstream_place=(upstream_node or entry).place,
            policy=policy if isinstance(policy, Scalar) else None,
        )

    def _upstream(self, node: Node) -> tuple[Upstream | None, str]:
        text = self._reader.text(node)
        if text is None:
            return None, ""
        if text == _BUILT_IN:
            return self._sample, "http"
        match = _UPSTREAM.fullmatch(text)
        hint = None
        if match is not None:
            scheme, host = match[1], match[2].strip("[]")
            port = int(match[3]) if match[3] else _DEFAULT_PORTS.get(scheme, 0)
            if 0 < port <= _MOST_PORTS and _reachable(host, bracketed=match[2].startswith("[")):
                return Upstream(host=host.lower(), port=port, tls=scheme == "https"), scheme
            hint = "the port is missing" if not match[3] else None
        elif re.fullmatch(r"https?://[^/]+/.*", text):
            hint = "leave out the path: requests keep their own"
        elif text.startswith("builtin:"):
            hint = nearest(text, [_BUILT_IN])
        elif "://" not in text:
            hint = f"did you mean http://{text}?" if re.fullmatch(r"[A-Za-z0-9.-]+:[0-9]{1,5}", text) else None
        self._findings.error(
            node.place,
            "upstream.malformed",
            "not an upstream",
            expected=f"http://host:port, https://host:port, tcp://host:port or {_BUILT_IN}",
            # An address may carry a password; only one that looks harmless is repeated.
            found=shown(text) if "@" not in text else "an address with a user",
            hint=hint,
        )
        return None, ""

    def _routes(
        self, node: Node | None, name: ApplicationName, level: AssuranceLevel, scheme: str
    ) -> tuple[Route, ...]:
        if node is None:
            if scheme == "tcp":
                return (
                    Route(id=RouteId(name), application=name, path="/", assurance=level, streams=True, tunnel=True),
                )
            return (Route(id=RouteId(name), application=name, path="/", assurance=level),)
        before = len(self._findings.errors)
        items = self._reader.items(node, "routes")
        if not items and len(self._findings.errors) == before:
            self._findings.error(
                node.place, "application.routes", "no routes: nothing would be let through", hint="add `- path: /`"
            )
        routes: list[Route] = []
        paths: dict[tuple[str, Match], Place] = {}
        ids: dict[str, Place] = {}
        for item in items:
            route = self._route(item, name, level, scheme)
            if route is None:
                continue
            known = (route.path, route.match)
            if known in paths:
                self._findings.error(
                    item.place,
                    "route.overlap",
                    f"the path {route.path} is given twice",
                    hint=f"the first one is in line {paths[known].line}",
                )
                continue
            if route.id in ids:
                self._findings.error(
                    item.place,
                    "route.id.duplicate",
                    f"the route id {route.id} is given twice",
                    hint=f"the first one is in line {ids[route.id].line}; give one of them another `id`",
                )
            paths[known] = ids[route.id] = item.place
            routes.append(route)
        return tuple(routes)

    def _route(self, node: Node, name: ApplicationName, level: AssuranceLevel, scheme: str) -> Route | None:
        before = len(self._findings.errors)
        path_node: Node = node
        if isinstance(node, Scalar):
            table = Table(self._reader, node.place, {})
        else:
            table = self._reader.table(node, _ROUTE_KEYS, "a route")
            given = table.node("path")
            if given is None:
                if len(self._findings.errors) == before:
                    self._findings.error(node.place, "route.path", "a route without a path", expected="path: /…")
                return None
            path_node = given
        match = Match(table.read("match", lambda n: self._reader.choice(n, [m.value for m in Match]), "prefix"))
        path = self._path(path_node, match)
        access = Access(table.read("access", lambda n: self._reader.choice(n, [a.value for a in Access]), "session"))
        tunnel = table.read("tunnel", self._reader.boolean, scheme == "tcp")
        privileged = table.read("privileged", self._reader.boolean, False)
        streams = table.read("streams", self._reader.boolean, False)
        assurance = table.read("assurance", self._assurance, level)
        methods = table.read("methods", self._methods, METHODS)
        identifier = table.read("id", self._id, "")
        if access is Access.PUBLIC:
            for key, set_ in (
                ("privileged", privileged),
                ("tunnel", tunnel),
                ("assurance", assurance > AssuranceLevel.AAL2),
            ):
                at = table.node(key)
                if set_ and at is not None:
                    self._conflict(at, f"a public route cannot have {key}", "nobody signs in on it")
        if tunnel != (scheme == "tcp") and scheme:
            self._conflict(
                table.node("tunnel") or node,
                "tunnels go to tcp:// upstreams, and nothing else does",
                "use `tunnel: true` with `upstream: tcp://host:port`",
            )
        if tunnel and (methods_node := table.node("methods")) is not None:
            self._conflict(methods_node, "a tunnel has no methods", "CONNECT is the only one")
        if path is None or len(self._findings.errors) > before:
            return None
        return Route(
            id=RouteId(identifier or _derived_id(name, path)),
            application=name,
            path=path,
            match=match,
            methods=methods,
            access=access,
            assurance=assurance,
            privileged=privileged,
            streams=streams or tunnel,
            tunnel=tunnel,
        )

    def _conflict(self, node: Node, message: str, hint: str) -> None:
        self._findings.error(node.place, "route.conflict", message, hint=hint)

    def _path(self, node: Node, match: Match) -> str | None:
        text = self._reader.text(node)
        if text is None:
            return None
        hint = None
        if text == OWN_PATHS or text.startswith(OWN_PATHS + "/"):
            self._findings.error(
                node.place, "route.reserved", f"paths below {OWN_PATHS}/ are our own", found=shown(text)
            )
            return None
        # Only what is matched exactly can end with a slash: a prefix is one of whole segments.
        bare = text.removesuffix("/") if match is Match.EXACT and text != "/" else text
        if _PATH.fullmatch(bare) and not {".", ".."} & set(bare.split("/")):
            return text
        if text.endswith("/") and _PATH.fullmatch(text.rstrip("/")):
            hint = f"write {text.rstrip('/')}: it matches what is below it too"
        elif text.endswith("/*"):
            hint = "leave out the *: a route matches what is below it too"
        elif not text.startswith("/"):
            hint = "start with /"
        self._findings.error(
            node.place,
            "route.path",
            "not a route's path",
            expected="/segments/without/percent-encoding, dots or a query",
            found=shown(text),
            hint=hint,
        )
        return None

    def _id(self, node: Node) -> str | None:
        text = self._reader.text(node)
        if text is None or _ROUTE_ID.fullmatch(text):
            return text
        self._findings.error(
            node.place,
            "route.id",
            "not a route's id",
            expected="lower-case letters, digits, dots, hyphens and underscores, at most 63",
            found=shown(text),
        )
        return None

    def _methods(self, node: Node) -> frozenset[str] | None:
        items = self._reader.items(node, "methods")
        found = [self._reader.choice(item, sorted(METHODS)) for item in items]
        if not found:
            self._findings.error(
                node.place,
                "route.methods",
                "no methods: nothing would be let through",
                expected=one_of(sorted(METHODS)),
            )
            return None
        return frozenset(method for method in found if method is not None)

    def _assurance(self, node: Node) -> AssuranceLevel | None:
        label = self._reader.choice(node, _ASSURANCE)
        return None if label is None else AssuranceLevel.parse(label)


def loops(upstream: Upstream, listener: Listener) -> bool:
    """Whether the gateway would forward to its own port on this machine."""
    if upstream.port != listener.port or not upstream.host:
        return False
    if upstream.host == "localhost" or upstream.host.endswith(".localhost") or upstream.host == listener.address:
        return True
    try:
        return ipaddress.ip_address(upstream.host).is_loopback
    except ValueError:
        return False


def _derived_id(name: ApplicationName, path: str) -> str:
    """`payroll` for its root, `payroll.reports.2026` for /reports/2026; made of what every id may hold."""
    segments = [re.sub(r"[^a-z0-9_-]", "-", segment.lower()) for segment in path.split("/") if segment]
    return ".".join([name, *segments])


def _reachable(host: str, *, bracketed: bool) -> bool:
    if bracketed:
        try:
            return ipaddress.ip_address(host).version == 6  # noqa: PLR2004 - the version's name
        except ValueError:
            return False
    if re.fullmatch(r"[0-9.]+", host):
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            return False
        return True
    return bool(_HOST.fullmatch(host.lower()))
