"""Story 1: the first minute. From the invitation on the terminal to an application that is closed again.

A newcomer enrols a passkey as the first administrator, lands in the console, opens the sample application, is refused on
its `/admin` with the rule and what would change the answer, sees each decision appear in the console as it happens, ends
their own session there, and finds the application closed.
"""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from support.chromium import SYNCED_PASSKEY, TOUCH_ONLY_KEY, chromium, visitor
from support.stack import Stack, resident_megabytes, running
from support.story import enrol, handle, ledger, sign_in, text_of

pytestmark = [pytest.mark.envoy, pytest.mark.browser]

START_WITHIN = 15.0
CONTROL_PLANE_MEGABYTES = 200
CLOSED_WITHIN = 0.25


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture
def stack() -> Iterator[Stack]:
    with running() as one:
        yield one


@pytest.fixture
def link(stack: Stack) -> str:
    assert stack.ready.invitation is not None
    return stack.ready.invitation


def test_the_first_minute(browser: Browser, stack: Stack, link: str) -> None:
    assert stack.ready.seconds < START_WITHIN
    sample = stack.ready.applications["sample"]

    # Closed to strangers: a browser is sent to sign in, a program is told so.
    assert stack.get("sample.localhost").status == 401
    sent = stack.get("sample.localhost", headers={"sec-fetch-mode": "navigate", "accept": "text/html"})
    assert sent.status == 302
    assert sent.headers["location"].startswith("/.watchword/start?to=")

    with visitor(browser) as admin:
        # The link enrols a passkey and leads into the console.
        enrol(admin, stack, link)
        admin.page.goto(stack.ready.console)
        assert admin.credentials() == 1
        expect(admin.page).to_have_url(f"{stack.ready.console}/")
        assert "admin@localhost" in text_of(admin.page)

        # A second tab watches the decisions; nobody touches it again.
        live = admin.page.context.new_page()
        live.goto(f"{stack.ready.console}/decisions")

        # The sample application lets them in, and says why.
        handle(admin, stack)
        assert "admin@localhost" in text_of(admin.page)
        assert "EveryoneOpensTheSample" in text_of(admin.page)
        _appears(live, "sample", "Allowed")

        # Its /admin does not, and says which rule and what would change that.
        refused = admin.page.goto(f"{sample}/admin")
        assert refused is not None
        assert refused.status == 403
        page = text_of(admin.page)
        assert "AdminNeedsAHardwareKey" in page
        assert "hardware" in page.lower()
        _appears(live, "/admin", "Denied")

        # Their own session, ended in the console: closed at once, for the browser and for a stolen cookie.
        token = handle(admin, stack)
        admin.page.goto(f"{stack.ready.console}/sessions")
        with admin.page.expect_response(lambda answer: answer.request.method == "POST"):
            admin.page.get_by_role("button", name=re.compile(r"\bend\b", re.IGNORECASE)).first.click()
        ended = time.monotonic()
        statuses = [stack.get("sample.localhost", cookie=token).status for _ in range(20)]
        assert time.monotonic() - ended < 20
        assert set(statuses) == {401}
        expect(admin.page.get_by_text(re.compile("ended", re.IGNORECASE)).first).to_be_visible()
        admin.page.goto(f"{sample}/")
        assert admin.page.url.startswith(f"{stack.ready.sign_in}/sign-in")
        assert admin.complaints == []

        # With the passkey they come back, to where they wanted to go.
        admin.page.get_by_role("button", name=re.compile("passkey|sign in", re.IGNORECASE)).first.click()
        admin.page.wait_for_url(f"{sample}/")

    recorded = [row["event"] for row in ledger(stack)]
    for event in ("PersonInvited", "PasskeyEnrolled", "SignedIn", "AccessDecided", "SessionEnded"):
        assert event in recorded
    assert stack.cli("ledger", "verify").returncode == 0


def test_a_link_opens_one_account_once(browser: Browser, stack: Stack, link: str) -> None:
    with visitor(browser) as admin:
        enrol(admin, stack, link)
    stack.stop()
    stack.start()
    assert stack.ready.invitation is None  # somebody can administer, so no link is printed any more


def test_signing_out_and_in_again(browser: Browser, stack: Stack, link: str) -> None:
    with visitor(browser, key=SYNCED_PASSKEY) as admin:
        enrol(admin, stack, link)
        before = handle(admin, stack)
        admin.page.goto(f"{stack.ready.sign_in}/sign-out")
        admin.page.get_by_role("button", name=re.compile("sign out", re.IGNORECASE)).first.click()
        admin.page.wait_for_load_state()
        assert stack.get("sample.localhost", cookie=before).status == 401
        sign_in(admin, stack)
        after = handle(admin, stack)
        assert after != before
        assert stack.get("sample.localhost", cookie=before).status == 401
        assert stack.get("sample.localhost", cookie=after).status == 200


def test_a_cookie_of_one_host_opens_no_other(browser: Browser, stack: Stack, link: str) -> None:
    with visitor(browser) as admin:
        enrol(admin, stack, link)
        token = handle(admin, stack)
    assert stack.get("sample.localhost", cookie=token).status == 200
    assert stack.get("console.localhost", cookie=token).status == 401


def test_a_key_that_cannot_tell_who_touches_it_is_refused_and_burns_nothing(
    browser: Browser, stack: Stack, link: str
) -> None:
    with visitor(browser, key=TOUCH_ONLY_KEY) as weak:
        weak.page.goto(link)
        weak.page.get_by_role("button", name=re.compile("passkey", re.IGNORECASE)).first.click()
        expect(weak.page.get_by_role("status").first).to_have_text(
            re.compile("try again", re.IGNORECASE), timeout=30_000
        )
        assert weak.credentials() == 0
    with visitor(browser) as admin:
        enrol(admin, stack, link)
        assert admin.credentials() == 1


def test_it_is_small_while_it_waits(stack: Stack) -> None:
    pid = stack.pid_of("control_plane")
    assert pid is not None
    assert resident_megabytes(pid) < CONTROL_PLANE_MEGABYTES


def _appears(live: Page, *words: str) -> None:
    """A row with all the words is there, without anybody having reloaded the page."""
    row = live.locator("tr, li, article").filter(has_text=words[0])
    for word in words[1:]:
        row = row.filter(has_text=re.compile(re.escape(word), re.IGNORECASE))
    expect(row.first).to_be_visible()
