"""KICS's JSON (`--report-formats json`): queries, and the files in which each found something.

Facts: KICS's documentation, "Results" (the fields of the report, the severities CRITICAL to INFO and TRACE). What its
comments exclude is not in the report, and neither is what passed.
"""

from collections.abc import Iterator
from typing import Final

from watchword.evidence.posture.imports.document import Document
from watchword.evidence.posture.imports.model import LONGEST_NAME, SEVERITIES, Finding, Reading

NAME: Final = "kics"


def fits(whole: Document) -> bool:
    return whole.is_object and ("kics_version" in whole or ("queries" in whole and "severity_counters" in whole))


def read(whole: Document) -> Reading:
    return Reading(
        form=NAME,
        findings=tuple(found for query in whole["queries"].items() for found in _findings(query)),
        tools=(NAME,),
    )


def _findings(query: Document) -> Iterator[Finding]:
    for one in query["files"].items():
        expected, actual = one.text("expected_value"), one.text("actual_value")
        kind, name = one.text("resource_type", longest=LONGEST_NAME), one.text("resource_name", longest=LONGEST_NAME)
        key = one.text("search_key", longest=LONGEST_NAME)
        yield Finding(
            tool=NAME,
            id=query.name("query_id"),
            title=query.text("query_name"),
            message=actual or query.text("description"),
            severity=SEVERITIES.get(query.text("severity").lower()),
            file=one.text("file_name", longest=LONGEST_NAME),
            line=one.number("line"),
            end_line=one.number("line"),
            address=_address(kind, name, key),
            path=key,
            remedy=expected,
            reference=query.text("query_url"),
        )


def _address(kind: str, name: str, key: str) -> str:
    """The search key of Terraform's is `aws_kms_key[k].policy`; `resource_name` may be the value of a `name`."""
    head = key.split("]", 1)[0]
    if "[" in head and "_" in head and not head.startswith(("Resources", "{{", "metadata", "$")):
        return head.replace("[", ".", 1).replace("{{", "").replace("}}", "")
    return name if "::" in kind or not kind else f"{kind}.{name}" if name and name != "n/a" else ""
