"""Snyk's JSON of infrastructure as code (`snyk iac test --json`): one report a file, alone or in a list.

Facts: Snyk's documentation, "Snyk IaC: JSON output" and "Ignore issues" (`isIgnored`). It gives no reason of an ignore
in this form. Its identifiers are nobody else's: its findings stand for themselves.
"""

import re
from typing import Final

from watchword.evidence.posture.imports.document import Document
from watchword.evidence.posture.imports.model import LONGEST_NAME, SEVERITIES, Finding, Reading

NAME: Final = "snyk"
_RESOURCE: Final = re.compile(r"([a-z0-9]+_[a-z0-9_]+)\[([^\]]+)\]")


def fits(whole: Document) -> bool:
    one = whole.first() if whole.is_list else whole
    return one.is_object and "infrastructureAsCodeIssues" in one


def read(whole: Document) -> Reading:
    findings = [
        _finding(issue, report.text("targetFile", longest=LONGEST_NAME))
        for report in whole.each()
        for issue in report["infrastructureAsCodeIssues"].items()
    ]
    return Reading(form=NAME, findings=tuple(findings), tools=(NAME,))


def _finding(issue: Document, file: str) -> Finding:
    path = [part.word() for part in issue["path"].items()]
    resource = next((found for part in path if (found := _RESOURCE.fullmatch(part))), None)
    line = max(0, issue.number("lineNumber"))
    return Finding(
        tool=NAME,
        id=issue.name("id"),
        title=issue.text("title"),
        message=issue["iacDescription"].text("issue") or issue.text("issue"),
        severity=SEVERITIES.get(issue.text("severity").lower()),
        file=file,
        line=line,
        end_line=line,
        address=f"{resource[1]}.{resource[2]}" if resource else "",
        path=".".join(path)[:LONGEST_NAME],
        remedy=issue["iacDescription"].text("resolve") or issue.text("resolve"),
        reference=issue.text("documentation"),
        suppressed="" if issue.true("isIgnored") else None,
    )
