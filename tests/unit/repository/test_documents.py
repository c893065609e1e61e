"""The documents hold together: every link between them leads somewhere, and every verb they name is there."""

import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_DOCUMENTS = sorted([*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6}\s+(.*)$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def _anchors(document: Path) -> set[str]:
    """Return the anchors as GitHub makes them: lower case, spaces to hyphens, the rest of the punctuation gone."""
    headings = _HEADING.findall(_FENCE.sub("", document.read_text("utf-8")))
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in plain}


def _links(document: Path) -> list[str]:
    return [link for link in _LINK.findall(_FENCE.sub("", document.read_text("utf-8"))) if "://" not in link]


def test_there_are_documents() -> None:
    names = {document.relative_to(_ROOT).as_posix() for document in _DOCUMENTS}
    assert {"README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/index.md"} <= names


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: path.relative_to(_ROOT).as_posix())
def test_every_link_leads_somewhere(document: Path) -> None:
    broken = []
    for link in _links(document):
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        missing = not target.exists()
        if missing or (anchor and target.suffix == ".md" and anchor not in _anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_document_can_be_reached_from_the_index() -> None:
    index = _ROOT / "docs" / "index.md"
    reachable = {(index.parent / link.partition("#")[0]).resolve() for link in _links(index)} | {index}
    unreachable = [
        path.relative_to(_ROOT).as_posix() for path in (_ROOT / "docs").rglob("*.md") if path.resolve() not in reachable
    ]
    assert unreachable == []
