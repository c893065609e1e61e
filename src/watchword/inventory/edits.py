"""Edits of a text: spans and what stands there instead. Everything outside the spans stays as it is, byte for byte.

    writer.changes(setting)        # what a setting comes to in one file: a literal anew, or something put in
    writer.edits(changes)          # the edits of several changes together: one new block for what belongs in one
    apply(text, edits)

A front-end's writer makes them (`adapters/terraform/writing`, `adapters/documents/writing`); spans are offsets in the
text.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from watchword.inventory.settings import Setting, Wanted
from watchword.inventory.values import Place
from watchword.kernel.errors import DefectError


class Refusal(Exception):  # noqa: N818 - an answer and no error: it is told as the reason why no fix is offered
    """Why a setting is not written. `computed`: what stands there is no literal, but one may stand elsewhere."""

    def __init__(self, why: str, *, computed: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.computed = computed


class Edit(NamedTuple):
    """`text` in place of a span. Of insertions at one offset those of a lower `rank` come first: what begins later."""

    start: int
    end: int
    text: str
    rank: int = 0


class Rewrite(NamedTuple):
    """A literal anew; or, without a span, elements at the end of a list."""

    start: int
    end: int
    text: str
    rank: int = 0


class Insertion(NamedTuple):
    """Something put into what begins at `container`: names on the way, and the value of the last.

    `beside` is the declaration of its own that it goes into: its type, and the argument that names the other.
    """

    container: int
    path: tuple[str, ...]
    value: Wanted
    beside: tuple[str, str] = ("", "")


Change = Rewrite | Insertion
Tree = dict[str, "Tree | Wanted"]


class Writer(Protocol):
    """One file that edits are made for. Raises `Refusal` for what it cannot write."""

    def changes(self, setting: Setting) -> Change: ...

    def literal(self, root: Place, value: Wanted) -> Change: ...

    def edits(self, changes: Sequence[Change]) -> tuple[Edit, ...]: ...


def trees(changes: Iterable[Change]) -> dict[tuple[int, tuple[str, str]], Tree]:
    """Bring insertions into one container together. Raises `Refusal` where two want different things of one name."""
    found: dict[tuple[int, tuple[str, str]], Tree] = {}
    for change in changes:
        if not isinstance(change, Insertion):
            continue
        tree = found.setdefault((change.container, change.beside), {})
        for step in change.path[:-1]:
            inner = tree.setdefault(step, {})
            if not isinstance(inner, dict):
                raise Refusal(f"two fixes want different things of {'.'.join(change.path)}")
            tree = inner
        name = change.path[-1]
        there = tree.setdefault(name, change.value)
        if isinstance(there, tuple) and isinstance(change.value, tuple):
            tree[name] = (*there, *(one for one in change.value if one not in there))  # both add to one list
        elif there != change.value:
            raise Refusal(f"two fixes want different things of {'.'.join(change.path)}")
    return found


def rewrites(changes: Iterable[Change]) -> list[Edit]:
    """The literals to be written anew, each once. Raises `Refusal` where two want different texts in one place.

    What adds to a list replaces nothing: several may add at one place.
    """
    found: dict[tuple[int, int, str], Rewrite] = {}
    for change in changes:
        if isinstance(change, Rewrite):
            key = (change.start, change.end, change.text if change.start == change.end else "")
            if found.setdefault(key, change).text != change.text:
                raise Refusal("two fixes want different texts in one place")
    return [Edit(*change) for change in found.values()]


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with the edits made. They must not overlap."""
    pieces: list[str] = []
    at = 0
    for edit in ordered(edits):
        if edit.start < at:
            raise DefectError("edits overlap", code="inventory.edits")
        pieces += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join((*pieces, text[at:]))


def ordered(edits: Iterable[Edit]) -> list[Edit]:
    """The edits as they stand in the text."""
    return sorted(edits, key=lambda edit: (edit.start, edit.end, edit.rank))


def overlap(edits: Iterable[Edit]) -> bool:
    """Whether two edits touch the same text."""
    at = 0
    for edit in ordered(edits):
        if edit.start < at:
            return True
        at = edit.end
    return False


def line_end(text: str, at: int) -> int:
    """Where the line of an offset ends: at its line feed, or the carriage return before it, or the text's end."""
    end = text.find("\n", at)
    if end < 0:
        return len(text)
    return end - 1 if end > at and text[end - 1] == "\r" else end


def line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def indentation(text: str, at: int) -> str:
    """The blanks that the line of an offset begins with."""
    start = line_start(text, at)
    end = start
    while end < at and text[end] in " \t":
        end += 1
    return text[start:end]


def line_break(text: str, at: int) -> str:
    """How lines end around an offset; as the first of the text where that line is its last."""
    end = text.find("\n", at)
    if end < 0:
        end = text.find("\n")
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"
