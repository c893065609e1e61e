"""The record: its newest entries, its checkpoint, whether it holds, and how anyone can verify it without us."""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response
from starlette.routing import Route

from watchword.console.desk import Desk, Visit, see_other
from watchword.console.ports import VerificationReport
from watchword.console.records.decision import decision_of
from watchword.evidence.ledger import InclusionProof, LedgerCorruptError, LedgerEntry
from watchword.kernel.errors import ConflictError, InvalidInputError, WatchwordError

_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    index: int
    at: datetime
    event: str
    what: str
    who: str
    outcome: str
    tone: str
    severity: str
    decision: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerView:
    entries: tuple[EntryLine, ...]
    size: int
    pending: int
    committed_at: datetime | None
    trouble: str
    checkpoint: str
    older_before: int | None
    first_page: bool
    report: VerificationReport | None
    unverified: str
    verifying: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    line: EntryLine
    class_uid: int
    activity: str
    reason: str
    source_ip: str
    request_id: str
    body: str
    size: int
    leaf: str
    path: tuple[str, ...]
    problem: str


_SEVERITIES = {1: "", 2: "low", 3: "medium", 4: "high", 5: "critical", 6: "fatal"}


class _LastVerification:
    """The last answer of "does it hold", and that only one such question is asked at a time."""

    def __init__(self) -> None:
        self.running = threading.Lock()
        self.report: VerificationReport | None = None
        self.failure = ""


def routes(desk: Desk) -> Sequence[Route]:
    last = _LastVerification()

    def listing(visit: Visit) -> Response:
        before = visit.query.text("before")
        entries = desk.ledger.page(before=_index(before) if before else None, limit=_SHOWN)
        status = desk.ledger_feed.status()
        note = desk.ledger.checkpoint()
        view = LedgerView(
            entries=tuple(entry_line(entry) for entry in entries),
            size=desk.ledger.size(),
            pending=status.pending,
            committed_at=status.committed_at,
            trouble=status.trouble or "",
            checkpoint=note.decode("utf-8", "replace") if note is not None else "",
            older_before=entries[-1].index if len(entries) == _SHOWN and entries[-1].index > 0 else None,
            first_page=not before,
            report=last.report,
            unverified=last.failure,
            verifying=last.running.locked(),
        )
        return desk.html(visit, "ledger/ledger.html", view, title="Ledger", section="ledger")

    def detail(visit: Visit) -> Response:
        entry = desk.ledger.record(_index(visit.parameters["index"]))
        proof: InclusionProof | None = None
        problem = ""
        try:
            proof = desk.ledger.inclusion(entry.index)
        except LedgerCorruptError as error:
            problem = str(error)
        view = RecordView(
            line=entry_line(entry),
            class_uid=entry.class_uid,
            activity=entry.activity,
            reason=entry.reason,
            source_ip=entry.source_ip,
            request_id=entry.request_id,
            body=json.dumps(entry.document(), indent=2, ensure_ascii=False),
            size=proof.head.size if proof is not None else 0,
            leaf=proof.leaf.hex() if proof is not None else "",
            path=tuple(node.hex() for node in proof.path) if proof is not None else (),
            problem=problem,
        )
        return desk.html(visit, "ledger/record.html", view, title=f"Record {entry.index}", section="ledger")

    def verify(visit: Visit) -> Response:
        del visit
        if not last.running.acquire(blocking=False):
            raise ConflictError(
                "the ledger is being verified already", code="ledger.verifying", hint="wait for it and reload the page"
            )
        try:
            last.failure = ""
            last.report = desk.verify()
        except WatchwordError as error:
            # Not known is not the same as holding: the last good answer is not shown as if it were today's.
            last.report, last.failure = None, str(error)
        finally:
            last.running.release()
        return see_other("/ledger")

    return [
        desk.get("/ledger", listing),
        desk.get("/ledger/records/{index}", detail),
        desk.post("/ledger/verify", verify),
    ]


def _index(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 18:  # noqa: PLR2004 - fits the database's integers
        raise InvalidInputError("not the index of a record", code="ledger.index", expected="a number")
    return int(text)


def entry_line(entry: LedgerEntry) -> EntryLine:
    line = decision_of(entry)
    if line is not None:
        tone, outcome = line.tone, line.word
    else:
        tone, outcome = ("neutral", "") if entry.succeeded else ("bad", entry.outcome)
    return EntryLine(
        index=entry.index,
        at=entry.time,
        event=_EVENTS.get(entry.event, entry.event),
        what=entry.what,
        who=entry.who,
        outcome=outcome,
        tone=tone,
        severity=_SEVERITIES.get(entry.severity_id, ""),
        decision=line is not None,
    )


_EVENTS = {
    "AccessDecided": "Decision",
    "StreamCut": "Stream cut",
    "PersonInvited": "Invitation",
    "InvitationRefused": "Invitation refused",
    "InvitationRevoked": "Invitation revoked",
    "PasskeyEnrolled": "Passkey enrolled",
    "PasskeyRemoved": "Passkey removed",
    "SignedIn": "Sign-in",
    "SignInFailed": "Sign-in failed",
    "SessionEnded": "Session ended",
    "PersonDisabled": "Person disabled",
    "PersonEnabled": "Person enabled",
    "GroupsChanged": "Groups changed",
    "ConfigurationApplied": "Configuration",
    "ConfigurationRefused": "Configuration refused",
    "ProcessChanged": "Process",
}
