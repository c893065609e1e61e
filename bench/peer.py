"""The peer: Apache with mod_auth_openidc, an OpenID-certified relying party that people put in front of applications.

Taken from Debian's archive into bench's own cache directory and run from there; nothing is installed and no service is
started. Its session is real: it signs in with an ID token as a provider would send it, and keeps its default session
type, the server-side cache in shared memory. It asks whether there is a session and no more: it has no policy, no
signed record, and signs no assertion for the application, so it does less than Watchword for what it costs.

oauth2-proxy and Pomerium are not here because neither can be built from package registries alone on every machine that
runs this.
"""

import base64
import hashlib
import hmac
import json
import os
import platform
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from bench.exchange import compose, exchange
from bench.gateway import Subject, request
from bench.machine import descendants, server_core
from bench.processes import BenchError, Processes, free_port, listens

_PACKAGE = "libapache2-mod-auth-openidc"
_CLIENT = "bench"
# Never connected to: the provider's answer comes to the module through the browser, and the browser here is us.
_ISSUER = "https://provider.invalid"
_COOKIE = "mod_auth_openidc_session"
_CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "watchword-bench" / "apache"


@contextmanager
def subject(directory: Path, application_port: int, skipped: list[str]) -> Iterator[list[Subject]]:
    """Yield the peer signed in, or nothing and the reason in `skipped`."""
    try:
        root = _tree()
    except _AbsentError as error:
        skipped.append(f"Apache with mod_auth_openidc: {error}")
        yield []
        return
    with Processes(directory) as processes:
        port = free_port()
        secret = secrets.token_hex(32)
        configuration = directory / "apache.conf"
        configuration.write_text(
            _configuration(root, directory, port=port, application_port=application_port, secret=secret),
            encoding="utf-8",
        )
        libraries = os.pathsep.join(str(p) for p in sorted({p.parent for p in root.glob("usr/lib/*/*.so*")}))
        apache = processes.start(
            "apache",
            [str(root / "usr/sbin/apache2"), "-DFOREGROUND", "-f", str(configuration)],
            core=server_core(),
            environment={"LD_LIBRARY_PATH": libraries, "no_proxy": "*", "NO_PROXY": "*"},
        )
        processes.wait(apache, lambda: listens(port))
        cookie = _sign_in(port, secret)
        host = f"127.0.0.1:{port}"
        yield [
            Subject(
                name="Apache mod_auth_openidc",
                port=port,
                allowed=request(host, cookie=cookie),
                refused=request(host),
                refusals=frozenset({302, 401}),
                pids=lambda: descendants(apache.pid),
            )
        ]


class _AbsentError(Exception):
    pass


def _tree() -> Path:
    """Unpack the Debian packages that this machine lacks for it, once."""
    root = _CACHE / "root"
    if (root / "complete").exists():
        return root
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise _AbsentError(f"it comes from Debian's packages, and this is {platform.system()} without apt")
    if os.geteuid() != 0:
        raise _AbsentError("apt-get needs root to fetch it into the cache")
    archives = _CACHE / "archives"
    (archives / "partial").mkdir(parents=True, exist_ok=True)
    words = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "--download-only", "--reinstall"]
    try:
        done = subprocess.run(
            [*words, "-o", f"Dir::Cache::Archives={archives}", _PACKAGE, "apache2-bin"],
            capture_output=True,
            timeout=180,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _AbsentError("apt-get did not answer within 180 s") from None
    if done.returncode:
        raise _AbsentError(f"apt-get: {done.stderr.decode(errors='replace').strip()[-300:]}")
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for package in sorted(archives.glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", str(package), str(root)], check=True, timeout=60)
    (root / "complete").touch()
    return root


def _configuration(root: Path, directory: Path, *, port: int, application_port: int, secret: str) -> str:
    modules = root / "usr/lib/apache2/modules"
    names = ("mpm_event", "authn_core", "authz_core", "authz_user", "proxy", "proxy_http", "auth_openidc")
    loads = "\n".join(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in names)
    return f"""
ServerRoot {directory}
DefaultRuntimeDir {directory}
PidFile {directory}/apache.pid
Mutex pthread
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
{loads}
User nobody
Group nogroup
ErrorLog {directory}/apache-error.log
LogLevel warn
StartServers 1
ServerLimit 1
ThreadLimit 128
ThreadsPerChild 128
MaxRequestWorkers 128
MaxConnectionsPerChild 0
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 60
OIDCProviderIssuer {_ISSUER}
OIDCProviderAuthorizationEndpoint {_ISSUER}/authorize
OIDCResponseType id_token
OIDCResponseMode form_post
OIDCIDTokenSignedResponseAlg HS256
OIDCClientID {_CLIENT}
OIDCClientSecret {secret}
OIDCRedirectURI http://127.0.0.1:{port}/.openid/callback
OIDCCryptoPassphrase {secrets.token_hex(16)}
<Location />
  AuthType openid-connect
  Require valid-user
  ProxyPass http://127.0.0.1:{application_port}/ keepalive=On
</Location>
"""


def _sign_in(port: int, secret: str) -> str:
    """Walk OpenID Connect's implicit flow as a browser would (Core 3.2, form_post), and return the session cookie."""
    host = f"127.0.0.1:{port}"
    page = (("accept", "text/html"), ("sec-fetch-mode", "navigate"))
    start = exchange(port, compose("GET", host, "/", headers=page))
    asked = parse_qs(urlsplit(start.header("location") or "").query)
    if start.status != 302 or "state" not in asked:
        raise BenchError(f"the peer did not ask its provider: {start.status}")
    token = _id_token(nonce=asked["nonce"][0], secret=secret)
    cookies = "; ".join(f"{name}={value}" for name, value in start.cookies().items())
    form = (("content-type", "application/x-www-form-urlencoded"), ("cookie", cookies))
    body = urlencode({"id_token": token, "state": asked["state"][0]}).encode()
    back = exchange(port, compose("POST", host, "/.openid/callback", headers=(*page, *form), body=body))
    cookie = back.cookies().get(_COOKIE)
    if not cookie:
        raise BenchError(f"the peer gave no session: {back.status} {back.body[:300]!r}")
    return f"{_COOKIE}={cookie}"


def _id_token(*, nonce: str, secret: str) -> str:
    now = int(time.time())
    claims = {"iss": _ISSUER, "aud": _CLIENT, "sub": "alice", "nonce": nonce, "iat": now, "exp": now + 3600}

    def encode(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    signed = ".".join((encode(b'{"alg":"HS256"}'), encode(json.dumps(claims).encode())))
    return f"{signed}.{encode(hmac.digest(secret.encode(), signed.encode(), hashlib.sha256))}"
