"""The executable specification: slow, literal, and the oracle of the fast evaluator."""

from watchword.decision.engine.model import Decision, Request
from watchword.decision.engine.policies import Policies


def decide_literally(request: Request, policies: Policies) -> Decision:
    """Decide one request by the letter of the guide."""
    raise NotImplementedError
