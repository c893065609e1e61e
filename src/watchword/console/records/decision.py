"""A decision as pages show it, read from the ledger's record of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from watchword.evidence.ledger import LedgerEntry

EVENT = "AccessDecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """A statement as the record names it."""

    policy: str
    layer: str
    index: int
    sid: str
    line: int

    @property
    def label(self) -> str:
        return self.sid or f"statement {self.index + 1}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """`tone` is good, bad or neutral; `word` says the same in text, so that colour is never alone."""

    index: int
    at: datetime
    request_id: str
    outcome: str
    status: int
    reason: str
    application: str
    route: str
    host: str
    method: str
    path: str
    email: str
    person_id: str
    session_id: str
    assurance: str
    statements: tuple[StatementLine, ...]
    blocking_layer: str
    missing_keys: tuple[str, ...]
    policy_revision: str
    configuration_revision: str
    privileged: bool
    duration_us: int
    source_ip: str
    user_agent: str

    @property
    def allowed(self) -> bool:
        return self.outcome == "Allowed"

    @property
    def tone(self) -> str:
        if self.allowed:
            return "good"
        return "bad" if self.outcome in {"ExplicitlyDenied", "ImplicitlyDenied"} else "neutral"

    @property
    def word(self) -> str:
        return {
            "Allowed": "Allowed",
            "ExplicitlyDenied": "Denied",
            "ImplicitlyDenied": "Denied",
        }.get(self.outcome, "Sent to sign in" if self.status in {301, 302, 303} else "Refused")

    @property
    def why(self) -> str:
        """The shortest reason: the rule, or the code."""
        if self.statements:
            return self.statements[0].label + (f" +{len(self.statements) - 1}" if len(self.statements) > 1 else "")
        if self.outcome == "ImplicitlyDenied":
            return "no rule allows it"
        return REASONS.get(self.reason, self.reason)


# The codes of `AccessDecided.reason` in words.
REASONS = {
    "allowed": "allowed",
    "no-session": "not signed in",
    "session-ended": "the session had ended",
    "session-expired": "the session had expired",
    "assurance": "a stronger sign-in is needed",
    "denied": "the policies do not allow it",
    "path": "a path that two parsers could read differently",
    "method": "a method that the route does not carry",
    "host": "no such application",
    "route": "another route than the one that fits",
    "credentials": "a credential in a form we never give out",
    "unavailable": "something we need did not answer",
    "defect": "a defect of ours",
}


def decision_of(entry: LedgerEntry) -> DecisionLine | None:
    """Return None for a record of something else."""
    if entry.event != EVENT:
        return None
    fields = entry.fields
    origin = fields.get("origin")
    from_where: Mapping[str, object] = origin if isinstance(origin, dict) else {}
    return DecisionLine(
        index=entry.index,
        at=entry.time,
        request_id=_text(fields, "request_id"),
        outcome=_text(fields, "outcome"),
        status=_number(fields, "status"),
        reason=_text(fields, "reason"),
        application=_text(fields, "application"),
        route=_text(fields, "route"),
        host=_text(fields, "host"),
        method=_text(fields, "method"),
        path=_text(fields, "path"),
        email=_text(fields, "email"),
        person_id=_text(fields, "person_id"),
        session_id=_text(fields, "session_id"),
        assurance=_text(fields, "assurance"),
        statements=tuple(
            StatementLine(
                policy=_text(item, "policy"),
                layer=_text(item, "layer"),
                index=_number(item, "index"),
                sid=_text(item, "sid"),
                line=_number(item, "line"),
            )
            for item in _objects(fields, "statements")
        ),
        blocking_layer=_text(fields, "blocking_layer"),
        missing_keys=_texts(fields, "missing_keys"),
        policy_revision=_text(fields, "policy_revision"),
        configuration_revision=_text(fields, "configuration_revision"),
        privileged=fields.get("privileged") is True,
        duration_us=_number(fields, "duration_us"),
        source_ip=_text(from_where, "source_ip"),
        user_agent=_text(from_where, "user_agent"),
    )


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _number(fields: Mapping[str, object], name: str) -> int:
    value = fields.get(name)
    return value if isinstance(value, int) else 0


def _texts(fields: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = fields.get(name)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _objects(fields: Mapping[str, object], name: str) -> tuple[Mapping[str, object], ...]:
    value = fields.get(name)
    return tuple(item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()
