"""What is offered of what checks propose.

1. Findings that count and bring a fix become candidates: changes of files that lie within what was scanned, are no
   links, and are no module's that was fetched.
2. All are tried together, and every check is asked, also those that the scan left out. What does not mend its finding
   is dropped; what is worse afterwards is blamed on the fixes of that asset or file, one of each at a time, or, where
   nothing can be blamed, found by halving. So 500 findings cost a few scans.
3. The patch is the edits of everything that held, made and judged together.
"""

import posixpath
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from watchword.app.fixing.copying import Copy
from watchword.app.fixing.files import FixedFile, SourceFile
from watchword.app.posture import EstateReading
from watchword.app.scanning import Scan
from watchword.evidence.posture import Check, Result, judge
from watchword.evidence.posture.fixes import FileEdit, Flaw, Offer, State, begun, flaws, refused, unmended
from watchword.evidence.posture.model import Fix, moved
from watchword.inventory import Asset, FrontEnd, Place, Setting
from watchword.inventory.edits import Change, Refusal, Writer
from watchword.kernel.collector import collector_paused

_MOST_TRIALS: Final = 60  # each reads and judges everything


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A finding whose fix is not offered, and why."""

    result: Result
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixing:
    """`offers` by the finding's fingerprint. `closes` counts every finding that is gone by them, also others'."""

    offers: Mapping[str, Offer] = field(default_factory=dict)
    refused: tuple[Refused, ...] = ()
    files: tuple[FixedFile, ...] = ()
    closes: int = 0
    begun: tuple[str, ...] = ()  # what fails now because it did not apply before: check and resource


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """A finding's fix as changes of files; `shown` is the finding as it is reported."""

    result: Result
    shown: Result
    fix: Fix
    changes: Mapping[str, tuple[Change, ...]]


def propose(done: Scan) -> Fixing:
    """Return what can be fixed of a scan of the working tree. Reads files, writes into a temporary directory alone."""
    counting = {result.fingerprint for result in done.report.counting}
    found = Fixing()
    for prefix, estate in done.estates:
        if estate.path is None:
            continue
        with collector_paused():
            one = _Proposal(prefix, estate, estate.path, done.checks, counting).made()
        found = Fixing(
            offers={**found.offers, **one.offers},
            refused=(*found.refused, *one.refused),
            files=(*found.files, *one.files),
            closes=found.closes + one.closes,
            begun=(*found.begun, *one.begun),
        )
    return found


class _Proposal:
    """The fixes of one path."""

    def __init__(
        self, prefix: str, estate: EstateReading, path: Path, checks: Sequence[Check], counting: set[str]
    ) -> None:
        self._path = path
        self._prefix = prefix
        self._estate = estate
        self._checks = checks
        self._results = tuple(judge(checks, estate.inventory))
        self._open = [(r, shown) for r in self._results if (shown := r.below(prefix)).fingerprint in counting]
        self._before = State.of(self._results, estate.inventory)
        self._files: dict[str, SourceFile] = {}
        self._refused: list[Refused] = []
        self._accepted: list[_Candidate] = []
        self._after = self._before
        self._trials = 0

    def made(self) -> Fixing:
        candidates = self._candidates()
        if not candidates:
            return Fixing(refused=tuple(self._refused))
        with tempfile.TemporaryDirectory(prefix="watchword-fix-") as scratch:
            try:
                copy = Copy(Path(scratch), self._path)
            except Refusal as refusal:
                for one in candidates:
                    self._refuse(one.shown, refusal.why)
                return Fixing(refused=tuple(self._refused))
            self._settle(candidates, copy)
        closed = [result for result, _ in self._open if not unmended(self._after, [result])]
        offers = {
            one.shown.fingerprint: Offer(words=one.fix.words, edits=self._edits_of(one)) for one in self._accepted
        }
        contents = self._contents(self._accepted) if self._accepted else {}
        return Fixing(
            offers=offers,
            refused=tuple(self._refused),
            files=tuple(self._fixed(name, new) for name, new in sorted(contents.items())),
            closes=len(closed),
            begun=tuple(
                f"{check} {address}"
                for check, _, address in sorted(
                    begun(self._before, self._after, (one.result for one in self._accepted))
                )
            ),
        )

    def _fixed(self, name: str, new: bytes) -> FixedFile:
        directory = self._estate.directory
        return FixedFile(
            name=moved(Place(name, 0, 0), self._prefix).file,
            path=directory / name,
            within=directory,
            old=self._files[name].content,
            new=new,
        )

    def _candidates(self) -> list[_Candidate]:
        found: list[_Candidate] = []
        for result, shown in self._open:
            if result.fix is None or result.asset is None or not result.fix.settings:
                continue
            try:
                _refuse_replacement(result.fix.settings, result.asset)
                changes = self._changes(result.fix.settings, result.asset.front_end)
            except Refusal as refusal:
                self._refuse(shown, refusal.why)
                continue
            found.append(_Candidate(result, shown, result.fix, changes))
        return found

    def _refuse(self, shown: Result, why: str) -> None:
        self._refused.append(Refused(result=shown, why=why))

    def _changes(self, settings: Iterable[Setting], front_end: FrontEnd) -> dict[str, tuple[Change, ...]]:
        found: dict[str, list[Change]] = {}
        for setting in settings:
            file, change = self._change(setting, front_end)
            found.setdefault(file, []).append(change)
        return {file: tuple(changes) for file, changes in found.items()}

    def _change(self, setting: Setting, front_end: FrontEnd) -> tuple[str, Change]:
        """Where it is written; where that is computed, the literal that it comes from."""
        root = setting.root
        if not setting.path:
            return root.file, self._writer(root.file, front_end).literal(root, setting.value)
        try:
            return setting.at.file, self._writer(setting.at.file, front_end).changes(setting)
        except Refusal as refusal:
            # What stands in another file than the literal that makes it is computed, whether that can be seen or not.
            if not root.line or not (refusal.computed or root.file != setting.at.file):
                raise
            return root.file, self._writer(root.file, front_end).literal(root, setting.value)

    def _writer(self, name: str, front_end: FrontEnd) -> Writer:
        file = self._files.get(name)
        if file is None:
            file = self._files[name] = SourceFile.read(self._estate.directory, name, front_end)
        return file.writer

    def _settle(self, group: list[_Candidate], copy: "Copy") -> None:
        """Accept what holds of a group, together with what was accepted before."""
        if not group:
            return
        if self._trials >= _MOST_TRIALS:
            for one in group:
                self._refuse(one.shown, f"not tried: {_MOST_TRIALS} trials found others that do harm")
            return
        everything = [*self._accepted, *group]
        try:
            contents = self._contents(everything)
        except Refusal as refusal:
            self._halve(group, refusal.why, copy)
            return
        self._trials += 1
        after = copy.state(contents, self._checks)
        left = {id(result) for result in unmended(after, (one.result for one in everything))}
        dropped = {
            id(one): ((one.result.root, one.result.address), "the check does not pass by it")
            for one in group
            if id(one.result) in left
        }
        if dropped:
            self._apart(group, dropped, copy)
            return
        wrong = flaws(self._before, after, self._touched(everything), (one.result for one in everything))
        if not wrong and not left:
            self._accepted, self._after = everything, after
            return
        self._blame(group, wrong, copy)

    def _blame(self, group: list[_Candidate], wrong: Sequence[Flaw], copy: "Copy") -> None:
        """Lay what is worse about an asset or a file at the door of its own fixes."""
        about = {(flaw.root, flaw.address): flaw.why for flaw in reversed(wrong)}
        blamed: dict[int, tuple[tuple[str, str], str]] = {}
        for one in group:
            # What cannot be read any more goes by its file.
            names = ((one.result.root, one.result.address), *((".", file) for file in one.changes))
            name = next((name for name in names if name in about), None)
            if name is not None:
                blamed[id(one)] = (name, about[name])
        if blamed:
            self._apart(group, blamed, copy)
        else:
            self._halve(group, wrong[0].why if wrong else "another fix is undone by it", copy)

    def _apart(self, group: list[_Candidate], blamed: Mapping[int, tuple[tuple[str, str], str]], copy: "Copy") -> None:
        """Try the others without those that are blamed, and of these one of each asset or file at a time."""
        rounds: list[list[_Candidate]] = []
        counted: dict[tuple[str, str], int] = {}
        for one in group:
            if id(one) in blamed:
                name = blamed[id(one)][0]
                number = counted[name] = counted.get(name, -1) + 1
                rounds.extend([[]] if number == len(rounds) else [])
                rounds[number].append(one)
        others = [one for one in group if id(one) not in blamed]
        self._settle(others, copy)
        if len(rounds) > 1 or (others and self._shares(rounds[0], others)):
            for several in rounds:
                self._settle(several, copy)
            return
        for one in rounds[0]:
            self._refuse(one.shown, blamed[id(one)][1])

    def _shares(self, blamed: Iterable[_Candidate], others: Iterable[_Candidate]) -> bool:
        """Whether a file is changed by both: then it may have been the others' fault."""
        files = {file for one in others for file in one.changes}
        return any(file in files for one in blamed for file in one.changes)

    def _halve(self, group: list[_Candidate], why: str, copy: "Copy") -> None:
        if len(group) == 1:
            self._refuse(group[0].shown, why)
            return
        middle = len(group) // 2
        self._settle(group[:middle], copy)
        self._settle(group[middle:], copy)

    def _touched(self, candidates: Iterable[_Candidate]) -> frozenset[str]:
        """The roots in which something may change: those of the findings, and those that have to do with the files."""
        directories: set[str] = set()
        roots: set[str] = set()
        for one in candidates:
            roots.add(one.result.root)
            directories.update(posixpath.dirname(file) for file in one.changes)
        for asset in self._estate.inventory.assets.values():
            if asset.root not in roots:
                places = (asset.place, *(call.place for call in asset.calls))
                if any(posixpath.dirname(place.file) in directories for place in places):
                    roots.add(asset.root)
        return frozenset(roots)

    def _contents(self, candidates: Iterable[_Candidate]) -> dict[str, bytes]:
        """The files with all changes made. Raises `Refusal` where they cannot be made together."""
        changes: dict[str, list[Change]] = {}
        for one in candidates:
            for file, own in one.changes.items():
                changes.setdefault(file, []).extend(own)
        return {file: self._files[file].changed(own) for file, own in changes.items()}

    def _edits_of(self, one: _Candidate) -> tuple[FileEdit, ...]:
        return tuple(
            edit
            for file, changes in one.changes.items()
            for edit in self._files[file].in_bytes(
                self._files[file].writer.edits(changes), moved(Place(file, 0, 0), self._prefix).file
            )
        )


def _refuse_replacement(settings: Iterable[Setting], asset: Asset) -> None:
    """Refuse at once what is known to be refused when it is tried: a trial is a scan."""
    why = refused(settings, asset)
    if why:
        raise Refusal(why)


def with_offers(done: Scan, fixing: Fixing) -> Scan:
    """The scan with what is offered in its report."""
    refused = {one.result.fingerprint: one.why for one in fixing.refused}
    return replace(done, report=replace(done.report, offers=fixing.offers, refused=refused))
