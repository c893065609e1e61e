"""What a check may ask beyond its own asset: the inventory, and facts that are derived from it once a run.

for rule in estate.of("security_group_rule"): …
keys = estate.named(bucket["key"], bucket)             # the assets that a value names
open_roots = estate.fact(accounts_that_block)          # `accounts_that_block(estate)`, called once
"""

from collections.abc import Callable
from typing import TypeVar, cast

from watchword.inventory import Asset, Edge, Inventory, UnknownValueError, Value

_T = TypeVar("_T")


class Estate:
    """An inventory with a memory. Safe to share among checks; not among threads."""

    __slots__ = ("_facts", "inventory")

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self._facts: dict[object, object] = {}

    def of(self, *kinds: str) -> tuple[Asset, ...]:
        return self.inventory.of(*kinds)

    def typed(self, *native_types: str) -> tuple[Asset, ...]:
        return self.inventory.typed(*native_types)

    def named(self, value: Value, asset: Asset) -> tuple[Asset, ...]:
        """The assets that a value of `asset` names: by reference, or by a name that its root declares."""
        return self.inventory.resolve(value, root=asset.root)

    def out_of(self, asset: Asset, relation: str | None = None) -> tuple[Edge, ...]:
        return self.inventory.out_of(asset.uid, relation)

    def towards(self, asset: Asset, relation: str | None = None) -> tuple[Edge, ...]:
        return self.inventory.towards(asset.uid, relation)

    def asset(self, uid: str) -> Asset:
        return self.inventory.assets[uid]

    def fact(self, derive: "Callable[[Estate], _T]") -> _T:
        """Return what `derive` makes of this estate. It is asked once a run; raising as unknown is remembered too."""
        if derive not in self._facts:
            try:
                self._facts[derive] = derive(self)
            except UnknownValueError as error:
                self._facts[derive] = error
        found = self._facts[derive]
        if isinstance(found, UnknownValueError):
            raise UnknownValueError(found.reasons, found.where)
        return cast("_T", found)
