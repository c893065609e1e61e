"""Which catalogue of actions is in force: the one that came with this Watchword, or a newer one in the state
directory."""

from pathlib import Path

from watchword.app.state import StateDirectory, write_private
from watchword.decision.analysis.catalogue import MAX_SOURCE, SHIPPED, Catalogue, convert, shipped_catalogue
from watchword.kernel.errors import InvalidInputError, UnavailableError


def catalogue_path(state: StateDirectory) -> Path:
    return state.root / SHIPPED


def current_catalogue(state: StateDirectory | None) -> Catalogue:
    """Return the catalogue of the state directory, else the shipped one; None is no state directory.

    Raise `InvalidInputError` (`catalogue.malformed`) where the state directory's is broken: to fall back in '
    'silence would
    call actions unknown that were known yesterday.
    """
    if state is None:
        return shipped_catalogue()
    path = catalogue_path(state)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return shipped_catalogue()
    except OSError as error:
        raise UnavailableError(f"cannot read {path}: {error.strerror}", code="catalogue.unreadable") from error
    try:
        return Catalogue(content)
    except InvalidInputError as error:
        raise InvalidInputError(
            f"{path}: {error.message}",
            code=error.code,
            hint="watchword policy catalogue --reset goes back to the shipped",
        ) from error


class CurrentCatalogue:
    """The catalogue that is in force, for a process that lives: read again when its file differs."""

    def __init__(self, state: StateDirectory | None) -> None:
        self._state = state
        self._version: tuple[int, int] | None = None
        self._catalogue: Catalogue | None = None

    def own(self) -> bool:
        """Whether it is that of the state directory."""
        return self._now() is not None

    def catalogue(self) -> Catalogue:
        """Raise `UnavailableError` where it is broken."""
        version = self._now()
        if self._catalogue is None or version != self._version:
            try:
                self._catalogue, self._version = current_catalogue(self._state), version
            except InvalidInputError as error:
                # No fault of whoever asks.
                raise UnavailableError(error.message, code=error.code, hint=error.hint) from error
        return self._catalogue

    def _now(self) -> tuple[int, int] | None:
        if self._state is None:
            return None
        try:
            found = catalogue_path(self._state).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size


def converted(source: Path, *, origin: str, licence: str, day: str) -> bytes:
    """Read an `iam-definition.json` and return it as a catalogue file, every part of which was read back.

    Raise `InvalidInputError` where it cannot be read or is not what it should be.
    """
    try:
        if source.stat().st_size > MAX_SOURCE:
            raise InvalidInputError(
                f"{source} is too large", code="catalogue.source", expected=f"at most {MAX_SOURCE} bytes"
            )
        content = source.read_bytes()
    except OSError as error:
        raise InvalidInputError(f"cannot read {source}: {error.strerror}", code="file.unreadable") from error
    made = convert(content, source=origin, licence=licence, day=day)
    Catalogue(made).expand("*")
    return made


def keep(state: StateDirectory, content: bytes) -> Path:
    """Put a catalogue file into the state directory, whole or not at all; the one before stays until then."""
    state.prepare()
    path = catalogue_path(state)
    try:
        write_private(path, content)
    except OSError as error:
        raise UnavailableError(f"cannot write {path}: {error.strerror}", code="catalogue.unwritable") from error
    return path


def reset(state: StateDirectory) -> bool:
    """Go back to the shipped catalogue; False where there was no other."""
    path = catalogue_path(state)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise UnavailableError(f"cannot remove {path}: {error.strerror}", code="catalogue.unwritable") from error
    return True
