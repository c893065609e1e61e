"""`decide(request, policies) -> Decision`: pure, and the same for live enforcement and for analysis.

policies = policy_set.applicable(principal, resource)
decision = decide(Request(principal=…, action="http:GET", resource=resource, context={…}), policies)
if not decision.allowed:
    explanation = explain(request, policies)
"""

from watchword.decision.engine.context import normalise_context
from watchword.decision.engine.decide import decide
from watchword.decision.engine.explain import explain
from watchword.decision.engine.literal import decide_literally
from watchword.decision.engine.model import (
    ConditionTrace,
    ContextChange,
    ContextValue,
    Decision,
    Explanation,
    Layer,
    Remedy,
    Request,
    Result,
    StatementRef,
    StatementTrace,
)
from watchword.decision.engine.plan import Compiler
from watchword.decision.engine.policies import Attachment, Policies, PolicySet

__all__ = [
    "Attachment",
    "Compiler",
    "ConditionTrace",
    "ContextChange",
    "ContextValue",
    "Decision",
    "Explanation",
    "Layer",
    "Policies",
    "PolicySet",
    "Remedy",
    "Request",
    "Result",
    "StatementRef",
    "StatementTrace",
    "decide",
    "decide_literally",
    "explain",
    "normalise_context",
]
