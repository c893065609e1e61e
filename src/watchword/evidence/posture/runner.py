"""Asks checks about assets. Whatever a check does, its asset gets a verdict: nothing is skipped or green by luck.

- a value that is not known          -> UNKNOWN, with its chain of reasons
- a check that raises anything else  -> ERROR, with what it raised and where
- a file or part that was not read   -> ERROR of `input-readable`, with its place

Each check is asked about the assets of its kinds alone; the cost is the number of such pairs.
"""

import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.model import (
    ANY_KIND,
    Answer,
    Check,
    Evidence,
    Result,
    Seen,
    Verdict,
    family,
    told,
)
from watchword.evidence.posture.own import INPUT_READABLE
from watchword.evidence.posture.redaction import redact, shown, whole
from watchword.inventory import (
    LIVE,
    Absent,
    Asset,
    Block,
    Elements,
    Inventory,
    Known,
    Place,
    Unknown,
    UnknownValueError,
    Value,
    fingerprint,
)

_MOST_EVIDENCE: Final = 20  # values an answer shows: a rule with a thousand addresses is told by twenty
_MOST_NODES: Final = 50  # of a tree that is shown as one value
_MOST_HASHED: Final = 100_000  # of all values of one answer; a rule may list some thousand addresses


def judge(checks: Iterable[Check], inventory: Inventory) -> Iterator[Result]:
    """Yield a result for each check and each asset it judges, then one for each problem of the reading."""
    estate = Estate(inventory)
    for check in checks:
        for asset in subjects(check, inventory):
            yield judge_one(check, asset, estate)
    for problem in inventory.problems:
        yield Result(
            check=INPUT_READABLE,
            verdict=Verdict.ERROR,
            root=".",
            address=problem.place.file or ".",
            place=problem.place,
            words=f"{redact(problem.text)} ({problem.kind.value})",
            root_cause=problem.place,
        )


def subjects(check: Check, inventory: Inventory) -> Sequence[Asset]:
    """Return the assets that a check judges, in the order in which they were read."""
    found = tuple(inventory.assets.values()) if check.kinds == ANY_KIND else inventory.of(*check.kinds)
    if check.providers:
        found = tuple(asset for asset in found if asset.provider in check.providers)
    if check.native_types:
        found = tuple(asset for asset in found if asset.native_type in check.native_types)
    return tuple(asset for asset in found if family(asset.speaks or asset.front_end) in check.front_ends)


def judge_one(check: Check, asset: Asset, estate: Estate) -> Result:
    """Ask one check about one asset. Never raises on account of the check or of the asset."""
    try:
        _stop_if_untold(asset)
        answer = check.judge(asset, estate)
        if answer.verdict is Verdict.PASS:
            return _result(check, asset, answer, ())
        evidence = tuple(map(evidence_of, answer.seen[:_MOST_EVIDENCE]))
        if asset.front_end in LIVE:  # what is there is not mended by an edit of what was recorded of it
            evidence = tuple(replace(one, root=one.root._replace(line=0, end_line=0)) for one in evidence)
            answer = replace(answer, fix=None)
        return _result(check, asset, answer, evidence)
    except UnknownValueError as error:
        return Result(
            check=check,
            verdict=Verdict.UNKNOWN,
            root=asset.root,
            address=asset.address,
            asset=asset,
            calls=asset.calls,
            place=asset.place,
            words=told(error.reasons),
            reasons=error.reasons,
            root_cause=next((r.place for r in reversed(error.reasons) if r.place.line), asset.place),
        )
    except Exception as error:  # noqa: BLE001 - a check that crashes is an ERROR of that asset, and the rest is judged
        return Result(
            check=check,
            verdict=Verdict.ERROR,
            root=asset.root,
            address=asset.address,
            asset=asset,
            calls=asset.calls,
            place=asset.place,
            words=redact(f"the check crashed: {type(error).__name__}: {error}{_where(error)}"),
        )


def _stop_if_untold(asset: Asset) -> None:
    """Raise as unknown for what stands for a list that an account did not tell: perhaps there is none of it."""
    if asset.front_end in LIVE and asset.instances is None:
        raise UnknownValueError(asset.native.open_because, asset.place)


def evidence_of(one: Seen) -> Evidence:
    """What is shown of a value. Asking for it never raises for what is not known."""
    path, value = one
    return Evidence(
        path=path,
        value=shown(path, rendered(value)),
        place=value.place,
        root=value.root,
        written=not isinstance(value, Absent) and not (isinstance(value, Known) and value.is_default),
    )


def rendered(value: Value, budget: list[int] | None = None) -> str:
    """A value in words: JSON-like, with `(unknown)` for what is not known and `(not set)` for what is absent.

    Within a tree, what goes by a secret's name is hidden. `budget` is how many nodes are left to be told.
    """
    budget = [_MOST_NODES] if budget is None else budget
    budget[0] -= 1
    if budget[0] < 0:
        return "…"
    if isinstance(value, Known):
        return value.text()
    if isinstance(value, Unknown):
        return value.sketch() if value.parts else "(unknown)"
    if isinstance(value, Elements):
        inner = ", ".join(rendered(value[i], budget) for i in range(min(value.seen, max(budget[0], 0) + 1)))
        return f"[{inner}{', (unknown)' if value.open_because else ''}]"
    if isinstance(value, Block):
        pairs = (f"{name}: {whole(name, rendered(child, budget))}" for name, child in value.items() if budget[0] > 0)
        return "{" + ", ".join(pairs) + "}"
    return "(not set)"


def _result(check: Check, asset: Asset, answer: Answer, evidence: tuple[Evidence, ...]) -> Result:
    decisive = evidence[0] if evidence else None
    return Result(
        check=check,
        verdict=answer.verdict,
        root=asset.root,
        address=asset.address,
        asset=asset,
        calls=asset.calls,
        place=asset.place,
        words=answer.words + _if_on(asset) if answer.verdict is Verdict.FAIL else answer.words,
        evidence=evidence,
        root_cause=_root_cause(decisive, asset) if answer.verdict is Verdict.FAIL else None,
        fix=answer.fix,
        found=_found(answer.seen) if answer.verdict is Verdict.FAIL else "",
    )


def _if_on(asset: Asset) -> str:
    return f" (off by default: {asset.dormant} would make it)" if asset.dormant else ""


def _found(answered: tuple[Seen, ...]) -> str:
    """A name of all values that an answer rests on, whole and without their secrets."""
    budget = [_MOST_HASHED]
    return fingerprint(*(text for path, value in answered for text in (path, whole(path, rendered(value, budget)))))


def _root_cause(decisive: Evidence | None, asset: Asset) -> Place:
    if decisive is not None and decisive.root.line:
        return decisive.root
    return asset.place


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return ""
    name = frames[-1].filename.replace("\\", "/").rsplit("/", 1)[-1]
    return f" ({name}:{frames[-1].lineno})"
