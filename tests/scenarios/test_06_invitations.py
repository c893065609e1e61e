"""Story 6: a link that is used, expired, revoked or made up. Refused, throttled, recorded, and said so on the page."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, expect

from support.chromium import Visitor, chromium, visitor
from support.stack import Stack, running, until
from support.story import enrol, ledger, text_of

pytestmark = [pytest.mark.envoy, pytest.mark.browser]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture
def stack() -> Iterator[Stack]:
    with running() as one:
        yield one


def _invite(stack: Stack, email: str) -> str:
    said = stack.cli("person", "invite", email, "--output", "json")
    assert said.returncode == 0, said.stderr
    link: str = json.loads(said.stdout)["link"]
    return link


def _refused(one: Visitor, link: str, words: str) -> None:
    """The page says what is wrong and offers no way to enrol."""
    one.page.goto("about:blank")
    one.page.goto(link)
    expect(one.page.get_by_text(re.compile(words, re.IGNORECASE)).first).to_be_visible()
    expect(one.page.get_by_role("button", name=re.compile("make|create|enrol", re.IGNORECASE))).to_be_hidden()


def _recorded(stack: Stack) -> list[str]:
    return [str(row["reason"]) for row in ledger(stack) if row["event"] == "InvitationRefused"]


def test_used(browser: Browser, stack: Stack) -> None:
    link = _invite(stack, "ada@example.com")
    with visitor(browser) as ada, visitor(browser) as somebody:
        enrol(ada, stack, link)
        _refused(somebody, link, "used")
        assert somebody.credentials() == 0
    assert _recorded(stack) == ["used"]


def test_expired(browser: Browser, stack: Stack) -> None:
    link = _invite(stack, "ada@example.com")
    with closing(sqlite3.connect(stack.state / "watchword.db", timeout=10)) as database, database:
        # A day passes.
        changed = database.execute("UPDATE identity_invitation SET expires_at = created_at").rowcount
    assert changed > 0
    with visitor(browser) as ada:
        _refused(ada, link, "expired")
    assert _recorded(stack) == ["expired"]


def test_asked_for_again_the_older_link_is_void(browser: Browser, stack: Stack) -> None:
    """The first administrator's link is printed anew at each start, and only the newest is good."""
    first = stack.ready.invitation
    assert first is not None
    stack.stop()
    stack.start()
    second = stack.ready.invitation
    assert second is not None
    assert second != first
    with visitor(browser) as admin:
        _refused(admin, first, "revoked|withdrawn|replaced|no longer")
        enrol(admin, stack, second)
    assert _recorded(stack) == ["revoked"]


def test_guessed(browser: Browser, stack: Stack) -> None:
    """Guesses are refused one by one, then all of them for a while, and a good link is not burned by any."""
    good = stack.ready.invitation
    assert good is not None
    base = good.partition("#")[0]
    with visitor(browser) as guesser:
        said: list[int] = []
        while 429 not in said and len(said) < 40:
            said.append(_look(guesser, f"{base}#{len(said):043d}"))
        assert said[-1] == 429
        assert len(said) > 5  # whoever mistypes a link is not locked out
        assert set(said[:-1]) <= {400, 403, 404}
        expect(guesser.page.get_by_text(re.compile("too many", re.IGNORECASE)).first).to_be_visible()
        assert "Traceback" not in text_of(guesser.page)
        assert _recorded(stack) == ["unknown"] * (len(said) - 1) + ["throttled"]
        # Whoever guesses has to wait; a good link is as good as before.
        until(lambda: _look(guesser, good) == 200, within=20, what="the good link is looked at again")
        enrol(guesser, stack, good)


def _look(one: Visitor, link: str) -> int:
    """Open a link and return what the page was told about it."""
    one.page.goto("about:blank")
    with one.page.expect_response(lambda answer: answer.url.endswith("/enrol/look")) as looked:
        one.page.goto(link)
    return looked.value.status
