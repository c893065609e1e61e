"""An assessment as a run to be kept: what is not good in whole, what is good in counts.

    run = run_of(done, estate="shop", at=now, version="1.4.0", commit="3f2c…")

Texts come from files that anybody may have written. What no database takes (bytes that are no UTF-8, null characters)
is written with backslashes here, and what is longer than a screen is cut.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from watchword.evidence.posture.assessment import Assessment
from watchword.evidence.posture.assessment.exposure import Hop
from watchword.evidence.posture.assessment.roadmap import Item
from watchword.evidence.posture.assessment.stages import FunctionMaturity, evidence_mix
from watchword.evidence.posture.assessment.survey import TIERS, Survey
from watchword.evidence.posture.assessment.words import gain_words, heading
from watchword.evidence.posture.model import Check, Result, Verdict
from watchword.evidence.posture.records.model import (
    MOST_ASSETS,
    MOST_FINDINGS,
    CheckWords,
    CriterionState,
    Finding,
    FoundBy,
    FunctionState,
    KeptAsset,
    Picture,
    PlannedItem,
    Run,
    Shown,
    Spot,
    Step,
    TierFlow,
    Way,
)
from watchword.evidence.posture.redaction import redact
from watchword.evidence.posture.report import group
from watchword.inventory import Asset, Place, fingerprint

_LONGEST: Final = 1000  # characters of an address or a sentence
# Characters of a name: at four bytes each they fit into an index of PostgreSQL, whose rows have at most 2,704 bytes.
_LONGEST_NAME: Final = 500
_MOST_EVIDENCE: Final = 12  # values that are shown of a finding
_MOST_REASONS: Final = 12
_KEPT: Final = (
    Verdict.FAIL,
    Verdict.ERROR,
    Verdict.UNKNOWN,
    Verdict.WAIVED,
)  # the worse first, where two have one name


def run_of(done: Assessment, *, estate: str, at: datetime, version: str, commit: str = "") -> Run:
    """Return what is kept of an assessment. Raises `InvalidInputError` for a name that cannot be an estate's."""
    seen = _Seen(done)
    report = done.report
    results = sorted((r for r in report.results if r.verdict in _KEPT), key=seen.rank)
    causes = {
        id(result): (name, one.place)
        for one in group(r for r in results if r.verdict is Verdict.FAIL)
        for name in [fingerprint("cause", min(r.fingerprint for r in one.results))]  # lasts while lines move
        for result in one.results
    }
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(result.fingerprint, []).append(result)
    findings = tuple(
        seen.finding(name, own[0], len(own), *causes.get(id(own[0]), ("", None)))
        for name, own in list(found.items())[:MOST_FINDINGS]
    )
    assets, assets_left_out = seen.assets(MOST_ASSETS)
    checks = {result.check.id: result.check for result in results}
    return Run(
        estate=estate,
        at=at,
        version=version,
        commit=commit,
        paths=tuple(map(plain, done.paths)),
        front_ends=tuple(front_end.value for front_end in done.front_ends),
        files=report.coverage.files,
        checks=report.checks,
        verdicts=report.verdicts,
        severities=report.severities,
        kinds=report.assets,
        owned=done.owned,
        ownable=done.ownable,
        findings=findings,
        assets=assets,
        check_words=tuple(_check_words(checks[name]) for name in sorted(checks)),
        picture=_picture(done, seen),
        judged=frozenset(named(check.id) for check in done.checks),
        tools=frozenset(tool for one in report.imports for tool in one.tools),
        # A call is told with its source: `module.vpc (registry.example/vpc)`.
        missing=tuple(plain(call.name.partition(" (")[0]) for call in report.coverage.modules_missing),
        left_out=len(found) - len(findings),
        assets_left_out=assets_left_out,
    )


def plain(text: str) -> str:
    """Text as every database takes it, and no longer than a screen."""
    text = text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def named(text: str) -> str:
    """Text that something is looked up by: what is too long for an index ends with what tells it apart."""
    text = text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 33]}…{fingerprint(text)}"


def said(text: str) -> str:
    """Text that people wrote, or that quotes them, without what looks like a secret. Names of files and addresses go
    as they are: hidden, they would lead nowhere."""
    return plain(redact(text))


class _Seen:
    """Where each asset of an assessment belongs."""

    def __init__(self, done: Assessment) -> None:
        self._done = done
        self._survey: Mapping[Asset, Survey] = {asset: survey for survey in done.surveys for asset in survey.assets}
        self._critical = {one.asset: one for one in done.critical}
        self._entries = {hop.asset: hop for hop in done.entries}
        self._doubts = {doubt.asset: doubt for doubt in done.doubts}

    def rank(self, result: Result) -> tuple[int, int, bool, str, int, str, str]:
        """What is kept where not all is: what fails before what is not known, the worse before the less bad."""
        return (
            _KEPT.index(result.verdict),
            -result.check.severity.rank,
            result.asset not in self._critical,
            result.place.file,
            result.place.line,
            result.check.id,
            result.address,
        )

    def root(self, asset: Asset) -> str:
        """The root of an asset as findings name it."""
        survey = self._survey[asset]
        below = survey.at(Place(asset.root, 0, 0)).file if asset.root not in {"", "."} else survey.directory
        return below or "."

    def uid(self, asset: Asset) -> str:
        return named(f"{self.root(asset)}#{asset.address}")

    def owner(self, asset: Asset) -> str:
        one = self._critical.get(asset)
        return said(one.owner if one else self._survey[asset].owner(asset))

    def finding(self, name: str, result: Result, instances: int, cause: str, place: Place | None) -> Finding:
        asset = result.asset if result.asset in self._survey else None
        waiver = result.waiver
        return Finding(
            fingerprint=name,
            digest=result.digest,
            check=named(result.check.id),
            severity=result.check.severity,
            pillar=result.check.pillar,
            verdict=result.verdict,
            root=plain(result.root),
            address=plain(result.address),
            asset=self.uid(asset) if asset else "",
            kind=asset.kind if asset else "",
            spot=spot(result.spot),
            words=said(result.words),
            cause=cause,
            cause_spot=spot(place) if place else None,
            evidence=tuple(
                Shown(path=plain(e.path), value=plain(e.value), spot=spot(e.place), written=e.written)
                for e in result.evidence[:_MOST_EVIDENCE]
            ),
            calls=tuple(plain(call.name) for call in result.calls),
            also_found_by=tuple(
                FoundBy(tool=plain(s.tool), id=plain(s.id), file=plain(s.file)) for s in result.also_found_by
            ),
            fix=plain(result.fix.words) if result.fix and result.fix.settings else "",
            waived_until=plain(waiver.expires) if waiver else "",
            waived_by=plain(waiver.owner) if waiver else "",
            waived_because=said(waiver.reason) if waiver else "",
            critical=asset in self._critical,
            owner=self.owner(asset) if asset else "",
            environment=said(self._survey[asset].environment(asset)) if asset else "",
            instances=instances,
        )

    def assets(self, most: int) -> tuple[tuple[KeptAsset, ...], int]:
        """The first, each once, what is critical before the rest; and how many are left out."""
        found: dict[str, KeptAsset] = {}
        left_out = 0
        for asset, survey in sorted(self._survey.items(), key=lambda pair: pair[0] not in self._critical):
            if len(found) < most:
                one = self._kept(asset, survey)
                found.setdefault(one.uid, one)
            else:
                left_out += 1
        return tuple(found.values()), left_out

    def _kept(self, asset: Asset, survey: Survey) -> KeptAsset:
        critical, entry, doubt = (self._critical.get(asset), self._entries.get(asset), self._doubts.get(asset))
        tier = TIERS.get(asset.kind)
        return KeptAsset(
            uid=self.uid(asset),
            kind=asset.kind,
            provider=plain(asset.provider),
            native_type=plain(asset.native_type),
            front_end=asset.front_end.value,
            root=plain(self.root(asset)),
            address=plain(asset.address),
            name=said(asset.name),
            spot=spot(survey.at(asset.place)),
            owner=self.owner(asset),
            environment=said(survey.environment(asset)),
            reasons=tuple(said(words) for words, _ in critical.reasons[:_MOST_REASONS]) if critical else (),
            tier=tier.value if tier else "",
            exposed=said(entry.words) if entry else "",
            doubt=said(doubt.words) if doubt else "",
        )

    def step(self, hop: Hop) -> Step:
        return Step(
            asset=self.uid(hop.asset),
            address=plain(hop.asset.address),
            kind=hop.asset.kind,
            how=said(hop.words),
            spot=spot(hop.place),
        )


def spot(place: Place) -> Spot:
    return Spot(file=plain(place.file), line=place.line, end_line=place.end_line)


def _check_words(check: Check) -> CheckWords:
    return CheckWords(
        id=named(check.id),
        title=plain(check.title),
        severity=check.severity,
        pillar=check.pillar,
        function=check.function,
        why=plain(check.why),
        remedy=plain(check.remedy),
        references=tuple(map(plain, check.references)),
        known_as=tuple(
            plain(f"{tool.replace('_', ' ')} {one}") for tool, ids in check.known_as.by_tool().items() for one in ids
        ),
    )


def _picture(done: Assessment, seen: _Seen) -> Picture:
    return Picture(
        ways=tuple(Way(steps=tuple(map(seen.step, path.hops))) for path in done.exposure_paths),
        flows=tuple(
            TierFlow(source=f.source.value, target=f.target.value, ports=tuple(map(plain, f.ports)), rules=f.rules)
            for f in done.flows
        ),
        functions=tuple(map(_function, done.functions)),
        items=tuple(map(_item, done.items)),
        first=tuple(item.id for item in done.first),
        warnings=tuple(_first(map(said, done.warnings), 100)),
    )


def _first(texts: Iterable[str], most: int) -> list[str]:
    return [text for number, text in enumerate(texts) if number < most]


def _function(function: FunctionMaturity) -> FunctionState:
    return FunctionState(
        function=function.function,
        stage=function.stage,
        target=function.target,
        coverage=function.coverage,
        meets_target=function.meets_target,
        mix=evidence_mix(function.criteria),
        held_back_by=tuple(criterion.id for criterion in function.held_back_by),
        criteria=tuple(
            CriterionState(
                id=criterion.id,
                stage=criterion.stage,
                statement=plain(criterion.statement),
                state=criterion.state,
                source=criterion.source,
                words=plain(criterion.words),
            )
            for criterion in function.criteria
        ),
    )


def _item(item: Item) -> PlannedItem:
    return PlannedItem(
        id=item.id,
        phase=item.phase,
        heading=said(heading(item)),
        gain=plain(gain_words(item)),
        goal=plain(item.goal),
        why=plain(item.why),
        remedy=plain(item.remedy),
        effort=item.effort,
        edits=item.edits,
        closes=item.closes,
        paths=item.paths,
        on_critical=item.on_critical,
        unlocks=item.unlocks,
        needs=item.needs,
        severity=item.severity,
        checks=tuple(map(named, item.checks)),
        functions=item.functions,
        spots=tuple(map(spot, item.places)),
        resources=tuple(map(plain, item.resources)),
    )
