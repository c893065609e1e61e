"""Brings findings of other tools and our results together: one list, each finding once, its sources kept.

    merged = merge(results, readings, names=…, today=today)

- A finding is *ours* where a check of ours is known by its identifier, and has failed (or is waived) on the same place:
  the same resource, or lines of the same file that overlap. Our result stays as it is, and says who found it too.
- Every other stands as a finding of its own, of the check `<tool>:<id>`.
- No result of ours changes its verdict on account of an import: not to the better, and not to the worse.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Final, NoReturn

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.imports.model import Finding, Reading
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Evidence, KnownAs, Result, Severity, Source, Verdict, Waiver
from watchword.evidence.posture.redaction import redact, shown
from watchword.evidence.posture.report import Imported
from watchword.evidence.posture.waivers import LONGEST
from watchword.inventory import Asset, FrontEnd, Place, fingerprint
from watchword.kernel.errors import DefectError

_TOOLS: Final = frozenset(one.name for one in fields(KnownAs))
_FAILING: Final = frozenset({Verdict.FAIL, Verdict.WAIVED})
# Results of one check in one file whose lines are compared with a finding's; a hundred thousand findings may ask. What
# has more of them is generated, and its resources are told by their addresses.
_MOST_COMPARED: Final = 300
_SHORTEST_REASON: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFile:
    """A file of results that was read. `placed` are its files' names, as ours; None where they are not of the scan."""

    name: str
    reading: Reading
    placed: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    results: tuple[Result, ...]
    imported: tuple[Imported, ...]
    warnings: tuple[str, ...]


def checks_of(files: Iterable[ImportFile], checks: Iterable[Check]) -> dict[str, Check]:
    """Return a check for each identifier that the files have, by its id: it judges nothing itself."""
    known = {(tool, _plain(name)): check for check in checks for tool, name in _identifiers(check)}
    made: dict[str, Check] = {}
    for file in files:
        for finding in file.reading.findings:
            if finding.check not in made:
                ours = next((known[key] for key in _keys(finding) if key in known), None)
                made[finding.check] = _check(finding, ours)
            elif finding.severity and finding.severity.rank > made[finding.check].severity.rank:
                made[finding.check] = replace(made[finding.check], severity=finding.severity)
    return made


def merge(
    results: Sequence[Result], files: Sequence[ImportFile], checks: Mapping[str, Check], *, today: date
) -> Merged:
    """Return all results, ours first. `checks` are those of `checks_of` that were asked for: others are left out."""
    index = _Index(results)
    found_by: dict[int, dict[Source, None]] = {}
    standing: dict[tuple[str, str, int, int, str, str], tuple[Result, dict[Source, None]]] = {}
    told: list[Imported] = []
    warnings: list[str] = []
    for file in files:
        merged = stood = waived = unrated = 0
        for finding in file.reading.findings:
            place_known = file.placed.get(finding.file)
            ours = index.same(finding, place_known) if finding.verdict is Verdict.FAIL else ()
            source = Source(finding.tool, finding.id, file.name, _note(finding))
            if ours:
                merged += 1
                for number in ours:
                    found_by.setdefault(number, {})[source] = None
                continue
            if finding.check not in checks:
                continue
            one = _result(finding, checks[finding.check], file, place_known, today)
            stood += 1
            waived += one.verdict is Verdict.WAIVED
            unrated += finding.severity is None
            key = (finding.check, one.place.file, one.place.line, one.place.end_line, one.address, finding.path)
            already, sources = standing.setdefault(key, (one, {}))
            sources[source] = None
            if already.verdict is Verdict.WAIVED and one.verdict is Verdict.FAIL:
                standing[key] = (one, sources)  # where one file suppresses it and another does not, it stands
        told.append(
            Imported(
                file=file.name,
                form=file.reading.form,
                tools=tuple(dict.fromkeys(file.reading.tools)),
                findings=len(file.reading.findings),
                merged=merged,
                standing=stood,
                waived=waived,
                passed=file.reading.passed,
                left_out=file.reading.left_out,
            )
        )
        warnings.extend(f"{file.name}: {text}" for text in file.reading.warnings)
        if unrated:
            warnings.append(f"{file.name}: {unrated} findings have no severity that we know: they are taken as medium")
        if waived:
            warnings.append(f"{file.name}: {waived} findings are suppressed there, without a day: look at them again")
    kept = [
        replace(r, also_found_by=tuple(found_by[number])) if number in found_by else r
        for number, r in enumerate(results)
    ]
    kept.extend(_told_apart(replace(one, also_found_by=tuple(sources)) for one, sources in standing.values()))
    return Merged(results=tuple(kept), imported=tuple(told), warnings=tuple(warnings))


class _Index:
    """Our results by the names of their checks and by where they are: a question costs what it finds."""

    __slots__ = ("_by_address", "_by_file", "_results")

    def __init__(self, results: Sequence[Result]) -> None:
        self._results = results
        self._by_address: dict[tuple[str, str, str], list[int]] = {}  # tool, identifier, address
        self._by_file: dict[tuple[str, str, str], list[int]] = {}  # tool, identifier, file
        names: dict[str, tuple[tuple[str, str], ...]] = {}
        for number, result in enumerate(results):
            if result.check.id not in names:
                names[result.check.id] = tuple((tool, _plain(name)) for tool, name in _identifiers(result.check))
            if not names[result.check.id] or result.verdict is Verdict.NOT_APPLICABLE:
                continue
            addresses = _addresses(result)
            for tool, name in names[result.check.id]:
                self._by_file.setdefault((tool, name, result.place.file), []).append(number)
                for address in addresses:
                    self._by_address.setdefault((tool, name, address), []).append(number)

    def same(self, finding: Finding, file: str | None) -> tuple[int, ...]:
        """Return the numbers of our failing results that a finding is one with; none where that is in doubt."""
        for tool, name in _keys(finding):
            if finding.address:
                named = self._named(tool, name, finding, file)
                if named is not None:
                    return named
            if file is not None and finding.line:
                listed = self._by_file.get((tool, name, file), ())
                if len(listed) > _MOST_COMPARED:
                    continue
                lines = [number for number in listed if _overlap(self._results[number].place, finding)]
                # One that does not fail, among those on the lines, may be the one that is meant.
                if lines and all(self._fails(number) for number in lines):
                    return tuple(lines)
        return ()

    def _named(self, tool: str, name: str, finding: Finding, file: str | None) -> tuple[int, ...] | None:
        """Return what has the finding's address; None where nothing has it, so that lines may tell."""
        numbers = self._by_address.get((tool, name, finding.address.lower()), [])
        if finding.file:
            numbers = [n for n in numbers if file is not None and self._results[n].place.file == file]
        elif len({self._results[n].root for n in numbers}) > 1:
            return ()  # two roots have it, and no file says which is meant
        if not numbers:
            return None
        failing = [n for n in numbers if self._fails(n)]
        if finding.line and finding.file:
            failing = [n for n in failing if _overlap(self._results[n].place, finding)]
        return tuple(failing)

    def _fails(self, number: int) -> bool:
        return self._results[number].verdict in _FAILING


def _result(finding: Finding, check: Check, file: ImportFile, placed: str | None, today: date) -> Result:
    name = placed or finding.file.lstrip("/") or file.name
    place = Place(name, finding.line, max(finding.line, finding.end_line))
    address = redact(finding.address) or name
    words = redact(finding.message or finding.title or finding.id)
    if finding.severity is None:
        words += f" ({finding.tool} gives no severity that we know: taken as medium)"
    verdict, waiver = finding.verdict, None
    if finding.suppressed is not None and verdict is Verdict.FAIL:
        if len(finding.suppressed) < _SHORTEST_REASON:
            words += f" (suppressed in {finding.tool} without a reason: that does not hold)"
        else:
            verdict = Verdict.WAIVED
            waiver = Waiver(
                check=finding.check,
                resource=address,
                reason=redact(finding.suppressed),
                owner="",
                expires=(today + LONGEST).isoformat(),
                source=f"suppressed in {finding.tool}",
                place=place,
            )
    # The path tells findings of one resource apart. It is no value, and so it is no literal that an edit would change.
    path = shown("path", finding.path)
    evidence = (Evidence(path=path, value="(not set)", place=place, root=place, written=False),) if path else ()
    return Result(
        check=check,
        verdict=verdict,
        root=name,
        address=address,
        place=place,
        words=words,
        evidence=evidence,
        root_cause=place,
        waiver=waiver,
        found=fingerprint((finding.severity or Severity.MEDIUM).value),
    )


def _told_apart(results: Iterable[Result]) -> Iterator[Result]:
    """Number, by their lines, what would have one fingerprint: findings in one file that say no resource."""
    seen: dict[str, int] = {}
    for result in sorted(results, key=lambda r: (r.place.file, r.place.line, r.check.id, r.address)):
        count = seen.get(result.fingerprint, 0) + 1
        seen[result.fingerprint] = count
        yield result if count == 1 else replace(result, address=f"{result.address} ({count})")


def _check(finding: Finding, ours: Check | None) -> Check:
    """Return what stands for a check of another tool's. Where we know the same, its meaning is ours."""
    known_as = {finding.tool: (finding.id,)} if finding.tool in _TOOLS else {}
    return Check(
        id=finding.check,
        title=redact(finding.title or (ours.title if ours else finding.id)),
        severity=finding.severity or Severity.MEDIUM,
        why=ours.why if ours else f"{finding.tool} found it. Its documentation says why it matters.",
        remedy=redact(finding.remedy or (ours.remedy if ours else f"See what {finding.tool} says of {finding.id}.")),
        function=ours.function if ours else Function.SECURITY_TESTING,
        stage=ours.stage if ours else Stage.INITIAL,
        kinds=(),
        front_ends=(),
        judge=_nothing,
        references=(finding.reference,) if finding.reference.startswith("https://") else (),
        known_as=KnownAs(**known_as),
    )


def _nothing(asset: Asset, estate: Estate) -> NoReturn:
    del asset, estate
    raise DefectError("a check of another tool judges no asset here", code="posture.imported_check")


def _note(finding: Finding) -> str:
    if finding.suppressed is None:
        return ""
    return f"suppressed there: {redact(finding.suppressed) or 'without a reason'}"


def _identifiers(check: Check) -> Iterator[tuple[str, str]]:
    yield "watchword", check.id
    for tool, names in check.known_as.by_tool().items():
        yield from ((tool, name) for name in names)


def _keys(finding: Finding) -> tuple[tuple[str, str], ...]:
    return tuple((tool, _plain(name)) for tool, name in ((finding.tool, finding.id), *finding.aliases))


def _plain(name: str) -> str:
    """Trivy writes AVD-AWS-0086 and AWS-0086 for the same."""
    return name.strip().lower().removeprefix("avd-")


def _addresses(result: Result) -> frozenset[str]:
    """What others may call our resource: itself, what it is a part of, without its key; in clusters kind/space/name."""
    whole = result.address.lower()
    if result.asset is not None and result.asset.front_end in {FrontEnd.KUBERNETES, FrontEnd.KUBERNETES_LIVE}:
        kind, *middle, name = whole.split("/")
        return frozenset({whole, "/".join((kind.split(".")[0], *(middle or ["default"]), name))})
    head = whole.split("/", 1)[0]
    bare = head[: head.rindex("[")] if head.endswith("]") and "[" in head else head
    return frozenset({whole, head, bare})


def _overlap(place: Place, finding: Finding) -> bool:
    return place.line > 0 and place.line <= max(finding.line, finding.end_line) and finding.line <= place.end_line
