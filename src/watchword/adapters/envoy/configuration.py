"""Envoy's configuration as JSON values, built from the gateway's. Pure: nothing is read or written here.

What must hold, whatever is configured:

- every route asks the check, under its own id in the path prefix, which no client can set; a request without a route
  asks under `-` and is denied;
- headers by which a client could claim an identity, an address or another path are removed before any filter looks
  (`early_header_mutation`: a route's own removal would come too late for the check, and would take our assertion away);
- a check that fails, is slow or says something odd is a 503 (`failure_mode_allow: false`);
- paths are normalised, and refused where escaped slashes would make two readings; hosts match exactly;
- an upgrade happens on `streams` routes alone, CONNECT on `tunnel` routes alone, and both stay attached to us.

The listener is static. Routes, clusters and the certificate are files that Envoy watches: replacing them drops nothing.

Source: Envoy v1.40 API v3; "Configuring Envoy as an edge proxy".
"""

import hashlib
import ipaddress
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchword.adapters.envoy.layout import EnvoyLayout
from watchword.enforcement.gateway import (
    Access,
    Application,
    GatewayConfiguration,
    Listener,
    Match,
    PlainPages,
    Refusal,
    Route,
    Upstream,
)
from watchword.enforcement.gateway.check import NO_ROUTE, SOURCE_HEADER, STREAM_HEADER, is_own_page
from watchword.enforcement.gateway.ports import RefusalPages
from watchword.enforcement.gateway.refusals import PROBLEM_TYPE
from watchword.enforcement.gateway.routing import check_routable, longest_first
from watchword.kernel.errors import InvalidInputError

Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | float | bool | None
Object = dict[str, Json]

ROUTES = "gateway"
CERTIFICATE = "gateway"
STAT_PREFIX = "gateway"
CHECK = "watchword-check"
STREAMS = "watchword-streams"
ROUTE_METADATA = "x-watchword-route"

_TYPE = "type.googleapis.com/"
_EXT = _TYPE + "envoy.extensions."
_AUTHZ = "envoy.filters.http.ext_authz"
_PROC = "envoy.filters.http.ext_proc"
_ROUTER = "envoy.filters.http.router"

# Beyond the 2 s that the check may wait for a record to be durable.
_CHECK_TIMEOUT = "3s"
_ROUTE_TIMEOUT = "15s"
# With the default of one second a cut stream lives on for as long.
_DELAYED_CLOSE = "0.02s"
_CONNECTIONS = 10_000
_HEAP = 1 << 30
_KIB = 1024

# What a client could say about itself and may not. Prefixes first.
SPOOFABLE_PREFIXES = (
    "x-watchword-",
    "x-forwarded-",
    "x-remote-",
    "x-auth-request-",
    "x-envoy-",
    "x-amzn-oidc-",
    "x-goog-",
)
SPOOFABLE = (
    "forwarded",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
    "x-original-url",
    "x-original-uri",
    "x-original-host",
    "x-rewrite-url",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-host",
    "remote-user",
    "x-user",
    "x-request-id",
    "proxy",
    "http2-settings",
)
# All that the check looks at. Method, path and host always go along; so does Authorization.
ASKED_WITH = (
    "cookie",
    "accept",
    "user-agent",
    "origin",
    "sec-fetch-mode",
    "sec-websocket-version",
    "x-forwarded-for",
    "x-request-id",
)
# Needs no file and no template: for whoever has no better ones.
PLAIN_PAGES = PlainPages()
_TOLD_UPSTREAM = ("x-watchword-jwt-assertion", STREAM_HEADER, "cookie")
_TOLD_CLIENT = (
    "allow",
    "cache-control",
    "content-security-policy",
    "content-type",
    "location",
    "referrer-policy",
    "retry-after",
    "www-authenticate",
    "x-content-type-options",
)


def dumps(value: Json) -> bytes:
    return json.dumps(value, indent=1, sort_keys=True).encode()


# The files.


def bootstrap(configuration: GatewayConfiguration, layout: EnvoyLayout, pages: RefusalPages = PLAIN_PAGES) -> Object:
    """Return what Envoy is started with: the listener, our own clusters, and where the rest is watched. `pages` draws
    what Envoy answers by itself; it is in the listener, which is not replaced before the next start."""
    return {
        **_process(layout),
        "static_resources": {
            "listeners": [_listener(configuration.listener, layout, {"rds": _watched_routes(layout)}, pages)],
            "clusters": _own_clusters(layout),
        },
        "dynamic_resources": {"cds_config": _watched(str(layout.clusters))},
    }


def complete(configuration: GatewayConfiguration, layout: EnvoyLayout, pages: RefusalPages = PLAIN_PAGES) -> Object:
    """Return the same with everything in one document, for `envoy --mode validate`, which watches no files."""
    routes: Object = {"route_config": route_configuration(configuration)}
    listener = _listener(configuration.listener, layout, routes, pages)
    return {
        **_process(layout),
        "static_resources": {
            "listeners": [listener],
            "clusters": [*_own_clusters(layout), *application_clusters(configuration, layout)],
            "secrets": [_secret(configuration.listener)] if configuration.listener.tls else [],
        },
    }


def routes_file(configuration: GatewayConfiguration) -> Object:
    return _discovery(
        configuration.revision,
        [{"@type": f"{_TYPE}envoy.config.route.v3.RouteConfiguration", **route_configuration(configuration)}],
    )


def clusters_file(revision: str, clusters: Sequence[Object]) -> Object:
    return _discovery(revision, [{"@type": f"{_TYPE}envoy.config.cluster.v3.Cluster", **c} for c in clusters])


def certificate_file(configuration: GatewayConfiguration) -> Object:
    if not configuration.listener.tls:
        return _discovery(configuration.revision, [])
    secret = _secret(configuration.listener)
    return _discovery(configuration.revision, [{"@type": f"{_EXT}transport_sockets.tls.v3.Secret", **secret}])


def _discovery(revision: str, resources: Sequence[Json]) -> Object:
    return {"version_info": revision, "resources": resources}


def _watched(path: str) -> Object:
    return {"path_config_source": {"path": path}, "resource_api_version": "V3"}


def _watched_routes(layout: EnvoyLayout) -> Object:
    return {"route_config_name": ROUTES, "config_source": _watched(str(layout.routes))}


def _process(layout: EnvoyLayout) -> Object:
    return {
        "node": {"id": "watchword-gateway", "cluster": "watchword"},
        "admin": {"address": {"pipe": {"path": str(layout.admin_socket), "mode": 0o600}}},
        "overload_manager": {
            "refresh_interval": "0.25s",
            "resource_monitors": [
                {
                    "name": "envoy.resource_monitors.global_downstream_max_connections",
                    "typed_config": {
                        "@type": f"{_EXT}resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
                        "max_active_downstream_connections": _CONNECTIONS,
                    },
                },
                {
                    "name": "envoy.resource_monitors.fixed_heap",
                    "typed_config": {
                        "@type": f"{_EXT}resource_monitors.fixed_heap.v3.FixedHeapConfig",
                        "max_heap_size_bytes": _HEAP,
                    },
                },
            ],
            "actions": [
                _heap_action("envoy.overload_actions.shrink_heap", 0.9),
                _heap_action("envoy.overload_actions.stop_accepting_requests", 0.95),
            ],
        },
    }


def _heap_action(name: str, threshold: float) -> Object:
    return {
        "name": name,
        "triggers": [{"name": "envoy.resource_monitors.fixed_heap", "threshold": {"value": threshold}}],
    }


# The listener.


def _listener(listener: Listener, layout: EnvoyLayout, routes: Object, pages: RefusalPages) -> Object:
    chain: Object = {
        "filters": [
            {
                "name": "envoy.filters.network.http_connection_manager",
                "typed_config": _connection_manager(layout, routes, pages),
            }
        ]
    }
    if listener.tls:
        chain["transport_socket"] = _downstream_tls(layout, static="route_config" in routes)
    return {
        "name": "gateway",
        "address": _socket_address(listener.address, listener.port),
        "per_connection_buffer_limit_bytes": 64 * _KIB,
        "filter_chains": [chain],
    }


def _downstream_tls(layout: EnvoyLayout, *, static: bool) -> Object:
    certificate: Object = {"name": CERTIFICATE}
    if not static:
        certificate["sds_config"] = _watched(str(layout.certificate))
    return {
        "name": "envoy.transport_sockets.tls",
        "typed_config": {
            "@type": f"{_EXT}transport_sockets.tls.v3.DownstreamTlsContext",
            "common_tls_context": {
                "tls_params": {"tls_minimum_protocol_version": "TLSv1_3", "tls_maximum_protocol_version": "TLSv1_3"},
                "alpn_protocols": ["h2", "http/1.1"],
                "tls_certificate_sds_secret_configs": [certificate],
            },
        },
    }


def _secret(listener: Listener) -> Object:
    return {
        "name": CERTIFICATE,
        "tls_certificate": {
            "certificate_chain": {"filename": listener.certificate},
            "private_key": {"filename": listener.private_key},
        },
    }


def _connection_manager(layout: EnvoyLayout, routes: Object, pages: RefusalPages) -> Object:
    manager: Object = {
        "@type": f"{_EXT}filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": STAT_PREFIX,
        **routes,
        # Who asks: the address of the connection and nothing else; no address is "internal".
        "use_remote_address": True,
        "xff_num_trusted_hops": 0,
        # Given, because the default is all private networks; one that no connection comes from.
        "internal_address_config": {"cidr_ranges": [{"address_prefix": "255.255.255.255", "prefix_len": 32}]},
        "early_header_mutation_extensions": [_early_header_mutation()],
        "always_set_request_id_in_response": True,
        "server_header_transformation": "PASS_THROUGH",
        # What is asked: one reading.
        "normalize_path": True,
        "merge_slashes": True,
        "path_with_escaped_slashes_action": "REJECT_REQUEST",
        "strip_any_host_port": True,
        "strip_trailing_host_dot": True,
        "common_http_protocol_options": {
            "headers_with_underscores_action": "REJECT_REQUEST",
            "max_headers_count": 100,
            "idle_timeout": "300s",
        },
        "http_protocol_options": {"allow_absolute_url": False},
        "http2_protocol_options": {
            "max_concurrent_streams": 100,
            "initial_stream_window_size": 64 * _KIB,
            "initial_connection_window_size": _KIB * _KIB,
            "allow_connect": True,
        },
        # How long.
        "request_headers_timeout": "10s",
        "stream_idle_timeout": "300s",
        "delayed_close_timeout": _DELAYED_CLOSE,
        "drain_timeout": "5s",
        # Off here, so that only the routes that say so may.
        "upgrade_configs": [
            {"upgrade_type": "websocket", "enabled": False},
            {"upgrade_type": "CONNECT", "enabled": False},
        ],
        "local_reply_config": _local_replies(pages),
        "http_filters": [_external_check(), _stream_holder(), _router()],
    }
    logs: list[Json] = [_own_answers()]
    if layout.access_log is not None:
        logs.append(
            {
                "name": "envoy.access_loggers.file",
                "typed_config": {
                    "@type": f"{_EXT}access_loggers.file.v3.FileAccessLog",
                    "path": str(layout.access_log),
                    "log_format": {"json_format": _ACCESS_LOG},
                },
            }
        )
    manager["access_log"] = logs
    return manager


def _own_answers() -> Object:
    """Tell us what Envoy answered by itself, through a buffer that it drops rather than lets grow: a flood costs no
    disk, and while the control plane is away nothing waits for it."""
    return {
        "name": "envoy.access_loggers.http_grpc",
        "filter": {
            "and_filter": {
                "filters": [
                    _status("GE", 400),
                    {
                        "extension_filter": {
                            "name": "envoy.access_loggers.extension_filters.cel",
                            "typed_config": {
                                "@type": f"{_EXT}access_loggers.filters.cel.v3.ExpressionFilter",
                                "expression": _BY_ENVOY_ITSELF,
                            },
                        }
                    },
                ]
            }
        },
        "typed_config": {
            "@type": f"{_EXT}access_loggers.grpc.v3.HttpGrpcAccessLogConfig",
            "common_config": {
                "log_name": "own-answers",
                "transport_api_version": "V3",
                "grpc_service": {"envoy_grpc": {"cluster_name": STREAMS}},
                "buffer_flush_interval": "1s",
                "buffer_size_bytes": 16 * _KIB,
            },
            "additional_response_headers_to_log": ["x-request-id"],
        },
    }


# Neither an application nor the check said it; what the check said is in the record with all that it knew.
_BY_ENVOY_ITSELF = (
    "!has(response.code_details) || !(response.code_details == 'via_upstream' "
    "|| response.code_details == 'ext_authz_denied' || response.code_details.startsWith('watchword_refused'))"
)


_ACCESS_LOG: Object = {
    "at": "%START_TIME%",
    "request": "%REQ(X-REQUEST-ID)%",
    "host": "%REQ(:AUTHORITY)%",
    "method": "%REQ(:METHOD)%",
    "status": "%RESPONSE_CODE%",
    "flags": "%RESPONSE_FLAGS%",
    "details": "%RESPONSE_CODE_DETAILS%",
    "duration_ms": "%DURATION%",
}


def _early_header_mutation() -> Object:
    prefixes: list[Json] = [{"remove_on_match": {"key_matcher": {"prefix": prefix}}} for prefix in SPOOFABLE_PREFIXES]
    return {
        "name": "envoy.http.early_header_mutation.header_mutation",
        "typed_config": {
            "@type": f"{_EXT}http.early_header_mutation.header_mutation.v3.HeaderMutation",
            "mutations": [*prefixes, *({"remove": name} for name in SPOOFABLE)],
        },
    }


def _external_check() -> Object:
    return {
        "name": _AUTHZ,
        "typed_config": {
            "@type": f"{_EXT}filters.http.ext_authz.v3.ExtAuthz",
            "transport_api_version": "V3",
            "failure_mode_allow": False,
            "status_on_error": {"code": "ServiceUnavailable"},
            "clear_route_cache": False,
            "allowed_headers": {"patterns": [_exactly(name) for name in ASKED_WITH]},
            "http_service": _check_service(NO_ROUTE),
        },
    }


def _check_service(route_id: str) -> Object:
    return {
        "server_uri": {"uri": "http://check", "cluster": CHECK, "timeout": _CHECK_TIMEOUT},
        "path_prefix": f"/authz/{route_id}",
        # Not X-Forwarded-For: for a connection over loopback Envoy writes the machine's own address there.
        "authorization_request": {
            "headers_to_add": [{"key": SOURCE_HEADER, "value": "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%"}]
        },
        "authorization_response": {
            "allowed_upstream_headers": {"patterns": [_exactly(name) for name in _TOLD_UPSTREAM]},
            "allowed_client_headers": {"patterns": [_exactly(name) for name in _TOLD_CLIENT]},
        },
    }


def _exactly(name: str) -> Object:
    return {"exact": name, "ignore_case": True}


def _stream_holder() -> Object:
    """The gRPC call that stays open as long as the exchange: aborting it ends the exchange."""
    return {
        "name": _PROC,
        "disabled": True,
        "typed_config": {
            "@type": f"{_EXT}filters.http.ext_proc.v3.ExternalProcessor",
            "grpc_service": _streams_service(NO_ROUTE),
            "failure_mode_allow": False,
            "status_on_error": {"code": "ServiceUnavailable"},
            "message_timeout": _CHECK_TIMEOUT,
            "processing_mode": _HEADERS_AND_TRAILERS,
        },
    }


# Trailers are what keeps the call open until the end: bodies never pass through us.
_HEADERS_AND_TRAILERS: Object = {
    "request_header_mode": "SEND",
    "response_header_mode": "SEND",
    "request_body_mode": "NONE",
    "response_body_mode": "NONE",
    "request_trailer_mode": "SEND",
    "response_trailer_mode": "SEND",
}


def _streams_service(route_id: str) -> Object:
    return {
        "envoy_grpc": {"cluster_name": STREAMS},
        "timeout": _CHECK_TIMEOUT,
        "initial_metadata": [{"key": ROUTE_METADATA, "value": route_id}],
    }


def _router() -> Object:
    return {
        "name": _ROUTER,
        "typed_config": {"@type": f"{_EXT}filters.http.router.v3.Router", "suppress_envoy_headers": True},
    }


# What Envoy answers by itself.


def _local_replies(pages: RefusalPages) -> Object:
    """Envoy's own 4xx and 5xx in our words. What the check answered is passed on as it is.

    A request that Envoy refuses to read still has the `x-request-id` that the client sent: it was refused before that
    header was removed. So an id from the request is repeated only where it has an id's form and Envoy got that far;
    elsewhere the reply gets one of its own.
    """
    checked: Object = {
        "filter": {
            "and_filter": {
                "filters": [
                    {"response_flag_filter": {"flags": ["UAEX"]}},
                    _status("LE", 499),
                ]
            }
        }
    }
    return {
        "mappers": [
            checked,
            *_replies(pages, _NOT_SERVED, [_status("GE", 500), _has_own_id()], _ID_OF_REQUEST),
            *_replies(pages, _NOT_SERVED, [_status("GE", 500)], _ID_OF_REPLY),
            *_replies(pages, _NOT_READ, [_status("GE", 400)], _ID_OF_REPLY),
        ]
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    reason: str
    title: str
    detail: str


_NOT_READ = _Words(
    reason="not-read",
    title="The gateway refused this request",
    detail="It is not one that can be read in one way alone, so it was not forwarded and nobody was asked. The address "
    "or a header has a form that is not accepted here.",
)
_NOT_SERVED = _Words(
    reason="not-served",
    title="Not available at the moment",
    detail="Whether this may pass could not be decided, or the application did not answer. Nothing passes undecided. "
    "Wait a moment and reload.",
)
_ID_OF_REQUEST = "%REQ(X-REQUEST-ID)%"
# Put there by the same mapper, before the body is written.
_ID_OF_REPLY = "%RESP(X-REQUEST-ID)%"


def _replies(pages: RefusalPages, words: _Words, filters: Sequence[Object], request_id: str) -> Iterator[Object]:
    """A page for whoever accepts one, and problem details (RFC 9457) for all others."""
    headers = [_header(name, value) for name, value in _REPLY_HEADERS]
    if request_id is _ID_OF_REPLY:
        headers.append(_header("x-request-id", "%UNIQUE_ID%"))
    yield {
        "filter": {"and_filter": {"filters": [*filters, _accepts_html()]}},
        "headers_to_add": [*headers, _header("content-security-policy", pages.content_security_policy)],
        "body_format_override": {
            "text_format_source": {"inline_string": _page(pages, words, request_id)},
            "content_type": "text/html; charset=utf-8",
        },
    }
    yield {
        "filter": filters[0] if len(filters) == 1 else {"and_filter": {"filters": filters}},
        "headers_to_add": headers,
        "body_format_override": {
            "json_format": {
                "type": PROBLEM_TYPE + words.reason,
                "title": words.title,
                "status": "%RESPONSE_CODE%",
                "detail": words.detail,
                "instance": f"urn:watchword:request:{request_id}",
                "request_id": request_id,
                "reason": words.reason,
            },
            "content_type": "application/problem+json",
        },
    }


def _status(operator: str, value: int) -> Object:
    # A comparison needs a runtime key; nothing sets it.
    return {
        "status_code_filter": {
            "comparison": {"op": operator, "value": {"default_value": value, "runtime_key": "watchword.unused"}}
        }
    }


def _accepts_html() -> Object:
    return {"header_filter": {"header": {"name": "accept", "string_match": {"contains": "text/html"}}}}


def _has_own_id() -> Object:
    """RFC 9562, 4: what Envoy makes, and nothing that could be read as anything else."""
    form = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    return {"header_filter": {"header": {"name": "x-request-id", "string_match": {"safe_regex": {"regex": form}}}}}


def _header(name: str, value: str) -> Object:
    return {"header": {"key": name, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}


_REPLY_HEADERS = (("cache-control", "no-store"), ("x-content-type-options", "nosniff"))
# What stands in a rendered page for what Envoy fills in.
_STATUS, _REQUEST_ID = 604_208_173, "604208173-request-id"


def _page(pages: RefusalPages, words: _Words, request_id: str) -> str:
    refusal = Refusal(
        status=_STATUS,
        reason=words.reason,
        title=words.title,
        detail=words.detail,
        request_id=_REQUEST_ID,
        host="",
        method="",
        path="",
    )
    # A percent sign starts one of Envoy's commands; there is none in the page but ours.
    page = pages.render(refusal).decode().replace("%", "%%")
    return page.replace(_REQUEST_ID, request_id).replace(str(_STATUS), "%RESPONSE_CODE%")


# Routes.


def route_configuration(configuration: GatewayConfiguration) -> Object:
    hosts: list[Json] = [_virtual_host(application, configuration) for application in configuration.applications]
    # RFC 9110, 15.5.20: a request for a host that nobody here is. The check says so, and records it.
    stranger: Object = {
        "name": "-",
        "domains": ["*"],
        "routes": [
            _refused_connect(),
            {
                "match": {"prefix": "/"},
                "direct_response": {"status": 421},
                "typed_per_filter_config": {_AUTHZ: _checked_as(NO_ROUTE)},
            },
        ],
    }
    result: Object = {
        "name": ROUTES,
        "virtual_hosts": [*hosts, stranger],
        "ignore_port_in_host_matching": True,
        "validate_clusters": False,
        # What upstreams are told of the client, our own pages among them. Envoy's own value is the machine's address
        # for a connection over loopback.
        "request_headers_to_add": [_header("x-forwarded-for", "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%")],
    }
    if configuration.listener.tls:
        # RFC 6797. A year; nothing about subdomains, which may not be ours.
        result["response_headers_to_add"] = [_header("strict-transport-security", "max-age=31536000")]
    return result


def _virtual_host(application: Application, configuration: GatewayConfiguration) -> Object:
    routes: list[Json] = []
    tunnelled = False
    for route in longest_first(application):
        check_routable(route)
        if route.tunnel:
            routes.append(_tunnel(application, route))
            tunnelled = True
        if not route.tunnel or route.methods:
            routes.extend(_route(application, route, configuration))
    if not tunnelled:
        routes.insert(0, _refused_connect())
    routes.append(
        {
            "match": {"prefix": "/"},
            "direct_response": {"status": 404},
            "typed_per_filter_config": {_AUTHZ: _checked_as(NO_ROUTE)},
        }
    )
    return {"name": application.name, "domains": [application.host], "routes": routes}


def _route(application: Application, route: Route, configuration: GatewayConfiguration) -> list[Json]:
    action: Object = {
        "cluster": cluster_name(route.upstream or application.upstream),
        "timeout": "0s" if route.streams else _ROUTE_TIMEOUT,
        # The origin that browsers know, whatever port or dot the client wrote.
        "host_rewrite_literal": configuration.origin(application.host).partition("://")[2],
    }
    per_filter: Object = {_AUTHZ: _checked_as(route.id)}
    if route.streams:
        action["idle_timeout"] = "0s"
        action["upgrade_configs"] = [{"upgrade_type": "websocket", "enabled": True}]
        per_filter[_PROC] = _held_as(route.id)
    built: Object = {
        "name": route.id,
        "match": _match(route),
        "route": action,
        "typed_per_filter_config": per_filter,
        "request_headers_to_add": [
            _header("x-forwarded-host", configuration.origin(application.host).partition("://")[2])
        ],
    }
    if not is_own_page(application, route) and route.access is Access.PUBLIC:
        built["request_headers_to_remove"] = ["x-watchword-jwt-assertion"]
    return [built]


def _match(route: Route) -> Object:
    if route.match is Match.EXACT:
        return {"path": route.path}
    if route.path == "/":
        return {"prefix": "/"}
    return {"path_separated_prefix": route.path}


def _tunnel(application: Application, route: Route) -> Object:
    """CONNECT is checked by the holder of streams: as HTTP/1 a check that says 200 to CONNECT would open a tunnel to
    itself."""
    return {
        "name": f"{route.id}#tunnel",
        "match": {"connect_matcher": {}},
        "route": {
            "cluster": cluster_name(route.upstream or application.upstream),
            "timeout": "0s",
            "idle_timeout": "0s",
            "upgrade_configs": [{"upgrade_type": "CONNECT", "enabled": True, "connect_config": {}}],
        },
        "typed_per_filter_config": {
            _AUTHZ: {"@type": f"{_EXT}filters.http.ext_authz.v3.ExtAuthzPerRoute", "disabled": True},
            _PROC: _held_as(route.id),
        },
    }


def _refused_connect() -> Object:
    """CONNECT where it is not enabled: Envoy refuses it before any filter looks. This says so a second time."""
    return {
        "match": {"connect_matcher": {}},
        "direct_response": {"status": 405},
        "typed_per_filter_config": {
            _AUTHZ: {"@type": f"{_EXT}filters.http.ext_authz.v3.ExtAuthzPerRoute", "disabled": True},
        },
    }


def _checked_as(route_id: str) -> Object:
    return {
        "@type": f"{_EXT}filters.http.ext_authz.v3.ExtAuthzPerRoute",
        "check_settings": {"http_service": _check_service(route_id)},
    }


def _held_as(route_id: str) -> Object:
    return {
        "@type": f"{_EXT}filters.http.ext_proc.v3.ExtProcPerRoute",
        "overrides": {"grpc_service": _streams_service(route_id), "processing_mode": _HEADERS_AND_TRAILERS},
    }


# Clusters.


def application_clusters(configuration: GatewayConfiguration, layout: EnvoyLayout) -> list[Object]:
    """One a distinct upstream, named by its content, so that changing one never disturbs another.

    Raises `InvalidInputError` for an upstream without an address, or with TLS where no roots to verify it by are known.
    """
    upstreams = {
        cluster_name(upstream): upstream
        for application in configuration.applications
        for upstream in (application.upstream, *(route.upstream for route in application.routes))
        if upstream is not None
    }
    return [_upstream_cluster(name, upstream, layout.trusted_roots) for name, upstream in sorted(upstreams.items())]


def cluster_name(upstream: Upstream) -> str:
    said = f"{upstream.socket}\n{upstream.host}\n{upstream.port}\n{upstream.tls}"
    return f"upstream-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _upstream_cluster(name: str, upstream: Upstream, roots: Path | None) -> Object:
    if upstream.socket:
        return _cluster(name, {"pipe": {"path": upstream.socket}}, static=True)
    if not upstream.host or not upstream.port:
        raise InvalidInputError("an upstream needs an address", code="upstream.address")
    # RFC 6761, 6.3: this machine, and no question for a name server. One address and not also `::1`: otherwise another
    # user of this machine could listen on the one that the application does not have, and be sent its requests.
    here = upstream.host == "localhost" or upstream.host.endswith(".localhost")
    host = "127.0.0.1" if here else upstream.host
    cluster = _cluster(name, _socket_address(host, upstream.port), static=_is_address(host))
    if upstream.tls:
        if roots is None:
            # Envoy would take any certificate.
            raise InvalidInputError(
                "no certificates to verify an upstream's TLS by",
                code="upstream.roots",
                hint="install the system's CA certificates",
            )
        cluster["transport_socket"] = {
            "name": "envoy.transport_sockets.tls",
            "typed_config": {
                "@type": f"{_EXT}transport_sockets.tls.v3.UpstreamTlsContext",
                # RFC 6066, 3: addresses are not permitted as a server's name.
                "sni": "" if _is_address(upstream.host) else upstream.host,
                "common_tls_context": {
                    "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
                    "validation_context": {
                        "trusted_ca": {"filename": str(roots)},
                        "match_typed_subject_alt_names": [
                            {
                                "san_type": "IP_ADDRESS" if _is_address(upstream.host) else "DNS",
                                "matcher": {"exact": upstream.host},
                            }
                        ],
                    },
                },
            },
        }
    return cluster


def _own_clusters(layout: EnvoyLayout) -> list[Object]:
    streams = _cluster(STREAMS, {"pipe": {"path": str(layout.streams_socket)}}, static=True)
    streams["typed_extension_protocol_options"] = _protocol({"http2_protocol_options": {}})
    return [_cluster(CHECK, {"pipe": {"path": str(layout.check_socket)}}, static=True), streams]


def _cluster(name: str, address: Object, *, static: bool) -> Object:
    return {
        "name": name,
        "type": "STATIC" if static else "STRICT_DNS",
        # By default a name that has an IPv6 address is never tried on IPv4, whether or not there is a way to it.
        "dns_lookup_family": "V4_PREFERRED",
        "connect_timeout": "2s",
        "per_connection_buffer_limit_bytes": 64 * _KIB,
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address}}]}],
        },
        "circuit_breakers": {
            "thresholds": [
                {
                    "max_connections": _CONNECTIONS,
                    "max_pending_requests": _CONNECTIONS,
                    "max_requests": _CONNECTIONS,
                    "max_retries": 3,
                }
            ]
        },
        "typed_extension_protocol_options": _protocol({"http_protocol_options": {}}),
    }


def _protocol(explicit: Object) -> Object:
    return {
        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
            "@type": f"{_EXT}upstreams.http.v3.HttpProtocolOptions",
            "explicit_http_config": explicit,
        }
    }


def _socket_address(host: str, port: int) -> Object:
    return {"socket_address": {"address": host, "port_value": port}}


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
