"""What people do in the stories, in one place: enrol with a link, open an application, end a session.

Only what a person sees is used (buttons and links by their words, addresses), so that these steps break when the page
breaks and not when its markup is moved about.
"""

import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from support.chromium import Visitor, chromium, visitor
from support.stack import Stack

HANDLE = "__Host-watchword"


def enrol(one: Visitor, stack: Stack, link: str) -> None:
    """Open the invitation, make a passkey, and arrive signed in."""
    one.page.goto(link)
    one.page.get_by_role("button", name=re.compile("passkey", re.IGNORECASE)).first.click()
    one.page.wait_for_url(lambda url: "/enrol" not in url)


def sign_in(one: Visitor, stack: Stack) -> None:
    """Sign in at the sign-in host with the passkey that the visitor has."""
    one.page.goto(f"{stack.ready.sign_in}/sign-in")
    one.page.get_by_role("button", name=re.compile("passkey|sign in", re.IGNORECASE)).first.click()
    one.page.wait_for_url(lambda url: "/sign-in" not in url)


def handle(one: Visitor, stack: Stack, application: str = "sample") -> str:
    """Open an application in the visitor's browser and return the token of its session cookie there."""
    address = f"{stack.ready.applications[application]}/"
    one.page.goto(address)
    expect(one.page).to_have_url(address)
    return {cookie["name"]: cookie["value"] for cookie in one.page.context.cookies(address)}[HANDLE]


def text_of(page: Page) -> str:
    return page.locator("body").inner_text()


def administrators_handle(stack: Stack, application: str) -> str:
    """Enrol the first administrator in a browser of their own; return their session's token at an application."""
    if stack.ready.invitation is None:
        raise AssertionError("there is an administrator already")
    with chromium() as browser, visitor(browser) as one:
        enrol(one, stack, stack.ready.invitation)
        return handle(one, stack, application)


def write_configuration(directory: Path, *, witness_port: int, echo_port: int = 9, more: str = "") -> Path:
    """Write a configuration in which everybody who is signed in may do everything at two applications: `witness`
    (plain requests, a privileged part, streams) and `echo` (WebSocket)."""
    policies = directory / "policies"
    policies.mkdir(parents=True)
    (directory / "watchword.yaml").write_text(
        f"""\
domain: localhost
applications:
  witness:
    upstream: http://127.0.0.1:{witness_port}
    routes:
      - path: /
      - path: /privileged
        privileged: true
      - path: /live
        streams: true
  echo:
    upstream: http://127.0.0.1:{echo_port}
    routes:
      - path: /
        streams: true
policies:
  everyone: [witness]
  groups:
    administrators: [console-administration]
{more}""",
        "utf-8",
    )
    (policies / "witness.json").write_text(allowing("arn:watchword:app:::witness/*", "arn:watchword:app:::echo/*"))
    (policies / "console-administration.json").write_text(allowing("arn:watchword:app:::console/*"))
    return directory


def allowing(*resources: str) -> str:
    statement = {"Sid": "Everything", "Effect": "Allow", "Action": "http:*", "Resource": list(resources)}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


def ledger(stack: Stack) -> list[dict[str, object]]:
    """Every record of the ledger, oldest first, as `watchword ledger show` tells it."""
    rows: list[dict[str, object]] = []
    while True:
        before = ["--before", str(rows[0]["index"])] if rows else []
        shown = stack.cli("ledger", "show", "--limit", "1000", "--output", "json", *before)
        page: list[dict[str, object]] = json.loads(shown.stdout or "[]")
        rows = page + rows
        if not page or page[0]["index"] == 0:
            return rows
