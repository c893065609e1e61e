"""Assessments of an estate: Scan Activity (6007). No finding is a record by itself: an estate has thousands."""

from watchword.evidence.events import AssessmentKept
from watchword.evidence.ledger._ocsf.encoding import SUCCESS, Activity, Attributes, Severity, actor, encodes

_MANUAL, _SCHEDULED = 1, 2
# Who assesses without being asked; anybody else is a person, or the operator at the command line.
_BY_ITSELF = "watchword"


@encodes(AssessmentKept)
def assessment_kept(event: AssessmentKept) -> Attributes:
    failing, passing = event.verdicts.get("fail", 0), event.verdicts.get("pass", 0)
    unknown = event.verdicts.get("unknown", 0) + event.verdicts.get("error", 0)
    return {
        **Activity.SCAN_COMPLETED.attributes,
        **SUCCESS,
        "severity_id": Severity.INFORMATIONAL,
        "message": f"{event.estate} was assessed: {failing} fail, {unknown} are not known, {event.introduced} are new, "
        f"{event.fixed} are fixed",
        "actor": actor(event.actor),
        "scan": {
            "name": event.estate,
            "uid": str(event.run),
            "type_id": _SCHEDULED if event.actor == _BY_ITSELF else _MANUAL,
        },
        "total": event.assets,
        "num_files": event.files,
        "num_detections": failing,
        "num_resolutions": event.fixed,
        "num_trusted_items": passing,
        "num_skipped_items": unknown,
    }
