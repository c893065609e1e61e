"""What stands around every page of the posture: which estate, which run, and the way to the other pages.

Without a kept assessment each of them is the same page, which says how to make one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from watchword.console.desk import Desk, Visit
from watchword.evidence.posture.records import Summary
from watchword.kernel.errors import InvalidInputError, NotFoundError

SECTION = "posture"
PAGES = (
    ("/posture", "Summary"),
    ("/posture/findings", "Findings"),
    ("/posture/inventory", "Inventory"),
    ("/posture/exposure", "Exposure"),
    ("/posture/maturity", "Maturity"),
    ("/posture/roadmap", "Roadmap"),
)
# What a person writes into an address or a field is never longer; what is, was made to be.
LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """`estates` are the names of all, `path` is the page's own, where another estate is asked for."""

    estate: str
    estates: tuple[str, ...]
    path: str
    tabs: tuple[Tab, ...]
    summary: Summary

    @property
    def at(self) -> datetime:
        return self.summary.at

    def url(self, path: str, **parameters: str | int) -> str:
        return address(path, self.estate, parameters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """`first` to `last` of `total`, counted from 1; an address is empty where there is nothing to go to."""

    first: int
    last: int
    total: int
    newer: str
    older: str


def address(path: str, estate: str, parameters: Mapping[str, str | int]) -> str:
    """Return the address of a page about an estate; what is empty is left out."""
    pairs = {"estate": estate, **{name: value for name, value in parameters.items() if value}}
    return f"{path}?{urlencode(pairs)}"


def frame_of(desk: Desk, visit: Visit, path: str) -> Frame | None:
    """Return None where nothing was kept yet. Raise `NotFoundError` for an estate that there is not."""
    found = desk.assessments.estates()
    if not found:
        return None
    wanted = visit.query.text("estate")
    newest = max(found, key=lambda summary: summary.number)
    summary = next((s for s in found if s.estate == wanted), None) if wanted else newest
    if summary is None:
        raise NotFoundError(
            "no estate of this name was kept", code="posture.no-estate", hint="look at the page without a name"
        )
    return Frame(
        estate=summary.estate,
        estates=tuple(s.estate for s in found),
        path=path,
        tabs=tuple(Tab(label=label, url=address(url, summary.estate, {}), current=url == path) for url, label in PAGES),
        summary=summary,
    )


def posture_page(desk: Desk, path: str, page: Callable[[Visit, Frame], Response], *, tab: str = "") -> Route:
    """A page about one estate. `tab` is the page that it belongs to, where it is not one of `PAGES` itself."""

    def answer(visit: Visit) -> Response:
        frame = frame_of(desk, visit, tab or path)
        if frame is None:
            return desk.html(visit, "posture/empty.html", None, title="Posture", section=SECTION)
        return page(visit, frame)

    return desk.get(path, answer)


def count_of(text: str) -> int:
    """Read a number of an address; nothing is 0."""
    # Nine digits are more than there are rows, and fit every database's integers.
    if not text:
        return 0
    if not text.isascii() or not text.isdecimal() or len(text) > 9:  # noqa: PLR2004 - see above
        raise InvalidInputError("not a number of that kind", code="posture.number", expected="a number")
    return int(text)


def pager(offset: int, shown: int, total: int, limit: int, url: Callable[[int], str]) -> Pager:
    """`url` makes the address of the page that begins at an offset."""
    return Pager(
        first=min(offset + 1, total),
        last=offset + shown,
        total=total,
        newer=url(max(0, offset - limit)) if offset > 0 else "",
        older=url(offset + limit) if offset + shown < total else "",
    )
