"""Findings as SARIF 2.1.0 (OASIS), for code scanning services: rules with their help, regions, fixes, fingerprints.

Lines and columns count from 1, columns in code points; a region's end is the character after the last (3.30.8). A
fingerprint is made of what a finding says and of the statement that it says it of, not of where it stands, so that a
finding that only moves stays the same one.
"""

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import PurePath
from urllib.parse import quote

from watchword.app.answers.examined import Examined
from watchword.app.answers.values import Json, Row
from watchword.decision.analysis.lint import Finding, Rule
from watchword.decision.language import Diagnostic

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL = {"low": "note", "medium": "warning", "high": "error", "critical": "error"}
# GitHub's code scanning reads a number from 0 to 10 and calls 9 and more critical, 7 high, 4 medium.
_SCORE = {"low": "2.0", "medium": "5.0", "high": "8.0", "critical": "9.5"}
_REFUSED = "invalid-document"
_OTHER = "reader-warning"


def sarif_log(examined: Sequence[Examined], rules: Sequence[Rule]) -> Row:
    """Return the log as JSON values. Documents that could not be read are results of their own."""
    listed = [
        *(_rule(rule) for rule in rules),
        _plain(
            _REFUSED, "error", "A document that is no policy", "It is not understood in full, so it was not examined."
        ),
        _plain(_OTHER, "note", "A warning of the reader", "The reader of policies noticed something."),
    ]
    index = {str(rule["id"]): at for at, rule in enumerate(listed)}
    seen: dict[str, int] = {}
    results: list[Row] = []
    for one in examined:
        results += [_refusal(one, d, index, seen) for d in one.refused if d.severity.value == "error"]
        results += [_result(one, f, index, seen) for f in one.findings]
    unread = [one for one in examined if one.error]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "watchword policy lint",
                        "semanticVersion": version("watchword"),
                        "rules": listed,
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": not unread,
                        "toolExecutionNotifications": [
                            {"level": "error", "message": {"text": f"{one.name}: {one.error}"}} for one in unread
                        ],
                    }
                ],
                "results": results,
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Json]:
    references = "".join(f"\n- {reference}" for reference in rule.references)
    markdown = f"{rule.why}\n\n**Remedy**: {rule.remedy}\n\n```json\n{rule.bad[0].text}\n```\n"
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": f"{rule.why}\n\nRemedy: {rule.remedy}{references and chr(10) + references}",
            "markdown": markdown + references,
        },
        **({"helpUri": rule.references[0]} if rule.references else {}),
        "defaultConfiguration": {"level": _LEVEL[rule.severity.value]},
        "properties": {
            "security-severity": _SCORE[rule.severity.value],
            "tags": ["security", "iam"],
        },
    }


def _plain(id_: str, level: str, title: str, why: str) -> dict[str, Json]:
    return {
        "id": id_,
        "shortDescription": {"text": title},
        "fullDescription": {"text": why},
        "help": {"text": why},
        "defaultConfiguration": {"level": level},
    }


def _result(one: Examined, finding: Finding, index: dict[str, int], seen: dict[str, int]) -> Row:
    where = finding.sid or str(finding.statement)
    region: dict[str, Json] = {"startLine": finding.line, "startColumn": finding.column}
    if (finding.end_line, finding.end_column) != (finding.line, finding.column):
        region |= {"endLine": finding.end_line, "endColumn": finding.end_column}
    result: dict[str, Json] = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": _LEVEL[finding.severity.value],
        "message": {"text": finding.message},
        "locations": [_location(one.name, region)],
        "partialFingerprints": {
            "watchword/v1": _fingerprint((finding.rule, _uri(one.name), where, finding.message), seen)
        },
        "properties": {"severity": finding.severity.value, "statement": finding.statement, "sid": finding.sid},
    }
    if finding.fix is not None:
        result["fixes"] = [
            {
                "description": {"text": finding.fix.title},
                "artifactChanges": [
                    {
                        "artifactLocation": {"uri": _uri(one.name)},
                        "replacements": [
                            {
                                "deletedRegion": {"charOffset": e.start, "charLength": e.end - e.start},
                                "insertedContent": {"text": e.text},
                            }
                            for e in finding.fix.edits
                        ],
                    }
                ],
            }
        ]
    return result


def _refusal(one: Examined, diagnostic: Diagnostic, index: dict[str, int], seen: dict[str, int]) -> Row:
    text = diagnostic.message
    if diagnostic.expected is not None:
        text += f" (expected {diagnostic.expected})"
    return {
        "ruleId": _REFUSED,
        "ruleIndex": index[_REFUSED],
        "level": "error",
        "message": {"text": f"{text} [{diagnostic.code}]"},
        "locations": [
            _location(one.name, {"startLine": max(1, diagnostic.line), "startColumn": max(1, diagnostic.column)})
        ],
        "partialFingerprints": {"watchword/v1": _fingerprint((_REFUSED, _uri(one.name), diagnostic.code, text), seen)},
    }


def _location(name: str, region: dict[str, Json]) -> Row:
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(name)}, "region": region}}


def _uri(name: str) -> str:
    """A URI reference (RFC 3986): relative paths stay relative, so that a service finds them in its checkout."""
    if name == "<stdin>":
        return "stdin"
    path = PurePath(name)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix(), safe="/")


def _fingerprint(parts: Sequence[str], seen: dict[str, int]) -> str:
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
    seen[digest] = seen.get(digest, 0) + 1
    return f"{digest}:{seen[digest]}"
