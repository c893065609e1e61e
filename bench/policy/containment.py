"""W6: whether one policy allows anything that another does not, for pairs of policies. No peer answers this."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from bench.policy.measure import percentile
from bench.policy.workloads import pairs
from watchword.decision.language import PolicyDocument, PolicyKind, parse_policy

_MODULE = "watchword.decision.analysis.containment"


class _Equivalence(Protocol):
    """Containment both ways; `answer` is yes, no or "cannot tell"."""

    @property
    def answer(self) -> str: ...


_Equivalent = Callable[[PolicyDocument, PolicyDocument], _Equivalence]


@dataclass(frozen=True, slots=True, kw_only=True)
class Containment:
    count: int
    median_ms: float
    p95_ms: float
    unclear: int


def containment(count: int) -> Containment | str:
    """Measure, or say why not."""
    try:
        equivalent = cast("_Equivalent", import_module(_MODULE).equivalent)
    except (ImportError, AttributeError):
        return "the analysis is not in this tree"
    taken, unclear = [], 0
    for left, right in pairs(count):
        first = parse_policy(left, name="first", kind=PolicyKind.IDENTITY)
        second = parse_policy(right, name="second", kind=PolicyKind.IDENTITY)
        begun = time.perf_counter()
        found = equivalent(first, second)
        taken.append((time.perf_counter() - begun) * 1000)
        unclear += found.answer not in {"yes", "no"}
    return Containment(
        count=len(taken), median_ms=statistics.median(taken), p95_ms=percentile(taken, 95), unclear=unclear
    )
