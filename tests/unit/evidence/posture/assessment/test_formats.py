"""An assessment in every form: what each form's own rules ask, with names that a stranger has chosen."""

import base64
import csv
import hashlib
import io
import json
import re
import uuid
from html.parser import HTMLParser
from pathlib import Path

import pytest

from unit.evidence.posture.assessment.estates import SHOP, TODAY, assessed
from watchword.app.posture import plugged_in, read_example
from watchword.evidence.posture import Check, Severity, Stage, Verdict, built_in, judge
from watchword.evidence.posture.assessment import Assessment, Settings, Survey, assess
from watchword.evidence.posture.assessment.formats import csv_form, html, json_form, markdown, oscal, table
from watchword.evidence.posture.assessment.frameworks import Standing
from watchword.evidence.posture.report import Report, summed

_HOSTILE = """
variable "x" {}
resource "aws_db_instance" "a" {
  for_each = { "<script>alert(1)</script>|`*\\u001b[31m" = 1 }
  storage_encrypted = false
  tags = { Owner = "=cmd()|<img src=x onerror=alert(1)>", Classification = "restricted\\n# heading" }
}
resource "aws_kms_key" "k" {
  enable_key_rotation = var.x
}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Assessment:
    return assessed(tmp_path)


@pytest.fixture
def hostile(tmp_path: Path) -> Assessment:
    return assessed(tmp_path, _HOSTILE)


class _Page(HTMLParser):
    """The elements of a page, and whether each is closed in its order."""

    _VOID = frozenset({"meta", "link", "img", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.astray: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.extend((tag, name, value or "") for name, value in attrs)
        self.ids.extend(value or "" for name, value in attrs if name == "id")
        if tag not in self._VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.extend((tag, name, value or "") for name, value in attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.astray.append(tag)


def _parsed(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    page.close()
    return page


def test_the_page_holds_all_of_itself(shop: Assessment) -> None:
    text = html.render(shop)
    page = _parsed(text)
    assert not page.open
    assert not page.astray
    tags = {tag for tag, _, _ in page.attributes}
    assert not tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert not [a for a in page.attributes if a[1].startswith("on") or a[1] == "style" or a[1] == "src"]
    links = {value for _, name, value in page.attributes if name == "href"}
    assert links
    assert all(link.startswith("#") and link[1:] in page.ids for link in links)
    assert len(page.ids) == len(set(page.ids))
    assert "http://" not in text
    assert "https://" not in text
    assert "url(" not in text.replace("url(#", "")


def test_the_pages_policy_allows_its_one_sheet_and_nothing_else(shop: Assessment) -> None:
    text = html.render(shop)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    sheet = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert policy
    assert sheet
    digest = base64.b64encode(hashlib.sha256(sheet[1].encode()).digest()).decode()
    assert policy[1] == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert text.count("<style") == 1


def test_the_page_shows_ways_flows_pillars_and_items(shop: Assessment) -> None:
    text = html.render(shop)
    assert text.count('<svg class="chart"') == 5
    assert text.count('<svg class="graph"') == 2
    assert "aws_db_instance.orders" in text
    assert "prefers-color-scheme:dark" in text
    assert "@media print" in text


def test_a_strangers_names_are_text(hostile: Assessment) -> None:
    page = html.render(hostile)
    assert "<script" not in page
    assert "<img" not in page
    assert "\x1b" not in page
    assert "&lt;script&gt;" in page
    assert not _parsed(page).astray
    shown = table.render(hostile, whole=True)
    assert "\x1b" not in shown
    written = markdown.render(hostile)
    assert "\x1b" not in written
    assert "\n# heading" not in written
    assert "<img" not in written
    for row in csv.reader(io.StringIO(csv_form.render(hostile))):
        assert not [cell for cell in row if cell.startswith(("=", "+", "@"))]


def test_the_first_page_fits_a_terminal(shop: Assessment) -> None:
    lines = table.render(shop, width=80).splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("Looked at  12 assets in 1 file")
    assert "Do first" in lines
    whole = table.render(shop, whole=True)
    for part in (
        "INVENTORY",
        "CRITICAL",
        "EXPOSED",
        "FLOWS BETWEEN TIERS",
        "FUNCTIONS",
        "ROADMAP: FOUNDATION",
        "FRAMEWORKS",
    ):
        assert part in whole


def test_the_json_form_holds_everything(shop: Assessment) -> None:
    whole = json.loads(json_form.render(shop))
    assert whole["format"] == "watchword-assess/1"
    assert len(whole["maturity"]["functions"]) == 37
    assert [one["id"] for one in whole["roadmap"]][: len(shop.items)] == [one.id for one in shop.items]
    assert set(whole["do_first"]) <= {one["id"] for one in whole["roadmap"]}
    assert {one["resource"] for one in whole["critical"]} == {"aws_db_instance.orders", "aws_iam_role.web"}
    assert whole["exposure"]["paths"][0]["hops"][0]["resource"] == "aws_lb.edge"
    assert "score" not in json_form.render(shop)
    states = {c["state"] for function in whole["maturity"]["functions"] for c in function["criteria"]}
    assert states <= {"met", "unmet", "no_evidence", "out_of_scope"}


def test_the_csv_form_is_the_roadmap(shop: Assessment) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_form.render(shop))))
    assert [row["id"] for row in rows] == [one.id for one in shop.items]
    assert csv_form.render(shop).startswith("order,id,phase,")


def test_the_oscal_form_joins_what_it_names(shop: Assessment) -> None:
    plan = json.loads(oscal.render(shop))["plan-of-action-and-milestones"]
    assert plan["metadata"]["oscal-version"] == "1.1.2"
    assert plan["metadata"]["last-modified"].startswith(TODAY.isoformat())
    observations = {one["uuid"] for one in plan["observations"]}
    risks = {one["uuid"] for one in plan["risks"]}
    assert len(observations) == len(plan["observations"])
    assert len(plan["poam-items"]) == len(shop.items)
    for one in plan["poam-items"]:
        uuid.UUID(one["uuid"])
        assert {r["observation-uuid"] for r in one.get("related-observations", [])} <= observations
        assert {r["risk-uuid"] for r in one.get("related-risks", [])} <= risks
        assert one["title"]
        assert one["description"]
    assert oscal.render(shop) == oscal.render(shop)


def test_frameworks_say_what_was_seen_and_what_was_not(shop: Assessment) -> None:
    by_id = {framework.id: framework for framework in shop.frameworks}
    assert len(by_id["cisa_ztmm_2"].controls) == 37
    assert len(by_id["nist_800_207"].controls) == 7
    assert by_id["nist_800_53"].count(Standing.FAILING) > 0
    assert {c.standing for c in by_id["cisa_ztmm_2"].controls} >= {Standing.FAILING, Standing.NOT_ASSESSED}
    controls = [c.id for c in by_id["iso_27001"].controls]
    assert controls == sorted(controls, key=lambda name: [int(n) if n.isdigit() else 0 for n in re.split(r"\D+", name)])


def test_an_estate_with_nothing_wrong_says_so(tmp_path: Path) -> None:
    done = assessed(tmp_path, 'resource "random_id" "v" {\n  byte_length = 4\n}\n')
    assert "Nothing that was read fails." in html.render(done)
    assert "no reason was found" in table.render(done)
    assert not _parsed(html.render(done)).astray
    assert SHOP not in html.render(done)


def test_what_several_roots_declare_alike_is_said_once(tmp_path: Path) -> None:
    for root in ("blue", "green"):
        (tmp_path / root).mkdir()
        (tmp_path / root / "main.tf").write_text('resource "aws_secretsmanager_secret" "one" {}\n')
    lines = table.render(assessed(tmp_path, 'resource "aws_db_instance" "a" {}\n'), width=200).splitlines()
    assert sum("aws_secretsmanager_secret.one (in 2 roots): a kept secret" in line for line in lines) == 1
    assert "Critical   3 assets" in lines
    assert not [line for line in lines if " more" in line and line.startswith("  and")]


def test_what_has_one_name_is_told_apart_in_the_picture(tmp_path: Path) -> None:
    cluster = 'resource "aws_eks_cluster" "main" {}\n'
    other = 'resource "azurerm_kubernetes_cluster" "main" {}\n'
    text = html.render(assessed(tmp_path, cluster + other))
    assert ">aws_eks_cluster.main<" in text
    assert ">azurerm_kube…cluster.main<" in text
    assert ">main<" not in text


def test_the_first_page_says_what_was_not_read_and_keeps_places_in_deep_repositories(tmp_path: Path) -> None:
    deep = tmp_path / "platform/services/payments/infrastructure/modules/storage"
    deep.mkdir(parents=True)
    (deep / "main.tf").write_text('resource "aws_sqs_queue" "a_queue_of_a_very_long_name_for_payments_in_europe" {}\n')
    (tmp_path / "broken.tf").write_text("resource {{{\n")
    lines = table.render(assessed(tmp_path, 'resource "aws_kms_key" "k" {}\n'), width=80).splitlines()
    assert max(map(len, lines)) <= 80
    (unread,) = (line for line in lines if line.startswith("Not read"))
    assert unread.startswith("Not read   1 file, of which nothing was judged: ")
    first = lines[lines.index("Do first") + 1 :]
    assert any("/storage/main.tf:1: " in line and line.startswith("     …/") for line in first)


@pytest.mark.parametrize("check", [pytest.param(check, id=check.id) for check in built_in()])
def test_what_any_check_reads_can_be_assessed_and_shown(check: Check) -> None:
    for example in check.examples:
        if example.front_end not in plugged_in():
            continue
        inventory = read_example(example.front_end, example.file, example.text)
        report = Report(results=tuple(judge([check], inventory)), coverage=summed(inventory.coverage))
        done = assess(
            report,
            [Survey(inventory, directory="below")],
            checks=[check],
            read=[example.front_end],
            settings=Settings(),
            paths=["below"],
            today=TODAY,
        )
        for form in (csv_form, html, json_form, markdown, oscal, table):
            assert form.render(done)
        assert not _parsed(html.render(done)).astray
        items = [item for item in done.items if item.checks and item.edits]
        assert len(items) == (1 if example.verdict is Verdict.FAIL else 0)
        stages = {f.function: f.stage for f in done.functions}
        if example.verdict is Verdict.FAIL and check.severity is Severity.CRITICAL:
            assert stages[check.function] is Stage.TRADITIONAL
