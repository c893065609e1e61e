"""Whether a network has a private way to a service of its provider, so that what stands in it needs none outside.

    judge=judge_way((".s3",), needed=_always)

Speaks about networks that have subnets whose machines get no public address: there the way to the service is otherwise
through a gateway that leads everywhere. `needed` says by what the estate needs the service, or "" where nothing does.
"""

from collections.abc import Callable

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.model import Answer, Judge, failed, not_applicable, passed, seen
from watchword.inventory import Absent, Asset, Unknown, Value, some

Needed = Callable[[Asset, Estate], bool]


def judge_way(services: tuple[str, ...], *, needed: Needed, unneeded: str) -> Judge:
    """A judge of networks. `services` are the ends of the services' names: `.ecr.dkr` of `com.amazonaws.….ecr.dkr`."""

    def judge(network: Asset, estate: Estate) -> Answer:
        if not some(
            estate.fact(_subnets).get(network.uid, ()),
            lambda subnet: not subnet["public_addresses"].boolean(default=False),
        ):
            return not_applicable("no subnet of it that is declared here is private")
        if not needed(network, estate):
            return not_applicable(unneeded)
        ways, doubts = estate.fact(_endpoints)
        own = [way["service"] for way in ways.get(network.uid, ())]
        missing = [end for end in services if not _any_leads(own, end)]
        if not missing:
            return passed()
        for value in doubts.get(network.root, ()):
            bool(value)  # raises: the way may be this network's
        return failed(
            f"no endpoint leads to {', '.join(end.removeprefix('.') for end in missing)}",
            seen("endpoints", Absent(network.place)),
        )

    return judge


def _any_leads(services: list[Value], end: str) -> bool:
    return some(services, lambda service: _leads(service, end))


def _leads(service: Value, end: str) -> bool:
    if isinstance(service, Unknown) and service.parts and isinstance(service.parts[-1], str):
        return service.parts[-1].endswith(end)  # "com.amazonaws.${data.aws_region.current.name}.s3"
    return service.text().endswith(end)


def _subnets(estate: Estate) -> dict[str, list[Asset]]:
    found: dict[str, list[Asset]] = {}
    for subnet in estate.of("subnet"):
        for network in estate.named(subnet["network"], subnet):
            found.setdefault(network.uid, []).append(subnet)
    return found


def _endpoints(estate: Estate) -> tuple[dict[str, list[Asset]], dict[str, list[Value]]]:
    """By network; and, by root, the networks of those of which it cannot be told."""
    found: dict[str, list[Asset]] = {}
    doubts: dict[str, list[Value]] = {}
    for way in estate.of("network_endpoint"):
        networks = estate.named(way["network"], way)
        for network in networks:
            found.setdefault(network.uid, []).append(way)
        if not networks and way["network"].is_unknown and not way["network"].references:
            doubts.setdefault(way.root, []).append(way["network"])
    return found, doubts
