"""Asks the policies of a configuration about a request that nobody made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from watchword.app.configuration import Configuration
from watchword.decision.engine import ContextValue, Explanation, Request, explain, normalise_context
from watchword.kernel.arn import person_arn
from watchword.kernel.principals import person as person_principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """`context` overrides and adds to the keys that follow from the rest; one value is a single-valued key."""

    email: str
    groups: frozenset[str]
    action: str
    resource: str
    assurance: str
    context: Mapping[str, Sequence[str]]


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
