"""Texts made of parts that may not be known, and texts that CloudFormation fills in when it deploys."""

import re
from collections.abc import Sequence
from typing import Final

from watchword.inventory.values import Known, Place, Reason, ReasonKind, Reference, Unknown, Value

LONGEST_TEXT: Final = 1_000_000  # characters; a whole template may have as many bytes
_MOST_REASONS: Final = 20  # of one text; who wants more reads the text itself

# `{{resolve:secretsmanager:name:SecretString:key}}`, also of ssm and ssm-secure. Source: CloudFormation User Guide,
# "Get values stored in other services using dynamic references".
_DYNAMIC = re.compile(r"\{\{resolve:([^{}]*+)\}\}")


def invalid(text: str, place: Place) -> Unknown:
    return Unknown((Reason(ReasonKind.INVALID, text, place),), place)


def joined(values: Sequence[Value], place: Place) -> Value:
    """Join values to one text. Where one is not known, what is known of the text is kept in its parts."""
    values = [value for value in values if not (isinstance(value, Known) and value.text() == "")]
    parts: list[str | Reference | None] = []
    reasons: dict[Reason, None] = {}
    for value in values:
        if isinstance(value, Known):
            _add(parts, value.text())
        elif isinstance(value, Unknown):
            reasons.update(dict.fromkeys(value.reasons[: _MOST_REASONS - len(reasons)]))
            for part in value.parts or (None,):
                _add(parts, part)
        else:
            return invalid("a text cannot be made of it", place)
    if sum(len(part) for part in parts if isinstance(part, str)) > LONGEST_TEXT:
        return Unknown((Reason(ReasonKind.LIMIT, "a text longer than is evaluated", place),), place)
    root = values[0].root if len(values) == 1 else None
    if not reasons:
        return text_value("".join(part for part in parts if isinstance(part, str)), place, root=root)
    references = values[0].references if len(values) == 1 else ()
    return Unknown(tuple(reasons), place, root=root, references=references, parts=tuple(parts))


def _add(parts: list[str | Reference | None], part: str | Reference | None) -> None:
    if isinstance(part, str) and parts and isinstance(parts[-1], str):
        parts[-1] += part
    elif part != "":
        parts.append(part)


def text_value(text: str, place: Place, *, root: Place | None = None) -> Value:
    """Return a text, or what is not known of one that names secrets to be put in."""
    if "{{resolve:" not in text:
        return Known(text, place, root=root)
    pieces = _DYNAMIC.split(text)
    if len(pieces) == 1:
        return Known(text, place, root=root)
    parts: list[str | Reference | None] = []
    for number, piece in enumerate(pieces):
        if number % 2:
            parts.append(Reference(f"#resolve:{piece}"))
        elif piece:
            parts.append(piece)
    reason = Reason(ReasonKind.DATA_SOURCE, f"it is read when it is deployed, from {pieces[1][:80]}", place)
    return Unknown((reason,), place, root=root, parts=tuple(parts))
