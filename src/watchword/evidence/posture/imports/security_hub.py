"""Findings in the AWS Security Finding Format: `aws securityhub get-findings`, a list of them, or an event of it.

Facts: AWS Security Hub User Guide, "AWS Security Finding Format (ASFF) syntax". Of what other products write into it,
the product's name is the tool's. `Compliance.SecurityControlId` (S3.8) is the check; findings without a status are
what a detector saw and fail. What is archived or resolved is left out.
"""

from typing import Final

from watchword.evidence.posture.imports.document import Document
from watchword.evidence.posture.imports.model import LONGEST_NAME, SEVERITIES, Finding, Reading
from watchword.evidence.posture.model import Verdict

NAME: Final = "security_hub"
_VERDICTS: Final = {
    "FAILED": Verdict.FAIL,
    "WARNING": Verdict.UNKNOWN,
    "NOT_AVAILABLE": Verdict.UNKNOWN,
    "": Verdict.FAIL,
}


def fits(whole: Document) -> bool:
    one = _findings(whole)
    return one.is_list and one.first().is_object and "ProductArn" in one.first() and "GeneratorId" in one.first()


def read(whole: Document) -> Reading:
    findings: list[Finding] = []
    tools: dict[str, None] = {}
    passed = left_out = 0
    for one in _findings(whole).items():
        status = one["Compliance"].text("Status")
        if one.text("RecordState") == "ARCHIVED" or one["Workflow"].text("Status") == "RESOLVED":
            left_out += 1
        elif status in _VERDICTS:
            findings.append(_finding(one, _VERDICTS[status]))
            tools[findings[-1].tool] = None
        elif status == "PASSED":
            passed += 1
        else:
            left_out += 1
    return Reading(
        form="asff", findings=tuple(findings), passed=passed, left_out=left_out, tools=tuple(tools) or (NAME,)
    )


def _findings(whole: Document) -> Document:
    if whole.is_object and "Findings" in whole:
        return whole["Findings"]
    if whole.is_object and "detail" in whole and whole["detail"].is_object:
        return whole["detail"]["findings"]
    return whole


def _finding(one: Document, verdict: Verdict) -> Finding:
    control = one["Compliance"].text("SecurityControlId", longest=LONGEST_NAME)
    resource = one["Resources"].first()
    own = one.text("ProductArn", longest=LONGEST_NAME).endswith("product/aws/securityhub")
    tool = NAME if own or control else one.text("ProductName", longest=LONGEST_NAME).lower().replace(" ", "_") or NAME
    return Finding(
        tool=tool,
        id=control or one.name("GeneratorId").rpartition("/")[2],
        title=one.text("Title"),
        message=one.text("Description"),
        severity=SEVERITIES.get(one["Severity"].text("Label").lower()),
        address=resource.text("Id", longest=LONGEST_NAME),
        path=resource.text("Region"),
        remedy=one["Remediation"]["Recommendation"].text("Text"),
        reference=one["Remediation"]["Recommendation"].text("Url"),
        verdict=verdict,
        suppressed="" if one["Workflow"].text("Status") == "SUPPRESSED" else None,
    )
