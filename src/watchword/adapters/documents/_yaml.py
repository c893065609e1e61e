"""YAML to nodes, from the events of libyaml: no recursion in C, so that nesting can be bounded.

1. A file is split at its document markers first (a line that begins with `---` or `...` ends a document wherever it
   stands), so that a document that does not parse costs that document alone.
2. Aliases are the same node again. What they would expand to is counted, so that "a billion laughs" is refused by
   arithmetic; an alias within its own anchor is refused.
3. Keys given twice are a problem, and the last one holds, as for the readers that templates are written for.
"""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final

import yaml

from watchword.adapters.documents.nodes import Entry, Mapping, Node, Scalar, Sequence
from watchword.inventory.model import Problem, ProblemKind
from watchword.inventory.values import Place

# Deeper than people nest (a CRD's schema nests some forty), and shallow enough for Python's own stack.
DEEPEST: Final = 100
# Nodes with all aliases expanded. The largest honest document known to us, many CRDs in one `List`, has 200,000.
MOST_NODES: Final = 1_000_000
# Documents of one file: a whole cluster's dump has some thousand.
MOST_DOCUMENTS: Final = 10_000
# Problems of one file that are told one by one.
MOST_PROBLEMS: Final = 20

_MARKER = re.compile(r"^(?:---|\.\.\.)(?=[ \t\r\n]|\Z)", re.MULTILINE)
_EMPTY = re.compile(r"(?:---|\.\.\.)?(?:[ \t\r\n]++|#[^\n]*+|%[^\n]*+)*+")
_CORE: Final = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map", "binary", "timestamp")
)
_MERGE: Final = "<<"


class _Fault(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, kind: ProblemKind, text: str, line: int, column: int) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.line = line
        self.column = column


def split(text: str) -> list[tuple[int, int]]:
    """Return the spans of a file's documents, each with its marker; not those of comments and directives alone."""
    starts = [0, *(found.start() for found in _MARKER.finditer(text)), len(text)]
    return [(start, end) for start, end in pairwise(starts) if not _EMPTY.fullmatch(text, start, end)]


def parse_document(
    text: str, file: str, first_line: int, known_tag: Callable[[str], bool]
) -> tuple[Node | None, list[Problem]]:
    """Parse one document that begins in `first_line`. Never raises. None where it does not parse; problems say why."""
    builder = _Builder(text, file, first_line, known_tag)
    try:
        return builder.document(), builder.problems
    except _Fault as fault:
        builder.report(fault)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        builder.report(_Fault(ProblemKind.SYNTAX, _words(error), line, column))
    except yaml.reader.ReaderError as error:
        at = error.position if isinstance(error.position, int) else 0
        before = text[:at]
        builder.report(
            _Fault(
                ProblemKind.SYNTAX,
                f"a character that YAML does not allow: {error.reason}",
                before.count("\n"),
                at - before.rfind("\n") - 1,
            )
        )
    return None, builder.problems


def _words(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "not YAML"
    return f"{problem}, {error.context}" if error.context else problem


class _Builder:
    __slots__ = ("_anchors", "_file", "_first", "_known_tag", "_made", "_next", "_strange", "problems")

    def __init__(self, text: str, file: str, first_line: int, known_tag: Callable[[str], bool]) -> None:
        # PyYAML's wheels carry libyaml; where it was built without, the pure parser gives the same events, slowly.
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._next: Callable[[], yaml.Event] = iter(yaml.parse(text, Loader=loader)).__next__
        self._file = file
        self._first = first_line
        self._known_tag = known_tag
        self._made = 0
        self._strange = False
        # What an anchor names: the node, how many nodes it expands to, how many levels it has. None while it is open.
        self._anchors: dict[str, tuple[Node, int, int] | None] = {}
        self.problems: list[Problem] = []

    def report(self, fault: _Fault) -> None:
        line = self._first + fault.line
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(fault.kind, fault.text, Place(self._file, line, line, fault.column + 1)))

    def document(self) -> Node | None:
        self._next()  # the stream's start
        first = self._next()
        if isinstance(first, yaml.StreamEndEvent):
            return None
        return self._node(self._next(), 0)[0]

    def _node(self, event: yaml.Event, depth: int) -> tuple[Node, int]:
        """Return the node that begins with an event, and how many levels it has."""
        line, column = _start(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event.anchor or "", depth, line, column)
        self._made += 1
        if self._made > MOST_NODES:
            raise _Fault(ProblemKind.LIMIT, f"a document of more than {MOST_NODES} nodes", line, column)
        if depth > DEEPEST:
            raise _Fault(ProblemKind.LIMIT, f"nested more than {DEEPEST} deep", line, column)
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            raise _Fault(ProblemKind.SYNTAX, "a value was expected", line, column)
        before = self._made
        anchor = event.anchor
        if anchor is not None:
            self._anchors[anchor] = None
        tag = self._tag(event.tag, line, column)
        node: Node
        levels = 0
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0]
            node = Scalar(event.value, plain, tag, self._first + line, self._first + _last_line(event), column + 1)
        elif isinstance(event, yaml.SequenceStartEvent):
            node, levels = self._sequence(tag, depth, line, column)
        else:
            node, levels = self._mapping(tag, depth, line, column)
        if anchor is not None:
            self._anchors[anchor] = (node, self._made - before + 1, levels)
        return node, levels

    def _alias(self, name: str, depth: int, line: int, column: int) -> tuple[Node, int]:
        named = self._anchors.get(name)
        if named is None:
            why = "an alias within its own anchor" if name in self._anchors else "an alias of no anchor"
            raise _Fault(
                ProblemKind.LOOP if name in self._anchors else ProblemKind.SYNTAX, f"{why}: {name}", line, column
            )
        node, nodes, levels = named
        self._made += nodes
        if self._made > MOST_NODES:
            raise _Fault(ProblemKind.LIMIT, f"aliases that expand to more than {MOST_NODES} nodes", line, column)
        if depth + levels > DEEPEST:
            raise _Fault(ProblemKind.LIMIT, f"nested more than {DEEPEST} deep, by aliases", line, column)
        return node, levels

    def _tag(self, tag: str | None, line: int, column: int) -> str:
        if tag is None:
            return ""
        if not (tag in _CORE or tag == "!" or self._known_tag(tag)) and not self._strange:
            self._strange = True  # one of a kind is enough to know
            self.report(_Fault(ProblemKind.INVALID, f"a tag that is not known: {tag[:80]}", line, column))
        return tag

    def _sequence(self, tag: str, depth: int, line: int, column: int) -> tuple[Node, int]:
        items: list[Node] = []
        levels, last = 0, line
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            item, below = self._node(event, depth + 1)
            items.append(item)
            levels = max(levels, below)
            last = _start(event)[0] if isinstance(event, yaml.AliasEvent) else item.end_line - self._first
        last = max(last, _flow_end(event, last))
        return Sequence(tuple(items), tag, self._first + line, self._first + last, column + 1), levels + 1

    def _mapping(self, tag: str, depth: int, line: int, column: int) -> tuple[Node, int]:
        entries: dict[str, Entry] = {}
        merged: list[tuple[Node, int, int]] = []
        levels, last = 0, line
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key, _ = self._node(event, depth + 1)
            key_line, key_column = _start(event)
            value_event = self._next()
            value, below = self._node(value_event, depth + 1)
            levels = max(levels, below)
            value_is_alias = isinstance(value_event, yaml.AliasEvent)
            last = _start(value_event)[0] if value_is_alias else max(value.end_line - self._first, key_line)
            if not isinstance(key, Scalar):
                self.report(_Fault(ProblemKind.INVALID, "a key that is no text", key_line, key_column))
                continue
            if key.text == _MERGE and key.plain:
                merged.append((value, key_line, key_column))
                continue
            if key.text in entries:
                self.report(
                    _Fault(
                        ProblemKind.DUPLICATE,
                        f"the key {key.text[:80]!r} is given twice, first in line {entries[key.text].key.line}; "
                        "the last one was taken",
                        key_line,
                        key_column,
                    )
                )
            entries[key.text] = Entry(key, value)
        for source, at, from_column in merged:
            self._merge(source, entries, at, from_column)
        last = max(last, _flow_end(event, last))
        return Mapping(entries, tag, self._first + line, self._first + last, column + 1), levels + 1

    def _merge(self, source: Node, entries: dict[str, Entry], line: int, column: int) -> None:
        """`<<: *defaults` (yaml.org/type/merge.html): what is written here wins, then what was merged first."""
        sources = source.items if isinstance(source, Sequence) else (source,)
        for one in sources:
            if not isinstance(one, Mapping):
                self.report(_Fault(ProblemKind.INVALID, "only mappings can be merged", line, column))
                continue
            self._made += len(one.entries)
            if self._made > MOST_NODES:
                raise _Fault(ProblemKind.LIMIT, f"aliases that expand to more than {MOST_NODES} nodes", line, column)
            for name, entry in one.entries.items():
                entries.setdefault(name, entry)


def _start(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line, mark.column) if mark is not None else (0, 0)


def _end(event: yaml.Event) -> tuple[int, int]:
    mark = event.end_mark
    return (mark.line, mark.column) if mark is not None else (0, 0)


def _last_line(event: yaml.ScalarEvent) -> int:
    """The last line of a scalar's text. libyaml counts the blank lines after a block scalar to it."""
    start = _start(event)[0]
    end, column = _end(event)
    if event.style == "|":
        text = event.value
        return min(end, start + text.count("\n") + (0 if text.endswith("\n") else 1)) if text else start
    return end - 1 if column == 0 and end > start else end


def _flow_end(event: yaml.Event, otherwise: int) -> int:
    """The line of a closing bracket; a block collection ends where its last part does, not where the next begins."""
    end = _end(event)
    return end[0] if _start(event) != end else otherwise
