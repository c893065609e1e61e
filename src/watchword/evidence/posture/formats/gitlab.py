"""GitLab's Code Quality report: a list of findings with a fingerprint, a severity and a place.

Source: GitLab documentation, "Code Quality", "Code Quality report format". Severities are info, minor, major, critical,
blocker.
"""

from collections.abc import Iterator
from typing import Final

import orjson

from watchword.evidence.posture.formats.json_form import Json, encoded
from watchword.evidence.posture.model import Result, Severity
from watchword.evidence.posture.report import Report

_SEVERITIES: Final = {
    Severity.LOW: "minor",
    Severity.MEDIUM: "major",
    Severity.HIGH: "critical",
    Severity.CRITICAL: "blocker",
}


def render(report: Report) -> Iterator[str]:
    rows: list[Json] = [_row(result) for result in (*report.findings, *report.errors)]
    yield encoded(rows, orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _row(result: Result) -> Json:
    return {
        "description": f"{result.address}: {result.words or result.check.title}",
        "check_name": result.check.id,
        "fingerprint": result.fingerprint,
        "severity": _SEVERITIES[result.check.severity],
        "location": {
            "path": result.place.file,
            "lines": {"begin": max(result.spot.line, 1), "end": max(result.spot.end_line, result.spot.line, 1)},
        },
    }
