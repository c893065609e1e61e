"""Writing Envoy's files, having them validated, and replacing them under a running Envoy without dropping anything.

The order matters. First the clusters of the old and the new configuration together, then the routes, then the clusters
of the new one alone: at no moment does a route name a cluster that is not there. Each step waits until Envoy says that
it took that version; where it refuses, the old files are put back and its own words are raised."""

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from watchword.adapters.envoy import configuration as build
from watchword.adapters.envoy.binary import find_envoy
from watchword.adapters.envoy.layout import EnvoyLayout
from watchword.adapters.envoy.process import EnvoyAdmin
from watchword.enforcement.gateway import GatewayConfiguration
from watchword.enforcement.gateway.ports import RefusalPages
from watchword.kernel.clock import monotonic
from watchword.kernel.errors import InvalidInputError, UnavailableError

_VALIDATE_WITHIN = 30.0
_ACCEPTED_WITHIN = 10.0
_POLL = 0.02


def write_files(
    configuration: GatewayConfiguration, layout: EnvoyLayout, pages: RefusalPages = build.PLAIN_PAGES
) -> None:
    """Write everything that Envoy is started with. `pages` draws what Envoy answers by itself."""
    layout.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    _replace(layout.clusters, _clusters(configuration, layout))
    _replace(layout.routes, build.dumps(build.routes_file(configuration)))
    _replace(layout.certificate, build.dumps(build.certificate_file(configuration)))
    _replace(layout.bootstrap, build.dumps(build.bootstrap(configuration, layout, pages)))


def validate(configuration: GatewayConfiguration, layout: EnvoyLayout) -> None:
    """Have Envoy itself read the whole. Raise `InvalidInputError` (`envoy.refused`) with what it says."""
    with tempfile.TemporaryDirectory(prefix="watchword-") as place:
        document = Path(place) / "complete.json"
        document.write_bytes(build.dumps(build.complete(configuration, layout)))
        words = [str(find_envoy()), "--mode", "validate", "--config-path", str(document), "--log-level", "error"]
        try:
            done = subprocess.run(words, capture_output=True, timeout=_VALIDATE_WITHIN, check=False)
        except subprocess.TimeoutExpired as error:
            raise UnavailableError("Envoy did not validate the configuration in time", code="envoy.validate") from error
    if done.returncode:
        raise InvalidInputError(
            f"Envoy refuses this configuration: {_essence(done.stderr or done.stdout)}",
            code="envoy.refused",
            hint="correct the configuration; the running one keeps serving",
        )


def needs_restart(old: GatewayConfiguration, new: GatewayConfiguration) -> bool:
    """Say whether the listener itself differs: its address, its port, or TLS at all. A new certificate does not
    count."""
    before, after = old.listener, new.listener
    return (before.address, before.port, before.tls) != (after.address, after.port, after.tls)


def reload(old: GatewayConfiguration, new: GatewayConfiguration, layout: EnvoyLayout) -> None:
    """Bring `new` into a running Envoy that serves `old`, and return when it is used.

    Raises `InvalidInputError` (`envoy.refused`) where Envoy does not take it, `UnavailableError` where it does not
    answer; then the files are those of `old` again."""
    if needs_restart(old, new):
        raise InvalidInputError(
            "the listener's address, port or TLS changed",
            code="envoy.restart",
            hint="restart Watchword for this change",
        )
    before = {path: path.read_bytes() for path in (layout.clusters, layout.routes, layout.certificate)}
    admin = EnvoyAdmin(layout.admin_socket)
    try:
        both = {
            str(c["name"]): c
            for c in (*build.application_clusters(old, layout), *build.application_clusters(new, layout))
        }
        _step(
            admin,
            layout.clusters,
            f"{new.revision}+{old.revision}",
            build.dumps(build.clusters_file(f"{new.revision}+{old.revision}", list(both.values()))),
            "cluster_manager.cds",
        )
        if new.listener.tls:
            _replace(layout.certificate, build.dumps(build.certificate_file(new)))
        _step(admin, layout.routes, new.revision, build.dumps(build.routes_file(new)), _RDS)
        _step(admin, layout.clusters, new.revision, _clusters(new, layout), "cluster_manager.cds")
    except (InvalidInputError, UnavailableError):
        for path, content in before.items():
            _replace(path, content)
        raise


_RDS = f"http.{build.STAT_PREFIX}.rds.{build.ROUTES}"


def _clusters(configuration: GatewayConfiguration, layout: EnvoyLayout) -> bytes:
    clusters = build.application_clusters(configuration, layout)
    return build.dumps(build.clusters_file(configuration.revision, clusters))


def _step(admin: EnvoyAdmin, path: Path, revision: str, content: bytes, stat: str) -> None:
    """Replace one file and wait until Envoy tells that it took this version, or that it refused one."""
    before = admin.stats(stat)
    if path.read_bytes() == content and before.get(f"{stat}.version_text", "").strip('"') == revision:
        return
    _replace(path, content)
    end = monotonic() + _ACCEPTED_WITHIN
    while True:
        now = admin.stats(stat)
        if now.get(f"{stat}.version_text", "").strip('"') == revision:
            return
        if _grew(before, now, f"{stat}.update_rejected") or _grew(before, now, f"{stat}.update_failure"):
            raise InvalidInputError(
                f"Envoy refuses {path.name} of revision {revision}",
                code="envoy.refused",
                hint="look into Envoy's log; the running configuration keeps serving",
            )
        if monotonic() > end:
            raise UnavailableError(
                f"Envoy did not take {path.name} of revision {revision} in time", code="envoy.reload"
            )
        time.sleep(_POLL)


def _grew(before: Mapping[str, str], now: Mapping[str, str], name: str) -> bool:
    return int(now.get(name, "0")) > int(before.get(name, "0"))


def _replace(path: Path, content: bytes) -> None:
    """Envoy watches for the rename: it never sees half a file."""
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    fresh.rename(path)


def _essence(output: bytes) -> str:
    lines = [line for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1].rpartition("] ")[2] if lines else "it does not say why"
