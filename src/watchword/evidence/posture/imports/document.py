"""JSON that a stranger wrote, asked with care: each value knows its place, and is refused there if it is another kind.

whole = Document(loaded, name="results.json")
whole["runs"].items()[0].text("ruleId")      # InvalidInputError: results.json: runs[0].ruleId: expected a text
"""

from collections.abc import Mapping
from typing import NoReturn

from watchword.evidence.posture.imports.model import LONGEST_NAME, LONGEST_TEXT
from watchword.kernel.errors import InvalidInputError


class Document:
    """A JSON value and where it stands. What is `null` is absent: tools write both."""

    __slots__ = ("_name", "_path", "loaded")

    def __init__(self, value: object, *, name: str, path: str = "") -> None:
        self.loaded = value
        self._name = name
        self._path = path

    def __contains__(self, key: str) -> bool:
        return isinstance(self.loaded, Mapping) and self.loaded.get(key) is not None

    def __bool__(self) -> bool:
        return self.loaded is not None

    def __getitem__(self, key: str) -> "Document":
        """Return the member, absent where this is absent. Refused where this is no object."""
        if self.loaded is None:
            value = None
        elif isinstance(self.loaded, Mapping):
            value = self.loaded.get(key)
        else:
            self.refuse("an object")
        return Document(value, name=self._name, path=f"{self._path}.{key}" if self._path else key)

    def items(self) -> "list[Document]":
        """Return the elements of a list; none where it is absent."""
        if self.loaded is None:
            return []
        if not isinstance(self.loaded, list):
            self.refuse("a list")
        return [self._element(number, value) for number, value in enumerate(self.loaded)]

    def each(self) -> "list[Document]":
        """Return the elements of a list, or the one value that stands in its place."""
        return self.items() if self.is_list else [self]

    def members(self) -> "list[tuple[str, Document]]":
        """Return names and values of an object; none where it is absent."""
        if self.loaded is None:
            return []
        if not isinstance(self.loaded, Mapping):
            self.refuse("an object")
        return [(str(key), self[str(key)]) for key in self.loaded]

    def first(self) -> "Document":
        """Return the first element of a list, or nothing."""
        if isinstance(self.loaded, list) and self.loaded:
            return self._element(0, self.loaded[0])
        return Document(None, name=self._name, path=f"{self._path}[0]")

    def name(self, key: str) -> str:
        """Return a text that must be there: an identifier. It is never empty."""
        found = self.text(key, longest=LONGEST_NAME)
        if not found:
            self[key].refuse("a text that is not empty")
        return found

    def text(self, key: str, *, longest: int = LONGEST_TEXT) -> str:
        """Return a text, shortened; empty where it is absent."""
        found = self[key]
        if not found:
            return ""
        if not isinstance(found.loaded, str):
            found.refuse("a text")
        text = found.loaded.strip()
        return text if len(text) <= longest else text[: longest - 1] + "…"

    def number(self, key: str) -> int:
        """Return a whole number that is not negative; 0 where it is absent or below."""
        return self[key].whole_number()

    def whole_number(self) -> int:
        """Return this very value as such a number, as in a list of lines."""
        value = self.loaded
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            self.refuse("a whole number")
        return max(0, int(value))

    def word(self) -> str:
        """Return this very value as a short text, whatever it is: an element of a path."""
        return str(self.loaded)[:LONGEST_NAME] if isinstance(self.loaded, str | int) else ""

    def true(self, key: str) -> bool:
        found = self[key]
        if found and not isinstance(found.loaded, bool):
            found.refuse("true or false")
        return found.loaded is True

    @property
    def is_list(self) -> bool:
        return isinstance(self.loaded, list)

    @property
    def is_object(self) -> bool:
        return isinstance(self.loaded, Mapping)

    def refuse(self, expected: str) -> NoReturn:
        raise InvalidInputError(
            f"{self._name}: {self._path or 'the document'}",
            code="scan.import",
            expected=expected,
            found=_kind(self.loaded),
        )

    def _element(self, number: int, value: object) -> "Document":
        return Document(value, name=self._name, path=f"{self._path}[{number}]")


def _kind(value: object) -> str:
    names = {type(None): "nothing", bool: "true or false", str: "a text", list: "a list", dict: "an object"}
    return names.get(type(value), "a number") if value != "" else "an empty text"
