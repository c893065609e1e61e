"""The stable form: everything that a scan found, and what it did not find out. See `docs/reference/scan.md`.

A field keeps its name and meaning for as long as `format` is the same; fields may be added. Its `results` are also what
`--baseline` reads.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import orjson

from watchword.evidence.posture.model import Check, Evidence, Result
from watchword.evidence.posture.report import Earlier, Report
from watchword.inventory import Call, Place
from watchword.kernel.errors import InvalidInputError

FORMAT: Final = "watchword-scan/1"
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def render(report: Report) -> Iterator[str]:
    """Yield the document, a result a line: an estate has tens of thousands, and they are not held twice."""
    head, tail = encoded(_frame(report), orjson.OPT_INDENT_2).split(_HERE, 1)
    yield head
    for number, result in enumerate(report.results):
        yield ("[\n    " if not number else ",\n    ") + encoded(result_of(result, report))
    yield ("\n  ]" if report.results else "[]") + tail + "\n"


def encoded(value: Json, option: int = 0) -> str:
    """Write JSON. A file's name may be no UTF-8: what stands for such bytes in Python is written as an escape."""
    try:
        return orjson.dumps(value, option=option).decode()
    except orjson.JSONEncodeError:
        return orjson.dumps(_encodable(value), option=option).decode()


def _encodable(value: Json) -> Json:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {name: _encodable(item) for name, item in value.items()}
    return value


# Where the results go. Nothing else in a frame is that text: names of files have no null character.
_PLACEHOLDER: Final = "\0results"
_HERE: Final = orjson.dumps(_PLACEHOLDER).decode()


def _frame(report: Report) -> dict[str, Json]:
    """Return the report as plain JSON values, with a mark where the results go."""
    return {
        "format": FORMAT,
        "summary": {
            "verdicts": {verdict.value: count for verdict, count in report.verdicts.items()},
            "failed_by_severity": {severity.value: count for severity, count in report.severities.items()},
            "worst": report.worst.value if report.worst else None,
            "counting": len(report.counting),
            "checks": report.checks,
            "assets": sum(report.assets.values()),
            "assets_by_kind": dict(report.assets),
            "coverage": {
                "files": report.coverage.files,
                "bytes": report.coverage.bytes,
                "blocks": report.coverage.blocks,
                "roots": report.coverage.roots,
                "modules": report.coverage.modules,
                "modules_not_fetched": _calls(report.coverage.modules_missing),
                "problems": sum(1 for r in report.errors if r.asset is None),
            },
            "imports": [
                {
                    "file": one.file,
                    "form": one.form,
                    "tools": list(one.tools),
                    "findings": one.findings,
                    "merged": one.merged,
                    "standing": one.standing,
                    "waived": one.waived,
                    "passed": one.passed,
                    "left_out": one.left_out,
                }
                for one in report.imports
            ],
        },
        "results": _PLACEHOLDER,
        "root_causes": [
            {
                **_place(group.place),
                "closes": len(group.results),
                "fingerprints": [result.fingerprint for result in group.results],
            }
            for group in report.groups
        ],
        "fixed": [
            {
                "check": old.check,
                "severity": old.severity,
                "resource": old.address,
                "fingerprint": old.fingerprint,
                **_place(old.place),
            }
            for old in report.fixed
        ],
        "warnings": list(report.warnings),
    }


def result_of(result: Result, report: Report) -> dict[str, Json]:
    change = report.change_of(result)
    asset = result.asset
    return {
        "check": result.check.id,
        "title": result.check.title,
        "severity": result.check.severity.value,
        "verdict": result.verdict.value,
        "resource": result.address,
        "root": result.root,
        "kind": asset.kind if asset else None,
        "type": asset.native_type if asset else None,
        "front_end": asset.front_end.value if asset else None,
        "instances": asset.instances if asset else None,
        "off_by_default": (asset.dormant or None) if asset else None,
        **_place(result.place),
        "message": result.words,
        "evidence": [_evidence(evidence) for evidence in result.evidence],
        "reasons": [
            {"kind": reason.kind.value, "text": reason.text, **_place(reason.place)} for reason in result.reasons
        ],
        "module_calls": _calls(result.calls),
        "root_cause": _place(result.root_cause) if result.root_cause else None,
        "fix": _fix(result, report),
        "fingerprint": result.fingerprint,
        "digest": result.digest,
        "change": change.value if change else None,
        "waiver": {
            "reason": result.waiver.reason,
            "owner": result.waiver.owner,
            "expires": result.waiver.expires,
            "source": result.waiver.source,
            **_place(result.waiver.place),
        }
        if result.waiver
        else None,
        "known_as": _lists(result.check.known_as.by_tool()),
        "also_found_by": [
            {"tool": one.tool, "id": one.id, "file": one.file, "note": one.note} for one in result.also_found_by
        ],
    }


def _fix(result: Result, report: Report) -> Json:
    """What would mend it: a proposal, or, where fixes were asked for, what was tried and holds."""
    settings = result.fix.settings if result.fix else ()
    if result.fix is None or not settings:
        return None
    first = settings[0]
    offer = report.offers.get(result.fingerprint)
    edits: list[Json] = [
        {"file": edit.file, "start": edit.start, "end": edit.end, "text": edit.text}
        for edit in (offer.edits if offer else ())
    ]
    return {
        "words": result.fix.words,
        "text": str(first.value).lower() if isinstance(first.value, bool) else str(first.value),
        **_place(first.root if first.root.line else first.at),
        "verified": offer is not None,
        "edits": edits,
        "not_offered": report.refused.get(result.fingerprint),
    }


def check_of(check: Check) -> dict[str, Json]:
    """A check's metadata as plain JSON values."""
    return {
        "id": check.id,
        "title": check.title,
        "severity": check.severity.value,
        "pillar": check.pillar.value,
        "function": check.function.value,
        "stage": check.stage.value,
        "supports": [function.value for function in check.supports],
        "why": check.why,
        "remedy": check.remedy,
        "kinds": list(check.kinds),
        "native_types": list(check.native_types),
        "providers": list(check.providers),
        "front_ends": [front_end.value for front_end in check.front_ends],
        "fixes": [front_end.value for front_end in check.fixes],
        "references": list(check.references),
        "frameworks": _lists(check.frameworks.by_framework()),
        "known_as": _lists(check.known_as.by_tool()),
        "examples": len(check.examples),
    }


def read_baseline(content: bytes, *, name: str) -> tuple[Earlier, ...]:
    """Read the findings of an earlier report in this form. Raises `InvalidInputError` for anything else."""
    expected = f"what `watchword scan --output json` writes ({FORMAT})"
    try:
        whole: object = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise InvalidInputError(f"{name}: no JSON: {error}", code="scan.baseline", expected=expected) from error
    results = whole.get("results") if isinstance(whole, dict) and whole.get("format") == FORMAT else None
    if not isinstance(results, list):
        raise InvalidInputError(f"{name}: no baseline", code="scan.baseline", expected=expected)
    found: list[Earlier] = []
    for number, result in enumerate(results):
        if not isinstance(result, dict):
            raise InvalidInputError(f"{name}: result {number} is no object", code="scan.baseline", expected=expected)
        if result.get("verdict") == "fail":
            texts = [result.get(key) for key in ("fingerprint", "digest", "check", "resource", "file", "severity")]
            if not all(isinstance(text, str) for text in texts):
                raise InvalidInputError(
                    f"{name}: result {number} has no fingerprint or digest", code="scan.baseline", expected=expected
                )
            fingerprint, digest, check, address, file, severity = map(str, texts)
            line = result.get("line")
            start = line if isinstance(line, int) else 0
            found.append(
                Earlier(
                    fingerprint=fingerprint,
                    digest=digest,
                    check=check,
                    address=address,
                    place=Place(file, start, start),
                    severity=severity,
                )
            )
    return tuple(found)


def written_earlier(findings: Iterable[Earlier]) -> bytes:
    """Write findings for `read_earlier`: with all that they have, for a memory of ours; not a form for others."""
    return json.dumps(
        [[old.fingerprint, old.digest, old.check, old.address, old.severity, *old.place] for old in findings]
    ).encode()


def read_earlier(content: bytes | None) -> tuple[Earlier, ...] | None:
    """Read what `written_earlier` wrote; None for anything else."""
    try:
        whole: object = json.loads(content or b"")
    except (ValueError, RecursionError):
        return None
    found: list[Earlier] = []
    for one in whole if isinstance(whole, list) else (None,):
        if not isinstance(one, list) or [type(part) for part in one] != _EARLIER:
            return None
        fingerprint, digest, check, address, severity, *place = one
        found.append(
            Earlier(
                fingerprint=fingerprint,
                digest=digest,
                check=check,
                address=address,
                severity=severity,
                place=Place(*place),
            )
        )
    return tuple(found)


_EARLIER: Final = [str, str, str, str, str, str, int, int, int]  # the last four are those of a place


def _place(place: Place) -> dict[str, Json]:
    return {"file": place.file, "line": place.line, "end_line": place.end_line}


def _evidence(evidence: Evidence) -> Json:
    return {
        "path": evidence.path,
        "value": evidence.value,
        "written": evidence.written,
        **_place(evidence.place),
        "root": _place(evidence.root),
    }


def _calls(calls: Iterable[Call]) -> Json:
    return [{"module": call.name, **_place(call.place)} for call in calls]


def _lists(names: Mapping[str, tuple[str, ...]]) -> Json:
    return {name: list(ids) for name, ids in names.items()}
