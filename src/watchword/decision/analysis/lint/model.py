"""What a rule is, what it finds, and what is handed to it."""

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from watchword.decision.analysis.catalogue import Action, Catalogue
from watchword.decision.analysis.lint.source import Source
from watchword.decision.language import Effect, PolicyDocument, PolicyKind, Statement


class Severity(enum.StrEnum):
    """How much is at stake. Exit codes and SARIF levels follow it."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Located(Protocol):
    """Anything of a document that knows where it stands."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Replace `[start, end)` of the document's text, offsets in characters."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """Edits that together make one change which allows nothing that was not allowed before."""

    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What a rule's check yields. `at` is where; `severity` only where this case is not as grave as the rule says."""

    at: Located
    message: str
    statement: Statement | None = None
    severity: Severity | None = None
    fix: Fix | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A hit with everything that a report needs. `end_column` is one past the last character; equal to `column` where
    only the beginning is known."""

    rule: str
    severity: Severity
    document: str
    message: str
    line: int
    column: int
    end_line: int
    end_column: int
    statement: int | None = None
    sid: str | None = None
    fix: Fix | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A document that a rule finds something in (`bad`) or must not. `kind` is what it is for."""

    text: str
    kind: PolicyKind = PolicyKind.IDENTITY


@dataclass(frozen=True)
class Subject:
    """One document and what is known around it. `accounts` are account numbers that are the reader's own."""

    document: PolicyDocument
    catalogue: Catalogue
    source: Source | None = None
    accounts: frozenset[str] = field(default=frozenset())

    @property
    def kind(self) -> PolicyKind:
        return self.document.kind

    @property
    def statements(self) -> tuple[Statement, ...]:
        return self.document.statements

    @cached_property
    def allows(self) -> tuple[Statement, ...]:
        return tuple(s for s in self.document.statements if s.effect is Effect.ALLOW)

    @cached_property
    def denies(self) -> tuple[Statement, ...]:
        return tuple(s for s in self.document.statements if s.effect is Effect.DENY)

    @cached_property
    def grants(self) -> tuple[Statement, ...]:
        """The Allows of a document that gives something: identity and session policies, and those on resources.

        SCPs, RCPs and boundaries only limit what others give; an endpoint policy is one more limit.
        """
        giving = {PolicyKind.IDENTITY, PolicyKind.SESSION, PolicyKind.RESOURCE}
        return self.allows if self.kind in giving else ()

    def actions(self, statement: Statement) -> tuple[Action, ...]:
        """The known actions that a statement names; none for `NotAction`, which names what it does not mean."""
        if statement.not_action:
            return ()
        found: dict[str, Action] = {}
        for value in statement.actions:
            for action in self.catalogue.expand(value.text):
                found.setdefault(action.full_name, action)
        return tuple(found.values())


Check = Callable[[Subject], Iterator[Hit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`id` is stable. `reader_codes`: warnings of the language's reader that this rule says in its place.

    `severity` is the gravest that it gives. `bad` and `good` are documents on which the rule is tested.
    """

    id: str
    severity: Severity
    title: str
    why: str
    remedy: str
    check: Check
    bad: tuple[Example, ...]
    good: tuple[Example, ...]
    references: tuple[str, ...] = ()
    reader_codes: frozenset[str] = frozenset()
    fixes: bool = False
