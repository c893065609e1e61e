"""Runtime compliance: passes as Scan Activity (6007), reports and packs as API Activity, remedies as 7001."""

from watchword.evidence.events import ComplianceReported, EstateExamined, EvidencePackSealed, RemediationStepTaken
from watchword.evidence.ledger._ocsf.encoding import (
    FAILURE,
    SUCCESS,
    Activity,
    Attributes,
    Severity,
    actor,
    encodes,
    endpoint,
    epoch,
)

# OCSF, object "scan", `type_id`.
_SCAN_TYPES = {"manual": 1, "schedule": 2, "change": 3}
_OTHER = 99


@encodes(EstateExamined)
def estate_examined(event: EstateExamined) -> Attributes:
    complete = event.ended == "complete"
    findings = event.critical + event.high + event.medium + event.low
    if not complete:
        severity, says = Severity.HIGH, f"The estate {event.estate} could not be examined"
    else:
        severity = Severity.LOW if event.introduced else Severity.INFORMATIONAL
        says = f"The estate {event.estate} was examined: {findings} findings, {event.unknown} not known"
    return {
        **(Activity.SCAN_COMPLETED if complete else Activity.SCAN_ERROR).attributes,
        **(SUCCESS if complete else FAILURE),
        "severity_id": severity,
        "message": says,
        "status_detail": event.detail or event.cause,
        "actor": actor(event.actor),
        "scan": {
            "name": event.estate,
            "uid": event.pass_id,
            "type": event.trigger,
            "type_id": _SCAN_TYPES.get(event.trigger, _OTHER),
        },
        "start_time": epoch(event.started),
        "end_time": epoch(event.at),
        "num_detections": findings,
    }


@encodes(ComplianceReported)
def compliance_reported(event: ComplianceReported) -> Attributes:
    return {
        **Activity.CREATE.attributes,
        **SUCCESS,
        "severity_id": Severity.INFORMATIONAL,
        "message": f"The {event.period} report on {', '.join(event.estates)} was written",
        "actor": actor(event.actor),
        "src_endpoint": endpoint(event.origin),
        "api": {"operation": "watchword:WriteComplianceReport"},
        "resources": [{"name": f"{event.period} report", "type": "compliance-report", "uid": event.digest}],
    }


@encodes(EvidencePackSealed)
def evidence_pack_sealed(event: EvidencePackSealed) -> Attributes:
    return {
        **Activity.CREATE.attributes,
        **SUCCESS,
        "severity_id": Severity.INFORMATIONAL,
        "message": f"An evidence pack for {event.framework} was sealed: {event.controls} controls",
        "actor": actor(event.actor),
        "src_endpoint": endpoint(event.origin),
        "api": {"operation": "watchword:SealEvidencePack"},
        "resources": [{"name": event.framework, "type": "evidence-pack", "uid": event.digest}],
    }


@encodes(RemediationStepTaken)
def remediation_step_taken(event: RemediationStepTaken) -> Attributes:
    back = event.step == "rolled-back"
    on = f" {event.action} on {event.resource}" if event.resource else ""
    return {
        **(Activity.REMEDY_RESTORE if back else Activity.REMEDY_HARDEN).attributes,
        **(SUCCESS if event.succeeded else FAILURE),
        "severity_id": Severity.LOW if event.succeeded else Severity.HIGH,
        "message": f"Remediation {event.set_id} {event.step}{on}",
        "status_detail": event.detail,
        "actor": actor(event.actor),
        "command_uid": event.set_id,
    }
