"""OCSF 1.8 compliance findings (class 2003), one a line: for the store that takes in everything else that happens.

Passes are told as well, because a store asks what was looked at. What is not applicable is left out. `time` is the day
of the scan at midnight, UTC. What is waived has the status Suppressed, and fails.

Source: OCSF schema 1.8.0, class `compliance_finding`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Final

from watchword.evidence.posture.formats.json_form import Json, encoded
from watchword.evidence.posture.model import Result, Severity, Verdict
from watchword.evidence.posture.report import Report

_SEVERITIES: Final = {Severity.LOW: 2, Severity.MEDIUM: 3, Severity.HIGH: 4, Severity.CRITICAL: 5}
_INFORMATIONAL: Final = 1
_STATES: Final = {  # of `compliance.status_id`
    Verdict.PASS: (1, "Pass"),
    Verdict.FAIL: (3, "Fail"),
    Verdict.WAIVED: (3, "Fail"),
    Verdict.UNKNOWN: (2, "Warning"),
    Verdict.ERROR: (2, "Warning"),
}
_STANDARDS: Final = {
    "nist_800_53": "NIST SP 800-53 Rev. 5",
    "cis_aws": "CIS AWS Foundations Benchmark",
    "cis_azure": "CIS Microsoft Azure Foundations Benchmark",
    "cis_gcp": "CIS Google Cloud Platform Foundation Benchmark",
    "cis_kubernetes": "CIS Kubernetes Benchmark",
    "pci_dss_4": "PCI DSS 4",
    "soc_2": "SOC 2",
    "iso_27001": "ISO/IEC 27001",
}


def render(report: Report) -> Iterator[str]:
    at = 0
    if report.day is not None:
        at = int(datetime.combine(report.day, time(), UTC).timestamp()) * 1000
    for result in report.results:
        if result.verdict is not Verdict.NOT_APPLICABLE:
            yield encoded(_event(result, at)) + "\n"


def _event(result: Result, at: int) -> Json:
    check = result.check
    failing = result.verdict in {Verdict.FAIL, Verdict.WAIVED}
    state, word = _STATES[result.verdict]
    frameworks = check.frameworks.by_framework()
    resource: dict[str, Json] = {"uid": f"{result.root}#{result.address}", "name": result.address}
    if result.asset is not None:
        resource["type"] = result.asset.native_type
    return {
        "activity_id": 1,
        "category_uid": 2,
        "class_uid": 2003,
        "type_uid": 200301,
        "time": at,
        "severity_id": _SEVERITIES[check.severity] if failing else _INFORMATIONAL,
        "status_id": 3 if result.verdict is Verdict.WAIVED else 1,
        "message": result.words or check.title,
        "metadata": {
            "version": "1.8.0",
            "event_code": check.id,
            "product": {"name": "Watchword", "vendor_name": "Watchword"},
        },
        "finding_info": {
            "uid": result.fingerprint,
            "title": check.title,
            "desc": check.why,
            "types": [check.function.value],
            **({"src_url": check.references[0]} if check.references else {}),
        },
        "compliance": {
            "control": check.id,
            "status": word,
            "status_id": state,
            "status_code": result.verdict.value,
            **({"status_detail": result.words} if result.words else {}),
            "standards": [_STANDARDS[name] for name in frameworks],
            "requirements": [
                f"{_STANDARDS[name]} {control}" for name, controls in frameworks.items() for control in controls
            ],
        },
        "remediation": {"desc": check.remedy},
        "resources": [resource],
        "unmapped": {"file": result.place.file, "line": result.spot.line, "end_line": result.spot.end_line},
    }
