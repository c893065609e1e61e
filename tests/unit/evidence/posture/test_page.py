"""The reference page is what the metadata says."""

from pathlib import Path

from watchword.evidence.posture import built_in
from watchword.evidence.posture.page import page

_PAGE = Path(__file__).parents[4] / "docs" / "reference" / "checks.md"


def test_the_page_is_not_stale() -> None:
    assert _PAGE.read_text(encoding="utf-8") == page(built_in()), "watchword checks list --output markdown"


def test_every_check_has_a_section() -> None:
    text = page(built_in())
    assert all(f"### {check.id}\n" in text and check.remedy in text for check in built_in())
