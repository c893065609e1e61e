"""Which part of an account is asked again, once it is known in which services something changed.

    part = part_of({"s3"})                  # the listings to be walked again, and the operations they ask
    part is None                            # it cannot be told: walk all of it

- An operation that several listings ask is asked by all of them or by none: the part grows until nothing is shared with
  what stays as it was. So an answer from before and an answer of now are never about the same question.
- What may hold secrets is not kept on a disk, and is therefore part of every part. So are the tags, told by one call.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from watchword.adapters.aws.asks import Listing
from watchword.adapters.aws.services import ASKED

# What events call a service, where boto3 calls it otherwise, or has several for it.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "access-analyzer": ("accessanalyzer",),
    "apigateway": ("apigateway", "apigatewayv2"),
    "elasticfilesystem": ("efs",),
    "elasticloadbalancing": ("elb", "elbv2"),
    "es": ("opensearch",),
    "s3": ("s3", "s3control"),
    "tagging": ("resourcegroupstaggingapi",),
}
_TAGS: Final = "resourcegroupstaggingapi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`operations` are all that the listings ask: what was answered to them before is forgotten."""

    listings: tuple[Listing, ...]
    operations: frozenset[str]


def part_of(services: Collection[str], listings: Sequence[Listing] = ASKED) -> Part | None:
    """Return what has to be asked again where something changed in these services; None where one is not known."""
    wanted: set[str] = {_TAGS}
    known = {operation.partition(":")[0] for listing in listings for operation in _operations(listing)}
    for service in services:
        names = set(_NAMES.get(service, (service,))) & known
        if not names:
            return None
        wanted |= names
    chosen = [
        listing
        for listing in listings
        if _holds_secrets(listing) or wanted & {operation.partition(":")[0] for operation in _operations(listing)}
    ]
    while True:
        operations = frozenset(operation for listing in chosen for operation in _operations(listing))
        grown = [listing for listing in listings if listing in chosen or operations & set(_operations(listing))]
        if len(grown) == len(chosen):
            return Part(listings=tuple(grown), operations=operations)
        chosen = grown


def secret_operations(listings: Sequence[Listing] = ASKED) -> frozenset[str]:
    """The operations whose answers may hold secrets, and those that share a listing with them."""
    return frozenset(o for listing in listings if _holds_secrets(listing) for o in _operations(listing))


def _operations(listing: Listing) -> Iterator[str]:
    if listing.ask is not None:
        yield listing.ask.operation
    for more in listing.more.values():
        yield more.ask.operation
    for part in listing.parts:
        yield from _operations(part)


def _holds_secrets(listing: Listing) -> bool:
    return (
        bool(listing.secret)
        or any(more.secret for more in listing.more.values())
        or any(_holds_secrets(part) for part in listing.parts)
    )
