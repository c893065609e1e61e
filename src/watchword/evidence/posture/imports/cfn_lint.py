"""cfn-lint's JSON (`--format json`): a list of matches.

Facts: cfn-lint's documentation, "Output" and "Rules" (levels: error E, warning W, informational I; the path within the
template). What its metadata ignores is not in the list, and neither is what passed.
"""

from typing import Final

from watchword.evidence.posture.imports.document import Document
from watchword.evidence.posture.imports.model import LONGEST_NAME, Finding, Reading
from watchword.evidence.posture.model import Severity

NAME: Final = "cfn_lint"
_LEVELS: Final = {"error": Severity.HIGH, "warning": Severity.MEDIUM, "informational": Severity.LOW}


def fits(whole: Document) -> bool:
    one = whole.first()
    return one.is_object and "Filename" in one and "Rule" in one


def read(whole: Document) -> Reading:
    return Reading(form=NAME, findings=tuple(map(_finding, whole.items())), tools=(NAME,))


def _finding(match: Document) -> Finding:
    location, rule = match["Location"], match["Rule"]
    path = [part.word() for part in location["Path"].items()]
    line = location["Start"].number("LineNumber")
    return Finding(
        tool=NAME,
        id=rule.name("Id"),
        title=rule.text("ShortDescription"),
        message=match.text("Message"),
        severity=_LEVELS.get(match.text("Level").lower()),
        file=match.text("Filename", longest=LONGEST_NAME),
        line=line,
        end_line=location["End"].number("LineNumber") or line,
        address=path[1] if len(path) > 1 and path[0] == "Resources" else "",
        path=".".join(path)[:LONGEST_NAME],
        remedy=rule.text("Description"),
        reference=rule.text("Source"),
    )
