"""Counts and classes in words, the same in every form."""

from collections.abc import Mapping
from typing import Final

from watchword.evidence.posture.assessment.observed import Observed, ObservedFlow
from watchword.evidence.posture.assessment.roadmap import Effort, Item

_EDITS: Final = {
    Effort.PATCH: ("edit that is written already", "edits that are written already"),
    Effort.LINE: ("line", "lines"),
    Effort.MODULE: ("change of a declaration", "changes of declarations"),
    Effort.ARCHITECTURE: ("thing made anew", "things made anew"),
    Effort.EVIDENCE: ("place to look at", "places to look at"),
}
_PLURALS: Final = {"key": "keys", "registry": "registries", "iam_policy": "IAM policies", "iam_role": "IAM roles"}


def counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def looked_at(assets: int, files: int) -> str:
    """`29 assets in 3 files`; what is not in files was read live."""
    where = f"in {counted(files, 'file')}" if files else "read live"
    return f"{counted(assets, 'asset')} {where}"


def effort_words(item: Item) -> str:
    """`3 lines`."""
    return counted(item.edits, *_EDITS[item.effort])


def heading(item: Item) -> str:
    """What is wrong, and of what: `aws_kms_key.data and 7 more: the key is never rotated`."""
    if not item.checks or not item.resources:
        return item.title
    more = f" and {item.touches - 1} more" if item.touches > 1 else ""
    return f"{item.resources[0]}{more}: {item.title}"


def gain_words(item: Item) -> str:
    """What an item takes and what it brings: `2 lines close 4 findings, 1 way to critical assets`."""
    if item.effort is Effort.EVIDENCE:
        if not item.edits:
            return f"{counted(len(item.unlocks), 'criterion', 'criteria')} without evidence"
        return f"{counted(item.edits, 'place')} to look at, {counted(item.closes, 'answer')} to be had"
    ways = f", {counted(item.paths, 'way')} to critical assets" if item.paths else ""
    return f"{effort_words(item)} {'closes' if item.edits == 1 else 'close'} {counted(item.closes, 'finding')}{ways}"


def kinds_in_words(kinds: Mapping[str, int], *, most: int) -> str:
    """`12 buckets`-like words for the most frequent kinds, then how many others."""
    ranked = sorted(((n, k) for k, n in kinds.items() if k != "other"), key=lambda item: (-item[0], item[1]))
    told = [f"{count} {plural(kind) if count != 1 else kind.replace('_', ' ')}" for count, kind in ranked[:most]]
    rest = sum(kinds.values()) - sum(count for count, _ in ranked[:most])
    return ", ".join([*told, f"{rest} others"] if rest else told)


def plural(kind: str) -> str:
    name = _PLURALS.get(kind, kind.replace("_", " "))
    if kind in _PLURALS:
        return name
    if name.endswith("y") and name[-2:-1] not in {"a", "e", "o"}:
        return f"{name[:-1]}ies"
    return name if name.endswith("s") else f"{name}s"


def observed_words(seen: Observed) -> str:
    """`1200 records of 3 days: 2 flows that no rule declares, 4 rules that nothing used`."""
    return (
        f"{counted(seen.records, 'record')} of {counted(seen.days, 'day')}: "
        f"{counted(len(seen.undeclared), 'flow')} that no rule declares, "
        f"{counted(len(seen.unused), 'rule')} that nothing used"
    )


def gap_words(seen: Observed) -> str:
    """What the logs do not tell, or nothing."""
    logs = seen.logs
    told = (
        (logs.bad, f"{counted(logs.bad, 'line')} could not be read ({'; '.join(logs.bad_places[:1])})"),
        (logs.skipdata, f"{counted(logs.skipdata, 'interval')} in which not all was recorded"),
        (seen.summed, f"{counted(seen.summed, 'record')} of which the port was not kept"),
        (seen.lost, f"{counted(seen.lost, 'record')} of which nothing was kept"),
        (seen.unspoken, f"{counted(seen.unspoken, 'rule')} of which these logs tell nothing"),
    )
    return "; ".join(words for count, words in told if count)


def flow_words(flow: ObservedFlow) -> str:
    """`aws_instance.web > aws_db_instance.orders, tcp 5432`."""
    return f"{flow.source.words} > {flow.target.words}, {flow.what}"
