"""The pages of the posture: what they show, what an empty one says, and that no name of anybody becomes markup."""

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from support.assessments import FIRST, HOUR, asset, finding, picture, run
from support.console import Browser, Shell
from watchword.evidence.posture.maturity import Pillar
from watchword.evidence.posture.model import Severity, Verdict
from watchword.evidence.posture.records import Finding, KeptAsset, Run, Shown, Spot, Step, Way, run_of

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
PAGES = ("", "/findings", "/inventory", "/exposure", "/maturity", "/roadmap")


@pytest.fixture
def browser(world: Shell) -> Browser:
    person, session, _ = world.enrol(groups=frozenset({"administrators"}))
    world.look_as(person, session)
    return world.console()


def keep(world: Shell, *runs: Run) -> None:
    for one in runs:
        world.assessments.keep(one, actor="operator")


def text_of(page: str) -> str:
    """What a reader sees, in one line."""
    body = re.sub(r"<(title|option)[^>]*>.*?</\1>", " ", page.partition("<main")[2], flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def read(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.text)
    return text_of(answer.text)


@pytest.mark.parametrize("path", [*PAGES, f"/findings/{'a' * 32}"])
def test_without_an_assessment_each_page_says_how_to_make_one(browser: Browser, path: str) -> None:
    shown = read(browser, f"/posture{path}")
    assert "Nothing has been assessed yet" in shown
    assert "watchword assess PATH --keep" in shown


def test_every_page_answers_and_none_is_cached_framed_or_scripted(browser: Browser, world: Shell) -> None:
    keep(world, run([finding("a")]))
    for path in [*PAGES, f"/findings/{finding('a').fingerprint}", "/findings?view=list", "/findings?state=fixed"]:
        answer = browser.get(f"/posture{path}")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert not re.search(r"<[^>]+\sstyle=", answer.text)
        assert not re.search(r"<[^>]+\son[a-z]+=", answer.text)
        assert not re.search(r"<script", answer.text)
        assert not re.search(r'(?:src|href)="https?:', answer.text)
        assert 'aria-current="page"' in answer.text


def test_whoever_the_gateway_did_not_vouch_for_sees_nothing(browser: Browser, world: Shell) -> None:
    keep(world, run([finding("a")]))
    world.viewer = None
    for path in [*PAGES, f"/findings/{finding('a').fingerprint}"]:
        answer = browser.get(f"/posture{path}")
        assert answer.status_code == 403
        assert "aws_s3_bucket" not in answer.text


def test_the_navigation_has_one_entry_for_it(browser: Browser) -> None:
    page = browser.get("/").text
    assert page.count('href="/posture') == 1


# Estates.


def test_the_estate_that_was_assessed_last_is_shown_and_another_can_be_chosen(browser: Browser, world: Shell) -> None:
    keep(world, run([finding("a")], estate="first & <only>"), run([], hour=1))
    page = browser.get("/posture").text
    assert '<option value="shop" selected>' in page
    other = browser.get(f"/posture?{urlencode({'estate': 'first & <only>'})}").text
    assert '<option value="first &amp; &lt;only&gt;" selected>' in other
    assert "/posture/findings?estate=first+%26+%3Conly%3E" in other


def test_an_estate_that_there_is_not_is_not_found(browser: Browser, world: Shell) -> None:
    keep(world, run([]))
    answer = browser.get("/posture/findings?estate=nobody")
    assert answer.status_code == 404
    assert "nobody" not in answer.text


# Summary.


def test_the_summary_counts_what_is_known_and_what_is_not(browser: Browser, world: Shell) -> None:
    keep(
        world,
        run([finding("a"), finding("b", verdict=Verdict.UNKNOWN), finding("c", verdict=Verdict.ERROR)]),
    )
    shown = read(browser, "/posture")
    assert "Failing 1" in shown
    assert "Not known 2 neither good nor bad" in shown
    assert "of 37, 35 not assessed" in shown
    assert "first run that is kept" in shown


def test_the_summary_tells_what_the_newest_run_changed(browser: Browser, world: Shell) -> None:
    keep(world, run([finding("a"), finding("b"), finding("k", check="kms-rotation")]))
    keep(world, run([finding("b"), finding("n")], hour=1, judged=frozenset({"s3-public"})))
    page = browser.get("/posture").text
    shown = text_of(page)
    assert "1 new or returned" in shown
    assert "1 fixed" in shown
    assert "1 not seen any more, and not known to be fixed" in shown
    links = re.findall(r'href="([^"]+since=2[^"]*)"', page)
    assert len(links) == 3
    followed = [read(browser, link.replace("&amp;", "&")) for link in links]
    for words, name in zip(followed, ("aws_s3_bucket.n", "aws_s3_bucket.a", "aws_s3_bucket.k"), strict=True):
        assert name in words
        assert "1 finding." in words


def test_what_is_beyond_the_bound_is_said(browser: Browser, world: Shell) -> None:
    keep(world, run([finding("a")], left_out=12, assets_left_out=3))
    shown = read(browser, "/posture")
    assert "12 findings and 3 assets are beyond what is kept" in shown


# Findings.


def many(count: int, **changes: object) -> list[Finding]:
    return [finding(f"n{number:03}", **changes) for number in range(count)]


def test_findings_stand_by_what_one_edit_closes(browser: Browser, world: Shell) -> None:
    alone = finding("alone", cause="cause-2", severity=Severity.LOW, cause_spot=Spot(file="b.tf", line=9))
    keep(world, run([*many(11), alone]))
    shown = read(browser, "/posture/findings")
    assert "12 findings come from 2 places to edit" in shown
    assert "One edit closes these eleven at infra/variables.tf:1" in shown
    assert "All 11 of them" in shown
    assert "One edit closes this one" in shown
    page = browser.get("/posture/findings").text
    link = next(href for href in re.findall(r'href="([^"]+)"', page) if "cause=" in href).replace("&amp;", "&")
    assert "11 findings." in read(browser, link)


def test_no_two_regions_of_a_page_have_one_name(browser: Browser, world: Shell) -> None:
    """Where places that mend one finding stand before and behind one that mends several, two cards have one title."""
    alone = [
        finding(f"{n}", cause=f"cause-{n}", severity=severity, cause_spot=Spot(file="b.tf", line=n))
        for n, severity in enumerate((Severity.CRITICAL, Severity.CRITICAL, Severity.LOW, Severity.LOW), start=2)
    ]
    keep(world, run([*many(2), *alone]))
    page = browser.get("/posture/findings").text
    assert text_of(page).count("One edit each") == 2
    names = [
        re.sub(r"<[^>]+>", "", re.findall(rf'id="{label}"[^>]*>(.*?)</h2>', page)[0])
        for label in re.findall(r'<section[^>]*aria-labelledby="([^"]+)"', page)
    ]
    assert len(names) == len(set(names))


def test_findings_can_be_listed_and_paged(browser: Browser, world: Shell) -> None:
    keep(world, run(many(120)))
    first = browser.get("/posture/findings?view=list").text
    assert "1 to 50 of 120" in text_of(first)
    link = re.findall(r'href="([^"]+)">Next', first)[0].replace("&amp;", "&")
    assert "51 to 100 of 120" in read(browser, link)
    assert "101 to 120 of 120" in read(browser, "/posture/findings?view=list&offset=100")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("severity=critical", {"worst"}),
        ("pillar=networks", {"net"}),
        ("check=kms-rotation", {"net"}),
        ("state=unknown", {"unknown"}),
        ("state=waived", {"waived"}),
        ("state=fixed", {"closed"}),
        ("state=gone", set()),
        ("since=2", {"worst", "net"}),
        ("critical=1", {"old"}),
        ("text=bucket.WOR", {"worst"}),
        ("asset=infra%23aws_s3_bucket.old", {"old"}),
        ("", {"worst", "net", "old"}),
    ],
)
@pytest.mark.parametrize("view", ["", "&view=list"])
def test_findings_by_what_is_asked_for(
    browser: Browser, world: Shell, query: str, expected: set[str], view: str
) -> None:
    keep(world, run([finding("old"), finding("closed")]))
    worst = finding("worst", severity=Severity.CRITICAL, critical=False)
    net = finding("net", check="kms-rotation", pillar=Pillar.NETWORKS, critical=False)
    unknown = finding("unknown", verdict=Verdict.UNKNOWN, cause="", critical=False)
    waived = finding("waived", verdict=Verdict.WAIVED, cause="", critical=False)
    keep(world, run([finding("old"), worst, net, unknown, waived], hour=1))
    page = browser.get(f"/posture/findings?{query}{view}").text
    shown = set(re.findall(r'class="path">aws_s3_bucket\.(\w+)<', page))
    assert shown == expected
    if not expected:
        assert "No finding fits this filter" in page


def test_nothing_that_fails_is_not_all_good_while_answers_are_missing(browser: Browser, world: Shell) -> None:
    keep(world, run([finding("u", verdict=Verdict.UNKNOWN)]))
    shown = read(browser, "/posture/findings")
    assert "Nothing fails of what could be judged. 1 questions have no answer" in shown
    keep(world, run([], hour=1))
    assert "Nothing fails." in read(browser, "/posture/findings")


def test_a_finding_has_its_why_place_evidence_history_and_who_also_found_it(browser: Browser, world: Shell) -> None:
    keep(world, run([finding("a"), finding("b")], [asset("a")]), run([finding("b")], hour=1))
    keep(world, run([finding("a", digest="d2"), finding("b")], [asset("a")], hour=2))
    shown = read(browser, f"/posture/findings/{finding('a').fingerprint}")
    for words in (
        "Whoever finds the name has the data.",
        "Block public access.",
        "A safe one is written already: make it private",
        "infra/main.tf:3",
        "infra/variables.tf:1",
        "storage",
        "acl public-read infra/main.tf:4",
        "checkov CKV_AWS_20 in checkov.json",
        "payments",
        "production",
        "tagged classification: restricted",
        "reaches it: its policy lets anybody in",
        "One edit closes these two",
        "aws_s3_bucket.b",
    ):
        assert words in shown, words
    returned, fixed, introduced = (shown.rindex(word) for word in ("Returned", "Fixed", "Introduced"))
    assert returned < fixed < introduced
    assert (FIRST + 2 * HOUR).strftime("%H:%M:%S") in shown


def test_a_finding_that_is_fixed_says_when(browser: Browser, world: Shell) -> None:
    keep(world, run([finding("a")]), run([], hour=1))
    page = browser.get(f"/posture/findings/{finding('a').fingerprint}").text
    assert re.search(r'badge good">.*?Fixed', page, re.DOTALL)
    assert "Whoever finds the name has the data." in text_of(page), "its words are kept"


def test_a_finding_that_is_only_not_seen_is_not_called_fixed(browser: Browser, world: Shell) -> None:
    keep(world, run([finding("a")]), run([], hour=1, judged=frozenset()))
    page = browser.get(f"/posture/findings/{finding('a').fingerprint}").text
    assert "Not seen any more" in page
    assert "badge good" not in page


def test_a_finding_that_there_is_not_is_not_found(browser: Browser, world: Shell) -> None:
    keep(world, run([]))
    for name in ("nothing", quote(HOSTILE, safe=""), "a" * 5000, "%00"):
        answer = browser.get(f"/posture/findings/{name}")
        assert answer.status_code == 404
        assert "<script" not in answer.text


# Inventory.


def estate() -> list[KeptAsset]:
    return [
        asset("open"),
        asset("plain", reasons=(), exposed="", owner="", environment=""),
        asset("odd", reasons=(), exposed="", kind="key", provider="google", doubt="a variable has no default"),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"open", "plain", "odd"}),
        ("kind=key", {"odd"}),
        ("provider=google", {"odd"}),
        ("owner=payments", {"open", "odd"}),
        ("owner=/", {"plain"}),
        ("environment=/", {"plain"}),
        ("critical=1", {"open"}),
        ("reach=exposed", {"open"}),
        ("reach=unknown", {"odd"}),
        ("text=PLA", {"plain"}),
        ("owner=nobody-here", set()),
    ],
)
def test_assets_by_what_is_asked_for(browser: Browser, world: Shell, query: str, expected: set[str]) -> None:
    keep(world, run([], estate()))
    page = browser.get(f"/posture/inventory?{query}").text
    assert set(re.findall(r'class="path">aws_s3_bucket\.(\w+)<', page)) == expected
    if not expected:
        assert "No asset fits this filter" in page


def test_the_inventory_says_why_something_is_critical_and_what_is_not_known(browser: Browser, world: Shell) -> None:
    keep(world, run([], estate()))
    shown = read(browser, "/posture/inventory")
    assert "3 assets, 1 critical. The Internet reaches 1 ; of 1 it cannot be told" in shown
    assert "tagged classification: restricted" in shown
    assert "Not known whether the Internet reaches it: a variable has no default" in shown


def test_assets_are_paged(browser: Browser, world: Shell) -> None:
    keep(world, run([], [asset(f"n{number:03}") for number in range(60)]))
    page = browser.get("/posture/inventory").text
    assert "1 to 50 of 60" in text_of(page)
    assert "51 to 60 of 60" in read(browser, re.findall(r'href="([^"]+)">Next', page)[0].replace("&amp;", "&"))


# Exposure.


def test_a_way_is_drawn_and_told_step_by_step(browser: Browser, world: Shell) -> None:
    keep(world, run([]))
    page = browser.get("/posture/exposure").text
    assert page.count('<svg class="graph') == 2
    assert page.count('role="img"') >= 2
    shown = text_of(page)
    assert "1 way leads from the Internet to critical assets" in shown
    assert (
        "aws_lb.edge \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} aws_s3_bucket.a aws_lb.edge load balancer is public"
        in shown
    )
    assert shown.index("aws_lb.edge") < shown.rindex("requests go to it")
    assert "Internet Edge 443 1" in shown


def test_no_way_is_not_called_closed(browser: Browser, world: Shell) -> None:
    keep(world, run([], estate(), picture=replace(picture(), ways=(), flows=())))
    shown = read(browser, "/posture/exposure")
    assert "No way was found over what is declared. Of 1 assets it cannot be told" in shown
    assert "not proven closed" in shown
    assert "a variable has no default" in shown


def test_many_ways_are_paged(browser: Browser, world: Shell) -> None:
    (one,) = picture().ways
    keep(world, run([], picture=replace(picture(), ways=(one,) * 70)))
    assert "1 to 30 of 70" in read(browser, "/posture/exposure")
    assert "61 to 70 of 70" in read(browser, "/posture/exposure?offset=60")


# Maturity and roadmap.


def test_each_function_has_its_stage_and_what_was_not_assessed_says_so(browser: Browser, world: Shell) -> None:
    keep(world, run([]))
    page = browser.get("/posture/maturity").text
    shown = text_of(page)
    assert "0 of 3 functions are at their target, and 2 were assessed" in shown
    assert re.search(r"Data Access Traditional target Advanced; 75 % answered; 1 by checks, 2 without evidence", shown)
    assert re.search(r"Risk Assessments Not assessed target Advanced; no check could answer", shown)
    assert "2 of 3 fail, 1 on critical assets" in shown
    assert "badge good" not in page, "nothing is met"


def test_the_roadmap_has_four_phases_and_what_each_item_needs(browser: Browser, world: Shell) -> None:
    keep(world, run([]))
    page = browser.get("/posture/roadmap").text
    shown = text_of(page)
    order = [shown.index(f"{name} ") for name in ("Assessment", "Foundation", "Segmentation", "Automation")]
    assert order == sorted(order)
    assert "2 pieces of work in four phases" in shown
    assert "do first" in shown
    assert "2 lines close 2 findings, 1 way to critical assets; 1 on critical assets; 1 criterion then met" in shown
    assert '<a class="break" href="#item-item-1">aws_s3_bucket.a and 1 more: anybody may read it</a>' in page
    assert 'id="item-item-1"' in page
    only = read(browser, "/posture/roadmap?phase=automation")
    assert "Automation" in only
    assert "Foundation" not in only
    assert "Needs first: aws_s3_bucket.a and 1 more" in only


def test_a_long_phase_shows_its_first_and_leads_to_all(browser: Browser, world: Shell) -> None:
    item = picture().items[0]
    items = tuple(replace(item, id=f"i{number}", needs=()) for number in range(40))
    keep(world, run([], picture=replace(picture(), items=items)))
    page = browser.get("/posture/roadmap").text
    assert page.count('<li id="item-') == 15
    assert "All 40 of this phase" in page
    assert browser.get("/posture/roadmap?phase=foundation").text.count('<li id="item-') == 40


# What anybody may have written.


def hostile() -> Run:
    spot = Spot(file=f"{HOSTILE}.tf", line=3)
    base = finding(
        "a",
        check=HOSTILE,
        address=HOSTILE,
        root=HOSTILE,
        words=HOSTILE,
        spot=spot,
        cause_spot=spot,
        evidence=(Shown(path=HOSTILE, value=HOSTILE, spot=spot, written=True),),
        calls=(HOSTILE,),
        owner=HOSTILE,
        environment=HOSTILE,
        fix=HOSTILE,
        waived_by=HOSTILE,
        waived_until=HOSTILE,
        waived_because=HOSTILE,
        asset=f"infra#{HOSTILE}",
        kind=HOSTILE,
    )
    thing = asset(
        "a",
        uid=f"infra#{HOSTILE}",
        address=HOSTILE,
        name=f"{HOSTILE} by name",
        kind=HOSTILE,
        provider=HOSTILE,
        native_type=HOSTILE,
        owner=HOSTILE,
        environment=HOSTILE,
        spot=spot,
        reasons=(HOSTILE,),
        exposed=HOSTILE,
        doubt=HOSTILE,
    )
    step = Step(asset=thing.uid, address=HOSTILE, kind=HOSTILE, how=HOSTILE, spot=spot)
    drawn = picture()
    item = replace(
        drawn.items[0],
        heading=HOSTILE,
        gain=HOSTILE,
        goal=HOSTILE,
        why=HOSTILE,
        remedy=f"`{HOSTILE}`",
        checks=(HOSTILE,),
        spots=(spot,),
        resources=(HOSTILE,),
    )
    function = drawn.functions[0]
    criterion = replace(function.criteria[0], statement=HOSTILE, words=HOSTILE)
    made = run(
        [base, replace(base, fingerprint="b" * 32, verdict=Verdict.UNKNOWN)],
        [thing],
        estate="<script>alert(1)</script>",
        commit=HOSTILE,
        front_ends=(HOSTILE,),
        picture=replace(
            drawn,
            ways=(Way(steps=(step,)),),
            functions=(replace(function, criteria=(criterion,)),),
            items=(item,),
        ),
    )
    words = replace(
        made.check_words[0],
        id=HOSTILE,
        title=HOSTILE,
        why=HOSTILE,
        remedy=HOSTILE,
        references=(HOSTILE,),
        known_as=(HOSTILE,),
    )
    return replace(made, check_words=(words,))


def test_hostile_texts_are_shown_as_texts_on_every_page(browser: Browser, world: Shell) -> None:
    made = hostile()
    keep(world, made, run([], hour=1))
    asked = urlencode(dict.fromkeys(("check", "text", "cause", "kind", "owner", "environment", "provider"), HOSTILE))
    estate = urlencode({"estate": made.estate})
    paths = [
        *(f"{path}?{estate}" for path in PAGES),
        f"/findings?{estate}&view=list",
        f"/findings?{estate}&state=all",
        f"/findings?{estate}&asset={quote(made.findings[0].asset)}&view=list",
        f"/findings/{made.findings[0].fingerprint}?{estate}",
        f"/findings?{estate}&{asked}",
        f"/inventory?{estate}&{asked}",
        "",
    ]
    for path in paths:
        text = browser.get(f"/posture{path}").text
        assert "<script" not in text, path
        assert "<img" not in text, path
        assert ">49<" not in text, path
        assert not re.search(r"<[^>]+\son[a-z]+=", re.sub(r'"[^"]*"', '""', text)), path
    assert "&lt;script&gt;alert(1)" in browser.get(f"/posture/findings?{estate}").text


def test_a_real_assessment_of_a_hostile_repository(browser: Browser, world: Shell, tmp_path: Path) -> None:
    from unit.evidence.posture.assessment.estates import assessed

    name = "<script>alert(1)<"
    bucket = f'resource "aws_s3_bucket" "x" {{\n  bucket = "{name}"\n  acl = "public-read"\n  tags = {{ Owner = "{name}" }}\n}}'
    done = assessed(tmp_path, files={f"{name}.tf": bucket, "bad.tf": 'resource "a" {'})
    keep(world, run_of(done, estate="shop", at=FIRST, version="1"))
    for path in (*PAGES, "/findings?view=list&state=all"):
        answer = browser.get(f"/posture{path}")
        assert answer.status_code == 200
        assert "<script" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;.tf" in browser.get("/posture/findings?view=list").text
