"""Files that are fixed: read, edited in memory, compared, and written whole or not at all."""

import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from watchword.app.posture import writer_of
from watchword.evidence.posture.fixes import FileEdit
from watchword.inventory import FrontEnd
from watchword.inventory.edits import Change, Edit, Refusal, Writer, apply, ordered, overlap
from watchword.kernel.errors import ConflictError, InvalidInputError, UnavailableError

_BOM: Final = b"\xef\xbb\xbf"
_LARGEST: Final = 8 * 1024 * 1024  # bytes of a file that is edited: as the readers take it
_ORDINARY = re.compile(rb"[!#-\[\]-~]+")  # a name that git does not put in quotes


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedFile:
    """One file before and after. `name` is how it is seen from the working directory."""

    name: str
    path: Path
    within: Path  # what was scanned
    old: bytes
    new: bytes


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that is edited, as it was read."""

    content: bytes
    text: str
    writer: Writer

    @staticmethod
    def read(directory: Path, name: str, front_end: FrontEnd) -> "SourceFile":
        parts = name.split("/")
        if name.startswith("/") or ".." in parts:
            raise Refusal(f"{name} lies outside what was scanned")
        if ".terraform" in parts:
            raise Refusal(f"{name} is a module's that was fetched")
        path = directory / name
        try:
            if path.resolve() != directory.resolve() / name:
                raise Refusal(f"{name} is a link, or lies behind one")
            with path.open("rb") as stream:
                content = stream.read(_LARGEST + 1)
            text = content.removeprefix(_BOM).decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Refusal(f"{name} cannot be read") from error
        if len(content) > _LARGEST:
            raise Refusal(f"{name} has more than {_LARGEST} bytes")
        return SourceFile(content, text, writer_of(front_end, text, name))

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


def write(files: Iterable[FixedFile]) -> None:
    """Write fixed files, each whole or not at all; all are looked at before the first is written.

    Raises `ConflictError` for a file that is not as it was when it was read, `InvalidInputError` for a link out.
    """
    files = tuple(files)
    targets: list[tuple[Path, FixedFile]] = []
    for file in files:
        real = file.path.resolve()
        if real != file.within.resolve() / file.path.relative_to(file.within):
            raise InvalidInputError(f"{file.name}: a link, or behind one; nothing was written", code="fix.link")
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
