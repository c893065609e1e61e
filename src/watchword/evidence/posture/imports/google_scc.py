"""Findings of Google's Security Command Center: `gcloud scc findings list --format json`, or the API's answer.

Facts: Security Command Center API v2, `Finding`. The check is the category (`PUBLIC_BUCKET_ACL`). What is not active is
left out; what is muted is suppressed there.
"""

from typing import Final

from watchword.evidence.posture.imports.document import Document
from watchword.evidence.posture.imports.model import LONGEST_NAME, SEVERITIES, Finding, Reading

NAME: Final = "google_scc"


def fits(whole: Document) -> bool:
    one = _results(whole).first()
    return one.is_object and one["finding"].is_object and "category" in one["finding"]


def read(whole: Document) -> Reading:
    findings: list[Finding] = []
    left_out = 0
    for one in _results(whole).items():
        finding = one["finding"]
        if finding.text("state") not in {"ACTIVE", ""}:
            left_out += 1
            continue
        findings.append(
            Finding(
                tool=NAME,
                id=finding.name("category"),
                message=finding.text("description"),
                severity=SEVERITIES.get(finding.text("severity").lower()),
                address=finding.text("resourceName", longest=LONGEST_NAME) or one["resource"].text("name"),
                path=finding.text("parent", longest=LONGEST_NAME),
                remedy=finding.text("nextSteps"),
                reference=finding.text("externalUri"),
                suppressed="" if finding.text("mute") == "MUTED" else None,
            )
        )
    return Reading(form=NAME, findings=tuple(findings), left_out=left_out, tools=(NAME,))


def _results(whole: Document) -> Document:
    for name in ("listFindingsResults", "findings"):
        if whole.is_object and whole[name].is_list:
            return whole[name]
    return whole
