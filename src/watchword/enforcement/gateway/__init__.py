"""The gateway: which request may pass, decided for the proxy that carries it.

configuration -> GatewaySnapshot -> Check.check(CheckRequest) -> Verdict
"""

from watchword.enforcement.gateway.assertion import AssertionSigner
from watchword.enforcement.gateway.check import (
    Check,
    CheckRequest,
    GatewaySnapshot,
    PolicyDecider,
    Reason,
    Timings,
    Verdict,
)
from watchword.enforcement.gateway.credentials import FLOW_COOKIE, SESSION_COOKIE
from watchword.enforcement.gateway.model import (
    Access,
    Application,
    GatewayConfiguration,
    Listener,
    Match,
    Route,
    Upstream,
)
from watchword.enforcement.gateway.own_answers import OwnAnswer, OwnAnswers
from watchword.enforcement.gateway.refusals import PlainPages, Refusal, StepUp
from watchword.enforcement.gateway.streams import OpenStream, StandsOn, StreamRegistry

__all__ = [
    "FLOW_COOKIE",
    "SESSION_COOKIE",
    "Access",
    "Application",
    "AssertionSigner",
    "Check",
    "CheckRequest",
    "GatewayConfiguration",
    "GatewaySnapshot",
    "Listener",
    "Match",
    "OpenStream",
    "OwnAnswer",
    "OwnAnswers",
    "PlainPages",
    "PolicyDecider",
    "Reason",
    "Refusal",
    "Route",
    "StandsOn",
    "StepUp",
    "StreamRegistry",
    "Timings",
    "Upstream",
    "Verdict",
]
