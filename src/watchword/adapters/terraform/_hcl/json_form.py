"""HCL's JSON form (`.tf.json`): objects are bodies, texts are templates, and everything keeps its place.

The same JSON means a block or an attribute depending on the schema that reads it. Terraform's top level is known (block
types and how many labels they have); below it everything is an attribute, and an evaluator that wants blocks takes
objects and lists of objects for them, as Terraform does.
"""

import re
from typing import Final, get_args

from watchword.adapters.terraform._hcl.parser import parse_template
from watchword.adapters.terraform._hcl.syntax import (
    Attribute,
    BlockNode,
    Body,
    Expression,
    Literal,
    Object,
    Source,
    Template,
    Tuple,
)
from watchword.inventory.model import Problem, ProblemKind

_LABELS: Final = {
    "resource": 2, "data": 2, "module": 1, "variable": 1, "output": 1, "provider": 1, "locals": 0, "terraform": 0,
}  # fmt: skip
_DEEPEST: Final = 100  # as in the native form
_SPACE = re.compile(r"[ \t\r\n\ufeff]*+")
_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\.)*+)"', re.DOTALL)
_SCALAR = re.compile(r"(true|false|null)|(-?\d++(?:\.\d++)?+(?:[eE][+-]?\d++)?+)")
_KEYWORDS: Final = {"true": True, "false": False, "null": None}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_SIMPLE: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "\\": "\\", "/": "/"}
_LONGEST_NUMBER: Final = 300
_NODES: Final = get_args(Expression)


class _Fault(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, text: str, at: int) -> None:
        super().__init__(text)
        self.text = text
        self.at = at


def parse_json(text: str, file: str) -> Source:
    """Parse a `.tf.json`. Never raises: JSON that is none is one problem, and nothing of the file is read."""
    source, tree = _parsed(text, file, templates=True)
    for key, value in tree.items if tree else ():
        name = _key(key)
        if name in _LABELS:
            _blocks(source.body, name, value, (), key.start)
    return source


def parse_json_values(text: str, file: str) -> Source:
    """Parse a `.tfvars.json`: names and values, in which texts are no templates."""
    source, tree = _parsed(text, file, templates=False)
    for key, value in tree.items if tree else ():
        source.body.attributes[_key(key)] = Attribute(_key(key), value, key.start, value.end)
    return source


def _parsed(text: str, file: str, *, templates: bool) -> tuple[Source, Object | None]:
    source = Source(file, text, Body({}, []), ())
    reader = _Reader(text, templates=templates)
    tree: Expression | None = None
    try:
        tree = reader.whole()
    except _Fault as fault:
        reader.faults.append(fault)
    if tree is not None and not isinstance(tree, Object):
        reader.faults.append(_Fault("an object was expected", 0))
    source.problems = tuple(
        Problem(ProblemKind.SYNTAX, fault.text, source.place(fault.at, fault.at)) for fault in reader.faults
    )
    return source, tree if isinstance(tree, Object) else None


def _blocks(body: Body, name: str, value: Expression, labels: tuple[str, ...], start: int) -> None:
    """Take an object, or a list of objects, for blocks of a type: one level of keys for each label."""
    if isinstance(value, Tuple):
        for element in value.elements:
            _blocks(body, name, element, labels, start)
    elif isinstance(value, Object):
        if len(labels) == _LABELS[name]:
            attributes = {
                _key(key): Attribute(_key(key), child, key.start, child.end)
                for key, child in value.items
                if _key(key) != "//"  # the JSON form's comment
            }
            body.blocks.append(BlockNode(name, labels, Body(attributes, []), start, value.start, value.end))
            return
        for key, child in value.items:
            _blocks(body, name, child, (*labels, _key(key)), key.start)


def _key(key: Expression) -> str:
    return str(key.value) if isinstance(key, Literal) else ""


class _Reader:
    """JSON with the offsets of everything."""

    __slots__ = ("_position", "_templates", "_text", "faults")

    def __init__(self, text: str, *, templates: bool) -> None:
        self.faults: list[_Fault] = []
        self._templates = templates
        self._text = text
        self._position = 0

    def whole(self) -> Expression:
        value = self._value(0)
        if self._skip() < len(self._text):
            raise _Fault("nothing more was expected", self._position)
        return value

    def _skip(self) -> int:
        found = _SPACE.match(self._text, self._position)
        self._position = found.end() if found else self._position
        return self._position

    def _value(self, depth: int) -> Expression:
        if depth > _DEEPEST:
            raise _Fault(f"nested more than {_DEEPEST} deep", self._position)
        at = self._skip()
        character = self._text[at : at + 1]
        if character == "{":
            return self._object(at, depth)
        if character == "[":
            return self._list(at, depth)
        if character == '"':
            return self._templated(self._string(at))
        found = _SCALAR.match(self._text, at)
        if found is None:
            raise _Fault("a value was expected", at)
        self._position = found.end()
        if found[1]:
            return Literal(_KEYWORDS[found[1]], at, self._position)
        if len(found[2]) > _LONGEST_NUMBER:
            raise _Fault("a number beyond what can be computed with", at)
        number = float(found[2]) if set(found[2]) & set(".eE") else int(found[2])
        if number in {float("inf"), float("-inf")}:
            raise _Fault("a number beyond what can be computed with", at)
        return Literal(number, at, self._position)

    def _string(self, at: int) -> Literal:
        found = _STRING.match(self._text, at)
        if found is None:
            raise _Fault("a text that is not closed", at)
        self._position = found.end()
        inner = found[1]
        return Literal(_unescaped(inner, at) if "\\" in inner else inner, at, self._position)

    def _templated(self, literal: Literal) -> Expression:
        """Read a text as a template. One that does not parse is a problem, and stays what it says."""
        text = literal.value
        if not self._templates or not isinstance(text, str) or ("${" not in text and "%{" not in text):
            return literal
        source, expression = parse_template(text, "")
        if expression is None:
            self.faults.append(_Fault(source.problems[0].text, literal.start))
            return literal
        if isinstance(expression, Template) and len(expression.parts) == 1:
            return _moved(expression.parts[0], literal)
        return _moved(expression, literal)

    def _object(self, at: int, depth: int) -> Expression:
        items: list[tuple[Expression, Expression]] = []
        self._position = at + 1
        if self._text.startswith("}", self._skip()):
            self._position += 1
            return Object((), at, self._position)
        while True:
            key = self._string(self._skip())
            if not self._text.startswith(":", self._skip()):
                raise _Fault("a colon was expected", self._position)
            self._position += 1
            items.append((key, self._value(depth + 1)))
            if self._ends("}"):
                return Object(tuple(items), at, self._position)

    def _list(self, at: int, depth: int) -> Expression:
        elements: list[Expression] = []
        self._position = at + 1
        if self._text.startswith("]", self._skip()):
            self._position += 1
            return Tuple((), at, self._position)
        while True:
            elements.append(self._value(depth + 1))
            if self._ends("]"):
                return Tuple(tuple(elements), at, self._position)

    def _ends(self, bracket: str) -> bool:
        at = self._skip()
        self._position += 1
        if self._text.startswith(bracket, at):
            return True
        if not self._text.startswith(",", at):
            raise _Fault(f"a comma or {bracket} was expected", at)
        return False


def _unescaped(inner: str, at: int) -> str:
    def one(found: re.Match[str]) -> str:
        if found[1]:
            return chr(int(found[1], 16))
        if found[2] not in _SIMPLE:
            raise _Fault("an escape that is none", at)
        return _SIMPLE[found[2]]

    text = _ESCAPE.sub(one, inner)
    # Pairs of surrogates are one character; a single one cannot be encoded and stays visible as what it is.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _moved(expression: Expression, literal: Literal) -> Expression:
    """Give an expression and all in it the span of the text they stand in: offsets in an escaped text are none."""
    parts = (_moved_part(part, literal) for part in expression[:-2])
    return type(expression)._make((*parts, literal.start, literal.end))


def _moved_part(part: object, literal: Literal) -> object:
    if isinstance(part, _NODES):
        return _moved(part, literal)
    if isinstance(part, tuple):
        return tuple(_moved_part(inner, literal) for inner in part)
    return part
