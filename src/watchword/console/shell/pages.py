"""Templates: frozen view models in, HTML out. Everything is escaped, and a name that is not there is an error."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from watchword.console.shell.assets import Assets
from watchword.kernel.errors import (
    ConflictError,
    DefectError,
    InvalidInputError,
    NotFoundError,
    RefusedError,
    UnavailableError,
    WatchwordError,
)

_FOLDER = Path(__file__).parent.parent
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chrome:
    """What stands around a page. `viewer` is an email, or None where nobody is signed in."""

    title: str
    section: str = ""
    viewer: str | None = None
    assurance: str = ""
    form_token: str = ""
    sign_out_url: str = "/sign-out"
    now: datetime
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A page that says one thing: what happened, and what to do now."""

    title: str
    detail: str
    hint: str = ""
    code: str = ""
    links: tuple[tuple[str, str], ...] = ()  # label and address
    tone: str = "bad"  # good, bad, neutral
    request_id: str = ""


class Pages:
    """Renders the templates that lie beside the code of their page."""

    def __init__(self, assets: Assets) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["assets"] = assets.base
        self._environment.filters["instant"] = instant
        self._environment.filters["clock_time"] = clock_time
        self._environment.filters["machine_time"] = machine_time
        self._environment.filters["span"] = span
        self._environment.filters["grouped"] = grouped

    def html(
        self,
        template: str,
        *,
        chrome: Chrome,
        view: object,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        body = self._environment.get_template(template).render(chrome=chrome, view=view)
        return HTMLResponse(body, status_code=status, headers=dict(headers or {}))

    def message(self, message: Message, *, chrome: Chrome, layout: str, status: int) -> Response:
        """`layout` is the folder whose `message.html` is used."""
        return self.html(f"{layout}/message.html", chrome=chrome, view=message, status=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An error of ours as HTTP says it."""

    status: int
    title: str
    headers: Mapping[str, str] = field(default_factory=dict)


_BY_FAMILY: tuple[tuple[type[WatchwordError], int, str], ...] = (
    (InvalidInputError, 400, "That cannot be accepted"),
    (NotFoundError, 404, "There is nothing here"),
    (ConflictError, 409, "That does not fit with how things are"),
    (RefusedError, 403, "Refused"),
    (UnavailableError, 503, "Something we need does not answer"),
    (DefectError, 500, "Something is wrong on our side"),
)


def problem_of(error: WatchwordError) -> Problem:
    """Choose the HTTP status of an error: the one place where that is done for pages."""
    retry_after: object = getattr(error, "retry_after", None)
    if isinstance(retry_after, timedelta):
        seconds = max(1, round(retry_after.total_seconds()))
        return Problem(status=429, title="Too many tries", headers={"retry-after": str(seconds)})
    for family, status, title in _BY_FAMILY:
        if isinstance(error, family):
            return Problem(status=status, title=title)
    return Problem(status=500, title="Something is wrong on our side")


def instant(at: datetime) -> str:
    """`2026-03-01 14:05:09 UTC`."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def clock_time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%H:%M:%S")


def machine_time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def span(at: datetime, now: datetime) -> str:
    """`3 min ago` or `in 3 min`, rounded to what a person wants to know."""
    distance = abs(now - at)
    if distance < timedelta(seconds=5):
        return "just now"
    if distance < _MINUTE:
        words = f"{int(distance.total_seconds())} s"
    elif distance < _HOUR:
        words = f"{distance // _MINUTE} min"
    elif distance < 2 * _DAY:
        words = f"{distance // _HOUR} h"
    else:
        words = f"{distance // _DAY} days"
    return f"{words} ago" if at < now else f"in {words}"


def grouped(number: int) -> str:
    """`1 234 567`, with spaces that do not break a line."""
    return f"{number:,}".replace(",", "\u202f")


def sentence(text: str) -> str:
    """An error's message, which begins in lower case and has no full stop, as a sentence."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if not text or text.endswith((".", "!", "?")) else ".")
