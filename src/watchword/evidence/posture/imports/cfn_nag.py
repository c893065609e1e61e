"""cfn_nag's JSON (`cfn_nag_scan --output-format json`): a list of templates, each with its violations.

Facts: cfn_nag's documentation, "Usage" (FAIL and WARN) and its results: a violation names the resources and the lines
it is about, in the same order. What its metadata suppresses is not in the list, and neither is what passed.
"""

from collections.abc import Iterator
from typing import Final

from watchword.evidence.posture.imports.document import Document
from watchword.evidence.posture.imports.model import LONGEST_NAME, Finding, Reading
from watchword.evidence.posture.model import Severity

NAME: Final = "cfn_nag"
_TYPES: Final = {"FAIL": Severity.HIGH, "WARN": Severity.MEDIUM}


def fits(whole: Document) -> bool:
    one = whole.first()
    return one.is_object and "file_results" in one


def read(whole: Document) -> Reading:
    findings = [
        finding
        for template in whole.items()
        for violation in template["file_results"]["violations"].items()
        for finding in _findings(violation, template.text("filename", longest=LONGEST_NAME))
    ]
    return Reading(form=NAME, findings=tuple(findings), tools=(NAME,))


def _findings(violation: Document, file: str) -> Iterator[Finding]:
    resources = [one.word() for one in violation["logical_resource_ids"].items()]
    lines = [one.whole_number() for one in violation["line_numbers"].items()]
    for number, address in enumerate(resources or [""]):
        line = lines[number] if number < len(lines) else 0
        yield Finding(
            tool=NAME,
            id=violation.name("id"),
            title=violation.text("name"),
            message=violation.text("message"),
            severity=_TYPES.get(violation.text("type")),
            file=file,
            line=line,
            end_line=line,
            address=address,
        )
