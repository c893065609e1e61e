"""A reader of JSON (RFC 8259) that keeps the place of everything and lets nothing pass in silence.

The standard library's reader keeps the last of two equal keys, takes `NaN`, and forgets where things stood. In a policy
each of these can hide a Deny. Refused here, with line and column: duplicate keys, `NaN` and `Infinity`, anything after
the value, a byte order mark, text that is no UTF-8, lone surrogates, more than `MAX_DEPTH` levels or `MAX_SIZE` bytes.
"""

import bisect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from watchword.decision.language._cut import Cut, NotPlain, Number

# AWS takes at most 20 KiB in any policy; twelve times that is room for generated ones and no more.
MAX_SIZE = 256 * 1024
# A policy nests seven deep. Beyond this someone is after the reader's stack.
MAX_DEPTH = 32

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_HEX4 = re.compile(r"[0-9a-fA-F]{4}")
_WORD = re.compile(r"[A-Za-z0-9_+.-]+")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_SURROGATES = range(0xD800, 0xE000)
_LOW_SURROGATES = range(0xDC00, 0xE000)
_FOUND_LENGTH = 40


@dataclass(frozen=True, slots=True)
class JsonString:
    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class JsonNumber:
    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class JsonBoolean:
    line: int
    column: int
    value: bool


@dataclass(frozen=True, slots=True)
class JsonNull:
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class JsonArray:
    line: int
    column: int
    items: tuple["JsonValue", ...]


@dataclass(frozen=True, slots=True)
class JsonObject:
    line: int
    column: int
    members: tuple[tuple[JsonString, "JsonValue"], ...]


JsonValue = JsonString | JsonNumber | JsonBoolean | JsonNull | JsonArray | JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something that is wrong with the text, and where."""

    line: int
    column: int
    code: str
    message: str
    expected: str
    found: str


class NotJsonError(Exception):
    """Where the text stops being JSON; the reader cannot go on. Stays inside this context."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.message)
        self.flaw = flaw


def describe(value: JsonValue) -> str:
    """What a value is, as a person calls it."""
    match value:
        case JsonString(text=text):
            shown = text if len(text) <= _FOUND_LENGTH else text[: _FOUND_LENGTH - 1] + "…"
            return f'"{shown}"'
        case JsonNumber(text=text):
            return f"the number {text[:_FOUND_LENGTH]}"
        case JsonBoolean(value=flag):
            return "true" if flag else "false"
        case JsonNull():
            return "null"
        case JsonArray(items=items):
            return "a list" if items else "an empty list"
        case JsonObject(members=members):
            return "an object" if members else "an empty object"


def read_json(
    source: str | bytes, report: Callable[[Flaw], None], *, first_line: int = 1, max_size: int = MAX_SIZE
) -> JsonValue:
    """Return the value with places. Raise `NotJsonError` where it ends being JSON; duplicate keys go to `report`.

    `first_line` is the number of the source's first line, where the source is a part of something longer.
    """
    swift = _read_swiftly(source, first_line, max_size)
    if swift is not None:
        return swift
    return read_json_slowly(source, report, first_line=first_line, max_size=max_size)


def read_json_slowly(
    source: str | bytes, report: Callable[[Flaw], None], *, first_line: int = 1, max_size: int = MAX_SIZE
) -> JsonValue:
    """`read_json` without its short cut, and what the short cut must agree with."""
    if len(source) > max_size:
        raise NotJsonError(
            Flaw(
                line=first_line,
                column=1,
                code="json.size",
                message="the document is too large",
                expected=f"at most {max_size} bytes",
                found=str(len(source)),
            )
        )
    if isinstance(source, bytes):
        try:
            text = source.decode("utf-8")
        except UnicodeDecodeError as error:
            before = source[: error.start]
            raise NotJsonError(
                Flaw(
                    line=before.count(b"\n") + first_line,
                    column=len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1,
                    code="json.encoding",
                    message="not UTF-8 text",
                    expected="UTF-8",
                    found=f"the byte 0x{source[error.start]:02x}",
                )
            ) from None
    else:
        text = source
    return _Reader(text, report, first_line).document()


def _read_swiftly(source: str | bytes, first_line: int, max_size: int) -> JsonValue | None:
    """Return the value of a text in which there is nothing to report, or None where that is not certain."""
    try:
        cut = Cut(source, first_line=first_line, max_size=max_size)
        if type(cut.value) is not dict or not cut.value:
            return None
        tree = _object(cut, cut.value, 0)
        cut.end()
    except (NotPlain, ValueError, RecursionError):
        return None
    return tree


def _object(cut: Cut, value: Mapping[str, object], depth: int) -> JsonObject:
    if depth >= MAX_DEPTH:
        raise NotPlain
    line, column = cut.object_place()
    members: list[tuple[JsonString, JsonValue]] = []
    for name, item in value.items():
        key = JsonString(*cut.string_place(), name)
        cut.met()
        members.append((key, _member(cut, item, depth + 1)))
    return JsonObject(line, column, tuple(members))


def _member(cut: Cut, value: object, depth: int) -> JsonValue:
    if type(value) is str or (type(value) is dict and value):
        return _item(cut, value, depth)
    line, column = cut.value_place()
    if type(value) is list:
        if depth >= MAX_DEPTH:
            raise NotPlain
        return JsonArray(line, column, tuple([_item(cut, item, depth + 1) for item in value]))
    if type(value) is bool:
        return JsonBoolean(line, column, value)
    if type(value) is Number:
        return JsonNumber(line, column, str.__str__(value))
    return JsonNull(line, column) if value is None else JsonObject(line, column, ())


def _item(cut: Cut, value: object, depth: int) -> JsonValue:
    """The value of a list; the place of one that is neither a string nor an object with keys is not known."""
    if type(value) is str:
        string = JsonString(*cut.string_place(), value)
        cut.met()
        return string
    if type(value) is not dict or not value:
        raise NotPlain
    return _object(cut, value, depth)


class _Reader:
    def __init__(self, text: str, report: Callable[[Flaw], None], first_line: int) -> None:
        self._text = text
        self._report = report
        self._before = first_line - 1
        self._at = 0
        self._lines = [0, *(m.end() for m in re.finditer("\n", text))]

    def document(self) -> JsonValue:
        if self._text.startswith("\ufeff"):
            raise self._error("json.bom", "a byte order mark stands before the text", "none (RFC 8259, 8.1)", "U+FEFF")
        self._space()
        value = self._value(0)
        self._space()
        if self._at < len(self._text):
            raise self._error("json.trailing", "something follows the document", "the end of the text")
        return value

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect.bisect_right(self._lines, offset)
        return line + self._before, offset - self._lines[line - 1] + 1

    def _error(
        self, code: str, message: str, expected: str, found: str | None = None, at: int | None = None
    ) -> NotJsonError:
        offset = self._at if at is None else at
        line, column = self._place(offset)
        return NotJsonError(
            Flaw(
                line=line,
                column=column,
                code=code,
                message=message,
                expected=expected,
                found=found or self._shown(offset),
            )
        )

    def _shown(self, offset: int) -> str:
        if offset >= len(self._text):
            return "the end of the text"
        word = _WORD.match(self._text, offset)
        return repr(word[0][:_FOUND_LENGTH] if word else self._text[offset])

    def _space(self) -> None:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _value(self, depth: int) -> JsonValue:
        if depth > MAX_DEPTH:
            raise self._error("json.depth", "nested too deeply", f"at most {MAX_DEPTH} levels", "another one")
        line, column = self._place(self._at)
        match self._next():
            case '"':
                return self._string()
            case "{":
                return self._object(depth)
            case "[":
                return self._array(depth)
            case _:
                pass
        for word, value in (
            ("true", JsonBoolean(line, column, True)),
            ("false", JsonBoolean(line, column, False)),
            ("null", JsonNull(line, column)),
        ):
            if self._text.startswith(word, self._at) and self._ends(self._at + len(word)):
                self._at += len(word)
                return value
        number = _NUMBER.match(self._text, self._at)
        if number and self._ends(number.end()):
            self._at = number.end()
            return JsonNumber(line, column, number[0])
        raise self._error("json.syntax", "not a JSON value", "a string, number, true, false, null, object or list")

    def _ends(self, offset: int) -> bool:
        return _WORD.match(self._text, offset) is None

    def _string(self) -> JsonString:
        start = self._at
        line, column = self._place(start)
        self._at += 1
        chunks: list[str] = []
        while True:
            plain = _PLAIN.match(self._text, self._at)
            if plain:
                chunks.append(plain[0])
                self._at = plain.end()
            match self._next():
                case '"':
                    self._at += 1
                    break
                case "\\":
                    chunks.append(self._escape())
                case "":
                    raise self._error("json.syntax", "a string is not closed", 'a closing "', at=start)
                case control:
                    raise self._error(
                        "json.syntax",
                        "a control character stands in a string",
                        "it escaped, as in \\n or \\u0001",
                        f"U+{ord(control):04X}",
                    )
        text = "".join(chunks)
        # A str that was handed in may hold surrogates itself; what is kept must be text that can be written again.
        if not text.isascii() and any(ord(c) in _SURROGATES for c in text):
            raise self._error("json.syntax", "a lone surrogate stands in a string", "Unicode text", "one", at=start)
        return JsonString(line, column, text)

    def _escape(self) -> str:
        start = self._at
        letter = self._text[start + 1 : start + 2]
        if letter in _ESCAPES:
            self._at += 2
            return _ESCAPES[letter]
        if letter != "u":
            raise self._error(
                "json.syntax", "not an escape", 'one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u', repr("\\" + letter)
            )
        code = self._hex4(start + 2)
        self._at = start + 6
        if code not in _SURROGATES:
            return chr(code)
        if code not in _LOW_SURROGATES and self._text.startswith("\\u", self._at):
            low = self._hex4(self._at + 2)
            if low in _LOW_SURROGATES:
                self._at += 6
                return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
        raise self._error(
            "json.syntax", "a lone surrogate", "a pair \\uD8xx\\uDCxx", repr(self._text[start : start + 6]), at=start
        )

    def _hex4(self, offset: int) -> int:
        digits = _HEX4.match(self._text, offset)
        if not digits:
            raise self._error("json.syntax", "not an escape", "four hexadecimal digits after \\u", at=offset)
        return int(digits[0], 16)

    def _array(self, depth: int) -> JsonArray:
        line, column = self._place(self._at)
        self._at += 1
        items: list[JsonValue] = []
        self._space()
        if self._next() == "]":
            self._at += 1
            return JsonArray(line, column, ())
        while True:
            self._space()
            items.append(self._value(depth + 1))
            self._space()
            if self._next() == "]":
                self._at += 1
                return JsonArray(line, column, tuple(items))
            if self._next() != ",":
                raise self._error("json.syntax", "a list goes on without a comma", "`,` or `]`")
            self._at += 1

    def _object(self, depth: int) -> JsonObject:
        line, column = self._place(self._at)
        self._at += 1
        members: list[tuple[JsonString, JsonValue]] = []
        places: dict[str, int] = {}
        self._space()
        if self._next() == "}":
            self._at += 1
            return JsonObject(line, column, ())
        while True:
            self._space()
            if self._next() != '"':
                raise self._error("json.syntax", "a key is missing", "a key in double quotes")
            key = self._string()
            if key.text in places:
                self._report(
                    Flaw(
                        line=key.line,
                        column=key.column,
                        code="json.duplicate-key",
                        message=f'the key "{key.text}" stands here twice',
                        expected="each key once in an object",
                        found=f"the first on line {places[key.text]}",
                    )
                )
            places.setdefault(key.text, key.line)
            self._space()
            if self._next() != ":":
                raise self._error("json.syntax", "a key without a value", "`:`")
            self._at += 1
            self._space()
            members.append((key, self._value(depth + 1)))
            self._space()
            if self._next() == "}":
                self._at += 1
                return JsonObject(line, column, tuple(members))
            if self._next() != ",":
                raise self._error("json.syntax", "an object goes on without a comma", "`,` or `}`")
            self._at += 1
