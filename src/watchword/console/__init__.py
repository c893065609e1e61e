"""HTML in, HTML out: the sign-in host, our own paths on application hosts, the console, and the pages of refusal."""

from watchword.console.console import create_console_app
from watchword.console.flow.app import create_flow_app
from watchword.console.ports import (
    Authenticate,
    Health,
    HealthCheck,
    HealthState,
    Running,
    RunningNow,
    VerificationReport,
    Verify,
    Viewer,
)
from watchword.console.refusal.pages import HtmlRefusalPages
from watchword.console.sign_in.app import create_sign_in_app

__all__ = [
    "Authenticate",
    "Health",
    "HealthCheck",
    "HealthState",
    "HtmlRefusalPages",
    "Running",
    "RunningNow",
    "VerificationReport",
    "Verify",
    "Viewer",
    "create_console_app",
    "create_flow_app",
    "create_sign_in_app",
]
