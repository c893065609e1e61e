"""What every OCSF event of ours shares, and how one becomes bytes."""

import dataclasses
import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import orjson

from watchword.kernel.clock import milliseconds
from watchword.kernel.errors import DefectError
from watchword.kernel.events import Event, Origin

VERSION = "1.8.0"

# Longer text comes from a client that wants to fill the disk: Envoy itself takes 60 KiB of headers. A record of which
# no text is too long stays below twice that, so that only longer ones are looked into.
_LONGEST = 2048
_LONG_DOCUMENT = 2 * _LONGEST

E = TypeVar("E", bound=Event)
Attributes = dict[str, object]


class Activity(enum.Enum):
    """OCSF classes and the activities in them that we use: class, its category, the activity, and both in words."""

    LOGON = (3002, 3, 1, "Authentication", "Logon")
    LOGOFF = (3002, 3, 2, "Authentication", "Logoff")
    ACCOUNT_CREATE = (3001, 3, 1, "Account Change", "Create")
    ACCOUNT_ENABLE = (3001, 3, 2, "Account Change", "Enable")
    ACCOUNT_DISABLE = (3001, 3, 5, "Account Change", "Disable")
    FACTOR_ENABLE = (3001, 3, 10, "Account Change", "MFA Factor Enable")
    FACTOR_DISABLE = (3001, 3, 11, "Account Change", "MFA Factor Disable")
    ACCOUNT_OTHER = (3001, 3, 99, "Account Change", "Other")
    ASSIGN_PRIVILEGES = (3005, 3, 1, "User Access Management", "Assign Privileges")
    REVOKE_PRIVILEGES = (3005, 3, 2, "User Access Management", "Revoke Privileges")
    CHANGE_PRIVILEGES = (3005, 3, 99, "User Access Management", "Change Privileges")
    CREATE = (6003, 6, 1, "API Activity", "Create")
    READ = (6003, 6, 2, "API Activity", "Read")
    UPDATE = (6003, 6, 3, "API Activity", "Update")
    DELETE = (6003, 6, 4, "API Activity", "Delete")
    OTHER_REQUEST = (6003, 6, 99, "API Activity", "Other")
    START = (6002, 6, 3, "Application Lifecycle", "Start")
    STOP = (6002, 6, 4, "Application Lifecycle", "Stop")
    RESTART = (6002, 6, 5, "Application Lifecycle", "Restart")
    PROCESS_OTHER = (6002, 6, 99, "Application Lifecycle", "Other")

    def __init__(self, class_uid: int, category_uid: int, activity_id: int, class_name: str, name_: str) -> None:
        self.class_uid = class_uid
        self.attributes: Attributes = {
            "class_uid": class_uid,
            "class_name": class_name,
            "category_uid": category_uid,
            "activity_id": activity_id,
            "activity_name": name_,
            "type_uid": class_uid * 100 + activity_id,
        }


class Severity(enum.IntEnum):
    INFORMATIONAL = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4


@dataclass(frozen=True, slots=True)
class Encoder(Generic[E]):
    """One event class and the function that gives its OCSF attributes."""

    event: type[E]
    attributes: Callable[[E], Attributes]


def encodes(event: type[E]) -> Callable[[Callable[[E], Attributes]], Encoder[E]]:
    """Say which event class the function below is for."""
    return lambda attributes: Encoder(event, attributes)


_PRODUCT = orjson.Fragment(orjson.dumps({"name": "Watchword", "vendor_name": "Watchword"}))
_PROFILES = orjson.Fragment(b'["security_control"]')
_OPTIONS = orjson.OPT_UTC_Z


def encode(event: Event, encoder: Encoder[Event], uid: str) -> bytes:
    """Return the event as JSON. `uid` names this record and no other, in any ledger.

    Text that is not Unicode (a lone surrogate) is written with backslashes. In a record beyond 4 KiB, text beyond
    2,048 characters is cut, and `metadata.is_truncated` says so. Raise `DefectError` where the event holds something
    that JSON cannot.
    """
    try:
        document = _document(event, encoder, uid)
        if len(document) > _LONG_DOCUMENT:
            shortened = _bounded(event)
            if shortened != event:
                document = _document(shortened, encoder, uid, truncated=True)
    except TypeError:  # orjson's error for a lone surrogate, and for a type that JSON does not have
        try:
            return _document(_bounded(event), encoder, uid)
        except TypeError as error:
            raise DefectError(
                f"{type(event).__name__} cannot be written as JSON", code="ledger.encode", found=str(error)
            ) from error
    return document


def _document(event: Event, encoder: Encoder[Event], uid: str, *, truncated: bool = False) -> bytes:
    attributes = encoder.attributes(event)
    metadata: Attributes = {
        "version": VERSION,
        "product": _PRODUCT,
        "profiles": _PROFILES,
        "uid": uid,
        "event_code": encoder.event.__name__,
    }
    if truncated:
        metadata["is_truncated"] = True
    attributes["time"] = milliseconds(event.at)
    attributes["metadata"] = metadata
    attributes["unmapped"] = {"watchword": event}
    return orjson.dumps(attributes, _plain, _OPTIONS)


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _bounded(event: Event) -> Event:
    """The same event with every text in it printable and of bounded length."""
    changes = {f.name: _bounded_value(getattr(event, f.name)) for f in dataclasses.fields(event)}
    return dataclasses.replace(event, **changes)  # type: ignore[arg-type]  # each value keeps its own field's type


def _bounded_value(value: object) -> object:
    match value:
        case enum.Enum():
            return value
        case str():
            text = value.encode("utf-8", "backslashreplace").decode("utf-8")
            return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
        case tuple():
            return tuple(map(_bounded_value, value))
        case frozenset():
            return frozenset(map(_bounded_value, value))
        case Origin():
            return Origin(
                source_ip=_text(value.source_ip), user_agent=_text(value.user_agent), request_id=_text(value.request_id)
            )
        case _:
            return value


def _text(value: str | None) -> str | None:
    bounded = _bounded_value(value)
    return bounded if isinstance(bounded, str) else None


SUCCESS: Attributes = {"status_id": 1, "status": "Success"}
FAILURE: Attributes = {"status_id": 2, "status": "Failure"}


def endpoint(origin: Origin) -> Attributes:
    """`src_endpoint`: its schema wants a name or an id, so an address is its own name."""
    address = origin.source_ip
    return {"name": "local"} if not address else {"name": address, "ip": address}


def actor(name: str) -> Attributes:
    """`actor`, from the ARN of a person or the name of whoever it was."""
    return {"user": user(name.rpartition(":person/")[2] or name)}


def user(email: str | None, uid: str | None = None) -> Attributes:
    """`user`: people's name is their address, because that is what an analyst searches for."""
    found: Attributes = {"name": email or "unknown"}
    if uid is not None:
        found["uid"] = uid
    return found


def epoch(at: datetime) -> int:
    return milliseconds(at)
