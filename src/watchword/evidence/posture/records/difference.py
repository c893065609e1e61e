"""How a run stands to what was kept before: what came, changed, returned, was fixed, or is only not seen any more.

Pure, and the same for every store. The rule that matters: what is not there is FIXED only if this run could have found
it. Anything else is GONE: nobody knows. It could have found it if its check was asked, and

- its asset is there, and has an answer now, and its file was read; or
- its asset is not there any more, and what was looked at is what was looked at before, and all of it could be read.

So an account that denies what it answered yesterday, a module that was not fetched, a directory that was left out of
the command line mend nothing.
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
    asset: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What becomes of one fingerprint. `verdict` is that of now, or of before where it is not there now."""

    fingerprint: str
    move: Move
    verdict: Verdict


def difference(before: Mapping[str, Before], run: Run, *, previous: Summary | None) -> tuple[Turn, ...]:
    """Return what moves; a finding that is as it was does not. Linear in both. `previous` is the estate's last run."""
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
    sight = _Sight(run, previous)
    for fingerprint, old in before.items():
        if fingerprint in now or old.standing is Standing.FIXED:
            continue
        judged = sight.judged(old)
        if judged or old.standing is Standing.OPEN:
            move = Move.FIXED if judged else Move.GONE
            turns.append(Turn(fingerprint=fingerprint, move=move, verdict=old.verdict))
    return tuple(turns)


class _Sight:
    """What a run could have found."""

    def __init__(self, run: Run, previous: Summary | None) -> None:
        self._run = run
        self._undecided = {(f.check, f.address) for f in run.findings if f.verdict in _UNDECIDED}
        about_files = [f for f in run.findings if f.verdict is Verdict.ERROR and not f.asset]
        self._unread = {f.spot.file for f in about_files}
        self._present = {asset.uid for asset in run.assets}
        self._same_and_whole = (
            not about_files
            and not run.assets_left_out
            and previous is not None
            and previous.paths == run.paths
            and set(previous.front_ends) <= set(run.front_ends)
        )
        self._missing = tuple(f"{module}." for module in run.missing)

    def judged(self, old: Before) -> bool:
        run = self._run
        if run.left_out or old.verdict in _UNDECIDED:
            return False  # it may be among those that were left out; or nobody ever knew that it fails
        imported = old.check.partition(":")[0] in run.tools
        if not imported and old.check not in run.judged:
            return False
        if (old.check, old.address) in self._undecided or old.file in self._unread:
            return False
        if imported or not old.asset or old.asset in self._present:
            return True
        # What was gone already was perhaps out of sight before the last run, too.
        open_until_now = old.standing is Standing.OPEN
        return open_until_now and self._same_and_whole and not old.address.startswith(self._missing)


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
