"""What is wrong with a document, and where."""

from collections.abc import Iterable

from watchword.app import diagnostics
from watchword.app.answers.values import Json
from watchword.decision.language import Diagnostic


def row(diagnostic: "Diagnostic | diagnostics.Diagnostic") -> dict[str, Json]:
    """A row of `policy check`: place in one word."""
    return {
        "severity": diagnostic.severity.value,
        "place": str(diagnostic.place),
        "code": diagnostic.code,
        "message": diagnostic.message,
        "expected": diagnostic.expected,
        "found": diagnostic.found,
        "hint": diagnostic.hint,
    }


def placed(diagnostic: Diagnostic) -> dict[str, Json]:
    """Place in parts, with the document."""
    return {"document": diagnostic.document, **within(diagnostic)}


def within(diagnostic: Diagnostic) -> dict[str, Json]:
    """Place in parts, where it is plain which document is meant."""
    return {
        "line": diagnostic.line,
        "column": diagnostic.column,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "expected": diagnostic.expected,
        "found": diagnostic.found,
        "hint": diagnostic.hint,
    }


def all_within(diagnostics_: Iterable[Diagnostic]) -> list[Json]:
    return [within(d) for d in diagnostics_]
