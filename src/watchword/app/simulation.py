"""Asks the policies of a configuration about a request that nobody made."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from watchword.app.configuration import Configuration
from watchword.decision.engine import ContextValue, Explanation, Request, explain, normalise_context
from watchword.kernel.arn import Arn, application_arn, person_arn
from watchword.kernel.errors import NotFoundError
from watchword.kernel.principals import person as person_principal

# Matched, never parsed: what a URL parser makes of an odd path is not what the gateway makes of it.
_ADDRESS = re.compile(r"(https?)://([A-Za-z0-9.-]+)(?::[0-9]{1,5})?(/[^?#\s]*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """`context` overrides and adds to the keys that follow from the rest; one value is a single-valued key."""

    email: str
    groups: frozenset[str]
    action: str
    resource: str
    assurance: str
    context: Mapping[str, Sequence[str]]


def resource_of(text: str, configuration: Configuration) -> str:
    """The ARN that an address or an ARN means. Raise `NotFoundError` for a host that no application has."""
    match = _ADDRESS.fullmatch(text)
    if match is None:
        return str(Arn.parse(text))
    application = configuration.gateway.by_host.get(match[2].lower())
    if application is None:
        raise NotFoundError(
            f"no application has the host {match[2].lower()}",
            code="application.not-found",
            hint=f"there are: {', '.join(configuration.hosts)}",
        )
    return str(application_arn(application.name, match[3] or "/"))


def simulate(configuration: Configuration, simulation: Simulation) -> Explanation:
    """Decide and explain. Routes are not asked: a path that no route lets through is refused before policies are."""
    principal = person_principal(simulation.email, simulation.groups)
    request = Request(
        principal=principal,
        action=simulation.action,
        resource=simulation.resource,
        context=_context(configuration, simulation),
    )
    return explain(request, configuration.policy_set.applicable(principal, simulation.resource))


def _context(configuration: Configuration, simulation: Simulation) -> dict[str, ContextValue]:
    known: dict[str, object] = {
        "aws:MultiFactorAuthPresent": True,
        "aws:PrincipalArn": str(person_arn(simulation.email)),
        "aws:SecureTransport": configuration.gateway.listener.tls,
        "aws:username": simulation.email,
        "watchword:AuthAssurance": simulation.assurance,
        "watchword:Groups": sorted(simulation.groups),
        "watchword:HardwareKey": simulation.assurance == "aal3",
    }
    found = normalise_context(known)
    for key, values in simulation.context.items():
        found.update(normalise_context({key: values[0] if len(values) == 1 else list(values)}))
    return found
