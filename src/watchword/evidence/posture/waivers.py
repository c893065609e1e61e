"""Waivers: somebody answers for a finding until a day. What does not hold does not apply, and is a finding itself.

    waivers, flaws = read_waivers(entries, today=today, names=Identifiers(checks))
    results, unused = waive(results, waivers)

A waiver names a check (by any of its names), a resource (its address; `*` stands for anything within it), a reason, an
owner and its last day, at most 180 days ahead. It holds for FAIL alone: what is unknown or crashed stays so.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from watchword.evidence.posture.comments import Comment
from watchword.evidence.posture.identifiers import Identifiers
from watchword.evidence.posture.model import Evidence, Result, Verdict, Waiver
from watchword.evidence.posture.own import WAIVER_VALID
from watchword.inventory import Place

LONGEST: Final = timedelta(days=180)  # from the day a waiver is read: what was good for half a year is looked at again
_FIELDS: Final = ("check", "resource", "reason", "owner", "expires")
_SHORTEST_REASON: Final = 3  # characters: "ok" and "-" are no reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverEntry:
    """One entry as it was written: its fields as texts, and its place. `flaw` is set where it is no entry at all."""

    fields: Mapping[str, str]
    place: Place
    flaw: str = ""


class Warned(NamedTuple):
    """Something that somebody should look at, and is no finding."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOrigin:
    """Who wrote a line, and when: what version control knows."""

    author: str
    day: date


def read_waivers(
    entries: Iterable[WaiverEntry], *, today: date, names: Identifiers
) -> tuple[tuple[Waiver, ...], tuple[Result, ...]]:
    """Return the waivers that hold, and a finding for each entry that does not."""
    waivers: list[Waiver] = []
    flaws: list[Result] = []
    for entry in entries:
        flaw = entry.flaw or _flaw(entry.fields, today=today, names=names)
        if flaw:
            flaws.append(_finding(flaw, entry))
            continue
        given = {name: entry.fields[name].strip() for name in _FIELDS}
        waivers.extend(
            Waiver(**{**given, "check": check}, source=entry.place.file, place=entry.place)
            for check in sorted(names.checks_of(given["check"]))
        )
    return tuple(waivers), tuple(flaws)


def waive(results: Iterable[Result], waivers: Iterable[Waiver]) -> tuple[list[Result], tuple[Waiver, ...]]:
    """Return the results with WAIVED where a waiver holds, and the waivers that nothing needed."""
    by_check: dict[str, list[tuple[Waiver, re.Pattern[str]]]] = {}
    all_waivers = list(waivers)
    for waiver in all_waivers:
        by_check.setdefault(waiver.check, []).append((waiver, _glob(waiver.resource)))
    used: set[int] = set()
    settled: list[Result] = []
    for result in results:
        if result.verdict is Verdict.FAIL:
            for waiver, pattern in by_check.get(result.check.id, ()):
                if pattern.fullmatch(result.address) or pattern.fullmatch(f"{result.root}#{result.address}"):
                    used.add(id(waiver))
                    settled.append(replace(result, verdict=Verdict.WAIVED, waiver=waiver))
                    break
            else:
                settled.append(result)
        else:
            settled.append(result)
    # A name of another tool's may stand for several checks; the waiver is used where one of them needed it.
    needed = {(w.place, w.resource) for w in all_waivers if id(w) in used}
    return settled, tuple(w for w in all_waivers if (w.place, w.resource) not in needed)


CommentsOf = Callable[[str], Sequence[Comment]]  # of a file, relative to the scan; none where it cannot be read
OriginOf = Callable[[str, int], LineOrigin | None]  # of a file's line


def waive_by_comments(
    results: Iterable[Result], comments_of: CommentsOf, origin_of: OriginOf, *, today: date, names: Identifiers
) -> tuple[list[Result], tuple[Result, ...], tuple[Warned, ...]]:
    """Return the results with WAIVED where another tool's comment holds, findings on those that do not, and warnings.

    A comment holds until the day it says (`exp:2027-01-31`, `review:2027-01-31`), else for 180 days after its line was
    written. It needs a reason. Its owner is who wrote the line.
    """
    settled: list[Result] = []
    flaws: dict[tuple[str, int, str], Result] = {}
    undated: dict[Place, Warned] = {}
    for result in results:
        found = _comment_on(result, comments_of, names) if result.verdict is Verdict.FAIL else None
        if found is None:
            settled.append(result)
            continue
        file, comment = found
        place = Place(file, comment.line, comment.line)
        origin = None if comment.until else origin_of(file, comment.line)
        until = comment.until or ((origin.day if origin else today) + LONGEST)
        flaw = _comment_flaw(comment, until, today)
        if flaw:
            entry = WaiverEntry(fields={"check": comment.name, "resource": result.address}, place=place)
            flaws[(file, comment.line, comment.name)] = _finding(flaw, entry)
            settled.append(result)
            continue
        if comment.until is None and origin is None:
            undated[place] = Warned(
                place,
                f"the {comment.tool} comment has no day, and nothing says when it was written: "
                "give it one (exp:YYYY-MM-DD)",
            )
        waiver = Waiver(
            check=result.check.id,
            resource=result.address,
            reason=comment.reason,
            owner=origin.author if origin else "",
            expires=until.isoformat(),
            source=f"{comment.tool} comment",
            place=place,
        )
        settled.append(replace(result, verdict=Verdict.WAIVED, waiver=waiver))
    return settled, tuple(flaws.values()), tuple(undated.values())


def _comment_on(result: Result, comments_of: CommentsOf, names: Identifiers) -> tuple[str, Comment] | None:
    if result.asset is None:
        return None
    for place in (result.asset.place, *(call.place for call in result.asset.calls)):
        for comment in comments_of(place.file):
            speaks = comment.name == "*" or result.check.id in names.checks_of(comment.name)
            if speaks and comment.covers(place.line, place.end_line):
                return place.file, comment
    return None


def _comment_flaw(comment: Comment, until: date, today: date) -> str:
    if len(comment.reason) < _SHORTEST_REASON:
        return f"the {comment.tool} comment gives no reason"
    if until < today:
        return f"the {comment.tool} comment was to be looked at again by {until.isoformat()}"
    if until > today + LONGEST:
        return f"the {comment.tool} comment lasts for more than {LONGEST.days} days: until {until.isoformat()}"
    return ""


def _flaw(fields: Mapping[str, str], *, today: date, names: Identifiers) -> str:
    """Say what keeps a waiver from holding; empty where nothing does."""
    missing = [name for name in _FIELDS if not fields.get(name, "").strip()]
    if missing:
        return f"it has no {' and no '.join(missing)}"
    odd = sorted(set(fields) - set(_FIELDS))
    if odd:
        return f"it has {', '.join(odd)}, which waivers do not have"
    if len(fields["reason"].strip()) < _SHORTEST_REASON:
        return "its reason says nothing"
    if not names.checks_of(fields["check"]):
        near = names.nearest(fields["check"])
        return f"there is no check {fields['check']}" + (f"; did you mean {near}?" if near else "")
    if not re.search(r"[A-Za-z0-9]", fields["resource"]):
        return "its resource is everything: name what it is about"
    try:
        last = date.fromisoformat(fields["expires"].strip())
    except ValueError:
        return f"expires is no day: {fields['expires']!r}; write it as {today.isoformat()}"
    if last < today:
        return f"it ran out on {last.isoformat()}"
    if last > today + LONGEST:
        return f"it lasts for more than {LONGEST.days} days: until {last.isoformat()}"
    return ""


def _finding(flaw: str, entry: WaiverEntry) -> Result:
    check, resource = entry.fields.get("check", "?"), entry.fields.get("resource", "?")
    return Result(
        check=WAIVER_VALID,
        verdict=Verdict.FAIL,
        root=entry.place.file,
        address=f"{check} on {resource}",
        place=entry.place,
        words=f"the waiver does not apply: {flaw}",
        evidence=(Evidence(path="waiver", value=flaw, place=entry.place, root=entry.place, written=True),),
        root_cause=entry.place,
    )


def _glob(text: str) -> re.Pattern[str]:
    """`*` alone stands for anything; brackets are those of addresses."""
    return re.compile(".*".join(map(re.escape, text.split("*"))), re.DOTALL)
