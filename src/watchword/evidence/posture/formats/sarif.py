"""SARIF 2.1.0 (OASIS), as GitHub's code scanning and others take it.

Findings and waived findings are results, the latter with a suppression; what could not be read or crashed is a
notification of the run's invocation, and makes it unsuccessful. What is unknown is a result of the kind `review`.
Sources: OASIS SARIF 2.1.0, clauses 3.14 (run), 3.20 (invocation), 3.27 (result), 3.35 (suppression), 3.49 (rule);
GitHub, "SARIF support for code scanning" (`security-severity`, `partialFingerprints`).
"""

from collections.abc import Iterator
from typing import Final

import orjson

from watchword.evidence.posture.fixes import Offer
from watchword.evidence.posture.formats.json_form import Json, encoded
from watchword.evidence.posture.model import Check, Result, Severity, Verdict
from watchword.evidence.posture.report import Change, Report
from watchword.inventory import Place

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {
    Severity.LOW: "note",
    Severity.MEDIUM: "warning",
    Severity.HIGH: "error",
    Severity.CRITICAL: "error",
}
# GitHub reads a number from 0 to 10: below 4 low, below 7 medium, below 9 high, above critical.
_SCORES: Final = {Severity.LOW: "3.0", Severity.MEDIUM: "5.5", Severity.HIGH: "8.0", Severity.CRITICAL: "9.5"}
_BASELINE: Final = {
    Change.INTRODUCED: "new",
    Change.CHANGED: "updated",
    Change.STILL_THERE: "unchanged",
}
_SHOWN: Final = frozenset({Verdict.FAIL, Verdict.WAIVED, Verdict.UNKNOWN})


def render(report: Report) -> Iterator[str]:
    shown = [result for result in report.results if result.verdict in _SHOWN]
    checks = {result.check.id: result.check for result in (*shown, *report.errors)}
    numbers = {check_id: number for number, check_id in enumerate(checks)}
    document: Json = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Watchword",
                        "rules": [_rule(check) for check in checks.values()],
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": not report.errors,
                        "toolExecutionNotifications": [_notification(result) for result in report.errors],
                    }
                ],
                "columnKind": "unicodeCodePoints",
                "results": [_result(result, report, numbers[result.check.id]) for result in shown],
            }
        ],
    }
    yield encoded(document, orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _rule(check: Check) -> Json:
    rule: dict[str, Json] = {
        "id": check.id,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.why},
        "help": {"text": f"{check.why}\n\n{check.remedy}", "markdown": f"{check.why}\n\n**Remedy.** {check.remedy}"},
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
        "properties": {
            "security-severity": _SCORES[check.severity],
            "tags": ["security", check.pillar.value, *(i for ids in check.known_as.by_tool().values() for i in ids)],
        },
    }
    if check.references:
        rule["helpUri"] = check.references[0]
    return rule


def _result(result: Result, report: Report, number: int) -> Json:
    kind = "review" if result.verdict is Verdict.UNKNOWN else "fail"
    shown: dict[str, Json] = {
        "ruleId": result.check.id,
        "ruleIndex": number,
        "kind": kind,
        # 3.27.10: a result of another kind than `fail` has the level `none`
        "level": _LEVELS[result.check.severity] if kind == "fail" else "none",
        "message": {"text": f"{result.address}: {result.words or result.check.title}"},
        "locations": [_location(result.spot, result.address)],
        "partialFingerprints": {"watchword/v1": result.fingerprint},
    }
    related: list[dict[str, Json]] = [
        {**_located(call.place), "message": {"text": f"called here as {call.name}"}} for call in result.calls
    ]
    if result.root_cause and result.root_cause != result.spot:
        related.append({**_located(result.root_cause), "message": {"text": "one edit here changes the answer"}})
    if related:
        shown["relatedLocations"] = [{"id": number, **location} for number, location in enumerate(related)]
    if result.waiver:
        shown["suppressions"] = [
            {
                "kind": "inSource" if result.waiver.source.endswith("comment") else "external",
                "status": "accepted",
                "justification": f"{result.waiver.reason} ({result.waiver.owner or 'nobody'}, "
                f"until {result.waiver.expires})",
            }
        ]
    offer = report.offers.get(result.fingerprint)
    if offer is not None:
        shown["fixes"] = [_fix(offer)]
    change = report.change_of(result)
    if change:
        shown["baselineState"] = _BASELINE[change]
    return shown


def _fix(offer: Offer) -> Json:
    """3.55: what is replaced is told in bytes (3.30.11), because that is what was edited."""
    files: dict[str, list[Json]] = {}
    for edit in offer.edits:
        region: Json = {"byteOffset": edit.start, "byteLength": edit.end - edit.start}
        files.setdefault(edit.file, []).append({"deletedRegion": region, "insertedContent": {"text": edit.text}})
    return {
        "description": {"text": offer.words},
        "artifactChanges": [
            {"artifactLocation": {"uri": _uri(file)}, "replacements": replacements}
            for file, replacements in files.items()
        ],
    }


def _notification(result: Result) -> Json:
    return {
        "level": "error",
        "message": {"text": f"{result.address}: {result.words}"},
        "associatedRule": {"id": result.check.id},
        "locations": [_located(result.spot)],
    }


def _location(place: Place, address: str) -> Json:
    return {**_located(place), "logicalLocations": [{"fullyQualifiedName": address, "kind": "resource"}]}


def _located(place: Place) -> dict[str, Json]:
    physical: dict[str, Json] = {"artifactLocation": {"uri": _uri(place.file)}}
    if place.line:
        physical["region"] = {"startLine": place.line, "endLine": max(place.line, place.end_line)}
    return {"physicalLocation": physical}


def _uri(file: str) -> str:
    """A relative reference (RFC 3986): what is not of a path is escaped, and no segment is taken for a scheme."""
    from urllib.parse import quote

    quoted = quote(file.encode("utf-8", "surrogateescape"), safe="/-._~!$&'()*+,;=@")
    return quoted or "."
