"""The tags by which people say whose a thing is and what is in it, in any case and with `_` or `-`."""

from collections.abc import Collection
from typing import Final

from watchword.inventory import UNKNOWN_NAME, Asset, Value, both, some

OWNER_TAGS: Final = ("owner", "team", "contact", "squad", "maintainer", "service-owner")
CLASSIFICATION_TAGS: Final = (
    "data-classification",
    "dataclassification",
    "data-class",
    "classification",
    "confidentiality",
    "sensitivity",
    "data-sensitivity",
)


def has_tag(asset: Asset, names: Collection[str]) -> bool:
    """Whether one of these tags is there with something in it. Raises where none surely is and one may be."""

    def says(tag: tuple[str, Value]) -> bool:
        name, value = tag
        if name == UNKNOWN_NAME:
            return bool(value)  # raises: there may be more
        return both(lambda: name.lower().replace("_", "-") in names, lambda: bool(value))

    return some(asset["tags"].items(), says)
