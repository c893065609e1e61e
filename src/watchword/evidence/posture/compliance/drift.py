"""Where what is declared and what is there differ.

    found = drift(pairs_by_address(source, state))        # a source or a plan, and a state
    found = drift(pairs_by_identity(state, live))         # a state, and the account
    found = drift(through(source, state, live))           # all three

- CHANGED     both are there, and a value that is written differs
- MISSING     it is declared and known to the state, and is not there any more
- UNMANAGED   it is there, and nothing declares it
- UNUSED      it is declared, and was never made

A value that either side does not know, and a thing that cannot be told apart, is *cannot tell*: counted, listed, and
never taken for the same. Only what is written is compared: what a provider fills in is nobody's intent. What looks like
a secret is compared and not shown.
"""

import enum
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from watchword.evidence.posture.compliance.model import DriftedThing, DriftFound
from watchword.evidence.posture.model import family
from watchword.evidence.posture.redaction import REDACTED, shown, whole
from watchword.evidence.posture.runner import rendered
from watchword.inventory import (
    Absent,
    Asset,
    Block,
    Elements,
    FrontEnd,
    Inventory,
    Known,
    Place,
    Unknown,
    Value,
)
from watchword.inventory.model import ANY_INSTANCE, without_index

_DECLARING: Final = frozenset({FrontEnd.TERRAFORM, FrontEnd.TERRAFORM_PLAN, FrontEnd.TERRAFORM_STATE})
# Terraform's own arguments of a resource: they say how it is handled, and no provider has them.
_META: Final = frozenset(
    {"connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner", "timeouts"}
)
# Written by whoever applies, and kept by no provider: what is there says nothing of them.
_WRITE_ONLY: Final = ("_wo", "_wo_version")
_DEEPEST: Final = 40  # levels of a value that are compared
_MOST_VALUES: Final = 20_000  # of one pair: a policy of a megabyte, and no loop


class DriftKind(enum.StrEnum):
    CHANGED = "changed"
    MISSING = "missing"
    UNMANAGED = "unmanaged"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A value that is written, and what is there instead. `place` is where it is written."""

    path: str
    declared: str
    actual: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Drifted:
    """One thing that is not as declared. `identity` is what it is called where it is: an ARN, an id."""

    kind: DriftKind
    address: str
    native_type: str
    identity: str
    place: Place
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CannotTell:
    """What could not be compared, and why. `path` is empty where it is a thing as a whole."""

    address: str
    path: str
    why: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """`pairs` things and `values` values were compared."""

    drifted: tuple[Drifted, ...]
    cannot_tell: tuple[CannotTell, ...]
    pairs: int
    values: int

    def of(self, kind: DriftKind) -> tuple[Drifted, ...]:
        return tuple(one for one in self.drifted if one.kind is kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Which declared thing is which that is there. `gone` are declared things known to be missing, `unused` those that
    were never made, `unmanaged` what nothing declares."""

    pairs: tuple[tuple[Asset, Asset], ...]
    gone: tuple[Asset, ...] = ()
    unused: tuple[Asset, ...] = ()
    unmanaged: tuple[Asset, ...] = ()
    cannot_tell: tuple[CannotTell, ...] = ()


def managed(inventory: Inventory) -> tuple[Asset, ...]:
    """What is managed as a whole: not data sources, which are only read, nor the parts that a shape made of a whole."""
    return tuple(
        asset
        for asset in inventory.assets.values()
        if not asset.native_type.startswith("data.") and not _is_part(asset.uid, inventory)
    )


def _is_part(uid: str, inventory: Inventory) -> bool:
    """A part's uid is that of its whole, a slash, and a path."""
    position = uid.find("/", uid.find("#"))
    while position > 0:
        if uid[:position] in inventory.assets:
            return True
        position = uid.find("/", position + 1)
    return False


def pairs_by_address(declared: Inventory, state: Inventory) -> Pairs:
    """Bring a source or a plan together with the state of the same root, by full address."""
    there = {asset.address: asset for asset in managed(state)}
    by_base: dict[str, list[Asset]] = {}
    for asset in there.values():
        by_base.setdefault(without_index(asset.address), []).append(asset)
    roots: dict[str, set[str]] = {}
    for asset in managed(declared):
        roots.setdefault(asset.address, set()).add(asset.root)
    pairs: list[tuple[Asset, Asset]] = []
    unused: list[Asset] = []
    cannot_tell: list[CannotTell] = []
    met: set[str] = set()
    for asset in managed(declared):
        if asset.front_end not in _DECLARING:
            continue
        if len(roots[asset.address]) > 1:
            met.add(asset.address)
            where = ", ".join(sorted(roots[asset.address]))
            cannot_tell.append(_whole(asset, f"several roots declare it ({where}): name the one of this state"))
        elif asset.instances != 1 or asset.address.endswith(f"[{ANY_INSTANCE}]"):
            # One body stands for many, or it is not known how many there are.
            same = by_base.get(without_index(asset.address), [])
            met.update(one.address for one in same)
            pairs.extend((asset, one) for one in same)
            if asset.instances is None or len(same) != asset.instances:
                told = "an unknown number" if asset.instances is None else str(asset.instances)
                cannot_tell.append(_whole(asset, f"{told} declared, {len(same)} in the state"))
        elif (found := there.get(asset.address)) is not None:
            met.add(asset.address)
            pairs.append((asset, found))
        else:
            unused.append(asset)
    return Pairs(
        pairs=tuple(pairs),
        unused=tuple(unused),
        unmanaged=tuple(asset for address, asset in there.items() if address not in met),
        cannot_tell=tuple(cannot_tell),
    )


def pairs_by_identity(declared: Inventory, live: Inventory) -> Pairs:
    """Bring a state together with what is live, by ARN or by id within one kind.

    What the live side does not read at all (its type is not collected) cannot be told to be missing.
    """
    by_name: dict[str, list[Asset]] = {}
    for asset in live.assets.values():
        for name in identities(asset):
            by_name.setdefault(name, []).append(asset)
    collected = {asset.kind for asset in live.assets.values()}
    untold = {asset.kind for asset in live.assets.values() if asset.instances is None}
    pairs: list[tuple[Asset, Asset]] = []
    gone: list[Asset] = []
    cannot_tell: list[CannotTell] = []
    met: set[str] = set()
    for asset in managed(declared):
        names = identities(asset)
        if not names:
            cannot_tell.append(_whole(asset, "its state has no ARN and no id"))
            continue
        found = [one for name in names for one in by_name.get(name, ()) if one.kind == asset.kind]
        if found:
            met.add(found[0].uid)
            pairs.append((asset, found[0]))
        elif asset.kind in untold:
            cannot_tell.append(_whole(asset, "a list of its kind was not told"))
        elif asset.kind not in collected or asset.kind == "other":
            cannot_tell.append(_whole(asset, "nothing of its kind was collected"))
        else:
            gone.append(asset)
    kinds = {asset.kind for asset in managed(declared)}
    return Pairs(
        pairs=tuple(pairs),
        gone=tuple(gone),
        unmanaged=tuple(
            asset
            for asset in managed(live)
            # Of kinds that the state manages: an account is full of what AWS itself put there.
            if asset.uid not in met and asset.kind in kinds and asset.instances == 1
        ),
        cannot_tell=tuple(cannot_tell),
    )


def through(declared: Inventory, state: Inventory, live: Inventory) -> Pairs:
    """Bring a source together with what is live, by the state between them."""
    first, second = pairs_by_address(declared, state), pairs_by_identity(state, live)
    lives = {known.uid: one for known, one in second.pairs}
    lost = {known.uid for known in second.gone}
    return Pairs(
        pairs=tuple((asset, lives[known.uid]) for asset, known in first.pairs if known.uid in lives),
        gone=tuple(asset for asset, known in first.pairs if known.uid in lost),
        unused=first.unused,
        # What is in the state and not in the source is made by an earlier source: nothing declares it now.
        unmanaged=(*second.unmanaged, *(lives.get(one.uid, one) for one in first.unmanaged)),
        cannot_tell=(*first.cannot_tell, *second.cannot_tell),
    )


def identities(asset: Asset) -> tuple[str, ...]:
    """The names by which a thing is found where it is: its ARN first, then its id."""
    found: list[str] = []
    if asset.front_end is FrontEnd.AWS:
        found.append(asset.address)
    for name in ("arn", "id"):
        value = asset.native[name]
        if isinstance(value, Known) and value.text():
            found.append(value.text())
    if asset.front_end is FrontEnd.AWS:
        tail = asset.address.rpartition("/")[2].rpartition(":")[2]
        found.append(tail)
    return tuple(dict.fromkeys(found))


def drift(pairs: Pairs) -> Drift:
    """Compare what belongs together."""
    drifted: list[Drifted] = []
    cannot_tell = list(pairs.cannot_tell)
    values = 0
    partners = {asset.uid: actual for asset, actual in pairs.pairs}
    for asset, actual in pairs.pairs:
        comparison = _Comparison(asset, partners)
        comparison.compare(asset, actual)
        values += comparison.values
        cannot_tell.extend(comparison.cannot_tell)
        if comparison.differences:
            drifted.append(_drifted(DriftKind.CHANGED, asset, actual, tuple(comparison.differences)))
    drifted.extend(_drifted(DriftKind.MISSING, asset, asset) for asset in pairs.gone)
    drifted.extend(_drifted(DriftKind.UNUSED, asset, asset) for asset in pairs.unused)
    drifted.extend(_drifted(DriftKind.UNMANAGED, asset, asset) for asset in pairs.unmanaged)
    order = list(DriftKind)
    return Drift(
        drifted=tuple(sorted(drifted, key=lambda d: (order.index(d.kind), d.native_type, d.address))),
        cannot_tell=tuple(sorted(cannot_tell, key=lambda c: (c.address, c.path))),
        pairs=len(pairs.pairs),
        values=values,
    )


# A tag of AWS's own, on what a stack made: AWS CloudFormation user guide, "Resource tags".
_STACK: Final = "aws:cloudformation:stack-name"


def stacks_of(inventories: Iterable[Inventory]) -> dict[str, str]:
    """The live things that a stack of CloudFormation made, as their tags say. Tags that are not told say nothing."""
    found: dict[str, str] = {}
    for inventory in inventories:
        for asset in inventory.assets.values():
            tags = asset.tags if asset.front_end is FrontEnd.AWS else None
            name = tags.child(_STACK) if isinstance(tags, Block) else None
            if isinstance(name, Known):
                found[asset.address] = name.text()
    return found


_MOST_KEPT: Final = 1000  # things of a drift that a pass keeps: an account may have any number that nobody declares


def kept_of(drifts: Sequence[Drift]) -> DriftFound:
    """What a pass keeps of drifts: which things, by which paths; values stay where they are."""
    things = [
        DriftedThing(
            kind=one.kind.value,
            address=one.address,
            identity=one.identity,
            paths=tuple(d.path for d in one.differences),
        )
        for found in drifts
        for one in found.drifted
    ]
    things = sorted(dict.fromkeys(things), key=lambda t: t.key)
    return DriftFound(
        things=tuple(things[:_MOST_KEPT]),
        compared=sum(found.pairs for found in drifts),
        cannot_tell=sum(len(found.cannot_tell) for found in drifts),
        left_out=max(0, len(things) - _MOST_KEPT),
    )


def _drifted(kind: DriftKind, asset: Asset, actual: Asset, differences: tuple[Difference, ...] = ()) -> Drifted:
    named = identities(actual)
    return Drifted(
        kind=kind,
        address=asset.address,
        native_type=asset.native_type,
        identity=named[0] if named else "",
        place=asset.place,
        differences=differences,
    )


def _whole(asset: Asset, why: str) -> CannotTell:
    return CannotTell(address=asset.address, path="", why=why, place=asset.place)


@dataclass(slots=True)
class _Comparison:
    """One pair, value by value."""

    asset: Asset
    partners: Mapping[str, Asset]  # by the uid of what is declared
    differences: list[Difference] = field(default_factory=list)
    cannot_tell: list[CannotTell] = field(default_factory=list)
    values: int = 0

    def compare(self, declared: Asset, actual: Asset) -> None:
        # Of one family both speak the same language, and everything that is written can be held against what is there.
        if family(declared.front_end) is family(actual.front_end) and declared.native_type == actual.native_type:
            for name, value in declared.native.items():
                if name not in _META and not name.endswith(_WRITE_ONLY):
                    self._value(name, value, _child(actual.native, name), 0)
            return
        for name, value in declared.attributes.items():
            self._value(name, value, actual.attributes[name], 0)

    def _value(self, path: str, declared: Value, actual: Value | None, depth: int) -> None:
        if isinstance(declared, Absent):
            return
        self.values += 1
        if isinstance(declared, Unknown):
            declared = self._resolved(declared)
        if depth > _DEEPEST or self.values > _MOST_VALUES:
            self._unsure(path, "it is too large to be compared", declared.place)
        elif isinstance(declared, Unknown):
            why = "; ".join(map(str, declared.reasons)) or "it is not known"
            self._unsure(path, why, declared.place)
        elif actual is None:
            self._unsure(path, "what is there does not say", declared.place)
        elif isinstance(actual, Unknown):
            self._unsure(path, "; ".join(map(str, actual.reasons)) or "what is there is not known", declared.place)
        elif isinstance(declared, Known):
            self._scalar(path, declared, actual)
        elif isinstance(declared, Block):
            self._block(path, declared, actual, depth)
        elif isinstance(declared, Elements):
            self._elements(path, declared, actual, depth)

    def _resolved(self, declared: Unknown) -> Value:
        """What a text that names other things comes to, by what those are where they are; the same where one is not
        known there. What a provider makes (an id) is not known in a source, and stands in its state."""
        found: list[str] = []
        for part in declared.parts:
            if isinstance(part, str):
                found.append(part)
                continue
            partner = self.partners.get(part.target) if part is not None else None
            if part is None or partner is None or partner.front_end is not FrontEnd.TERRAFORM_STATE:
                return declared
            value = partner.native[part.attribute or "id"]
            if not isinstance(value, Known):
                return declared
            found.append(value.text())
        return Known("".join(found), declared.place) if found else declared

    def _scalar(self, path: str, declared: Known, actual: Value) -> None:
        if isinstance(actual, Absent):
            # Providers keep what is off or empty as nothing at all.
            if declared and not declared.is_default:
                self._differs(path, declared, actual)
        elif not (isinstance(actual, Known) and _same(declared, actual)):
            self._differs(path, declared, actual)

    def _block(self, path: str, declared: Block, actual: Value, depth: int) -> None:
        inner = actual
        if isinstance(inner, Elements) and inner.seen == 1 and not inner.open_because:
            inner = inner[0]  # a block that may stand once is a list of one in a state
        if isinstance(inner, Known) and (tree := _document(inner.text())) is not None:
            self._document(path, declared, tree)
        elif isinstance(inner, Block):
            for name, value in declared.items():
                self._value(f"{path}.{name}", value, _child(inner, name), depth + 1)
        elif declared:
            self._differs(path, declared, actual)

    def _elements(self, path: str, declared: Elements, actual: Value, depth: int) -> None:
        if declared.open_because:
            self._unsure(path, "; ".join(map(str, declared.open_because)), declared.place)
            return
        if isinstance(actual, Block):
            actual = Elements([actual], actual.place)
        if isinstance(actual, Absent):
            if declared.seen:
                self._differs(path, declared, actual)
            return
        if not isinstance(actual, Elements):
            self._differs(path, declared, actual)
            return
        if actual.open_because:
            self._unsure(path, "; ".join(map(str, actual.open_because)), declared.place)
            return
        if declared.seen == actual.seen == 1:
            self._value(f"{path}[0]", declared[0], actual[0], depth + 1)
            return
        self._sets(path, declared, actual, depth)

    def _sets(self, path: str, declared: Elements, actual: Elements, depth: int) -> None:
        """Lists of several: which is which is found by what agrees, since sets come back in another order."""
        left = [actual[i] for i in range(actual.seen)]
        doubts: list[CannotTell] = []
        odd = 0
        for i in range(declared.seen):
            one = declared[i]
            found, doubt = self._like(one, left, depth)
            if found is not None:
                left.pop(found)
            elif doubt is not None:
                left.pop(doubt[0])
                doubts.extend(doubt[1])
            else:
                odd += 1
        if odd or left:
            if doubts:
                self._unsure(path, "some of its elements are not known", declared.place)
            else:
                self._differs(path, declared, actual)
        else:
            self.cannot_tell.extend(doubts)

    def _like(
        self, one: Value, left: Sequence[Value], depth: int
    ) -> tuple[int | None, tuple[int, Sequence[CannotTell]] | None]:
        doubt: tuple[int, Sequence[CannotTell]] | None = None
        for index, other in enumerate(left):
            trial = _Comparison(self.asset, self.partners)
            trial._value("", one, other, depth + 1)
            self.values += trial.values
            if trial.differences:
                continue
            if not trial.cannot_tell:
                return index, None
            doubt = doubt or (index, trial.cannot_tell)
            if self.values > _MOST_VALUES:
                break
        return None, doubt

    def _document(self, path: str, declared: Block, tree: object) -> None:
        """A text that is JSON where it is, and a tree where it is declared."""
        try:
            plain = declared.plain()
        except Exception as error:  # noqa: BLE001 - a part that is not known raises, and is what cannot be told
            self._unsure(path, str(error), declared.place)
            return
        if _ordered(plain) != _ordered(tree):
            self._differs(path, declared, Known(json.dumps(tree, sort_keys=True)))

    def _differs(self, path: str, declared: Value, actual: Value) -> None:
        said, found = shown(path, rendered(declared)), shown(path, rendered(actual))
        if REDACTED in {said, found}:
            said = found = REDACTED  # that they differ is told, and neither
        self.differences.append(Difference(path=path, declared=said, actual=found, place=declared.place))

    def _unsure(self, path: str, why: str, place: Place) -> None:
        self.cannot_tell.append(
            CannotTell(address=self.asset.address, path=path, why=whole("why", why)[:500], place=place)
        )


def _child(block: Block, name: str) -> Value | None:
    """None where the other side has no such name at all: that is not the same as having nothing there."""
    value = block.child(name)
    if value is None and block.open_because:
        return Unknown(block.open_because, block.place)
    return value


def _document(text: str) -> object | None:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found


def _same(first: Known, second: Known) -> bool:
    """Whether two scalars are the same, or the same JSON: providers write policies anew."""
    if first == second:
        return True
    one, other = _document(first.text()), _document(second.text())
    return one is not None and other is not None and _ordered(one) == _ordered(other)


def _ordered(tree: object) -> object:
    """The same without an order: of names none counts, and of a policy's lists neither; one alone is its own list."""
    if isinstance(tree, dict):
        return {str(name): _ordered(child) for name, child in tree.items()}
    if isinstance(tree, list):
        inner = [_ordered(child) for child in tree]
        if len(inner) == 1:
            return inner[0]
        return sorted(inner, key=lambda one: json.dumps(one, sort_keys=True, default=str))
    return tree
