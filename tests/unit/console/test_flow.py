"""From an application to the sign-in host and back: what is remembered, what is bound to what, and what is refused."""

from urllib.parse import quote

import pytest

from support.console import AUTH, CONSOLE, SAMPLE, Browser, Shell, form_token, later
from support.people import SOMEWHERE
from watchword.identity.people import Session
from watchword.kernel.ids import new_token

COOKIE = "__Host-watchword"
NONCE = "__Host-watchword-flow"


def at_the_sign_in_host(world: Shell, session: Session) -> Browser:
    """A browser that is signed in there."""
    browser = world.sign_in()
    _, token = world.house.sessions.open_handle(session.id, "auth.localhost")
    browser.cookies[COOKIE] = token
    return browser


def go(world: Shell, browser: Browser, application: Browser, target: str) -> str:
    """Start at the application, pass through the sign-in host, and return the address of the way back."""
    started = application.get(f"/.watchword/start?to={quote(target, safe='')}")
    assert started.status_code == 302
    location = started.headers["location"]
    assert location.startswith(f"{AUTH}/sign-in?flow=")
    through = browser.get(location.removeprefix(AUTH))
    assert through.status_code == 303, through.text
    return through.headers["location"]


def test_someone_signed_in_comes_back_to_where_they_were_going(world: Shell) -> None:
    person, session, _ = world.enrol()
    browser, application = at_the_sign_in_host(world, session), world.application()
    back = go(world, browser, application, "/reports?year=2026")
    assert back.startswith(f"{SAMPLE}/.watchword/callback?code=")

    answer = application.get(back.removeprefix(SAMPLE))

    assert answer.status_code == 303
    assert answer.headers["location"] == "/reports?year=2026"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    header = answer.headers["set-cookie"]
    assert header.startswith(f"{COOKIE}=")
    for attribute in ("Path=/", "Secure", "HttpOnly", "SameSite=Lax"):
        assert attribute in header
    assert "Domain" not in header
    from watchword.kernel.ids import token_digest

    live = world.house.index.find(
        token_digest(application.cookies[COOKIE]), "sample.localhost", world.house.clock.now()
    )
    assert live.person.id == person.id


def test_a_code_counts_once(world: Shell) -> None:
    _, session, _ = world.enrol()
    application = world.application()
    back = go(world, at_the_sign_in_host(world, session), application, "/").removeprefix(SAMPLE)
    assert application.get(back).status_code == 303
    again = application.get(back)
    assert again.status_code == 403
    assert "does not count" in again.text
    assert "set-cookie" not in again.headers


def test_a_code_is_worth_nothing_in_another_browser(world: Shell) -> None:
    _, session, _ = world.enrol()
    back = go(world, at_the_sign_in_host(world, session), world.application(), "/").removeprefix(SAMPLE)
    victim = world.application()
    victim.cookies[NONCE] = new_token()
    assert victim.get(back).status_code == 403


def test_a_code_is_worth_nothing_on_another_host(world: Shell) -> None:
    _, session, _ = world.enrol()
    application = world.application()
    back = go(world, at_the_sign_in_host(world, session), application, "/").removeprefix(SAMPLE)
    other = world.application(CONSOLE)
    other.cookies.update(application.cookies)
    assert other.get(back).status_code == 403


def test_a_browser_that_keeps_no_cookies_is_told_and_not_sent_around(world: Shell) -> None:
    _, session, _ = world.enrol()
    application = world.application()
    back = go(world, at_the_sign_in_host(world, session), application, "/").removeprefix(SAMPLE)
    application.cookies.clear()
    answer = application.get(back)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "did not keep our cookie" in answer.text


def test_two_tabs_that_start_at_once_both_come_back(world: Shell) -> None:
    _, session, _ = world.enrol()
    browser, application = at_the_sign_in_host(world, session), world.application()
    first = go(world, browser, application, "/one")
    second = go(world, browser, application, "/two")
    assert application.get(first.removeprefix(SAMPLE)).headers["location"] == "/one"
    assert application.get(second.removeprefix(SAMPLE)).headers["location"] == "/two"


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nx: y", "/%2Fevil.example", "evil"]
)
def test_a_target_elsewhere_is_refused_before_anything_is_remembered(world: Shell, target: str) -> None:
    answer = world.application().get(f"/.watchword/start?to={quote(target, safe='')}")
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "evil" not in answer.headers.get("set-cookie", "")


def test_a_stored_path_is_validated_again_when_it_is_used(world: Shell) -> None:
    _, session, _ = world.enrol()
    application = world.application()
    nonce = new_token()
    application.cookies[NONCE] = nonce
    from watchword.kernel.ids import token_digest

    flow = world.house.sessions.remember_flow("sample.localhost", "//evil.example", token_digest(nonce), SOMEWHERE)
    code = world.house.sessions.issue_code(session.id, "sample.localhost", token_digest(nonce))
    answer = application.get(f"/.watchword/callback?code={code}&flow={flow}")
    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize("origin", ["http://nowhere.localhost:8080", AUTH])
def test_a_host_that_is_no_application_has_none_of_these_paths(world: Shell, origin: str) -> None:
    application = world.application(origin)
    for path in ("/.watchword/start?to=/", "/.watchword/callback?code=x", "/.watchword/sign-out"):
        assert application.get(path).status_code == 404


def test_a_flow_that_took_too_long_says_what_to_do(world: Shell) -> None:
    _, session, _ = world.enrol()
    started = world.application().get("/.watchword/start?to=%2F").headers["location"]
    later(world, minutes=11)
    answer = at_the_sign_in_host(world, session).get(started.removeprefix(AUTH))
    assert answer.status_code == 403
    assert "took too long" in answer.text


def test_signing_out_on_an_application_ends_the_session_everywhere(world: Shell) -> None:
    _, session, _ = world.enrol()
    browser, application = at_the_sign_in_host(world, session), world.application()
    back = go(world, browser, application, "/").removeprefix(SAMPLE)
    application.get(back)
    asked = application.get("/.watchword/sign-out")
    assert "alice@example.com" in asked.text

    answer = application.post("/.watchword/sign-out", {"form_token": form_token(asked.text)})

    assert answer.status_code == 200
    assert "Your session has ended" in answer.text
    assert COOKIE not in application.cookies
    assert world.house.sessions.session(session.id).end_reason == "signed-out"
    assert "You are signed in" not in browser.get("/").text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": SAMPLE, "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_site_cannot_sign_anybody_out(world: Shell, headers: dict[str, str]) -> None:
    _, session, _ = world.enrol()
    application = world.application()
    back = go(world, at_the_sign_in_host(world, session), application, "/").removeprefix(SAMPLE)
    application.get(back)
    token = form_token(application.get("/.watchword/sign-out").text)
    assert application.post("/.watchword/sign-out", {"form_token": token}, headers=headers).status_code == 403
    assert world.house.sessions.session(session.id).ended_at is None


def test_a_sign_out_without_the_page_s_token_is_refused(world: Shell) -> None:
    _, session, _ = world.enrol()
    application = world.application()
    application.get(go(world, at_the_sign_in_host(world, session), application, "/").removeprefix(SAMPLE))
    assert application.post("/.watchword/sign-out", {"form_token": "x"}).status_code == 403
    assert world.house.sessions.session(session.id).ended_at is None


def test_a_step_up_asks_again_although_a_session_stands(world: Shell) -> None:
    _, session, _ = world.enrol()
    browser = at_the_sign_in_host(world, session)
    started = world.application().get("/.watchword/start?to=%2Fadmin&acr=aal3")
    page = browser.get(started.headers["location"].removeprefix(AUTH))
    assert page.status_code == 200
    assert "Sign in again" in page.text


def test_the_fourth_turn_within_ten_seconds_is_stopped_with_an_explanation(world: Shell) -> None:
    _, session, _ = world.enrol()
    browser, application = at_the_sign_in_host(world, session), world.application()
    for _ in range(3):
        application.get(go(world, browser, application, "/").removeprefix(SAMPLE))
    started = application.get("/.watchword/start?to=%2F").headers["location"].removeprefix(AUTH)
    stopped = browser.get(started)
    assert stopped.status_code == 508
    assert "going in circles" in stopped.text
    assert "location" not in stopped.headers
    later(world, seconds=11)
    assert browser.get(started).status_code == 303
