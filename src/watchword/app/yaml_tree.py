"""YAML as far as a configuration needs it: mappings, lists and scalars, each with its place. Nothing else gets through.

Refused, with the place: anchors and aliases (a few lines of them expand to gigabytes), tags, several documents in one
file, keys that are no plain text, a key given twice, nesting deeper than `MAX_DEPTH`, files larger than `MAX_BYTES`,
bytes that are not UTF-8, control characters. Scalars stay text: what a text means (a number, true, a duration) is
decided by who reads the key, so `no`, `0o10` and `1e3` surprise nobody.

The tree is built from PyYAML's events rather than by its composer, which recurses as deeply as the document nests.
"""

from dataclasses import dataclass
from typing import NoReturn, Protocol

import yaml

from watchword.app.diagnostics import Findings
from watchword.kernel.errors import Place

MAX_BYTES = 1 << 20
MAX_DEPTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """`plain` tells an unquoted scalar: only such a one can be a number, true, false or null."""

    place: Place
    text: str
    plain: bool

    @property
    def null(self) -> bool:
        return self.plain and self.text in {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    place: Place
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One key of a mapping with its value; `place` is the key's."""

    key: str
    place: Place
    value: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    place: Place
    entries: tuple[Entry, ...]


Node = Scalar | Sequence | Mapping


class _Mark(Protocol):
    """A position of PyYAML's, whichever of its scanners it came from; both count from 0."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class _GaveUp(Exception):  # noqa: N818 - it carries no error: the diagnostic has been recorded already
    """Reading this file cannot go on."""


def read_yaml(content: bytes, document: str, findings: Findings) -> Node | None:
    """Return the tree, or None where the file could not be read to its end; then `findings` says why."""
    if len(content) > MAX_BYTES:
        findings.error(
            Place(document=document),
            "yaml.too-large",
            "the file is too large",
            expected=f"at most {MAX_BYTES} bytes",
            found=f"{len(content)}",
        )
        return None
    text = _decode(content, document, findings)
    if text is None:
        return None
    try:
        return _Builder(text, document, findings).document()
    except _GaveUp:
        return None
    except yaml.MarkedYAMLError as error:
        _report_marked(error, document, findings)
    except yaml.reader.ReaderError as error:
        position = error.position if isinstance(error.position, int) else 0
        findings.error(
            _at_offset(text, position, document),
            "yaml.character",
            "a character that YAML does not allow",
            found=f"U+{ord(text[position]):04X}" if position < len(text) else None,
            hint="remove it",
        )
    return None


def _decode(content: bytes, document: str, findings: Findings) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        findings.error(
            _at_offset(before, len(before), document),
            "yaml.encoding",
            "the file is not UTF-8",
            found=f"byte 0x{content[error.start]:02x}",
            hint="save it as UTF-8",
        )
        return None


def _at_offset(text: str, offset: int, document: str) -> Place:
    before = text[:offset]
    return Place(document=document, line=before.count("\n") + 1, column=offset - (before.rfind("\n") + 1) + 1)


def _place(mark: _Mark | None, document: str) -> Place:
    if mark is None:
        return Place(document=document)
    return Place(document=document, line=mark.line + 1, column=mark.column + 1)


def _report_marked(error: yaml.MarkedYAMLError, document: str, findings: Findings) -> None:
    message = error.problem or error.context or "not YAML"
    hint = None
    if "'\\t'" in message:
        message, hint = "a tab where YAML wants spaces", "indent with spaces"
    elif message.startswith("mapping values are not allowed"):
        message, hint = "a colon where no value can begin", "put the text in quotes, or check the indentation"
    elif message.startswith("could not find expected ':'"):
        message, hint = "a key without its colon", "write `key: value`"
    elif error.context and error.context_mark is not None:
        message = f"{message}, {error.context} that begins in line {error.context_mark.line + 1}"
    findings.error(_place(error.problem_mark or error.context_mark, document), "yaml.syntax", message, hint=hint)


class _Builder:
    """Turns the stream of events into a tree."""

    def __init__(self, text: str, document: str, findings: Findings) -> None:
        self._events = yaml.parse(text, Loader=yaml.SafeLoader)
        self._document = document
        self._findings = findings

    def document(self) -> Node:
        next(self._events)  # the start of the stream
        first = next(self._events)
        if isinstance(first, yaml.StreamEndEvent):
            return Scalar(place=Place(document=self._document, line=1, column=1), text="", plain=True)
        root = self._node(next(self._events), depth=1)
        next(self._events)  # the end of the document
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            self._refuse(after, "yaml.documents", "a second document in one file", "keep one, without `---`")
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, "yaml.alias", "an alias", "write the value out")
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            self._refuse(event, "yaml.anchor", "an anchor", "write the value out where it is needed")
        if isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) and event.tag is not None:
            self._refuse(event, "yaml.tag", f"a tag, {event.tag}", "remove it")
        if depth > MAX_DEPTH:
            self._refuse(event, "yaml.depth", f"nested deeper than {MAX_DEPTH} levels", None)
        place = _place(event.start_mark, self._document)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(place=place, text=event.value, plain=event.style is None)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
                items.append(self._node(event, depth + 1))
            return Sequence(place=place, items=tuple(items))
        entries: list[Entry] = []
        seen: dict[str, Place] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar) or key.null:
                self._refuse(event, "yaml.key", "a key that is no text", None)
            value = self._node(next(self._events), depth + 1)
            if key.text in seen:
                self._findings.error(
                    key.place,
                    "yaml.duplicate-key",
                    f"the key {key.text!r} is given twice",
                    hint=f"the first one is in line {seen[key.text].line}",
                )
                continue
            seen[key.text] = key.place
            entries.append(Entry(key=key.text, place=key.place, value=value))
        return Mapping(place=place, entries=tuple(entries))

    def _refuse(self, event: yaml.Event, code: str, what: str, hint: str | None) -> NoReturn:
        self._findings.error(
            _place(event.start_mark, self._document), code, f"not used in a configuration: {what}", hint=hint
        )
        raise _GaveUp
