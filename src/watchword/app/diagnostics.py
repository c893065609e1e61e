"""Problems found in a configuration, all of them at once, each with its place.

A diagnostic is one line of text: `file:line:column: what is wrong (expected this, found that); what to do`.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field

from watchword.kernel.errors import InvalidInputError, Place


class Severity(enum.StrEnum):
    ERROR = "error"  # the configuration is not accepted
    WARNING = "warning"  # it is, and somebody should look at this


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """`place.document` is relative to the configuration directory. `code` is stable."""

    place: Place
    code: str
    message: str
    expected: str | None = None
    found: str | None = None
    hint: str | None = None
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}"
        got = [f"{word} {value}" for word, value in (("expected", self.expected), ("found", self.found)) if value]
        if got:
            text += f" ({', '.join(got)})"
        if self.hint:
            text += f"; {self.hint}"
        # One problem, one line, whatever somebody wrote into a key.
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


class ConfigurationError(InvalidInputError):
    """The configuration is not accepted. `diagnostics` holds every error of every file, by place; never empty."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        found = tuple(sorted(diagnostics, key=lambda d: (d.place.document, d.place.line, d.place.column)))
        if not found:
            raise ValueError("a configuration without a problem is no error")
        super().__init__("\n".join(str(d) for d in found), code="configuration.refused")
        self.diagnostics = found


@dataclass(slots=True)
class Findings:
    """Collects diagnostics while a configuration is read, so that one problem does not hide the next."""

    errors: list[Diagnostic] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)

    def add(self, diagnostic: Diagnostic) -> None:
        (self.errors if diagnostic.severity is Severity.ERROR else self.warnings).append(diagnostic)

    def error(
        self,
        place: Place,
        code: str,
        message: str,
        *,
        expected: str | None = None,
        found: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.errors.append(
            Diagnostic(place=place, code=code, message=message, expected=expected, found=found, hint=hint)
        )

    def warning(self, place: Place, code: str, message: str, *, hint: str | None = None) -> None:
        self.warnings.append(Diagnostic(place=place, code=code, message=message, hint=hint, severity=Severity.WARNING))
