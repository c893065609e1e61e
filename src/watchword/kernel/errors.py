"""What goes wrong, said so that a person can act on it.

Every error that Watchword raises on purpose is a `WatchwordError`: a stable `code` for programs, a sentence for
people, and, where they are known, the place, what was expected, what was found and one thing to do about it.
The families below say whose fault it is, because that decides who is told and whether trying again can help.
HTTP status and exit codes are chosen in the shells, never here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a document something stands. Lines and columns count from 1; 0 means not known."""

    document: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.document]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


class WatchwordError(Exception):
    """An error of ours: `code` is stable, the message is for people, the rest says where, what and what to do."""

    def __init__(
        self,
        message: str,
        *,
        code: str,
        place: Place | None = None,
        expected: str | None = None,
        found: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.place = place
        self.expected = expected
        self.found = found
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}" if self.place else self.message
        if self.expected is not None and self.found is not None:
            text += f" (expected {self.expected}, found {self.found})"
        elif self.expected is not None:
            text += f" (expected {self.expected})"
        return text


class InvalidInputError(WatchwordError):
    """What the caller or an author wrote cannot be accepted. Trying the same again cannot help."""


class RefusedError(WatchwordError):
    """The caller asked for something it may not have, or proof that it gave does not hold."""


class NotFoundError(WatchwordError):
    """The caller named something that is not there."""


class ConflictError(WatchwordError):
    """The state is not what the caller took it to be; reading again may help."""


class UnavailableError(WatchwordError):
    """Something that we need did not answer, or not in time. Whoever asked must be refused; trying again may help."""


class DefectError(WatchwordError):
    """A promise of our own does not hold. Nothing may be let through on account of it."""
