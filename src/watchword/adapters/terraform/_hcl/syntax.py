"""The tree of an HCL file. Spans are offsets in the text (`start` to `end`), so that a fix can edit what it must alone.

Nodes are named tuples and not dataclasses: a monorepo has a million of them, and they are made at half the cost.
"""

from array import array
from bisect import bisect_right
from typing import NamedTuple

from watchword.inventory.model import Problem
from watchword.inventory.values import Place, Value


class Literal(NamedTuple):
    """A number, a boolean, `null`, or a text without templates in it."""

    value: str | int | float | bool | None
    start: int
    end: int


class Template(NamedTuple):
    """A text with `${...}` and `%{...}` in it. A single interpolation is not a template: it is its expression."""

    parts: tuple["Expression", ...]
    start: int
    end: int


class TemplateIf(NamedTuple):
    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"
    start: int
    end: int


class TemplateFor(NamedTuple):
    key: str | None
    value: str
    collection: "Expression"
    body: "Expression"
    start: int
    end: int


class Traversal(NamedTuple):
    """`aws_s3_bucket.logs[0].id`: a name and steps. A step is a name, a number, or an expression in brackets."""

    name: str
    steps: tuple["str | int | Expression", ...]
    start: int
    end: int


class Access(NamedTuple):
    """Steps from any other expression: `f(x).a[0]`."""

    of: "Expression"
    steps: tuple["str | int | Expression", ...]
    start: int
    end: int


class Splat(NamedTuple):
    """`of[*].a.b`, or `of.*.a`: the steps of every element. Of something that is no list: a list of one, or of none."""

    of: "Expression"
    steps: tuple["str | int | Expression", ...]
    start: int
    end: int


class Call(NamedTuple):
    name: str
    arguments: tuple["Expression", ...]
    expand: bool  # the last argument is a list of arguments: `f(xs...)`
    start: int
    end: int


class Unary(NamedTuple):
    operator: str
    operand: "Expression"
    start: int
    end: int


class Binary(NamedTuple):
    operator: str
    left: "Expression"
    right: "Expression"
    start: int
    end: int


class Conditional(NamedTuple):
    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"
    start: int
    end: int


class Tuple(NamedTuple):
    elements: tuple["Expression", ...]
    start: int
    end: int


class Object(NamedTuple):
    items: tuple[tuple["Expression", "Expression"], ...]
    start: int
    end: int


class ForTuple(NamedTuple):
    key: str | None
    value: str
    collection: "Expression"
    element: "Expression"
    condition: "Expression | None"
    start: int
    end: int


class ForObject(NamedTuple):
    key: str | None
    value: str
    collection: "Expression"
    name: "Expression"
    element: "Expression"
    group: bool  # `=> value...`: values of one name are collected
    condition: "Expression | None"
    start: int
    end: int


Expression = (
    Literal
    | Template
    | TemplateIf
    | TemplateFor
    | Traversal
    | Access
    | Splat
    | Call
    | Unary
    | Binary
    | Conditional
    | Tuple
    | Object
    | ForTuple
    | ForObject
)


class Attribute(NamedTuple):
    """`name = expression`. `start` is that of the name, `end` that of the expression."""

    name: str
    expression: Expression
    start: int
    end: int


class BlockNode(NamedTuple):
    """`type "label" "label" { body }`. `head` is the offset of the opening brace."""

    type: str
    labels: tuple[str, ...]
    body: "Body"
    start: int
    head: int
    end: int


class Body(NamedTuple):
    attributes: dict[str, Attribute]
    blocks: list[BlockNode]


class Source:
    """A file that was parsed, whole or in part.

    `literals` is for whoever evaluates it: values of literals by the identity of their node, which are the same in
    every instance of a body. Places are remembered for the same reason.
    """

    __slots__ = ("_lines", "_places", "body", "file", "literals", "problems", "text")

    def __init__(self, file: str, text: str, body: Body, problems: tuple[Problem, ...]) -> None:
        self.file = file
        self.text = text
        self.body = body
        self.problems = problems
        self.literals: dict[int, Value] = {}
        self._lines: array[int] | None = None
        self._places: dict[int, Place] = {}

    def __reduce__(self) -> tuple[type["Source"], tuple[str, str, Body, tuple[Problem, ...]]]:
        """Pickle what was parsed, so that it can be kept by the file's hash; what was evaluated is made anew."""
        return Source, (self.file, self.text, self.body, self.problems)

    def place(self, start: int, end: int) -> Place:
        """Return the lines of a span. A span that ends with a line's end does not reach into the next."""
        span = start << 32 | end  # one number costs half of a pair
        known = self._places.get(span)
        if known is not None:
            return known
        lines = self._lines
        if lines is None:
            lines = self._lines = array("I", line_starts(self.text))  # a tenth of what a list of numbers takes
        line = bisect_right(lines, start)
        last = bisect_right(lines, end - 1, lo=line - 1) if end > start else line
        place = self._places[span] = Place(self.file, line, last, start - lines[line - 1] + 1)
        return place


def line_starts(text: str) -> list[int]:
    """Return the offsets at which lines begin."""
    starts = [0]
    position = text.find("\n")
    while position >= 0:
        starts.append(position + 1)
        position = text.find("\n", position + 1)
    return starts
