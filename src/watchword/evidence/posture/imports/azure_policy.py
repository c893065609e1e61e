"""States of Azure Policy: `az policy state list`, or the answer of the Policy Insights API (`value`).

Facts: Azure REST API, Policy Insights, `PolicyState`. The check is the policy's definition within its initiative, else
its name; no severity is said.
"""

from typing import Final

from watchword.evidence.posture.imports.document import Document
from watchword.evidence.posture.imports.model import LONGEST_NAME, Finding, Reading
from watchword.evidence.posture.model import Verdict

NAME: Final = "azure_policy"
_VERDICTS: Final = {
    "noncompliant": Verdict.FAIL,
    "unknown": Verdict.UNKNOWN,
    "error": Verdict.UNKNOWN,
    "conflict": Verdict.FAIL,
}


def fits(whole: Document) -> bool:
    one = _states(whole).first()
    return one.is_object and "complianceState" in one and "policyAssignmentId" in one


def read(whole: Document) -> Reading:
    findings: list[Finding] = []
    passed = left_out = 0
    for one in _states(whole).items():
        state = one.text("complianceState").lower()
        if state in _VERDICTS:
            findings.append(_finding(one, _VERDICTS[state]))
        elif state == "compliant":
            passed += 1
        else:
            left_out += 1  # exempt, not started, not applicable
    return Reading(form=NAME, findings=tuple(findings), passed=passed, left_out=left_out, tools=(NAME,))


def _states(whole: Document) -> Document:
    return whole["value"] if whole.is_object and whole["value"].is_list else whole


def _finding(one: Document, verdict: Verdict) -> Finding:
    name = one.text("policyDefinitionReferenceId", longest=LONGEST_NAME) or one.name("policyDefinitionName")
    return Finding(
        tool=NAME,
        id=name,
        title=one.text("policyDefinitionDisplayName"),
        message=f"{one.text('resourceType')} is not as the policy {name} wants it",
        address=one.text("resourceId", longest=LONGEST_NAME),
        path=one.text("policyAssignmentName", longest=LONGEST_NAME),
        verdict=verdict,
    )
