"""From the JSON of a record back to what people ask of it: who, what, how it ended, and our event's own fields."""

from collections.abc import Mapping

import orjson

from watchword.evidence.ledger._ocsf.encoding import ANONYMOUS
from watchword.evidence.ledger.errors import LedgerCorruptError

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]
JsonObject = dict[str, JsonValue]

# Where the fields of `AccessDecided` stand that are not repeated under `unmapped.watchword`.
_DECISION_PATHS: Mapping[str, tuple[str, ...]] = {
    "request_id": ("api", "request", "uid"),
    "reason": ("status_code",),
    "status": ("http_response", "code"),
    "host": ("http_request", "url", "hostname"),
    "method": ("http_request", "http_method"),
    "path": ("http_request", "url", "path"),
    "person_id": ("actor", "user", "uid"),
    "session_id": ("actor", "session", "uid"),
}
# Those that are left out where no policy was asked, and that records of earlier versions do not have.
_CONTEXT = ("groups", "auth_age", "tls", "risk_level", "risk_score")


def parse(body: bytes, index: int) -> JsonObject:
    """Raise `LedgerCorruptError` (`ledger.form`) where the record is not a JSON object."""
    try:
        document: JsonValue = orjson.loads(body)
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict):
        raise LedgerCorruptError("the record is not a JSON object", code="ledger.form", record=index)
    return document


def at(document: JsonValue, *path: str) -> JsonValue:
    """What stands at a path of names, None where there is nothing."""
    for name in path:
        if not isinstance(document, dict):
            return None
        document = document.get(name)
    return document


def text(document: JsonValue, *path: str) -> str:
    found = at(document, *path)
    return found if isinstance(found, str) else ""


def number(document: JsonValue, *path: str) -> int:
    found = at(document, *path)
    return found if isinstance(found, int) else 0


def fields(document: JsonObject) -> JsonObject:
    """Our event's fields by their own names, as JSON values; empty for a record that is no event of ours.

    Records of earlier versions lack fields that later ones have: those are None.
    """
    kept = at(document, "unmapped", "watchword")
    if not isinstance(kept, dict):
        return {}
    if text(document, "metadata", "event_code") != "AccessDecided":
        return kept
    found: JsonObject = dict.fromkeys(_CONTEXT)
    found.update(kept)
    for name, path in _DECISION_PATHS.items():
        found[name] = at(document, *path)
    named = text(document, "actor", "user", "name")
    found["email"] = None if named == ANONYMOUS else named
    found["origin"] = {
        "source_ip": at(document, "src_endpoint", "ip"),
        "user_agent": text(document, "http_request", "user_agent") or None,
        "request_id": found["request_id"],
    }
    return found
