"""When a fix is safe: what changes by it, compared as a whole before and after.

    before, after = State.of(results, inventory), State.of(other_results, other_inventory)
    flaws(before, after, roots, [result])        # () where it may be offered

A fix is offered only if its finding passes by it, no other check fails, is unknown or crashes where it did not before,
nothing disappears, and every argument that changes is one of which it is documented that changing it leaves what is
deployed in place (see `effects`). Whatever the edit touches through variables and modules is in the comparison.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from watchword.evidence.posture.effects import ADDED, IN_PLACE, effect_of
from watchword.evidence.posture.model import Result, Severity, Verdict
from watchword.inventory import Asset, FrontEnd, Inventory, Known, Setting, Unknown, Value, leaves

_INDEX = re.compile(r"\[[^\]]*\]")
_SILENT: Final = frozenset({Verdict.NOT_APPLICABLE})
_PASSED: Final = frozenset({Verdict.PASS})
_BAD: Final = frozenset({Verdict.FAIL, Verdict.UNKNOWN, Verdict.ERROR})
_WORDS: Final = {Verdict.FAIL: "fails", Verdict.UNKNOWN: "is not known", Verdict.ERROR: "cannot be judged"}

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEdit:
    """`text` in place of the bytes from `start` to `end` of a file."""

    file: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A fix that was tried: by its edits, made together with those of the other offers, the check passes."""

    words: str
    edits: tuple[FileEdit, ...]


class Flaw(NamedTuple):
    """Why a set of fixes is not offered, and the asset it is about."""

    why: str
    root: str
    address: str


@dataclass(frozen=True, slots=True)
class State:
    """What was judged, and what is declared."""

    verdicts: Mapping[Key, frozenset[Verdict]]
    assets: Mapping[str, Asset]
    severities: Mapping[str, Severity]  # of checks

    @staticmethod
    def of(results: Iterable[Result], inventory: Inventory) -> "State":
        verdicts: dict[Key, frozenset[Verdict]] = {}
        severities: dict[str, Severity] = {}
        for result in results:
            verdicts[key_of(result)] = verdicts.get(key_of(result), frozenset()) | {result.verdict}
            severities[result.check.id] = result.check.severity
        return State(verdicts, inventory.assets, severities)


def key_of(result: Result) -> Key:
    """What a result is about, whatever it comes to."""
    return (result.check.id, result.root, result.address)


def unmended(after: State, wanted: Iterable[Result]) -> list[Result]:
    """Those of the results that do not pass."""
    return [result for result in wanted if after.verdicts.get(key_of(result)) != _PASSED]


def begun(before: State, after: State, mended: Iterable[Result]) -> frozenset[Key]:
    """What fails now because it begins to apply: where old versions are kept, somebody may delete one.

    That is no harm, as long as it is less severe than what was mended of the same asset.
    """
    ranks: dict[tuple[str, str], int] = {}
    for result in mended:
        asset = (result.root, result.address)
        ranks[asset] = max(ranks.get(asset, 0), result.check.severity.rank)
    return frozenset(
        key
        for key, verdicts in after.verdicts.items()
        if Verdict.FAIL in verdicts
        and before.verdicts.get(key) == _SILENT
        and after.severities[key[0]].rank < ranks.get(key[1:], 0)
    )


def flaws(before: State, after: State, roots: frozenset[str], mended: Iterable[Result]) -> tuple[Flaw, ...]:
    """Say what is worse after than before. `roots` are those whose declarations are compared argument by argument."""
    found: list[Flaw] = []
    harmless = begun(before, after, mended)
    for key, verdicts in after.verdicts.items():
        worse = frozenset() if key in harmless else (verdicts & _BAD) - before.verdicts.get(key, frozenset())
        found.extend(
            Flaw(f"by it {key[0]} {_WORDS[verdict]} for {key[2]}", key[1], key[2]) for verdict in sorted(worse)
        )
    for uid, asset in before.assets.items():
        if uid not in after.assets:
            found.append(Flaw(f"by it {asset.address} is gone", asset.root, asset.address))
        elif asset.root in roots:
            found.extend(Flaw(why, asset.root, asset.address) for why in _changed(asset, after.assets[uid]))
    for uid, asset in after.assets.items():
        if uid not in before.assets and asset.native_type not in ADDED:
            found.append(Flaw(f"it would add {asset.address}", asset.root, asset.address))
    return tuple(found)


def replacing(asset: Asset, path: str) -> str:
    """Say why an argument of an asset is not changed by a fix; "" where that is safe."""
    if asset.front_end not in _DEPLOYED or asset.native_type == _CALL:
        return ""
    return effect_of(asset.native_type, path)


def refused(settings: Iterable[Setting], asset: Asset) -> str:
    """Say why what is to be written is refused, as far as that shows without a trial; "" where it does not."""
    for setting in settings:
        if setting.beside is None:
            why = _unheard_of(asset, setting.path)
            if not why and setting.whole and setting.at == asset.place:
                rows = setting.value if isinstance(setting.value, tuple) else ()
                names = [f".{name}" for row in rows if isinstance(row, tuple) for name, _ in row] or [""]
                why = next(filter(None, (replacing(asset, setting.path + name) for name in names)), "")
            if why:
                return why
    return ""


def _unheard_of(asset: Asset, path: str) -> str:
    """Why, for what no argument is known of that is changed in place: whatever is written, it changes one."""
    return "" if asset.native_type in IN_PLACE else replacing(asset, path or "it")


def _changed(old: Asset, new: Asset) -> Iterable[str]:
    """Say which arguments change of which it is not known that this leaves the thing in place."""
    if old.front_end not in _DEPLOYED or old.native_type == _CALL:
        return
    was, now = _said(old), _said(new)
    for path in sorted(was.keys() | now.keys()):
        if was.get(path) != now.get(path):
            why = replacing(old, path)
            if why:
                yield why


# A call of a module is not deployed: what follows from what it is given is seen in what it declares.
_CALL: Final = "module"
# Where changing an argument may replace what is deployed; manifests and workflows are put in place as a whole.
_DEPLOYED: Final = frozenset({FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION})


def _said(asset: Asset) -> dict[str, list[str]]:
    """What a declaration says, path by path, without where it stands."""
    found: dict[str, list[str]] = {}
    for path, value in leaves(asset.native):
        found.setdefault(_INDEX.sub("", path), []).append(_spelled(value))
    return found


def _spelled(value: Value) -> str:
    if isinstance(value, Known):
        return repr(value.value)
    if isinstance(value, Unknown):
        return f"{value.sketch()} {' '.join(reason.text for reason in value.reasons)}"
    return type(value).__name__
