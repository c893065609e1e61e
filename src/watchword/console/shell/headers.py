"""The headers that every response of ours carries, whatever made it: a page, a redirect, a refusal, a defect.

Nothing inline, nothing from elsewhere, nothing that another site may frame, and no string that becomes markup in a
script (Trusted Types, with no policy that could make one).
"""

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def content_security_policy(*, form_targets: tuple[str, ...] = ()) -> str:
    """`form_targets` are other origins where a form may end: `form-action` counts for redirects too."""
    forms = " ".join(("'self'", *form_targets))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"form-action {forms}; frame-ancestors 'none'; base-uri 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


_DEFAULTS = {
    # A page about who may do what is never kept by a cache; assets say otherwise of themselves.
    "cache-control": "no-store",
    # With `no-referrer` browsers send `Origin: null` with our own forms (Fetch, "append a request Origin header").
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), "
        "publickey-credentials-create=(self), publickey-credentials-get=(self)"
    ),
}


class SecureHeaders:
    """ASGI middleware; a header that the response has set itself stays."""

    def __init__(self, app: ASGIApp, policy: Callable[[], str] = content_security_policy) -> None:
        self.app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("content-security-policy", self._policy())
                for name, value in _DEFAULTS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
