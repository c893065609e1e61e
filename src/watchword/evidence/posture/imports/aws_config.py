"""States of AWS Config: `aws configservice get-compliance-details-by-config-rule`, or `…-by-resource`.

Facts: AWS Config API reference, `EvaluationResult`. A rule goes by the name that it has in the account: those of
conformance packs and of Security Hub have the managed rule's name and a random end, which is left off.
"""

import re
from typing import Final

from watchword.evidence.posture.imports.document import Document
from watchword.evidence.posture.imports.model import LONGEST_NAME, Finding, Reading
from watchword.evidence.posture.model import Verdict

NAME: Final = "config"
_VERDICTS: Final = {"NON_COMPLIANT": Verdict.FAIL, "INSUFFICIENT_DATA": Verdict.UNKNOWN}
_MADE = re.compile(r"^(?:securityhub-)?(.+?)(?:-conformance-pack-[a-z0-9]+|-[a-f0-9]{6,8})?$")


def fits(whole: Document) -> bool:
    one = whole["EvaluationResults"].first() if whole.is_object and whole["EvaluationResults"].is_list else None
    return one is not None and (not one or "EvaluationResultIdentifier" in one)


def read(whole: Document) -> Reading:
    findings: list[Finding] = []
    passed = left_out = 0
    for one in whole["EvaluationResults"].items():
        verdict = _VERDICTS.get(one.text("ComplianceType"))
        if verdict is not None:
            findings.append(_finding(one, verdict))
        elif one.text("ComplianceType") == "COMPLIANT":
            passed += 1
        else:
            left_out += 1
    return Reading(form=NAME, findings=tuple(findings), passed=passed, left_out=left_out, tools=(NAME,))


def _finding(one: Document, verdict: Verdict) -> Finding:
    named = one["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
    rule = named.name("ConfigRuleName")
    found = _MADE.match(rule)
    return Finding(
        tool=NAME,
        id=found[1] if found else rule,
        message=one.text("Annotation") or f"{named.text('ResourceType')} is not as the rule {rule} wants it",
        address=named.text("ResourceId", longest=LONGEST_NAME),
        path=named.text("ResourceType", longest=LONGEST_NAME),
        verdict=verdict,
    )
