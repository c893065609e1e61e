"""Trivy's JSON (`trivy config --format json`): misconfigurations. Vulnerabilities, secrets and licences are not read.

Facts: Trivy's documentation, "Reporting" and "Filtering" (`ExperimentalModifiedFindings`: what an ignore file left
out, with its statement), and the fields of its report of schema version 2.
"""

from typing import Final

from watchword.evidence.posture.imports.document import Document
from watchword.evidence.posture.imports.model import LONGEST_NAME, SEVERITIES, Finding, Reading

NAME: Final = "trivy"


def fits(whole: Document) -> bool:
    return whole.is_object and "SchemaVersion" in whole and ("Results" in whole or "ArtifactName" in whole)


def read(whole: Document) -> Reading:
    if whole.number("SchemaVersion") != 2:  # noqa: PLR2004 - the one that there is
        whole["SchemaVersion"].refuse("2")
    findings: list[Finding] = []
    passed = other = 0
    for result in whole["Results"].items():
        target = result.text("Target", longest=LONGEST_NAME)
        listed = 0
        for one in result["Misconfigurations"].items():
            if one.text("Status") == "PASS":
                listed += 1
            else:
                findings.append(_finding(one, target))
        passed += max(listed, result["MisconfSummary"].number("Successes"))
        findings.extend(
            _finding(modified["Finding"], target, modified.text("Statement"))
            for modified in result["ExperimentalModifiedFindings"].items()
            if modified.text("Type") == "misconfiguration"
        )
        other += sum(len(result[name].items()) for name in ("Vulnerabilities", "Secrets", "Licenses"))
    told = (f"{other} vulnerabilities, secrets and licences of trivy are not read: misconfigurations are",)
    return Reading(
        form=NAME,
        findings=tuple(findings),
        passed=passed,
        left_out=other,
        warnings=told if other else (),
        tools=(NAME,),
    )


def _finding(one: Document, target: str, suppressed: str | None = None) -> Finding:
    cause = one["CauseMetadata"]
    line = cause.number("StartLine")
    other = one.text("AVDID", longest=LONGEST_NAME)
    return Finding(
        tool=NAME,
        id=one.name("ID"),
        title=one.text("Title"),
        message=one.text("Message"),
        severity=SEVERITIES.get(one.text("Severity").lower()),
        file=target,
        line=line,
        end_line=cause.number("EndLine") or line,
        address=cause.text("Resource", longest=LONGEST_NAME),
        remedy=one.text("Resolution"),
        reference=one.text("PrimaryURL"),
        aliases=((NAME, other),) if other else (),
        suppressed=suppressed,
    )
