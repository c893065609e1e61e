"""Trees to answers. Values of the inventory stay what they are; asking one that is not known raises, as everywhere.

Numbers: an integer divided by an integer is cut towards zero, as the specification says. Where it speaks of overflow,
Python's integers have none.
"""

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from watchword.evidence.posture.cel.syntax import (
    Binary,
    Call,
    Conditional,
    Has,
    Index,
    Items,
    Literal,
    Macro,
    Name,
    Node,
    Pairs,
    Select,
    Unary,
    read,
)
from watchword.inventory import Absent, Block, Elements, Known, Unknown, UnknownValueError, Value
from watchword.kernel.errors import InvalidInputError

_STEPS: Final = 1_000_000  # nodes that one answer may visit: loops in loops over lists of thousands


class CelError(InvalidInputError):
    """An expression that has no answer: a type that an operator does not take, a name that is not there."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="cel.no_answer")


# What a name or a part of an expression may be. Scalars of the inventory stay `Value`s, so that "22" and 22 are the
# same there, as they are to every front-end.
Thing = str | int | float | bool | None | Value | list["Thing"] | dict[str, "Thing"]
_Scope = Mapping[str, Thing]


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression. `text` is as it was written."""

    text: str
    node: Node

    def holds(self, names: Mapping[str, Thing]) -> bool:
        """Whether it is true. Raises `UnknownValueError` where that is not known, `CelError` where it is no boolean."""
        return _boolean(_Run().of(self.node, names))

    def value(self, names: Mapping[str, Thing]) -> Thing:
        return _Run().of(self.node, names)


def parse(text: str) -> Expression:
    """Read an expression. Raises `InvalidInputError` for what is no CEL."""
    return Expression(text, read(text))


class _Run:
    """One evaluation, with what is left of its steps."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = _STEPS

    def of(self, node: Node, scope: _Scope) -> Thing:
        self._left -= 1
        if self._left < 0:
            raise CelError(f"more than {_STEPS} steps")
        match node:
            case Literal(value):
                return value
            case Name(name):
                if name not in scope:
                    raise CelError(f"there is no {name}; there are {', '.join(sorted(scope))}")
                return scope[name]
            case Select(of, field):
                return _part(self.of(of, scope), field)
            case Index(of, key):
                return _part(self.of(of, scope), _plain(self.of(key, scope)))
            case Has(of, field):
                return not _is_null(_part(self.of(of, scope), field))
            case Unary(mark, of):
                return not _boolean(self.of(of, scope)) if mark == "!" else -_number(self.of(of, scope))
            case Binary(mark, left, right):
                return self._binary(mark, left, right, scope)
            case Conditional(condition, yes, no):
                return self.of(yes if _boolean(self.of(condition, scope)) else no, scope)
            case Items(items):
                return [self.of(item, scope) for item in items]
            case Pairs(pairs):
                return {_text(self.of(key, scope)): self.of(value, scope) for key, value in pairs}
            case Macro():
                return self._macro(node, scope)
            case Call(function, arguments, method):
                return self._call(function, arguments, scope, method=method)

    def _binary(self, mark: str, left: Node, right: Node, scope: _Scope) -> Thing:
        if mark in {"&&", "||"}:
            return _first((lambda: self.of(left, scope), lambda: self.of(right, scope)), settles=mark == "||")
        a, b = self.of(left, scope), self.of(right, scope)
        if mark in {"==", "!="}:
            return _equal(a, b) == (mark == "==")
        if mark == "in":
            return _within(a, b)
        if mark in _ORDERS:
            return _ORDERS[mark](*_comparable(a, b))
        return _arithmetic(mark, a, b)

    def _macro(self, node: Macro, scope: _Scope) -> Thing:
        things = list(_each(self.of(node.over, scope)))
        if node.name in {"all", "exists"}:
            asked = (self._later(node.body, {**scope, node.variable: thing}) for thing in things)
            return _first(asked, settles=node.name == "exists")
        if node.name == "map":
            chosen = things
            if node.then is not None:
                chosen = [t for t in things if _boolean(self.of(node.body, {**scope, node.variable: t}))]
            return [self.of(node.then or node.body, {**scope, node.variable: thing}) for thing in chosen]
        kept = [t for t in things if _boolean(self.of(node.body, {**scope, node.variable: t}))]
        return len(kept) == 1 if node.name == "exists_one" else kept

    def _later(self, node: Node, scope: _Scope) -> Callable[[], Thing]:
        return lambda: self.of(node, scope)

    def _call(self, function: str, arguments: tuple[Node, ...], scope: _Scope, *, method: bool) -> Thing:
        known = _METHODS if method else _FUNCTIONS
        if function not in known:
            raise CelError(f"there is no {'method' if method else 'function'} {function}; {', '.join(sorted(known))}")
        count, call = known[function]
        if len(arguments) != count:
            raise CelError(f"{function} takes {count - method} arguments, not {len(arguments) - method}")
        return call(*(self.of(argument, scope) for argument in arguments))


def _first(questions: "Iterator[Callable[[], Thing]] | tuple[Callable[[], Thing], ...]", *, settles: bool) -> bool:
    """`||` and `&&` of many: an answer that settles it does, whatever the others are. Unknown goes before wrong."""
    doubt: UnknownValueError | None = None
    wrong: CelError | None = None
    for question in questions:
        try:
            if _boolean(question()) is settles:
                return settles
        except UnknownValueError as error:
            doubt = doubt or error
        except CelError as error:
            wrong = wrong or error
    if doubt is not None:
        raise doubt
    if wrong is not None:
        raise wrong
    return not settles


def _part(thing: Thing, key: Thing) -> Thing:
    if thing is None or isinstance(thing, Absent):
        return None
    if isinstance(thing, Value):
        if isinstance(key, str) or (isinstance(key, int) and not isinstance(key, bool)):
            return thing[key]
    elif isinstance(thing, dict) and isinstance(key, str):
        return thing.get(key)
    elif isinstance(thing, list) and isinstance(key, int) and not isinstance(key, bool):
        return thing[key] if 0 <= key < len(thing) else None
    raise CelError(f"{_what(thing)} has no part {key!r}")


def _each(thing: Thing) -> Iterator[Thing]:
    """Elements of a list, names of a map, as the macros of the specification have it."""
    if isinstance(thing, Block):
        for name, value in thing.items():
            if isinstance(value, Unknown) and name not in thing.names():
                raise UnknownValueError(value.reasons, value.place)
            yield name
    elif isinstance(thing, Elements | Unknown):
        yield from thing.each()
    elif isinstance(thing, dict | list):
        yield from thing
    elif thing is not None and not isinstance(thing, Absent):
        raise CelError(f"{_what(thing)} is no list and no map")


def _within(thing: Thing, whole: Thing) -> bool:
    if isinstance(whole, Block | dict):
        return not _is_null(_part(whole, _text(thing)))
    return _first((_asked(thing, element) for element in _each(whole)), settles=True)


def _asked(thing: Thing, element: Thing) -> Callable[[], Thing]:
    return lambda: _equal(thing, element)


def _equal(a: Thing, b: Thing) -> bool:
    if _is_null(a) or _is_null(b):
        return _is_null(a) and _is_null(b)
    if isinstance(a, Elements | list) and isinstance(b, Elements | list):
        left, right = list(_each(a)), list(_each(b))
        return len(left) == len(right) and all(map(_equal, left, right))
    if isinstance(a, Value):
        return a == b
    if isinstance(b, Value):
        return b == a
    if isinstance(a, bool) is not isinstance(b, bool):
        return False
    return a == b


def _is_null(thing: Thing) -> bool:
    return thing is None or (isinstance(thing, Value) and thing.is_absent)


def _comparable(a: Thing, b: Thing) -> tuple[str, str] | tuple[float, float]:
    left, right = _plain(a), _plain(b)
    if isinstance(left, str) and isinstance(right, str):
        return left, right
    return _number(a), _number(b)


def _arithmetic(mark: str, a: Thing, b: Thing) -> Thing:
    left, right = _plain(a), _plain(b)
    if mark == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    if mark == "+" and isinstance(a, list | Elements) and isinstance(b, list | Elements):
        return [*_each(a), *_each(b)]
    x, y = _number(a), _number(b)
    if mark in {"/", "%"} and y == 0:
        raise CelError("divided by zero")
    whole = isinstance(x, int) and isinstance(y, int)
    if mark == "/":
        return (abs(x) // abs(y)) * (1 if (x < 0) == (y < 0) else -1) if whole else x / y
    if mark == "%":
        return int(math.copysign(abs(x) % abs(y), x)) if whole else math.fmod(x, y)
    return {"+": x + y, "-": x - y, "*": x * y}[mark]


def _plain(thing: Thing) -> Thing:
    """A scalar of the inventory as Python's; raises where it is not known."""
    if isinstance(thing, Known):
        return thing.value
    if isinstance(thing, Unknown):
        raise UnknownValueError(thing.reasons, thing.place)
    return None if isinstance(thing, Absent) else thing


def _boolean(thing: Thing) -> bool:
    plain = thing.boolean() if isinstance(thing, Known) else _plain(thing)
    if isinstance(plain, bool):
        return plain
    raise CelError(f"{_what(thing)} is no boolean")


def _number(thing: Thing) -> float:
    if isinstance(thing, Known):
        return thing.number()
    plain = _plain(thing)
    if isinstance(plain, int | float) and not isinstance(plain, bool):
        return plain
    raise CelError(f"{_what(thing)} is no number")


def _text(thing: Thing) -> str:
    if isinstance(thing, Known):
        return thing.text()
    plain = _plain(thing)
    if isinstance(plain, str):
        return plain
    raise CelError(f"{_what(thing)} is no text")


def _size(thing: Thing) -> int:
    if isinstance(thing, Known | str):
        return len(_text(thing))
    if isinstance(thing, Elements):
        return len(thing)
    return sum(1 for _ in _each(thing))


def _matches(thing: Thing, pattern: Thing) -> bool:
    try:
        return re.search(_text(pattern), _text(thing)) is not None
    except re.error as error:
        raise CelError(f"{_text(pattern)!r} is no pattern: {error}") from error


def _as_integer(thing: Thing) -> int:
    try:
        return int(_text(thing)) if isinstance(_plain(thing), str) else int(_number(thing))
    except ValueError as error:
        raise CelError(f"{_what(thing)} is no integer") from error


def _as_double(thing: Thing) -> float:
    try:
        return float(_text(thing)) if isinstance(_plain(thing), str) else float(_number(thing))
    except ValueError as error:
        raise CelError(f"{_what(thing)} is no number") from error


def _as_text(thing: Thing) -> str:
    plain = _plain(thing)
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, str | int | float):
        return str(plain)
    raise CelError(f"{_what(thing)} is no scalar")


def _what(thing: Thing) -> str:
    if _is_null(thing):
        return "null"
    if isinstance(thing, Block | dict):
        return "a map"
    if isinstance(thing, Elements | list):
        return "a list"
    return repr(_plain(thing))


_ORDERS: Final[Mapping[str, Callable[..., bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_FUNCTIONS: Final[Mapping[str, tuple[int, Callable[..., Thing]]]] = {
    "size": (1, _size),
    "int": (1, _as_integer),
    "double": (1, _as_double),
    "string": (1, _as_text),
    "matches": (2, _matches),
}
_METHODS: Final[Mapping[str, tuple[int, Callable[..., Thing]]]] = {
    "size": (1, _size),
    "startsWith": (2, lambda a, b: _text(a).startswith(_text(b))),
    "endsWith": (2, lambda a, b: _text(a).endswith(_text(b))),
    "contains": (2, lambda a, b: _text(b) in _text(a)),
    "matches": (2, _matches),
    "lowerAscii": (1, lambda a: _text(a).lower()),
    "upperAscii": (1, lambda a: _text(a).upper()),
}
