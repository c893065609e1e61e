"""Flows that were seen beside those that are declared: what should be impossible, and what nobody uses.

    observation = Observation(surveys)
    for record in records:
        observation.add(record)
    seen = observation.result(logs)
    seen.undeclared          # accepted, and no rule that was read lets it in: something is not in the inventory
    seen.unused              # rules that let in what never came, in so many days of logs

1. **Whose an address is.** An asset's, where its declaration, its state or its cloud names the address; else the
   smallest range that the inventory knows: a subnet, a network, a range of a rule. An address that two assets have, in
   two networks, is nobody's.
2. **Who began.** A connection leaves records of both directions. The flags of TCP say who began, where the format has
   them; else the lower port is the server's. What was rejected is taken as it is written.
3. **Whether it is declared.** A flow to something in the inventory is let in by rules of its security groups; one to
   the outside by rules of the groups that it comes from. Of an address that is no asset's, any group may be the one
   that guards it: then a rule *may* let it in. Only what no rule could let in is undeclared.
4. **What is unused.** A rule that lets in is unused where no accepted flow could be by it, and its network was seen in
   the logs. One whose parts are not known is not spoken about.

Memory is bounded by what is kept, not by how much is read: see `MOST_ACCEPTED`, `MOST_REJECTED`. Beyond, ports are
summed up, and what that makes uncertain is said to be so.
"""

import enum
import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from watchword.evidence.posture.assessment.flow_records import FlowRecord
from watchword.evidence.posture.assessment.survey import TIERS, Survey, Tier, port_words
from watchword.evidence.posture.networks import protocol as protocol_of
from watchword.inventory import KINDS, Asset, Elements, Known, Place, UnknownValueError, Value

MOST_ACCEPTED: Final = 50_000  # distinct flows that are kept: some 100 MB once each is told in JSON
MOST_REJECTED: Final = 20_000  # a scan of ports makes one each
_MOST_ADDRESSES: Final = 65_536  # whose place is remembered: clients on the Internet are without number
_MOST_DAYS: Final = 4_000
_MOST_BYTES: Final = 2**63 - 1  # what JSON can be trusted to carry
_SOME_PORT: Final = -1
_DAY: Final = 86_400
_SYN: Final = 0x02
_ACK: Final = 0x10
_TCP: Final = 6
_PORTED: Final = frozenset({6, 17, 132})  # TCP, UDP, SCTP
_NAMES: Final[Mapping[int, str]] = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6"}
_LAST_PORT: Final = 65_535
# What declarations, states and clouds call the addresses of a thing.
_ADDRESSES: Final = (
    "private_ip",
    "public_ip",
    "private_ips",
    "secondary_private_ips",
    "ipv6_addresses",
    "ip_address",
    "PrivateIpAddress",
    "PublicIpAddress",
    "SecondaryPrivateIpAddresses",
)
_PRIVATE: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_EVERYTHING: Final = ("0.0.0.0/0", "::/0")


class Standing(enum.StrEnum):
    DECLARED = "declared"
    PERHAPS = "may be declared"
    UNDECLARED = "not declared"
    OUTSIDE = "not of this inventory"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Endpoint:
    """Where a flow starts or ends. `inside`: it is an asset's, or in a network that was read."""

    words: str
    tier: Tier | None
    inside: bool
    prefix: Network
    asset: Asset | None = None
    survey: Survey | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ObservedFlow:
    """`port` is None where ports were summed up, or the protocol has none. `first`, `last`: seconds since 1970."""

    source: Endpoint
    target: Endpoint
    protocol: str
    port: int | None
    accepted: bool
    bytes: int
    records: int
    first: int
    last: int
    standing: Standing
    places: tuple[Place, ...] = ()  # of the rules that let it in

    @property
    def what(self) -> str:
        return f"{self.protocol} {self.port}" if self.port is not None else self.protocol


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnusedRule:
    """A rule that lets in what never came."""

    rule: Asset
    words: str
    place: Place


@dataclass(frozen=True, kw_only=True, eq=False)
class Observed:
    """What logs tell. `days` are those on which something was recorded. Of `summed` records the port was not kept, of
    `lost` ones nothing."""

    flows: tuple[ObservedFlow, ...]
    unused: tuple[UnusedRule, ...]
    used: int  # rules that let in what came, or may have
    unspoken: int  # rules of which the logs tell nothing: their network is not in them, or a part is not known
    records: int
    first: int
    last: int
    days: int
    summed: int
    lost: int
    logs: "LogCounts"

    @cached_property
    def undeclared(self) -> tuple[ObservedFlow, ...]:
        return tuple(flow for flow in self.flows if flow.accepted and flow.standing is Standing.UNDECLARED)

    @cached_property
    def crossing(self) -> tuple[ObservedFlow, ...]:
        """Accepted flows between two tiers that are known."""
        return tuple(
            flow
            for flow in self.flows
            if flow.accepted
            and flow.source.tier is not None
            and flow.target.tier is not None
            and flow.source.tier is not flow.target.tier
            and (flow.source.inside or flow.target.inside)
        )

    @cached_property
    def rejected(self) -> int:
        return sum(flow.records for flow in self.flows if not flow.accepted)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCounts:
    """What was read of files, beside records: `bad` lines with the first places of them, and what was not recorded."""

    files: int = 0
    lines: int = 0
    nodata: int = 0
    skipdata: int = 0
    bad: int = 0
    bad_places: tuple[str, ...] = ()  # "flows.log:3: 14 fields were expected, and 2 found"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rule:
    """A rule in plain values. `doubtful`: a part of it is not known, so that it may let in more than it says."""

    survey: Survey
    asset: Asset
    ingress: bool
    protocol: str
    low: int
    high: int
    cidrs: tuple[Network, ...]
    lets: frozenset[Asset]  # groups
    of: frozenset[Asset]  # the groups that it is a rule of
    doubtful: bool

    def covers(self, protocol: str, port: int) -> bool:
        if self.protocol == "all":
            return True
        if self.protocol != protocol:
            return False
        return port == _SOME_PORT or not _is_ported(protocol) or self.low <= port <= self.high


def _is_ported(protocol: str) -> bool:
    return protocol in {"tcp", "udp", "132"}


class _Book:
    """Whose an address is."""

    def __init__(self, surveys: Sequence[Survey], rules: Sequence[_Rule]) -> None:
        self._assets: dict[str, tuple[Asset, Survey] | None] = {}  # None: of several
        owners: dict[Network, list[tuple[Asset, Survey]]] = {}
        for survey in surveys:
            for asset in survey.assets:
                for address in _addresses(asset):
                    self._assets[address] = (asset, survey) if address not in self._assets else None
                if asset.kind in {"subnet", "network"}:
                    for network in _networks(asset["cidr"]):
                        owners.setdefault(network, []).append((asset, survey))
        named = {network for rule in rules for network in rule.cidrs}
        self._by_length: dict[int, list[tuple[int, int, dict[int, Network]]]] = {4: [], 6: []}
        everything = {ipaddress.ip_network(text) for text in (*_EVERYTHING, *_PRIVATE)}
        lengths: dict[tuple[int, int], dict[int, Network]] = {}
        for network in {*owners, *named, *everything}:
            lengths.setdefault((network.version, network.prefixlen), {})[int(network.network_address)] = network
        for (version, length), known in sorted(lengths.items(), reverse=True):
            bits = 32 if version == 4 else 128  # noqa: PLR2004 - IPv4
            mask = ((1 << length) - 1) << (bits - length)
            self._by_length[version].append((length, mask, known))
        self._owners = owners
        self._tiers = _tiers_of_subnets(surveys)
        self._places: dict[Network, Endpoint] = {}
        self._of_assets: dict[tuple[Asset, Network], Endpoint] = {}
        self._found: dict[str, Endpoint] = {}

    def place(self, text: str) -> Endpoint:
        """Raises `ValueError` for what is no address."""
        found = self._found.get(text)
        if found is None:
            if len(self._found) >= _MOST_ADDRESSES:
                self._found.clear()
            found = self._found[text] = self._look_up(text)
        return found

    def _look_up(self, text: str) -> Endpoint:
        address = ipaddress.ip_address(text)
        number = int(address)
        prefix = next(
            known[number & mask] for _, mask, known in self._by_length[address.version] if (number & mask) in known
        )
        whole = self._places.get(prefix)
        if whole is None:
            whole = self._places[prefix] = self._range(prefix)
        owner = self._assets.get(str(address))
        if owner is None:
            return whole
        asset, survey = owner
        known = self._of_assets.get((asset, prefix))
        if known is None:
            known = self._of_assets[asset, prefix] = Endpoint(
                words=asset.address, tier=TIERS.get(asset.kind), inside=True, prefix=prefix, asset=asset, survey=survey
            )
        return known

    def _range(self, prefix: Network) -> Endpoint:
        around = [owner for owner in self._owners if owner.version == prefix.version and _within(prefix, owner)]
        if around:
            nearest = max(around, key=lambda network: network.prefixlen)
            owners = self._owners[nearest]
            names = ", ".join(asset.address for asset, _ in owners[:2]) + (" and others" if len(owners) > 2 else "")  # noqa: PLR2004
            words = names if prefix == nearest else f"{prefix} in {names}"
            tiers = {self._tiers.get(asset) for asset, _ in owners}
            tier = next(iter(tiers)) if len(tiers) == 1 else None
            return Endpoint(words=words, tier=tier, inside=True, prefix=prefix)
        if str(prefix) in _EVERYTHING:
            return Endpoint(words="Internet", tier=Tier.INTERNET, inside=False, prefix=prefix)
        tier = Tier.PRIVATE if prefix.is_private else Tier.INTERNET
        return Endpoint(words=str(prefix), tier=tier, inside=False, prefix=prefix)


def _within(inner: Network, outer: Network) -> bool:
    if isinstance(inner, ipaddress.IPv4Network) and isinstance(outer, ipaddress.IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(inner, ipaddress.IPv6Network) and isinstance(outer, ipaddress.IPv6Network):
        return inner.subnet_of(outer)
    return False


class Observation:
    """Takes records one by one, and sums them up by who talks to whom at which port."""

    def __init__(
        self, surveys: Sequence[Survey], *, most_accepted: int = MOST_ACCEPTED, most_rejected: int = MOST_REJECTED
    ) -> None:
        self._surveys = tuple(surveys)
        self._rules = tuple(rule for survey in surveys for rule in _rules(survey))
        self._book = _Book(surveys, self._rules)
        self._most = {True: most_accepted, False: most_rejected}
        self._kept = {True: 0, False: 0}
        # client, server, protocol, port, accepted -> bytes, records, first, last
        self._flows: dict[tuple[Endpoint, Endpoint, int, int, bool], list[int]] = {}
        self._days: set[int] = set()
        self._records = self._summed = self._lost = 0
        self._first = self._last = 0

    def add(self, record: FlowRecord) -> None:
        """Raises `ValueError` where an address is none."""
        source, target = self._book.place(record.source), self._book.place(record.target)
        self._records += 1
        if record.start:
            self._first = min(self._first or record.start, record.start)
            self._last = max(self._last, record.end or record.start)
            if len(self._days) < _MOST_DAYS:
                self._days.add(record.start // _DAY)
        port = record.target_port if record.protocol in _PORTED else 0
        if record.accepted and record.protocol in _PORTED and _is_answer(record):
            source, target, port = target, source, record.source_port
        self._keep((source, target, record.protocol, port, record.accepted), record)

    def _keep(self, key: tuple[Endpoint, Endpoint, int, int, bool], record: FlowRecord) -> None:
        accepted = key[4]
        sums = self._flows.get(key)
        if sums is None:
            if self._kept[accepted] >= self._most[accepted]:
                self._summed += 1
                key = (*key[:3], _SOME_PORT, accepted)
                sums = self._flows.get(key)
                if sums is None and self._kept[accepted] >= 2 * self._most[accepted]:
                    self._lost += 1
                    return
            if sums is None:
                self._kept[accepted] += 1
                sums = self._flows[key] = [0, 0, record.start, record.end]
        sums[0] += record.bytes
        sums[1] += 1
        sums[2] = min(sums[2], record.start)
        sums[3] = max(sums[3], record.end)

    def result(self, logs: LogCounts) -> Observed:
        judge = _Judge(self._rules)
        flows: list[ObservedFlow] = []
        for (source, target, number, port, accepted), (size, records, first, last) in self._flows.items():
            name = _NAMES.get(number, str(number))
            standing, by = judge.standing(source, target, name, port, accepted=accepted)
            flows.append(
                ObservedFlow(
                    source=source,
                    target=target,
                    protocol=name,
                    port=port if number in _PORTED and port != _SOME_PORT else None,
                    accepted=accepted,
                    bytes=min(size, _MOST_BYTES),
                    records=records,
                    first=first,
                    last=last,
                    standing=standing,
                    places=tuple(dict.fromkeys(rule.survey.at(rule.asset.place) for rule in by)),
                )
            )
        order = list(Standing)
        flows.sort(key=lambda f: (not f.accepted, -order.index(f.standing), -f.bytes, f.source.words, f.target.words))
        unused, used, unspoken = self._unused(judge)
        return Observed(
            flows=tuple(flows),
            unused=unused,
            used=used,
            unspoken=unspoken,
            records=self._records,
            first=self._first,
            last=self._last,
            days=len(self._days),
            summed=self._summed,
            lost=self._lost,
            logs=logs,
        )

    def _unused(self, judge: "_Judge") -> tuple[tuple[UnusedRule, ...], int, int]:
        seen = [endpoint for key in self._flows for endpoint in key[:2] if endpoint.inside]
        networks = _seen_networks(dict.fromkeys(seen), self._surveys)
        unused: list[UnusedRule] = []
        used = unspoken = 0
        for rule in self._rules:
            if not rule.ingress or not (rule.cidrs or rule.lets or rule.doubtful):
                continue
            if rule in judge.used:
                used += 1
            elif rule.doubtful or self._lost or not (seen and _is_covered(rule, networks, self._surveys)):
                unspoken += 1
            else:
                place = rule.survey.at(rule.asset.place)
                unused.append(UnusedRule(rule=rule.asset, words=_rule_words(rule), place=place))
        return tuple(unused), used, unspoken


class _Judge:
    """Which rules let a flow through, surely or perhaps; and which were used at all."""

    def __init__(self, rules: Sequence[_Rule]) -> None:
        self._by_group: dict[Asset, list[_Rule]] = {}
        self._apart: list[_Rule] = []  # of groups that are not declared: they may be anybody's
        for rule in rules:
            for group in rule.of:
                self._by_group.setdefault(group, []).append(rule)
            if not rule.of:
                self._apart.append(rule)
        self._all = rules
        self._by_port: dict[tuple[str, int, bool], tuple[_Rule, ...]] = {}
        self._answers: dict[
            tuple[Endpoint | None, Endpoint, str, int, bool], tuple[tuple[_Rule, ...], tuple[_Rule, ...]]
        ] = {}
        self.used: set[_Rule] = set()

    def standing(
        self, source: Endpoint, target: Endpoint, protocol: str, port: int, *, accepted: bool
    ) -> tuple[Standing, tuple[_Rule, ...]]:
        if not source.inside and not target.inside:
            return Standing.OUTSIDE, ()
        here, there = (target, source) if target.inside else (source, target)
        question = (here if here.asset is not None else None, there, protocol, port, target.inside)
        answer = self._answers.get(question)
        if answer is None:
            answer = self._answers[question] = self._ask(here, there, protocol, port, ingress=target.inside)
        sure, perhaps = answer
        if accepted:
            self.used.update(sure, perhaps)
        if sure:
            return Standing.DECLARED, sure
        return (Standing.PERHAPS, perhaps) if perhaps else (Standing.UNDECLARED, ())

    def _ask(
        self, here: Endpoint, there: Endpoint, protocol: str, port: int, *, ingress: bool
    ) -> tuple[tuple[_Rule, ...], tuple[_Rule, ...]]:
        """The rules that let it through, surely and perhaps."""
        sure: list[_Rule] = []
        perhaps: list[_Rule] = []
        groups, known = _groups(here.asset, here.survey) if here.asset and here.survey else ((), False)
        rules: Iterable[_Rule] = (
            (rule for rule in self._of(groups) if rule.ingress is ingress and rule.covers(protocol, port))
            if known
            else self._covering(protocol, port, ingress=ingress)
        )
        for rule in rules:
            lets = _lets(rule, there)
            if lets is not None:
                (sure if lets and known and rule.of else perhaps).append(rule)
        return tuple(sure), tuple(perhaps)

    def _of(self, groups: Iterable[Asset]) -> Iterator[_Rule]:
        for group in groups:
            yield from self._by_group.get(group, ())
        yield from self._apart

    def _covering(self, protocol: str, port: int, *, ingress: bool) -> tuple[_Rule, ...]:
        """All rules that speak about a port: found once for each, because everybody asks for the same few."""
        found = self._by_port.get((protocol, port, ingress))
        if found is None:
            found = tuple(rule for rule in self._all if rule.ingress is ingress and rule.covers(protocol, port))
            self._by_port[protocol, port, ingress] = found
        return found


def _lets(rule: _Rule, other: Endpoint) -> bool | None:
    """True: it lets it through; False: it may; None: it does not."""
    if any(_within(other.prefix, cidr) for cidr in rule.cidrs):
        return True
    if rule.lets:
        if other.asset is None or other.survey is None:
            return False if other.inside else (False if rule.doubtful else None)
        groups, known = _groups(other.asset, other.survey)
        if rule.lets.intersection(groups):
            return True
        if not known:
            return False
    return False if rule.doubtful else None


def _groups(asset: Asset, survey: Survey) -> tuple[tuple[Asset, ...], bool]:
    """The groups that guard an asset, and whether that is all of them."""
    if "security_groups" not in KINDS[asset.kind].attributes:
        return (), False
    values = list(asset["security_groups"].each())
    named = [survey.estate.named(value, asset) for value in values]
    return survey.groups_of(asset), bool(values) and all(named)


def _is_answer(record: FlowRecord) -> bool:
    """Whether a record is of the way back: from the server to who began."""
    if record.protocol == _TCP and record.flags >= 0 and record.flags & _SYN:
        return bool(record.flags & _ACK)
    return record.source_port < record.target_port


def _rules(survey: Survey) -> Iterator[_Rule]:
    for rule in survey.estate.of("security_group_rule"):
        doubtful = False
        try:
            ingress = rule["direction"] == "ingress"
        except UnknownValueError:
            ingress, doubtful = True, True
        name, low, high = "all", 0, _LAST_PORT
        try:
            name = protocol_of(rule)
            if not rule["from_port"].is_absent and _is_ported(name):
                low = int(rule["from_port"].number())
                high = int(rule["to_port"].number(default=low))
                if low < 0:
                    low, high = 0, _LAST_PORT
        except UnknownValueError:
            doubtful = True
        cidrs: list[Network] = []
        for cidr in rule["cidrs"].each():
            found = _networks(cidr)
            cidrs.extend(found)
            doubtful = doubtful or not found
        lets: set[Asset] = set()
        for value in rule["groups"].each():
            named = survey.estate.named(value, rule)
            lets.update(named)
            doubtful = doubtful or not named
        of = survey.estate.named(rule["group"], rule)
        try:
            doubtful = doubtful or bool(rule["prefix_lists"])
            if rule["self"].boolean(default=False):
                lets.update(of)
        except UnknownValueError:
            doubtful = True
        yield _Rule(
            survey=survey,
            asset=rule,
            ingress=ingress,
            protocol=name,
            low=low,
            high=high,
            cidrs=tuple(cidrs),
            lets=frozenset(lets),
            of=frozenset(of),
            doubtful=doubtful,
        )


def _networks(value: Value) -> list[Network]:
    """The ranges that a value tells; none where it is not known."""
    found: list[Network] = []
    for one in value.each():
        if isinstance(one, Known):
            try:
                found.append(ipaddress.ip_network(one.text().strip(), strict=False))
            except ValueError:
                continue
    return found


def _addresses(asset: Asset) -> Iterator[str]:
    """The addresses by which an asset is known: of its interfaces, its own."""
    names = asset.native.names()
    for name in _ADDRESSES:
        if name in names:
            value = asset.native[name]
            for one in value.each() if isinstance(value, Elements | Known) else ():
                if isinstance(one, Known):
                    try:
                        yield str(ipaddress.ip_address(one.text()))
                    except ValueError:
                        continue


def _tiers_of_subnets(surveys: Sequence[Survey]) -> dict[Asset, Tier | None]:
    """The tier of a subnet in which things of one tier alone stand."""
    found: dict[Asset, set[Tier]] = {}
    for survey in surveys:
        for asset in survey.assets:
            tier = TIERS.get(asset.kind)
            attributes = KINDS[asset.kind].attributes
            for name in ("subnet", "subnets"):
                if tier is not None and name in attributes:
                    for value in asset[name].each():
                        for subnet in survey.estate.named(value, asset):
                            found.setdefault(subnet, set()).add(tier)
    return {subnet: next(iter(tiers)) if len(tiers) == 1 else None for subnet, tiers in found.items()}


def _seen_networks(endpoints: Iterable[Endpoint], surveys: Sequence[Survey]) -> frozenset[Asset]:
    """The networks in which something was seen."""
    ranges = [
        (network, asset)
        for survey in surveys
        for asset in survey.estate.of("network")
        for network in _networks(asset["cidr"])
    ]
    return frozenset(asset for one in endpoints for network, asset in ranges if _within(one.prefix, network))


def _is_covered(rule: _Rule, seen: frozenset[Asset], surveys: Sequence[Survey]) -> bool:
    """Whether the logs tell of the network that a rule is in. Of one that is not declared: if there is no other."""
    named = [network for group in rule.of for network in rule.survey.estate.named(group["network"], group)]
    if named:
        return any(network in seen for network in named)
    return sum(len(survey.estate.of("network")) for survey in surveys) <= 1


def _rule_words(rule: _Rule) -> str:
    """`5432 from app`, for people."""
    try:
        ports = port_words(rule.asset)
    except UnknownValueError:
        ports = "some port"
    sources = [*(str(cidr) for cidr in rule.cidrs), *(group.address for group in rule.lets)]
    return f"{ports} from {', '.join(sorted(sources)) or 'nobody'}"
