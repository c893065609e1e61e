"""`Strangers`: the names in policies and requests that the catalogue does not know, each with the nearest that it does.

    strangers = Strangers(catalogue)
    strangers.action("s3:GetObjekt", place="case 7")
    strangers.document(document)
    strangers.found        # (Stranger(kind=ACTION, name="s3:GetObjekt", near="s3:GetObject", place="case 7"),)

A stranger is a warning and never a verdict: a name that nobody knows is compared like any other, and what AWS added
yesterday is a stranger too. Each name is told once, with the first place where it stands and the number of places. A
pattern is a stranger where no known action matches it; services that are open (`keys`, `mesh`) have none.
"""

import enum
from dataclasses import dataclass, replace

from watchword.decision.analysis.catalogue.catalogue import Catalogue
from watchword.decision.analysis.patterns import literal
from watchword.decision.language import PolicyDocument, Statement

# Different names that are told apart. Nobody corrects more of them in one go.
MOST_STRANGERS = 1_000
# To find the nearest of some hundred names takes a millisecond: a file of nonsense should not take minutes.
_MOST_GUESSES = 200
# Names that were looked up; an estate has some thousands.
_MOST_REMEMBERED = 50_000


class Kind(enum.StrEnum):
    SERVICE = "service"
    ACTION = "action"
    KEY = "condition key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """`name` is as it was written; `near` is what may have been meant, or None. `place` is the first of `times`."""

    kind: Kind
    name: str
    near: str | None
    place: str
    times: int = 1
    line: int = 0
    column: int = 0


class Strangers:
    """Collects them. Belongs to one thread, with those made of it by `anew`."""

    def __init__(self, catalogue: Catalogue, *, beside: "Strangers | None" = None) -> None:
        self._catalogue = catalogue
        self._found: dict[tuple[Kind, str], Stranger] = {}
        self._known: _Known = _Known(catalogue) if beside is None else beside._known  # noqa: SLF001 - of the same class
        self.unlisted = 0

    def anew(self) -> "Strangers":
        """Return a collector that has found nothing yet, and looks nothing up that this one has looked up."""
        return Strangers(self._catalogue, beside=self)

    @property
    def found(self) -> tuple[Stranger, ...]:
        """In the order in which they were met."""
        return tuple(self._found.values())

    @property
    def day(self) -> str:
        """The catalogue's date, ISO 8601."""
        return self._catalogue.about.converted

    def action(self, text: str, *, place: str, line: int = 0, column: int = 0) -> None:
        """Look at an action, or at a pattern of actions."""
        kind = self._known.kind(text.lower())
        if kind is not None:
            self._meet(kind, text, place, line, column)

    def key(self, text: str, *, place: str, line: int = 0, column: int = 0) -> None:
        """Look at a condition key."""
        if not self._known.key(text.lower()):
            self._meet(Kind.KEY, text, place, line, column)

    def document(self, document: PolicyDocument, *, at: str = "") -> None:
        """Look at every action and condition key of a document; its name follows `at`, where it stands in something."""
        place = f"{at}: {document.name}" if at else document.name
        for statement in document.statements:
            self._statement(statement, place)

    def misspelt(self, document: PolicyDocument, action: str) -> None:
        """Look at those actions of a document that may have been meant to be `action`."""
        wanted = action.lower()
        service = wanted.partition(":")[0] + ":"
        for value in (v for s in document.statements for v in s.actions):
            text = value.text.lower()
            if text.startswith(service) and literal(text) and self._known.kind(text) is Kind.ACTION:
                near = self._known.near(Kind.ACTION, value.text)
                if near is not None and near.lower() == wanted:
                    self.action(value.text, place=document.name)

    def _statement(self, statement: Statement, name: str) -> None:
        # A statement without a line is of a document whose lines are nobody's: that of an estate.
        told = 1 if statement.line else 0
        for value in statement.actions:
            self.action(value.text, place=name, line=value.line * told, column=value.column)
        for condition in statement.conditions:
            self.key(condition.key, place=name, line=condition.line * told, column=condition.column)

    def _meet(self, kind: Kind, text: str, place: str, line: int, column: int) -> None:
        before = self._found.get((kind, text.lower()))
        if before is not None:
            self._found[kind, text.lower()] = replace(before, times=before.times + 1)
        elif len(self._found) >= MOST_STRANGERS:
            self.unlisted += 1
        else:
            near = self._known.near(kind, text)
            self._found[kind, text.lower()] = Stranger(
                kind=kind, name=text, near=near, place=place, line=line, column=column
            )


class _Known:
    """What was looked up, by name in lower case."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._kinds: dict[str, Kind | None] = {}
        self._keys: dict[str, bool] = {}
        self._near: dict[tuple[Kind, str], str | None] = {}

    def kind(self, action: str) -> Kind | None:
        """What of an action is not known; None where all is."""
        if action not in self._kinds:
            if len(self._kinds) >= _MOST_REMEMBERED:
                self._kinds.clear()
            self._kinds[action] = self._look_up(action)
        return self._kinds[action]

    def _look_up(self, action: str) -> Kind | None:
        if not action.strip("*"):
            return None
        service = self._catalogue.service(action.partition(":")[0])
        if service is None:
            return Kind.SERVICE
        return None if service.open or self._catalogue.expand(action) else Kind.ACTION

    def key(self, name: str) -> bool:
        if name not in self._keys:
            if len(self._keys) >= _MOST_REMEMBERED:
                self._keys.clear()
            self._keys[name] = self._catalogue.key(name) is not None
        return self._keys[name]

    def near(self, kind: Kind, text: str) -> str | None:
        at = kind, text.lower()
        if at not in self._near:
            if len(self._near) >= _MOST_GUESSES:
                return None
            self._near[at] = self._nearest(kind, text)
        return self._near[at]

    def _nearest(self, kind: Kind, text: str) -> str | None:
        match kind:
            case Kind.KEY:
                return self._catalogue.nearest_key(text)
            case Kind.ACTION:
                return self._catalogue.nearest_action(text)
            case Kind.SERVICE:
                prefix, _, name = text.partition(":")
                near = self._catalogue.nearest_service(prefix)
                known = self._catalogue.expand(f"{near}:{name}") if near else ()
                return known[0].full_name if len(known) == 1 else f"{near}:{name}" if known else near
