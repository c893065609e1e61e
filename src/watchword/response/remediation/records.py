"""A set as JSON, both ways. Its digest is SHA-256 over the set alone: approvals and what was done come after it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from watchword.evidence.posture.compliance.records import canonical, instant, sha256
from watchword.evidence.posture.model import Severity
from watchword.kernel.errors import InvalidInputError
from watchword.response.remediation.model import (
    Applied,
    Approval,
    Belts,
    Call,
    Json,
    Kept,
    Refusal,
    RemedySet,
    Status,
    Step,
)

_FORM: Final = "watchword-remediation"
_VERSION: Final = 1


def digest_of(planned: RemedySet) -> str:
    return sha256(canonical(_set(planned)))


def set_document(planned: RemedySet) -> dict[str, Json]:
    """The set as it is shown and hashed."""
    return _set(planned)


def write_kept(kept: Kept) -> bytes:
    return canonical(
        {
            "form": _FORM,
            "version": _VERSION,
            "set": _set(kept.set),
            "digest": kept.digest,
            "approvals": [
                {"by": a.by, "at": instant(a.at), "expires": instant(a.expires), "digest": a.digest}
                for a in kept.approvals
            ],
            "status": kept.status.value,
            "applied": [
                {"number": a.number, "at": instant(a.at), "succeeded": a.succeeded, "detail": a.detail}
                for a in kept.applied
            ],
        }
    )


def read_kept(content: bytes, *, name: str) -> Kept:
    """Raises `InvalidInputError`: `remediation.record` for what is no set, `remediation.altered` for one that was."""
    try:
        value: Json = json.loads(content)
        if not isinstance(value, dict) or value.get("form") != _FORM or value.get("version") != _VERSION:
            raise ValueError("another form")  # noqa: TRY301 - one way out for everything that is odd
        kept = Kept(
            set=_read_set(_object(value["set"])),
            digest=_text(value["digest"]),
            approvals=tuple(
                Approval(by=_text(a["by"]), at=_at(a["at"]), expires=_at(a["expires"]), digest=_text(a["digest"]))
                for a in _objects(value["approvals"])
            ),
            status=Status(_text(value["status"])),
            applied=tuple(
                Applied(
                    number=_number(a["number"]),
                    at=_at(a["at"]),
                    succeeded=a["succeeded"] is True,
                    detail=_text(a["detail"]),
                )
                for a in _objects(value["applied"])
            ),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidInputError(f"{name}: no remediation set of ours: {error}", code="remediation.record") from error
    if digest_of(kept.set) != kept.digest:
        raise InvalidInputError(
            f"{name}: the set was altered after it was planned",
            code="remediation.altered",
            expected=kept.digest,
            found=digest_of(kept.set),
            hint="plan it again",
        )
    return kept


def _set(planned: RemedySet) -> dict[str, Json]:
    belts = planned.belts
    return {
        "id": planned.id,
        "estate": planned.estate,
        "account": planned.account,
        "profile": planned.profile,
        "made": instant(planned.made),
        "made_by": planned.made_by,
        "pass": planned.pass_id,
        "belts": {
            "most": belts.most,
            "share": belts.share,
            "lifetime_seconds": int(belts.lifetime.total_seconds()),
            "reason": belts.reason,
        },
        "steps": [
            {
                "check": s.check,
                "severity": s.severity.value,
                "address": s.address,
                "fingerprint": s.fingerprint,
                "critical": s.critical,
                "does": s.does,
                "look": _call(s.look),
                "before": s.before,
                "calls": [_call(c) for c in s.calls],
                "undo": [_call(c) for c in s.undo],
            }
            for s in planned.steps
        ],
        "refused": [{"check": r.check, "address": r.address, "why": r.why} for r in planned.refused],
    }


def _call(call: Call) -> dict[str, Json]:
    return {"operation": call.operation, "region": call.region, "parameters": dict(call.parameters)}


def _read_set(value: Mapping[str, Json]) -> RemedySet:
    belts = _object(value["belts"])
    share = belts["share"]
    if not isinstance(share, int | float):
        raise TypeError("share is no number")
    return RemedySet(
        id=_text(value["id"]),
        estate=_text(value["estate"]),
        account=_text(value["account"]),
        profile=_text(value["profile"]),
        made=_at(value["made"]),
        made_by=_text(value["made_by"]),
        pass_id=_text(value["pass"]),
        belts=Belts(
            most=_number(belts["most"]),
            share=share,
            lifetime=timedelta(seconds=_number(belts["lifetime_seconds"])),
            reason=_text(belts["reason"]),
        ),
        steps=tuple(
            Step(
                check=_text(s["check"]),
                severity=Severity(_text(s["severity"])),
                address=_text(s["address"]),
                fingerprint=_text(s["fingerprint"]),
                critical=s["critical"] is True,
                does=_text(s["does"]),
                look=_read_call(_object(s["look"])),
                before=s["before"],
                calls=tuple(_read_call(c) for c in _objects(s["calls"])),
                undo=tuple(_read_call(c) for c in _objects(s["undo"])),
            )
            for s in _objects(value["steps"])
        ),
        refused=tuple(
            Refusal(check=_text(r["check"]), address=_text(r["address"]), why=_text(r["why"]))
            for r in _objects(value["refused"])
        ),
    )


def _read_call(value: Mapping[str, Json]) -> Call:
    return Call(
        operation=_text(value["operation"]), region=_text(value["region"]), parameters=_object(value["parameters"])
    )


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise TypeError("an object was expected")
    return value


def _objects(value: Json) -> list[dict[str, Json]]:
    if not isinstance(value, list):
        raise TypeError("a list was expected")
    return [_object(one) for one in value]


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return value


def _number(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("a number was expected")
    return value


def _at(value: Json) -> datetime:
    return datetime.strptime(_text(value), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
