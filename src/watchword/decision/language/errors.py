"""What is wrong with a policy document, all of it at once, as a good compiler says it.

A document is refused with every mistake that could be found in it: fixing one to be shown the next wastes an afternoon.
Warnings are about documents that mean something, but probably not what their author meant; they never refuse.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from watchword.kernel.errors import InvalidInputError, Place


class Severity(enum.StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding. Lines and columns count from 1, columns in characters. `code` is stable."""

    document: str
    line: int
    column: int
    code: str
    message: str
    severity: Severity = Severity.ERROR
    expected: str | None = None
    found: str | None = None
    hint: str | None = None

    @property
    def place(self) -> Place:
        return Place(document=self.document, line=self.line, column=self.column)

    def __str__(self) -> str:
        text = f"{self.place}: {self.severity.value}: {self.message}"
        if self.expected is not None:
            found = "" if self.found is None else f", found {self.found}"
            text += f" (expected {self.expected}{found})"
        elif self.found is not None:
            text += f" (found {self.found})"
        if self.hint is not None:
            text += f"\n  hint: {self.hint}"
        return f"{text} [{self.code}]"


class PolicyError(InvalidInputError):
    """A document was refused. `diagnostics` holds every error and warning, in the order of the text.

    The attributes of the base class are those of the first error, so that a caller with room for one line has it.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        errors = [d for d in diagnostics if d.severity is Severity.ERROR]
        if not errors:
            raise ValueError("a refusal needs a reason")
        first = errors[0]
        more = len(errors) - 1
        super().__init__(
            first.message + (f" (and {more} more)" if more else ""),
            code=first.code,
            place=first.place,
            expected=first.expected,
            found=first.found,
            hint=first.hint,
        )
        self.diagnostics = tuple(diagnostics)
