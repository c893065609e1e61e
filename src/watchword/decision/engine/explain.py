"""`explain(request, policies) -> Explanation`: the slow path, for refusals."""

from watchword.decision.engine.model import Explanation, Request
from watchword.decision.engine.policies import Policies


def explain(request: Request, policies: Policies) -> Explanation:
    """Decide again and say why, and what would change the answer."""
    raise NotImplementedError
