"""`watchword scan --fix`: what checks propose is written into a copy, read and judged again; what holds is offered.

    fixing = propose(done)
    patch(fixing.files)              # one unified diff
    write(fixing.files)              # the files, each whole or not at all

1. Findings that count and bring a fix become candidates: changes of files that lie within what was scanned, are no
   links out of it, and are no module's that was fetched.
2. All are tried together, and every check is asked, also those that the scan left out. What does not mend its finding
   is dropped; what is worse afterwards is blamed on the fixes of that asset or file, one of each at a time, or, where
   nothing can be blamed, found by halving. So 500 findings cost a few scans.
3. The patch is the edits of everything that held, made and judged together.
"""

import os
import posixpath
import re
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from watchword.app.posture import EstateReading, is_looked_for, read_path, writer_of
from watchword.app.scanning import Scan
from watchword.evidence.posture import Check, Result, judge
from watchword.evidence.posture.fixes import FileEdit, Flaw, Offer, State, begun, flaws, replacing, unmended
from watchword.evidence.posture.model import Fix, moved
from watchword.inventory import Asset, FrontEnd, Place, Setting
from watchword.inventory.edits import Change, Edit, Refusal, Writer, apply, ordered, overlap
from watchword.kernel.collector import collector_paused
from watchword.kernel.errors import ConflictError, InvalidInputError, UnavailableError

_BOM: Final = b"\xef\xbb\xbf"
_LARGEST: Final = 8 * 1024 * 1024  # bytes of a file that is edited: as the readers take it
_LARGEST_OTHER: Final = 256 * 1024  # bytes of a file that only a function of a front-end's may read
_MOST_COPIED: Final = 1024**3  # bytes of a copy; a large monorepo has some ten million of what is read
_DEEPEST_MODULE: Final = 3  # directories below a module that lies elsewhere: its templates
# A module that lies in a directory of this machine, in both forms of Terraform's.
_LOCAL_MODULE = re.compile(rb'source"?\s*+[=:]\s*+"(\.\.?/[^"\n]*+)"')
_SKIPPED: Final = frozenset({".git", ".venv", "__pycache__", "node_modules"})
_ORDINARY = re.compile(rb"[!#-\[\]-~]+")  # a name that git does not put in quotes
_MOST_TRIALS: Final = 60  # each reads and judges everything


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedFile:
    """One file before and after. `name` is how it is seen from the working directory."""

    name: str
    path: Path
    within: Path  # what was scanned
    old: bytes
    new: bytes


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
        self._files: dict[str, _File] = {}
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
                overlay = _Overlay(Path(scratch), self._path)
            except Refusal as refusal:
                for one in candidates:
                    self._refuse(one.shown, refusal.why)
                return Fixing(refused=tuple(self._refused))
            self._settle(candidates, overlay)
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
            if result.fix is None or result.asset is None:
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
            file = self._files[name] = _File.read(self._estate.directory, name, front_end)
        return file.writer

    def _settle(self, group: list[_Candidate], overlay: "_Overlay") -> None:
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
            self._halve(group, refusal.why, overlay)
            return
        self._trials += 1
        after = overlay.state(contents, self._checks)
        left = {id(result) for result in unmended(after, (one.result for one in everything))}
        dropped = {
            id(one): ((one.result.root, one.result.address), "the check does not pass by it")
            for one in group
            if id(one.result) in left
        }
        if dropped:
            self._apart(group, dropped, overlay)
            return
        wrong = flaws(self._before, after, self._touched(everything), (one.result for one in everything))
        if not wrong and not left:
            self._accepted, self._after = everything, after
            return
        self._blame(group, wrong, overlay)

    def _blame(self, group: list[_Candidate], wrong: Sequence[Flaw], overlay: "_Overlay") -> None:
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
            self._apart(group, blamed, overlay)
        else:
            self._halve(group, wrong[0].why if wrong else "another fix is undone by it", overlay)

    def _apart(
        self, group: list[_Candidate], blamed: Mapping[int, tuple[tuple[str, str], str]], overlay: "_Overlay"
    ) -> None:
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
        self._settle(others, overlay)
        if len(rounds) > 1 or (others and self._shares(rounds[0], others)):
            for several in rounds:
                self._settle(several, overlay)
            return
        for one in rounds[0]:
            self._refuse(one.shown, blamed[id(one)][1])

    def _shares(self, blamed: Iterable[_Candidate], others: Iterable[_Candidate]) -> bool:
        """Whether a file is changed by both: then it may have been the others' fault."""
        files = {file for one in others for file in one.changes}
        return any(file in files for one in blamed for file in one.changes)

    def _halve(self, group: list[_Candidate], why: str, overlay: "_Overlay") -> None:
        if len(group) == 1:
            self._refuse(group[0].shown, why)
            return
        middle = len(group) // 2
        self._settle(group[:middle], overlay)
        self._settle(group[middle:], overlay)

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
    for setting in settings:
        if setting.whole and setting.beside is None and setting.at == asset.place:
            rows = setting.value if isinstance(setting.value, tuple) else ()
            names = [f".{name}" for row in rows if isinstance(row, tuple) for name, _ in row] or [""]
            for name in names:
                why = replacing(asset, setting.path + name)
                if why:
                    raise Refusal(why)


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is edited, as it was read."""

    content: bytes
    text: str
    writer: Writer

    @staticmethod
    def read(directory: Path, name: str, front_end: FrontEnd) -> "_File":
        parts = name.split("/")
        if name.startswith("/") or ".." in parts:
            raise Refusal(f"{name} lies outside what was scanned")
        if ".terraform" in parts:
            raise Refusal(f"{name} is a module's that was fetched")
        path = directory / name
        try:
            if not path.resolve().is_relative_to(directory.resolve()):
                raise Refusal(f"{name} is a link that leads out of what was scanned")
            with path.open("rb") as stream:
                content = stream.read(_LARGEST + 1)
            text = content.removeprefix(_BOM).decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Refusal(f"{name} cannot be read") from error
        if len(content) > _LARGEST:
            raise Refusal(f"{name} has more than {_LARGEST} bytes")
        return _File(content, text, writer_of(front_end, text, name))

    def changed(self, changes: Sequence[Change]) -> bytes:
        edits = self.writer.edits(changes)
        if overlap(edits):
            raise Refusal("two fixes touch the same text")
        mark = _BOM if self.content.startswith(_BOM) else b""
        return mark + apply(self.text, edits).encode()

    def in_bytes(self, edits: Iterable[Edit], name: str) -> Iterable[FileEdit]:
        at, offset = 0, len(_BOM) if self.content.startswith(_BOM) else 0
        for edit in ordered(edits):
            start = offset + len(self.text[at : edit.start].encode())
            end = start + len(self.text[edit.start : edit.end].encode())
            yield FileEdit(file=name, start=start, end=end, text=edit.text)
            at, offset = edit.end, end


class _Overlay:
    """A copy of what was scanned, under the same path, so that what hangs on where it lies stays as it is."""

    __slots__ = ("_at", "_base", "_path")

    def __init__(self, scratch: Path, path: Path) -> None:
        alone = path.is_file()
        directory = (path.parent if alone else path).resolve()
        self._base = scratch.joinpath(*directory.parts[1:])
        self._path = self._base / path.name if alone else self._base
        self._at: dict[str, bytes | None] = {}  # what was put in place of what
        self._base.mkdir(parents=True)
        _Copying(directory, self._base).run(deep=not alone)

    def state(self, contents: Mapping[str, bytes], checks: Sequence[Check]) -> State:
        """Read and judge with these files in place of those that were there."""
        for name in [name for name in self._at if name not in contents]:
            self._put(name, self._at.pop(name))
        for name, content in contents.items():
            if name not in self._at:
                path = self._base / name
                self._at[name] = path.read_bytes() if path.is_file() else None
            self._put(name, content)
        inventory = read_path(self._path).inventory
        return State.of(judge(checks, inventory), inventory)

    def _put(self, name: str, content: bytes | None) -> None:
        path = self._base / name
        if content is None:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class _Copying:
    """Copies what front-ends may read of a directory, and the local modules outside of it that it calls."""

    __slots__ = ("_copied", "_left", "_source", "_target")

    def __init__(self, source: Path, target: Path) -> None:
        self._source = source
        self._target = target  # the same path, elsewhere: what lies beside the source lies beside it too
        self._copied: set[Path] = set()
        self._left = _MOST_COPIED

    def run(self, *, deep: bool) -> None:
        """Raise `Refusal` where there is too much, `UnavailableError` where it cannot be written."""
        try:
            waiting = list(self._directory(self._source, deep=deep))
            while waiting:
                module = waiting.pop()
                # A stranger's source may name any directory: only what holds Terraform is one's module.
                if module not in self._copied and any(module.glob("*.tf*")):
                    waiting.extend(self._directory(module, deep=True, deepest=_DEEPEST_MODULE))
        except OSError as error:
            why = f"cannot copy what was scanned: {error.strerror or error}"
            raise UnavailableError(why, code="fix.copy", hint="fixes are tried in the temporary directory") from error

    def _directory(self, top: Path, *, deep: bool, deepest: int | None = None) -> Iterator[Path]:
        """Copy a directory; yield the directories outside of the source that it names as modules."""
        for directory, names, files in os.walk(top):
            here = Path(directory)
            there = self._elsewhere(here)
            self._copied.add(here)
            links = [name for name in names if (here / name).is_symlink()]
            further = deep and (deepest is None or len(here.relative_to(top).parts) < deepest)
            names[:] = [name for name in names if further and name not in _SKIPPED and name not in links]
            there.mkdir(parents=True, exist_ok=True)
            for name in (*links, *files):
                yield from self._file(here / name, there / name)

    def _file(self, path: Path, copy: Path) -> Iterator[Path]:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            leads = path.readlink()
            inside = leads.is_absolute() and leads.is_relative_to(self._source)
            copy.symlink_to(self._elsewhere(leads) if inside else leads)
        elif stat.S_ISREG(status.st_mode) and (status.st_size <= _LARGEST_OTHER or is_looked_for(path.name)):
            self._left -= status.st_size
            if self._left < 0:
                raise Refusal(f"what was scanned has more than {_MOST_COPIED} bytes to be tried in")
            try:
                shutil.copyfile(path, copy)
            except PermissionError:
                return  # the reader has said so
            if path.suffix == ".tf" or path.name.endswith(".tf.json"):
                for found in _LOCAL_MODULE.finditer(copy.read_bytes()):
                    module = Path(os.path.normpath(path.parent / os.fsdecode(found[1])))
                    if not module.is_relative_to(self._source):
                        yield module

    def _elsewhere(self, path: Path) -> Path:
        return self._target / os.path.relpath(path, self._source)


def with_offers(done: Scan, fixing: Fixing) -> Scan:
    """The scan with what is offered in its report."""
    refused = {one.result.fingerprint: one.why for one in fixing.refused}
    return replace(done, report=replace(done.report, offers=fixing.offers, refused=refused))


def write(files: Iterable[FixedFile]) -> None:
    """Write fixed files, each whole or not at all; all are looked at before the first is written.

    Raises `ConflictError` for a file that is not as it was when it was read, `InvalidInputError` for a link out.
    """
    files = tuple(files)
    targets: list[tuple[Path, FixedFile]] = []
    for file in files:
        real = file.path.resolve()
        if not real.is_relative_to(file.within.resolve()):
            raise InvalidInputError(f"{file.name}: a link that leads out of what was scanned", code="fix.link")
        try:
            unchanged = real.read_bytes() == file.old
        except OSError as error:
            raise UnavailableError(f"cannot read {file.name}: {error.strerror}", code="file.unreadable") from error
        if not unchanged:
            raise ConflictError(
                f"{file.name} was changed by somebody else meanwhile; nothing was written", code="file.changed"
            )
        targets.append((real, file))
    for real, file in targets:
        try:
            _replace(real, file.new)
        except OSError as error:
            raise UnavailableError(f"cannot write {file.name}: {error.strerror}", code="file.unwritable") from error


def _replace(path: Path, content: bytes) -> None:
    descriptor, fresh = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        Path(fresh).chmod(path.stat().st_mode & 0o7777)
        Path(fresh).replace(path)
    except OSError:
        Path(fresh).unlink(missing_ok=True)
        raise


def patch(files: Iterable[FixedFile]) -> bytes:
    """One unified diff that `git apply` and `patch -p1` take from the working directory."""
    import difflib

    pieces: list[bytes] = []
    for file in files:
        name = os.fsencode(file.name).lstrip(b"/")
        lines = difflib.diff_bytes(
            difflib.unified_diff, _lines(file.old), _lines(file.new), _quoted(b"a/" + name), _quoted(b"b/" + name)
        )
        pieces.extend(line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines)
    return b"".join(pieces)


def _lines(content: bytes) -> list[bytes]:
    """Cut at line feeds alone, as patch does."""
    return [line for line in re.split(rb"(?<=\n)", content) if line]


def _quoted(name: bytes) -> bytes:
    """A file's name as git writes it: in quotes where it has what would be read otherwise."""
    if _ORDINARY.fullmatch(name):
        return name
    return b'"' + re.sub(rb'[^ -~]|["\\]', lambda found: b"\\%03o" % found[0][0], name) + b'"'
