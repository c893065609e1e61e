"""CloudTrail's events as recorded requests, with a count of everything that they do not tell."""

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from watchword.decision.analysis.account.applied import leave_of
from watchword.decision.analysis.catalogue import Catalogue
from watchword.decision.analysis.usage import Recorded
from watchword.decision.analysis.usage.cloudtrail import JsonValue, Untold, read_event
from watchword.decision.engine import Policies
from watchword.decision.language import PolicyDocument
from watchword.kernel.principals import Principal

# Calls that are not known are counted by name; a trail has some hundreds of them at most.
_MOST_CALLS = 1_000


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was in the files. `others`: events of other principals, or from before the time that was asked about.
    `failed`: answered with an error that is no refusal. `resources_untold`: requests of which the resource is not
    certain."""

    events: int = 0
    requests: int = 0
    others: int = 0
    failed: int = 0
    data_events: int = 0
    resources_untold: int = 0
    untold: Counter[Untold] = field(default_factory=Counter)
    unknown_calls: Counter[str] = field(default_factory=Counter)

    def unknown(self, event: JsonValue) -> None:
        if isinstance(event, dict):
            call = f"{event.get('eventSource')} {event.get('eventName')}"
            if call in self.unknown_calls or len(self.unknown_calls) < _MOST_CALLS:
                self.unknown_calls[call] += 1


def recorded_calls(
    events: Iterable[JsonValue],
    tally: Tally,
    catalogue: Catalogue,
    *,
    principal: str | None,
    since: datetime | None,
    failed_too: bool,
) -> Iterator[Recorded]:
    """Yield the requests of a principal (a user, a role for all of its sessions, one session), or of everybody.

    What a call needs is known where the catalogue has the action. `failed_too`: take a call that failed for another
    reason than a refusal for one that was allowed. That is right for asking what is used, and too much for asking what
    was answered.
    """

    @functools.lru_cache(maxsize=_MOST_CALLS)
    def exists(action: str) -> bool:
        return catalogue.action(action) is not None

    for event in events:
        tally.events += 1
        found = read_event(event, exists)
        if isinstance(found, Untold):
            if principal is not None and not _mentions(event, principal):
                tally.others += 1
                continue
            tally.untold[found] += 1
            if found is Untold.ACTION:
                tally.unknown(event)
            continue
        first = found.requests[0]
        named = {str(first.request.principal.arn), first.who}
        if (principal is not None and principal not in named) or (since is not None and first.at < since):
            tally.others += 1
            continue
        tally.failed += found.failed
        tally.data_events += found.data_event
        if found.failed and not failed_too:
            continue
        for recorded in found.requests:
            tally.requests += 1
            tally.resources_untold += not recorded.resource_told
            yield recorded


def _mentions(event: JsonValue, principal: str) -> bool:
    identity = event.get("userIdentity") if isinstance(event, dict) else None
    if not isinstance(identity, dict):
        return True  # nobody can say whose it is
    context = identity.get("sessionContext")
    issuer = context.get("sessionIssuer") if isinstance(context, dict) else None
    return principal in {identity.get("arn"), issuer.get("arn") if isinstance(issuer, dict) else None}


def identity_alone(documents: Iterable[PolicyDocument]) -> Callable[[Principal, str], Policies]:
    """These identity policies, whoever asks. Key policies leave it to them, as those do that AWS writes."""
    held = tuple(documents)
    by_account: dict[str, Policies] = {}

    def policies_for(principal: Principal, _: str) -> Policies:
        account = principal.arn.account if principal.arn is not None else ""
        found = by_account.get(account)
        if found is None:
            found = by_account[account] = Policies(identity=held, resource=leave_of(account) if account else None)
        return found

    return policies_for
