"""The console's pages: what they show, what they change, and what nobody gets to do through them."""

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from support.console import AUTH, CONSOLE, FORM_KEY, SAMPLE, Browser, Shell, form_token, later, shell
from support.people import SOMEWHERE
from watchword.console import VerificationReport
from watchword.console.shell.forms import FormTokens
from watchword.console.shell.headers import SecureHeaders
from watchword.identity.people import Person, Session
from watchword.kernel.errors import UnavailableError

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}'


@pytest.fixture
def admin(world: Shell) -> tuple[Person, Session]:
    person, session, _ = world.enrol(groups=frozenset({"administrators"}))
    world.look_as(person, session)
    return person, session


def pages_of(world: Shell, person: Person, *, decision: int) -> list[str]:
    return [
        "/",
        "/decisions",
        "/decisions?application=*",
        f"/decisions/{decision}",
        "/applications",
        "/applications/sample",
        "/applications/console",
        "/people",
        f"/people/{person.id}",
        "/sessions",
        "/policies",
        "/policies/read/sample-application",
        "/policies/check",
        "/policies/simulate",
        "/policies/simulate?person=alice@example.com&application=sample&path=/admin",
        "/ledger",
        f"/ledger/records/{decision}",
        f"/ledger/records/{world.reader.size() - 1}",
    ]


def post(browser: Browser, world: Shell, path: str, **fields: str | list[str]) -> httpx.Response:
    assert world.viewer is not None
    token = FormTokens(FORM_KEY).token(world.viewer.session_id)
    return browser.post(path, {"form_token": token, **fields})


# Every response.


def test_every_page_answers_and_none_is_cached_framed_or_scripted(world: Shell, admin: tuple[Person, Session]) -> None:
    person, session = admin
    index = world.decided("/", person=person, session=session)
    browser = world.console()
    for path in [*pages_of(world, person, decision=index), "/no-such-page"]:
        answer = browser.get(path)
        assert answer.status_code == (404 if path == "/no-such-page" else 200), (path, answer.text)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        # What the policy would refuse must not be there: no style attribute, no handler, no script of its own.
        assert not re.search(r"<[^>]+\sstyle=", answer.text)
        assert not re.search(r"<[^>]+\son[a-z]+=", answer.text)
        assert not re.search(r"<script(?![^>]*\ssrc=)", answer.text)
        assert not re.search(r'(?:src|href)="https?://(?![a-z]+\.localhost)', answer.text)


def test_whoever_the_gateway_did_not_vouch_for_sees_nothing(world: Shell, admin: tuple[Person, Session]) -> None:
    person, session = admin
    index = world.decided("/", person=person, session=session)
    world.viewer = None
    browser = world.console()
    for path in [*pages_of(world, person, decision=index), "/live/decisions", "/no-such-page"]:
        answer = browser.get(path)
        assert answer.status_code == 403, path
        assert "alice" not in answer.text


def test_the_assertion_is_verified_for_exactly_this_method_and_path(
    world: Shell, admin: tuple[Person, Session]
) -> None:
    del admin
    world.console().get("/people?text=a")
    assert world.seen[-1] == ("GET", "/people")


def test_hostile_texts_are_shown_as_texts_on_every_page(world: Shell) -> None:
    person, session, _ = world.enrol("x@example.com", HOSTILE, groups=frozenset({"administrators"}))
    world.look_as(person, session)
    index = world.decided(
        "/" + HOSTILE, outcome="Refused", application=HOSTILE, method=HOSTILE, reason=HOSTILE, user_agent=HOSTILE
    )
    world.health.clear()
    browser = world.console()
    paths = [
        *pages_of(world, person, decision=index),
        f"/people?text={HOSTILE}",
        f"/sessions?text={HOSTILE}",
        f"/decisions?text={HOSTILE}&person={HOSTILE}&application={HOSTILE}",
        f"/policies/simulate?person={HOSTILE}&application=sample&path=/{HOSTILE}&context={HOSTILE}",
        f"/policies/read/{HOSTILE.replace('/', '')}",
        f"/people?done={HOSTILE}",
    ]
    for path in paths:
        text = browser.get(path).text
        assert "<script>alert" not in text, path
        assert "<img" not in text, path
        assert "{{" not in text.replace("{{7*7}}", ""), path
        assert ">49<" not in text, path


# Changes.


def routes_that_change(app: Starlette) -> list[str]:
    return [
        re.sub(r"\{[^}]+\}", "x", route.path)
        for route in app.routes
        if isinstance(route, Route) and "POST" in (route.methods or set())
    ]


def test_every_route_that_changes_wants_our_own_page_and_its_token(world: Shell, admin: tuple[Person, Session]) -> None:
    del admin
    browser = world.console()
    assert isinstance(browser.app, SecureHeaders)
    app = browser.app.app
    assert isinstance(app, Starlette)
    paths = routes_that_change(app)
    assert len(paths) >= 9
    token = FormTokens(FORM_KEY).token(world.viewer.session_id if world.viewer else "")
    before = list(world.house.record.events)
    for path in paths:
        for headers in (
            {},
            {"origin": "http://evil.example"},
            {"origin": SAMPLE, "sec-fetch-site": "same-site"},
            {"origin": CONSOLE, "sec-fetch-site": "cross-site"},
        ):
            answer = browser.post(path, {"form_token": token}, headers=headers)
            assert answer.status_code == 403, (path, headers)
        for wrong in ("", "x", FormTokens(FORM_KEY).token("another-session"), "é"):
            answer = browser.post(path, {"form_token": wrong})
            assert answer.status_code == 403, (path, wrong)
            assert "form.cross-site" in answer.text
    assert world.house.record.events == before


def test_an_invitation_link_is_shown_once_and_works(world: Shell, admin: tuple[Person, Session]) -> None:
    del admin
    browser = world.console()
    token = form_token(browser.get("/people").text)
    answer = browser.post(
        "/people/invitations",
        {
            "form_token": token,
            "email": "dora@example.com",
            "display_name": "Dora",
            "group": ["administrators"],
            "more_groups": "finance, on-call",
            "lifetime": "1",
        },
    )
    assert answer.status_code == 200
    link = re.search(rf'value="{re.escape(AUTH)}/enrol#([A-Za-z0-9_-]{{43}})"', answer.text)
    assert link
    invitation, person = world.house.people.invitation(link[1], SOMEWHERE)
    assert person.groups == {"administrators", "finance", "on-call"}
    assert invitation.expires_at == world.house.clock.now() + timedelta(hours=1)
    assert invitation.created_by.endswith("person/alice@example.com")
    assert link[1] not in browser.get("/people").text
    assert link[1].encode() not in b"".join(entry.body for entry in world.reader.page())


def test_a_wrong_address_keeps_what_was_typed(world: Shell, admin: tuple[Person, Session]) -> None:
    del admin
    answer = post(world.console(), world, "/people/invitations", email="not an address", display_name="Dora")
    assert answer.status_code == 422
    text: str = answer.text
    assert 'value="Dora"' in text
    assert 'role="alert"' in text


def test_an_administrator_disables_and_enables_a_person(world: Shell, admin: tuple[Person, Session]) -> None:
    del admin
    other, session, _ = world.enrol("bob@example.com", "Bob")
    browser = world.console()
    done = browser.post(
        f"/people/{other.id}/disable", {"form_token": form_token(browser.get(f"/people/{other.id}").text)}
    )
    assert done.headers["location"] == f"/people/{other.id}?done=person-disabled"
    page = browser.get(done.headers["location"]).text
    assert "The person is disabled" in page
    assert world.house.sessions.session(session.id).ended_at is not None
    post(browser, world, f"/people/{other.id}/enable")
    assert world.house.people.person(other.id).disabled_at is None


def test_the_last_administrator_cannot_be_disabled_and_the_page_says_why(
    world: Shell, admin: tuple[Person, Session]
) -> None:
    person, _ = admin
    browser = world.console()
    answer = browser.post(
        f"/people/{person.id}/disable", {"form_token": form_token(browser.get(f"/people/{person.id}").text)}
    )
    assert answer.status_code == 409
    assert "last administrator" in answer.text
    assert world.house.people.person(person.id).disabled_at is None


def test_groups_and_passkeys_are_changed_from_the_person_s_page(world: Shell, admin: tuple[Person, Session]) -> None:
    del admin
    other, _, _ = world.enrol("bob@example.com", "Bob")
    browser = world.console()
    post(browser, world, f"/people/{other.id}/groups", group=["administrators"], more_groups="finance")
    assert world.house.people.person(other.id).groups == {"administrators", "finance"}
    passkey = world.house.people.passkeys(other.id)[0]
    refused = post(browser, world, f"/people/{other.id}/passkeys/{passkey.id}/remove")
    assert refused.status_code == 409
    wrong = post(browser, world, f"/people/{other.id}/groups", more_groups="<b>")
    assert wrong.status_code == 400


def test_an_invitation_is_revoked(world: Shell, admin: tuple[Person, Session]) -> None:
    del admin
    invitation, _ = world.house.people.invite(
        email="dora@example.com", display_name="Dora", groups=frozenset(), actor="operator", origin=SOMEWHERE
    )
    post(world.console(), world, f"/people/invitations/{invitation.id}/revoke")
    assert not world.house.people.open_invitations()


def test_ending_one_s_own_session_leads_to_a_page_that_says_so(world: Shell, admin: tuple[Person, Session]) -> None:
    _, session = admin
    browser = world.console()
    answer = browser.post(f"/sessions/{session.id}/end", {"form_token": form_token(browser.get("/sessions").text)})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{AUTH}/signed-out"
    # Browsers hold `form-action` against the redirect too.
    assert f"form-action 'self' {AUTH}" in answer.headers["content-security-policy"]
    assert world.house.sessions.session(session.id).end_reason == "ended-by-owner"
    assert "Your session has ended" in world.sign_in().get("/signed-out").text


def test_ending_somebody_else_s_session_comes_back_to_the_list(world: Shell, admin: tuple[Person, Session]) -> None:
    del admin
    _, session, _ = world.enrol("bob@example.com", "Bob")
    answer = post(world.console(), world, f"/sessions/{session.id}/end")
    assert answer.headers["location"] == "/sessions?done=session-ended"
    assert world.house.sessions.session(session.id).end_reason == "ended-by-administrator"


def test_ending_all_sessions_of_oneself_ends_this_one_too(world: Shell, admin: tuple[Person, Session]) -> None:
    person, session = admin
    answer = post(world.console(), world, f"/people/{person.id}/sessions/end")
    assert answer.headers["location"] == f"{AUTH}/signed-out"
    assert world.house.sessions.session(session.id).ended_at is not None


@pytest.mark.parametrize(
    "path",
    ["/people/person_x", "/decisions/999", "/ledger/records/999", "/applications/none", "/policies/read/none"],
)
def test_what_is_not_there_is_a_404_with_words(world: Shell, admin: tuple[Person, Session], path: str) -> None:
    del admin
    answer = world.console().get(path)
    assert answer.status_code == 404
    assert "no such" in answer.text.lower() or "no record" in answer.text


@pytest.mark.parametrize("index", ["-1", "1e3", "9" * 30, "٣"])
def test_what_is_no_index_is_refused(world: Shell, admin: tuple[Person, Session], index: str) -> None:
    del admin
    assert world.console().get(f"/ledger/records/{index}").status_code == 400
    assert world.console().get(f"/decisions?before={index}").status_code == 400


def test_a_store_that_is_gone_is_a_503_and_no_stack_trace(
    world: Shell, admin: tuple[Person, Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    del admin

    def gone() -> None:
        raise UnavailableError("the database does not answer", code="database.gone", hint="wait")

    monkeypatch.setattr(world.house.people, "persons", gone)
    answer = world.console().get("/people")
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert "Traceback" not in answer.text


def test_a_defect_is_a_500_that_tells_nothing(
    world: Shell, admin: tuple[Person, Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    del admin

    def broken() -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(world.house.people, "persons", broken)
    answer = world.console().get("/people")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "content-security-policy" in answer.headers


# Decisions.


def test_a_denied_request_shows_the_rule_its_text_and_what_would_change_it(
    world: Shell, admin: tuple[Person, Session]
) -> None:
    person, session = admin
    rule = world.rule("sample-application", "AdminNeedsAHardwareKey")
    index = world.decided("/admin", outcome="ExplicitlyDenied", person=person, session=session, statements=(rule,))
    page = world.console().get(f"/decisions/{index}").text
    assert "AdminNeedsAHardwareKey" in page
    assert "BoolIfExists" in page
    assert "What would change the answer" in page
    assert "watchword:hardwarekey = true" in page
    assert "Included" in page


def test_a_decision_by_other_policies_shows_no_text_of_today_s(world: Shell, admin: tuple[Person, Session]) -> None:
    person, session = admin
    rule = world.rule("sample-application", "AdminNeedsAHardwareKey")
    index = world.decided("/admin", outcome="ExplicitlyDenied", person=person, session=session, statements=(rule,))
    with_other = world.configuration.policy_set
    object.__setattr__(with_other, "revision", "another")
    page = world.console().get(f"/decisions/{index}").text
    assert "The policies have changed since" in page


def test_a_request_refused_before_any_policy_says_so(world: Shell, admin: tuple[Person, Session]) -> None:
    del admin
    index = world.decided("/x", outcome="Refused", reason="path", status=400)
    page = world.console().get(f"/decisions/{index}").text
    assert "before any policy was asked" in page
    assert "two parsers" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"/allowed", "/denied"}),
        ("?outcome=allowed", {"/allowed"}),
        ("?outcome=refused", {"/denied"}),
        ("?application=*", {"/allowed", "/denied", "/people"}),
        ("?application=console", {"/people"}),
        ("?person=alice", {"/allowed", "/people"} - {"/people"}),
        ("?text=/DEN", {"/denied"}),
        ("?text=EveryoneOpens", {"/allowed"}),
        ("?text=nothing-of-the-kind", set()),
    ],
)
def test_decisions_are_filtered(world: Shell, admin: tuple[Person, Session], query: str, shown: set[str]) -> None:
    person, session = admin
    rule = world.rule("sample-application", "EveryoneOpensTheSample")
    world.decided("/allowed", person=person, session=session, statements=(rule,))
    world.decided("/denied", outcome="ImplicitlyDenied")
    world.decided("/people", application="console")
    page = world.console().get(f"/decisions{query}").text
    found = {path for path in ("/allowed", "/denied", "/people") if f"{path}</span>" in page}
    assert found == shown


def test_many_decisions_come_in_pages(world: Shell, admin: tuple[Person, Session]) -> None:
    del admin
    for number in range(60):
        world.decided(f"/page-{number}")
    browser = world.console()
    first = browser.get("/decisions").text
    older = re.search(r'href="(/decisions\?before=\d+)"', first)
    assert older
    second = browser.get(older[1]).text
    assert "/page-59<" in first
    assert "/page-9<" not in first
    assert "/page-9<" in second
    assert "data-source" not in second


# Overview, applications, policies, ledger.


def test_the_overview_counts_what_was_decided_since_it_began_to_listen(
    world: Shell, admin: tuple[Person, Session]
) -> None:
    del admin
    browser = world.console()
    for number in range(3):
        world.decided(f"/{number}")
    world.decided("/no", outcome="ImplicitlyDenied")
    page = browser.get("/").text
    assert "3 allowed" in page
    assert "1 refused" in page
    assert "<rect" in page


def test_health_that_was_not_looked_at_is_unknown_and_not_green(world: Shell, admin: tuple[Person, Session]) -> None:
    del admin
    world.health.clear()
    page = world.console().get("/").text
    assert "Unknown" in page
    assert "Nothing was looked at" in page


def test_next_steps_disappear_when_they_are_done(world: Shell, admin: tuple[Person, Session]) -> None:
    person, session = admin
    assert "Next steps" in world.console().get("/").text
    world.enrol("bob@example.com", "Bob")
    world.decided("/", person=person, session=session)
    assert "Next steps" not in world.console().get("/").text


def test_an_application_says_who_could_open_it(world: Shell, admin: tuple[Person, Session]) -> None:
    del admin
    other, _, _ = world.enrol("bob@example.com", "Bob")
    page = world.console().get("/applications/console").text
    rows = {row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if "/people/" in row}
    yes = {row for row in rows if "Yes" in row}
    assert len(rows) == 2
    assert len(yes) == 1
    assert all(other.id not in row for row in yes)


def test_a_policy_that_is_wrong_is_shown_with_every_place(world: Shell, admin: tuple[Person, Session]) -> None:
    del admin
    text = '{\n  "Version": "2012-10-17",\n  "Statement": [{"Effect": "Alow", "Action": "http:GET", "Resource": "*", "Conditon": {}}]\n}'
    answer = post(world.console(), world, "/policies/check", text=text, kind="identity")
    page: str = answer.text
    assert answer.status_code == 422
    assert "2 errors" in page
    assert "Line 3, column" in page
    assert "Conditon" in page


def test_a_policy_that_is_right_is_accepted(world: Shell, admin: tuple[Person, Session]) -> None:
    del admin
    text = world.configuration.policy_text("sample-application").replace("\n", "\r\n")
    answer = post(world.console(), world, "/policies/check", text=text, kind="identity")
    assert "Accepted" in answer.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("person=alice@example.com&application=sample&path=/", "Allowed"),
        ("person=alice@example.com&application=sample&path=/admin", "Denied by a statement"),
        ("person=alice@example.com&application=sample&path=/admin&assurance=aal3", "Allowed"),
        ("person=alice@example.com&application=console&path=/people", "Allowed"),
        ("person=nobody@example.com&application=console&path=/people", "Denied: nothing allows it"),
        ("person=nobody@example.com&groups=administrators&application=console&path=/people", "Allowed"),
        (
            'person=alice@example.com&application=sample&path=/&context={"watchword:RiskLevel":"high"}',
            "Denied by a statement",
        ),
        ('person=a@example.com&application=sample&path=/admin&context={"watchword:HardwareKey":null}', "Denied"),
        ("person=a@example.com&application=sample&path=/&context={", "not JSON"),
        ("person=a@example.com&application=sample&path=relative", "not a path"),
        ("person=a@example.com&application=sample&path=/&method=BREW", "not a method"),
        ("person=a@example.com&application=sample&path=/&assurance=aal9", "not an assurance level"),
    ],
)
def test_a_simulated_request_gets_the_engine_s_answer(
    world: Shell, admin: tuple[Person, Session], query: str, expected: str
) -> None:
    del admin
    answer = world.console().get(f"/policies/simulate?{query}")
    assert answer.status_code == 200
    assert expected in answer.text


def test_a_ledger_that_holds_says_since_when_and_one_that_does_not_says_where(
    world: Shell, admin: tuple[Person, Session]
) -> None:
    del admin
    browser = world.console()
    assert "Not verified yet" in browser.get("/ledger").text
    post(browser, world, "/ledger/verify")
    assert "Holds" in browser.get("/ledger").text
    world.verification = lambda: VerificationReport(
        records=2, finished_at=world.house.clock.now(), seconds=0.1, problem="record 1 is not what was signed"
    )
    post(browser, world, "/ledger/verify")
    page = browser.get("/ledger").text
    assert "Does not hold" in page
    assert "record 1 is not what was signed" in page


def test_a_verification_that_failed_is_unknown_even_after_a_good_one(
    world: Shell, admin: tuple[Person, Session]
) -> None:
    del admin
    browser = world.console()
    post(browser, world, "/ledger/verify")

    def gone() -> VerificationReport:
        raise UnavailableError("the database does not answer", code="database.gone")

    world.verification = gone
    post(browser, world, "/ledger/verify")
    page = browser.get("/ledger").text
    assert "Unknown" in page
    assert "Holds" not in page


def test_sessions_tell_mine_from_others_and_when_each_ends(world: Shell, admin: tuple[Person, Session]) -> None:
    del admin
    world.enrol("bob@example.com", "Bob")
    later(world, minutes=5)
    page = world.console().get("/sessions").text
    assert "this one" in page
    assert "Firefox on Linux" in page
    assert "bob@example.com" in page


# Assets.


def test_assets_are_served_under_a_name_of_their_content_and_cached_for_good(
    world: Shell, admin: tuple[Person, Session]
) -> None:
    del admin
    browser = world.console()
    address = re.search(r'href="(/static/[0-9a-f]{16}/watchword\.css)"', browser.get("/").text)
    assert address
    answer = browser.get(address[1])
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css")
    for wrong in ("/static/0000000000000000/watchword.css", "/static/x/..%2f..%2fports.py", "/static/x/ports.py"):
        assert browser.get(wrong).status_code == 404


def test_a_console_without_policies_says_that_nobody_is_let_in(tmp_path: Path) -> None:
    def change(files: Path) -> None:
        for policy in (files / "policies").iterdir():
            policy.unlink()
        text = (files / "watchword.yaml").read_text()
        (files / "watchword.yaml").write_text(text.partition("\npolicies:")[0] + "\n")

    with shell(tmp_path, change=change) as world:
        person, session, _ = world.enrol()
        world.look_as(person, session)
        assert "nobody is let in" in world.console().get("/policies").text
