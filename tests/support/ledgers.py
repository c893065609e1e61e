"""Ledgers to test with: one event of each class, a signer, and small ledgers in memory."""

from datetime import UTC, datetime, timedelta

from watchword.adapters.memory.ledger import MemoryLedgerStore
from watchword.decision.engine import Layer, StatementRef
from watchword.enforcement.gateway.events import AccessDecided, GatewayAnswered, StreamCut
from watchword.evidence.events import (
    AssessmentKept,
    ComplianceReported,
    EstateExamined,
    EvidencePackSealed,
    RemediationStepTaken,
)
from watchword.evidence.ledger import CheckpointSigner, Ledger, LedgerStore
from watchword.identity.people.events import (
    EndReason,
    GroupsChanged,
    InvitationRefused,
    InvitationRevoked,
    PasskeyEnrolled,
    PasskeyRemoved,
    PersonDisabled,
    PersonEnabled,
    PersonInvited,
    SessionEnded,
    SignedIn,
    SignInFailed,
)
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.clock import SettableClock
from watchword.kernel.events import (
    ConfigurationApplied,
    ConfigurationRefused,
    Event,
    Origin,
    ProcessChanged,
)
from watchword.kernel.ids import InvitationId, PasskeyId, PersonId, SessionId

ORIGIN = "watchword.test/ledger"
SEED = bytes(range(32))
NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)

_ALICE = PersonId("per_alice")
_EMAIL = "alice@example.com"
_FROM = Origin(source_ip="203.0.113.9", user_agent="Mozilla/5.0 (X11; Linux x86_64)", request_id="req-1")


def signer(seed: bytes = SEED) -> CheckpointSigner:
    return CheckpointSigner.from_seed(ORIGIN, seed)


def ledger(
    store: LedgerStore, *, max_delay: float = 5.0, max_pending: int = 20_000, heartbeat: float = 3600.0
) -> Ledger:
    return Ledger(
        store,
        signer(),
        SettableClock(NOON),
        origin=ORIGIN,
        max_delay=max_delay,
        max_pending=max_pending,
        heartbeat=heartbeat,
    )


def decided(number: int = 0, *, allowed: bool = True, path: str | None = None) -> AccessDecided:
    return AccessDecided(
        at=NOON + timedelta(milliseconds=number),
        request_id=f"req-{number}",
        outcome="Allowed" if allowed else "ImplicitlyDenied",
        status=200 if allowed else 403,
        reason="allowed" if allowed else "denied",
        application="payroll",
        route="payroll-root",
        host="payroll.localhost",
        method="GET",
        path=path if path is not None else f"/reports/{number}",
        person_id="per_alice",
        email=_EMAIL,
        session_id="ses_1",
        assurance="aal2",
        statements=(StatementRef(policy="readers", layer=Layer.IDENTITY, index=0, sid="Read", line=3),)
        if allowed
        else (),
        blocking_layer=None if allowed else "identity",
        missing_keys=() if allowed else ("watchword:hardwarekey",),
        policy_revision="p1",
        configuration_revision="c1",
        privileged=False,
        duration_us=84,
        origin=_FROM,
        groups=("finance", "staff"),
        auth_age=1234,
        tls=False,
    )


def one_of_each() -> tuple[Event, ...]:
    """An event of every class that exists; a test sees to it that none is forgotten."""
    at, actor, origin = NOON, "arn:watchword:iam:::person/root@example.com", _FROM
    invitation, passkey, session = InvitationId("inv_1"), PasskeyId("cred-1"), SessionId("ses_1")
    return (
        decided(),
        decided(1, allowed=False),
        StreamCut(
            at=at, request_id="req-2", application="chat", route="chat-root", person_id=_ALICE, email=_EMAIL,
            session_id="ses_1", reason="session-ended", latency_ms=12.5, origin=origin,
        ),
        GatewayAnswered(
            at=at, since=at - timedelta(seconds=9), count=7, status=400, reason="path_normalization_failed", detail="",
            host="payroll.example.com", method="GET", path="/a%2fb", origin=origin,
        ),
        PersonInvited(
            at=at, actor="operator", origin=Origin(), person_id=_ALICE, email=_EMAIL,
            groups=frozenset({"staff", "administrators"}), invitation_id=invitation, expires_at=at + timedelta(days=1),
        ),
        InvitationRefused(at=at, actor="anonymous", origin=origin, invitation_id=None, email=None, reason="unknown"),
        InvitationRevoked(at=at, actor=actor, origin=origin, invitation_id=invitation, person_id=_ALICE, email=_EMAIL),
        PasskeyEnrolled(
            at=at, actor=actor, origin=origin, person_id=_ALICE, email=_EMAIL, passkey_id=passkey,
            aaguid="00000000-0000-0000-0000-000000000000", hardware=True, backup_eligible=False,
        ),
        PasskeyRemoved(at=at, actor=actor, origin=origin, person_id=_ALICE, email=_EMAIL, passkey_id=passkey),
        SignedIn(
            at=at, actor=actor, origin=origin, person_id=_ALICE, email=_EMAIL, session_id=session, passkey_id=passkey,
            assurance=AssuranceLevel.AAL2, amr=("swk", "user", "mfa"), hardware=False,
        ),
        SignInFailed(at=at, actor="anonymous", origin=origin, email=None, passkey_id=passkey, reason="signature"),
        SessionEnded(
            at=at, actor=actor, origin=origin, session_id=session, person_id=_ALICE, email=_EMAIL,
            reason=EndReason.ENDED_BY_OWNER,
        ),
        PersonDisabled(at=at, actor=actor, origin=origin, person_id=_ALICE, email=_EMAIL),
        PersonEnabled(at=at, actor=actor, origin=origin, person_id=_ALICE, email=_EMAIL),
        GroupsChanged(
            at=at, actor=actor, origin=origin, person_id=_ALICE, email=_EMAIL,
            before=frozenset({"staff"}), after=frozenset({"finance"}),
        ),
        ConfigurationApplied(at=at, actor="operator", revision="c2", previous="c1", changes=("route added",)),
        ConfigurationRefused(at=at, actor="operator", problems=("watchword.yaml:3: not a host name",)),
        ProcessChanged(at=at, process="envoy", change="died", detail="exit code 1"),
        AssessmentKept(
            at=at, actor="operator", estate="shop", run=3, version="1.2.3", commit="3f2c", assets=40, files=12,
            checks=194, verdicts={"pass": 300, "fail": 21, "unknown": 2, "error": 1}, severities={"high": 21},
            introduced=4, returned=1, fixed=7, gone=0, functions_assessed=19, functions_at_target=2, left_out=0,
            content="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ),
        EstateExamined(
            at=at, estate="payments", pass_id="20261123T120000000000Z", started=at - timedelta(seconds=2),
            trigger="change", cause="main.tf", ended="complete", digest="ab" * 32, content="cd" * 32,
            critical=0, high=1, medium=2, low=0, unknown=3, errors=0, introduced=1, fixed=2, detail="",
            actor="compliance",
        ),
        ComplianceReported(
            at=at, period="daily", since=at - timedelta(days=1), until=at, estates=("payments",), digest="ab" * 32,
            files=("payments-daily-2026-11-22.md",), actor="compliance",
        ),
        EvidencePackSealed(
            at=at, framework="soc_2", since=at - timedelta(days=90), until=at, estates=("payments",),
            digest="ab" * 32, controls=7, passes=90, actor="operator",
        ),
        RemediationStepTaken(
            at=at, set_id="rem_1", digest="ab" * 32, step="applied", succeeded=True, estate="payments",
            resource="arn:aws:s3:::logs", action="s3:PutPublicAccessBlock", detail="", actor="operator",
        ),
    )  # fmt: skip


def filled(records: int = 10, *, batch: int = 3) -> MemoryLedgerStore:
    """A ledger with that many decisions, in batches of a known size, then an empty batch."""
    store = MemoryLedgerStore()
    writer = ledger(store)
    for start in range(0, records, batch):
        commit(writer, [decided(n) for n in range(start, min(start + batch, records))])
    commit(writer, [])
    return store


def commit(writer: Ledger, events: list[Event] | list[AccessDecided]) -> None:
    """Put events into one batch of their own, without the writer's thread and its timing."""
    writer._last = writer._store.head()
    if not events:
        writer._beat()
        return
    writer._refusal = None
    for event in events:
        writer.append(event)
    writer._commit()
