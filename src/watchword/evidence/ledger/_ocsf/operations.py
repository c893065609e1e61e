"""Running Watchword: configuration as API Activity (6003), processes as Application Lifecycle (6002)."""

from watchword.evidence.ledger._ocsf.encoding import (
    FAILURE,
    SUCCESS,
    Activity,
    Attributes,
    Severity,
    actor,
    encodes,
    endpoint,
)
from watchword.kernel.events import ConfigurationApplied, ConfigurationRefused, ProcessChanged

_CONFIGURATION: Attributes = {"name": "configuration", "type": "configuration"}
# How `app` calls what it does to a process; anything else is unforeseen, and ranks as such.
_CHANGES = {
    "started": Activity.START,
    "ready": Activity.START,
    "stopped": Activity.STOP,
    "restarted": Activity.RESTART,
}


@encodes(ConfigurationApplied)
def configuration_applied(event: ConfigurationApplied) -> Attributes:
    return {
        **Activity.UPDATE.attributes,
        **SUCCESS,
        "severity_id": Severity.LOW,
        "message": f"Configuration {event.revision} was applied",
        "actor": actor(event.actor),
        "src_endpoint": endpoint(event.origin),
        "api": {"operation": "watchword:ApplyConfiguration"},
        "resources": [{**_CONFIGURATION, "version": event.revision}],
    }


@encodes(ConfigurationRefused)
def configuration_refused(event: ConfigurationRefused) -> Attributes:
    return {
        **Activity.UPDATE.attributes,
        **FAILURE,
        "severity_id": Severity.LOW,
        "message": f"A configuration was refused: {len(event.problems)} problems",
        "status_detail": "; ".join(event.problems),
        "actor": actor(event.actor),
        "src_endpoint": endpoint(event.origin),
        "api": {"operation": "watchword:ApplyConfiguration"},
        "resources": [_CONFIGURATION],
    }


@encodes(ProcessChanged)
def process_changed(event: ProcessChanged) -> Attributes:
    activity = _CHANGES.get(event.change)
    return {
        **(activity or Activity.PROCESS_OTHER).attributes,
        **(SUCCESS if activity else FAILURE),
        "severity_id": Severity.INFORMATIONAL if activity else Severity.HIGH,
        "message": f"{event.process}: {event.change}",
        "status_detail": event.detail,
        "app": {"name": event.process, "vendor_name": "Watchword"},
    }
