"""Settings: what is to be written so that an attribute becomes another. A shape read backwards.

    settings_for(key.attributes, "rotation", True)
    # (Setting(at=Place("main.tf", 3, 9), path="enable_key_rotation", value=True, whole=True, …),)

A setting speaks the front-end's own words and says where they go; whoever knows the language makes an edit of it. That
it helps is not promised: it is proven by applying it and reading again.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from watchword.inventory.values import NOWHERE, Place, Scalar, Value

Row = tuple[tuple[str, str], ...]  # names and texts: one element of a list of pairs
Wanted = Scalar | tuple[str | Row, ...]  # a tuple: these elements, beside those that are there


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A declaration of its own, to be written beside another that it names: a bucket's block of public access."""

    native_type: str
    by: str  # the argument that names the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """`path` of what begins at `at` shall be `value`.

    `root` is where the literal stands that makes what is there now; without a path, it is that literal alone that is
    written anew. `whole` tells a declaration from a block within one.
    """

    value: Wanted
    at: Place = NOWHERE
    path: str = ""
    root: Place = NOWHERE
    whole: bool = False
    beside: Beside | None = None


@runtime_checkable
class Settable(Protocol):
    """A tree that knows how it was written: an asset's attributes, a block of them."""

    def settings(self, name: str, value: Wanted) -> tuple[Setting, ...]: ...


def settings_for(tree: Value, name: str, value: Wanted) -> tuple[Setting, ...]:
    """Say what is to be written for the part `name` of a tree to be `value`; nothing where that cannot be told."""
    return tree.settings(name, value) if isinstance(tree, Settable) else ()
