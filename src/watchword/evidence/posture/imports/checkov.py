"""Checkov's JSON (`-o json`): one report, or a list of them, one a framework.

Facts: Checkov's documentation, "CLI Command Reference" and "Reviewing Scan Results"; the fields of its records as it
writes them. The open tool gives no severity (`null`): its platform does. Where nothing was found to look at, it writes
the counts alone.
"""

from typing import Final

from watchword.evidence.posture.imports.document import Document
from watchword.evidence.posture.imports.model import LONGEST_NAME, SEVERITIES, Finding, Reading

NAME: Final = "checkov"
_NO_REASON: Final = "no comment provided"  # what it writes where a skip has none


def fits(whole: Document) -> bool:
    one = whole.first() if whole.is_list else whole
    return one.is_object and ("check_type" in one or "checkov_version" in one)


def read(whole: Document) -> Reading:
    findings: list[Finding] = []
    warnings: list[str] = []
    passed = 0
    for report in whole.each():
        kind = report.text("check_type")
        results = report["results"]
        passed += max(len(results["passed_checks"].items()), report["summary"].number("passed"))
        findings.extend(_finding(record, kind) for record in results["failed_checks"].items())
        for record in results["skipped_checks"].items():
            reason = record["check_result"].text("suppress_comment") or record.text("suppress_comment")
            findings.append(_finding(record, kind, "" if reason.lower() == _NO_REASON else reason))
        unread = max(len(results["parsing_errors"].items()), report["summary"].number("parsing_errors"))
        if unread:
            warnings.append(f"checkov could not read {unread} files")
    return Reading(form=NAME, findings=tuple(findings), passed=passed, warnings=tuple(warnings), tools=(NAME,))


def _finding(record: Document, kind: str, suppressed: str | None = None) -> Finding:
    lines = [line.whole_number() for line in record["file_line_range"].items()]
    evaluated = record["check_result"]["evaluated_keys"]
    return Finding(
        tool=NAME,
        id=record.name("check_id"),
        title=record.text("check_name"),
        severity=SEVERITIES.get(record.text("severity").lower()),
        file=record.text("repo_file_path", longest=LONGEST_NAME) or record.text("file_path", longest=LONGEST_NAME),
        line=lines[0] if lines else 0,
        end_line=lines[-1] if lines else 0,
        address=_address(record.text("resource", longest=LONGEST_NAME), kind),
        path=evaluated.first().word() if evaluated.is_list else "",
        reference=record.text("guideline"),
        suppressed=suppressed,
    )


def _address(resource: str, kind: str) -> str:
    """`AWS::KMS::Key.Key` is the resource `Key`; `Deployment.shop.web` is `Deployment/shop/web`."""
    if kind == "cloudformation" and "::" in resource:
        return resource.rsplit(".", 1)[-1]
    if kind == "kubernetes":
        return "/".join(resource.split(".", 2))
    return resource
