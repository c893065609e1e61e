"""What may stand in a body: one description, by which requests are checked and from which OpenAPI is written.

    POLICIES = Items(of=DOCUMENT, least=1, most=1000)
    for flaw in flaws(POLICIES, node): ...      # unknown members, missing ones, wrong forms, each with its place
    json_schema(POLICIES)                       # the same as JSON Schema 2020-12, which OpenAPI 3.1 uses

Objects are closed: a member that is not described is refused, because a misspelt `boundary` must not be no boundary.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from watchword.api.policy.body import Node
from watchword.decision.language.json_lines import MAX_LINE

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]

LONGEST_TEXT = 4096
# Shown of a value that is not what it should be.
_SHOWN = 40
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """`values`, where there are any, are the only ones. `pattern` is for the whole text."""

    about: str = ""
    values: tuple[str, ...] = ()
    pattern: str = ""
    least: int = 0
    most: int = LONGEST_TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    about: str = ""
    least: int = 0
    most: int = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Null:
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anything:
    """Whatever its own reader makes of it. `kinds` are the forms that it may have."""

    about: str = ""
    kinds: tuple[str, ...] = ("object", "list", "text", "number", "true or false", "null")


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    of: "Schema"
    about: str = ""
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    name: str
    of: "Schema"
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """A closed object."""

    fields: tuple[Field, ...]
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByName:
    """An object whose keys are the caller's."""

    of: "Schema"
    about: str = ""
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """One of several. Where none fits, what is said is said of the first that has the value's form."""

    of: tuple["Schema", ...]
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A schema that has a name in the document, so that it is written once."""

    name: str
    of: "Schema"


Schema = Text | Whole | Flag | Null | Anything | Items | Members | ByName | OneOf | Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What is wrong with a body, and where."""

    code: str
    pointer: str
    line: int
    column: int
    message: str
    expected: str
    found: str


def flaws(schema: Schema, node: Node) -> Iterator[Flaw]:
    """Yield everything in a body that is not as described."""
    match schema:
        case Named():
            yield from flaws(schema.of, node)
        case OneOf():
            fitting = [s for s in schema.of if _fits(s, node)]
            if not fitting:
                yield _wrong(node, _called(schema))
            elif len(fitting) == 1 or not any(next(flaws(s, node), None) is None for s in fitting):
                yield from flaws(fitting[0], node)
        case _ if not _fits(schema, node):
            yield _wrong(node, _called(schema))
        case Text():
            yield from _text_flaws(schema, node)
        case Whole():
            if not _WHOLE.fullmatch(node.raw) or not schema.least <= int(node.raw) <= schema.most:
                yield _wrong(node, f"a whole number from {schema.least} to {schema.most}")
        case Items():
            count = 0
            for count, item in enumerate(node.items(), start=1):
                if schema.most is not None and count > schema.most:
                    yield _count_flaw(node, f"at most {schema.most} items")
                    return
                yield from flaws(schema.of, item)
            if count < schema.least:
                text = f"at least {schema.least} item"
                yield _flaw("body.empty", node, "there is nothing to be looked at", text, str(count))
        case ByName():
            names: set[str] = set()
            for key, name, value in node.members():
                yield from _doubled(key, name, names)
                if schema.most is not None and len(names) > schema.most:
                    yield _count_flaw(node, f"at most {schema.most} members")
                    return
                yield from flaws(schema.of, value)
        case Members():
            yield from _member_flaws(schema, node)
        case Flag() | Null() | Anything():
            pass


def _fits(schema: Schema, node: Node) -> bool:
    """Whether a value has the form of a schema at all."""
    kind = node.kind
    match schema:
        case Named():
            return _fits(schema.of, node)
        case OneOf():
            return any(_fits(s, node) for s in schema.of)
        case Anything():
            return kind in schema.kinds
        case _:
            return kind == _KIND[type(schema)]


_KIND: dict[type, str] = {
    Text: "text",
    Whole: "number",
    Flag: "true or false",
    Null: "null",
    Items: "list",
    ByName: "object",
    Members: "object",
}


def _called(schema: Schema) -> str:
    match schema:
        case Named():
            return _called(schema.of)
        case Text(values=values) if values:
            return ", ".join(values)
        case Text():
            return "a text"
        case Whole():
            return "a whole number"
        case Flag():
            return "true or false"
        case Null():
            return "null"
        case Items():
            return "a list"
        case Members() | ByName():
            return "an object"
        case Anything():
            return " or ".join(schema.kinds)
        case OneOf():
            return " or ".join(dict.fromkeys(_called(s) for s in schema.of))


def _text_flaws(schema: Text, node: Node) -> Iterator[Flaw]:
    if node.end - node.start > 6 * schema.most + 2:
        yield _wrong(node, f"a text of at most {schema.most} characters")
        return
    text = node.string()
    if schema.values:
        if text not in schema.values:
            yield _wrong(node, ", ".join(schema.values))
    elif not schema.least <= len(text) <= schema.most:
        yield _wrong(node, f"a text of {schema.least} to {schema.most} characters")
    elif schema.pattern and not re.fullmatch(schema.pattern, text):
        yield _wrong(node, schema.about or f"a text like {schema.pattern}")


def _member_flaws(schema: Members, node: Node) -> Iterator[Flaw]:
    known = {field.name: field for field in schema.fields}
    seen: set[str] = set()
    for key, name, value in node.members():
        yield from _doubled(key, name, seen)
        field = known.get(name)
        if field is None:
            listed = ", ".join(known)
            yield _flaw("body.unknown", key, f"there is no member {_shown(key.raw)} here", listed, _shown(key.raw))
        else:
            yield from flaws(field.of, value)
    for field in schema.fields:
        if field.required and field.name not in seen:
            yield _flaw("body.missing", node, f'the member "{field.name}" is missing', _called(field.of), "none")


def _doubled(key: Node, name: str, seen: set[str]) -> Iterator[Flaw]:
    if name in seen:
        yield _flaw("body.duplicate", key, f"the key {_shown(key.raw)} stands twice", "each key once", "twice")
    seen.add(name)


def _count_flaw(node: Node, expected: str) -> Flaw:
    """Whoever counts stops there: how many there are is not found out."""
    return _flaw("body.count", node, "there is too much of it", expected, "more")


def _wrong(node: Node, expected: str) -> Flaw:
    found = _shown(node.raw) if node.kind in {"text", "number", "true or false", "null"} else f"a {node.kind}"
    return _flaw("body.form", node, "the value has another form", expected, found.replace("a object", "an object"))


def _flaw(code: str, node: Node, message: str, expected: str, found: str) -> Flaw:
    return Flaw(
        code=code,
        pointer=node.pointer,
        line=node.line,
        column=node.column,
        message=message,
        expected=expected,
        found=found,
    )


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


# As JSON Schema


def json_schema(schema: Schema, named: dict[str, Json] | None = None) -> dict[str, Json]:
    """Write it. Named schemas become references, and go into `named`."""
    found: dict[str, Json]
    match schema:
        case Named():
            if named is not None and schema.name not in named:
                named[schema.name] = None  # its place in the order, and the end of what refers to itself
                named[schema.name] = json_schema(schema.of, named)
            return {"$ref": f"#/components/schemas/{schema.name}"}
        case Text():
            found = {"type": "string"}
            if schema.values:
                found["enum"] = list(schema.values)
            else:
                found |= {"maxLength": schema.most} if schema.most < MAX_LINE else {}
                found |= {"minLength": schema.least} if schema.least else {}
                found |= {"pattern": f"^(?:{schema.pattern})$"} if schema.pattern else {}
        case Whole():
            found = {"type": "integer", "minimum": schema.least, "maximum": schema.most}
        case Flag():
            found = {"type": "boolean"}
        case Null():
            found = {"type": "null"}
        case Anything():
            types = [_TYPES[kind] for kind in schema.kinds]
            found = {"type": types} if len(types) < len(_TYPES) else {}
        case Items():
            found = {"type": "array", "items": json_schema(schema.of, named)}
            found |= {"minItems": schema.least} if schema.least else {}
            found |= {"maxItems": schema.most} if schema.most is not None else {}
        case ByName():
            found = {"type": "object", "additionalProperties": json_schema(schema.of, named)}
            found |= {"maxProperties": schema.most} if schema.most is not None else {}
        case Members():
            found = {
                "type": "object",
                "properties": {field.name: json_schema(field.of, named) for field in schema.fields},
                "required": [field.name for field in schema.fields if field.required],
                "additionalProperties": False,
            }
        case OneOf():
            found = {"anyOf": [json_schema(s, named) for s in schema.of]}
    return {"description": schema.about, **found} if schema.about else found


_TYPES: dict[str, Json] = {
    "object": "object",
    "list": "array",
    "text": "string",
    "number": "number",
    "true or false": "boolean",
    "null": "null",
}
