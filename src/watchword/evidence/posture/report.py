"""A scan as a whole: results, what they add up to, and how they differ from an earlier state.

    report = Report(results=…, coverage=…)
    report.worst                     # the worst severity of what counts
    report.groups                    # findings by the place where one edit mends them

What counts is a FAIL that is new or changed, where there is an earlier state to compare with; every FAIL otherwise.
"""

import enum
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Final

from watchword.evidence.posture.fixes import Offer
from watchword.evidence.posture.model import Result, Severity, Verdict
from watchword.inventory import Call, Coverage, Place


class Change(enum.StrEnum):
    """How a finding stands to the earlier state."""

    INTRODUCED = "introduced"
    CHANGED = "changed"  # it was there, and something else was found
    STILL_THERE = "still_there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A finding of an earlier state."""

    fingerprint: str
    digest: str
    check: str
    address: str
    place: Place
    severity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of a file of another tool's results. `standing` findings are in the list, `merged` ones are ours."""

    file: str
    form: str
    tools: tuple[str, ...]
    findings: int
    merged: int
    standing: int  # also those that are waived
    waived: int
    passed: int
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Findings that one edit mends."""

    place: Place
    results: tuple[Result, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """`changes` maps fingerprints to what became of them; None where there is nothing to compare with."""

    results: tuple[Result, ...]
    coverage: Coverage
    assets: Mapping[str, int] = field(default_factory=dict)  # how many of each kind
    checks: int = 0  # how many were asked
    warnings: tuple[str, ...] = ()
    changes: Mapping[str, Change] | None = None
    fixed: tuple[Earlier, ...] = ()
    imports: tuple[Imported, ...] = ()
    offers: Mapping[str, Offer] = field(default_factory=dict)  # fixes that were tried, by the finding's fingerprint
    refused: Mapping[str, str] = field(default_factory=dict)  # why others are not offered
    day: date | None = None  # of the scan

    @cached_property
    def verdicts(self) -> Mapping[Verdict, int]:
        counts = dict.fromkeys(Verdict, 0)
        for result in self.results:
            counts[result.verdict] += 1
        return counts

    @cached_property
    def findings(self) -> tuple[Result, ...]:
        """Every FAIL, the worst first, then by place."""
        return tuple(sorted((r for r in self.results if r.verdict is Verdict.FAIL), key=_order))

    @cached_property
    def counting(self) -> tuple[Result, ...]:
        """The findings that count: all, or those that are not as they were."""
        return tuple(r for r in self.findings if self.change_of(r) is not Change.STILL_THERE)

    @property
    def errors(self) -> tuple[Result, ...]:
        return tuple(r for r in self.results if r.verdict is Verdict.ERROR)

    @property
    def worst(self) -> Severity | None:
        return max((r.check.severity for r in self.counting), key=lambda s: s.rank, default=None)

    @cached_property
    def severities(self) -> Mapping[Severity, int]:
        counts = dict.fromkeys(reversed(Severity), 0)
        for result in self.findings:
            counts[result.check.severity] += 1
        return counts

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The findings by root cause, the largest first."""
        return group(self.findings)

    def change_of(self, result: Result) -> Change | None:
        return None if self.changes is None else self.changes.get(result.fingerprint)


def group(findings: Iterable[Result]) -> tuple[Group, ...]:
    """Bring together what one edit mends.

    A literal that several findings come from is one edit, whichever checks they are of. Where nothing was written, each
    check asks for something else to be written: only findings of one check and one path belong together.
    """
    found: dict[tuple[Place, str, str], list[Result]] = {}
    for result in findings:
        place = result.root_cause or result.place
        decisive = result.evidence[0] if result.evidence else None
        literal = decisive is not None and decisive.written and decisive.root.line > 0
        key = (place, "", "") if literal else (place, result.check.id, decisive.path if decisive else "")
        found.setdefault(key, []).append(result)
    groups = (Group(place=key[0], results=tuple(results)) for key, results in found.items())
    return tuple(sorted(groups, key=lambda g: (-len(g.results), g.place)))


def compared(report: Report, earlier: Iterable[Earlier], *, judged: Collection[str]) -> Report:
    """Return the report with each finding marked by how it stands to the earlier ones.

    `judged` are the checks that were asked now: an earlier finding of another one is not fixed, it was not looked for.
    """
    before: dict[str, set[str]] = {}
    listed = list(earlier)
    for old in listed:
        before.setdefault(old.fingerprint, set()).add(old.digest)
    changes: dict[str, Change] = {}
    for result in report.findings:
        digests = before.get(result.fingerprint)
        change = Change.INTRODUCED if digests is None else Change.STILL_THERE
        changes[result.fingerprint] = Change.CHANGED if digests and result.digest not in digests else change
    # Gone is fixed only if it could be judged: not where it is unknown now, or its file cannot be read.
    undecided = {(r.check.id, r.address) for r in report.results if r.verdict in _UNDECIDED}
    unread = {r.place.file for r in report.errors if r.asset is None}
    now = {r.fingerprint for r in report.results if r.verdict in _STANDING}
    fixed = tuple(
        old
        for old in listed
        if old.fingerprint not in now
        and (old.check, old.address) not in undecided
        and old.place.file not in unread
        and old.check in judged
    )
    return replace(report, changes=changes, fixed=fixed)


_UNDECIDED: Final = frozenset({Verdict.UNKNOWN, Verdict.ERROR})
_STANDING: Final = frozenset({Verdict.FAIL, Verdict.WAIVED})


def earlier_of(results: Iterable[Result]) -> tuple[Earlier, ...]:
    """The findings among results, as an earlier state."""
    return tuple(
        Earlier(
            fingerprint=r.fingerprint,
            digest=r.digest,
            check=r.check.id,
            address=r.address,
            place=r.place,
            severity=r.check.severity.value,
        )
        for r in results
        if r.verdict is Verdict.FAIL
    )


def summed(coverages: Iterable[Coverage]) -> Coverage:
    """Add up what several front-ends read."""
    total = Coverage()
    missing: list[Call] = []
    for one in coverages:
        missing.extend(one.modules_missing)
        total = Coverage(
            files=total.files + one.files,
            bytes=total.bytes + one.bytes,
            blocks=total.blocks + one.blocks,
            roots=total.roots + one.roots,
            modules=total.modules + one.modules,
        )
    return replace(total, modules_missing=tuple(missing))


def _order(result: Result) -> tuple[int, str, int, str, str]:
    return (-result.check.severity.rank, result.place.file, result.place.line, result.check.id, result.address)
