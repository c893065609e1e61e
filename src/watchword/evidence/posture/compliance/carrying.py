"""From the results of a scan to the content of a pass, with the ages that its findings have.

A finding that was there in the content before keeps its `since`. One that cannot be judged now is kept with its age as
UNKNOWN; if it turns up again it is as old as it was. Only one that was judged and is gone begins anew.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from watchword.evidence.posture.compliance.model import (
    Attested,
    CheckCount,
    Content,
    DriftFound,
    Outcome,
    Taken,
    WaivedBy,
)
from watchword.evidence.posture.model import Result, Severity, Verdict
from watchword.evidence.posture.report import Report
from watchword.inventory import FrontEnd

_KEPT: Final = frozenset({Verdict.FAIL, Verdict.WAIVED, Verdict.UNKNOWN, Verdict.ERROR})
_STANDING: Final = frozenset({Verdict.FAIL, Verdict.WAIVED})
_UNDECIDED: Final = frozenset({Verdict.UNKNOWN, Verdict.ERROR})
_LIVE: Final = frozenset({FrontEnd.AWS})
_LONGEST_WORDS: Final = 500  # characters: a chain of reasons through many modules is told by its beginning
_MOST_WARNINGS: Final = 200
_FIELDS: Final[Mapping[Verdict, str]] = {
    Verdict.PASS: "passed",
    Verdict.FAIL: "failed",
    Verdict.WAIVED: "waived",
    Verdict.UNKNOWN: "unknown",
    Verdict.ERROR: "error",
    Verdict.NOT_APPLICABLE: "not_applicable",
}


def content_of(
    report: Report,
    *,
    at: datetime,
    previous: Content | None,
    asked: Iterable[str],
    scope: Iterable[str] = (),
    maturity: Mapping[str, str | None],
    attestations: Sequence[Attested] = (),
    critical: Sequence[str] = (),
    drift: DriftFound | None = None,
    stacks: Mapping[str, str] | None = None,
) -> Content:
    """Return what a pass found. `at` is when it began: what was not there before is that old."""
    ages = _Ages(previous)
    outcomes = [_outcome(result, at, ages) for result in report.results if result.verdict in _KEPT]
    outcomes.extend(_hidden(previous, outcomes, _untold(report.results)))
    tools = {f"{tool}:" for one in report.imports for tool in one.tools}
    return Content(
        outcomes=tuple(sorted(outcomes, key=lambda o: (o.fingerprint, o.verdict.value, o.digest, o.words))),
        counts=counts_of(report.results),
        asked=frozenset(asked) | tools,
        scope=tuple(scope),
        maturity=maturity,
        attestations=tuple(attestations),
        critical=tuple(sorted(set(critical))),
        assets=dict(sorted(report.assets.items())),
        files=report.coverage.files,
        warnings=report.warnings[:_MOST_WARNINGS],
        imports=tuple(Taken(file=i.file, form=i.form, findings=i.findings) for i in report.imports),
        drift=drift,
        stacks=stacks or {},
    )


def counts_of(results: Iterable[Result]) -> tuple[CheckCount, ...]:
    """Count each check's verdicts."""
    found: dict[str, dict[str, int]] = {}
    severities: dict[str, Severity] = {}
    for result in results:
        counts = found.setdefault(result.check.id, dict.fromkeys(_FIELDS.values(), 0))
        counts[_FIELDS[result.verdict]] += 1
        severities[result.check.id] = result.check.severity
    return tuple(
        CheckCount(check=check, severity=severities[check], **counts) for check, counts in sorted(found.items())
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What became of findings between two contents."""

    introduced: tuple[Outcome, ...]
    changed: tuple[Outcome, ...]  # still there, and something else was found
    fixed: tuple[Outcome, ...]
    waived: tuple[Outcome, ...]  # still there, and somebody answers for it now


def moves(before: Content | None, after: Content) -> Moves:
    """Compare. A finding that cannot be judged any more is not fixed; one whose check was not asked is not either.

    Nothing is fixed by looking at less: once a path or a region is left out, what is gone may only not be seen.
    """
    then = {o.fingerprint: o for o in before.outcomes if o.verdict in _STANDING} if before else {}
    now = {o.fingerprint: o for o in after.outcomes if o.verdict in _STANDING}
    undecided = {o.subject for o in after.undecided}
    hidden = {o.subject for o in before.undecided if o.since} if before else set()
    introduced: list[Outcome] = []
    changed: list[Outcome] = []
    waived: list[Outcome] = []
    for fingerprint, outcome in now.items():
        old = then.get(fingerprint)
        if outcome.verdict is Verdict.WAIVED:
            if old is not None and old.verdict is Verdict.FAIL:
                waived.append(outcome)
        elif old is None:
            if outcome.subject not in hidden:  # it was known before it could not be judged
                introduced.append(outcome)
        elif old.verdict is Verdict.WAIVED:
            introduced.append(outcome)  # nobody answers for it any more
        elif old.digest != outcome.digest:
            changed.append(outcome)
    gone = [old for fingerprint, old in then.items() if fingerprint not in now]
    # What could not be judged for a while, and is not there now that it can be, was mended meanwhile.
    standing = {o.subject for o in now.values()}
    gone += [o for o in before.undecided if o.since and o.subject not in standing] if before else []
    return Moves(
        introduced=tuple(introduced),
        changed=tuple(changed),
        fixed=()
        if before is not None and set(before.scope) - set(after.scope)
        else tuple(o for o in gone if o.subject not in undecided and after.was_asked(o.check)),
        waived=tuple(waived),
    )


class _Ages:
    """Since when findings have been there, by their name and by what they are about."""

    def __init__(self, previous: Content | None) -> None:
        self._named: dict[str, datetime] = {}
        self._standing: dict[tuple[str, str], datetime] = {}
        self._undecided: dict[tuple[str, str], datetime] = {}
        for outcome in previous.outcomes if previous else ():
            if outcome.since is None:
                continue
            self._named[outcome.fingerprint] = outcome.since
            by_subject = self._undecided if outcome.verdict in _UNDECIDED else self._standing
            by_subject[outcome.subject] = min(outcome.since, by_subject.get(outcome.subject, outcome.since))

    def of(self, fingerprint: str, subject: tuple[str, str], verdict: Verdict) -> datetime | None:
        """An UNKNOWN has another name than the finding that it hides; they share what they are about."""
        since = self._named.get(fingerprint) or self._undecided.get(subject)
        if since is None and verdict in _UNDECIDED:
            since = self._standing.get(subject)
        return since


def _outcome(result: Result, at: datetime, ages: _Ages) -> Outcome:
    fingerprint = result.fingerprint
    since = ages.of(fingerprint, (result.check.id, result.address), result.verdict)
    if since is None and result.verdict in _STANDING:
        since = at
    words = result.words if len(result.words) <= _LONGEST_WORDS else result.words[: _LONGEST_WORDS - 1] + "…"
    spot = result.spot
    return Outcome(
        fingerprint=fingerprint,
        digest=result.digest,
        check=result.check.id,
        severity=result.check.severity,
        verdict=result.verdict,
        address=result.address,
        file=spot.file,
        line=spot.line,
        words=words,
        kind=result.asset.kind if result.asset is not None else "",
        since=since,
        waiver=_waived(result),
        sources=tuple(sorted({source.tool for source in result.also_found_by})),
    )


def _untold(results: Iterable[Result]) -> frozenset[str]:
    """The kinds of which an account did not tell the whole list: what is not there may only not have been told."""
    return frozenset(
        r.asset.kind
        for r in results
        if r.asset is not None and r.asset.front_end in _LIVE and r.asset.instances is None
    )


def _hidden(previous: Content | None, outcomes: Sequence[Outcome], untold: frozenset[str]) -> Iterator[Outcome]:
    """What stood in a file that cannot be read now, or in a list that was not told: nobody knows whether it is gone, so
    it stays, as UNKNOWN."""
    if previous is None:
        return
    # What is about a file has no kind; an ERROR of it is that it could not be read.
    unread = {o.file for o in outcomes if o.verdict is Verdict.ERROR and not o.kind}
    names = {o.fingerprint for o in outcomes}
    subjects = {o.subject for o in outcomes}
    for old in previous.outcomes:
        told = old.fingerprint in names or old.subject in subjects
        if old.since is None or not old.kind or told:
            continue
        if old.file in unread:
            yield replace(old, verdict=Verdict.UNKNOWN, words=f"{old.file} cannot be read any more", waiver=None)
        elif old.kind in untold and old.address.startswith("arn:"):
            yield replace(old, verdict=Verdict.UNKNOWN, words="the account does not list it any more", waiver=None)


def _waived(result: Result) -> WaivedBy | None:
    waiver = result.waiver
    if waiver is None:
        return None
    return WaivedBy(owner=waiver.owner, reason=waiver.reason, expires=date.fromisoformat(waiver.expires))
