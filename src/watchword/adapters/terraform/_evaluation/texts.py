"""Texts of several parts, some of them not known."""

from typing import Final

from watchword.adapters.terraform._evaluation.budget import LONGEST_TEXT, Budget, over
from watchword.inventory.values import (
    Block,
    Elements,
    Known,
    Place,
    Reason,
    ReasonKind,
    Reference,
    Unknown,
    UnknownValueError,
    Value,
)

_MOST_PARTS: Final = 1000  # parts double as texts do: `"${local.a}${local.a}"`


def whole(number: float) -> float:
    """A number as Terraform has it: without a fraction, an integer."""
    return int(number) if number == int(number) else number


def plainly(value: Value, budget: Budget) -> object:
    """Return plain Python as Terraform has it: a `null` in a map is there. Raises where anything is not known.

    Each part is paid for: parts may be shared, so that a few lines make a tree of billions.
    """
    if not budget.spend(1):
        raise UnknownValueError(over("more parts than are evaluated", value.place).reasons, value.place)
    if isinstance(value, Block):
        if value.open_because:
            raise UnknownValueError(value.open_because, value.place)
        return {name: plainly(value[name], budget) for name in value.names()}
    if isinstance(value, Elements):
        return [plainly(element, budget) for element in value.each()]
    return value.plain()


def invalid(text: str, place: Place) -> Unknown:
    return Unknown((Reason(ReasonKind.INVALID, text, place),), place)


def joined(values: list[Value], place: Place, separator: str = "") -> Value:
    """Join values to a text. Where one is not known, what is known of the text is kept in its parts."""
    texts: list[str] = []
    parts: list[str | Reference | None] = []
    reasons: list[Reason] = []
    for number, value in enumerate(values):
        if separator and number:
            parts.append(separator)
            texts.append(separator)
        if isinstance(value, Known):
            text = value.text()
            texts.append(text)
            parts.append(text)
        elif isinstance(value, Unknown):
            reasons.extend(value.reasons)
            parts.extend(value.parts or (None,))
        else:
            return invalid("a text cannot be made of it", place)
    if not reasons:
        text = "".join(texts)
        if len(text) > LONGEST_TEXT:
            return over("a text longer than is evaluated", place)
        only = [value for value in values if isinstance(value, Known) and value.root != value.place]
        root = only[0].root if len(only) == 1 and len(values) == 1 else None
        return Known(text, place, root=root)
    merged: list[str | Reference | None] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    if len(merged) > _MOST_PARTS or sum(len(part) for part in merged if isinstance(part, str)) > LONGEST_TEXT:
        return over("a text longer than is evaluated", place)
    alone = values[0] if len(values) == 1 else None
    references = alone.references if isinstance(alone, Unknown) else ()
    return Unknown(tuple(dict.fromkeys(reasons)), place, references=references, parts=tuple(merged))
