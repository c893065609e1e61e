"""Which files and sockets Envoy and we share."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path

# Where systems keep all roots in one file, when OpenSSL was built to look elsewhere.
_ROOT_FILES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


def system_roots() -> Path | None:
    """Return the file of the certificates that this machine trusts, for verifying upstreams."""
    for name in (ssl.get_default_verify_paths().cafile, *_ROOT_FILES):
        if name and Path(name).is_file():
            return Path(name)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvoyLayout:
    """`directory` (0700) holds what Envoy reads and watches. Sockets are ours (check, streams) or Envoy's (admin)."""

    directory: Path
    check_socket: Path
    streams_socket: Path
    admin_socket: Path
    access_log: Path | None = None
    trusted_roots: Path | None = field(default_factory=system_roots)

    @property
    def bootstrap(self) -> Path:
        return self.directory / "bootstrap.json"

    @property
    def routes(self) -> Path:
        return self.directory / "routes.json"

    @property
    def clusters(self) -> Path:
        return self.directory / "clusters.json"

    @property
    def certificate(self) -> Path:
        return self.directory / "certificate.json"
