"""Passes and contents as JSON, both ways. The same value gives the same bytes: their SHA-256 is what the ledger holds.

Reading is strict: bytes that are no record of ours raise `InvalidInputError` (`compliance.record`), and so does a
record of a later form. Nothing that cannot be read is taken for an empty one.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final

from watchword.evidence.posture.compliance.model import (
    Attested,
    CheckCount,
    Content,
    DriftedThing,
    DriftFound,
    Ended,
    Outcome,
    Pass,
    Taken,
    Trigger,
    WaivedBy,
)
from watchword.evidence.posture.model import Severity, Verdict
from watchword.kernel.errors import InvalidInputError

FORM: Final = 1
_PASS: Final = "watchword-pass"  # noqa: S105 - the name of a form, no password
_CONTENT: Final = "watchword-pass-content"

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def canonical(value: Json) -> bytes:
    """JSON with sorted names, two spaces and a final newline: for people as for digests."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode("utf-8", "backslashreplace")


def instant(at: datetime) -> str:
    """RFC 3339 in UTC, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def write_pass(one: Pass) -> bytes:
    return canonical(
        {
            "form": _PASS,
            "version": FORM,
            "id": one.id,
            "estate": one.estate,
            "started": instant(one.started),
            "finished": instant(one.finished),
            "trigger": one.trigger.value,
            "cause": one.cause,
            "ended": one.ended.value,
            "content": one.content,
            "configuration": one.revision,
            "watchword": one.version,
            "commits": dict(one.commits),
            "findings": {severity.value: count for severity, count in one.findings.items()},
            "unknown": one.unknown,
            "errors": one.errors,
            "introduced": one.introduced,
            "fixed": one.fixed,
            "error": one.error,
            "code": one.code,
        }
    )


def read_pass(content: bytes, *, name: str) -> Pass:
    record = _record(content, _PASS, name)
    try:
        return Pass(
            id=record.text("id"),
            estate=record.text("estate"),
            started=record.instant("started"),
            finished=record.instant("finished"),
            trigger=Trigger(record.text("trigger")),
            cause=record.text("cause"),
            ended=Ended(record.text("ended")),
            content=record.text("content"),
            revision=record.text("configuration"),
            version=record.text("watchword"),
            commits={k: str(v) for k, v in record.mapping("commits").items()},
            findings={Severity(k): _Fields(record.mapping("findings")).number(k) for k in record.mapping("findings")},
            unknown=record.number("unknown"),
            errors=record.number("errors"),
            introduced=record.number("introduced"),
            fixed=record.number("fixed"),
            error=record.text("error"),
            code=record.text("code"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _no_record(name, error) from error


def write_content(content: Content) -> bytes:
    return canonical(
        {
            "form": _CONTENT,
            "version": FORM,
            "outcomes": [_outcome(o) for o in content.outcomes],
            "counts": [
                {
                    "check": c.check,
                    "severity": c.severity.value,
                    "passed": c.passed,
                    "failed": c.failed,
                    "waived": c.waived,
                    "unknown": c.unknown,
                    "error": c.error,
                    "not_applicable": c.not_applicable,
                }
                for c in content.counts
            ],
            "asked": list[Json](sorted(content.asked)),
            "scope": list[Json](content.scope),
            "maturity": dict(content.maturity),
            "attestations": [
                {
                    "function": a.function,
                    "stage": a.stage,
                    "artifact": a.artifact,
                    "sha256": a.sha256,
                    "signer": a.signer,
                    "expires": a.expires.isoformat(),
                }
                for a in content.attestations
            ],
            "critical": list[Json](content.critical),
            "assets": dict(content.assets),
            "files": content.files,
            "warnings": list[Json](content.warnings),
            "imports": [{"file": i.file, "form": i.form, "findings": i.findings} for i in content.imports],
            "drift": None if content.drift is None else drift_record(content.drift),
            "stacks": dict(content.stacks),
        }
    )


def read_content(content: bytes, *, name: str) -> Content:
    record = _record(content, _CONTENT, name)
    try:
        return Content(
            outcomes=tuple(_read_outcome(one) for one in record.records("outcomes")),
            counts=tuple(
                CheckCount(
                    check=c.text("check"),
                    severity=Severity(c.text("severity")),
                    passed=c.number("passed"),
                    failed=c.number("failed"),
                    waived=c.number("waived"),
                    unknown=c.number("unknown"),
                    error=c.number("error"),
                    not_applicable=c.number("not_applicable"),
                )
                for c in record.records("counts")
            ),
            asked=frozenset(record.texts("asked")),
            scope=record.texts("scope"),
            maturity={k: None if v is None else str(v) for k, v in record.mapping("maturity").items()},
            attestations=tuple(
                Attested(
                    function=a.text("function"),
                    stage=a.text("stage"),
                    artifact=a.text("artifact"),
                    sha256=a.text("sha256"),
                    signer=a.text("signer"),
                    expires=date.fromisoformat(a.text("expires")),
                )
                for a in record.records("attestations")
            ),
            critical=record.texts("critical"),
            assets={k: _Fields(record.mapping("assets")).number(k) for k in record.mapping("assets")},
            files=record.number("files"),
            warnings=record.texts("warnings"),
            imports=tuple(
                Taken(file=i.text("file"), form=i.text("form"), findings=i.number("findings"))
                for i in record.records("imports")
            ),
            drift=_read_drift(_Fields(record.mapping("drift"))) if record.has("drift") else None,
            stacks={k: str(v) for k, v in record.mapping("stacks").items()},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _no_record(name, error) from error


def drift_record(found: DriftFound) -> dict[str, Json]:
    return {
        "compared": found.compared,
        "cannot_tell": found.cannot_tell,
        "left_out": found.left_out,
        "things": [
            {"kind": t.kind, "address": t.address, "identity": t.identity, "paths": list[Json](t.paths)}
            for t in found.things
        ],
    }


def _read_drift(found: "_Fields") -> DriftFound:
    return DriftFound(
        compared=found.number("compared"),
        cannot_tell=found.number("cannot_tell"),
        left_out=found.number("left_out"),
        things=tuple(
            DriftedThing(
                kind=t.text("kind"), address=t.text("address"), identity=t.text("identity"), paths=t.texts("paths")
            )
            for t in found.records("things")
        ),
    )


def outcome_record(outcome: Outcome) -> dict[str, Json]:
    """An outcome as reports and packs tell it."""
    return _outcome(outcome)


def _outcome(outcome: Outcome) -> dict[str, Json]:
    waiver = outcome.waiver
    return {
        "fingerprint": outcome.fingerprint,
        "digest": outcome.digest,
        "check": outcome.check,
        "severity": outcome.severity.value,
        "verdict": outcome.verdict.value,
        "address": outcome.address,
        "file": outcome.file,
        "line": outcome.line,
        "words": outcome.words,
        "kind": outcome.kind,
        "since": None if outcome.since is None else instant(outcome.since),
        "waiver": None
        if waiver is None
        else {"owner": waiver.owner, "reason": waiver.reason, "expires": waiver.expires.isoformat()},
        "sources": list[Json](outcome.sources),
    }


def _read_outcome(one: "_Fields") -> Outcome:
    waiver = one.mapping("waiver") if one.has("waiver") else None
    return Outcome(
        fingerprint=one.text("fingerprint"),
        digest=one.text("digest"),
        check=one.text("check"),
        severity=Severity(one.text("severity")),
        verdict=Verdict(one.text("verdict")),
        address=one.text("address"),
        file=one.text("file"),
        line=one.number("line"),
        words=one.text("words"),
        kind=one.text("kind"),
        since=one.instant("since") if one.has("since") else None,
        waiver=None
        if waiver is None
        else WaivedBy(
            owner=_Fields(waiver).text("owner"),
            reason=_Fields(waiver).text("reason"),
            expires=date.fromisoformat(_Fields(waiver).text("expires")),
        ),
        sources=one.texts("sources"),
    )


class _Fields:
    """A JSON object whose fields are of known kinds; anything else raises `TypeError`, what is missing `KeyError`."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, Json]) -> None:
        self._fields = fields

    def has(self, name: str) -> bool:
        return self._fields[name] is not None

    def text(self, name: str) -> str:
        value = self._fields[name]
        if not isinstance(value, str):
            raise TypeError(f"{name} is no text")
        return value

    def number(self, name: str) -> int:
        value = self._fields[name]
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{name} is no number")
        return value

    def instant(self, name: str) -> datetime:
        return datetime.strptime(self.text(name), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)

    def mapping(self, name: str) -> Mapping[str, Json]:
        value = self._fields[name]
        if not isinstance(value, dict):
            raise TypeError(f"{name} is no object")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._fields[name]
        if not isinstance(value, list):
            raise TypeError(f"{name} is no list")
        return tuple(map(str, value))

    def records(self, name: str) -> "tuple[_Fields, ...]":
        value = self._fields[name]
        if not isinstance(value, list):
            raise TypeError(f"{name} is no list")
        found: list[_Fields] = []
        for item in value:
            if not isinstance(item, dict):
                raise TypeError(f"{name} holds something else than objects")
            found.append(_Fields(item))
        return tuple(found)


def _record(content: bytes, form: str, name: str) -> _Fields:
    try:
        value: Json = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _no_record(name, error) from error
    if not isinstance(value, dict) or value.get("form") != form:
        raise InvalidInputError(f"{name}: not a record of ours", code="compliance.record", expected=f"form {form}")
    if value.get("version") != FORM:
        raise InvalidInputError(
            f"{name}: a record of another version",
            code="compliance.record",
            expected=f"version {FORM}",
            found=repr(value.get("version")),
        )
    return _Fields(value)


def _no_record(name: str, error: Exception) -> InvalidInputError:
    return InvalidInputError(f"{name}: not a record of ours: {error}", code="compliance.record")
