"""kube-score's JSON (`--output-format json`): a list of objects, each with its checks.

Facts: kube-score's documentation, "Checks" and "Output formats"; grades: 1 critical, 5 warning, 7 almost well, 10 well.
What an annotation ignores is `skipped` and has no grade of its own: it is left out.
"""

from typing import Final

from watchword.evidence.posture.imports.document import Document
from watchword.evidence.posture.imports.model import LONGEST_NAME, Finding, Reading
from watchword.evidence.posture.model import Severity

NAME: Final = "kube_score"
_GRADES: Final = {1: Severity.HIGH, 5: Severity.MEDIUM, 7: Severity.LOW}
_WELL: Final = 10


def fits(whole: Document) -> bool:
    one = whole.first()
    return one.is_object and "object_meta" in one and "checks" in one


def read(whole: Document) -> Reading:
    findings: list[Finding] = []
    passed = left_out = 0
    for one in whole.items():
        for check in one["checks"].items():
            if check.true("skipped"):
                left_out += 1
            elif check.number("grade") >= _WELL:
                passed += 1
            else:
                findings.append(_finding(check, one))
    return Reading(form=NAME, findings=tuple(findings), passed=passed, left_out=left_out, tools=(NAME,))


def _finding(check: Document, one: Document) -> Finding:
    meta, comment = one["object_meta"], check["comments"].first()
    kind = one["type_meta"].text("kind", longest=LONGEST_NAME)
    space = meta.text("namespace", longest=LONGEST_NAME) or "default"
    return Finding(
        tool=NAME,
        id=check["check"].name("id"),
        title=check["check"].text("name"),
        message=comment.text("summary"),
        severity=_GRADES.get(check.number("grade")),
        file=one.text("file_name", longest=LONGEST_NAME),
        line=one.number("file_row"),
        end_line=one.number("file_row"),
        address=f"{kind}/{space}/{meta.text('name', longest=LONGEST_NAME)}",
        path=comment.text("path", longest=LONGEST_NAME),
        remedy=comment.text("description"),
        reference=comment.text("documentation_url"),
    )
