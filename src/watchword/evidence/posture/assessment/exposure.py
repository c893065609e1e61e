"""What the Internet reaches, and the ways from there to what matters.

    exposure_of(survey).entries           # a load balancer that is public and that its groups let anybody at
    paths_to(survey, exposure, targets)   # the shortest way from each entry to each target, hop by hop

An entry has a reason and a place. Where it cannot be told whether something is reachable, it is a `Doubt` with its
reason: it is listed, it is no entry, and it is never called closed. Ways go over security groups that let another group
in, over ingresses and services of a cluster, and over the identity that a machine runs as. Peerings, routes and ranges
of private addresses are not followed: a way that is not listed is not proven closed. Between two things the shortest
way alone is told: where it is cut, a longer one may be left, and is told then.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from watchword.evidence.posture.assessment.survey import Survey
from watchword.evidence.posture.members import is_everybody
from watchword.evidence.posture.model import Result, which
from watchword.evidence.posture.networks import is_everywhere
from watchword.evidence.posture.policies import PolicyStatement, documents, grants, statements
from watchword.inventory import KINDS, Asset, Place, Reason, ReasonKind, UnknownValueError, Value, both

_IDENTITIES: Final = frozenset({"iam_role", "iam_user", "iam_group"})
MOST_WAYS: Final = 2000  # that are told; where there are so many, the number says enough
_LONGEST: Final = 8  # hops; a longer way tells a reader nothing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hop:
    asset: Asset
    words: str  # how one gets here from the hop before
    place: Place
    by: tuple[tuple[Asset, str], ...] = ()  # what lets one: an asset, and how the paths of its decisive values begin


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExposurePath:
    """From the Internet to something critical: the first hop is the entry, the last the target."""

    hops: tuple[Hop, ...]
    rights: frozenset[Place] = frozenset()  # where the target's rights are written, if it is an identity

    @property
    def target(self) -> Asset:
        return self.hops[-1].asset

    @property
    def assets(self) -> tuple[Asset, ...]:
        return tuple(hop.asset for hop in self.hops)

    def is_closed_by(self, result: Result) -> bool:
        """Whether the way is gone, or leads to nothing critical, once a finding is mended."""
        for evidence in result.evidence:
            if evidence.root in self.rights or evidence.place in self.rights:
                return True
            if result.asset is self.target and self.rights and evidence.path.startswith("attached"):
                return True
            if any(result.asset is one and evidence.path.startswith(at) for hop in self.hops for one, at in hop.by):
                return True
        return False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Doubt:
    """It cannot be told whether the Internet reaches this."""

    asset: Asset
    words: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exposure:
    entries: Mapping[Asset, Hop]
    doubts: tuple[Doubt, ...]


def exposure_of(survey: Survey) -> Exposure:
    entries: dict[Asset, Hop] = {}
    doubts: list[Doubt] = []
    for asset in survey.assets:
        try:
            words = _entry(asset, survey)
        except UnknownValueError as error:
            doubts.append(Doubt(asset=asset, words=survey.doubt(asset, error), place=survey.at(asset.place)))
            continue
        if words:
            by = tuple(_makers(asset, survey))
            for thing in _stands_for(asset, survey):
                entries.setdefault(thing, Hop(asset=thing, words=words, place=survey.at(asset.place), by=by))
    return Exposure(entries=entries, doubts=tuple(doubts))


def paths_to(survey: Survey, exposure: Exposure, targets: Iterable[Asset]) -> tuple[ExposurePath, ...]:
    """The shortest way from each entry to each target that it leads to: one search an entry, linear in the ways."""
    ways = _ways(survey)
    wanted = tuple(targets)
    rights = {target: _rights(target, survey) for target in wanted}
    found: list[ExposurePath] = []
    for entry in exposure.entries.values():
        came = _reached(entry, ways)
        found.extend(
            ExposurePath(hops=_trail(target, came), rights=rights[target]) for target in wanted if target in came
        )
        if len(found) >= MOST_WAYS:
            break
    return tuple(found[:MOST_WAYS])


def _rights(identity: Asset, survey: Survey) -> frozenset[Place]:
    """Where an identity's policies say what it may, wherever they are declared."""
    if identity.kind not in _IDENTITIES:
        return frozenset()
    said = (s.actions for _, document in documents(identity) for s in statements(document))
    return frozenset(survey.at(place) for value in said for place in (value.place, value.root))


def _reached(entry: Hop, ways: Mapping[Asset, list[Hop]]) -> Mapping[Asset, tuple[Asset | None, Hop, int]]:
    """Whatever an entry leads to: the step before it, how, and how far."""
    came: dict[Asset, tuple[Asset | None, Hop, int]] = {entry.asset: (None, entry, 1)}
    queue: deque[Asset] = deque([entry.asset])
    while queue:
        asset = queue.popleft()
        depth = came[asset][2]
        if depth >= _LONGEST:
            continue
        for hop in ways.get(asset, ()):
            if hop.asset not in came:
                came[hop.asset] = (asset, hop, depth + 1)
                queue.append(hop.asset)
    return came


def _trail(target: Asset, came: Mapping[Asset, tuple[Asset | None, Hop, int]]) -> tuple[Hop, ...]:
    hops: list[Hop] = []
    at: Asset | None = target
    while at is not None:
        before, hop, _ = came[at]
        hops.append(hop)
        at = before
    return tuple(reversed(hops))


def _ways(survey: Survey) -> Mapping[Asset, list[Hop]]:
    """From each asset, where one who holds it gets to."""
    ways: dict[Asset, list[Hop]] = {}
    for guard in survey.guards.values():
        for source, ports, rule in guard.sources:
            behind = survey.guards.get(source)
            words = f"its group lets {source.name} in at {ports}"
            place = survey.at(rule.place)
            hops = [Hop(asset=m, words=words, place=place, by=((rule, ""),)) for m in guard.members]
            for member in behind.members if behind else ():
                ways.setdefault(member, []).extend(hop for hop in hops if hop.asset is not member)
    for edge in survey.inventory.edges:
        if edge.relation == "routes_to":
            routed = survey.estate.asset(edge.target)
            hop = Hop(asset=routed, words="requests go to it", place=survey.at(edge.why))
            ways.setdefault(survey.estate.asset(edge.source), []).append(hop)
        if edge.relation == "runs_as":
            source, place = survey.estate.asset(edge.source), survey.at(edge.why)
            for target in _identities(survey.estate.asset(edge.target), survey):
                ways.setdefault(source, []).append(Hop(asset=target, words="is the identity it runs as", place=place))
    for service, workload in _selected(survey):
        hop = Hop(asset=workload, words="its labels are what the service selects", place=survey.at(service.place))
        ways.setdefault(service, []).append(hop)
    return ways


def _identities(target: Asset, survey: Survey) -> tuple[Asset, ...]:
    """What a machine runs as: through its instance profile, which is a role's wrapping, to the role."""
    if target.kind != "instance_profile":
        return (target,)
    return tuple(survey.estate.asset(edge.target) for edge in survey.estate.out_of(target, "runs_as")) or (target,)


def _selected(survey: Survey) -> Iterator[tuple[Asset, Asset]]:
    """Services with the workloads that they lead to, where labels are known: compared within a namespace."""
    by_namespace: dict[tuple[str, str], list[tuple[Asset, dict[str, str]]]] = {}
    for workload in survey.estate.of("workload"):
        by_namespace.setdefault(_namespace(workload), []).append((workload, _known(workload["labels"])))
    for service in survey.estate.of("service"):
        wanted = _known(service["selector"])
        for workload, labels in by_namespace.get(_namespace(service), ()) if wanted else ():
            if wanted.items() <= labels.items():
                yield service, workload


def _namespace(asset: Asset) -> tuple[str, str]:
    name = asset["namespace"]
    return asset.root, name.text() if name.is_known else "default"


def _known(labels: Value) -> dict[str, str]:
    return {name: value.text() for name, value in labels.items() if value.is_known}


# What a check of each reads when it finds that it is open: the beginnings of its evidence's paths.
_OPENED_BY: Final = {
    "object_store": ("policy", "acl", "block_public", "ignore_public", "restrict_public"),
    "iam_role": ("trust",),
    "load_balancer": ("internal",),
    "kubernetes_cluster": ("public_",),
}


def _makers(asset: Asset, survey: Survey) -> Iterator[tuple[Asset, str]]:
    """What makes an entry: values of its own, and the rules of its groups that let everybody in."""
    for begins in _OPENED_BY.get(asset.kind, ("public", "policy", "document", "authorization", "authentication")):
        yield asset, begins
    for group in survey.groups_of(asset):
        guard = survey.guards.get(group)
        for _, rule in guard.open_to_all if guard else ():
            yield rule, ""


def _stands_for(asset: Asset, survey: Survey) -> tuple[Asset, ...]:
    """What an entry that is declared apart stands for: a function's permission for it, a grant for what is granted."""
    attribute = {
        "function_permission": "function",
        "function_url": "function",
        "resource_policy": "resource",
        "cloud_grant": "resource",
    }.get(asset.kind)
    if attribute is None:
        return (asset,)
    return survey.estate.named(asset[attribute], asset) or (asset,)


def _entry(asset: Asset, survey: Survey) -> str:
    """How the Internet gets at it; empty where it does not. Raises where that is not known."""
    kind = asset.kind
    if kind == "load_balancer":
        return (
            "" if asset["internal"].boolean(default=False) else _through_groups(asset, survey, "a public load balancer")
        )
    if kind in {"instance", "container_service"}:
        return _through_groups(asset, survey, "a public address") if _public_address(asset, survey) else ""
    if kind in {"database", "warehouse", "broker", "replication_instance"} and asset["public"].boolean(default=False):
        return _through_groups(asset, survey, "publicly accessible", unguarded=kind != "database")
    if kind == "kubernetes_cluster":
        return _cluster(asset)
    if kind == "content_network":
        return "a content network answers anybody"
    if kind == "function_url" and asset["authentication"].text(default="") == "NONE":
        return "its address asks nobody who they are"
    if kind == "function_permission":
        return _function(asset)
    if kind == "service":
        return _service(asset)
    if kind == "ingress":
        return "" if _is_internal(asset) else "an ingress answers requests from outside the cluster"
    if kind == "api_method" and both(
        lambda: asset["authorization"].text(default="NONE") == "NONE",
        lambda: asset["method"].text(default="") != "OPTIONS",
    ):
        return "the API's method asks nobody who they are"
    if kind == "api":
        return ""  # its methods are entries, each by itself: a policy alone lets nobody past an authorizer
    if kind == "web_app":
        return "an application that answers the Internet" if asset["public"].boolean(default=True) else ""
    if kind == "cloud_grant":
        return _everybody(asset)
    if kind == "iam_role" and not asset["trust"].is_absent and which(grants(asset["trust"]), _for_strangers):
        return "anybody's account may assume it"
    if kind == "resource_policy" and any(
        "policy" in KINDS[of.kind].attributes for of in survey.estate.named(asset["resource"], asset)
    ):
        return ""  # it is read where it is put, with what holds there beside it
    return _store(asset)


def _everybody(grant: Asset) -> str:
    """Google Cloud's words for the Internet, and for whoever has an account there."""
    if grant["level"].text() != "resource":
        return ""
    members = which(grant["members"].each(), is_everybody)
    return f"a role is given to {members[0].text()}" if members else ""


def _for_strangers(statement: PolicyStatement) -> bool:
    return both(statement.allows, statement.for_anyone, lambda: not statement.narrowed())


def _store(asset: Asset) -> str:
    attributes = KINDS[asset.kind].attributes
    policy = "document" if asset.kind == "resource_policy" else "policy"
    if asset.kind == "object_store":
        acl = asset["acl"].text(default="private")
        if acl.startswith("public-") and not asset["ignore_public_acls"].boolean(default=False):
            return f"its access control list is {acl}"
        if asset["restrict_public_buckets"].is_known and asset["restrict_public_buckets"]:
            return ""
    if policy not in attributes or asset.kind in {"iam_attachment", "key", "network_endpoint"}:
        return ""  # a key is reached through its API, by those whom IAM lets: no entry of its own
    if not asset[policy].is_absent and which(grants(asset[policy]), _for_strangers):
        return "its policy lets anybody in"
    return ""


def _function(permission: Asset) -> str:
    if permission["url_authentication"].text(default="") == "NONE":
        return "its address asks nobody who they are"
    open_ = both(
        lambda: permission["principal"].text(default="") == "*",
        lambda: permission["account"].is_absent,
        lambda: permission["source"].is_absent,
    )
    return "anybody may invoke it" if open_ else ""


def _service(service: Asset) -> str:
    if service["type"].text(default="ClusterIP") != "LoadBalancer" or _is_internal(service):
        return ""
    if service["source_ranges"].is_absent or which(service["source_ranges"].each(), is_everywhere):
        return "a load balancer before the cluster, open to the Internet"
    return ""


def _is_internal(asset: Asset) -> bool:
    """Whether an annotation asks the cloud for a load balancer within: `…-load-balancer-internal`, `…/scheme`."""
    for name, value in asset["annotations"].items():
        said = value.text().strip().lower()
        if ("internal" in name and said in {"true", "0.0.0.0/0"}) or (
            said == "internal" and name.endswith(("scheme", "load-balancer-type"))
        ):
            return True
    return False


def _cluster(cluster: Asset) -> str:
    if not cluster["public_endpoint"].boolean(default=True):
        return ""
    if cluster["public_cidrs"].is_absent or which(cluster["public_cidrs"].each(), lambda c: c == "0.0.0.0/0"):
        return "its API answers the whole Internet"
    return ""


def _public_address(asset: Asset, survey: Survey) -> bool:
    if not asset["public_address"].is_absent:
        return asset["public_address"].boolean()
    if asset.kind != "instance":
        return False
    return any(
        subnet["public_addresses"].boolean(default=False) for subnet in survey.estate.named(asset["subnet"], asset)
    )


def _through_groups(asset: Asset, survey: Survey, words: str, *, unguarded: bool | None = None) -> str:
    groups = survey.groups_of(asset)
    if not groups:
        if "security_groups" in KINDS[asset.kind].attributes:
            for value in asset["security_groups"].each():
                value.text()  # raises where the groups are not known
        open_ = asset.kind == "load_balancer" if unguarded is None else unguarded
        return f"{words}, with no group before it" if open_ else ""
    guards = [survey.guards[g] for g in groups if g in survey.guards]
    ports = list(dict.fromkeys(port for guard in guards for port, _ in guard.open_to_all))
    if ports:
        return f"{words}, open to the Internet at {', '.join(ports)}"
    doubtful = next((doubt for guard in guards for doubt in guard.doubts), None)
    if doubtful:
        raise UnknownValueError((Reason(ReasonKind.REFERENCE, doubtful, asset.place),), asset.place)
    return ""
