"""Who could open what, as the policies that run now say: the gateway's own `decide`, asked about a made-up session.

An answer here is a forecast and no permission: it is made for the start page of an application, for an ordinary session
and for one with a hardware key, without an address or a device. The gateway decides on what really comes.
"""

import enum
from datetime import datetime

from watchword.console.ports import Running
from watchword.decision.engine import Request, decide, normalise_context
from watchword.enforcement.gateway.model import Access, Application
from watchword.identity.people import Person
from watchword.kernel.arn import application_arn
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.principals import person as person_principal


class Reach(enum.Enum):
    YES = "yes"
    HARDWARE = "with a hardware key"
    NO = "no"


def session_context(
    *, email: str, assurance: AssuranceLevel, hardware: bool, groups: frozenset[str], now: datetime
) -> dict[str, object]:
    """The condition keys that the gateway would supply for a session that has just begun."""
    return {
        "aws:CurrentTime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:EpochTime": int(now.timestamp()),
        "aws:SecureTransport": True,
        "aws:MultiFactorAuthPresent": True,
        "aws:MultiFactorAuthAge": 60,
        "aws:username": email,
        "aws:SourceIp": "127.0.0.1",
        "watchword:AuthAssurance": assurance.label,
        "watchword:AuthAge": 60,
        "watchword:HardwareKey": hardware,
        "watchword:Groups": sorted(groups),
    }


def reach_of(running: Running, person: Person, application: Application, now: datetime) -> Reach:
    """Say whether a person could GET the application's first route that wants a session; YES where one is public."""
    if person.disabled_at is not None:
        return Reach.NO
    own = [route for route in application.routes if not route.path.startswith("/.watchword")]
    first = min(own, key=lambda route: len(route.path), default=None)
    if first is None:
        return Reach.NO
    if first.access is Access.PUBLIC:
        return Reach.YES
    principal = person_principal(person.email, person.groups)
    resource = str(application_arn(application.name, first.path))
    policies = running.policy_set.applicable(principal, resource)
    for assurance, hardware, reach in (
        (AssuranceLevel.AAL2, False, Reach.YES),
        (AssuranceLevel.AAL3, True, Reach.HARDWARE),
    ):
        if assurance < first.assurance:
            continue
        context = session_context(
            email=person.email, assurance=assurance, hardware=hardware, groups=person.groups, now=now
        )
        request = Request(principal=principal, action="http:GET", resource=resource, context=normalise_context(context))
        if decide(request, policies).allowed:
            return reach
    return Reach.NO
