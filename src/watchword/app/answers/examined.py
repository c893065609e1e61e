"""`Examined`: one document that lint looked at, and what came of it."""

from dataclasses import dataclass

from watchword.decision.analysis.lint import Finding
from watchword.decision.language import Diagnostic, PolicyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One document. `error` is why it could not be read at all, `refused` what is wrong with its text."""

    name: str
    kind: PolicyKind
    guessed: bool
    text: str = ""
    findings: tuple[Finding, ...] = ()
    refused: tuple[Diagnostic, ...] = ()
    error: str = ""

    @property
    def bad(self) -> bool:
        return bool(self.refused or self.error)
