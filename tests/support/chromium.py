"""The real Chromium with a virtual authenticator, driven over the DevTools protocol.

One `Visitor` is one person at one fresh browser profile with one key in the pocket::

    with chromium() as browser, visitor(browser, key=SECURITY_KEY) as alice:
        alice.page.goto(link)

The authenticator touches itself, so that the page under test is the only thing that waits. Everything that a page logs
as an error, throws, or has refused by its own content security policy is kept in `Visitor.complaints`.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Page, sync_playwright

import system_packages
from support.declared_skips import declared

_ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A page of this machine answers at once; what takes longer hangs.
_PATIENCE_MS = 15_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What lies in the person's pocket. `synced` is a passkey that a provider backs up."""

    transport: str
    synced: bool
    verifies_user: bool = True


SECURITY_KEY = Key(transport="usb", synced=False)
SYNCED_PASSKEY = Key(transport="internal", synced=True)
# It is there, but cannot tell who touches it: no PIN, no fingerprint.
TOUCH_ONLY_KEY = Key(transport="usb", synced=False, verifies_user=False)


@dataclass(slots=True, kw_only=True)
class Visitor:
    page: Page
    devtools: CDPSession
    authenticator: str
    complaints: list[str] = field(default_factory=list)

    def credentials(self) -> int:
        """How many credentials the authenticator holds."""
        answer = self.devtools.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})
        return len(answer["credentials"])

    def cookies(self) -> dict[str, str]:
        """The cookies that would be sent to the page's address now, by name."""
        return {cookie["name"]: cookie["value"] for cookie in self.page.context.cookies(self.page.url)}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser; skip the test where there is none."""
    executable = system_packages.find_chromium()
    if executable is None:
        pytest.skip(declared("no-chromium"))
    arguments = list(_ARGUMENTS)
    if sys.platform == "linux":
        arguments.append("--disable-dev-shm-usage")  # 64 MB in containers, too little for a tab
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")  # it refuses to run as root with one
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(executable), args=arguments)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visitor(browser: Browser, *, key: Key = SECURITY_KEY, width: int = 1280, dark: bool = False) -> Iterator[Visitor]:
    """Open a fresh profile with one page and one authenticator."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", locale="en-GB"
    )
    context.set_default_timeout(_PATIENCE_MS)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable", {"enableUI": False})
    added = devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "ctap2Version": "ctap2_1",
                "transport": key.transport,
                "hasResidentKey": True,
                "hasUserVerification": key.verifies_user,
                "isUserVerified": key.verifies_user,
                "automaticPresenceSimulation": True,
                "defaultBackupEligibility": key.synced,
                "defaultBackupState": key.synced,
            }
        },
    )
    one = Visitor(page=page, devtools=devtools, authenticator=added["authenticatorId"])

    def on_console(message: ConsoleMessage) -> None:
        # A refused request (401, 403) is logged as an error too; the stories make those on purpose.
        if message.type == "error" and not re.match(r"Failed to load resource", message.text):
            one.complaints.append(f"{page.url}: {message.text}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: one.complaints.append(f"{page.url}: {error}"))
    try:
        yield one
    finally:
        context.close()
