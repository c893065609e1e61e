"""What is asked of AWS and how it becomes canonical: one theme a file, its listings and its shapes side by side."""

from collections.abc import Mapping
from typing import Final

from watchword.adapters.aws.asks import Ask, Listing, More
from watchword.adapters.aws.services import compute, data, edge, identity, network, records, storage
from watchword.inventory import Shape, shapes

# One call a region tells the tags of nearly everything: it is no thing of its own, and `Listing.tags` says who uses it.
TAGGED: Final = More(
    ask=Ask("resourcegroupstaggingapi:GetResources"),
    at="ResourceTagMappingList[]",
    keep=("ResourceARN", "Tags"),
    where=("ResourceARN", "{arn}"),
)
_TAGS: Final = Listing(type="", ask=TAGGED.ask, at=TAGGED.at, keep=TAGGED.keep, arn="{ResourceARN}")

# The order in which the account is walked: what others are encrypted with and run as comes first.
LISTINGS: Final[tuple[Listing, ...]] = (
    *identity.LISTINGS,
    *records.LISTINGS,
    *data.LISTINGS,
    *storage.LISTINGS,
    *network.LISTINGS,
    *compute.LISTINGS,
    *edge.LISTINGS,
)
ASKED: Final = (_TAGS, *LISTINGS)


def aws_shapes() -> Mapping[str, Shape]:
    """Return all shapes of live types, by native type."""
    return shapes(
        identity.SHAPES, records.SHAPES, data.SHAPES, storage.SHAPES, network.SHAPES, compute.SHAPES, edge.SHAPES
    )
