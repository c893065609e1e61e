"""The road from here: what is not met, as work items, grouped by what mends it, in four phases.

    for item in roadmap(…):  item.phase, item.title, item.effort, item.edits, item.closes, item.needs

- Findings that one kind of edit mends are one item: the same checks at each of its root causes. `edits` counts the
  places to be edited, `closes` the findings that go. Nothing is counted in days: nobody here knows them.
- Effort is a class: a patch that is written already; a line at a place that is known; a declaration that is to be made,
  or a module that others call; a thing that has to be made anew or traffic that has to take another way.
- First comes what closes most ways to critical assets for its effort, then the worse severity, then what is on critical
  assets, then what meets most criteria for its effort; but never before what it needs, and never before its phase.
"""

import enum
import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from watchword.evidence.posture.assessment.exposure import ExposurePath
from watchword.evidence.posture.assessment.stages import Criterion, FunctionMaturity, State
from watchword.evidence.posture.assessment.statements import is_cross_cutting
from watchword.evidence.posture.fixes import refused
from watchword.evidence.posture.maturity import STAGES, Function, Pillar, Stage
from watchword.evidence.posture.model import Check, Result, Severity, Verdict
from watchword.evidence.posture.report import Group, group
from watchword.inventory import Asset, Coverage, Place, fingerprint


class Phase(enum.StrEnum):
    """In order. Each is begun when the one before has shown what it needs."""

    ASSESSMENT = "assessment"
    FOUNDATION = "foundation"
    SEGMENTATION = "segmentation"
    AUTOMATION = "automation"


class Effort(enum.StrEnum):
    """In order: `rank` compares them."""

    PATCH = "patch"  # `watchword scan --fix` writes it
    LINE = "line"  # one line at each place
    MODULE = "module"  # something new is declared, or a module changes under those who call it
    ARCHITECTURE = "re-architecture"  # the thing is made anew, or traffic takes another way
    EVIDENCE = "evidence"  # nothing is edited: something is shown, or found out

    @property
    def rank(self) -> int:
        return {"patch": 1, "line": 2, "evidence": 2, "module": 3, "re-architecture": 4}[self.value]


# Encryption at rest is chosen when these are made: changing it replaces them, and data has to be moved.
# Source: Amazon RDS User Guide, "Encrypting Amazon RDS resources"; Amazon EBS User Guide, "Amazon EBS encryption".
_MADE_ANEW: Final = frozenset(
    {
        ("database", "encrypted"),
        ("volume", "encrypted"),
        ("cache", "encrypted"),
        ("file_system", "encrypted"),
        ("instance", "root_encrypted"),
        ("warehouse", "encrypted"),
    }
)
_ASSESSING: Final = frozenset(
    {
        Function.DATA_INVENTORY,
        Function.DATA_CATEGORIZATION,
        Function.RISK_ASSESSMENTS,
        Function.SUPPLY_CHAIN,
        Function.SECURITY_TESTING,
    }
)
_SEGMENTING: Final = frozenset(
    {
        Function.NETWORK_SEGMENTATION,
        Function.TRAFFIC_MANAGEMENT,
        Function.NETWORK_RESILIENCE,
        Function.ACCESSIBLE_APPLICATIONS,
    }
)
# What has to be seen before something is cut or automated: an item of the first function waits for those of the others.
_NEEDS: Final[Mapping[Function, tuple[Function, ...]]] = {
    Function.NETWORK_SEGMENTATION: (Function.NETWORKS_VISIBILITY,),
    Function.TRAFFIC_MANAGEMENT: (Function.NETWORKS_VISIBILITY, Function.NETWORK_SEGMENTATION),
    Function.IDENTITY_AUTOMATION: (Function.IDENTITY_VISIBILITY, Function.ACCESS_MANAGEMENT),
    Function.DEVICES_AUTOMATION: (Function.DEVICES_VISIBILITY, Function.COMPLIANCE_MONITORING),
    Function.NETWORKS_AUTOMATION: (Function.NETWORKS_VISIBILITY, Function.NETWORK_SEGMENTATION),
    Function.APPLICATIONS_AUTOMATION: (Function.APPLICATIONS_VISIBILITY, Function.SECURE_DEVELOPMENT),
    Function.DATA_AUTOMATION: (Function.DATA_VISIBILITY, Function.DATA_CATEGORIZATION),
}
_MOST_PLACES: Final = 50  # an item tells its first; the findings themselves tell all


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One piece of work. `id` is stable across edits elsewhere; `needs` are ids that come before it."""

    id: str
    phase: Phase
    title: str  # what is wrong, or is to be found out
    goal: str  # what holds when it is done
    why: str
    remedy: str
    effort: Effort
    edits: int
    closes: int  # findings, or answers that become known
    paths: int  # ways from the Internet to critical assets that it closes
    on_critical: int  # findings on critical assets among those that it closes
    unlocks: tuple[str, ...]  # ids of criteria that are then met
    severity: Severity | None
    checks: tuple[str, ...]
    functions: tuple[Function, ...]
    pillars: tuple[Pillar, ...]
    places: tuple[Place, ...]
    resources: tuple[str, ...] = ()  # the first of `touches`
    touches: int = 0
    needs: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = field(default=())

    @property
    def priority(self) -> tuple[float, int, int, float, int, str]:
        """Smaller comes first."""
        rank = self.effort.rank
        severity = self.severity.rank if self.severity else -1
        return (-self.paths / rank, -severity, -self.on_critical, -len(self.unlocks) / rank, -self.closes, self.id)


def phase_of(function: Function, stage: Stage) -> Phase:
    """Where work on a function belongs."""
    crossing = is_cross_cutting(function)
    if crossing == "automation-and-orchestration" or stage is Stage.OPTIMAL:
        return Phase.AUTOMATION
    if crossing or function in _ASSESSING:
        return Phase.ASSESSMENT
    if function in _SEGMENTING or (function is Function.TRAFFIC_ENCRYPTION and stage is not Stage.INITIAL):
        return Phase.SEGMENTATION
    return Phase.FOUNDATION


def roadmap(
    results: Sequence[Result],
    functions: Iterable[FunctionMaturity],
    *,
    critical: Collection[Asset],
    unowned: Sequence[tuple[Asset, Place]],
    paths: Sequence[ExposurePath],
    coverage: Coverage,
) -> tuple[Item, ...]:
    """Return the items in the order in which they are to be done."""
    functions = tuple(functions)
    items = [
        *_mending(results, functions, critical, paths),
        *_finding_out(results, coverage, unowned),
        *_showing(functions),
    ]
    return ordered(_needing(items))


def ordered(items: Iterable[Item]) -> tuple[Item, ...]:
    """Order by phase, then by need, then by priority. An item whose needs run in a circle comes last in its phase."""
    items = tuple(items)
    done: set[str] = set()
    known = {item.id for item in items}
    found: list[Item] = []
    for phase in Phase:
        waiting = {item.id: item for item in items if item.phase is phase}
        wanted = {key: {n for n in item.needs if n in known} - done for key, item in waiting.items()}
        # What needs something of a later phase cannot wait for it here.
        wanted = {key: needs & set(waiting) for key, needs in wanted.items()}
        waited_for: dict[str, list[str]] = {}
        for key, needs in wanted.items():
            for need in needs:
                waited_for.setdefault(need, []).append(key)
        ready = [(item.priority, key) for key, item in waiting.items() if not wanted[key]]
        heapq.heapify(ready)
        while waiting:
            if ready:
                _, key = heapq.heappop(ready)
            else:  # a circle: the best of what is left breaks it
                key = min(waiting, key=lambda k: waiting[k].priority)
            item = waiting.pop(key, None)
            if item is None:
                continue
            found.append(item)
            done.add(key)
            for other in waited_for.get(key, ()):
                wanted[other].discard(key)
                if other in waiting and not wanted[other]:
                    heapq.heappush(ready, (waiting[other].priority, other))
    return tuple(found)


def first_five(items: Iterable[Item]) -> tuple[Item, ...]:
    """What to do first, whatever its phase: the findings that matter most, then what has to be found out."""
    items = tuple(items)
    ranked = sorted((i for i in items if i.edits), key=lambda item: (item.effort is Effort.EVIDENCE, item.priority))
    shown = next((i for i in items if not i.edits), None)  # what is only to be shown: one line, of many alike
    return tuple([*ranked, *([shown] if shown else [])][:5])


def _mending(
    results: Sequence[Result],
    functions: Sequence[FunctionMaturity],
    critical: Collection[Asset],
    paths: Sequence[ExposurePath],
) -> Iterable[Item]:
    """An item for each set of checks that some edit mends together."""
    together: dict[tuple[str, ...], list[Group]] = {}
    for one in group(r for r in results if r.verdict is Verdict.FAIL):
        together.setdefault(tuple(sorted({r.check.id for r in one.results})), []).append(one)
    criteria: dict[str, list[Criterion]] = {}
    for function in functions:
        for criterion in function.criteria:
            if criterion.check is not None and criterion.state is State.UNMET:
                criteria.setdefault(criterion.check.id, []).append(criterion)
    on_ways: dict[Asset, list[int]] = {}
    by_place: dict[Place, list[int]] = {}
    for number, path in enumerate(paths):
        for asset in {path.target, *(maker for hop in path.hops for maker, _ in hop.by)}:
            on_ways.setdefault(asset, []).append(number)
        for place in path.rights:
            by_place.setdefault(place, []).append(number)
    for ids, groups in together.items():
        found = [r for g in groups for r in g.results]
        closed = {
            number
            for result in found
            if result.asset is not None
            for number in {
                *on_ways.get(result.asset, ()),
                *(n for one in result.evidence for n in by_place.get(one.root, by_place.get(one.place, []))),
            }
            if paths[number].is_closed_by(result)
        }
        names = dict.fromkeys(r.address for r in found)
        checks = sorted({r.check.id: r.check for r in found}.values(), key=lambda c: (-c.severity.rank, c.id))
        lead = checks[0]
        yield Item(
            id=fingerprint("mend", *ids)[:12],
            phase=min((phase_of(c.function, c.stage) for c in checks), key=list(Phase).index),
            title=_problem(lead, found),
            goal="; ".join(c.title for c in checks),
            why=lead.why,
            remedy=lead.remedy,
            effort=_effort(groups),
            edits=len(groups),
            closes=len(found),
            paths=len(closed),
            on_critical=sum(r.asset in critical for r in found),
            unlocks=tuple(
                c.id
                for check in checks
                for c in criteria.get(check.id, ())
                if c.closing(*_of(check, found, critical)).state is State.MET
            ),
            severity=lead.severity,
            checks=tuple(c.id for c in checks),
            functions=tuple(dict.fromkeys(c.function for c in checks)),
            pillars=tuple(dict.fromkeys(c.pillar for c in checks)),
            places=tuple(dict.fromkeys(g.place for g in groups))[:_MOST_PLACES],
            resources=tuple(names)[:_MOST_PLACES],
            touches=len({(r.root, r.address) for r in found}),
            fingerprints=tuple(r.fingerprint for r in found),
        )


def _problem(lead: Check, found: Iterable[Result]) -> str:
    """What the worst of the checks found, in its most frequent words."""
    words: dict[str, int] = {}
    for result in found:
        if result.check.id == lead.id:
            words[result.words] = words.get(result.words, 0) + 1
    return max(words.items(), key=lambda item: item[1])[0]


def _of(check: Check, found: Iterable[Result], critical: Collection[Asset]) -> tuple[int, int]:
    own = [r for r in found if r.check.id == check.id]
    return len(own), sum(r.asset in critical for r in own)


def _effort(groups: Iterable[Group]) -> Effort:
    return max((_effort_of(g) for g in groups), key=lambda e: e.rank)


def _effort_of(one: Group) -> Effort:
    efforts = []
    for result in one.results:
        decisive = result.evidence[0] if result.evidence else None
        kind = result.asset.kind if result.asset else ""
        if decisive is not None and (kind, decisive.path) in _MADE_ANEW:
            efforts.append(Effort.ARCHITECTURE)
        elif _is_written(result):
            efforts.append(Effort.PATCH)
        elif result.calls or decisive is None:
            efforts.append(Effort.MODULE)
        else:
            efforts.append(Effort.LINE)
    return max(efforts, key=lambda e: e.rank)


def _is_written(result: Result) -> bool:
    """Whether a fix is written, and nothing shows yet that it is not offered: whether it holds, a trial tells."""
    settings = result.fix.settings if result.fix else ()
    return bool(settings) and not (result.asset and refused(settings, result.asset))


def _finding_out(
    results: Sequence[Result], coverage: Coverage, unowned: Sequence[tuple[Asset, Place]]
) -> Iterable[Item]:
    """What keeps an answer from being known: the first thing to be done about it is to make it known."""
    unread = [r for r in results if r.verdict is Verdict.ERROR and r.asset is None]
    if unread:
        yield _evidence(
            "unread",
            "Mend what could not be read",
            "What could not be read was not judged: it may hold anything.",
            "Mend the files at the places that are named, or leave them out of what is assessed.",
            [r.place for r in unread],
            closes=len(unread),
            severity=Severity.HIGH,
        )
    if coverage.modules_missing:
        names = list(dict.fromkeys(call.name for call in coverage.modules_missing))
        yield _evidence(
            "modules",
            f"Fetch {len(names)} modules that were not there",
            "What a module declares is not in the inventory until its source is there.",
            "Run `terraform init` before the assessment: modules are read from .terraform, never fetched.",
            [call.place for call in coverage.modules_missing],
            closes=len(coverage.modules_missing),
            resources=names,
        )
    unknown = [r for r in results if r.verdict is Verdict.UNKNOWN]
    if unknown:
        causes = list(dict.fromkeys(r.root_cause or r.place for r in unknown))
        yield _evidence(
            "unknown",
            f"Make known what {len(unknown)} answers hang on",
            "An answer that hangs on a value that is not in the source is neither good nor bad.",
            "Give variables defaults or a tfvars file, or assess a plan (`terraform show -json`), which knows them.",
            causes,
            closes=len(unknown),
        )
    if unowned:
        yield _evidence(
            "owners",
            f"Name an owner for {len(unowned)} critical assets",
            "Who answers for it decides what may happen to it. Nobody is named in its tags.",
            "Give each an owner tag, or name the owner in watchword-assess.yaml.",
            [place for _, place in unowned],
            closes=len(unowned),
            resources=[asset.address for asset, _ in unowned],
            on_critical=len(unowned),
            functions=(Function.DATA_GOVERNANCE,),
        )


def _showing(functions: Iterable[FunctionMaturity]) -> Iterable[Item]:
    """For each pillar, the functions below their target for which something has only to be shown, by phase."""
    wanted: dict[tuple[Pillar, Phase], list[Criterion]] = {}
    for function in functions:
        for criterion in function.held_back_by:
            below = STAGES.index(criterion.stage) <= STAGES.index(function.target)
            if criterion.state is State.NO_EVIDENCE and below:
                phase = phase_of(criterion.function, criterion.stage)
                wanted.setdefault((function.function.pillar, phase), []).append(criterion)
    for (pillar, phase), criteria in wanted.items():
        of = tuple(dict.fromkeys(c.function for c in criteria))
        names = ", ".join(f.label for f in of)
        yield Item(
            id=fingerprint("show", pillar.value, phase.value)[:12],
            phase=phase,
            goal="Nothing at the next stage is without evidence",
            title=f"Show evidence for {len(of)} function{'s' if len(of) > 1 else ''} of {pillar.value}: {names}",
            why="Nothing that was read speaks for or against them. That is not bad, and not good.",
            remedy="; ".join(dict.fromkeys(f"{c.statement} ({c.function.label}, {c.stage.value})" for c in criteria))
            + ". Assess what shows it, or attest it in watchword-assess.yaml.",
            effort=Effort.EVIDENCE,
            edits=0,
            closes=0,
            paths=0,
            on_critical=0,
            unlocks=tuple(c.id for c in criteria),
            severity=None,
            checks=tuple(dict.fromkeys(c.check.id for c in criteria if c.check is not None)),
            functions=of,
            pillars=(pillar,),
            places=(),
        )


def _evidence(
    key: str,
    title: str,
    why: str,
    remedy: str,
    places: Sequence[Place],
    *,
    closes: int,
    severity: Severity | None = None,
    resources: Sequence[str] = (),
    on_critical: int = 0,
    functions: tuple[Function, ...] = (),
) -> Item:
    return Item(
        id=fingerprint("find out", key)[:12],
        phase=Phase.ASSESSMENT,
        title=title,
        goal="What was to be assessed has been",
        why=why,
        remedy=remedy,
        effort=Effort.EVIDENCE,
        edits=len(set(places)),
        closes=closes,
        paths=0,
        on_critical=on_critical,
        unlocks=(),
        severity=severity,
        checks=(),
        functions=functions,
        pillars=tuple(dict.fromkeys(f.pillar for f in functions)),
        places=tuple(dict.fromkeys(places))[:_MOST_PLACES],
        resources=tuple(resources)[:_MOST_PLACES],
        touches=len(resources),
    )


def _needing(items: Sequence[Item]) -> Iterable[Item]:
    """Name for each item those that it needs."""
    by_function: dict[Function, list[str]] = {}
    for item in items:
        for function in item.functions:
            by_function.setdefault(function, []).append(item.id)
    for item in items:
        needs = {i for f in item.functions for before in _NEEDS.get(f, ()) for i in by_function.get(before, ())}
        yield replace(item, needs=tuple(sorted(needs - {item.id})))
