"""Frozen dataclasses as JSON in a column, and back: the type says how each field is read.

    body = written(finding)
    finding = read(Finding, body)

Fields may be texts, numbers, truths, enums of texts, instants, dataclasses, tuples of one kind, mappings by text, or
None beside one of those. A field that a document of an earlier version lacks takes its default. What does not fit
raises `DefectError`: nobody but us writes these columns.
"""

import dataclasses
import enum
import types
import typing
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from functools import cache
from typing import TypeVar, cast

import orjson

from watchword.kernel.errors import DefectError

T = TypeVar("T")
_Reader = Callable[[object], object]
# Keys may be enums of texts.
_OPTIONS = orjson.OPT_NON_STR_KEYS


def written(value: object) -> bytes:
    return orjson.dumps(value, option=_OPTIONS)


def read(form: type[T], body: bytes) -> T:
    try:
        found = _reader(cast("Hashable", form))(orjson.loads(body))
    except (TypeError, ValueError, KeyError) as error:
        raise DefectError(
            f"a stored {form.__name__} cannot be read: {error}",
            code="database.document",
            hint="Run `watchword doctor`: the tables may not be those of this version.",
        ) from error
    if not isinstance(found, form):
        raise DefectError(f"a stored {form.__name__} is something else", code="database.document")
    return found


@cache
def _reader(form: Hashable) -> _Reader:
    origin, arguments = typing.get_origin(form), typing.get_args(form)
    if origin in {typing.Union, types.UnionType}:
        return _optional(_reader(next(a for a in arguments if a is not types.NoneType)))
    if origin is tuple:
        return _many(_reader(arguments[0]))
    if origin is Mapping:
        return _mapping(_reader(arguments[0]), _reader(arguments[1]))
    if isinstance(form, type):
        if dataclasses.is_dataclass(form):
            return _dataclass(form)
        if issubclass(form, enum.StrEnum):
            return form
        if form is datetime:
            return _instant
        if form in {str, int, float, bool}:
            return _plain(form)
    raise DefectError(f"{form} is not kept in a column", code="database.document")


def _dataclass(form: type) -> _Reader:
    hints = typing.get_type_hints(form)
    fields = [(field.name, _reader(hints[field.name])) for field in dataclasses.fields(form)]

    def read_one(value: object) -> object:
        if not isinstance(value, dict):
            raise TypeError(f"no {form.__name__}")
        return form(**{name: reader(value[name]) for name, reader in fields if name in value})

    return read_one


def _optional(reader: _Reader) -> _Reader:
    return lambda value: None if value is None else reader(value)


def _many(reader: _Reader) -> _Reader:
    def read_many(value: object) -> object:
        if not isinstance(value, list):
            raise TypeError("no list")
        return tuple(map(reader, value))

    return read_many


def _mapping(key: _Reader, reader: _Reader) -> _Reader:
    def read_mapping(value: object) -> object:
        if not isinstance(value, dict):
            raise TypeError("no mapping")
        return {key(name): reader(one) for name, one in value.items()}

    return read_mapping


def _plain(form: type) -> _Reader:
    def read_plain(value: object) -> object:
        # JSON has one kind of number: a whole one is a float too.
        if type(value) is not form and not (form is float and type(value) is int):
            raise TypeError(f"{type(value).__name__} in place of {form.__name__}")
        return value

    return read_plain


def _instant(value: object) -> object:
    if not isinstance(value, str):
        raise TypeError("no instant")
    return datetime.fromisoformat(value)
