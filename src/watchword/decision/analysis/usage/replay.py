"""`replay`: recorded requests answered again by two sets of rules. Who would lose access, and who would gain it?

    answers = by_policies(old.applicable), by_policies(new.applicable)
    found = replay(records, *answers)
    found.losses, found.gains, found.not_reproduced, found.undecided

1. The old rules answer first. Where they do not say what was really answered, or that depends on something that the
   record does not tell, the request proves nothing: `not_reproduced`.
2. Then the new rules. Where their answer depends on something untold: `undecided`.
3. What is left, and answered differently, is a loss or a gain.

Pure, and one pass: it remembers the differences alone, and those up to a bound.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

from watchword.decision.analysis.usage.doubt import Doubt
from watchword.decision.analysis.usage.recorded import Recorded
from watchword.decision.analysis.usage.resources import MOST_RESOURCES, Seen
from watchword.decision.engine import Policies
from watchword.kernel.principals import Principal

# Lines for different principals, actions and directions; a report beyond that is read by nobody. About 1 KB each.
MOST_CHANGES = 5_000
_EXAMPLES = 3


class Observed(Protocol):
    """What `replay` itself reads of a record; the rest is between the record and those who answer."""

    @property
    def who(self) -> str: ...

    @property
    def at(self) -> datetime: ...

    @property
    def allowed(self) -> bool:
        """What was answered then."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one set of rules says to a request. `allowed` is None where it depends on what the record does not tell;
    `because` names statements, or what else refused."""

    allowed: bool | None
    action: str
    resource: str
    because: tuple[str, ...]


R = TypeVar("R", bound=Observed)
Answers = Callable[[R], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessChange:
    """Somebody who could do something and no longer could, or (`gained`) the reverse.

    `resource` is a resource, or a pattern ending in `*` that stands for more than `MOST_RESOURCES` of them; `examples`
    are some that were asked for. `requests` were replayed, between `first` and `last`.
    """

    who: str
    action: str
    resource: str
    gained: bool
    requests: int
    first: datetime
    last: datetime
    because: tuple[str, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """`examined` is the sum of `not_reproduced`, `undecided`, `unchanged`, `losses` and `gains`, all of them requests.

    `changes` lists the losses before the gains. `unlisted` requests are losses or gains for which it had no room.
    """

    examined: int
    not_reproduced: int
    undecided: int
    unchanged: int
    losses: int
    gains: int
    changes: tuple[AccessChange, ...]
    unlisted: int
    first: datetime | None
    last: datetime | None

    @property
    def proven(self) -> int:
        """The requests of which the answer of both sides is known."""
        return self.unchanged + self.losses + self.gains


def by_policies(policies_for: Callable[[Principal, str], Policies]) -> Answers[Recorded]:
    """Answer by the policies that apply to a principal and a resource: `PolicySet.applicable`, for one."""
    doubt = Doubt()

    def answer(recorded: Recorded) -> Answer:
        request = recorded.request
        judged = doubt.judge(recorded, policies_for(request.principal, request.resource))
        because = tuple(str(statement) for statement in judged.decision.determining)
        return Answer(
            allowed=judged.allowed,
            action=request.action,
            resource=request.resource if recorded.resource_told else "",
            because=because or ("no statement allows it",),
        )

    return answer


def replay(requests: Iterable[R], before: Answers[R], after: Answers[R]) -> Replay:
    """See the module. Where a change has two resources, because a name was changed, the old one is shown."""
    examined = not_reproduced = undecided = unchanged = losses = gains = 0
    first: datetime | None = None
    last: datetime | None = None
    found = _Changes()
    for request in requests:
        examined += 1
        first = request.at if first is None else min(first, request.at)
        last = request.at if last is None else max(last, request.at)
        old = before(request)
        if old.allowed is not request.allowed:
            not_reproduced += 1
            continue
        new = after(request)
        if new.allowed is None:
            undecided += 1
        elif new.allowed is old.allowed:
            unchanged += 1
        else:
            if new.allowed:
                gains += 1
            else:
                losses += 1
            found.add(request, new if new.resource else replace(new, resource=old.resource))
    return Replay(
        examined=examined,
        not_reproduced=not_reproduced,
        undecided=undecided,
        unchanged=unchanged,
        losses=losses,
        gains=gains,
        changes=found.ordered(),
        unlisted=found.unlisted,
        first=first,
        last=last,
    )


class _Changes:
    """Changes by principal, action and direction; in each of them by resource, until those are too many."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str, bool], _Group] = {}
        self.unlisted = 0

    def add(self, request: Observed, answer: Answer) -> None:
        key = (request.who, answer.action, answer.allowed is True)
        group = self._groups.get(key)
        if group is None:
            if len(self._groups) >= MOST_CHANGES:
                self.unlisted += 1
                return
            group = self._groups[key] = _Group()
        one = AccessChange(
            who=request.who,
            action=answer.action,
            resource=answer.resource,
            gained=answer.allowed is True,
            requests=1,
            first=request.at,
            last=request.at,
            because=answer.because,
            examples=(answer.resource,) if answer.resource else (),
        )
        group.add(one)

    def ordered(self) -> tuple[AccessChange, ...]:
        changes = [change for group in self._groups.values() for change in group.changes()]
        return tuple(sorted(changes, key=lambda c: (c.gained, c.who, c.resource, c.action)))


class _Group:
    def __init__(self) -> None:
        self._by_resource: dict[str, AccessChange] = {}
        self._folded: AccessChange | None = None
        self._seen = Seen()

    def add(self, change: AccessChange) -> None:
        self._seen.add(change.resource)
        if self._folded is not None:
            self._folded = _joined(self._folded, change)
            return
        earlier = self._by_resource.get(change.resource)
        self._by_resource[change.resource] = change if earlier is None else _joined(earlier, change)
        if len(self._by_resource) > MOST_RESOURCES:
            first, *others = self._by_resource.values()
            for other in others:
                first = _joined(first, other)
            self._folded = first
            self._by_resource.clear()

    def changes(self) -> Sequence[AccessChange]:
        if self._folded is None:
            return tuple(self._by_resource.values())
        return (replace(self._folded, resource=self._seen.pattern()),)


def _joined(one: AccessChange, other: AccessChange) -> AccessChange:
    examples = one.examples
    if len(examples) < _EXAMPLES:
        examples = tuple(dict.fromkeys([*examples, *other.examples]))[:_EXAMPLES]
    latest = one if one.last >= other.last else other
    return replace(
        one,
        requests=one.requests + other.requests,
        first=min(one.first, other.first),
        last=latest.last,
        because=latest.because,
        examples=examples,
    )
