"""Puts a configuration together from its files: everything is read and checked before anything is refused."""

import hashlib
import ipaddress
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from watchword.app.configuration._applications import Applications, ReadApplication, loops, read_host
from watchword.app.configuration._files import DirectoryReader
from watchword.app.configuration._policies import Policies
from watchword.app.configuration._posture import read_posture
from watchword.app.configuration._reading import Reader, Table, written
from watchword.app.configuration.model import ADMINISTRATORS, Configuration
from watchword.app.configuration.posture import PostureSettings
from watchword.app.configuration.surroundings import Surroundings
from watchword.app.diagnostics import ConfigurationError, Findings
from watchword.app.settings import MAIN_FILE
from watchword.app.yaml_tree import Mapping as MappingNode
from watchword.app.yaml_tree import Node, Scalar, read_yaml
from watchword.decision.engine import PolicySet
from watchword.enforcement.gateway.model import GatewayConfiguration, Listener
from watchword.identity.people import RelyingParty, SessionLimits
from watchword.identity.people.model import AAL2_LIMITS, AAL3_LIMITS
from watchword.kernel.errors import Place, WatchwordError

_KEYS = (
    "name",
    "domain",
    "listen",
    "database",
    "applications",
    "policies",
    "guardrails",
    "sessions",
    "passkeys",
    "posture",
)
_MOST_PORTS = 65535
# Unregistered and unprivileged, and what people expect to see.
_PLAIN_PORT, _TLS_PORT = 8080, 8443
_DATABASE = re.compile(r"(postgresql)://[^\s]+|(sqlite):///[^\s?#]+")
_NIST = "NIST SP 800-63B-4, 2.2.3 and 2.3.3"


def read_configuration(directory: Path, surroundings: Surroundings) -> Configuration:
    """Read `watchword.yaml` and the policies beside it.

    Raises `ConfigurationError` with every problem of every file. Nothing is written, and no host name is looked up.
    """
    findings = Findings()
    files = DirectoryReader(directory, findings)
    content = files.read(MAIN_FILE, missing_hint="write one with: watchword init")
    policies = Policies(files.policies(), findings)
    root = None if content is None else read_yaml(content, MAIN_FILE, findings)
    if root is None:
        policies.parse_all()
        raise ConfigurationError(findings.errors)
    return _Assembly(root, files, policies, findings, surroundings).configuration()


class _Assembly:
    def __init__(
        self, root: Node, files: DirectoryReader, policies: Policies, findings: Findings, surroundings: Surroundings
    ) -> None:
        self._files = files
        self._policies = policies
        self._findings = findings
        self._surroundings = surroundings
        self._reader = Reader(findings)
        if isinstance(root, Scalar) and root.null:
            root = MappingNode(place=root.place, entries=())
        self._root = self._reader.table(root, _KEYS, MAIN_FILE)

    def configuration(self) -> Configuration:
        root = self._root
        name = root.read("name", self._reader.text, "Watchword")
        domain = root.read("domain", lambda node: read_host(self._reader, node), "localhost")
        applications = Applications(self._reader, self._surroundings, domain=domain)
        applications_node = root.node("applications")
        read = () if applications_node is None else applications.read(applications_node)
        listener, development = self._listener(root.node("listen"))
        self._check_hosts(read, domain, listener)
        self._check_loops(read, listener)
        for application in read:
            if application.policy is not None:
                self._policies.attach_to_resource(application.application.name, application.policy)
        if (policies := root.node("policies")) is not None:
            self._policies.read_attachments(policies, self._reader)
        if (guardrails := root.node("guardrails")) is not None:
            self._policies.read_guardrails(guardrails, self._reader)
        documents = self._policies.parse_all()
        aal2, aal3 = self._limits(root.node("sessions"))
        roots = self._attestation_roots(root.node("passkeys"))
        database = self._database(root.node("database"))
        posture = self._posture(root.node("posture"))
        if self._findings.errors:
            raise ConfigurationError(self._findings.errors)

        revision = _revision(self._files.contents)
        own = applications.own()
        gateway = GatewayConfiguration(
            revision=revision,
            listener=listener,
            domain=domain,
            applications=(*own, *(a.application for a in read)),
        )
        policy_set = self._policy_set(revision)
        return Configuration(
            directory=self._files.directory,
            revision=revision,
            gateway=gateway,
            relying_party=RelyingParty(
                id=gateway.sign_in_host,
                origin=gateway.origin(gateway.sign_in_host),
                name=name,
                attestation_roots=roots,
            ),
            policies=documents,
            attachments=self._policies.attachments,
            guardrails=self._policies.guardrails,
            resource_policies=self._policies.resource_policies,
            policy_set=policy_set,
            groups=self._policies.groups | {ADMINISTRATORS},
            aal2_limits=aal2,
            aal3_limits=aal3,
            database=database,
            tls_development=development,
            posture=posture,
            files=dict(self._files.contents),
            warnings=tuple(self._findings.warnings),
        )

    def _policy_set(self, revision: str) -> PolicySet:
        try:
            return PolicySet.build(
                documents=self._policies.documents,
                attachments=self._policies.attachments,
                guardrails=self._policies.guardrails,
                resource_policies=self._policies.resource_policies,
                revision=revision,
            )
        except WatchwordError as error:
            self._findings.error(
                error.place or Place(document=MAIN_FILE),
                error.code,
                error.message,
                expected=error.expected,
                found=error.found,
                hint=error.hint,
            )
            raise ConfigurationError(self._findings.errors) from error

    def _listener(self, node: Node | None) -> tuple[Listener, bool]:
        table = (
            Table(self._reader, self._root.place, {})
            if node is None
            else self._reader.table(node, ("address", "port", "tls"), "listen")
        )
        address = table.read("address", self._address, "127.0.0.1")
        certificate, key, development = self._tls(table.node("tls"))
        port = table.read(
            "port",
            lambda n: self._reader.integer(n, least=1, most=_MOST_PORTS),
            _TLS_PORT if certificate else _PLAIN_PORT,
        )
        if not certificate and not ipaddress.ip_address(address).is_loopback:
            at = table.node("address") or node
            self._findings.error(
                at.place if at is not None else table.place,
                "listen.plain",
                "plain HTTP is served on loopback alone",
                expected="127.0.0.1 or ::1, or a certificate",
                found=address,
                hint="give `tls` a certificate and its private_key",
            )
        return (
            Listener(address=address, port=self._surroundings.port or port, certificate=certificate, private_key=key),
            development,
        )

    def _address(self, node: Node) -> str | None:
        text = self._reader.text(node)
        if text is None:
            return None
        try:
            return str(ipaddress.ip_address(text))
        except ValueError:
            self._findings.error(
                node.place,
                "listen.address",
                "not an IP address",
                expected="an address of this machine, like 127.0.0.1, 0.0.0.0 or ::",
                found=repr(text),
            )
            return None

    def _tls(self, node: Node | None) -> tuple[str, str, bool]:
        if node is None:
            return "", "", False
        if isinstance(node, Scalar):
            if node.text == "development":
                surroundings = self._surroundings
                return str(surroundings.development_certificate), str(surroundings.development_private_key), True
            self._reader.wrong(node, "development, or a mapping with certificate and private_key")
            return "", "", False
        before = len(self._findings.errors)
        table = self._reader.table(node, ("certificate", "private_key"), "tls")
        paths = {key: table.read(key, self._outside_file, "") for key in ("certificate", "private_key")}
        if len(self._findings.errors) == before:
            for key, path in paths.items():
                if not path:
                    self._findings.error(
                        node.place, "tls.missing", f"tls has no {key}", expected=f"{key}: /path/to.pem"
                    )
        # What was refused still counts as TLS, so that no follow-up error about plain HTTP is reported.
        return paths["certificate"] or "refused", paths["private_key"] or "refused", False

    def _outside_file(self, node: Node) -> str | None:
        text = self._reader.text(node)
        if text is None:
            return None
        if not Path(text).is_absolute():
            self._findings.error(
                node.place,
                "tls.relative",
                "not an absolute path",
                expected="/path/to.pem",
                found=repr(text),
                hint="keys are not kept beside the configuration",
            )
            return None
        try:
            with Path(text).open("rb"):
                return text
        except OSError as error:
            self._findings.error(node.place, "tls.unreadable", f"cannot be read: {error.strerror}", found=repr(text))
        except ValueError:
            self._findings.error(node.place, "tls.unreadable", "not a path", found=repr(text))
        return None

    def _check_hosts(self, read: tuple[ReadApplication, ...], domain: str, listener: Listener) -> None:
        own = {f"auth.{domain}": "the sign-in host", f"console.{domain}": "the console"}
        taken: dict[str, str] = dict(own)
        for application in read:
            host = application.application.host
            if host in taken:
                self._findings.error(
                    application.host_place,
                    "host.duplicate",
                    f"the host {host} is taken",
                    hint=f"it is already that of {taken[host]}",
                )
            taken.setdefault(host, f"application {application.application.name}")
            if not listener.tls and not _names_this_machine(host):
                self._plain_host(application.host_place, host)
        domain_node = self._root.node("domain")
        if not listener.tls and domain_node is not None and not _names_this_machine(domain):
            self._plain_host(domain_node.place, domain)

    def _plain_host(self, place: Place, host: str) -> None:
        self._findings.error(
            place,
            "host.plain",
            "plain HTTP is served for *.localhost names alone",
            expected="a name that ends with .localhost, or `listen.tls`",
            found=host,
            hint="browsers keep passkeys and secure cookies from other names without TLS",
        )

    def _check_loops(self, read: tuple[ReadApplication, ...], listener: Listener) -> None:
        for application in read:
            if loops(application.application.upstream, listener):
                self._findings.error(
                    application.upstream_place,
                    "upstream.loop",
                    f"the gateway itself listens on port {listener.port}",
                    hint="give the application another port, or the gateway (`listen.port`)",
                )

    def _posture(self, node: Node | None) -> PostureSettings:
        if node is None:
            return PostureSettings()
        # What is served is a copy elsewhere: paths are meant from where the team's files are.
        return read_posture(node, self._reader, self._surroundings.authored or self._files.directory)

    def _limits(self, node: Node | None) -> tuple[SessionLimits, SessionLimits]:
        if node is None:
            return AAL2_LIMITS, AAL3_LIMITS
        table = self._reader.table(node, ("aal2", "aal3"), "sessions")
        return (
            self._level_limits(table.node("aal2"), "aal2", AAL2_LIMITS),
            self._level_limits(table.node("aal3"), "aal3", AAL3_LIMITS),
        )

    def _level_limits(self, node: Node | None, level: str, most: SessionLimits) -> SessionLimits:
        if node is None:
            return most
        table = self._reader.table(node, ("idle", "absolute"), level)

        def read(key: str, limit: timedelta) -> timedelta:
            why = f"{_NIST}: at {level} {key} is at most {written(limit)}"
            return table.read(key, lambda n: self._reader.duration(n, most=limit, why=why), limit)

        limits = SessionLimits(idle=read("idle", most.idle), absolute=read("absolute", most.absolute))
        if limits.idle > limits.absolute:
            if table.node("idle") is None:
                return SessionLimits(idle=limits.absolute, absolute=limits.absolute)
            self._findings.error(
                (table.node("idle") or node).place,
                "sessions.idle",
                "the idle limit is longer than the absolute one",
                expected=f"at most {written(limits.absolute)}",
                found=written(limits.idle),
            )
        return limits

    def _attestation_roots(self, node: Node | None) -> tuple[bytes, ...]:
        if node is None:
            return ()
        table = self._reader.table(node, ("attestation_roots",), "passkeys")
        roots = table.node("attestation_roots")
        if roots is None:
            return ()
        found: list[bytes] = []
        for item in self._reader.items(roots, "certificate files"):
            text = self._reader.text(item)
            content = None if text is None else self._files.read_named(text, item.place)
            if content is not None:
                found.extend(self._certificates(content, item))
        return tuple(found)

    def _certificates(self, content: bytes, node: Node) -> list[bytes]:
        # Only configurations that pin roots pay for loading OpenSSL here.
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import Encoding

        try:
            return [certificate.public_bytes(Encoding.PEM) for certificate in x509.load_pem_x509_certificates(content)]
        except ValueError:
            self._reader.wrong(node, "a file of PEM certificates", found="something else in it")
            return []

    def _database(self, node: Node | None) -> str:
        override = self._surroundings.database
        if override is not None:
            place: Place = Place(document="WATCHWORD_DATABASE")
            text: str | None = override
        elif node is not None:
            place, text = node.place, self._reader.text(node)
        else:
            return f"sqlite:///{self._surroundings.database_file}"
        if text is None:
            return ""
        match = _DATABASE.fullmatch(text)
        if match is None:
            # The value may hold a password, so it is not shown.
            self._findings.error(
                place,
                "database.url",
                "not a database",
                expected="postgresql://user@host/name or sqlite:///path",
                hint="MySQL and others are not supported" if "://" in text else None,
            )
            return ""
        if override is None and re.match(r"postgresql://[^/@]*:[^/@]+@", text):
            self._findings.warning(
                place,
                "database.password",
                "a password in a file that a team shares",
                hint="put it into ~/.pgpass, or the whole URL into WATCHWORD_DATABASE",
            )
        return text.replace("postgresql://", "postgresql+psycopg://", 1) if match[1] else text


def _names_this_machine(host: str) -> bool:
    """RFC 6761, 6.3: these names are loopback, whatever a resolver says."""
    return host == "localhost" or host.endswith(".localhost")


def _revision(contents: Mapping[str, bytes]) -> str:
    """Name the contents: the first 64 bits of a SHA-256 over names, lengths and bytes; only has to tell apart."""
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]
