"""What is asked of an inventory before anything is judged: tiers, who guards what, and the flows that rules declare.

    survey = Survey(inventory, directory="infra")
    survey.flows                       # between tiers: Internet -> edge, edge -> compute, compute -> data
    survey.owner(asset)                # "payments", or "" where nothing says so

One survey a path that was read: names and references hold within it. Places are put below `directory`, as results' are.
"""

import enum
import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.networks import has_ranges, is_everywhere, protocol
from watchword.evidence.posture.owners import OWNER_TAGS
from watchword.inventory import KINDS, Asset, Block, Inventory, Place, UnknownValueError


class Tier(enum.StrEnum):
    """Where traffic starts and ends, from the outside in."""

    INTERNET = "internet"
    PRIVATE = "private addresses"  # a range of addresses that is not the Internet: nobody says whose
    EDGE = "edge"
    COMPUTE = "compute"
    DATA = "data"
    UNUSED = "not attached"  # a security group that guards nothing that was read


TIERS: Final[Mapping[str, Tier]] = {
    **dict.fromkeys(
        (
            "load_balancer",
            "content_network",
            "api_stage",
            "api_method",
            "graphql_api",
            "ingress",
            "gateway",
            "function_url",
        ),
        Tier.EDGE,
    ),
    **dict.fromkeys(
        (
            "instance",
            "function",
            "kubernetes_cluster",
            "container_service",
            "container_task",
            "notebook",
            "web_app",
            "workload",
            "service",
        ),
        Tier.COMPUTE,
    ),
    **dict.fromkeys(
        (
            "object_store",
            "database",
            "table",
            "volume",
            "secret",
            "queue",
            "topic",
            "registry",
            "cache",
            "warehouse",
            "file_system",
            "search_domain",
            "stream",
            "broker",
            "parameter",
            "archive",
            "vault",
            "backup_vault",
        ),
        Tier.DATA,
    ),
}
IDENTITIES: Final = ("iam_role", "iam_user", "iam_group", "service_account")
ENVIRONMENT_TAGS: Final = ("environment", "env", "stage")
_MOST_TAGS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What rules let through, from one tier to another. `rules` counts the rules that say so."""

    source: Tier
    target: Tier
    ports: tuple[str, ...]
    rules: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guard:
    """A security group: who stands behind it, and what its rules let in."""

    group: Asset
    members: tuple[Asset, ...]
    open_to_all: tuple[tuple[str, Asset], ...]  # ports that the whole Internet is let at, with the rule
    private: tuple[tuple[str, Asset], ...]  # ports that other ranges of addresses are let at
    sources: tuple[tuple[Asset, str, Asset], ...]  # groups that are let in, at which ports, by which rule
    doubts: tuple[str, ...]


class Survey:
    """One inventory with what is derived from it, each once."""

    def __init__(self, inventory: Inventory, *, directory: str = "") -> None:
        self.inventory = inventory
        self.estate = Estate(inventory)
        self.directory = directory
        self._tagged: dict[Asset, dict[str, tuple[str, str, Place]]] = {}

    def at(self, place: Place) -> Place:
        """A place as results name it."""
        if not place.file or not self.directory:
            return place
        return place._replace(file=posixpath.normpath(f"{self.directory}/{place.file}"))

    @cached_property
    def assets(self) -> tuple[Asset, ...]:
        return tuple(self.inventory.assets.values())

    @cached_property
    def guards(self) -> Mapping[Asset, Guard]:
        """By group. The cost is the number of rules, and of things that name a group."""
        members: dict[Asset, list[Asset]] = {}
        for asset in self.assets:
            for group in self.groups_of(asset):
                members.setdefault(group, []).append(asset)
        rules: dict[Asset, list[Asset]] = {group: [] for group in self.estate.of("security_group")}
        for rule in self.estate.of("security_group_rule"):
            for group in self.estate.named(rule["group"], rule):
                rules.setdefault(group, []).append(rule)
        return {group: self._guard(group, tuple(members.get(group, ())), found) for group, found in rules.items()}

    def doubt(self, asset: Asset, error: UnknownValueError) -> str:
        """Why something about an asset is not known, with places as results name them."""
        reasons = (reason._replace(place=self.at(reason.place)) for reason in error.reasons)
        return f"{asset.address}: " + ("; ".join(dict.fromkeys(map(str, reasons))) or "a value is not known")

    def groups_of(self, asset: Asset) -> tuple[Asset, ...]:
        """The security groups that guard an asset, as far as they can be told."""
        if "security_groups" not in KINDS[asset.kind].attributes:
            return ()
        return tuple(
            dict.fromkeys(g for value in asset["security_groups"].each() for g in self.estate.named(value, asset))
        )

    def _guard(self, group: Asset, members: tuple[Asset, ...], rules: Iterable[Asset]) -> Guard:
        open_to_all: dict[tuple[str, Asset], None] = {}
        private: dict[tuple[str, Asset], None] = {}
        sources: list[tuple[Asset, str, Asset]] = []
        doubts: list[str] = []
        for rule in rules:
            try:
                if rule["direction"] != "ingress":
                    continue
                ports = port_words(rule)
            except UnknownValueError as error:
                doubts.append(self.doubt(rule, error))
                continue
            for cidr in rule["cidrs"].each():
                try:
                    (open_to_all if is_everywhere(cidr) else private)[ports, rule] = None
                except UnknownValueError as error:
                    doubts.append(self.doubt(rule, error))
            for value in rule["groups"].each():
                sources.extend((s, ports, rule) for s in self.estate.named(value, rule))
            if rule["self"].is_known and rule["self"]:
                sources.append((group, ports, rule))
        return Guard(
            group=group,
            members=members,
            open_to_all=tuple(open_to_all),
            private=tuple(private),
            sources=tuple(sources),
            doubts=tuple(doubts),
        )

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """What the rules declare, summed by tier. What no rule says is no flow."""
        found: dict[tuple[Tier, Tier], list[tuple[str, Place]]] = {}
        for guard in self.guards.values():
            for target in _tiers(guard.members):
                for ports, rule in guard.open_to_all:
                    found.setdefault((Tier.INTERNET, target), []).append((ports, self.at(rule.place)))
                for ports, rule in guard.private:
                    found.setdefault((Tier.PRIVATE, target), []).append((ports, self.at(rule.place)))
                for source, ports, rule in guard.sources:
                    behind = self.guards.get(source)
                    for tier in _tiers(behind.members if behind else ()):
                        found.setdefault((tier, target), []).append((ports, self.at(rule.place)))
        order = list(Tier)
        return tuple(
            Flow(
                source=source,
                target=target,
                ports=tuple(dict.fromkeys(ports for ports, _ in seen)),
                rules=len(set(seen)),
                places=tuple(dict.fromkeys(place for _, place in seen)),
            )
            for (source, target), seen in sorted(found.items(), key=lambda i: tuple(map(order.index, i[0])))
        )

    def tag(self, asset: Asset, names: Iterable[str]) -> tuple[str, str, Place] | None:
        """The first of these names that is a tag, in any case: its name, value and place. None where none is known."""
        return next((tag for name in names if (tag := self._tags(asset).get(name))), None)

    def _tags(self, asset: Asset) -> Mapping[str, tuple[str, str, Place]]:
        """The tags that are known and not empty, by their names in one spelling."""
        found = self._tagged.get(asset)
        if found is None:
            found = self._tagged[asset] = {}
            tags = asset.tags
            for name, value in islice(tags.items(), _MOST_TAGS) if isinstance(tags, Block) else ():
                if value.is_known and value:
                    found.setdefault(name.lower().replace("_", "-"), (name, value.text(), self.at(value.place)))
        return found

    def owner(self, asset: Asset) -> str:
        found = self.tag(asset, OWNER_TAGS)
        return found[1] if found else ""

    def environment(self, asset: Asset) -> str:
        found = self.tag(asset, ENVIRONMENT_TAGS)
        return found[1] if found else ""


def port_words(rule: Asset) -> str:
    """`443`, `20-25`, `udp 53`, `every port`. Raises where it is not known."""
    name = protocol(rule)
    if has_ranges(rule):
        ranges = ", ".join(ports.text() for ports in rule["port_ranges"].each())
        return "every port" if ranges == "*" else ranges if name in {"tcp", "all"} else f"{name} {ranges}"
    if name == "all":
        return "every port"
    if rule["from_port"].is_absent:
        return f"every {name} port"
    first = int(rule["from_port"].number())
    last = int(rule["to_port"].number(default=first))
    if name == "tcp" and first <= 1 and last >= 65535:  # noqa: PLR2004 - the largest port there is
        return "every tcp port"
    if name.startswith("icmp"):
        return name
    span = str(first) if first == last else f"{first}-{last}"
    return span if name == "tcp" else f"{name} {span}"


def _tiers(members: Iterable[Asset]) -> tuple[Tier, ...]:
    return tuple(dict.fromkeys(TIERS[m.kind] for m in members if m.kind in TIERS)) or (Tier.UNUSED,)
