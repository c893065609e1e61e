"""What WCAG 2.2 AA asks of a page, as far as a program can tell: axe-core's rules, and that the focus can be seen.

axe-core comes in a package that only the tests use; it runs in the page under test. Its best practices (landmarks, the
order of headings) are asked for too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it says no types of itself
from playwright.sync_api import Page

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OPTIONS = {"runOnly": _RULES, "resultTypes": ["violations"]}
_WIDTHS = (1280, 390)
# More than any of our pages has; where it is reached, the focus goes round.
_MOST_STOPS = 120
# What an element looks like with the focus of the keyboard, and whether a person could tell.
_FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one);
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
  const name = `${one.tagName.toLowerCase()} ${(one.textContent || one.name || '').trim().slice(0, 40)}`;
  one.dataset.visited = Number(one.dataset.visited || 0) + 1;
  return { name, seen: outlined || style.boxShadow !== 'none', again: one.dataset.visited > 1 };
}"""


@dataclass(frozen=True, slots=True)
class Problem:
    page: str
    look: str
    what: str

    def __str__(self) -> str:
        return f"{self.page} ({self.look}): {self.what}"


def audit(page: Page, name: str) -> list[Problem]:
    """Look at a page in light and dark, wide and narrow, and walk through it with the keyboard."""
    found = []
    for width in _WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            look = f"{scheme}, {width} px"
            found += [Problem(name, look, what) for what in _violations(page)]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found.append(Problem(name, look, "it scrolls sideways (WCAG 1.4.10)"))
    found += [Problem(name, "keyboard", what) for what in _unseen_stops(page)]
    return found


def _violations(page: Page) -> Iterator[str]:
    violations: object = Axe().run(page, options=_OPTIONS).response["violations"]
    assert isinstance(violations, list)
    for violation in violations:
        for node in violation["nodes"]:
            summary = " ".join(str(node["failureSummary"]).split())
            yield f"{violation['id']} at {' '.join(map(str, node['target']))}: {summary}"


def _unseen_stops(page: Page) -> Iterator[str]:
    page.evaluate("document.activeElement && document.activeElement.blur()")
    for _ in range(_MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUS)
        if stop is None or stop["again"]:
            return
        if not stop["seen"]:
            yield f"the focus cannot be seen on: {stop['name']} (WCAG 2.4.7)"
