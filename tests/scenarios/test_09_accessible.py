"""Story 9: everybody can use it. Every page of ours, in light and dark, wide and narrow, by the rules of WCAG 2.2 AA."""

import os
import re
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from support.accessibility import Problem, audit
from support.chromium import Visitor, chromium, visitor
from support.stack import Stack, running
from support.story import enrol, handle
from unit.evidence.posture.assessment.estates import SHOP

pytestmark = [pytest.mark.envoy, pytest.mark.browser]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running() as one:
        yield one


@pytest.fixture(scope="module")
def admin(browser: Browser, stack: Stack) -> Iterator[Visitor]:
    assert stack.ready.invitation is not None
    with visitor(browser) as one:
        enrol(one, stack, stack.ready.invitation)
        handle(one, stack)
        one.page.goto(f"{stack.ready.applications['sample']}/admin")  # refused, so that there is a refusal to look at
        yield one


def look(one: Visitor, address: str, name: str) -> list[Problem]:
    one.page.goto(address)
    return audit(one.page, name)


def told(problems: list[Problem]) -> str:
    return "\n".join(map(str, problems))


def test_the_audit_finds_what_is_wrong(browser: Browser) -> None:
    with visitor(browser) as one:
        one.page.set_content(
            '<html><style>a:focus { outline: none } p { color: #999; background: #fff } </style><body><img src="x">'
            '<p>too pale</p><a href="#x">no focus</a><input><div style="width: 2000px">wide</div></body></html>'
        )
        found = told(audit(one.page, "bad"))
    for word in ("image-alt", "color-contrast", "label", "html-has-lang", "document-title", "sideways", "focus cannot"):
        assert word in found


CONSOLE = (
    "/",
    "/decisions",
    "/applications",
    "/applications/sample",
    "/people",
    "/sessions",
    "/policies",
    "/policies/read/sample-application",
    "/policies/check",
    "/policies/simulate",
    "/policies/simulate?person=admin%40localhost&application=sample&method=GET&path=%2Fadmin",
    "/ledger",
    "/ledger/records/1",
    "/nothing-here",
)


@pytest.mark.parametrize("path", CONSOLE)
def test_pages_of_the_console(admin: Visitor, stack: Stack, path: str) -> None:
    problems = look(admin, f"{stack.ready.console}{path}", path)
    assert not problems, told(problems)


def test_the_posture_before_anything_was_assessed(admin: Visitor, stack: Stack) -> None:
    problems = look(admin, f"{stack.ready.console}/posture", "/posture, empty")
    expect(admin.page.locator("h2").first).to_have_text("Nothing has been assessed yet")
    assert not problems, told(problems)


@pytest.fixture(scope="module")
def kept(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """Two estates: a shop, of which the second run fixes something and knows less, and one of hostile names."""
    directory = tmp_path_factory.mktemp("assessed") / "shop"
    directory.mkdir()
    main = directory / "main.tf"
    hostile = '\nresource "aws_s3_bucket" "x" {\n  bucket = "<script>alert(1)</script>"\n  acl = "public-read"\n}\n'
    for text in (
        SHOP + hostile,
        SHOP.replace("storage_encrypted      = false", "storage_encrypted      = var.encrypted")
        + hostile
        + 'variable "encrypted" {}\nvariable "group" {}\n'
        + 'resource "aws_lb" "other" {\n  security_groups = [var.group]\n}\n',
    ):
        main.write_text(text, encoding="utf-8")
        done = stack.cli("assess", str(directory), "--keep")
        assert done.returncode == 0, done.stderr
    done = stack.cli("assess", str(directory), "--keep", "--estate", "<b>another</b> estate")
    assert done.returncode == 0, done.stderr
    return stack


POSTURE = (
    "/posture",
    "/posture/findings",
    "/posture/findings?view=list&state=all",
    "/posture/findings?state=unknown",
    "/posture/findings?severity=critical&text=nothing-here",
    "/posture/inventory",
    "/posture/inventory?critical=1",
    "/posture/exposure",
    "/posture/maturity",
    "/posture/roadmap",
    "/posture/roadmap?phase=foundation",
)


@pytest.mark.parametrize("path", POSTURE)
def test_pages_of_the_posture(admin: Visitor, kept: Stack, path: str) -> None:
    address = f"{kept.ready.console}{path}{'&' if '?' in path else '?'}estate=shop"
    problems = look(admin, address, path)
    for summary in admin.page.locator("summary").all()[:4]:  # what is folded away is a part of the page
        summary.click()
    admin.page.evaluate("scrollTo(0, 0)")  # what the masthead hides is no target
    problems += audit(admin.page, f"{path}, unfolded")
    assert not problems, told(problems)
    assert not admin.complaints


def test_a_finding(admin: Visitor, kept: Stack) -> None:
    page = admin.page
    page.goto(f"{kept.ready.console}/posture/findings?estate=shop&view=list")
    page.locator("td[data-label=Finding] a").first.click()
    expect(page.locator("h2").filter(has_text="Why it matters")).to_be_visible()
    problems = audit(page, "a finding")
    page.goto(f"{kept.ready.console}/posture/findings?estate=shop&state=fixed")
    assert not page.locator("td[data-label=Finding] a").count(), "what is not known any more is not fixed"
    page.goto(f"{kept.ready.console}/posture/findings?estate=shop&state=gone")
    page.locator("td[data-label=Finding] a").first.click()
    expect(page.locator(".title .badge").last).to_have_text("Not seen any more")
    problems += audit(page, "a finding that is not seen any more")
    assert not problems, told(problems)


def test_a_decision_and_a_person(admin: Visitor, stack: Stack) -> None:
    problems = []
    for listing, link in (("/decisions", r"/decisions/\d+"), ("/people", r"/people/person_")):
        admin.page.goto(f"{stack.ready.console}{listing}")
        hrefs = admin.page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
        found = [href for href in hrefs if re.match(link, href)]
        assert found, f"{listing} leads to no {link}"
        problems += look(admin, f"{stack.ready.console}{found[0]}", link)
    admin.page.goto(f"{stack.ready.console}/decisions")
    admin.page.locator("tr").filter(has_text="/admin").get_by_role("link").first.click()
    expect(admin.page.locator("h2").filter(has_text="Why")).to_be_visible()
    problems += audit(admin.page, "a refusal's reasons")
    assert not problems, told(problems)


def test_what_comes_of_inviting_somebody_and_of_verifying(admin: Visitor, stack: Stack) -> None:
    page = admin.page
    page.goto(f"{stack.ready.console}/people")
    page.locator("input[name=email]").first.fill("bob@example.com")
    page.locator("input[name=display_name]").first.fill("Bob")
    page.get_by_role("button", name=re.compile("make the link", re.IGNORECASE)).first.click()
    expect(page.locator("h1")).to_contain_text("Give this link")
    problems = audit(page, "invited")
    page.goto(f"{stack.ready.console}/ledger")
    page.get_by_role("button", name=re.compile("verify", re.IGNORECASE)).first.click()
    page.wait_for_load_state()
    problems += audit(page, "verified")
    page.goto(f"{stack.ready.console}/policies/check")
    page.locator("textarea").first.fill('{"Version": "2012-10-17", "Statement": [{"Effect": "Maybe"}]}')
    page.get_by_role("button", name=re.compile("check", re.IGNORECASE)).first.click()
    page.wait_for_load_state()
    problems += audit(page, "checked")
    assert not problems, told(problems)


def test_pages_of_the_sign_in_host(browser: Browser, admin: Visitor, stack: Stack) -> None:
    host = stack.ready.sign_in
    problems = look(admin, f"{host}/", "home") + look(admin, f"{host}/sign-out", "sign-out")
    problems += look(admin, f"{stack.ready.applications['sample']}/.watchword/sign-out", "sign-out of an application")
    with visitor(browser) as stranger:
        for path in ("/sign-in", "/enrol", "/enrol#made-up", "/signed-out", "/", "/nothing-here"):
            problems += look(stranger, f"{host}{path}", path)
        problems += look(stranger, f"{stack.ready.applications['sample']}/.watchword/callback", "callback")
    assert not problems, told(problems)


def test_refusals_by_the_check_and_by_envoy(admin: Visitor, stack: Stack) -> None:
    sample = stack.ready.applications["sample"]
    problems = look(admin, f"{sample}/admin", "403")
    problems += look(admin, f"{sample}/a;b", "400 of the check")
    problems += look(admin, f"{sample}/a%2fb", "400 of Envoy")
    problems += look(admin, f"http://nobody.localhost:{stack.port}/", "421")
    assert not problems, told(problems)


def test_the_page_of_a_gateway_that_cannot_ask(admin: Visitor, stack: Stack) -> None:
    pid = stack.pid_of("control_plane")
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        answer = admin.page.goto(f"{stack.ready.applications['sample']}/")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert answer is not None
    assert answer.status == 503
    assert "Not available at the moment" in admin.page.locator("h1").inner_text()
    problems = audit(admin.page, "503")
    assert not problems, told(problems)
