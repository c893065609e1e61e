"""Questions about the policies that are being served, as the policy API asks them."""

from collections.abc import Callable
from typing import Protocol

from watchword.api.policy.body import Node
from watchword.app.analyst.fields import Fields
from watchword.app.answers.cases import simulated
from watchword.app.answers.values import document_text
from watchword.app.configuration import Configuration
from watchword.app.simulation import Simulation, resource_of, simulate
from watchword.decision.analysis.catalogue import Catalogue, Strangers
from watchword.identity.people import Person


class PeopleByEmail(Protocol):
    def person_by_email(self, email: str) -> Person: ...


class ServedPolicies:
    """Fills `api.policy.Served`. `running` and `known`, the catalogue, are asked for each question: they change."""

    def __init__(
        self, running: Callable[[], Configuration], people: PeopleByEmail, known: Callable[[], Catalogue]
    ) -> None:
        self._running = running
        self._people = people
        self._known = known

    def simulate(self, body: Node) -> str:
        """What `policy simulate --output json` prints. Raise `NotFoundError` for a host or person that is not there."""
        configuration = self._running()
        fields = Fields.of(body)
        email = fields.text("person").strip().lower()
        groups = (
            frozenset(fields.texts("groups")) if fields.has("groups") else self._people.person_by_email(email).groups
        )
        explanation = simulate(
            configuration,
            Simulation(
                email=email,
                groups=groups,
                action=fields.text("action", "http:GET"),
                resource=resource_of(fields.text("resource"), configuration),
                assurance=fields.text("assurance", "aal2"),
                context=fields.values("context"),
            ),
        )
        strangers = Strangers(self._known())
        strangers.action(fields.text("action", "http:GET"), place="action")
        for key in fields.named("context"):
            strangers.key(key, place="context")
        return document_text(simulated(explanation, configuration.revision, strangers))
