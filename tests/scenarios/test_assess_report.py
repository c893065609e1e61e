"""The report of an assessment in the real browser: its own policy refuses nothing of it, and it fits a phone."""

from pathlib import Path

import pytest

from support.chromium import chromium, visitor
from unit.evidence.posture.assessment.estates import assessed
from watchword.evidence.posture.assessment.formats import html


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (390, False), (390, True)])
def test_the_report_is_whole_at_every_width_and_in_both_schemes(tmp_path: Path, width: int, dark: bool) -> None:  # noqa: FBT001 - pytest passes parameters by name
    page = tmp_path / "report.html"
    page.write_text(html.render(assessed(tmp_path)), encoding="utf-8")
    with chromium() as browser, visitor(browser, width=width, dark=dark) as reader:
        reader.page.goto(page.as_uri())
        assert reader.page.locator("svg.chart").count() == 5
        assert reader.page.locator("svg.graph").count() == 2
        assert reader.page.evaluate("document.documentElement.scrollWidth") == width
        ground = reader.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(15, 22, 21)" if dark else "rgb(245, 247, 246)")
        assert not reader.complaints


def test_long_paths_and_names_do_not_push_the_page_off_a_phone(tmp_path: Path) -> None:
    deep = tmp_path / "platform/services/payments/infrastructure/templates/kubernetes_services/modules/storage"
    deep.mkdir(parents=True)
    (deep / "main.tf").write_text(
        "#trivy:ignore:AVD-AWS-0065\n"
        'resource "aws_kms_key" "a_key_of_a_very_long_name_for_payments_in_europe" {}\n'
        'resource "aws_db_instance" "a_database_of_a_very_long_name_for_payments" { publicly_accessible = true }\n'
    )
    page = tmp_path / "report.html"
    page.write_text(html.render(assessed(tmp_path)), encoding="utf-8")
    with chromium() as browser, visitor(browser, width=390) as reader:
        reader.page.goto(page.as_uri())
        assert reader.page.evaluate("document.documentElement.scrollWidth") == 390
        assert "kubernetes_services/modules/storage/main.tf:2" in (reader.page.locator("main").text_content() or "")
