"""`decide(request, policies) -> Decision`: pure, and the same for live enforcement and for analysis."""

from watchword.decision.engine.model import (
    ContextChange,
    ContextValue,
    Decision,
    Explanation,
    Layer,
    Remedy,
    Request,
    Result,
    StatementRef,
)

__all__ = [
    "ContextChange",
    "ContextValue",
    "Decision",
    "Explanation",
    "Layer",
    "Remedy",
    "Request",
    "Result",
    "StatementRef",
]
