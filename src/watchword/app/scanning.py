"""`watchword scan`: paths are read, checks asked, waivers applied, and what came out is compared with an earlier state.

    report = scan(ScanRequest(paths=(Path("infra"),), today=today, working_directory=Path.cwd()))

- Each path is an inventory of its own; places in the report are relative to the working directory where they lie in it.
- `since` is a revision of git: its tree is read from git's objects, judged in the same way with its own waivers, and
  what failed there already is "still there". `A..B` compares two revisions and leaves the working tree alone.
- `imports` are files of other scanners' results: they join the state of now, and are no part of an earlier one.
- `baseline` is an earlier report. A finding that shows other values than it did is changed, and counts.
"""

import gc
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from watchword.adapters.git import Repository
from watchword.app.cache import Cache
from watchword.app.posture import EstateReading, is_looked_for, read_path
from watchword.app.remembering import Used, checked_out, code_state
from watchword.app.watching import UntoldError
from watchword.evidence.posture import Check, Result, Severity, built_in, judge
from watchword.evidence.posture.comments import Comment, comments_in
from watchword.evidence.posture.formats.json_form import read_baseline, read_earlier, written_earlier
from watchword.evidence.posture.identifiers import Identifiers
from watchword.evidence.posture.model import Below, moved
from watchword.evidence.posture.own import OWN
from watchword.evidence.posture.report import Earlier, Imported, Report, compared, earlier_of, summed
from watchword.evidence.posture.waivers import LineOrigin, read_waivers, waive, waive_by_comments
from watchword.inventory import LIVE, Coverage
from watchword.kernel.collector import collector_paused
from watchword.kernel.errors import InvalidInputError, NotFoundError, WatchwordError

if TYPE_CHECKING:
    from watchword.app.imports import Imports

WAIVER_FILE: Final = "waivers.yaml"
_LARGEST_READ: Final = 256 * 1024  # bytes of a file at a revision that only a function of a front-end's may read
_LARGEST_SOURCE: Final = 4 * 1024 * 1024  # bytes of a file that comments are looked for in
_MOST_BLAMED: Final = 200  # files of which git is asked who wrote their lines; each takes it some 20 ms


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRequest:
    """What is to be scanned, and how. `checks` and `skip` are names of checks, ours or other tools'."""

    paths: tuple[Path, ...]
    today: date
    working_directory: Path
    checks: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    severity: Severity | None = None
    waivers: Path | None = None
    baseline: Path | None = None
    since: str | None = None
    check_directories: tuple[Path, ...] = ()
    imports: tuple[Path, ...] = ()
    others: tuple[str, ...] = ()  # scanners that are run, and their results imported
    live: tuple[EstateReading, ...] = ()  # estates that were read through an API; they have no places in files
    cache: Cache | None = None  # of what was found at a revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A report, and whether there was anything to report on."""

    report: Report
    front_ends: tuple[str, ...]  # that found something
    estates: tuple[tuple[str, EstateReading], ...] = ()  # what was read, and the directory its places are below
    checks: tuple[Check, ...] = ()  # all there are: those that were asked, and the others
    commit: str | None = None  # that was checked out when git was asked who wrote a line; None where it was not asked

    @property
    def used(self) -> Used:
        """What was read that was not named. Complete once nothing more is asked of the estates."""
        paths = tuple(path for _, estate in self.estates for path in estate.consulted())
        return Used(paths=paths, commit=self.commit)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tree:
    """Where the files of one state lie, and where people know them from."""

    root: Path  # what stands for `known`
    known: Path
    waivers: Path | None
    origin: Callable[[Path, int], LineOrigin | None]
    imports: "Imports | None" = None


def scan(request: ScanRequest) -> Scan:
    """Scan. Raises `NotFoundError` and `InvalidInputError` for what was asked wrongly, never for what is scanned."""
    every = all_checks(request.check_directories)
    paths = _distinct(request.paths)
    for path in paths:
        if not path.exists():
            raise NotFoundError(f"{path}: no such file or directory", code="scan.no_path")
    imports = _imports(paths, every, request) if request.imports or request.others else None
    names = Identifiers((*every, *OWN, *(imports.checks.values() if imports else ())))
    chosen = choose(every, request, names)
    earlier: list[Earlier] = []
    compare = request.baseline is not None or request.since is not None
    if request.baseline is not None:
        earlier.extend(_read_baseline(request.baseline))
    imports = _asked(imports, names, request) if imports else None
    if request.since is None:
        now = _scan(paths, replace(_working_tree(request), imports=imports), chosen, names, request)
    else:
        now, before = _since(request.since, paths, chosen, names, request, imports=imports)
        earlier.extend(before)
    if compare:
        judged = {c.id for c in (*chosen, *OWN)}
        if imports:  # what a tool whose results are here does not find any more is fixed
            judged |= {old.check for old in earlier if old.check.partition(":")[0] in imports.tools}
        now = replace(now, report=compared(now.report, earlier, judged=judged))
    return replace(now, checks=every)


def _imports(paths: Sequence[Path], every: Sequence[Check], request: ScanRequest) -> "Imports":
    from watchword.app.imports import read_imports  # who imports nothing does not pay for the readers

    scanned = [(path, _prefix(path if path.is_dir() else path.parent, request.working_directory)) for path in paths]
    if not request.others:
        return read_imports(request.imports, scanned, request.working_directory, every)
    from watchword.app.other_scanners import running

    with running(request.others, paths) as written:
        called = {file: f"{file.stem}, run now" for file in written}
        files = (*request.imports, *written)
        return read_imports(files, scanned, request.working_directory, every, called=called)


def _asked(imports: "Imports", names: Identifiers, request: ScanRequest) -> "Imports":
    """Leave out the checks of other tools that were not asked for, by their own name or by that of the same of ours."""
    wanted, unwanted = _named(request.checks, names), _named(request.skip, names)
    floor = request.severity.rank if request.severity else 0
    kept: dict[str, Check] = {}
    for name, check in imports.checks.items():
        same = {
            name,
            *(one for ids in check.known_as.by_tool().values() for id_ in ids for one in names.checks_of(id_)),
        }
        if (not request.checks or same & wanted) and not same & unwanted and check.severity.rank >= floor:
            kept[name] = check
    return replace(imports, checks=kept)


def all_checks(directories: Iterable[Path] = ()) -> tuple[Check, ...]:
    """Return the built-in checks and those of directories. Raises `InvalidInputError` for a directory's bad file."""
    checks = [*built_in()]
    for directory in directories:
        from watchword.app.user_checks import load_checks  # who has none does not pay for the reader of YAML

        checks.extend(load_checks(directory))
    seen: set[str] = {check.id for check in OWN}
    for check in checks:
        if check.id in seen:
            raise InvalidInputError(f"two checks are called {check.id}", code="scan.two_checks")
        seen.add(check.id)
    return tuple(checks)


def choose(every: Sequence[Check], request: ScanRequest, names: Identifiers) -> tuple[Check, ...]:
    """Return the checks that a request asks for. Raises `InvalidInputError` for names that nobody knows."""
    wanted, unwanted = _named(request.checks, names), _named(request.skip, names)
    floor = request.severity.rank if request.severity else 0
    return tuple(
        check
        for check in every
        if (not request.checks or check.id in wanted) and check.id not in unwanted and check.severity.rank >= floor
    )


def _named(given: Iterable[str], names: Identifiers) -> set[str]:
    found: set[str] = set()
    for name in given:
        ids = names.checks_of(name)
        if not ids:
            near = names.nearest(name)
            raise InvalidInputError(
                f"there is no check {name}",
                code="scan.no_check",
                hint=f"did you mean {near}?" if near else "`watchword checks list` names them",
            )
        found |= ids
    return found


def _scan(
    paths: Sequence[Path], tree: _Tree, checks: Sequence[Check], names: Identifiers, request: ScanRequest
) -> Scan:
    """Scan the paths as they are in a tree."""
    with collector_paused():  # it would look through a growing inventory again and again, for half of the time
        return _scanned(paths, tree, checks, names, request)


def _scanned(
    paths: Sequence[Path], tree: _Tree, checks: Sequence[Check], names: Identifiers, request: ScanRequest
) -> Scan:
    results: list[Result] = []
    warnings: list[str] = []
    coverages: list[Coverage] = []
    assets: dict[str, int] = {}
    front_ends: list[str] = []
    estates: list[tuple[str, EstateReading]] = []
    for path in paths:
        at = _within(path, tree)
        if not at.exists():
            continue  # the earlier state had no such path
        estates.append((_place_of(path, request), read_path(at)))
    if tree.root == tree.known:  # an earlier state of files says nothing of an account
        estates.extend(("", estate) for estate in request.live)
    for prefix, estate in estates:
        front_ends.extend(front_end.value for front_end in estate.read)
        coverages.extend(estate.inventory.coverage)
        for kind, count in estate.inventory.kinds().items():
            assets[kind] = assets.get(kind, 0) + count
        directory = estate.directory
        found, flaws, told = waive_by_comments(
            judge(checks, estate.inventory),
            # What an account or a cluster answered is data: a tag that reads like a comment waives nothing.
            (lambda _: ()) if LIVE & set(estate.read) else _commented(directory),
            _origins(tree, directory),
            today=request.today,
            names=names,
        )
        below = Below(prefix)
        for number, result in enumerate(found):  # in place: two of each at a time would be a third of all memory
            found[number] = below(result)
        results.extend(found)
        results.extend(map(below, flaws))
        del found, below
        warnings.extend(f"{moved(warned.place, prefix)}: {warned.text}" for warned in told)
    imported: tuple[Imported, ...] = ()
    if tree.imports is not None:
        from watchword.evidence.posture.imports import merge

        merged = merge(results, tree.imports.files, tree.imports.checks, today=request.today)
        results, imported = list(merged.results), merged.imported
        warnings.extend(merged.warnings)
    if tree.waivers is not None:
        from watchword.app.waivers import read_waiver_file

        known = tree.waivers if tree.root == tree.known else tree.known / tree.waivers.relative_to(tree.root)
        entries = read_waiver_file(tree.waivers, name=_shown(known, request.working_directory))
        waivers, flaws = read_waivers(entries, today=request.today, names=names)
        results, unused = waive(results, waivers)
        # What is wrong with a waiver is a finding of its own check, and is asked for as any other.
        floor = request.severity.rank if request.severity else 0
        unwanted = _named(request.skip, names)
        results.extend(f for f in flaws if f.check.severity.rank >= floor and f.check.id not in unwanted)
        judged = {check.id for check in checks} | set(tree.imports.checks if tree.imports else ())
        warnings.extend(
            f"{waiver.place}: the waiver of {waiver.check} on {waiver.resource} is not needed: remove it"
            for waiver in unused
            if waiver.check in judged
        )
    report = Report(
        results=tuple(results),
        coverage=summed(coverages),
        assets=dict(sorted(assets.items())),
        checks=len(checks),
        warnings=tuple(dict.fromkeys(warnings)),
        imports=imported,
        day=request.today,
    )
    return Scan(
        report=report,
        front_ends=tuple(dict.fromkeys(front_ends)),
        estates=tuple(estates),
        commit=tree.origin.commit if isinstance(tree.origin, _Blame) else None,
    )


def _since(
    revisions: str,
    paths: Sequence[Path],
    checks: Sequence[Check],
    names: Identifiers,
    request: ScanRequest,
    *,
    imports: "Imports | None",
) -> tuple[Scan, tuple[Earlier, ...]]:
    """Return the scan of now, and the findings of then."""
    if not paths:
        raise InvalidInputError(
            "--since compares revisions of files, and no path was named",
            code="scan.since_nothing",
            hint="compare an account with --baseline",
        )
    repository = Repository.around(_real(paths[0]), os.environ)
    for path in paths:
        if not _real(path).is_relative_to(repository.top):
            raise InvalidInputError(f"{path}: not in the repository {repository.top}", code="scan.other_repository")
    first, dots, last = revisions.partition("..")
    old = repository.commit(first)
    new = repository.commit(last.lstrip(".") or "HEAD") if dots else None
    with tempfile.TemporaryDirectory(prefix="watchword-since-") as scratch:
        before = _then(repository, old, Path(scratch) / "then", paths, checks, names, request)
        gc.collect()  # one state is held at a time
        tree = _working_tree(request) if new is None else _written(repository, new, Path(scratch) / "now", request)
        return _scan(paths, replace(tree, imports=imports), checks, names, request), before


def _then(  # noqa: PLR0917 - private, and what a scan takes
    repository: Repository,
    commit: str,
    into: Path,
    paths: Sequence[Path],
    checks: Sequence[Check],
    names: Identifiers,
    request: ScanRequest,
) -> tuple[Earlier, ...]:
    """Return the findings of a commit. They are kept: a commit does not change, its name is a hash of what is in it."""
    key = "" if request.cache is None else _key_of(repository, commit, paths, checks, request)
    if request.cache is not None and key:
        found = read_earlier(request.cache.get(key))
        if found is not None:
            return found
    then = _written(repository, commit, into, request)
    done = _scan(paths, then, checks, names, request)
    before = earlier_of(done.report.results)
    # What a module outside of the repository held then is not in the commit.
    if request.cache is not None and key and all(path.is_relative_to(into) for path in done.used.paths):
        request.cache.put(key, written_earlier(before))
    return before


def _key_of(
    repository: Repository, commit: str, paths: Sequence[Path], checks: Sequence[Check], request: ScanRequest
) -> str:
    """Name all that findings of a commit hang on; empty where that cannot be told."""
    if request.check_directories:
        return ""
    try:
        code = code_state()
    except UntoldError:
        return ""
    made_of = [
        code,
        commit,
        str(repository.top),
        str(request.working_directory),
        request.today.isoformat(),
        request.severity.value if request.severity else "",
        *sorted(check.id for check in checks),
        *("--skip", *request.skip),
    ]
    for path in paths:
        made_of += ["--path", str(path), os.path.realpath(path), str(path.is_dir()), str(path.exists())]
    made_of += ["--looked-for", *(os.path.realpath(file) for file in _waiver_files(request))]
    if request.waivers is not None:
        made_of += ["--waivers", str(request.waivers), os.path.realpath(request.waivers)]
        try:
            made_of.append(hashlib.sha256(request.waivers.read_bytes()).hexdigest())
        except OSError:
            return ""
    return hashlib.sha256("\0".join(made_of).encode("utf-8", "surrogateescape")).hexdigest()


def _written(repository: Repository, commit: str, into: Path, request: ScanRequest) -> _Tree:
    into.mkdir()
    repository.write_tree(commit, into, lambda path, size: size <= _LARGEST_READ or is_looked_for(path))
    tree = _Tree(root=into, known=repository.top, waivers=None, origin=lambda _file, _line: None)
    named = request.waivers
    if named is not None and not _real(named).is_relative_to(repository.top):
        return replace(tree, waivers=named)
    candidates = _waiver_files(request) if named is None else (named,)
    inside = (c for c in candidates if _real(c).is_relative_to(repository.top))
    return replace(tree, waivers=next((at for c in inside if (at := _within(c, tree)).is_file()), None))


def _working_tree(request: ScanRequest) -> _Tree:
    top = request.working_directory
    waivers = request.waivers or next((path for path in _waiver_files(request) if path.is_file()), None)
    return _Tree(root=top, known=top, waivers=waivers, origin=_Blame(top))


def _within(path: Path, tree: _Tree) -> Path:
    if tree.root == tree.known:
        return path
    return tree.root / _real(path).relative_to(tree.known)


def _waiver_files(request: ScanRequest) -> tuple[Path, ...]:
    """Where waivers are looked for if no file is named: beside what is scanned, then in the working directory."""
    beside = [path / WAIVER_FILE for path in request.paths if not path.is_file()]
    return (*beside, request.working_directory / WAIVER_FILE)


class _Blame:
    """Who wrote a line, by git; None for all where there is no git, or no repository."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._left = _MOST_BLAMED
        self._repository: Repository | None = None
        self._known: dict[Path, Mapping[int, tuple[str, date]]] = {}
        self.commit: str | None = None  # checked out when git was first asked

    def __call__(self, file: Path, line: int) -> LineOrigin | None:
        if self.commit is None:
            self.commit = checked_out(self._top)
            with suppress(WatchwordError):
                self._repository = Repository.around(self._top, os.environ)
        if file not in self._known:
            self._known[file] = self._origins(file)
        told = self._known[file].get(line)
        return LineOrigin(author=told[0], day=told[1]) if told else None

    def _origins(self, file: Path) -> Mapping[int, tuple[str, date]]:
        self._left -= 1
        if self._repository is None or self._left < 0:
            return {}
        try:
            return self._repository.origins(file)
        except WatchwordError:
            return {}


def _origins(tree: _Tree, directory: Path) -> Callable[[str, int], LineOrigin | None]:
    return lambda file, line: tree.origin(directory / file, line)


def _commented(directory: Path) -> Callable[[str], tuple[Comment, ...]]:
    """The comments of a file, read once."""

    @cache
    def comments(file: str) -> tuple[Comment, ...]:
        try:
            with (directory / file).open("rb") as opened:
                content = opened.read(_LARGEST_SOURCE)
        except OSError:
            return ()
        return comments_in(content.decode("utf-8", "replace").splitlines())

    return comments


def _read_baseline(path: Path) -> tuple[Earlier, ...]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NotFoundError(f"{path}: {error.strerror or error}", code="scan.no_baseline") from error
    return read_baseline(content, name=str(path))


def _distinct(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Leave out what lies within another directory that is scanned: it would be judged twice."""
    resolved = [(path, _real(path)) for path in paths]
    return tuple(
        path
        for number, (path, real) in enumerate(resolved)
        if not any(
            (other != real and real.is_relative_to(other)) or (other == real and earlier < number)
            for earlier, (_, other) in enumerate(resolved)
        )
    )


def _place_of(path: Path, request: ScanRequest) -> str:
    return _prefix(path if path.is_dir() or not path.exists() else path.parent, request.working_directory)


def _real(path: Path) -> Path:
    """Follow links. `Path.resolve` raises where a link leads to itself: it is its own end, and nothing is there."""
    return Path(os.path.realpath(path))


def _prefix(directory: Path, working_directory: Path) -> str:
    """What places are put below."""
    shown = _shown(directory, working_directory)
    return "" if shown == "." else shown


def _shown(path: Path, working_directory: Path) -> str:
    """A path as seen from the working directory, or as it was given where it lies elsewhere."""
    absolute, here = _real(path), _real(working_directory)
    return absolute.relative_to(here).as_posix() if absolute.is_relative_to(here) else path.as_posix()
