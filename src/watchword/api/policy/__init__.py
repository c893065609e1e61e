"""The policy API: what `watchword policy` answers, over HTTP, with the same JSON.

`operations` describes it, `shell` serves it, `doors` say who may come in. What is analysed is analysed elsewhere,
behind the port `Analyst`.
"""

from watchword.api.policy.doors import BrowserDoor, LocalDoor
from watchword.api.policy.openapi import openapi
from watchword.api.policy.operations import ROOT
from watchword.api.policy.ports import Analysis, Analyst, BusyError, Head, Question, Served
from watchword.api.policy.shell import LOCAL_ANSWER_WITHIN, Bounds, create_policy_api

__all__ = [
    "LOCAL_ANSWER_WITHIN",
    "ROOT",
    "Analysis",
    "Analyst",
    "Bounds",
    "BrowserDoor",
    "BusyError",
    "Head",
    "LocalDoor",
    "Question",
    "Served",
    "create_policy_api",
    "openapi",
]
