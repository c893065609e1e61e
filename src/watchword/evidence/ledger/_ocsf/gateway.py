"""Decisions at the gateway: API Activity (6003), with the security control profile's action and disposition.

HTTP Activity (4002) would describe bytes on a network; what we record is that somebody asked for an action on a
resource and what the policies said, which is what 6003 has `actor`, `resources` and `authorizations` for.
"""

from watchword.enforcement.gateway.events import AccessDecided, StreamCut
from watchword.evidence.ledger._ocsf.encoding import (
    FAILURE,
    SUCCESS,
    Activity,
    Attributes,
    Severity,
    encodes,
    endpoint,
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
    **SUCCESS, "severity_id": 1, "action_id": 1, "action": "Allowed", "disposition_id": 1, "disposition": "Allowed"
}  # fmt: skip
_DENIED: Attributes = {
    **FAILURE, "severity_id": 2, "action_id": 2, "action": "Denied", "disposition_id": 2, "disposition": "Blocked"
}  # fmt: skip
_BY_METHOD_AND_OUTCOME: dict[tuple[str, bool], Attributes] = {
    (method, allowed): {**activity.attributes, **(_ALLOWED if allowed else _DENIED)}
    for method, activity in [*_BY_METHOD.items(), ("", Activity.OTHER_REQUEST)]
    for allowed in (True, False)
}


@encodes(AccessDecided)
def access_decided(event: AccessDecided) -> Attributes:
    # Written out rather than composed: this runs once for every request that passes the gateway.
    allowed = event.outcome == "Allowed"
    method = event.method
    path = event.path
    origin = event.origin
    found = _BY_METHOD_AND_OUTCOME[method if method in _BY_METHOD else "", allowed].copy()
    found["message"] = f"{method} {event.application}{path}: {event.outcome} ({event.reason})"
    found["status_code"] = event.reason
    found["duration"] = event.duration_us // 1000
    found["actor"] = (
        {"user": {"name": event.email or "anonymous"}}
        if event.person_id is None
        else {"user": {"name": event.email, "uid": event.person_id}, "session": {"uid": event.session_id}}
    )
    address = origin.source_ip
    found["src_endpoint"] = {"name": address, "ip": address} if address else {"name": "unknown"}
    found["api"] = {"operation": "http:" + method, "request": {"uid": event.request_id}}
    found["http_request"] = {
        "http_method": method,
        "url": {"hostname": event.host, "path": path},
        "user_agent": origin.user_agent or "",
    }
    found["http_response"] = {"code": event.status}
    found["resources"] = [{"name": event.application + path, "uid": "arn:watchword:app:::" + event.application + path}]
    if event.statements:
        found["authorizations"] = [
            {"decision": event.outcome, "policy": {"name": s.policy, "uid": str(s)}} for s in event.statements
        ]
    return found


@encodes(StreamCut)
def stream_cut(event: StreamCut) -> Attributes:
    return {
        **Activity.OTHER_REQUEST.attributes,
        **SUCCESS,
        "severity_id": Severity.INFORMATIONAL,
        "action_id": 2,
        "action": "Denied",
        "disposition_id": 24,
        "disposition": "Access Revoked",
        "status_code": event.reason,
        "message": f"An open stream to {event.application} was cut: {event.reason}",
        "actor": {"user": user(event.email, event.person_id), "session": {"uid": event.session_id or "none"}},
        "src_endpoint": endpoint(event.origin),
        "api": {"operation": "watchword:CutStream", "request": {"uid": event.request_id}},
        "resources": [{"name": event.application, "uid": "arn:watchword:app:::" + event.application}],
    }
