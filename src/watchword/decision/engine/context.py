"""`normalise_context`: the context of a request from JSON values, as people write them for a simulation."""

import math
from collections.abc import Mapping
from decimal import Decimal

from watchword.decision.engine.model import ContextValue
from watchword.kernel.errors import InvalidInputError


def normalise_context(values: Mapping[str, object]) -> dict[str, ContextValue]:
    """Lower-case the keys; make numbers, booleans and lists the texts that conditions compare.

    None is an absent key, a list a multi-valued one. Raise `InvalidInputError` for anything that is no text, number or
    boolean, and for two keys that differ by case alone.
    """
    context: dict[str, ContextValue] = {}
    seen: dict[str, str] = {}
    for key, value in values.items():
        lower = key.lower()
        if lower in seen:
            raise InvalidInputError(
                "two condition keys differ by case alone, and keys compare without case",
                code="context.duplicate",
                expected="each key once",
                found=f"{seen[lower]!r} and {key!r}",
            )
        seen[lower] = key
        if value is None:
            continue
        if isinstance(value, list | tuple | set | frozenset):
            texts = (_text(key, v) for v in value)
            context[lower] = tuple(sorted(texts) if isinstance(value, set | frozenset) else texts)
        else:
            context[lower] = _text(key, value)
    return context


def _text(key: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    if isinstance(value, float) and math.isfinite(value):
        return format(Decimal(repr(value)), "f")
    raise InvalidInputError(
        f"the condition key {key!r} has a value that conditions cannot compare",
        code="context.value",
        expected="a text, a number, true, false, or a list of those",
        found=repr(value),
    )
