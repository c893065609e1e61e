"""The one place that calls a cluster: it can GET and nothing else, lists of a table alone, with bounded retries.

    cluster = open_cluster(context="prod")
    answer = cluster.get("/api/v1/pods", {"limit": "500"})

- There is one call of the network, and `GET` stands in it. What `resources.is_allowed` does not know is not asked.
- No redirect is followed: what a server says elsewhere is not the cluster that was named.
- 429 and 5xx are tried again, as long as `Retry-After` says and a bound allows, silence once; then the answer is not
  known.
- Kubeconfig, certificates, tokens, exec plugins and the identity of a pod are the official client's; none is kept here.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from watchword.adapters.kubernetes.live.evidence import Json, parsed
from watchword.adapters.kubernetes.live.resources import OPEN_TO_ANYBODY, is_allowed
from watchword.kernel.errors import DefectError, InvalidInputError, NotFoundError, UnavailableError

IN_CLUSTER: Final = "in-cluster"
_JSON: Final = "application/json"
# Values are left out by the server itself (Kubernetes API concepts: "Receiving resources as Tables", metadata alone).
METADATA: Final = (
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
)
_CONNECT_SECONDS: Final = 10.0
_READ_SECONDS: Final = 60.0
_ATTEMPTS: Final = 5
_UNANSWERED: Final = 2  # of these, where nothing came at all: each may have taken a minute
_LONGEST_WAIT: Final = 30.0  # seconds, whatever `Retry-After` says
_LARGEST: Final = 128 * 1024 * 1024  # bytes of one answer; a page of 500 objects has some megabytes
_PIECE: Final = 1 << 16
_LONGEST_WORDS: Final = 400
_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
_OK: Final = 200
_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403

TOO_LARGE: Final = "TooLarge"
# What says where a cluster is and whom to believe, and not who asks. Versions of the client differ in what they have.
_WITHOUT_CREDENTIALS: Final = (
    "host",
    "verify_ssl",
    "ssl_ca_cert",
    "ca_cert_data",
    "tls_server_name",
    "assert_hostname",
    "proxy",
    "no_proxy",
)


class CallFailed(Exception):  # noqa: N818 - an answer that did not come; no error of ours
    """The status (0: there was none), the API's own reason, and its words."""

    def __init__(self, status: int, reason: str, words: str) -> None:
        super().__init__(f"{status} {reason}: {words}")
        self.status = status
        self.reason = reason
        self.words = words


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one call. Tests have smaller ones."""

    connect_seconds: float = _CONNECT_SECONDS
    read_seconds: float = _READ_SECONDS
    attempts: int = _ATTEMPTS
    longest_wait: float = _LONGEST_WAIT
    largest: int = _LARGEST


class Cluster:
    """A cluster, by a context of a kubeconfig or by the identity of the pod that this runs in."""

    def __init__(
        self,
        name: str,
        configuration: Any,
        *,
        wait: Callable[[float], None] = time.sleep,
        limits: Limits | None = None,
    ) -> None:
        from kubernetes.client import ApiClient

        self.name = name
        self.server = str(configuration.host).rstrip("/")
        self.calls = 0
        self._configuration = configuration
        self._wait = wait
        self._limits = limits or Limits()
        self._pool = ApiClient(configuration).rest_client.pool_manager

    def get(self, path: str, query: Mapping[str, str] | None = None, *, accept: str = _JSON) -> dict[str, Json]:
        """Return what is answered. Raises `CallFailed` where it is anything but a JSON object with status 200."""
        return self._object(*self._tried(path, query or {}, accept))

    def anonymous(self) -> str:
        """Say how a request without credentials is taken: refused (401), known (403: it has a name), answered, or "".

        It is sent once, to where nobody without credentials has anything to do.
        """
        from kubernetes.client import ApiClient, Configuration

        bare = Configuration()
        for name in _WITHOUT_CREDENTIALS:
            if hasattr(self._configuration, name):
                setattr(bare, name, getattr(self._configuration, name))
        bare.retries = False
        try:
            status, _, _ = self._get(
                ApiClient(bare).rest_client.pool_manager, OPEN_TO_ANYBODY, {"limit": "1"}, {"Accept": _JSON}
            )
        except CallFailed:
            return ""
        return {_UNAUTHORIZED: "refused", _FORBIDDEN: "known", _OK: "answered"}.get(status, "")

    def _tried(self, path: str, query: Mapping[str, str], accept: str) -> tuple[int, bytes]:
        unanswered = 0
        for attempt in range(self._limits.attempts):
            last = attempt == self._limits.attempts - 1
            try:
                status, headers, body = self._get(self._pool, path, query, {"Accept": accept, **self._credentials()})
            except CallFailed as failure:
                unanswered += 1
                if last or unanswered == _UNANSWERED or failure.reason == TOO_LARGE:
                    raise
                self._pause(attempt, None)
                continue
            if status not in _AGAIN or last:
                return status, body
            self._pause(attempt, headers.get("Retry-After"))
        raise DefectError("no attempt was made", code="kube.attempts")

    def _get(
        self, pool: Any, path: str, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Ask once. The only call of the network that there is."""
        import urllib3

        if not is_allowed(path):
            raise DefectError(f"{path} is not among what may be asked", code="kube.not_allowed")
        self.calls += 1
        url = f"{self.server}{path}" + (f"?{urlencode(query)}" if query else "")
        timeout = urllib3.Timeout(connect=self._limits.connect_seconds, read=self._limits.read_seconds)
        try:
            answer = pool.request(
                "GET",
                url,
                headers=dict(headers),
                preload_content=False,
                redirect=False,
                retries=False,
                timeout=timeout,
            )
            try:
                body = self._body(answer)
            finally:
                answer.release_conn()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise CallFailed(0, _kind_of(error), str(error)[:_LONGEST_WORDS]) from error
        return answer.status, answer.headers, body

    def _body(self, answer: Any) -> bytes:
        pieces: list[bytes] = []
        size = 0
        for piece in answer.stream(_PIECE):
            size += len(piece)
            if size > self._limits.largest:
                answer.close()
                raise CallFailed(answer.status, TOO_LARGE, f"an answer is larger than {self._limits.largest} bytes")
            pieces.append(piece)
        return b"".join(pieces)

    def _credentials(self) -> dict[str, str]:
        """Headers that say who asks. The client renews what has expired, by its plugin too."""
        found: dict[str, str] = {}
        with _told() as words:
            for setting in self._configuration.auth_settings().values():
                if setting["in"] == "header" and setting["value"]:
                    found[str(setting["key"])] = str(setting["value"])
        if words:
            raise CallFailed(0, "Credentials", words[0])
        return found

    def _pause(self, attempt: int, said: str | None) -> None:
        seconds = float(said) if said and said.isascii() and said.isdigit() else 2.0**attempt
        self._wait(min(seconds, self._limits.longest_wait))

    @staticmethod
    def _object(status: int, body: bytes) -> dict[str, Json]:
        try:
            told = parsed(body)
        except ValueError:
            told = None
        if status == _OK and isinstance(told, dict):
            return told
        if status == _OK:
            raise CallFailed(status, "NotJson", "the answer is no JSON object")
        said = told if isinstance(told, dict) else {}
        words = str(said.get("message") or body[:_LONGEST_WORDS].decode("utf-8", "replace"))
        raise CallFailed(status, str(said.get("reason") or f"HTTP {status}"), " ".join(words[:_LONGEST_WORDS].split()))


def open_cluster(
    context: str | None, *, wait: Callable[[float], None] = time.sleep, limits: Limits | None = None
) -> Cluster:
    """Open a cluster by its context; None: the current one, or the pod's own cluster where there is no kubeconfig.

    Raises where the package, the context, the credentials or the server are not there.
    """
    try:
        import yaml
        from kubernetes.client import Configuration
        from kubernetes.config.config_exception import ConfigException
    except ImportError as error:
        raise NotFoundError(
            "to read a live cluster, Kubernetes' own client is needed, and is not installed",
            code="kube.no_client",
            hint="pip install 'watchword[kubernetes]'",
        ) from error
    configuration = Configuration()
    with _told() as words:
        try:
            name = _load(context, configuration)
        except ConfigException as error:
            raise InvalidInputError(
                _sentence(error), code="kube.configuration", hint="`kubectl config get-contexts`"
            ) from error
        except (OSError, ValueError, TypeError, KeyError, AttributeError, yaml.YAMLError) as error:
            # What the client raises of a file that is no kubeconfig, or of a certificate that is not there.
            raise InvalidInputError(
                f"the kubeconfig cannot be read: {_sentence(error)}", code="kube.configuration"
            ) from error
        if words:  # a plugin failed: asking on without credentials would be asking as somebody else
            raise UnavailableError(
                f"there are no credentials for {name}: {words[0]}",
                code="kube.credentials",
                hint=f"`kubectl --context {name} version` has to work",
            )
    configuration.retries = False
    return Cluster(name, configuration, wait=wait, limits=limits)


def _load(context: str | None, configuration: Any) -> str:
    """Fill the configuration, and return what the cluster is called."""
    from kubernetes import config
    from kubernetes.config.config_exception import ConfigException

    client: Any = config  # its functions have no types
    try:
        contexts, current = client.list_kube_config_contexts()
    except ConfigException:
        if context is None and Path(client.incluster_config.SERVICE_TOKEN_FILENAME).exists():
            client.load_incluster_config(client_configuration=configuration)
            return IN_CLUSTER
        raise
    names = [str(one["name"]) for one in contexts or ()]
    name = context if context is not None else str((current or {}).get("name", ""))
    if name not in names:
        raise InvalidInputError(
            f"the kubeconfig has no context {name}" if name else "the kubeconfig names no current context",
            code="kube.no_context",
            hint=f"there are {', '.join(names[:20])}" if names else None,
        )
    client.load_kube_config(context=name, client_configuration=configuration, persist_config=False)
    return name


@contextmanager
def _told() -> Iterator[list[str]]:
    """What the client only logs: that a plugin failed. It is kept from standard error, and yielded."""
    kept = _Kept()
    root = logging.getLogger()
    root.addHandler(kept)
    try:
        yield kept.words
    finally:
        root.removeHandler(kept)


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.words.append(" ".join(record.getMessage().split())[:_LONGEST_WORDS])


def _kind_of(error: Exception) -> str:
    """What went wrong, in a word of ours: names of the client's own classes change."""
    name = type(error).__name__
    text = f"{name} {error}".lower()
    if "certificate" in text or "ssl" in text:
        return "Tls"
    return "Timeout" if "timeout" in text or "timed out" in text else "Connection"


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split())[:_LONGEST_WORDS]
