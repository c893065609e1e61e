"""The sign-in host, told with a real ceremony: a software key answers what the page's script would be given."""

import json

import pytest

from support.authenticator import Authenticator
from support.console import AUTH, CONSOLE, SAMPLE, Browser, Shell, form_token, later
from support.people import SOMEWHERE, key

COOKIE = "__Host-watchword"


def invitation(world: Shell, groups: frozenset[str] = frozenset()) -> str:
    return world.house.people.invite(
        email="carol@example.com", display_name="Carol", groups=groups, actor="operator", origin=SOMEWHERE
    )[1]


def enrol(world: Shell, browser: Browser, token: str, device: Authenticator) -> dict[str, str]:
    form = form_token(browser.get("/enrol").text)
    begun = browser.post("/enrol/begin", json_body={"form_token": form, "token": token}).json()
    finished = browser.post(
        "/enrol/finish",
        json_body={
            "form_token": form,
            "ceremony": begun["ceremony"],
            "token": token,
            "response": json.loads(device.create(json.dumps(begun["options"]))),
            "label": "  Blue key  ",
        },
    )
    assert finished.status_code == 200, finished.text
    answer: dict[str, str] = finished.json()
    return answer


def sign_in(browser: Browser, device: Authenticator, path: str = "/sign-in", flow: str = "") -> dict[str, str]:
    form = form_token(browser.get(path).text)
    begun = browser.post("/sign-in/begin", json_body={"form_token": form}).json()
    finished = browser.post(
        "/sign-in/finish",
        json_body={
            "form_token": form,
            "ceremony": begun["ceremony"],
            "response": json.loads(device.get(json.dumps(begun["options"]))),
            "flow": flow,
        },
    )
    assert finished.status_code == 200, finished.text
    answer: dict[str, str] = finished.json()
    return answer


def test_the_first_administrator_lands_in_the_console(world: Shell) -> None:
    browser = world.sign_in()
    answer = enrol(world, browser, invitation(world, frozenset({"administrators"})), key())
    assert answer["next"] == f"{CONSOLE}/"
    assert COOKIE in browser.cookies
    person = world.house.people.person_by_email("carol@example.com")
    assert [passkey.label for passkey in world.house.people.passkeys(person.id)] == ["Blue key"]


def test_whoever_may_not_use_the_console_lands_on_the_start_page(world: Shell) -> None:
    browser = world.sign_in()
    assert enrol(world, browser, invitation(world), key())["next"] == "/"
    home = browser.get("/").text
    assert "Hello, Carol" in home
    assert f'href="{SAMPLE}/"' in home
    assert CONSOLE not in home


def test_the_start_page_is_a_page_for_a_stranger_too(world: Shell) -> None:
    page = world.sign_in().get("/")
    assert page.status_code == 200
    assert 'href="/sign-in"' in page.text


def test_signing_in_for_an_application_goes_back_to_it(world: Shell) -> None:
    device = key()
    browser = world.sign_in()
    enrol(world, browser, invitation(world), device)
    browser.cookies.clear()
    application = world.application()
    address = application.get("/.watchword/start?to=%2Freports").headers["location"].removeprefix(AUTH)
    page = browser.get(address)
    assert "Sign in to open Sample application" in page.text
    flow = address.rpartition("=")[2]

    following = sign_in(browser, device, address, flow)["next"]

    assert following == f"/sign-in?flow={flow}"
    back = browser.get(following).headers["location"]
    assert application.get(back.removeprefix(SAMPLE)).headers["location"] == "/reports"


@pytest.mark.parametrize("flow", ["", "//evil.example", "https://evil.example", "x" * 43 + "&next=//evil"])
def test_what_a_page_says_of_its_flow_never_leads_elsewhere(world: Shell, flow: str) -> None:
    device = key()
    browser = world.sign_in()
    enrol(world, browser, invitation(world), device)
    browser.cookies.clear()
    assert sign_in(browser, device, flow=flow)["next"] == "/"


def test_signing_in_again_ends_the_session_that_it_replaces(world: Shell) -> None:
    device = key()
    browser = world.sign_in()
    enrol(world, browser, invitation(world), device)
    before = world.house.sessions.sessions()[0]
    sign_in(browser, device, "/sign-in?fresh=1")
    assert world.house.sessions.session(before.id).end_reason == "replaced"


def test_an_invitation_says_whom_it_is_for(world: Shell) -> None:
    browser = world.sign_in()
    form = form_token(browser.get("/enrol").text)
    found = browser.post("/enrol/look", json_body={"form_token": form, "token": invitation(world)})
    assert found.json()["email"] == "carol@example.com"
    assert found.json()["further"] is False
    assert found.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("spoil", "code"), [("used", "invitation.used"), ("expired", "invitation.expired")])
def test_a_link_that_opens_nothing_any_more_says_why(world: Shell, spoil: str, code: str) -> None:
    token = invitation(world)
    if spoil == "used":
        enrol(world, world.sign_in(), token, key())
    else:
        later(world, hours=25)
    browser = world.sign_in()
    form = form_token(browser.get("/enrol").text)
    refused = browser.post("/enrol/look", json_body={"form_token": form, "token": token})
    assert refused.status_code == 403
    assert refused.json()["code"] == code
    assert refused.json()["hint"]
    assert refused.headers["content-type"] == "application/problem+json"


def test_guessing_invitations_is_throttled_with_the_time_to_wait(world: Shell) -> None:
    browser = world.sign_in()
    form = form_token(browser.get("/enrol").text)
    answers = [
        browser.post("/enrol/look", json_body={"form_token": form, "token": f"{number:043d}"}) for number in range(60)
    ]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_a_failed_try_does_not_use_the_invitation_up(world: Shell) -> None:
    token = invitation(world)
    browser = world.sign_in()
    form = form_token(browser.get("/enrol").text)
    begun = browser.post("/enrol/begin", json_body={"form_token": form, "token": token}).json()
    wrong = json.loads(key().create(json.dumps(begun["options"]), origin="http://evil.example"))
    body = {"form_token": form, "ceremony": begun["ceremony"], "token": token, "response": wrong, "label": ""}
    assert browser.post("/enrol/finish", json_body=body).status_code == 403
    assert enrol(world, browser, token, key())["next"] == "/"


@pytest.mark.parametrize("path", ["/sign-in/begin", "/sign-in/finish", "/enrol/look", "/enrol/begin", "/enrol/finish"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "http://evil.example"}, {"origin": AUTH, "sec-fetch-site": "cross-site"}, {"origin": SAMPLE}],
)
def test_a_ceremony_is_begun_by_our_own_page_alone(world: Shell, path: str, headers: dict[str, str]) -> None:
    browser = world.sign_in()
    form = form_token(browser.get("/sign-in").text)
    refused = browser.post(path, json_body={"form_token": form, "token": "x", "ceremony": "x"}, headers=headers)
    assert refused.status_code == 403
    assert refused.json()["code"] == "form.cross-site"


@pytest.mark.parametrize("path", ["/sign-in/begin", "/enrol/look"])
def test_a_ceremony_needs_the_token_of_this_browser_s_page(world: Shell, path: str) -> None:
    stolen = form_token(world.sign_in().get("/sign-in").text)
    browser = world.sign_in()
    browser.get("/sign-in")
    assert browser.post(path, json_body={"form_token": stolen, "token": "x"}).json()["code"] == "form.cross-site"


@pytest.mark.parametrize(
    ("content", "kind"), [("{", "application/json"), ("[]", "application/json"), ("a=b", "text/plain")]
)
def test_what_is_no_json_object_is_refused_in_words(world: Shell, content: str, kind: str) -> None:
    browser = world.sign_in()
    headers = {"origin": AUTH, "content-type": kind}
    refused = browser.ask("POST", "/sign-in/begin", headers=headers, content=content)
    assert refused.status_code == 400
    assert refused.json()["code"].startswith("body.")


def test_a_body_without_end_is_not_read_to_its_end(world: Shell) -> None:
    headers = {"origin": AUTH, "content-type": "application/json"}
    refused = world.sign_in().ask("POST", "/sign-in/begin", headers=headers, content=" " * 300_000)
    assert refused.json()["code"] == "body.length"


def test_signing_out_asks_first_and_then_says_that_it_is_over(world: Shell) -> None:
    browser = world.sign_in()
    enrol(world, browser, invitation(world), key())
    session = world.house.sessions.sessions()[0]
    asked = browser.get("/sign-out")
    assert world.house.sessions.session(session.id).ended_at is None
    done = browser.post("/sign-out", {"form_token": form_token(asked.text)})
    assert done.headers["location"] == "/signed-out"
    assert "Your session has ended" in browser.get("/signed-out").text
    assert world.house.sessions.session(session.id).end_reason == "signed-out"


def test_the_page_of_an_ended_session_is_not_shown_to_whoever_is_signed_in(world: Shell) -> None:
    browser = world.sign_in()
    enrol(world, browser, invitation(world), key())
    assert "You are still signed in" in browser.get("/signed-out").text


def test_two_session_cookies_are_none(world: Shell) -> None:
    browser = world.sign_in()
    enrol(world, browser, invitation(world), key())
    token = browser.cookies[COOKIE]
    page = browser.get("/", headers={"cookie": f"{COOKIE}={token}; {COOKIE}={token}"})
    assert "Hello" not in page.text


def test_the_keys_are_public_and_may_be_cached(world: Shell) -> None:
    keys = world.sign_in().get("/.well-known/jwks.json")
    assert keys.json() == {"keys": []}
    assert "max-age" in keys.headers["cache-control"]


def test_the_enrolment_page_takes_its_token_from_the_fragment_alone(world: Shell) -> None:
    page = world.sign_in().get("/enrol?token=abc").text
    assert "abc" not in page
    assert "This link is not complete" in page
