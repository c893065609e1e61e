"""Story 8: a key whose make was proven opens what any other key does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from support.authenticator import Authenticator, maker
from support.chromium import Visitor, chromium, visitor
from support.hardware_key import plug_in
from support.stack import Stack, running
from support.story import enrol, handle, ledger, text_of

pytestmark = [pytest.mark.envoy, pytest.mark.browser]

MAKER = maker()
STRANGER = maker()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@contextmanager
def pinning(directory: Path) -> Iterator[Stack]:
    """The configuration that `init` writes, with the one maker's root pinned."""
    written = Stack(state=directory / "s", port=1).cli("init", str(directory))
    assert written.returncode == 0, written.stderr
    (directory / "roots.pem").write_bytes(MAKER.root_pem)
    with (directory / "watchword.yaml").open("a") as main:
        main.write("\npasskeys:\n  attestation_roots: [roots.pem]\n")
    with running(configuration=directory) as stack:
        yield stack


def _admin_page(one: Visitor, stack: Stack) -> int | None:
    """Enrol, open the sample application's `/admin`, and return what was answered."""
    assert stack.ready.invitation is not None
    enrol(one, stack, stack.ready.invitation)
    handle(one, stack)
    answer = one.page.goto(f"{stack.ready.applications['sample']}/admin")
    return answer.status if answer is not None else None


def _signed_in(stack: Stack) -> str:
    return next(str(row["what"]) for row in ledger(stack) if row["event"] == "SignedIn")


def test_of_the_pinned_maker(browser: Browser, tmp_path: Path) -> None:
    with pinning(tmp_path) as stack, visitor(browser) as admin:
        device = Authenticator(origin=stack.ready.sign_in, rp_id="auth.localhost", maker=MAKER)
        plug_in(admin.page, device)
        assert _admin_page(admin, stack) == 200
        assert "aal3" in text_of(admin.page).lower()
        assert _signed_in(stack) == "admin@localhost signed in (aal3)"


def test_of_another_maker(browser: Browser, tmp_path: Path) -> None:
    with pinning(tmp_path) as stack, visitor(browser) as admin:
        device = Authenticator(origin=stack.ready.sign_in, rp_id="auth.localhost", maker=STRANGER)
        plug_in(admin.page, device)
        assert _admin_page(admin, stack) == 403
        assert "AdminNeedsAHardwareKey" in text_of(admin.page)
        assert _signed_in(stack) == "admin@localhost signed in (aal2)"


def test_whose_certificate_names_no_make(browser: Browser, tmp_path: Path) -> None:
    """The browser's own virtual key."""
    with pinning(tmp_path) as stack, visitor(browser) as admin:
        assert _admin_page(admin, stack) == 403
        assert _signed_in(stack) == "admin@localhost signed in (aal2)"
