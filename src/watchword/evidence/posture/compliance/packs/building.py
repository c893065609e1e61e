"""What goes into a pack: for each control its checks, what they came to in every pass, and what stood at the end.

- A check *held* in a pass where it spoke and nothing was other than good: FAIL, WAIVED, UNKNOWN and ERROR do not hold.
- A control is PASSING at the end where all of its checks that spoke held, FAILING where one failed or is waived,
  UNKNOWN where one could not be answered, NOT ASSESSED where none spoke. It says what these checks saw, not that the
  control is fulfilled.
- Time counts: how often the estate was examined, how often in vain, and the longest time in which nobody looked.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from watchword.evidence.posture.assessment.frameworks import NAMES, Standing
from watchword.evidence.posture.compliance.model import CheckCount, Content, Ended, Pass
from watchword.evidence.posture.compliance.records import Json, canonical, instant, outcome_record, sha256
from watchword.evidence.posture.model import Check, Verdict

FRAMEWORKS: Final = tuple(name for name in NAMES if name not in {"cisa_ztmm_2", "nist_800_207"})
MANIFEST: Final = "manifest.json"
FORM: Final = "watchword-evidence-pack"
VERSION: Final = 1
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPass:
    """A pass, and the bytes of its record: the ledger has their SHA-256."""

    done: Pass
    record: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateEvidence:
    """An estate's passes within the span, oldest first, and what the good ones found.

    `unrecorded` are passes that the ledger knows nothing of, or something else: they prove nothing and are left out.
    """

    estate: str
    passes: tuple[RecordedPass, ...]
    contents: Mapping[str, Content]
    content_bytes: Mapping[str, bytes]
    unrecorded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRequest:
    framework: str
    since: datetime
    until: datetime
    made: datetime
    version: str
    checks: tuple[Check, ...]
    estates: tuple[EstateEvidence, ...]


def controls_of(framework: str, checks: Iterable[Check]) -> Mapping[str, tuple[Check, ...]]:
    """The controls that some check is evidence for, in their order."""
    found: dict[str, list[Check]] = {}
    for check in checks:
        for control in check.frameworks.by_framework().get(framework, ()):
            found.setdefault(control, []).append(check)
    return {name: tuple(sorted(found[name], key=lambda c: c.id)) for name in sorted(found, key=_natural)}


def pack_files(request: PackRequest) -> dict[str, bytes]:
    """Everything that the manifest will name."""
    controls = controls_of(request.framework, request.checks)
    files: dict[str, bytes] = {}
    rows: list[tuple[str, ...]] = []
    for control, checks in controls.items():
        estates = [_estate(evidence, checks) for evidence in request.estates]
        standing = _worst(one.standing for one in estates)
        files[_free(files, f"controls/{_UNSAFE.sub('_', control)}.json")] = canonical(
            {
                "framework": request.framework,
                "control": control,
                "standing": standing.value,
                "estates": [one.record for one in estates],
            }
        )
        rows.extend((control, one.estate, one.standing.value, *one.figures) for one in estates)
    files["controls.csv"] = _csv(rows)
    files["checks.json"] = canonical(_checks(controls))
    for evidence in request.estates:
        for item in evidence.passes:
            files[f"passes/{evidence.estate}/{item.done.id}.json"] = item.record
        for digest, content in evidence.content_bytes.items():
            files[f"contents/{evidence.estate}/{digest}.json"] = content
    files["README.md"] = _readme(request, rows).encode("utf-8")
    return files


def manifest_of(files: Mapping[str, bytes], request: PackRequest) -> bytes:
    """Name every file with its SHA-256. The manifest's own goes into the ledger."""
    return canonical(
        {
            "form": FORM,
            "version": VERSION,
            "framework": request.framework,
            "since": instant(request.since),
            "until": instant(request.until),
            "made": instant(request.made),
            "watchword": request.version,
            "estates": [
                {
                    "estate": evidence.estate,
                    "passes": [one.done.id for one in evidence.passes],
                    "unrecorded": list[Json](evidence.unrecorded),
                }
                for evidence in request.estates
            ],
            "files": [
                {"name": name, "sha256": sha256(content), "bytes": len(content)}
                for name, content in sorted(files.items())
            ],
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _EstateEvidence:
    estate: str
    standing: Standing
    record: dict[str, Json]
    figures: tuple[str, ...]


_COLUMNS: Final = ("control", "estate", "at the end", "passes", "failed passes", "held", "failing", "unknown", "waived")


def _estate(evidence: EstateEvidence, checks: Sequence[Check]) -> _EstateEvidence:
    """What the checks of one control came to in one estate."""
    good = [one.done for one in evidence.passes if one.done.ended is Ended.COMPLETE]
    last = evidence.contents[good[-1].content] if good else None
    by_digest = {digest: {c.check: c for c in content.counts} for digest, content in evidence.contents.items()}
    ids = {check.id for check in checks}
    functions = {check.function.value for check in checks}
    held = failing = unknown = 0
    told: list[Json] = []
    ends: list[CheckCount] = []
    for check in checks:
        counts = [found for one in good if (found := by_digest[one.content].get(check.id)) is not None]
        spoke = [c for c in counts if c.passed or c.failed or c.waived or c.unknown or c.error]
        end = by_digest[good[-1].content].get(check.id) if good else None
        if end is not None:
            ends.append(end)
        told.append(
            {
                "check": check.id,
                "title": check.title,
                "severity": check.severity.value,
                "passes": len(spoke),
                "held": sum(c.held for c in spoke),
                "failing": sum(bool(c.failed or c.waived) for c in spoke),
                "unknown": sum(bool(c.unknown or c.error) for c in spoke),
                "at_the_end": None if end is None else _counts(end),
            }
        )
    for one in good:
        standing = _standing(c for check in ids if (c := by_digest[one.content].get(check)) is not None)
        held += standing is Standing.PASSING
        failing += standing is Standing.FAILING
        unknown += standing is Standing.UNKNOWN
    outcomes = [o for o in last.outcomes if o.check in ids] if last else []
    waived = [o for o in outcomes if o.verdict is Verdict.WAIVED]
    failed_passes = len(evidence.passes) - len(good)
    standing = _standing(ends)
    record: dict[str, Json] = {
        "estate": evidence.estate,
        "at_the_end": standing.value,
        "passes": {
            "complete": len(good),
            "failed": failed_passes,
            "first": instant(good[0].started) if good else None,
            "last": instant(good[-1].started) if good else None,
            "longest_gap_seconds": _gap(good),
            "held": held,
            "failing": failing,
            "unknown": unknown,
        },
        "checks": told,
        "findings": [outcome_record(o) for o in outcomes if o.verdict is Verdict.FAIL],
        "not_known": [outcome_record(o) for o in outcomes if o.verdict in {Verdict.UNKNOWN, Verdict.ERROR}],
        "waivers": [outcome_record(o) for o in waived],
        "attestations": [
            {
                "function": a.function,
                "stage": a.stage,
                "artifact": a.artifact,
                "sha256": a.sha256,
                "signer": a.signer,
                "expires": a.expires.isoformat(),
            }
            for a in (last.attestations if last else ())
            if a.function in functions
        ],
    }
    figures = tuple(map(str, (len(good), failed_passes, held, failing, unknown, len(waived))))
    return _EstateEvidence(estate=evidence.estate, standing=standing, record=record, figures=figures)


def _standing(counts: Iterable[CheckCount]) -> Standing:
    listed = list(counts)
    if any(c.failed or c.waived for c in listed):
        return Standing.FAILING
    if any(c.unknown or c.error for c in listed):
        return Standing.UNKNOWN
    return Standing.PASSING if any(c.passed for c in listed) else Standing.NOT_ASSESSED


_ORDER: Final = (Standing.FAILING, Standing.UNKNOWN, Standing.PASSING, Standing.NOT_ASSESSED)


def _worst(standings: Iterable[Standing]) -> Standing:
    return min(standings, key=_ORDER.index, default=Standing.NOT_ASSESSED)


def _gap(good: Sequence[Pass]) -> int | None:
    """The longest time between two good passes; None with fewer than two."""
    spans = (after.started - before.started for before, after in pairwise(good))
    longest = max(spans, default=None)
    return None if longest is None else int(longest.total_seconds())


def _counts(count: CheckCount) -> dict[str, Json]:
    return {
        "passed": count.passed,
        "failed": count.failed,
        "waived": count.waived,
        "unknown": count.unknown,
        "error": count.error,
        "not_applicable": count.not_applicable,
    }


def _checks(controls: Mapping[str, Sequence[Check]]) -> list[Json]:
    found = {check.id: check for checks in controls.values() for check in checks}
    return [_check(found[name]) for name in sorted(found)]


def _check(check: Check) -> dict[str, Json]:
    return {
        "id": check.id,
        "title": check.title,
        "severity": check.severity.value,
        "why": check.why,
        "remedy": check.remedy,
        "function": check.function.value,
        "frameworks": {name: list[Json](ids) for name, ids in check.frameworks.by_framework().items()},
    }


def _csv(rows: Sequence[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def _free(files: Mapping[str, bytes], name: str) -> str:
    """A name that no other control has taken: `SC-28(1)` and `SC-28_1` must not share a file."""
    number = 1
    found = name
    while found in files:
        number += 1
        found = f"{name.removesuffix('.json')}-{number}.json"
    return found


def _readme(request: PackRequest, rows: Sequence[tuple[str, ...]]) -> str:
    lines = [
        f"# Evidence for {NAMES[request.framework]}",
        "",
        f"From {instant(request.since)} to {instant(request.until)}.",
        f"Made {instant(request.made)} by Watchword {request.version}.",
        "",
        *_README.splitlines(),
        "",
        "## Examinations",
        "",
        "| estate | complete | failed | first | last | longest time without one | not on the record |",
        "|---|---|---|---|---|---|---|",
    ]
    for evidence in request.estates:
        good = [one.done for one in evidence.passes if one.done.ended is Ended.COMPLETE]
        gap = _gap(good)
        lines.append(
            f"| {evidence.estate} | {len(good)} | {len(evidence.passes) - len(good)} "
            f"| {instant(good[0].started) if good else '-'} | {instant(good[-1].started) if good else '-'} "
            f"| {'-' if gap is None else timedelta(seconds=gap)} | {len(evidence.unrecorded)} |"
        )
    lines += ["", "## Controls", "", f"| {' | '.join(_COLUMNS)} |", f"|{'---|' * len(_COLUMNS)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


_README: Final = """\
A control stands here by the checks that name it, and by nothing else: passing says that these checks pass, not that
the control is fulfilled. What is not known counts as not known.

| file | holds |
|---|---|
| `controls.csv` | each control and estate in one line |
| `controls/` | each control: its checks, what they came to, findings, waivers, attestations |
| `checks.json` | what each check asks, and why |
| `passes/` | the record of every examination; the ledger has the SHA-256 of each |
| `contents/` | what was found, by SHA-256, as the passes name it |
| `manifest.json` | every file above with its SHA-256; the ledger has the manifest's |
| `seal/` | the ledger's records, proofs that they are in the ledger, signed checkpoints, a verifier |

## To verify it

With Watchword: `watchword compliance verify-pack FILE --key KEY`. Without, by Python 3.8 or later alone:

    unzip -d pack FILE && python3 pack/seal/verify_pack.py pack --key KEY

KEY is the ledger's verifier key, `name+keyid+base64`, as `watchword ledger export` prints it. Get it from the people
who run that Watchword, never from this pack; the same goes for the verifier, if you do not trust who sent you this.
`seal/key` is there to compare with.
"""


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """`A.8.2` before `A.8.20`."""
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text))
