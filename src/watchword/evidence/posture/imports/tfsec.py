"""tfsec's JSON (`--format json`).

Facts: tfsec's documentation, "Usage" (`--include-passed`, `--include-ignored`), and the fields of its results:
`long_id` is tfsec's own name of a check, `rule_id` the one that Trivy has taken over; `status` is 0 for what fails, 1
for what passes and 2 for what an ignore comment covers. It gives no reason of a comment's.
"""

from typing import Final

from watchword.evidence.posture.imports.document import Document
from watchword.evidence.posture.imports.model import LONGEST_NAME, SEVERITIES, Finding, Reading

NAME: Final = "tfsec"
_PASSED: Final = 1
_IGNORED: Final = 2


def fits(whole: Document) -> bool:
    if not whole.is_object or "runs" in whole or "SchemaVersion" in whole or "check_type" in whole:
        return False
    if "results" not in whole:
        return _names(whole) == {"results"}  # it writes null where there is none
    results = whole["results"]
    return results.is_list and (not results.first() or {"long_id", "rule_id"} <= _names(results.first()))


def read(whole: Document) -> Reading:
    results = whole["results"].items()
    findings = [_finding(one) for one in results if one.number("status") != _PASSED]
    return Reading(form=NAME, findings=tuple(findings), passed=len(results) - len(findings), tools=(NAME,))


def _finding(one: Document) -> Finding:
    location = one["location"]
    line = location.number("start_line")
    rule = one.text("rule_id", longest=LONGEST_NAME)
    return Finding(
        tool=NAME,
        id=one.name("long_id"),
        title=one.text("rule_description"),
        message=one.text("description"),
        severity=SEVERITIES.get(one.text("severity").lower()),
        file=location.text("filename", longest=LONGEST_NAME),
        line=line,
        end_line=location.number("end_line") or line,
        address=one.text("resource", longest=LONGEST_NAME),
        remedy=one.text("resolution"),
        reference=one["links"].first().word(),
        aliases=(("trivy", rule),) if rule else (),
        suppressed="" if one.number("status") == _IGNORED else None,
    )


def _names(one: Document) -> set[str]:
    return {name for name, _ in one.members()} if one.is_object else set()
