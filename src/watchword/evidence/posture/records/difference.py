"""How a run stands to what was kept before: what came, changed, returned, was fixed, or is only not seen any more.

Pure, and the same for every store. The rule that matters: what is not there is FIXED only if this run could have found
it. Where its check was not asked, its asset has no answer now, or its file could not be read, it is GONE: nobody knows.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from watchword.evidence.events import AssessmentKept
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Verdict
from watchword.evidence.posture.records.model import Finding, Move, Picture, Run, Standing, Summary

_UNDECIDED: Final = frozenset({Verdict.UNKNOWN, Verdict.ERROR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was kept of a finding before."""

    standing: Standing
    digest: str
    verdict: Verdict
    check: str
    address: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What becomes of one fingerprint. `verdict` is that of now, or of before where it is not there now."""

    fingerprint: str
    move: Move
    verdict: Verdict


def difference(before: Mapping[str, Before], run: Run) -> tuple[Turn, ...]:
    """Return what moves; a finding that is as it was does not. Linear in both."""
    turns: list[Turn] = []
    now: set[str] = set()
    for finding in run.findings:
        now.add(finding.fingerprint)
        old = before.get(finding.fingerprint)
        if old is None:
            move = Move.INTRODUCED
        elif old.standing is not Standing.OPEN:
            move = Move.RETURNED
        elif (old.digest, old.verdict) != (finding.digest, finding.verdict):
            move = Move.CHANGED
        else:
            continue
        turns.append(Turn(fingerprint=finding.fingerprint, move=move, verdict=finding.verdict))
    undecided = {(f.check, f.address) for f in run.findings if f.verdict in _UNDECIDED}
    unread = {f.spot.file for f in run.findings if f.verdict is Verdict.ERROR and not f.asset}
    # What was left out for its number may be among those that are not there.
    whole = not run.left_out
    for fingerprint, old in before.items():
        if fingerprint in now or old.standing is Standing.FIXED:
            continue
        judged = (
            whole
            and old.verdict not in _UNDECIDED
            and (old.check in run.judged or old.check.partition(":")[0] in run.tools)
            and (old.check, old.address) not in undecided
            and old.file not in unread
        )
        if judged or old.standing is Standing.OPEN:
            move = Move.FIXED if judged else Move.GONE
            turns.append(Turn(fingerprint=fingerprint, move=move, verdict=old.verdict))
    return tuple(turns)


def summary_of(run: Run, turns: Iterable[Turn], *, number: int) -> Summary:
    """Return the run in counts. Moves are counted of what fails or failed: what is not known is no such news."""
    counts = dict.fromkeys(Move, 0)
    for turn in turns:
        if turn.verdict is Verdict.FAIL:
            counts[turn.move] += 1
    return Summary(
        number=number,
        estate=run.estate,
        at=run.at,
        version=run.version,
        commit=run.commit,
        paths=run.paths,
        front_ends=run.front_ends,
        files=run.files,
        checks=run.checks,
        verdicts=run.verdicts,
        severities=run.severities,
        kinds=run.kinds,
        owned=run.owned,
        ownable=run.ownable,
        critical=sum(asset.critical for asset in run.assets),
        ways=len(run.picture.ways),
        stages=_stages(run.picture),
        at_target=sum(function.meets_target for function in run.picture.functions),
        moves=counts,
        content=content_of(run.findings),
        left_out=run.left_out,
        assets_left_out=run.assets_left_out,
    )


def _stages(picture: Picture) -> Mapping[Function, Stage]:
    return {function.function: function.stage for function in picture.functions if function.stage is not None}


def kept_event(summary: Summary, *, actor: str) -> AssessmentKept:
    """What the ledger is told of a run."""
    return AssessmentKept(
        at=summary.at,
        actor=actor,
        estate=summary.estate,
        run=summary.number,
        version=summary.version,
        commit=summary.commit,
        assets=summary.assets,
        files=summary.files,
        checks=summary.checks,
        verdicts={verdict.value: count for verdict, count in summary.verdicts.items()},
        severities={severity.value: count for severity, count in summary.severities.items()},
        introduced=summary.moves[Move.INTRODUCED],
        returned=summary.moves[Move.RETURNED],
        fixed=summary.moves[Move.FIXED],
        gone=summary.moves[Move.GONE],
        functions_assessed=len(summary.stages),
        functions_at_target=summary.at_target,
        left_out=summary.left_out,
        content=summary.content,
    )


def content_of(findings: Iterable[Finding]) -> str:
    """SHA-256 over what was found, in no order: two runs that found the same have the same, and the ledger holds it."""
    whole = hashlib.sha256()
    for line in sorted(f"{f.fingerprint} {f.digest} {f.verdict.value}\n" for f in findings):
        whole.update(line.encode("ascii", "backslashreplace"))
    return whole.hexdigest()
