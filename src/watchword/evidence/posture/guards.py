"""Who stands behind a security group, and who is let in by it: derived once a run.

    for member in estate.fact(guarded).members.get(group.uid, ()): …
    for rule in estate.fact(guarded).rules.get(group.uid, ()): …          # those that let in

Cost: the number of rules, and of things that name a group. What names a group that cannot be told is in `doubts`, by
root: whoever would say "nobody else" raises them first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.model import Seen, seen, which
from watchword.evidence.posture.networks import is_everywhere
from watchword.inventory import Asset, Value, some

EDGE: Final = ("load_balancer",)
COMPUTE: Final = ("container_service", "function", "instance", "kubernetes_cluster")
DATA: Final = ("cache", "database")
TIER_OF: Final[Mapping[str, str]] = {
    **dict.fromkeys(EDGE, "edge"),
    **dict.fromkeys(COMPUTE, "compute"),
    **dict.fromkeys(DATA, "data"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    members: Mapping[str, tuple[Asset, ...]]  # by the group's uid
    rules: Mapping[str, tuple[Asset, ...]]
    doubts: Mapping[str, tuple[Value, ...]]  # by root


def guarded(estate: Estate) -> Guarded:
    members: dict[str, list[Asset]] = {}
    doubts: dict[str, list[Value]] = {}
    for asset in estate.of(*TIER_OF):
        for value in asset["security_groups"].each():
            groups = estate.named(value, asset)
            for group in groups:
                members.setdefault(group.uid, []).append(asset)
            if not groups and value.is_unknown and not value.references:
                doubts.setdefault(asset.root, []).append(value)
    rules: dict[str, list[Asset]] = {}
    for rule in estate.of("security_group_rule"):
        if rule["direction"].is_known and rule["direction"] == "ingress":
            for group in estate.named(rule["group"], rule):
                rules.setdefault(group.uid, []).append(rule)
    return Guarded(
        members={uid: tuple(dict.fromkeys(found)) for uid, found in members.items()},
        rules={uid: tuple(found) for uid, found in rules.items()},
        doubts={root: tuple(found) for root, found in doubts.items()},
    )


def groups_of(asset: Asset, estate: Estate) -> Iterator[Asset]:
    for value in asset["security_groups"].each():
        yield from estate.named(value, asset)


def public_address(machine: Asset, estate: Estate) -> Seen | None:
    """What gives a machine a public address: itself, or its subnet. Raises where that is not known."""
    address = machine["public_address"]
    if not address.is_absent:
        return seen("public_address", address) if address.boolean() else None
    if machine.kind != "instance":
        return None
    subnets = estate.named(machine["subnet"], machine)
    given = which(subnets, lambda subnet: subnet["public_addresses"].boolean(default=False))
    return seen("subnet.public_addresses", given[0]["public_addresses"]) if given else None


def is_open(asset: Asset, estate: Estate) -> bool:
    """Whether a group of an asset lets the whole Internet in at some port."""
    rules = estate.fact(guarded).rules
    return some(
        groups_of(asset, estate),
        lambda group: some(rules.get(group.uid, ()), lambda rule: some(rule["cidrs"].each(), is_everywhere)),
    )


def raise_doubts(root: str, estate: Estate) -> None:
    """Raise where something of a root may stand behind any of its groups."""
    for value in estate.fact(guarded).doubts.get(root, ()):
        bool(value)  # raises: it is not known
