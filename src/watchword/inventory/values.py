"""Values as they were declared: known, unknown, or absent, each with its place. A check reads them and cannot forget.

    exposed = some(rule["cidrs"].each(), lambda cidr: cidr == "0.0.0.0/0")   # raises only where the answer hangs on it
    days = key["rotation_period"].number(default=365)
    acl = bucket["acl"].text(default="private")

Rules:

- `Known` is a text, a number or a boolean. `Absent` is what was not written (or was `null`): `is_absent` is true, and
  `text()`, `number()` and `boolean()` give their default or raise `AbsentValueError`.
- `Unknown` is a value that was written and cannot be told: its reasons form a chain. Asking it anything whose answer
  hangs on the value raises `UnknownValueError`, which whoever runs checks turns into the verdict UNKNOWN.
- `Block` (names to values; a resource, a nested block, a map) and `Elements` (a list) are trees of these. Both may be
  *open*: known to hold more than can be seen. An open list yields one unknown element at its end; an open block
  answers `Unknown` for a name it cannot see. Nothing unknown is ever silently nothing.
- `place` is where a value stands; `root` is where the literal stands that made it (through variables, locals and
  modules): the one place where an edit changes it.
- A value remembers which other assets it came from (`references`), known or not: `bucket = aws_s3_bucket.logs.id`
  is unknown before it is applied, and yet says which bucket. `document` is the tree that a JSON text encodes.

Trees may be lazy: a child is made when it is asked for, once. Values are otherwise immutable. They compare with plain
Python values (`value == "public-read"`), not as dictionary keys: they have no hash.
"""

import enum
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import ClassVar, Final, NamedTuple, TypeVar

from watchword.kernel.errors import DefectError, WatchwordError

Scalar = str | int | float | bool
_T = TypeVar("_T")


class Place(NamedTuple):
    """Where something stands: lines count from 1, columns too (0: not known). `file` is relative to the scan."""

    file: str
    line: int
    end_line: int
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


NOWHERE: Final = Place("", 0, 0)


class ReasonKind(enum.StrEnum):
    """Why a value is not known. The words are stable: reports and coverage counts use them."""

    VARIABLE = "variable"  # an input without a default and without a value
    AFTER_APPLY = "after_apply"  # the provider makes it
    DATA_SOURCE = "data_source"  # read from the world when it is applied
    MODULE = "module"  # the module that makes it was not fetched
    FUNCTION = "function"  # a function that is impure, or that we do not know
    ITERATION = "iteration"  # which instances there are is not known
    REFERENCE = "reference"  # it names something that is not there
    CYCLE = "cycle"  # it depends on itself
    FILE = "file"  # a file that is not there, or too large
    INVALID = "invalid"  # the expression fails, or the type is wrong
    LIMIT = "limit"  # a bound of ours was met
    ACCESS = "access"  # the API refused to tell
    UNMAPPED = "unmapped"  # our front-end does not read this attribute
    JOIN = "join"  # something that may be about this asset cannot be told apart


class Reason(NamedTuple):
    """One link of the chain: what is not known, in words, and where that stands."""

    kind: ReasonKind
    text: str
    place: Place = NOWHERE

    def __str__(self) -> str:
        return f"{self.text} ({self.place})" if self.place.line else self.text


_SHORTEST_ARN: Final = "arn:p:s:::r"
# A resource or data source of AWS, at the end of an address; outputs of modules may be anything.
_OF_AWS: Final = re.compile(r"[#.]aws_\w+\.[\w-]+(\[[^]]*\])?$")


class Reference(NamedTuple):
    """An attribute of another declared thing: `Reference("infra#aws_s3_bucket.logs", "id")`.

    `target` is what the uid of its asset is: the root, `#`, the full address.
    """

    target: str
    attribute: str = ""

    def __str__(self) -> str:
        address = self.target.partition("#")[2]
        return f"{address}.{self.attribute}" if self.attribute else address

    @property
    def shortest(self) -> int:
        """How many characters it has at least. The `arn` of something of AWS is a whole one, and never `*`."""
        return len(_SHORTEST_ARN) if self.attribute == "arn" and _OF_AWS.search(self.target) is not None else 1


class UnknownValueError(WatchwordError):
    """The answer hangs on a value that is not known. Carries the chain of reasons; the verdict is UNKNOWN."""

    def __init__(self, reasons: tuple[Reason, ...], place: Place) -> None:
        self.reasons = reasons
        self.where = place
        why = "; ".join(str(reason) for reason in reasons) or "no reason was given"
        super().__init__(f"not known: {why}", code="inventory.unknown_value")


class AbsentValueError(WatchwordError):
    """A check asked for a value that is absent, and named no default: a defect of the check."""

    def __init__(self, asked: str, place: Place) -> None:
        self.where = place
        super().__init__(
            f"{place}: a {asked} was asked for where nothing was written",
            code="inventory.absent_value",
            hint="name a default, or ask is_absent first",
        )


_NAMES: Final = {str: "a text", bool: "a boolean", int: "a number", float: "a number"}


class Value:
    """What every value answers. Made as `Known`, `Unknown`, `Absent`, `Block` or `Elements`, never as itself."""

    __slots__ = ("place",)
    __hash__: ClassVar[None]  # type: ignore[assignment]  # equality may raise, so that a value is no dictionary key

    place: Place

    @property
    def root(self) -> Place:
        """Where the literal stands that made this value; its own place where it came through nothing."""
        return self.place

    @property
    def references(self) -> tuple[Reference, ...]:
        return ()

    @property
    def document(self) -> "Value | None":
        """The tree that this text encodes as JSON, where the source showed the tree."""
        return None

    @property
    def is_absent(self) -> bool:
        """Whether nothing was written. Raises `UnknownValueError` where that cannot be told: a variable may be null."""
        return False

    @property
    def is_unknown(self) -> bool:
        return False

    @property
    def is_known(self) -> bool:
        """Whether this is a scalar that is known. Trees are neither known nor unknown as wholes."""
        return False

    def __getitem__(self, key: str | int) -> "Value":
        """Return a part. Never raises for what is not there: that is `Absent`, or `Unknown` where it cannot be told.

        A name asked of a list of one element is asked of that element, because a nested block that may stand once is
        a list of one in some front-ends and a block in others.
        """
        return self._mistyped(f"a tree with {key!r}")

    def get(self, *path: str | int) -> "Value":
        """Walk `path` by `[]`: `r.get("rule", 0, "algorithm")`."""
        value: Value = self
        for step in path:
            value = value[step]
        return value

    def each(self) -> Iterator["Value"]:
        """Yield the elements of a list; of anything else but `Absent`, itself (one may stand where a list may).

        An unknown list yields one unknown element; an open one yields what is known first.
        """
        yield self

    def __iter__(self) -> Iterator["Value"]:
        """As `each`. (Python would else count through `[0]`, `[1]`, … for ever: what is not there is no error here.)"""
        return self.each()

    def items(self) -> Iterator[tuple[str, "Value"]]:
        """Yield names and values of a block. What is not known comes last, under `UNKNOWN_NAME`."""
        yield UNKNOWN_NAME, self._mistyped("names and values")

    def text(self, default: str | None = None) -> str:
        del default
        raise _unknown(self._mistyped("a text"))

    def number(self, default: float | None = None) -> float:
        del default
        raise _unknown(self._mistyped("a number"))

    def boolean(self, *, default: bool | None = None) -> bool:
        del default
        raise _unknown(self._mistyped("a boolean"))

    def __bool__(self) -> bool:
        """`true`, a text or number that is not empty or 0, a tree with something in it. Raises for what is unknown."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        """Compare with plain Python or another value. Raises where the answer hangs on something unknown."""
        raise NotImplementedError

    def __contains__(self, wanted: object) -> bool:
        """Whether one element equals `wanted`: true if one surely does, raises if one may. Of a block: a name."""
        return some(self.each(), lambda value: value == wanted)

    def matches(self, pattern: str | re.Pattern[str]) -> bool:
        """Whether the whole text matches. Absent matches nothing."""
        return False if isinstance(self, Absent) else re.fullmatch(pattern, self.text()) is not None

    def plain(self) -> object:
        """Return `dict`, `list`, scalars, None for absent. Raises `UnknownValueError` where anything is unknown.

        A tree of more than `LARGEST_TREE` parts is unknown too: parts may be shared, so that a few lines make billions.
        """
        return self.counted(_Meter())

    def counted(self, meter: "_Meter") -> object:
        """As `plain`, for a part of a tree: its parts are counted with those of the whole."""
        raise NotImplementedError

    def _mistyped(self, expected: str) -> "Unknown":
        return Unknown(
            (Reason(ReasonKind.INVALID, f"{expected} was expected, {self._kind()} was found", self.place),), self.place
        )

    def _kind(self) -> str:
        raise NotImplementedError


UNKNOWN_NAME: Final = "(unknown)"
# Parts of a tree that are looked at as a whole: the largest policies and user data that we know have some thousand.
LARGEST_TREE: Final = 100_000
_SHOWN: Final = 10  # children of a tree that `repr` shows


class _Meter:
    """Counts the parts of a tree."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = LARGEST_TREE

    def count(self, place: Place) -> None:
        self._left -= 1
        if self._left < 0:
            raise UnknownValueError((_too_large(place),), place)


def _too_large(place: Place) -> Reason:
    return Reason(ReasonKind.LIMIT, f"it has more than {LARGEST_TREE} parts", place)


def leaves(value: "Value") -> Iterator[tuple[str, "Value"]]:
    """Yield everything in a tree that is no tree, with its path: for checks that look at all there is.

    `.each()` of a list and `.items()` of a block hold, so that what is not known comes as unknown values; after
    `LARGEST_TREE` parts comes one that says so.
    """
    waiting: list[tuple[str, Value]] = [("", value)]
    for _ in range(LARGEST_TREE):
        if not waiting:
            return
        path, value = waiting.pop()
        if isinstance(value, Block):
            below = [(f"{path}.{name}" if path else name, child) for name, child in value.items()]
            waiting.extend(reversed(below))
        elif isinstance(value, Elements):
            waiting.extend(reversed([(f"{path}[{index}]", child) for index, child in enumerate(value.each())]))
        elif not isinstance(value, Absent):
            yield path, value
    if waiting:
        yield waiting[-1][0], Unknown((_too_large(value.place),), value.place)


def _shown(value: "Value", depth: int) -> str:
    """A tree for people who debug: bounded, because parts may be shared."""
    if not isinstance(value, Block | Elements):
        return repr(value)
    if depth == 0:
        return "Block(…)" if isinstance(value, Block) else "Elements(…)"
    if isinstance(value, Block):
        named = [f"{name!r}: {_shown(child, depth - 1)}" for name, child in islice(value.items(), _SHOWN)]
        return "Block({" + ", ".join(named) + "})"
    return "Elements([" + ", ".join(_shown(child, depth - 1) for child in islice(value.each(), _SHOWN)) + "])"


class Known(Value):
    """A text, a number or a boolean that is known."""

    __slots__ = ("_document", "_references", "_root", "is_default", "value")
    __hash__ = None

    def __init__(
        self,
        value: Scalar,
        place: Place = NOWHERE,
        *,
        root: Place | None = None,
        references: tuple[Reference, ...] = (),
        document: Value | None = None,
        is_default: bool = False,
    ) -> None:
        self.value = value
        self.place = place
        self.is_default = is_default  # it was not written: the provider's own default holds
        self._root = root
        self._references = references
        self._document = document

    @property
    def root(self) -> Place:
        return self._root or self.place

    @property
    def references(self) -> tuple[Reference, ...]:
        return self._references

    @property
    def document(self) -> Value | None:
        return self._document

    @property
    def is_known(self) -> bool:
        return True

    def __bool__(self) -> bool:
        if isinstance(self.value, str):
            return self.value not in {"", "false"}
        return bool(self.value)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Known):
            other = other.value
        elif isinstance(other, Value):
            return NotImplemented
        if isinstance(other, bool) or isinstance(self.value, bool):
            return str(self.value).lower() == str(other).lower()  # "true" and true are the same to every front-end
        if isinstance(other, str) or isinstance(self.value, str):
            return str(self.value) == str(other)
        return self.value == other

    def __repr__(self) -> str:
        return f"Known({self.value!r})"

    def text(self, default: str | None = None) -> str:
        del default
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        return str(self.value)

    def number(self, default: float | None = None) -> float:
        del default
        if not isinstance(self.value, bool):
            try:
                return float(self.value) if not isinstance(self.value, int) else self.value
            except ValueError:
                pass
        raise _unknown(self._mistyped("a number"))

    def boolean(self, *, default: bool | None = None) -> bool:
        del default
        if isinstance(self.value, bool):
            return self.value
        if isinstance(self.value, str) and self.value.lower() in {"true", "false"}:
            return self.value.lower() == "true"
        raise _unknown(self._mistyped("a boolean"))

    def counted(self, meter: "_Meter") -> object:
        meter.count(self.place)
        return self.value

    def _kind(self) -> str:
        return f"{_NAMES[type(self.value)]} {str(self.value)[:40]!r}"


class Unknown(Value):
    """A value that was written and cannot be told. `parts` is what is known of a text: literals and references.

    `"${aws_s3_bucket.logs.arn}/*"` has the parts `(Reference(...), "/*")`: whatever it is, it is not `"*"`.
    """

    __slots__ = ("_document", "_references", "_root", "parts", "reasons")
    __hash__ = None

    def __init__(
        self,
        reasons: tuple[Reason, ...],
        place: Place = NOWHERE,
        *,
        root: Place | None = None,
        references: tuple[Reference, ...] = (),
        parts: tuple["str | Reference | None", ...] = (),
        document: Value | None = None,
    ) -> None:
        self.reasons = reasons
        self.place = place
        self.parts = parts
        self._root = root
        self._references = references
        self._document = document

    @property
    def root(self) -> Place:
        return self._root or self.place

    @property
    def references(self) -> tuple[Reference, ...]:
        return self._references

    @property
    def document(self) -> Value | None:
        return self._document

    @property
    def is_unknown(self) -> bool:
        return True

    @property
    def is_absent(self) -> bool:
        """False where it is surely something: a text with known parts, what a provider makes of a resource."""
        if self.parts or (self.reasons and self.reasons[0].kind is ReasonKind.AFTER_APPLY):
            return False
        raise _unknown(self)

    def because(self, reason: Reason) -> "Unknown":
        """The same with one more link, nearest first."""
        return Unknown(
            (reason, *self.reasons),
            self.place,
            root=self._root,
            references=self._references,
            parts=self.parts,
            document=self._document,
        )

    def __getitem__(self, key: str | int) -> Value:
        return Unknown(self.reasons, self.place, root=self._root)

    def items(self) -> Iterator[tuple[str, Value]]:
        yield UNKNOWN_NAME, self

    def __bool__(self) -> bool:
        raise _unknown(self)

    def __eq__(self, other: object) -> bool:
        """Raises, but where the known parts of a text already tell it apart from `other`."""
        if isinstance(other, str) and self.parts and not _may_be(self.parts, other):
            return False
        raise _unknown(self)

    def __repr__(self) -> str:
        return f"Unknown({'; '.join(reason.text for reason in self.reasons)})"

    def text(self, default: str | None = None) -> str:
        del default
        raise _unknown(self)

    def number(self, default: float | None = None) -> float:
        del default
        raise _unknown(self)

    def boolean(self, *, default: bool | None = None) -> bool:
        del default
        raise _unknown(self)

    def counted(self, meter: "_Meter") -> object:
        del meter
        raise _unknown(self)

    def sketch(self) -> str:
        """The text with `${...}` where it is not known: for messages and for reading policies, never for equality."""
        if not self.parts:
            return "${" + (str(self.references[0]) if self.references else "unknown") + "}"
        return "".join(part if isinstance(part, str) else "${" + str(part or "unknown") + "}" for part in self.parts)

    def _kind(self) -> str:
        return "something unknown"


def _may_be(parts: tuple[str | Reference | None, ...], text: str) -> bool:
    """Whether a text with holes may be `text`. A reference to another thing's attribute is not empty, nor shorter
    than an ARN where it is one.

    Each literal is looked for once, as far to the left as it can stand: a pattern of as many holes would go back over
    the text for ever.
    """
    at = 0
    least = 0  # characters that the holes before the next literal take
    hole = False
    merged = _merged(parts)
    for number, part in enumerate(merged):
        if not isinstance(part, str):
            hole = True
            least += part.shortest if isinstance(part, Reference) else 0
            continue
        if not hole:
            found = at if text.startswith(part, at) else -1
        elif number == len(merged) - 1:
            found = len(text) - len(part) if text.endswith(part) and len(text) - len(part) >= at + least else -1
        else:
            found = text.find(part, at + least)
        if found < 0:
            return False
        at, least, hole = found + len(part), 0, False
    return len(text) - at >= least if hole else at == len(text)


def _merged(parts: tuple[str | Reference | None, ...]) -> list[str | Reference | None]:
    """The parts with literals that stand side by side as one."""
    merged: list[str | Reference | None] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return merged


class Absent(Value):
    """What was not written, or was `null`. `place` is what it is absent from."""

    __slots__ = ()
    __hash__ = None

    def __init__(self, place: Place = NOWHERE) -> None:
        self.place = place

    @property
    def is_absent(self) -> bool:
        return True

    def __getitem__(self, key: str | int) -> Value:
        return self

    def each(self) -> Iterator[Value]:
        return iter(())

    def items(self) -> Iterator[tuple[str, Value]]:
        return iter(())

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Absent)

    def __repr__(self) -> str:
        return "Absent()"

    def text(self, default: str | None = None) -> str:
        if default is None:
            raise AbsentValueError("text", self.place)
        return default

    def number(self, default: float | None = None) -> float:
        if default is None:
            raise AbsentValueError("number", self.place)
        return default

    def boolean(self, *, default: bool | None = None) -> bool:
        if default is None:
            raise AbsentValueError("boolean", self.place)
        return default

    def counted(self, meter: "_Meter") -> object:
        del meter
        return None

    def _kind(self) -> str:
        return "nothing"


Child = Value | Callable[[], Value]


class Block(Value):
    """Names and values: a resource, a nested block, a map. A child may be a function, called once when first asked for.

    `open_because` is not empty where there may be names that cannot be seen.
    """

    __slots__ = ("_children", "open_because")
    __hash__ = None

    def __init__(
        self, children: dict[str, Child], place: Place = NOWHERE, *, open_because: tuple[Reason, ...] = ()
    ) -> None:
        self.place = place
        self.open_because = open_because
        self._children = children

    def __getitem__(self, key: str | int) -> Value:
        if isinstance(key, int):
            return self if key == 0 else Absent(self.place)
        child = self._children.get(key)  # what was made already, for nearly all: asked some ten times each
        if not isinstance(child, Value):
            child = self.child(key)
        if child is None:
            return Unknown(self.open_because, self.place) if self.open_because else Absent(self.place)
        return child

    def child(self, name: str) -> Value | None:
        """Return the value of a name, None where it cannot be seen: for front-ends, to which missing is not `null`."""
        child = self._children.get(name)
        if child is None or isinstance(child, Value):
            return child
        self._children[name] = _within_itself
        value = self._children[name] = _made(child)
        return value

    def names(self) -> tuple[str, ...]:
        """The names that can be seen. A name may yet turn out absent (`x = null`)."""
        return tuple(self._children)

    def __contains__(self, name: object) -> bool:
        """Raises where the name may be among those that cannot be seen."""
        return isinstance(name, str) and not self[name].is_absent

    def items(self) -> Iterator[tuple[str, Value]]:
        for name in self.names():
            value = self[name]
            if not isinstance(value, Absent):
                yield name, value
        if self.open_because:
            yield UNKNOWN_NAME, Unknown(self.open_because, self.place)

    def __bool__(self) -> bool:
        if not all(isinstance(self[name], Absent) for name in self.names()):
            return True
        if self.open_because:
            raise UnknownValueError(self.open_because, self.place)
        return False

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Block | dict):
            return self.plain() == (other.plain() if isinstance(other, Block) else other)
        return NotImplemented if isinstance(other, Value) else False

    def __repr__(self) -> str:
        return _shown(self, 4)

    def counted(self, meter: "_Meter") -> object:
        meter.count(self.place)
        return {name: value.counted(meter) for name, value in self.items()}

    def _kind(self) -> str:
        return "a block"


class Elements(Value):
    """A list, a set or a tuple; the blocks of one name. An element may be a function, as in `Block`."""

    __slots__ = ("_elements", "open_because")
    __hash__ = None

    def __init__(self, elements: list[Child], place: Place = NOWHERE, *, open_because: tuple[Reason, ...] = ()) -> None:
        self.place = place
        self.open_because = open_because
        self._elements = elements

    def __getitem__(self, key: str | int) -> Value:
        if isinstance(key, str):
            return self._only()[key]
        if 0 <= key < len(self._elements):
            child = self._elements[key]
            if isinstance(child, Value):
                return child
            self._elements[key] = _within_itself
            value = self._elements[key] = _made(child)
            return value
        return Unknown(self.open_because, self.place) if self.open_because else Absent(self.place)

    @property
    def seen(self) -> int:
        """How many can be seen; there are more, perhaps, where the list is open."""
        return len(self._elements)

    def _only(self) -> Value:
        if len(self._elements) == 1 and not self.open_because:
            return self[0]
        if not self._elements:
            return self[0]
        return Unknown((Reason(ReasonKind.INVALID, "one was expected, several were found", self.place),), self.place)

    def __len__(self) -> int:
        """How many there are. Raises where there may be more."""
        if self.open_because:
            raise UnknownValueError(self.open_because, self.place)
        return len(self._elements)

    def each(self) -> Iterator[Value]:
        for index in range(len(self._elements)):
            yield self[index]
        if self.open_because:
            yield Unknown(self.open_because, self.place)

    def __bool__(self) -> bool:
        if self._elements:
            return True
        if self.open_because:
            raise UnknownValueError(self.open_because, self.place)
        return False

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Elements | list):
            return self.plain() == (other.plain() if isinstance(other, Elements) else other)
        return NotImplemented if isinstance(other, Value) else False

    def __repr__(self) -> str:
        return _shown(self, 4)

    def counted(self, meter: "_Meter") -> object:
        meter.count(self.place)
        return [value.counted(meter) for value in self.each()]

    def _kind(self) -> str:
        return "a list"


def _within_itself() -> Value:
    """What stands in a tree for a child that is being made: where it is asked for again, it depends on itself."""
    return Unknown((Reason(ReasonKind.CYCLE, "it depends on itself"),))


def _made(child: Callable[[], Value]) -> Value:
    try:
        return child()
    except RecursionError:
        # Deeper than Python's stack: no declaration that people wrote. Found where it is asked for, so told there.
        return Unknown((Reason(ReasonKind.LIMIT, "it is nested too deep"),))


def some(things: Iterable[_T], holds: Callable[[_T], object]) -> bool:
    """Whether it holds of one: three-valued `any`. True if one surely does; else raises if one may; else False."""
    doubt: UnknownValueError | None = None
    for thing in things:
        try:
            if holds(thing):
                return True
        except UnknownValueError as error:
            doubt = doubt or error
    if doubt is not None:
        raise doubt
    return False


def every(things: Iterable[_T], holds: Callable[[_T], object]) -> bool:
    """Whether it holds of all: three-valued `all`. False if one surely does not; else raises if one may not."""
    doubt: UnknownValueError | None = None
    for thing in things:
        try:
            if not holds(thing):
                return False
        except UnknownValueError as error:
            doubt = doubt or error
    if doubt is not None:
        raise doubt
    return True


def either(*questions: Callable[[], object]) -> bool:
    """Three-valued `or` of questions: `either(lambda: a["x"] == 1, lambda: b["y"])`."""
    return some(questions, _ask)


def both(*questions: Callable[[], object]) -> bool:
    """Three-valued `and` of questions."""
    return every(questions, _ask)


def _ask(question: Callable[[], object]) -> object:
    return question()


def _unknown(value: Value) -> UnknownValueError:
    if not isinstance(value, Unknown):
        raise DefectError("an unknown value was expected", code="inventory.defect")
    return UnknownValueError(value.reasons, value.place)
