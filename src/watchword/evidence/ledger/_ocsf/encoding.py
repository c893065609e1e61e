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
# An entry of C2SP tlog-tiles, in which the ledger is exported, has at most 65,535 bytes.
_LONGEST_DOCUMENT = 0xFFFF

E = TypeVar("E", bound=Event)
Attributes = dict[str, object]


# OCSF: 99 is an activity that the schema has no number for; its name is then required.
_OTHER = 99


class Activity(enum.Enum):
    """OCSF classes and the activities in them that we use: class, its category, the activity, and its name."""

    LOGON = (3002, 3, 1, "Logon")
    LOGOFF = (3002, 3, 2, "Logoff")
    ACCOUNT_CREATE = (3001, 3, 1, "Create")
    ACCOUNT_ENABLE = (3001, 3, 2, "Enable")
    ACCOUNT_DISABLE = (3001, 3, 5, "Disable")
    FACTOR_ENABLE = (3001, 3, 10, "MFA Factor Enable")
    FACTOR_DISABLE = (3001, 3, 11, "MFA Factor Disable")
    ACCOUNT_OTHER = (3001, 3, 99, "Other")
    ASSIGN_PRIVILEGES = (3005, 3, 1, "Assign Privileges")
    REVOKE_PRIVILEGES = (3005, 3, 2, "Revoke Privileges")
    CHANGE_PRIVILEGES = (3005, 3, 99, "Change Privileges")
    CREATE = (6003, 6, 1, "Create")
    READ = (6003, 6, 2, "Read")
    UPDATE = (6003, 6, 3, "Update")
    DELETE = (6003, 6, 4, "Delete")
    OTHER_REQUEST = (6003, 6, 99, "Other")
    START = (6002, 6, 3, "Start")
    STOP = (6002, 6, 4, "Stop")
    RESTART = (6002, 6, 5, "Restart")
    PROCESS_OTHER = (6002, 6, 99, "Other")
    SCAN_COMPLETED = (6007, 6, 2, "Completed")
    SCAN_ERROR = (6007, 6, 6, "Error")
    REMEDY_RESTORE = (7001, 7, 3, "Restore")
    REMEDY_HARDEN = (7001, 7, 4, "Harden")

    def __init__(self, class_uid: int, category_uid: int, activity_id: int, activity_name: str) -> None:
        self.type_uid = class_uid * 100 + activity_id  # OCSF, "Type ID"
        self.activity_name = activity_name
        # Names are left out where the number says it: they cost 200 bytes of each record.
        self.attributes: Attributes = {
            "class_uid": class_uid,
            "category_uid": category_uid,
            "activity_id": activity_id,
            "type_uid": self.type_uid,
        }
        if activity_id == _OTHER:
            self.attributes["activity_name"] = activity_name


ACTIVITY_NAMES = {a.type_uid: a.activity_name for a in Activity}
STATUS_NAMES = {1: "Success", 2: "Failure"}


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
    opening: bytes


def encodes(event: type[E]) -> Callable[[Callable[[E], Attributes]], Encoder[E]]:
    """Say which event class the function below is for."""
    metadata = orjson.dumps(
        {
            "version": VERSION,
            "product": {"name": "Watchword", "vendor_name": "Watchword"},
            "profiles": ["security_control"],
            "event_code": event.__name__,
        }
    )
    opening = b'{"metadata":' + metadata[:-1] + b',"uid":"'
    return lambda attributes: Encoder(event, attributes, opening)


_TRUNCATED = b',"is_truncated":true'
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
            for bounds in _BOUNDS:
                shortened = _bounded(event, bounds)
                if shortened != event:
                    document = _document(shortened, encoder, uid, truncated=True)
                if len(document) <= _LONGEST_DOCUMENT:
                    break
    except TypeError:  # orjson's error for a lone surrogate, and for a type that JSON does not have
        try:
            return _document(_bounded(event, _BOUNDS[-1]), encoder, uid)
        except TypeError as error:
            raise DefectError(
                f"{type(event).__name__} cannot be written as JSON", code="ledger.encode", found=str(error)
            ) from error
    return document


def _document(event: Event, encoder: Encoder[Event], uid: str, *, truncated: bool = False) -> bytes:
    attributes = encoder.attributes(event)
    attributes["time"] = milliseconds(event.at)
    if "unmapped" not in attributes:
        attributes["unmapped"] = {"watchword": event}
    # What never changes is joined in front, rather than built and written anew for each record. `uid` is ours, and
    # plain: it needs no escaping.
    cut = _TRUNCATED if truncated else b""
    return b"".join((encoder.opening, uid.encode(), b'"', cut, b"},", orjson.dumps(attributes, _plain, _OPTIONS)[1:]))


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _bounded(event: Event, bounds: "_Bounds") -> Event:
    """The same event with every text in it printable and of bounded length, and no list too long."""
    changes = {f.name: bounds.apply(getattr(event, f.name)) for f in dataclasses.fields(event)}
    return dataclasses.replace(event, **changes)  # type: ignore[arg-type]  # each value keeps its own field's type


@dataclass(frozen=True, slots=True)
class _Bounds:
    characters: int
    items: int

    def apply(self, value: object) -> object:
        match value:
            case enum.Enum():
                return value
            case str():
                return self.text(value)
            case tuple():
                return tuple(map(self.apply, value[: self.items]))
            case frozenset():
                return frozenset(map(self.apply, sorted(value)[: self.items]))
            case Origin():
                return Origin(
                    source_ip=self.optional(value.source_ip),
                    user_agent=self.optional(value.user_agent),
                    request_id=self.optional(value.request_id),
                )
            case _:
                return value

    def text(self, value: str) -> str:
        text = value.encode("utf-8", "backslashreplace").decode("utf-8")
        return text if len(text) <= self.characters else text[: self.characters - 1] + "…"

    def optional(self, value: str | None) -> str | None:
        return None if value is None else self.text(value)


# The second is for what is still too long after the first. A character takes at most 12 bytes of JSON, and no event has
# more than two dozen texts.
_BOUNDS = (_Bounds(_LONGEST, 256), _Bounds(128, 24))


# The name under which somebody without a session is recorded; no address is without an @.
ANONYMOUS = "anonymous"

SUCCESS: Attributes = {"status_id": 1}
FAILURE: Attributes = {"status_id": 2}


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
