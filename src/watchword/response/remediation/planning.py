"""Which findings go into a set, and whether a set may be applied. The belts are here.

A finding is refused, with the reason, where

1. no remedy is known for its check, or the remedy does not speak about such a thing;
2. code declares it: it is mended there, or the next apply undoes what was done; or it cannot be told whether code does;
3. what is there could not be looked at, or is as it should be already;
4. the set is full: the worst come first, and the rest are for the next one.

A set is applied only with the approvals it needs, each of the very digest and not yet expired: one, and for what is
critical two of different people.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from watchword.kernel.errors import ConflictError, InvalidInputError, RefusedError
from watchword.response.remediation.model import Approval, Belts, Candidate, Kept, Refusal, RemedySet, Status, Step
from watchword.response.remediation.remedies import remedy_for

_ONE, _TWO = 1, 2


def plan_set(
    candidates: Iterable[Candidate],
    *,
    id_: str,
    estate: str,
    account: str,
    profile: str,
    made: datetime,
    made_by: str,
    pass_id: str,
    belts: Belts,
    total: int,
) -> RemedySet:
    """Plan. `total` is how many resources the estate has: a share of it bounds the set."""
    refused: list[Refusal] = []
    steps: list[Step] = []
    resources: set[str] = set()
    most = belts.resources(total)
    done: set[tuple[str, str]] = set()
    for candidate in sorted(candidates, key=lambda c: (-c.severity.rank, c.address, c.check)):
        step, why = _step(candidate, made)
        if step is not None and step.address not in resources and len(resources) >= most:
            why = f"the set is full: at most {most} of {total} resources; plan the next one when this is verified"
            step = None
        if step is None:
            refused.append(Refusal(check=candidate.check, address=candidate.address, why=why))
            continue
        key = (step.look.operation + str(step.look.parameters), step.check)
        resources.add(step.address)
        if key not in done:  # several findings may be about one thing: two rules of one group
            done.add(key)
            steps.append(step)
    return RemedySet(
        id=id_,
        estate=estate,
        account=account,
        profile=profile,
        made=made,
        made_by=made_by,
        pass_id=pass_id,
        belts=belts,
        steps=tuple(steps),
        refused=tuple(refused),
    )


def _step(candidate: Candidate, now: datetime) -> tuple[Step | None, str]:
    remedy = remedy_for(candidate.check)
    look = remedy.look(candidate.address) if remedy is not None else None
    if remedy is None:
        return None, "no remedy is known for this check"
    if look is None:
        return None, "the remedy does not speak about such a resource"
    if candidate.managed:
        return None, f"code declares it ({candidate.managed}): mend it there"
    if candidate.untold:
        return None, f"it cannot be told whether code declares it: {candidate.untold}"
    if candidate.look_failed:
        return None, f"it could not be looked at: {candidate.look_failed}"
    if remedy.mended(candidate.before, now):
        return None, "it is as it should be by now"
    return (
        Step(
            check=candidate.check,
            severity=candidate.severity,
            address=candidate.address,
            fingerprint=candidate.fingerprint,
            critical=candidate.critical,
            does=remedy.does,
            look=look,
            before=candidate.before,
            calls=remedy.calls(candidate.address, candidate.before, now),
            undo=remedy.undo(candidate.address, candidate.before, now),
        ),
        "",
    )


def needed_approvals(planned: RemedySet) -> int:
    return _TWO if planned.critical else _ONE


def add_approval(kept: Kept, *, digest: str, by: str, at: datetime) -> Kept:
    """Approve exactly the set that `digest` names. Raises `ConflictError`, `InvalidInputError`, `RefusedError`."""
    if kept.status is not Status.PLANNED:
        raise ConflictError(f"the set {kept.set.id} is {kept.status.value}", code="remediation.status")
    if not kept.set.steps:
        raise InvalidInputError("there is nothing in this set to approve", code="remediation.empty")
    if digest != kept.digest:
        raise RefusedError(
            "that is not the digest of this set",
            code="remediation.digest",
            expected=kept.digest,
            found=digest,
            hint="look at what it does, and approve that: watchword compliance remediate show SET",
        )
    person = by.strip().lower()
    if not person:
        raise InvalidInputError("who approves?", code="remediation.person", expected="--by PERSON")
    approval = Approval(by=person, at=at, expires=at + kept.set.belts.lifetime, digest=digest)
    # Somebody who says it again renews what they said.
    return replace(kept, approvals=(*(a for a in kept.approvals if a.by != person), approval))


def may_apply(kept: Kept, *, now: datetime) -> str:
    """Return why the set may not be applied; nothing where it may."""
    if kept.status is not Status.PLANNED:
        return f"it is {kept.status.value}"
    if not kept.set.steps:
        return "there is nothing in it"
    needed = needed_approvals(kept.set)
    said = {a.by for a in kept.approvals if a.digest == kept.digest}
    good = {a.by for a in kept.approvals if a.digest == kept.digest and a.at <= now < a.expires}
    if len(good) >= needed:
        return ""
    who = "two different people have" if needed > 1 else "somebody has"
    critical = ", because something in it is critical" if kept.set.critical else ""
    expired = f"; what {', '.join(sorted(said - good))} said has expired" if said - good else ""
    return f"{who} to approve it{critical}: {len(good)} of {needed}{expired}"
