"""kube-linter's JSON (`kube-linter lint --format json`): `Reports`, one a finding, and the `Checks` that were asked.

Facts: kube-linter's documentation, "Using KubeLinter" (output formats). It says no severity; what an annotation
ignores is not in the output.
"""

from typing import Final

from watchword.evidence.posture.imports.document import Document
from watchword.evidence.posture.imports.model import LONGEST_NAME, Finding, Reading

NAME: Final = "kube_linter"


def fits(whole: Document) -> bool:
    return whole.is_object and "Checks" in whole and "Summary" in whole and "ChecksStatus" in whole["Summary"]


def read(whole: Document) -> Reading:
    remedies = {check.text("name"): check.text("remediation") for check in whole["Checks"].items()}
    findings = tuple(_finding(report, remedies) for report in whole["Reports"].items())
    return Reading(form=NAME, findings=findings, tools=(NAME,))


def _finding(report: Document, remedies: dict[str, str]) -> Finding:
    check, one = report.name("Check"), report["Object"]["K8sObject"]
    kind = one["GroupVersionKind"].text("Kind", longest=LONGEST_NAME)
    space = one.text("Namespace", longest=LONGEST_NAME) or "default"
    message = report["Diagnostic"].text("Message")
    return Finding(
        tool=NAME,
        id=check,
        message=message,
        file=report["Object"]["Metadata"].text("FilePath", longest=LONGEST_NAME),
        address=f"{kind}/{space}/{one.text('Name', longest=LONGEST_NAME)}",
        path=message,
        remedy=report.text("Remediation") or remedies.get(check, ""),
    )
