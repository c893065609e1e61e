"""Remediation of an estate's live findings, step by step, each step on the record before the next.

    kept = plan(record, estate, by="alice@example.com")          # looks, and changes nothing
    kept = approve(record, "rem_…", digest=kept.digest, by=…)
    kept = apply(record, kept.set.id, by=…)                      # looks again, then changes
    kept = verify(record, kept.set.id, by=…)                     # examines the estate anew
    kept = roll_back(record, kept.set.id, by=…)

Before anything is changed, everything in the set is looked at again: if one thing is not as it was when the set was
planned, nothing is applied at all. A step that fails ends the applying; what was done until then can be rolled back.
The state of a set is written after each step, so that a machine that dies in between leaves nothing unsaid.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from watchword.adapters.aws.session import CallFailed
from watchword.app.compliance.drifting import read_state
from watchword.app.compliance.examining import Examined, examine
from watchword.app.compliance.record import Record, estates_of
from watchword.app.configuration.posture import AccountSettings, EstateSettings
from watchword.app.state import write_private
from watchword.evidence.events import RemediationStepTaken
from watchword.evidence.ledger import Record as LedgerRecord
from watchword.evidence.ledger import encode_event, entry_of
from watchword.evidence.posture.compliance.drift import identities, managed
from watchword.evidence.posture.compliance.model import Content, Outcome, Trigger
from watchword.evidence.posture.compliance.standing import State, standing_of
from watchword.evidence.posture.model import Verdict
from watchword.kernel.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    RefusedError,
    UnavailableError,
    WatchwordError,
)
from watchword.kernel.ids import new_id
from watchword.response.remediation import (
    Applied,
    Call,
    Candidate,
    Kept,
    RemedySet,
    Status,
    Step,
    add_approval,
    digest_of,
    may_apply,
    plan_set,
    read_kept,
    remedy_for,
    write_kept,
)
from watchword.response.remediation.model import Json
from watchword.response.remediation.remedies import parse_arn

_SET: Final = re.compile(r"rem_[a-z2-7]{24}")
_DAY: Final = timedelta(days=1)
_LATE: Final = timedelta(hours=1)  # clocks of two machines differ
_BY_CONFIGURATION: Final = "configuration"


class Hands(Protocol):
    """What can change an account: `adapters.aws.remedies.RemedyClient`."""

    def account(self) -> str: ...
    def look(self, call: Call) -> Json: ...
    def do(self, call: Call) -> None: ...


Open = Callable[[str], Hands]
"""Opens an account by a profile."""


def hands(profile: str) -> Hands:
    from watchword.adapters.aws.remedies import RemedyClient

    return RemedyClient(profile)


def plan(
    record: Record,
    estate: EstateSettings,
    *,
    by: str,
    checks: Iterable[str] = (),
    ordinary_only: bool = False,
    most: int | None = None,
    open_: Open = hands,
) -> Kept:
    """Plan a set from what the last good pass found. Raises where that is stale, or there is no live account."""
    if len(estate.aws) != 1:
        raise InvalidInputError(
            f"estate {estate.name} has {len(estate.aws)} live accounts, and a set is of one",
            code="remediation.account",
            hint="give each account an estate of its own",
        )
    (account,) = estate.aws
    now = record.clock.now()
    standing = standing_of(record.passes.recent(estate.name), now=now, stale_after=estate.stale_after)
    if standing.good is None or standing.state is not State.CURRENT:
        raise RefusedError(
            f"what is known of {estate.name} is {standing.state.value}: {standing.why}",
            code="remediation.stale",
            hint=f"examine it first: watchword compliance run {estate.name}",
        )
    content = record.passes.content(standing.good)
    client = open_(_profile(estate, account))
    number = client.account()
    candidates = _candidates(content, estate, client, number, frozenset(checks))
    if ordinary_only:
        candidates = [c for c in candidates if not c.critical]
    belts = estate.remediation.belts
    if most is not None:
        belts = replace(belts, most=min(belts.most, most))
    planned = plan_set(
        candidates,
        id_=new_id("rem"),
        estate=estate.name,
        account=number,
        profile=_profile(estate, account),
        made=now,
        made_by=by,
        pass_id=standing.good.id,
        belts=belts,
        total=sum(content.assets.values()),
    )
    kept = Kept(set=planned, digest=digest_of(planned))
    _write(record, kept)
    _record(record, kept, "planned", by, detail=f"{len(planned.steps)} steps, {len(planned.refused)} refused")
    return kept


def approve(record: Record, set_id: str, *, digest: str, by: str) -> Kept:
    """Approve exactly the set of that digest. Who is refused is on the record, too."""
    return _approve(record, set_id, digest=digest, by=by, known=False)


def _approve(record: Record, set_id: str, *, digest: str, by: str, known: bool) -> Kept:
    with _held(record, set_id) as kept:
        try:
            if not known:
                _check_person(record, by.strip().lower())
            approved = add_approval(kept, digest=digest, by=by, at=record.clock.now())
        except RefusedError as error:
            _record(record, kept, "refused", by, succeeded=False, detail=str(error))
            raise
        _write(record, approved)
        _record(record, approved, "approved", approved.approvals[-1].by)
        return approved


def _check_person(record: Record, by: str) -> None:
    """Who approves is somebody who can sign in here, as soon as anybody can: two names are then two people."""
    from watchword.adapters.sql.people import SqlPeopleStore

    people = SqlPeopleStore(record.database, encode_event)
    able = people.able_to_sign_in()
    emails = {person.email for person in people.persons() if person.id in able and person.disabled_at is None}
    if emails and by not in emails:
        raise RefusedError(
            f"{by or 'nobody'} cannot sign in here, and approves nothing",
            code="remediation.person",
            hint="watchword person list",
        )


def apply(record: Record, set_id: str, *, by: str, open_: Open = hands) -> Kept:
    """Apply an approved set. Raises `RefusedError` where it may not be, and then nothing was changed."""
    with _held(record, set_id) as held:
        kept = _on_record(record, held)
        why = may_apply(kept, now=record.clock.now())
        if why:
            _record(record, kept, "refused", by, succeeded=False, detail=why)
            raise RefusedError(
                f"the set {set_id} is not applied: {why}",
                code="remediation.not-approved",
                hint=f"watchword compliance remediate approve {set_id} --digest {kept.digest} --by PERSON"
                if kept.status is Status.PLANNED
                else None,
            )
        client = _same_account(record, kept, by, open_)
        changed = _changed(kept.set, client)
        if changed:
            _record(record, kept, "refused", by, succeeded=False, detail=changed)
            raise ConflictError(
                f"the set {set_id} is not applied: {changed}",
                code="remediation.changed",
                hint="plan it again: watchword compliance remediate plan",
            )
        _record(record, kept, "begun", by)
        for number, step in enumerate(kept.set.steps):
            # Written before it is done: whoever finds this machine dead knows what may have been changed.
            begun = Applied(number=number, at=record.clock.now(), succeeded=False, detail="begun, and not ended")
            before = kept.applied
            kept = replace(kept, applied=(*before, begun), status=Status.PARTLY)
            _write(record, kept)
            failed = _do(client, step, record.clock.now())
            ended = replace(begun, at=record.clock.now(), succeeded=not failed, detail=failed)
            whole = not failed and number + 1 == len(kept.set.steps)
            kept = replace(kept, applied=(*before, ended), status=Status.APPLIED if whole else Status.PARTLY)
            _write(record, kept)
            _record_step(record, kept, "applied", step, by=by, calls=step.calls, failed=failed)
            if failed:
                break
        return kept


def _on_record(record: Record, kept: Kept) -> Kept:
    """The set with the approvals alone that the ledger knows, too: a file can be written by whoever owns it."""
    said: set[tuple[str, str]] = set()
    mark = kept.set.id.encode("ascii")
    for batch in record.ledger_store.batches(newest_first=True):
        if batch.committed_at < kept.set.made - _LATE:
            break
        for index, body in enumerate(batch.bodies, batch.first):
            if mark not in body:
                continue
            entry = entry_of(LedgerRecord(index=index, body=body))
            if entry.event == "RemediationStepTaken" and entry.fields.get("step") == "approved":
                said.add((str(entry.fields.get("actor")), str(entry.fields.get("digest"))))
    return replace(kept, approvals=tuple(a for a in kept.approvals if (a.by, a.digest) in said))


def verify(record: Record, set_id: str, *, by: str, open_: Open = hands) -> tuple[Kept, tuple[str, ...]]:
    """Look at each thing, examine the estate anew, and tell what does not hold. No answer is not a good one."""
    with _held(record, set_id) as kept:
        if kept.status not in {Status.APPLIED, Status.PARTLY, Status.VERIFIED, Status.NOT_VERIFIED}:
            raise ConflictError(f"the set {set_id} is {kept.status.value}", code="remediation.status")
        client = _same_account(record, kept, by, open_)
        (estate,) = estates_of(record.configuration, kept.set.estate)
        examined = examine(record, estate, trigger=Trigger.MANUAL, cause=f"verification of {set_id}", actor=by)
        done = {a.number for a in kept.applied if a.succeeded}
        problems: list[str] = []
        for number, step in enumerate(kept.set.steps):
            why = _not_held(client, step, examined, record.clock.now()) if number in done else "it was not applied"
            if why:
                problems.append(f"{step.address}: {step.check}: {why}")
            _record_step(record, kept, "verified", step, by=by, calls=(step.look,), failed=why)
        verified = replace(kept, status=Status.NOT_VERIFIED if problems else Status.VERIFIED)
        _write(record, verified)
        return verified, tuple(problems)


def roll_back(record: Record, set_id: str, *, by: str, open_: Open = hands) -> tuple[Kept, tuple[str, ...]]:
    """Undo what was applied, the last first, and look whether it is as it was. Tells what is not.

    The estate is examined anew: what verification called fixed is not, any more.
    """
    with _held(record, set_id) as kept:
        if not kept.applied or kept.status is Status.ROLLED_BACK:
            raise ConflictError(f"the set {set_id} is {kept.status.value}: nothing to undo", code="remediation.status")
        client = _same_account(record, kept, by, open_)
        problems: list[str] = []
        # Also what failed: it may have done a part of its work.
        for number in sorted({a.number for a in kept.applied}, reverse=True):
            step = kept.set.steps[number]
            why = _undo(client, step, record.clock.now())
            if why:
                problems.append(f"{step.address}: {step.check}: {why}")
            _record_step(record, kept, "rolled-back", step, by=by, calls=step.undo, failed=why)
        back = replace(kept, status=Status.NOT_ROLLED_BACK if problems else Status.ROLLED_BACK)
        _write(record, back)
        (estate,) = estates_of(record.configuration, kept.set.estate)
        try:
            done = examine(record, estate, trigger=Trigger.MANUAL, cause=f"rollback of {set_id}", actor=by).done
            unseen = done.error
        except WatchwordError as error:
            unseen = str(error)
        if unseen:
            problems.append(f"{estate.name} could not be examined anew, so what is known of it is older: {unseen}")
        return back, tuple(problems)


def automatic(record: Record, estate: EstateSettings, *, open_: Open = hands) -> tuple[Kept, tuple[str, ...]] | None:
    """Mend what the configuration has approved beforehand: named checks, nothing critical, nothing that code declares.

    The same belts hold, and over a day: what was mended by itself within the last one counts. None where there is
    nothing to do.
    """
    checks = estate.remediation.automatic
    if not checks:
        return None
    now = record.clock.now()
    recent = {
        step.address
        for kept in sets_of(record, estate.name)
        if kept.set.made_by == _BY_CONFIGURATION and kept.applied and kept.set.made > now - _DAY
        for step in kept.set.steps
    }
    left = estate.remediation.belts.most - len(recent)
    if left <= 0:
        return None
    by = _BY_CONFIGURATION
    kept = plan(record, estate, by=by, checks=checks, ordinary_only=True, most=left, open_=open_)
    if not kept.set.steps:
        _path(record, estate.name, kept.set.id).unlink(missing_ok=True)
        return None
    # Who applied the configuration said yes to this beforehand; its revision says which.
    said = f"{by} {record.configuration.revision}"
    kept = _approve(record, kept.set.id, digest=kept.digest, by=said, known=True)
    kept = apply(record, kept.set.id, by=by, open_=open_)
    return verify(record, kept.set.id, by=by, open_=open_)


def find_set(record: Record, set_id: str) -> Kept:
    """Raises `NotFoundError` for a set that is not there, `InvalidInputError` for one that was altered."""
    if _SET.fullmatch(set_id):
        for path in sorted(record.settings.state.compliance.glob(f"*/remediations/{set_id}.json")):
            return read_kept(path.read_bytes(), name=set_id)
    raise NotFoundError(
        f"there is no remediation set {set_id!r}",
        code="remediation.no-set",
        hint="watchword compliance remediate list",
    )


def sets_of(record: Record, estate: str | None = None) -> tuple[Kept, ...]:
    """The sets of one estate, or of all that are configured; the newest last."""
    names = record.configuration.posture.estates if estate is None else (estate,)
    return tuple(sorted((kept for name in names for kept in record.passes.remedies(name)), key=lambda k: k.set.made))


def _candidates(
    content: Content, estate: EstateSettings, client: Hands, account: str, wanted: frozenset[str]
) -> list[Candidate]:
    declared, untold = _declared(estate)
    critical = set(content.critical)
    found: list[Candidate] = []
    for outcome in content.findings:
        remedy = remedy_for(outcome.check)
        if not outcome.address.startswith("arn:") or (wanted and outcome.check not in wanted):
            continue
        candidate = Candidate(
            check=outcome.check,
            severity=outcome.severity,
            address=outcome.address,
            fingerprint=outcome.fingerprint,
            critical=_is_critical(outcome, critical),
            managed=_managed(outcome.address, declared) or _stack(outcome.address, content.stacks),
            untold=untold,
        )
        arn = parse_arn(outcome.address)
        if remedy is not None and not candidate.managed and not untold:
            if arn is not None and arn.account not in {"", account}:
                candidate = replace(
                    candidate, look_failed=f"it is in account {arn.account}, these are {account}'s keys"
                )
            elif (look := remedy.look(outcome.address)) is not None:
                try:
                    candidate = replace(candidate, before=remedy.relevant(client.look(look)))
                except CallFailed as error:
                    candidate = replace(candidate, look_failed=str(error))
        found.append(candidate)
    return found


def _is_critical(outcome: Outcome, critical: set[str]) -> bool:
    """A part is as critical as its whole."""
    return any(outcome.address == one or outcome.address.startswith(f"{one}/") for one in critical)


def _declared(estate: EstateSettings) -> tuple[Mapping[str, str], str]:
    """What code declares, by ARN, with the words that say where; and why that cannot be told, where it cannot."""
    found: dict[str, str] = {}
    for path in estate.states:
        try:
            state = read_state(path)
        except WatchwordError as error:
            return {}, str(error)
        for asset in managed(state):
            for name in identities(asset):
                found.setdefault(name, f"{asset.address} in {path.name}")
    if not estate.states and not estate.remediation.undeclared:
        return {}, "name the estate's states, or say under remediation: undeclared: why nothing is declared"
    return found, ""


def _managed(address: str, declared: Mapping[str, str]) -> str:
    """Where code declares a thing, by its ARN; by its bare id, too, which may err on the side of leaving it alone."""
    whole = address.partition("/IpPermissions")[0]
    arn = parse_arn(whole)
    names = (whole, arn.name if arn is not None else whole)
    return next((declared[name] for name in names if name in declared), "")


def _stack(address: str, stacks: Mapping[str, str]) -> str:
    """Which stack made a thing, or the whole that it is a part of."""
    names = [stack for whole, stack in stacks.items() if address == whole or address.startswith(f"{whole}/")]
    return f"stack {names[0]} of CloudFormation" if names else ""


def _profile(estate: EstateSettings, account: AccountSettings) -> str:
    return estate.remediation.profile or account.profile


def _same_account(record: Record, kept: Kept, by: str, open_: Open) -> Hands:
    client = open_(kept.set.profile)
    number = client.account()
    if number != kept.set.account:
        why = f"the set is of account {kept.set.account}, these are the keys of {number}"
        _record(record, kept, "refused", by, succeeded=False, detail=why)
        raise RefusedError(why, code="remediation.other-account")
    return client


def _changed(planned: RemedySet, client: Hands) -> str:
    """Say what is not as it was when the set was planned; nothing where all of it is."""
    for step in planned.steps:
        remedy = remedy_for(step.check)
        called = {call.operation for call in (step.look, *step.calls, *step.undo)}
        if remedy is None or not called <= set(remedy.operations):
            return f"{step.check} has another remedy in this version"
        try:
            now = remedy.relevant(client.look(step.look))
        except CallFailed as error:
            return f"{step.address} cannot be looked at: {error}"
        if now != step.before:
            return f"{step.address} was changed since the set was planned"
    return ""


def _do(client: Hands, step: Step, at: datetime) -> str:
    """Make the calls and look. Return why it did not work."""
    remedy = remedy_for(step.check)
    try:
        for call in step.calls:
            client.do(call)
        now = client.look(step.look)
    except CallFailed as error:
        return str(error)
    return "" if remedy is not None and remedy.mended(now, at) else "it was called, and is not as it should be"


def _undo(client: Hands, step: Step, at: datetime) -> str:
    remedy = remedy_for(step.check)
    try:
        now = client.look(step.look)
        if remedy is not None and remedy.relevant(now) == step.before:
            return ""  # it never was changed, or somebody was quicker
        for call in step.undo:
            client.do(call)
        now = client.look(step.look)
    except CallFailed as error:
        return str(error)
    if remedy is None or (remedy.relevant(now) != step.before and remedy.mended(now, at)):
        return "it was undone, and is not as it was"
    return ""


def _not_held(client: Hands, step: Step, examined: Examined, at: datetime) -> str:
    remedy = remedy_for(step.check)
    try:
        if remedy is None or not remedy.mended(client.look(step.look), at):
            return "it is not as it should be"
    except CallFailed as error:
        return str(error)
    if examined.content is None:
        return f"the estate could not be examined: {examined.done.error}"
    for outcome in examined.content.outcomes:
        if outcome.fingerprint == step.fingerprint and outcome.verdict is Verdict.FAIL:
            return f"the check still finds: {outcome.words}"
        if outcome.subject == (step.check, step.address) and outcome.verdict in {Verdict.UNKNOWN, Verdict.ERROR}:
            return f"the check cannot tell: {outcome.words}"
    return ""


def _record_step(
    record: Record, kept: Kept, what: str, step: Step, *, by: str, calls: Iterable[Call], failed: str
) -> None:
    action = ", ".join(call.operation for call in calls)
    _record(record, kept, what, by, succeeded=not failed, resource=step.address, action=action, detail=failed)


def _record(
    record: Record,
    kept: Kept,
    step: str,
    by: str,
    *,
    succeeded: bool = True,
    resource: str = "",
    action: str = "",
    detail: str = "",
) -> None:
    record.ledger.record(
        RemediationStepTaken(
            at=record.clock.now(),
            set_id=kept.set.id,
            digest=kept.digest,
            step=step,
            succeeded=succeeded,
            estate=kept.set.estate,
            resource=resource,
            action=action,
            detail=detail,
            actor=by,
        )
    )


@contextmanager
def _held(record: Record, set_id: str) -> Iterator[Kept]:
    """A set, held so that nobody else takes a step of it, or of another of its estate, meanwhile."""
    estate = find_set(record, set_id).set.estate
    with record.passes.hold(estate, remedies=True):
        yield find_set(record, set_id)  # as it is now that nobody else writes it


def _path(record: Record, estate: str, set_id: str) -> Path:
    return record.settings.state.compliance / estate / "remediations" / f"{set_id}.json"


def _write(record: Record, kept: Kept) -> None:
    path = _path(record, kept.set.estate, kept.set.id)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, write_kept(kept))
    except OSError as error:
        raise UnavailableError(f"the set cannot be kept: {error.strerror}: {path}", code="remediation.store") from error
