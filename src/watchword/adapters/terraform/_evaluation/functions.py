"""Terraform's functions. Pure ones are computed; impure and unknown ones are `Unknown`, and say which.

Functions of three sorts: those that only move values about (`merge`, `concat`, `lookup`) keep what is unknown where it
is, and the places; those that compute (`upper`, `cidrsubnet`) need all of their arguments; those that read files read
only within what is scanned. Semantics are those of Terraform's function reference.
"""

import base64
import binascii
import csv
import hashlib
import io
import ipaddress
import json
import math
import re
import urllib.parse
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Final, Protocol

from watchword.adapters.terraform._evaluation.budget import LONGEST_LIST, LONGEST_TEXT, Budget, over
from watchword.adapters.terraform._evaluation.texts import joined, plainly, whole
from watchword.inventory.trees import from_plain, json_tree
from watchword.inventory.values import (
    Absent,
    AbsentValueError,
    Block,
    Child,
    Elements,
    Known,
    Place,
    Reason,
    ReasonKind,
    Unknown,
    UnknownValueError,
    Value,
)


class FileReader(Protocol):
    """Files that functions may read: those within the scan. A path is relative to its root."""

    def read(self, path: str) -> tuple[str, bytes] | None:
        """Return a file's path in the scan and what is in it; None where it is not there, too large, or not within."""
        ...

    def exists(self, path: str) -> bool | None:
        """Whether a file is there; None where that is outside of the scan."""
        ...

    def matching(self, directory: str, pattern: str) -> list[str] | None:
        """Return the files below a directory that match, sorted; None where that cannot be told."""
        ...


class _Fault(Exception):  # noqa: N818 - never leaves this module: it becomes an Unknown
    """The arguments are none that the function takes."""


class Arguments(list[Value]):
    """What a function is called with, and what it may spend on it."""

    __slots__ = ("budget",)

    def __init__(self, values: Iterable[Value], budget: Budget) -> None:
        super().__init__(values)
        self.budget = budget

    def of(self, *values: Value) -> "Arguments":
        """Return other arguments, for a function that this one calls."""
        return Arguments(values, self.budget)


def call_function(name: str, arguments: list[Value], place: Place, *, files: FileReader, budget: Budget) -> Value:
    """Return what a function makes of its arguments."""
    if not budget.spend(1 + sum(map(_size, arguments))):
        return over("more elements than are evaluated", place)
    try:
        moving = _MOVING.get(name)
        if moving is not None:
            return moving(Arguments(arguments, budget), place)
        computing = _COMPUTING.get(name)
        if computing is not None:
            return _computed(computing, arguments, place, budget)
        reading = _READING.get(name)
        if reading is not None:
            return _read(reading, Arguments(arguments, budget), place, files)
    except UnknownValueError as error:
        return Unknown(error.reasons, place)
    except _Fault as fault:
        return Unknown((Reason(ReasonKind.INVALID, f"{name}: {fault}", place),), place)
    except AbsentValueError:  # `jsondecode(null)`: Terraform refuses it
        return Unknown((Reason(ReasonKind.INVALID, f"{name}: an argument is null", place),), place)
    except (ValueError, TypeError, IndexError, KeyError, OverflowError, ArithmeticError, AttributeError) as error:
        # What a wrong argument raises deep in the standard library: the call fails, as it would in Terraform.
        return Unknown((Reason(ReasonKind.INVALID, f"{name}: {error}", place),), place)
    why = f"{name}() is known when it is run" if name in _IMPURE else f"{name}() is no function that is known here"
    return Unknown((Reason(ReasonKind.FUNCTION, why, place),), place)


def _size(argument: Value) -> int:
    if isinstance(argument, Elements):
        return argument.seen
    return len(argument.names()) if isinstance(argument, Block) else 0


def _computed(function: Callable[..., object], arguments: list[Value], place: Place, budget: Budget) -> Value:
    plain = [plainly(argument, budget) for argument in arguments]
    result = function(*plain)
    if isinstance(result, str) and len(result) > LONGEST_TEXT:
        return over("a text longer than is evaluated", place)
    if isinstance(result, list | dict) and (len(result) > LONGEST_LIST or not budget.spend(len(result))):
        return over("a list longer than is evaluated", place)
    if isinstance(result, str | int | float):
        roots = {argument.root for argument in arguments if argument.root != argument.place}
        return Known(result, place, root=roots.pop() if len(roots) == 1 else None)
    return from_plain(result, place)


def _read(function: Callable[..., object], arguments: Arguments, place: Place, files: FileReader) -> Value:
    result = function(files, *(plainly(argument, arguments.budget) for argument in arguments))
    if result is None:
        path = arguments[0].text() if arguments else ""
        why = f"the file {path} is not there, too large, or outside of what is scanned"
        return Unknown((Reason(ReasonKind.FILE, why, place),), place)
    return result if isinstance(result, Value) else from_plain(result, place)


# Functions that move values about


def _list(value: Value, place: Place) -> Elements:
    """Take a value for a list. A map is none; what is unknown ends the call."""
    if isinstance(value, Elements):
        return value
    if isinstance(value, Unknown):
        raise UnknownValueError(value.reasons, place)
    if isinstance(value, Block):
        return Elements([value[name] for name in sorted(value.names())], value.place, open_because=value.open_because)
    raise _Fault("a list was expected")


def _map(value: Value, place: Place) -> Block:
    if isinstance(value, Block):
        return value
    if isinstance(value, Unknown):
        raise UnknownValueError(value.reasons, place)
    raise _Fault("a map was expected")


def _seen(elements: Elements) -> list[Child]:
    return [elements[index] for index in range(elements.seen)]


def _bounded(children: list[Child], place: Place, doubts: tuple[Reason, ...] = ()) -> Value:
    if len(children) > LONGEST_LIST:
        return over("a list longer than is evaluated", place)
    return Elements(children, place, open_because=tuple(dict.fromkeys(doubts)))


def _merge(arguments: Arguments, place: Place) -> Value:
    """Merge maps. One that is not wholly seen may set any name again: what was set before it is not known any more."""
    children: dict[str, Child] = {}
    doubts: tuple[Reason, ...] = ()
    for argument in arguments:
        if isinstance(argument, Absent):
            continue
        if isinstance(argument, Unknown):
            hidden: tuple[Reason, ...] = argument.reasons
            seen: dict[str, Child] = {}
        else:
            block = _map(argument, place)
            hidden = block.open_because
            seen = {name: _at(block, name) for name in block.names()}
        if hidden:
            children = {name: Unknown(hidden, place) for name in children}
            doubts += hidden
        children.update(seen)
    if len(children) > LONGEST_LIST:
        return over("a map longer than is evaluated", place)
    return Block(children, place, open_because=tuple(dict.fromkeys(doubts)))


def _at(block: Block, name: str) -> Child:
    return lambda: block[name]


def _concat(arguments: Arguments, place: Place) -> Value:
    children: list[Child] = []
    doubts: tuple[Reason, ...] = ()
    for argument in arguments:
        if isinstance(argument, Unknown):
            doubts += argument.reasons
            continue
        if isinstance(argument, Absent):
            raise _Fault("a list was expected, null was found")
        elements = _list(argument, place)
        children.extend(_seen(elements))
        doubts += elements.open_because
    return _bounded(children, place, doubts)


def _flatten(arguments: Arguments, place: Place) -> Value:
    children: list[Child] = []
    doubts: list[Reason] = []

    def add(value: Value) -> None:
        if not arguments.budget.spend(1):
            raise _Fault("more elements than are evaluated")
        if isinstance(value, Elements):
            for index in range(value.seen):
                add(value[index])
            doubts.extend(value.open_because)
        elif isinstance(value, Unknown) and not value.parts:
            doubts.extend(value.reasons)  # it may be a list itself
        else:
            children.append(value)
        if len(children) > LONGEST_LIST:
            raise _Fault("a list longer than is evaluated")

    add(_list(arguments[0], place))
    return _bounded(children, place, tuple(doubts))


def _lookup(arguments: Arguments, place: Place) -> Value:
    block = _map(arguments[0], place)
    key = arguments[1].text()
    child = block.child(key)
    if child is not None:
        return child
    if block.open_because:
        return Unknown(block.open_because, place)
    if len(arguments) > 2:  # noqa: PLR2004 - the default
        return arguments[2]
    raise _Fault(f"there is no {key} in the map")


def _element(arguments: Arguments, place: Place) -> Value:
    elements = _list(arguments[0], place)
    index = int(arguments[1].number())
    if elements.open_because:
        return elements[index] if 0 <= index < elements.seen else Unknown(elements.open_because, place)
    if not elements.seen:
        raise _Fault("the list is empty")
    return elements[index % elements.seen]


def _one(arguments: Arguments, place: Place) -> Value:
    if isinstance(arguments[0], Absent):
        return arguments[0]
    elements = _list(arguments[0], place)
    if elements.seen == 1 and isinstance(elements[0], Unknown) and elements[0].references:
        return elements[0]  # the one instance, if there is one
    if elements.open_because:
        return Unknown(elements.open_because, place)
    if elements.seen > 1:
        raise _Fault("the list has more than one element")
    return elements[0] if elements.seen else Absent(place)


def _coalesce(arguments: Arguments, place: Place) -> Value:
    for argument in arguments:
        if isinstance(argument, Absent) or (isinstance(argument, Known) and argument.value == ""):
            continue
        if isinstance(argument, Unknown) and not argument.parts:
            return Unknown(argument.reasons, place)
        return argument
    raise _Fault("all arguments are null or empty")


def _coalesce_lists(arguments: Arguments, place: Place) -> Value:
    for argument in arguments:
        if isinstance(argument, Absent):
            continue
        elements = _list(argument, place)
        if elements.seen:
            return elements
        if elements.open_because:
            return Unknown(elements.open_because, place)
    raise _Fault("all lists are empty")


def _compact(arguments: Arguments, place: Place) -> Value:
    elements = _list(arguments[0], place)
    children: list[Child] = []
    for index in range(elements.seen):
        value = elements[index]
        if isinstance(value, Absent) or (isinstance(value, Known) and value.value == ""):
            continue
        children.append(value)
    return _bounded(children, place, elements.open_because)


def _distinct(arguments: Arguments, place: Place) -> Value:
    """Without what stands in it twice. What is not known is kept: whether it is another cannot be told."""
    elements = _list(arguments[0], place)
    seen: set[str] = set()
    children: list[Child] = []
    for index in range(elements.seen):
        value = elements[index]
        try:
            key = json.dumps(plainly(value, arguments.budget), sort_keys=True)
        except UnknownValueError:
            children.append(value)
            continue
        if key not in seen:
            seen.add(key)
            children.append(value)
    return _bounded(children, place, elements.open_because)


def _to_set(arguments: Arguments, place: Place) -> Value:
    if isinstance(arguments[0], Absent):
        return arguments[0]
    return _distinct(arguments, place)


def _to_list(arguments: Arguments, place: Place) -> Value:
    return arguments[0] if isinstance(arguments[0], Absent) else _list(arguments[0], place)


def _to_map(arguments: Arguments, place: Place) -> Value:
    return arguments[0] if isinstance(arguments[0], Absent) else _map(arguments[0], place)


def _same(arguments: Arguments, place: Place) -> Value:
    del place
    return arguments[0]


def _to_text(arguments: Arguments, place: Place) -> Value:
    value = arguments[0]
    if isinstance(value, Known):
        return Known(value.text(), place, root=value.root, references=value.references)
    if isinstance(value, Block | Elements):
        raise _Fault("a text was expected")
    return value


def _to_number(arguments: Arguments, place: Place) -> Value:
    value = arguments[0]
    return Known(whole(value.number()), place, root=value.root) if isinstance(value, Known) else value


def _to_boolean(arguments: Arguments, place: Place) -> Value:
    value = arguments[0]
    return Known(value.boolean(), place, root=value.root) if isinstance(value, Known) else value


def _keys(arguments: Arguments, place: Place) -> Value:
    block = _map(arguments[0], place)
    children: list[Child] = [Known(name, block.place) for name in sorted(block.names())]
    return _bounded(children, place, block.open_because)


def _values(arguments: Arguments, place: Place) -> Value:
    block = _map(arguments[0], place)
    return _bounded([_at(block, name) for name in sorted(block.names())], place, block.open_because)


def _length(arguments: Arguments, place: Place) -> Value:
    value = arguments[0]
    if isinstance(value, Known):
        return Known(len(value.text()), place)
    if isinstance(value, Absent):
        raise _Fault("null has no length")
    if isinstance(value, Block):
        if value.open_because:
            return Unknown(value.open_because, place)
        return Known(len(value.names()), place)
    return Known(len(_list(value, place)), place)


def _contains(arguments: Arguments, place: Place) -> Value:
    wanted = arguments[1]
    if isinstance(wanted, Unknown):
        return Unknown(wanted.reasons, place)
    plain = plainly(wanted, arguments.budget)
    return Known(any_equal(_list(arguments[0], place), plain), place)


def any_equal(elements: Elements, plain: object) -> bool:
    """Whether one of them is `plain`: true if one surely is, raises if one may be."""
    return plain in elements


def _index(arguments: Arguments, place: Place) -> Value:
    elements = _list(arguments[0], place)
    plain = plainly(arguments[1], arguments.budget)
    for index in range(elements.seen):
        if elements[index] == plain:
            return Known(index, place)
    if elements.open_because:
        return Unknown(elements.open_because, place)
    raise _Fault("it is not in the list")


def _slice(arguments: Arguments, place: Place) -> Value:
    elements = _list(arguments[0], place)
    start, end = int(arguments[1].number()), int(arguments[2].number())
    if elements.open_because:
        return Unknown(elements.open_because, place)
    if not 0 <= start <= end <= elements.seen:
        raise _Fault("the bounds are outside of the list")
    return Elements([elements[index] for index in range(start, end)], place)


def _reverse(arguments: Arguments, place: Place) -> Value:
    elements = _list(arguments[0], place)
    return Elements(_seen(elements)[::-1], place, open_because=elements.open_because)


def _chunks(arguments: Arguments, place: Place) -> Value:
    elements = _list(arguments[0], place)
    size = int(arguments[1].number())
    if size <= 0:
        raise _Fault("the size of a chunk is more than 0")
    if elements.open_because:
        return Unknown(elements.open_because, place)
    seen = _seen(elements)
    return Elements([Elements(seen[at : at + size], place) for at in range(0, len(seen), size)], place)


def _zip_map(arguments: Arguments, place: Place) -> Value:
    names, values = _list(arguments[0], place), _list(arguments[1], place)
    doubts = names.open_because + values.open_because
    children: dict[str, Child] = {}
    for index in range(min(names.seen, values.seen)):
        name = names[index]
        if isinstance(name, Unknown):
            doubts += name.reasons
        else:
            children[name.text()] = values[index]
    return Block(children, place, open_because=doubts)


def _set_product(arguments: Arguments, place: Place) -> Value:
    lists = [_list(argument, place) for argument in arguments]
    doubts = tuple(reason for elements in lists for reason in elements.open_because)
    if math.prod(elements.seen for elements in lists) > LONGEST_LIST:
        return over("a list longer than is evaluated", place)
    rows: list[list[Child]] = [[]]
    for elements in lists:
        rows = [[*row, value] for row in rows for value in _seen(elements)]
    return Elements([Elements(row, place) for row in rows], place, open_because=doubts)


def _set_union(arguments: Arguments, place: Place) -> Value:
    return _distinct(arguments.of(_concat(arguments, place)), place)


def _set_intersection(arguments: Arguments, place: Place) -> Value:
    first, *others = [_list(argument, place) for argument in arguments]
    kept: list[Child] = [
        value for value in first.each() if all(any_equal(other, plainly(value, arguments.budget)) for other in others)
    ]
    return _distinct(arguments.of(Elements(kept, place)), place)


def _set_subtract(arguments: Arguments, place: Place) -> Value:
    first, second = _list(arguments[0], place), _list(arguments[1], place)
    kept: list[Child] = [value for value in first.each() if not any_equal(second, plainly(value, arguments.budget))]
    return _distinct(arguments.of(Elements(kept, place)), place)


def _match_keys(arguments: Arguments, place: Place) -> Value:
    values, keys, wanted = (_list(argument, place) for argument in arguments)
    if values.open_because or keys.open_because:
        return Unknown(values.open_because or keys.open_because, place)
    kept: list[Child] = [
        values[index]
        for index in range(min(values.seen, keys.seen))
        if any_equal(wanted, plainly(keys[index], arguments.budget))
    ]
    return Elements(kept, place)


def _join(arguments: Arguments, place: Place) -> Value:
    separator = arguments[0].text()
    lists = [_list(argument, place) for argument in arguments[1:]]
    doubts = tuple(reason for elements in lists for reason in elements.open_because)
    values = [elements[index] for elements in lists for index in range(elements.seen)]
    if len(values) == 1 and isinstance(values[0], Known | Unknown) and (not doubts or values[0].references):
        return values[0]  # `join("", aws_s3_bucket.logs[*].id)`: the one there is, or may be
    if doubts:
        values.append(Unknown(doubts, place))
    return joined(values, place, separator)


def _format(arguments: Arguments, place: Place) -> Value:
    pattern = arguments[0].text()
    values = arguments[1:]
    pieces: list[Value] = []
    position = next_value = 0
    for found in _VERB.finditer(pattern):
        if found.start() > position:
            pieces.append(Known(pattern[position : found.start()], place))
        position = found.end()
        if found["verb"] == "%":
            pieces.append(Known("%", place))
            continue
        index = int(found["index"]) - 1 if found["index"] else next_value
        next_value = index + 1
        if not 0 <= index < len(values):
            raise _Fault("there are fewer arguments than verbs")
        pieces.append(_verb(values[index], found, place, arguments.budget))
    if position < len(pattern):
        pieces.append(Known(pattern[position:], place))
    return joined(pieces, place)


_VERB = re.compile(
    r"%(?P<flags>[-+ 0#]*+)(?P<width>\d*+)(?:\.(?P<precision>\d*+))?(?:\[(?P<index>\d++)\])?"
    r"(?P<verb>[vtbdoxXeEfFgGsq%])"
)
_WIDEST: Final = 1000  # a width beyond fills the memory with blanks


def _verb(value: Value, found: re.Match[str], place: Place, budget: Budget) -> Value:
    if isinstance(value, Unknown):
        return value
    verb, flags = found["verb"], found["flags"].replace("#", "")
    width, precision = int(found["width"] or 0), found["precision"]
    if width > _WIDEST or int(precision or 0) > _WIDEST:
        raise _Fault("a width beyond what is computed")
    plain = plainly(value, budget)
    text: str
    if verb == "v":
        text = _encode(plain) if isinstance(plain, dict | list) else ("null" if plain is None else value.text())
    elif verb == "q":
        text = json.dumps(value.text(), ensure_ascii=False)
    elif verb == "s":
        text = value.text()[: int(precision)] if precision else value.text()
    elif verb == "t":
        text = "true" if value.boolean() else "false"
    elif verb in "bdoxX":
        text = format(int(value.number()), ("+" if "+" in flags else "") + verb)
    else:
        text = f"%.{precision or 6}{verb}" % value.number()
    if width > len(text):
        if "-" in flags:
            text = text.ljust(width)
        elif "0" in flags and verb not in "sqv":
            text = text.zfill(width)
        else:
            text = text.rjust(width)
    return Known(text, place)


def _format_list(arguments: Arguments, place: Place) -> Value:
    longest = 0
    for argument in arguments[1:]:
        if isinstance(argument, Unknown):
            return Unknown(argument.reasons, place)
        if isinstance(argument, Elements):
            if argument.open_because:
                return Unknown(argument.open_because, place)
            longest = max(longest, argument.seen)
    rows: list[Child] = []
    for index in range(longest):
        row = [argument[index] if isinstance(argument, Elements) else argument for argument in arguments[1:]]
        rows.append(_format(arguments.of(arguments[0], *row), place))
    return _bounded(rows, place)


def encoded(tree: Value, place: Place, budget: Budget) -> Value:
    """Return the JSON text of a tree, which remembers the tree. Where a part is not known, the text is not either."""
    try:
        return Known(_encode(plainly(tree, budget)), place, document=tree)
    except UnknownValueError as error:
        return Unknown(error.reasons, place, document=tree)


def _json_encode(arguments: Arguments, place: Place) -> Value:
    return encoded(arguments[0], place, arguments.budget)


def _json_decode(arguments: Arguments, place: Place) -> Value:
    del place  # the tree stands where its text does
    value = arguments[0]
    if value.document is not None:
        return value.document
    tree = json_tree(value.text(), value.root)
    if isinstance(tree, Unknown):
        raise _Fault(tree.reasons[0].text)
    return tree


def _encode(plain: object) -> str:
    """JSON as Terraform writes it: no blanks, sorted names, `<`, `>` and `&` escaped."""
    text = json.dumps(plain, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


_MOVING: Final[dict[str, Callable[[Arguments, Place], Value]]] = {
    "chunklist": _chunks,
    "coalesce": _coalesce,
    "coalescelist": _coalesce_lists,
    "compact": _compact,
    "concat": _concat,
    "contains": _contains,
    "distinct": _distinct,
    "element": _element,
    "ephemeralasnull": _same,
    "flatten": _flatten,
    "format": _format,
    "formatlist": _format_list,
    "index": _index,
    "join": _join,
    "jsondecode": _json_decode,
    "jsonencode": _json_encode,
    "keys": _keys,
    "length": _length,
    "list": lambda arguments, place: Elements(list(arguments), place),
    "lookup": _lookup,
    "matchkeys": _match_keys,
    "merge": _merge,
    "nonsensitive": _same,
    "one": _one,
    "reverse": _reverse,
    "sensitive": _same,
    "setintersection": _set_intersection,
    "setproduct": _set_product,
    "setsubtract": _set_subtract,
    "setunion": _set_union,
    "slice": _slice,
    "tobool": _to_boolean,
    "tolist": _to_list,
    "tomap": _to_map,
    "tonumber": _to_number,
    "toset": _to_set,
    "tostring": _to_text,
    "values": _values,
    "zipmap": _zip_map,
}


# Functions that compute


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise _Fault("a text was expected")


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        raise _Fault("a list of texts was expected")
    return [_text(item) for item in value]


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _Fault("a number was expected")
    return value if isinstance(value, int | float) else float(value)


def _integer(value: object) -> int:
    number = _number(value)
    if number != int(number):
        raise _Fault("a whole number was expected")
    return int(number)


def _numbers(values: tuple[object, ...]) -> list[float]:
    if len(values) == 1 and isinstance(values[0], list):
        values = tuple(values[0])
    if not values:
        raise _Fault("at least one number was expected")
    return [_number(value) for value in values]


def _pattern(pattern: object, text: str) -> re.Pattern[str]:
    """Compile a pattern of a configuration, if matching it is surely quick.

    Terraform's engine (RE2) is linear, Python's is not: a group that is repeated may take exponential time, and each
    unbounded repetition multiplies by the text's length. Ten million steps are the most.
    """
    source = _text(pattern)
    repeats = len(re.findall(r"(?<!\\)(?:[*+]|\{\d*,\})", source))
    if re.search(r"(?<!\\)\)[*+{]", source) or (len(text) + 1) ** repeats > 10_000_000:  # noqa: PLR2004 - said above
        raise _CostlyError
    # RE2's own spellings: (?P<n>) is Python's too; \z is \Z.
    return re.compile(source.replace(r"\z", r"\Z"))


class _CostlyError(UnknownValueError):
    def __init__(self) -> None:
        place = Place("", 0, 0)
        super().__init__((Reason(ReasonKind.LIMIT, "a pattern that could take too long", place),), place)


def _matched(found: re.Match[str]) -> object:
    if found.re.groupindex:
        return found.groupdict()
    if found.re.groups:
        return list(found.groups())
    return found[0]


def _regex(pattern: object, text: object) -> object:
    found = _pattern(pattern, _text(text)).search(_text(text))
    if found is None:
        raise _Fault("the pattern does not match")
    return _matched(found)


def _regex_all(pattern: object, text: object) -> object:
    return [_matched(found) for found in _pattern(pattern, _text(text)).finditer(_text(text))]


def _replace(text: object, old: object, new: object) -> str:
    source, target, by = _text(text), _text(old), _text(new)
    if len(target) > 1 and target.startswith("/") and target.endswith("/"):
        compiled = _pattern(target[1:-1], source)
        if len(by) * (len(source) + 1) > LONGEST_TEXT:
            raise _Fault("a text longer than is evaluated")
        return compiled.sub(re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", by.replace("\\", "\\\\")), source)
    if source.count(target) * len(by) > LONGEST_TEXT:
        raise _Fault("a text longer than is evaluated")
    return source.replace(target, by)


def _substr(text: object, offset: object, length: object) -> str:
    source, start, size = _text(text), _integer(offset), _integer(length)
    start = start if start >= 0 else max(len(source) + start, 0)
    return source[start:] if size < 0 else source[start : start + size]


def _indent(spaces: object, text: object) -> str:
    count = _integer(spaces)
    if count > _WIDEST:
        raise _Fault("a width beyond what is computed")
    return _text(text).replace("\n", "\n" + " " * count)


def _split(separator: object, text: object) -> list[str]:
    source = _text(text)
    return source.split(_text(separator)) if _text(separator) else list(source)


def _trim_prefix(text: object, prefix: object) -> str:
    return _text(text).removeprefix(_text(prefix))


def _title(text: object) -> str:
    return re.sub(r"(?<![\w'])[^\W\d_]", lambda found: found[0].upper(), _text(text))


def _range(*values: object) -> list[float]:
    numbers = [_number(value) for value in values]
    start, limit, step = 0.0, numbers[0], 1.0
    if len(numbers) > 1:
        start, limit = numbers[0], numbers[1]
        step = 1.0 if limit >= start else -1.0
    if len(numbers) > 2:  # noqa: PLR2004 - start, limit, step
        step = numbers[2]
    if step == 0 or (limit - start) / step > LONGEST_LIST:
        raise _Fault("a list longer than is evaluated")
    result: list[float] = []
    value = start
    while (step > 0 and value < limit) or (step < 0 and value > limit):
        result.append(whole(value))
        value += step
    return result


def _sort(values: object) -> list[str]:
    return sorted(_texts(values))


def _sum(values: object) -> float:
    return whole(sum(_numbers((values,))))


def _transpose(value: object) -> dict[str, list[str]]:
    if not isinstance(value, dict):
        raise _Fault("a map of lists was expected")
    result: dict[str, list[str]] = {}
    for name in sorted(value):
        for item in _texts(value[name]):
            result.setdefault(item, []).append(name)
    return {name: result[name] for name in sorted(result)}


def _power(base: object, exponent: object) -> float:
    return whole(math.pow(_number(base), _number(exponent)))


def _parse_int(text: object, base: object) -> int:
    source = _text(text)
    if len(source) > _WIDEST:
        raise _Fault("a number beyond what can be computed with")
    return int(source, _integer(base))


def _log(value: object, base: object) -> float:
    return whole(math.log(_number(value), _number(base)))


def _network(text: object) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(_text(text), strict=False)


def _cidr_host(prefix: object, host: object) -> str:
    network, number = _network(prefix), _integer(host)
    if not -network.num_addresses <= number < network.num_addresses:
        raise _Fault("the network has no such host")
    return str(network[number])


def _cidr_subnet(prefix: object, bits: object, number: object) -> str:
    network, added, position = _network(prefix), _integer(bits), _integer(number)
    length = network.prefixlen + added
    if added < 0 or length > network.max_prefixlen or not 0 <= position < 2**added:
        raise _Fault("the network has no such subnet")
    start = int(network.network_address) + (position << (network.max_prefixlen - length))
    address = ipaddress.ip_address(start) if network.version == 4 else ipaddress.IPv6Address(start)  # noqa: PLR2004 - IPv4
    return f"{address}/{length}"


def _cidr_subnets(prefix: object, *bits: object) -> list[str]:
    network = _network(prefix)
    position = int(network.network_address)
    end = position + network.num_addresses
    result: list[str] = []
    for added in bits:
        length = network.prefixlen + _integer(added)
        if not network.prefixlen <= length <= network.max_prefixlen:
            raise _Fault("the network has no such subnet")
        size = 1 << (network.max_prefixlen - length)
        position = -(-position // size) * size
        if position + size > end:
            raise _Fault("the network has no room for it")
        kind = ipaddress.IPv4Address if network.version == 4 else ipaddress.IPv6Address  # noqa: PLR2004 - IPv4
        result.append(f"{kind(position)}/{length}")
        position += size
    return result


def _cidr_netmask(prefix: object) -> str:
    return str(_network(prefix).netmask)


def _base64_decode(text: object) -> str:
    try:
        return base64.b64decode(_text(text), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise _Fault("no base64 of a text") from error


def _digest(name: str, *, encode: bool = False) -> Callable[[object], str]:
    def digest(text: object) -> str:
        made = hashlib.new(name, _text(text).encode("utf-8"), usedforsecurity=False)
        return base64.b64encode(made.digest()).decode("ascii") if encode else made.hexdigest()

    return digest


def _csv_decode(text: object) -> list[dict[str, str]]:
    return [{str(k): str(v) for k, v in row.items()} for row in csv.DictReader(io.StringIO(_text(text)))]


def _yaml_decode(text: object) -> object:
    """Read YAML without aliases: some bytes of them make a tree of any size."""
    import yaml  # seldom needed, and slow to import

    source = _text(text)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(source, Loader=loader):
            if isinstance(event, yaml.AliasEvent):
                raise _CostlyError
        tree: object = yaml.load(source, Loader=loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, RecursionError) as error:
        raise _Fault("no YAML") from error
    return _plainly(tree)


def _plainly(thing: object) -> object:
    if isinstance(thing, dict):
        return {_text(name) if name is not None else "null": _plainly(child) for name, child in thing.items()}
    if isinstance(thing, list):
        return [_plainly(child) for child in thing]
    if isinstance(thing, date):
        return thing.isoformat()
    if isinstance(thing, bytes | set):
        raise _Fault("a tag that Terraform does not read")
    return thing


def _yaml_encode(value: object) -> str:
    import yaml  # as above

    return yaml.safe_dump(value, default_flow_style=False, sort_keys=True, allow_unicode=True, default_style=None)


def _uuid5(namespace: object, name: object) -> str:
    known = {
        "dns": uuid.NAMESPACE_DNS,
        "url": uuid.NAMESPACE_URL,
        "oid": uuid.NAMESPACE_OID,
        "x500": uuid.NAMESPACE_X500,
    }
    space = known.get(_text(namespace))
    return str(uuid.uuid5(space if space is not None else uuid.UUID(_text(namespace)), _text(name)))


def _all_true(values: object) -> bool:
    return all(_truth(value) for value in _items(values))


def _any_true(values: object) -> bool:
    return any(_truth(value) for value in _items(values))


def _truth(value: object) -> bool:
    return value is True or value == "true"


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise _Fault("a list was expected")
    return value


def _dirname(path: object) -> str:
    return _text(path).rpartition("/")[0] or "."


_COMPUTING: Final[dict[str, Callable[..., object]]] = {
    "abs": lambda value: abs(_number(value)),
    "abspath": _text,
    "alltrue": _all_true,
    "anytrue": _any_true,
    "base64decode": _base64_decode,
    "base64encode": lambda text: base64.b64encode(_text(text).encode("utf-8")).decode("ascii"),
    "base64sha256": _digest("sha256", encode=True),
    "base64sha512": _digest("sha512", encode=True),
    "basename": lambda path: _text(path).rpartition("/")[2],
    "ceil": lambda value: math.ceil(_number(value)),
    "chomp": lambda text: _text(text).rstrip("\r\n"),
    "cidrhost": _cidr_host,
    "cidrnetmask": _cidr_netmask,
    "cidrsubnet": _cidr_subnet,
    "cidrsubnets": _cidr_subnets,
    "csvdecode": _csv_decode,
    "dirname": _dirname,
    "endswith": lambda text, end: _text(text).endswith(_text(end)),
    "floor": lambda value: math.floor(_number(value)),
    "indent": _indent,
    "log": _log,
    "lower": lambda text: _text(text).lower(),
    "max": lambda *values: whole(max(_numbers(values))),
    "md5": _digest("md5"),
    "min": lambda *values: whole(min(_numbers(values))),
    "parseint": _parse_int,
    "pathexpand": _text,
    "pow": _power,
    "range": _range,
    "regex": _regex,
    "regexall": _regex_all,
    "replace": _replace,
    "sha1": _digest("sha1"),
    "sha256": _digest("sha256"),
    "sha512": _digest("sha512"),
    "signum": lambda value: (_number(value) > 0) - (_number(value) < 0),
    "sort": _sort,
    "split": _split,
    "startswith": lambda text, start: _text(text).startswith(_text(start)),
    "strcontains": lambda text, part: _text(part) in _text(text),
    "strrev": lambda text: _text(text)[::-1],
    "substr": _substr,
    "sum": _sum,
    "title": _title,
    "transpose": _transpose,
    "trim": lambda text, characters: _text(text).strip(_text(characters)),
    "trimprefix": _trim_prefix,
    "trimspace": lambda text: _text(text).strip(),
    "trimsuffix": lambda text, suffix: _text(text).removesuffix(_text(suffix)),
    "upper": lambda text: _text(text).upper(),
    "urlencode": lambda text: urllib.parse.quote_plus(_text(text)),
    "uuidv5": _uuid5,
    "yamldecode": _yaml_decode,
    "yamlencode": _yaml_encode,
}

# Known when they are run, or of the machine that runs them.
_IMPURE: Final = frozenset({"bcrypt", "plantimestamp", "rsadecrypt", "timeadd", "timestamp", "uuid"})


# Functions that read files


def _file(files: FileReader, path: object) -> object:
    """Return a file's text. Its root is the file: that is where an edit changes it."""
    found = files.read(_text(path))
    if found is None:
        return None
    try:
        text = found[1].decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Fault("no text of UTF-8") from error
    return Known(text, Place(found[0], 1, 1 + text.count("\n")))


def _file_exists(files: FileReader, path: object) -> object:
    return files.exists(_text(path))


def _file_base64(files: FileReader, path: object) -> object:
    found = files.read(_text(path))
    return None if found is None else base64.b64encode(found[1]).decode("ascii")


def _file_digest(name: str, *, encode: bool = False) -> Callable[[FileReader, object], object]:
    def digest(files: FileReader, path: object) -> object:
        found = files.read(_text(path))
        if found is None:
            return None
        made = hashlib.new(name, found[1], usedforsecurity=False)
        return base64.b64encode(made.digest()).decode("ascii") if encode else made.hexdigest()

    return digest


def _file_set(files: FileReader, directory: object, pattern: object) -> object:
    return files.matching(_text(directory), _text(pattern))


_READING: Final[dict[str, Callable[..., object]]] = {
    "file": _file,
    "filebase64": _file_base64,
    "filebase64sha256": _file_digest("sha256", encode=True),
    "filebase64sha512": _file_digest("sha512", encode=True),
    "fileexists": _file_exists,
    "filemd5": _file_digest("md5"),
    "fileset": _file_set,
    "filesha1": _file_digest("sha1"),
    "filesha256": _file_digest("sha256"),
    "filesha512": _file_digest("sha512"),
}


def function_names() -> Iterator[str]:
    """Yield the functions that are computed, for the documentation."""
    yield from sorted({*_MOVING, *_COMPUTING, *_READING, "try", "can", "templatefile"})
