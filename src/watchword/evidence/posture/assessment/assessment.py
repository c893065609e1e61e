"""An assessment as a whole: what was looked at, what matters, how mature it is, and the road from here.

    done = assess(report, surveys, checks=…, read=…, settings=…, today=…)

Pure: everything that was read arrives as values. The forms in `formats` say it to people and programs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from watchword.evidence.posture.assessment.criticality import Critical, critical_assets
from watchword.evidence.posture.assessment.exposure import Doubt, Exposure, ExposurePath, Hop, exposure_of, paths_to
from watchword.evidence.posture.assessment.frameworks import Framework, frameworks
from watchword.evidence.posture.assessment.observed import Observed
from watchword.evidence.posture.assessment.roadmap import Item, first_five, roadmap
from watchword.evidence.posture.assessment.settings import Settings
from watchword.evidence.posture.assessment.stages import (
    FunctionMaturity,
    PillarMaturity,
    criteria,
    evidence_mix,
    mature,
    pillars,
)
from watchword.evidence.posture.assessment.survey import IDENTITIES, TIERS, Flow, Survey, Tier
from watchword.evidence.posture.maturity import Pillar
from watchword.evidence.posture.model import Check, Verdict
from watchword.evidence.posture.report import Report
from watchword.inventory import Asset, FrontEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A check that holds everywhere it spoke: what is in place today."""

    check: Check
    passed: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Assessment:
    """`paths` are what was assessed, as given; `entries` those from the Internet; `checks` all that were asked."""

    paths: tuple[str, ...]
    day: date
    front_ends: tuple[FrontEnd, ...]
    report: Report
    critical: tuple[Critical, ...]
    entries: tuple[Hop, ...]
    doubts: tuple[Doubt, ...]
    exposure_paths: tuple[ExposurePath, ...]
    flows: tuple[Flow, ...]
    functions: tuple[FunctionMaturity, ...]
    items: tuple[Item, ...]
    frameworks: tuple[Framework, ...]
    controls: tuple[Control, ...]
    owned: int
    ownable: int
    warnings: tuple[str, ...]
    surveys: tuple[Survey, ...]
    checks: tuple[Check, ...]
    observed: Observed | None = None  # what flow logs tell, where some were taken in

    @cached_property
    def pillars(self) -> tuple[PillarMaturity, ...]:
        return pillars(self.functions)

    @cached_property
    def first(self) -> tuple[Item, ...]:
        return first_five(self.items)

    @property
    def at_target(self) -> int:
        return sum(f.meets_target for f in self.functions)

    @property
    def assessed(self) -> int:
        return sum(f.stage is not None for f in self.functions)

    @cached_property
    def evidence(self) -> Mapping[str, int]:
        return evidence_mix(c for f in self.functions for c in f.criteria)

    def controls_of(self, pillar: Pillar) -> tuple[Control, ...]:
        return tuple(c for c in self.controls if c.check.pillar is pillar)


def assess(
    report: Report,
    surveys: Sequence[Survey],
    *,
    checks: Sequence[Check],
    read: Sequence[FrontEnd],
    settings: Settings,
    paths: Sequence[str],
    today: date,
    warnings: Sequence[str] = (),
    observed: Observed | None = None,
) -> Assessment:
    exposures: list[tuple[Survey, Exposure]] = [(survey, exposure_of(survey)) for survey in surveys]
    critical: list[Critical] = []
    used: set[str] = set()
    for survey, exposure in exposures:
        found, needed = critical_assets(survey, exposure, settings.overrides)
        critical.extend(found)
        used.update(override.resource for override in needed)
    critical.sort(key=lambda c: -len(c.reasons))
    matters = frozenset(c.asset for c in critical)
    ways = [
        path
        for survey, exposure in exposures
        for path in paths_to(survey, exposure, [c.asset for c in critical if c.survey is survey])
    ]
    providers = {asset.provider for survey in surveys for asset in survey.assets}
    functions = mature(
        criteria(
            checks, report.results, critical=matters, read=read, providers=providers, attestations=settings.attestations
        ),
        targets=settings.targets,
    )
    unused = (
        f"{o.place}: {o.resource} is not in what was assessed" for o in settings.overrides if o.resource not in used
    )
    ownable = [(survey, asset) for survey in surveys for asset in survey.assets if _is_ownable(asset)]
    return Assessment(
        paths=tuple(paths),
        day=today,
        front_ends=tuple(dict.fromkeys(read)),
        report=report,
        critical=tuple(critical),
        entries=tuple(hop for _, exposure in exposures for hop in exposure.entries.values()),
        doubts=tuple(doubt for _, exposure in exposures for doubt in exposure.doubts),
        exposure_paths=tuple(ways),
        flows=_summed(flow for survey in surveys for flow in survey.flows),
        functions=functions,
        items=roadmap(
            report.results,
            functions,
            critical=matters,
            unowned=[(c.asset, c.survey.at(c.asset.place)) for c in critical if not c.owner],
            paths=ways,
            coverage=report.coverage,
        ),
        frameworks=frameworks(checks, report.results),
        controls=_controls(report),
        owned=sum(bool(survey.owner(asset)) for survey, asset in ownable),
        ownable=len(ownable),
        warnings=(*report.warnings, *warnings, *unused),
        surveys=tuple(surveys),
        checks=tuple(checks),
        observed=observed,
    )


def _is_ownable(asset: Asset) -> bool:
    """Whether its native type has tags at all is not known here: what holds data, computes or is an identity counts."""
    return asset.kind in TIERS or asset.kind in IDENTITIES


def _controls(report: Report) -> tuple[Control, ...]:
    """Checks that passed at least once, and did not otherwise come out."""
    passed: dict[str, int] = {}
    checks: dict[str, Check] = {}
    other: set[str] = set()
    for result in report.results:
        checks[result.check.id] = result.check
        if result.verdict is Verdict.PASS:
            passed[result.check.id] = passed.get(result.check.id, 0) + 1
        elif result.verdict is not Verdict.NOT_APPLICABLE:
            other.add(result.check.id)
    return tuple(
        Control(check=checks[name], passed=count)
        for name, count in sorted(passed.items(), key=lambda item: (-checks[item[0]].severity.rank, item[0]))
        if name not in other
    )


def _summed(flows: Iterable[Flow]) -> tuple[Flow, ...]:
    found: dict[tuple[Tier, Tier], list[Flow]] = {}
    for flow in flows:
        found.setdefault((flow.source, flow.target), []).append(flow)
    return tuple(
        Flow(
            source=source,
            target=target,
            ports=tuple(dict.fromkeys(port for flow in own for port in flow.ports)),
            rules=sum(flow.rules for flow in own),
            places=tuple(place for flow in own for place in flow.places),
        )
        for (source, target), own in found.items()
    )
