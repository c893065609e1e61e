"""Passes and what they found, as files below the state directory. Written whole or not at all, and never changed.

    compliance/<estate>/passes/20261125T211500123456Z.json      one pass; its name is the instant at which it began
    compliance/<estate>/contents/<sha256>.json.gz               what passes found, once however many found the same
    compliance/<estate>/lock                                    held while the estate is examined

What is read is held against the digest that names it: a content that was altered raises, and is never taken for what
was found.
"""

import fcntl
import gzip
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from watchword.app.state import write_private
from watchword.evidence.posture.compliance.model import Content, Ended, Pass
from watchword.evidence.posture.compliance.records import read_content, read_pass, sha256, write_content, write_pass
from watchword.kernel.errors import ConflictError, InvalidInputError, NotFoundError, UnavailableError
from watchword.response.remediation.model import Kept
from watchword.response.remediation.records import read_kept

_PASS_NAME: Final = re.compile(r"[0-9]{8}T[0-9]{12}Z")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
# What a content may be once it is unpacked. The largest seen had 30,000 findings and 20 MB.
_LARGEST: Final = 1 << 30


def pass_id(started: datetime) -> str:
    return started.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")


class PassStore:
    """The passes of every estate of one state directory."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def hold(self, estate: str, *, remedies: bool = False) -> Iterator[None]:
        """Hold an estate for one pass, or its remediation sets for one step.

        Raises `ConflictError` (`compliance.busy`) while another is under way.
        """
        folder = self._folder(estate) / "remediations" if remedies else self._folder(estate)
        _make(folder)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise ConflictError(
                    f"estate {estate} is being {'remedied' if remedies else 'examined'} already",
                    code="compliance.busy",
                    hint="wait until that pass has ended: watchword compliance status",
                ) from error
            yield
        finally:
            os.close(descriptor)

    def add(self, one: Pass, content: Content | None) -> str:
        """Keep a pass with what it found; return the SHA-256 of its record. Raises `UnavailableError`."""
        folder = self._folder(one.estate)
        record = write_pass(one)
        try:
            _make(folder / "passes")
            if content is not None:
                _make(folder / "contents")
                target = self._content_file(one.estate, one.content)
                if not target.is_file():
                    write_private(target, gzip.compress(write_content(content), mtime=0))
            write_private(self._pass_file(one.estate, one.id), record)
        except OSError as error:
            raise UnavailableError(
                f"the pass cannot be kept: {error.strerror or error}: {error.filename or folder}",
                code="compliance.store",
            ) from error
        return sha256(record)

    def drop(self, one: Pass) -> None:
        """Take back a pass that the ledger did not take."""
        with suppress(OSError):
            self._pass_file(one.estate, one.id).unlink()

    def ids(self, estate: str) -> tuple[str, ...]:
        """The passes of an estate, oldest first."""
        try:
            names = [path.name for path in (self._folder(estate) / "passes").iterdir()]
        except FileNotFoundError:
            return ()
        return tuple(sorted(n[:-5] for n in names if n.endswith(".json") and _PASS_NAME.fullmatch(n[:-5])))

    def passes(self, estate: str, *, since: datetime | None = None, until: datetime | None = None) -> tuple[Pass, ...]:
        """Those that began within a span (`until` excluded), oldest first."""
        first = pass_id(since) if since else ""
        end = pass_id(until) if until else "~"
        return tuple(self.read(estate, name) for name in self.ids(estate) if first <= name < end)

    def read(self, estate: str, name: str) -> Pass:
        return read_pass(self.record(estate, name), name=f"{estate}/passes/{name}.json")

    def record(self, estate: str, name: str) -> bytes:
        """The bytes of a pass's record. Raises `NotFoundError`."""
        try:
            return self._pass_file(estate, name).read_bytes()
        except OSError as error:
            raise NotFoundError(f"there is no pass {name} of {estate}", code="compliance.no-pass") from error

    def recent(self, estate: str) -> tuple[Pass, ...]:
        """The newest complete pass and the failed ones after it, oldest first; all failed ones where none is."""
        return self._until_complete(estate, reversed(self.ids(estate)))

    def before(self, estate: str, at: datetime) -> Pass | None:
        """The newest complete pass that began before an instant."""
        end = pass_id(at)
        found = self._until_complete(estate, (n for n in reversed(self.ids(estate)) if n < end))
        return found[0] if found and found[0].ended is Ended.COMPLETE else None

    def _until_complete(self, estate: str, names: Iterator[str]) -> tuple[Pass, ...]:
        found: list[Pass] = []
        for name in names:
            found.append(self.read(estate, name))
            if found[-1].ended is Ended.COMPLETE:
                break
        return tuple(reversed(found))

    def content(self, one: Pass) -> Content:
        """What a complete pass found. Raises `InvalidInputError` (`compliance.altered`) where it is not that now."""
        return read_content(self.content_bytes(one), name=f"{one.estate}/contents/{one.content}.json.gz")

    def content_bytes(self, one: Pass) -> bytes:
        name = f"{one.estate}/contents/{one.content}.json.gz"
        try:
            with gzip.open(self._content_file(one.estate, one.content)) as file:
                content = file.read(_LARGEST)
        except FileNotFoundError as error:
            raise NotFoundError(f"{name} is missing", code="compliance.no-content") from error
        except (OSError, EOFError) as error:
            raise InvalidInputError(f"{name} cannot be read: {error}", code="compliance.altered") from error
        if sha256(content) != one.content:
            raise InvalidInputError(
                f"{name} is not what the pass {one.id} found",
                code="compliance.altered",
                expected=f"SHA-256 {one.content}",
                found=sha256(content),
                hint="restore it from a backup",
            )
        return content

    def account_file(self, estate: str, number: int) -> Path:
        """Where the answers of an estate's live account are kept between passes."""
        return self._folder(estate) / "accounts" / f"{number}.jsonl"

    def remedies(self, estate: str) -> tuple[Kept, ...]:
        """The remediation sets of an estate, the newest last. Raises `InvalidInputError` for one that was altered."""
        paths = (self._folder(estate) / "remediations").glob("rem_*.json")
        return tuple(sorted((read_kept(p.read_bytes(), name=p.stem) for p in paths), key=lambda k: k.set.made))

    def prune(self, estate: str, *, before: datetime) -> int:
        """Forget passes that began before an instant, the newest complete one excepted; return how many."""
        names = self.ids(estate)
        newest = self.recent(estate)
        kept = {one.id for one in newest}
        end = pass_id(before)
        old = [name for name in names if name < end and name not in kept]
        for name in old:
            self._pass_file(estate, name).unlink(missing_ok=True)
        if old:
            used = {one.content for one in self.passes(estate)}
            for path in (self._folder(estate) / "contents").glob("*.json.gz"):
                if path.name.removesuffix(".json.gz") not in used:
                    path.unlink(missing_ok=True)
        return len(old)

    def _folder(self, estate: str) -> Path:
        return self._root / estate

    def _pass_file(self, estate: str, name: str) -> Path:
        if not _PASS_NAME.fullmatch(name):
            raise NotFoundError(f"there is no pass {name!r}", code="compliance.no-pass")
        return self._folder(estate) / "passes" / f"{name}.json"

    def _content_file(self, estate: str, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise NotFoundError(f"there is no content {digest!r}", code="compliance.no-content")
        return self._folder(estate) / "contents" / f"{digest}.json.gz"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnavailableError(
            f"cannot make {folder}: {error.strerror}", code="compliance.store", hint="look at: watchword doctor"
        ) from error
