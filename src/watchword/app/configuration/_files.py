"""Reads the files of a configuration directory, once each, and remembers what was read."""

from pathlib import Path

from watchword.app.diagnostics import Findings
from watchword.kernel.errors import Place

_POLICIES = "policies"
# Far above any policy (AWS allows 6 KiB) and any list of certificates; keeps a wrong path from filling the memory.
_MOST_BYTES = 4 << 20


class DirectoryReader:
    """`contents` maps each relative path that was read, with `/`, to its bytes."""

    def __init__(self, directory: Path, findings: Findings) -> None:
        self.directory = directory
        self.contents: dict[str, bytes] = {}
        self._findings = findings

    def read(self, name: str, *, missing_hint: str | None = None) -> bytes | None:
        """Read a file of the directory; None and a diagnostic where that cannot be done."""
        return self._read(name, Place(document=name), missing_hint)

    def read_named(self, name: str, place: Place) -> bytes | None:
        """Read a file that the configuration names at `place`; it has to lie inside the directory."""
        if name in self.contents:
            return self.contents[name]
        path = Path(name)
        if path.is_absolute() or ".." in path.parts or path.as_posix() != name or "\0" in name:
            self._findings.error(
                place,
                "file.outside",
                "not a file of the configuration directory",
                expected="a path relative to it, without . and ..",
                found=repr(name),
            )
            return None
        return self._read(name, place, None)

    def policies(self) -> dict[str, bytes]:
        """Read `policies/*.json`; keys are names without the ending."""
        folder = self.directory / _POLICIES
        found: dict[str, bytes] = {}
        try:
            paths = sorted(folder.iterdir())
        except FileNotFoundError:
            return found
        except OSError as error:
            self._findings.error(
                Place(document=_POLICIES), "file.unreadable", f"cannot be listed: {error.strerror or error}"
            )
            return found
        for path in paths:
            name = f"{_POLICIES}/{path.name}"
            if path.name.startswith(".") or path.name.endswith("~"):
                continue
            if path.suffix != ".json":
                self._findings.warning(
                    Place(document=name), "policy.ignored", "not read", hint="policies are files that end with .json"
                )
                continue
            content = self.read(name)
            if content is not None:
                found[path.stem] = content
        return found

    def _read(self, name: str, place: Place, missing_hint: str | None) -> bytes | None:
        path = self.directory / name
        try:
            if not path.is_file():
                missing = not path.exists()
                self._findings.error(
                    place,
                    "file.missing" if missing else "file.kind",
                    f"there is no {name} in {self.directory}" if missing else f"not a file: {path}",
                    hint=missing_hint if missing else None,
                )
                return None
            with path.open("rb") as stream:
                content = stream.read(_MOST_BYTES + 1)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            self._findings.error(place, "file.unreadable", f"cannot be read: {path}: {reason}")
            return None
        if len(content) > _MOST_BYTES:
            self._findings.error(
                place, "file.too-large", f"the file is too large: {path}", expected=f"at most {_MOST_BYTES} bytes"
            )
            return None
        self.contents[name] = content
        return content
