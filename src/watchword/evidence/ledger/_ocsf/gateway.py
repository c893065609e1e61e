"""Decisions at the gateway: API Activity (6003), with the security control profile's action and disposition.

HTTP Activity (4002) would describe bytes on a network; what we record is that somebody asked for an action on a
resource and what the policies said, which is what 6003 has `actor`, `resources` and `authorizations` for.
"""

from watchword.enforcement.gateway.events import AccessDecided, GatewayAnswered, StreamCut
from watchword.evidence.ledger._ocsf.encoding import (
    ANONYMOUS,
    FAILURE,
    SUCCESS,
    Activity,
    Attributes,
    Severity,
    encodes,
    endpoint,
    epoch,
    user,
)

_BY_METHOD = {
    "GET": Activity.READ,
    "HEAD": Activity.READ,
    "OPTIONS": Activity.READ,
    "POST": Activity.CREATE,
    "PUT": Activity.UPDATE,
    "PATCH": Activity.UPDATE,
    "DELETE": Activity.DELETE,
}
_ALLOWED: Attributes = {
    **SUCCESS, "severity_id": 1, "action_id": 1, "disposition_id": 1
}  # fmt: skip
_DENIED: Attributes = {
    **FAILURE, "severity_id": 2, "action_id": 2, "disposition_id": 2
}  # fmt: skip
_NOWHERE: Attributes = {"name": "unknown"}
_BY_METHOD_AND_OUTCOME: dict[tuple[str, bool], Attributes] = {
    (method, allowed): {**activity.attributes, **(_ALLOWED if allowed else _DENIED)}
    for method, activity in [*_BY_METHOD.items(), ("", Activity.OTHER_REQUEST)]
    for allowed in (True, False)
}


@encodes(AccessDecided)
def access_decided(event: AccessDecided) -> Attributes:
    # Written out rather than composed, and each value once: this runs for every request that passes the gateway.
    # `fields_of_decision` finds everything again.
    allowed = event.outcome == "Allowed"
    method = event.method
    resource = event.application + event.path
    origin = event.origin
    address = origin.source_ip
    found = _BY_METHOD_AND_OUTCOME[method if method in _BY_METHOD else "", allowed].copy()
    found["status_code"] = event.reason
    actor: Attributes = {"user": user(event.email or ANONYMOUS, event.person_id)}
    if event.session_id is not None:
        actor["session"] = {"uid": event.session_id}
    found["actor"] = actor
    found["src_endpoint"] = {"name": address, "ip": address} if address else _NOWHERE
    found["api"] = {"operation": "http:" + method, "request": {"uid": event.request_id}}
    found["http_request"] = {
        "http_method": method,
        "url": {"hostname": event.host, "path": event.path},
        "user_agent": origin.user_agent or "",
    }
    found["http_response"] = {"code": event.status}
    found["resources"] = [{"uid": "arn:watchword:app:::" + resource}]
    kept = {
        "at": event.at,
        "outcome": event.outcome,
        "application": event.application,
        "route": event.route,
        "assurance": event.assurance,
        "statements": [
            {"policy": s.policy, "layer": s.layer, "index": s.index, "sid": s.sid, "line": s.line}
            for s in event.statements
        ],
        "blocking_layer": event.blocking_layer,
        "missing_keys": event.missing_keys,
        "policy_revision": event.policy_revision,
        "configuration_revision": event.configuration_revision,
        "privileged": event.privileged,
        "duration_us": event.duration_us,
    }
    if event.auth_age is not None:
        kept["groups"] = event.groups
        kept["auth_age"] = event.auth_age
        kept["tls"] = event.tls
        if event.risk_level is not None:
            kept["risk_level"] = event.risk_level
            kept["risk_score"] = event.risk_score
    found["unmapped"] = {"watchword": kept}
    return found


@encodes(StreamCut)
def stream_cut(event: StreamCut) -> Attributes:
    return {
        **Activity.OTHER_REQUEST.attributes,
        **SUCCESS,
        "severity_id": Severity.INFORMATIONAL,
        "action_id": 2,
        "disposition_id": 24,
        "status_code": event.reason,
        "message": f"An open stream to {event.application} was cut: {event.reason}",
        "actor": {"user": user(event.email, event.person_id), "session": {"uid": event.session_id or "none"}},
        "src_endpoint": endpoint(event.origin),
        "api": {"operation": "watchword:CutStream", "request": {"uid": event.request_id}},
        "resources": [{"name": event.application, "uid": "arn:watchword:app:::" + event.application}],
    }


@encodes(GatewayAnswered)
def gateway_answered(event: GatewayAnswered) -> Attributes:
    origin = event.origin
    found: Attributes = {
        **Activity.OTHER_REQUEST.attributes,
        **_DENIED,
        "status_code": event.reason,
        "message": f"The gateway itself answered {event.count} requests with {event.status or 'several statuses'}: "
        f"{event.reason}",
        "count": event.count,
        "start_time": epoch(event.since),
        "end_time": epoch(event.at),
        "actor": {"user": user(ANONYMOUS)},
        "src_endpoint": {"name": origin.source_ip, "ip": origin.source_ip} if origin.source_ip else _NOWHERE,
        "api": {"operation": "watchword:AnswerRequest"},
        "http_request": {
            "http_method": event.method or "unknown",
            "url": {"hostname": event.host or "unknown", "path": event.path or "/"},
            "user_agent": origin.user_agent or "",
        },
        "http_response": {"code": event.status},
    }
    if origin.request_id is not None:
        found["api"] = {"operation": "watchword:AnswerRequest", "request": {"uid": origin.request_id}}
    if event.detail:
        found["status_detail"] = event.detail
    return found
