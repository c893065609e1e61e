"""A law of the policy API: what the OpenAPI document says of a body is what is checked, neither more nor less.

Bodies are made from the description of each operation, and spoilt in one place or in none; a small reading of JSON
Schema 2020-12, as far as the document uses it, has to agree with the check.
"""

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from watchword.api.policy.body import read_body
from watchword.api.policy.operations import OPERATIONS
from watchword.api.policy.schema import (
    Anything,
    ByName,
    Flag,
    Items,
    Members,
    Named,
    Null,
    OneOf,
    Schema,
    Text,
    Whole,
    flaws,
    json_schema,
)

BODIES = [operation.body for operation in OPERATIONS if operation.body is not None]
NAMED: dict[str, Any] = {}
SCHEMAS: list[Any] = [json_schema(body, NAMED) for body in BODIES]
_ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 1.5, 10**9, "", "x", "identity", "2026-01-01", [], [1], {}, {"document": {}}]
)
_LOOSE = {"object": {"a": 1}, "list": [1], "text": "{}", "number": 1, "true or false": True, "null": None}


def made_from(schema: Schema) -> st.SearchStrategy[Any]:
    match schema:
        case Named():
            return made_from(schema.of)
        case OneOf():
            return st.one_of([made_from(s) for s in schema.of])
        case Text() if schema.values:
            return st.sampled_from(schema.values)
        case Text():
            return st.sampled_from(["2026-01-01", "s3:Get*", "x"])
        case Whole():
            return st.integers(schema.least, min(schema.most, schema.least + 5))
        case Flag():
            return st.booleans()
        case Null():
            return st.none()
        case Anything():
            return st.sampled_from([_LOOSE[kind] for kind in schema.kinds])
        case Items():
            return st.lists(made_from(schema.of), min_size=schema.least, max_size=schema.least + 1)
        case ByName():
            return st.dictionaries(st.text(max_size=3), made_from(schema.of), max_size=2)
        case Members():
            needed = {field.name: made_from(field.of) for field in schema.fields if field.required}
            free = {field.name: made_from(field.of) for field in schema.fields if not field.required}
            return st.fixed_dictionaries(needed, optional=free)


@st.composite
def spoilt(draw: st.DrawFn, value: Any) -> Any:
    """The value with something in it put in the place of something else, taken away, or added."""
    if isinstance(value, dict) and value and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: draw(spoilt(value[key]))}
    if isinstance(value, list) and value and draw(st.booleans()):
        return [draw(spoilt(value[0])), *value[1:]]
    if isinstance(value, dict):
        match draw(st.sampled_from(["add", "remove", "replace"])):
            case "add":
                return {**value, draw(st.sampled_from(["boundry", "kind", "name"])): draw(_ODD)}
            case "remove" if value:
                gone = draw(st.sampled_from(sorted(value)))
                return {name: kept for name, kept in value.items() if name != gone}
    return draw(_ODD)


def valid(schema: Any, value: Any) -> bool:
    """JSON Schema 2020-12, as far as the document uses it."""
    if "$ref" in schema:
        return valid(NAMED[schema["$ref"].rpartition("/")[2]], value)
    if "anyOf" in schema:
        return any(valid(s, value) for s in schema["anyOf"])
    types = schema.get("type")
    if types is not None and not any(_is(value, t) for t in ([types] if isinstance(types, str) else types)):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    match value:
        case str():
            long_enough = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
            return long_enough and ("pattern" not in schema or re.search(schema["pattern"], value) is not None)
        case bool() | None:
            return True
        case int() | float():
            return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
        case list():
            fits = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
            return fits and all(valid(schema.get("items", {}), item) for item in value)
        case _:
            known, other = schema.get("properties", {}), schema.get("additionalProperties", {})
            return (
                set(schema.get("required", ())) <= set(value)
                and len(value) <= schema.get("maxProperties", len(value))
                and all(
                    valid(known[name], item) if name in known else other is not False and valid(other, item)
                    for name, item in value.items()
                )
            )


def _is(value: Any, name: str) -> bool:
    kinds: dict[str, Any] = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
    if name in kinds:
        return isinstance(value, kinds[name])
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and (name == "number" or isinstance(value, int))


@given(st.data(), st.integers(0, len(BODIES) - 1), st.booleans())
def test_a_body_is_checked_as_it_is_described(data: st.DataObject, which: int, spoil: bool) -> None:  # noqa: FBT001 - drawn
    value = data.draw(made_from(BODIES[which]))
    if spoil:
        value = data.draw(spoilt(value))
    found = list(flaws(BODIES[which], read_body(json.dumps(value).encode())))
    assert (not found) is valid(SCHEMAS[which], value), (value, found)
