"""What is declared, what a state knows and what is live, read and held against each other.

    compared = compare(DriftRequest(declared=Path("infra"), state=Path("terraform.tfstate")))

Two of the three are needed. With a source (or a plan) and an account, the state between them tells which is which.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from watchword.app.posture import EstateReading, read_path
from watchword.evidence.posture.compliance.drift import (
    Drift,
    Pairs,
    drift,
    kept_of,
    pairs_by_address,
    pairs_by_identity,
    through,
)
from watchword.evidence.posture.compliance.model import DriftFound
from watchword.inventory import FrontEnd, Inventory, Problem
from watchword.kernel.errors import InvalidInputError

_SOURCES: Final = frozenset({FrontEnd.TERRAFORM, FrontEnd.TERRAFORM_PLAN})

ReadLive = Callable[[], EstateReading]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftRequest:
    """`live` reads an account, or a file of evidence of one."""

    declared: Path | None = None
    state: Path | None = None
    live: ReadLive | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """`problems` are what could not be read: as long as there is one, no drift is not proven."""

    drift: Drift
    problems: tuple[Problem, ...]
    sides: tuple[str, str]  # what was compared with what, in words


def compare(request: DriftRequest) -> Compared:
    """Compare. Raises `InvalidInputError` where there are no two sides, `NotFoundError` for a path."""
    declared = None if request.declared is None else _read(request.declared, _SOURCES, "Terraform's source, or a plan")
    state = None if request.state is None else read_state(request.state)
    live = None if request.live is None else request.live().inventory
    pairs, sides = _pairs(declared, state, live)
    problems = tuple(p for side in (declared, state, live) if side is not None for p in side.problems)
    return Compared(drift=drift(pairs), problems=problems, sides=sides)


def drift_of(inventories: Iterable[Inventory], states: Sequence[Path]) -> DriftFound | None:
    """Hold what an estate read against its states: an account if it has one, else its one root of Terraform.

    None where there is nothing to compare, or it cannot be told which state is of which root. Raises where a state
    cannot be read: no drift is then not proven.
    """
    read = list(inventories)
    live = [one for one in read if any(a.front_end is FrontEnd.AWS for a in one.assets.values())]
    declared = [one for one in read if any(a.front_end in _SOURCES for a in one.assets.values())]
    if not states or not (live or (len(declared) == 1 and len(states) == 1)):
        return None
    found: list[Drift] = []
    for path in states:
        state = read_state(path)
        found.extend(drift(pairs_by_identity(state, one)) for one in live)
        if not live:
            found.append(drift(pairs_by_address(declared[0], state)))
    return kept_of(found)


def read_state(path: Path) -> Inventory:
    """Read a state, whole. Raises where it is none, or a part of it cannot be read: what is missing from half a state
    would be taken for what nobody made, and what nobody declares."""
    state = _read(path, {FrontEnd.TERRAFORM_STATE}, "a state of Terraform's")
    if state.problems:
        raise InvalidInputError(
            f"{path}: {state.problems[0].text}",
            code="drift.state",
            expected="a state of version 4 (terraform state pull)",
        )
    return state


def read_evidence(path: Path) -> ReadLive:
    """Read an account from a file of what it answered."""

    def read() -> EstateReading:
        reading = read_path(path)
        if FrontEnd.AWS not in reading.read:
            raise InvalidInputError(
                f"{path}: this is not what it was named as",
                code="drift.side",
                expected="evidence of an account, by `watchword collect aws`",
            )
        return reading

    return read


def _pairs(
    declared: Inventory | None, state: Inventory | None, live: Inventory | None
) -> tuple[Pairs, tuple[str, str]]:
    if declared is not None and state is not None and live is not None:
        return through(declared, state, live), ("what is declared", "what is live")
    if declared is not None and state is not None:
        return pairs_by_address(declared, state), ("what is declared", "the state")
    if state is not None and live is not None:
        return pairs_by_identity(state, live), ("the state", "what is live")
    if declared is not None and live is not None:
        raise InvalidInputError(
            "a source alone does not say which of its resources is which in an account",
            code="drift.no_state",
            hint="name the state between them: --tfstate FILE (terraform state pull > FILE)",
        )
    raise InvalidInputError(
        "there are no two sides to compare",
        code="drift.sides",
        expected="two of: a source or plan, --tfstate FILE, an account",
    )


def _read(path: Path, wanted: frozenset[FrontEnd] | set[FrontEnd], expected: str) -> Inventory:
    reading = read_path(path)
    if not wanted & set(reading.read):
        raise InvalidInputError(
            f"{path}: this is not what it was named as",
            code="drift.side",
            expected=expected,
            found=", ".join(one.value for one in reading.read) or "nothing that is read",
        )
    return reading.inventory
