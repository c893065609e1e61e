"""Prowler's JSON: OCSF detection findings (versions 4 and 5), or its own form (version 3).

Facts: Prowler's documentation, "Reporting" (JSON-OCSF: `metadata.event_code` is the check, `status_code` PASS, FAIL or
MANUAL, `status` Suppressed for what its mute list covers; native JSON: `CheckID`, `Status`), and OCSF 1.x, class
2004. It looks at accounts: a resource is named by its ARN, and there is no file.
"""

from typing import Final

from watchword.evidence.posture.imports.document import Document
from watchword.evidence.posture.imports.model import LONGEST_NAME, SEVERITIES, Finding, Reading
from watchword.evidence.posture.model import Verdict

NAME: Final = "prowler"
_OUTSIDE: Final = frozenset({"INFO", "WARNING"})


def fits(whole: Document) -> bool:
    one = whole.first()
    ocsf = one.is_object and "status_code" in one and "finding_info" in one and "event_code" in one["metadata"]
    return ocsf or (one.is_object and "CheckID" in one and "Status" in one)


def read(whole: Document) -> Reading:
    findings: list[Finding] = []
    passed = left_out = 0
    for one in whole.items():
        status = (one.text("status_code") or one.text("Status")).upper()
        if status == "PASS":
            passed += 1
        elif status in _OUTSIDE:
            left_out += 1
        else:
            findings.append(_ocsf(one, status) if "metadata" in one else _native(one, status))
    return Reading(form=NAME, findings=tuple(findings), passed=passed, left_out=left_out, tools=(NAME,))


def _ocsf(one: Document, status: str) -> Finding:
    resource = one["resources"].first()
    uid = resource.text("uid", longest=LONGEST_NAME) or resource.text("name", longest=LONGEST_NAME)
    return Finding(
        tool=NAME,
        id=one["metadata"].name("event_code"),
        title=one["finding_info"].text("title"),
        message=one.text("status_detail") or one.text("message"),
        severity=SEVERITIES.get(one.text("severity").lower()),
        address=uid,
        path=resource.text("region"),
        remedy=one["remediation"].text("desc"),
        reference=one["remediation"]["references"].first().word(),
        verdict=Verdict.UNKNOWN if status == "MANUAL" else Verdict.FAIL,
        suppressed="" if one.text("status").lower() == "suppressed" else None,
    )


def _native(one: Document, status: str) -> Finding:
    advice = one["Remediation"]["Recommendation"]
    return Finding(
        tool=NAME,
        id=one.name("CheckID"),
        title=one.text("CheckTitle"),
        message=one.text("StatusExtended"),
        severity=SEVERITIES.get(one.text("Severity").lower()),
        address=one.text("ResourceArn", longest=LONGEST_NAME) or one.text("ResourceId", longest=LONGEST_NAME),
        path=one.text("Region"),
        remedy=advice.text("Text"),
        reference=advice.text("Url"),
        verdict=Verdict.UNKNOWN if status == "MANUAL" else Verdict.FAIL,
        suppressed="" if status == "MUTED" else None,
    )
