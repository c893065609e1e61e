"""Whether two scanners say the same of the same block, on the checks that both have; and who is right where they differ.

- A *unit* is one check on one block of one file: where Checkov has an answer, and one of our checks is known as that one
  (`known_as`). Of checks that are cut differently (three of theirs are one of ours), all that hang together are one.
- Where both find something, it is taken to be so; where neither does, nothing is said. Where they differ, a person has
  looked at the code and written down who is right and why (`judged.json`); what nobody has judged is counted apart.
- Recall is found of what is so; precision is so of what is found.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_JUDGED = Path(__file__).parent / "judged.json"


class Unit(NamedTuple):
    corpus: str
    check: str  # Checkov's identifiers of what hangs together
    file: str
    line: int  # where the block begins


@dataclass(slots=True, kw_only=True)
class Agreement:
    """Counts over all units. `open` are the units where they differ and nobody has judged, with both answers."""

    so: int = 0
    not_so: int = 0
    ours: Counter[str] = field(default_factory=Counter)  # of what is so or not: found_so, found_not_so
    theirs: Counter[str] = field(default_factory=Counter)
    open: dict[Unit, tuple[str, str]] = field(default_factory=dict)

    def recall(self, side: Counter[str]) -> float:
        return side["found_so"] / self.so if self.so else float("nan")

    @staticmethod
    def precision(side: Counter[str]) -> float:
        found = side["found_so"] + side["found_not_so"]
        return side["found_so"] / found if found else float("nan")


def agreement(corpus: str, ours: bytes, theirs: bytes, groups: Mapping[str, str], into: Agreement) -> None:
    """Add what two scans of one corpus say: our JSON, and Checkov's. `groups` are those of `groups_of`."""
    judged = _judgements()
    mine = _by_group(json.loads(ours)["results"], groups)
    for unit, (last, theirs_found) in _units(corpus, theirs, groups).items():
        verdict = _verdict(mine.get((unit.file, unit.check), ()), unit.line, last)
        found = verdict in {"fail", "waived"}
        if found == theirs_found:
            so: bool | None = True
            if not found:
                continue
        else:
            so = judged(unit)
        if so is None:
            into.open[unit] = (verdict or "nothing", "fail" if theirs_found else "pass")
            continue
        into.so += so
        into.not_so += not so
        key = "found_so" if so else "found_not_so"
        into.ours[key] += found
        into.theirs[key] += theirs_found


def groups_of(known: Iterable[Sequence[str]]) -> dict[str, str]:
    """Put identifiers together that are one check of ours, and those of checks that share one: each to its group."""
    group: dict[str, set[str]] = {}
    for identifiers in known:
        together = set(identifiers).union(*(group.get(identifier, set()) for identifier in identifiers))
        for identifier in together:
            group[identifier] = together
    return {identifier: " ".join(sorted(together)) for identifier, together in group.items()}


def _judgements() -> Callable[[Unit], bool | None]:
    """What people found who looked at the code; None where nobody has, or where the code does not tell."""
    found: dict[tuple[str, str, int], dict[str, bool | None]] = {}
    for entry in json.loads(_JUDGED.read_text(encoding="utf-8")):
        found.setdefault((entry["corpus"], entry["file"], entry["line"]), {})[entry["check"]] = entry["so"]

    def judged(unit: Unit) -> bool | None:
        here = found.get((unit.corpus, unit.file, unit.line), {})
        return next((here[check] for check in unit.check.split() if check in here), None)

    return judged


class _Block(NamedTuple):
    first: int
    last: int
    verdict: str


def _by_group(results: Iterable[dict[str, object]], groups: Mapping[str, str]) -> dict[tuple[str, str], list[_Block]]:
    found: dict[tuple[str, str], list[_Block]] = {}
    for result in results:
        known = result["known_as"]
        identifiers = known.get("checkov", ()) if isinstance(known, dict) else ()
        block = _Block(int(str(result["line"])), int(str(result["end_line"])), str(result["verdict"]))
        for group in {groups[identifier] for identifier in identifiers}:
            found.setdefault((str(result["file"]), group), []).append(block)
    return found


def _verdict(blocks: Iterable[_Block], first: int, last: int) -> str | None:
    """The worst that is said of a block; None where nothing is."""
    order = ("fail", "waived", "unknown", "error", "pass", "not_applicable")
    said = {block.verdict for block in blocks if block.first <= last and block.last >= first}
    return next((verdict for verdict in order if verdict in said), None)


def _units(corpus: str, theirs: bytes, groups: Mapping[str, str]) -> dict[Unit, tuple[int, bool]]:
    """Each check that Checkov asked of each block: the block's last line, and whether any instance of it failed."""
    whole = json.loads(theirs)
    units: dict[Unit, tuple[int, bool]] = {}
    for report in whole if isinstance(whole, list) else [whole]:
        for kind in ("failed_checks", "passed_checks"):
            for one in report.get("results", {}).get(kind, ()):
                group = groups.get(one["check_id"])
                if group is not None:
                    first, last = one["file_line_range"]
                    unit = Unit(corpus, group, one["file_path"].lstrip("/"), first)
                    units[unit] = (last, kind == "failed_checks" or units.get(unit, (0, False))[1])
    return units
