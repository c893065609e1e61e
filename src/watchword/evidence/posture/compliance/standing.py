"""How an estate stands now: what its last good pass found, and whether that can still be believed.

What was found stays until a pass replaces it, with its age. It is *stale* where the newest pass failed or the last good
one is older than it may be: nothing about a stale estate is good news. Without any good pass nothing is known.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchword.evidence.posture.compliance.model import Ended, Pass


class State(enum.StrEnum):
    CURRENT = "current"
    STALE = "stale"
    NEVER = "never examined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`good` is the newest complete pass; `failures` are those after it. `age` is that of what is known."""

    state: State
    good: Pass | None
    failed: Pass | None  # the newest pass, where it failed
    failures: int
    age: timedelta | None
    why: str


def standing_of(passes: Sequence[Pass], *, now: datetime, stale_after: timedelta) -> Standing:
    """`passes` are those of one estate, oldest first."""
    good: Pass | None = None
    failures: list[Pass] = []
    for one in passes:
        if one.ended is Ended.COMPLETE:
            good = one
            failures = []
        else:
            failures.append(one)
    failed = failures[-1] if failures else None
    age = None if good is None else max(now - good.finished, timedelta())
    if good is None or age is None:
        why = f"no pass has been complete: {failed.error}" if failed else "no pass has been made"
        return Standing(state=State.NEVER, good=None, failed=failed, failures=len(failures), age=None, why=why)
    if failed is not None:
        why = f"the last {len(failures)} failed: {failed.error}" if len(failures) > 1 else f"failed: {failed.error}"
    elif age > stale_after:
        why = f"nothing has been examined for {in_words(age)}"
    else:
        why = ""
    return Standing(
        state=State.STALE if why else State.CURRENT,
        good=good,
        failed=failed,
        failures=len(failures),
        age=age,
        why=why,
    )


def in_words(span: timedelta) -> str:
    """`3 d 4 h`, `12 min`, `40 s`: the two largest units that matter."""
    seconds = int(span.total_seconds())
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else f"{seconds} s"
