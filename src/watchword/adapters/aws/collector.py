"""Asks an account what the tables name, and hands over each answer as it comes: nothing is held but one page a worker.

    collect(account, sink, regions=("eu-west-1",))       # `sink` is given each `Record`, from one thread at a time

Lists are walked by a few workers, and what is asked about each thing by a few more. What is refused or fails is
recorded as such, and the rest goes on.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore, Lock
from typing import Final, Protocol

from watchword.adapters.aws.asks import (
    Answer,
    Ask,
    Context,
    Failure,
    Item,
    Json,
    Listing,
    More,
    Take,
    around,
    at_path,
    elements,
    every,
    filled,
    taken,
    takes,
)
from watchword.adapters.aws.evidence import Record
from watchword.adapters.aws.session import CallFailed

_WALKERS: Final = 8  # lists at once; of an account with little in it, the lists are what takes time
_WORKERS: Final = 12  # things about which something is asked at once; AWS's limits are some tens a second and service
_WAITING: Final = 64  # things that wait for a worker: the bound of what is held in memory


class Pages(Protocol):
    """The account as the collector sees it."""

    def pages(self, ask: Ask, region: str, parameters: Mapping[str, Json]) -> Iterator[Json]: ...


Sink = Callable[[Record], None]


def collect(
    account: Pages,
    sink: Sink,
    listings: Sequence[Listing],
    *,
    partition: str,
    number: str,
    home: str,
    regions: Sequence[str],
    secrets: bool,
) -> None:
    """Walk all listings in all regions. `secrets`: keep what may hold some (user data, variables of functions)."""
    asker = _Recording(account, sink, listings, home=home, secrets=secrets)
    waiting = BoundedSemaphore(_WAITING)
    failed: list[BaseException] = []

    def settled(future: Future[None]) -> None:
        waiting.release()
        if future.cancelled():
            return
        error = future.exception()
        if error is not None:
            failed.append(error)

    with ThreadPoolExecutor(_WORKERS) as workers, ThreadPoolExecutor(_WALKERS) as walkers:

        def ask_about(listing: Listing, item: Item, context: Context) -> None:
            for _ in around(listing, item, context, asker):
                if failed:
                    return

        def walk(group: Sequence[Listing], context: Context) -> None:
            for listing, item in _things(group, context, asker):
                if failed:
                    return
                if not listing.more and not listing.parts:
                    continue
                waiting.acquire()
                workers.submit(ask_about, listing, item, context).add_done_callback(settled)

        # One service after the other, so that few clients are needed at once.
        walks = [
            walkers.submit(walk, group, Context(partition, number, region))
            for group in _groups(listings)
            for region in (regions if group[0].everywhere else (home,))
        ]
        try:
            for one in walks:
                error = one.exception()
                if error is not None:
                    failed.append(error)
        except BaseException as stop:  # whoever waits was interrupted: what was not begun is not begun any more
            failed.append(stop)
            walkers.shutdown(wait=False, cancel_futures=True)
            workers.shutdown(wait=False, cancel_futures=True)
            raise
    if failed:
        raise failed[0]


def _groups(listings: Sequence[Listing]) -> list[tuple[Listing, ...]]:
    """Bring together what comes from one answer: users, groups and roles are told by one call."""
    found: dict[str, list[Listing]] = {}
    for listing in listings:
        key = listing.type if listing.ask is None else f"{listing.ask.operation}{dict(listing.ask.parameters)}"
        found.setdefault(key, []).append(listing)
    return [tuple(group) for group in found.values()]


def _things(group: Sequence[Listing], context: Context, asker: "_Recording") -> Iterator[tuple[Listing, Item]]:
    """Yield the things of listings that share an answer, page by page."""
    ask = group[0].ask
    if ask is None:
        yield from ((listing, {}) for listing in group)
        return
    parameters = filled(dict(ask.parameters), {}, context)
    if not isinstance(parameters, dict):
        return
    for answer in asker(ask, context.region, parameters):
        if isinstance(answer, Failure):
            return
        for listing in group:
            for item in elements(answer.value, listing.at):
                yield listing, item


class _Recording:
    """Asks, and records each answer once: what several things hang on is asked once and remembered."""

    def __init__(self, account: Pages, sink: Sink, listings: Sequence[Listing], *, home: str, secrets: bool) -> None:
        self._account = account
        self._sink = sink
        self._takes = takes(listings)
        self._home = home
        self._secrets = secrets
        self._lock = Lock()
        self._remembered: dict[str, _Once] = {}
        uses: dict[str, int] = {}
        for listing in every(listings):
            for more in listing.more.values():
                uses[more.ask.operation] = uses.get(more.ask.operation, 0) + 1
        listed = {listing.ask.operation for listing in every(listings) if listing.ask is not None}
        # Asked in several places, or of each thing in the same words: small answers all.
        self._shared = {name for name, count in uses.items() if count > 1 or name in listed}
        self._shared |= {m.ask.operation for li in every(listings) for m in li.more.values() if not m.ask.parameters}

    def __call__(self, ask: Ask, region: str, parameters: Mapping[str, Json], /) -> Iterator[Answer | Failure]:
        if ask.operation not in self._shared:
            yield from self._ask(ask, region, parameters)
            return
        yield from self._once(ask, region, parameters).get(lambda: list(self._ask(ask, region, parameters)))

    def among(self, more: More, region: str, parameters: Mapping[str, Json], /) -> Mapping[str, Json] | Failure:
        """Ask once and remember nothing but that: no later question hangs on such an answer."""
        del parameters
        self._once(more.ask, region, {}).get(lambda: self._drained(more.ask, region))
        return {}

    def _drained(self, ask: Ask, region: str) -> list[Answer | Failure]:
        for _ in self._ask(ask, region, {}):
            pass
        return []

    def _once(self, ask: Ask, region: str, parameters: Mapping[str, Json]) -> "_Once":
        key = json.dumps([ask.operation, self._home if ask.home else region, parameters], sort_keys=True)
        with self._lock:
            return self._remembered.setdefault(key, _Once())

    def _ask(self, ask: Ask, region: str, parameters: Mapping[str, Json]) -> Iterator[Answer | Failure]:
        at = self._home if ask.home else region
        told: dict[str, Json] = dict(parameters)
        wanted = self._takes[ask.operation]
        held: Json = None
        begun = False
        try:
            for page in self._account.pages(ask, at, parameters):
                if begun:
                    self._record(Record(operation=ask.operation, region=at, parameters=told, answer=held, last=False))
                held = _reduced(ask, page, wanted, secrets=self._secrets)
                begun = True
                yield Answer(held)
        except CallFailed as error:
            if begun:
                self._record(Record(operation=ask.operation, region=at, parameters=told, answer=held, last=False))
            self._record(
                Record(operation=ask.operation, region=at, parameters=told, error=error.code, message=error.words)
            )
            yield Failure(error.code, error.words)
            return
        self._record(Record(operation=ask.operation, region=at, parameters=told, answer=held or {}, last=True))

    def _record(self, record: Record) -> None:
        with self._lock:
            self._sink(record)


def _reduced(ask: Ask, page: Json, wanted: Sequence[Take], *, secrets: bool) -> Json:
    """What is kept of a page. Of policies, the version that holds: the others decide nothing."""
    kept = taken(page, wanted, secrets=secrets)
    if ask.operation == "iam:GetAccountAuthorizationDetails":
        for policy in at_path(kept, "Policies[]"):
            if isinstance(policy, dict) and isinstance(policy.get("PolicyVersionList"), list):
                policy["PolicyVersionList"] = [
                    one
                    for one in at_path(policy, "PolicyVersionList[]")
                    if isinstance(one, dict) and one.get("IsDefaultVersion")
                ]
    return kept


class _Once:
    """An answer that is made once, by whoever comes first; the others wait for it."""

    __slots__ = ("_lock", "_made")

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: list[Answer | Failure] | None = None

    def get(self, make: Callable[[], list[Answer | Failure]]) -> list[Answer | Failure]:
        with self._lock:
            if self._made is None:
                self._made = make()
            return self._made
