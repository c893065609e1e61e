"""`decide(request, policies) -> Decision`."""

from watchword.decision.engine.model import Decision, Request
from watchword.decision.engine.policies import Policies


def decide(request: Request, policies: Policies) -> Decision:
    """Decide one request. Pure; never raises for anything that a request can hold."""
    raise NotImplementedError
