"""Text to a tree. Precedences are the specification's; depth and length are bounded."""

import re
from dataclasses import dataclass
from typing import Final

from watchword.kernel.errors import InvalidInputError

_LONGEST: Final = 20_000  # characters of an expression
_DEEPEST: Final = 60  # brackets and operators within each other

_TOKEN: Final = re.compile(
    r"""(?xs)
    (?P<space>\s+|//[^\n]*)
  | (?P<number>0x[0-9A-Fa-f]+|\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+)
  | (?P<text>[rR]?(?:\"\"\".*?\"\"\"|'''.*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<mark>&&|\|\||==|!=|<=|>=|[-+*/%!<>?:.,()\[\]{}])
    """
)
_ESCAPE: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[0-3][0-7]{2}|.)", re.DOTALL)
_PLAIN: Final = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_SAME: Final = frozenset("\\?\"'`")
MACROS: Final = frozenset({"all", "exists", "exists_one", "filter", "map"})


@dataclass(frozen=True, slots=True)
class Literal:
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Select:
    of: "Node"
    field: str


@dataclass(frozen=True, slots=True)
class Index:
    of: "Node"
    key: "Node"


@dataclass(frozen=True, slots=True)
class Has:
    of: "Node"
    field: str


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple["Node", ...]  # of a method, what it is called on comes first
    method: bool


@dataclass(frozen=True, slots=True)
class Macro:
    name: str
    over: "Node"
    variable: str
    body: "Node"
    then: "Node | None" = None  # `map(x, condition, result)`


@dataclass(frozen=True, slots=True)
class Unary:
    mark: str
    of: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    mark: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Conditional:
    condition: "Node"
    yes: "Node"
    no: "Node"


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    pairs: tuple[tuple["Node", "Node"], ...]


Node = Literal | Name | Select | Index | Has | Call | Macro | Unary | Binary | Conditional | Items | Pairs

# Binding powers of binary operators, weakest first.
_POWERS: Final = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), 3),
    **dict.fromkeys(("+", "-"), 4),
    **dict.fromkeys(("*", "/", "%"), 5),
}


def read(text: str) -> Node:
    """Read an expression. Raises `InvalidInputError` with what was expected and where."""
    if len(text) > _LONGEST:
        raise InvalidInputError(f"an expression of more than {_LONGEST} characters", code="cel.too_long")
    reader = _Reader(text)
    node = reader.expression(0)
    reader.end()
    return node


class _Reader:
    """A reader of precedences: one method a level of the grammar."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, str, int]] = []
        position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise self._error("no word of CEL", position)
            if match.lastgroup is not None and match.lastgroup != "space":
                self._tokens.append((match.lastgroup, match[0], position))
            position = match.end()
        self._at = 0

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise self._error(f"{self._tokens[self._at][1]!r} was not expected")

    def expression(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise self._error(f"more than {_DEEPEST} levels deep")
        condition = self._binary(1, depth)
        if not self._took("?"):
            return condition
        yes = self._binary(1, depth + 1)
        self._expect(":")
        return Conditional(condition, yes, self.expression(depth + 1))

    def _binary(self, least: int, depth: int) -> Node:
        if depth > _DEEPEST:
            raise self._error(f"more than {_DEEPEST} levels deep")
        left = self._unary(depth)
        while (power := _POWERS.get(self._next(), 0)) >= least:
            mark = self._take()
            left = Binary(mark, left, self._binary(power + 1, depth + 1))
        return left

    def _unary(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise self._error(f"more than {_DEEPEST} levels deep")
        if self._next() in {"!", "-"}:
            mark = self._take()
            of = self._unary(depth + 1)
            if mark == "-" and isinstance(of, Literal) and isinstance(of.value, int | float):
                return Literal(-of.value)
            return Unary(mark, of)
        return self._member(self._primary(depth), depth)

    def _member(self, node: Node, depth: int) -> Node:
        while True:
            if self._took("."):
                name = self._name()
                node = self._method(node, name, depth) if self._took("(") else Select(node, name)
            elif self._took("["):
                node = Index(node, self.expression(depth + 1))
                self._expect("]")
            else:
                return node

    def _method(self, node: Node, name: str, depth: int) -> Node:
        arguments = self._arguments(")", depth)
        if name not in MACROS:
            return Call(name, (node, *arguments), method=True)
        sizes = (2, 3) if name == "map" else (2,)
        if len(arguments) not in sizes or not isinstance(arguments[0], Name):
            raise self._error(f"{name} takes a variable and an expression")
        then = arguments[2] if len(arguments) == max(sizes) and len(sizes) > 1 else None
        return Macro(name, node, arguments[0].name, arguments[1], then)

    def _primary(self, depth: int) -> Node:
        if self._at >= len(self._tokens):
            raise self._error("the expression ends here")
        group, text, position = self._tokens[self._at]
        self._at += 1
        if group == "number":
            return Literal(float(text) if re.search(r"[.eE]", text) and not text.startswith("0x") else int(text, 0))
        if group == "text":
            return Literal(_unescaped(text))
        if group == "name" and text != "in":
            return self._named(text, depth)
        if text == "(":
            inner = self.expression(depth + 1)
            self._expect(")")
            return inner
        if text == "[":
            return Items(self._arguments("]", depth))
        if text == "{":
            return self._pairs(depth)
        raise self._error(f"{text!r} was not expected", position)

    def _named(self, text: str, depth: int) -> Node:
        constants: dict[str, bool | None] = {"true": True, "false": False, "null": None}
        if text in constants:
            return Literal(constants[text])
        if not self._took("("):
            return Name(text)
        arguments = self._arguments(")", depth)
        if text != "has":
            return Call(text, arguments, method=False)
        if len(arguments) != 1 or not isinstance(arguments[0], Select):
            raise self._error("has takes a field: has(a.b)")
        return Has(arguments[0].of, arguments[0].field)

    def _arguments(self, close: str, depth: int) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self._took(close):
            found.append(self.expression(depth + 1))
            if not self._took(","):
                self._expect(close)
                break
        return tuple(found)

    def _pairs(self, depth: int) -> Node:
        found: list[tuple[Node, Node]] = []
        while not self._took("}"):
            key = self.expression(depth + 1)
            self._expect(":")
            found.append((key, self.expression(depth + 1)))
            if not self._took(","):
                self._expect("}")
                break
        return Pairs(tuple(found))

    def _name(self) -> str:
        if self._at < len(self._tokens) and self._tokens[self._at][0] == "name":
            return self._take()
        raise self._error("a name was expected")

    def _next(self) -> str:
        if self._at >= len(self._tokens) or self._tokens[self._at][0] in {"text", "number"}:
            return ""
        return self._tokens[self._at][1]

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _took(self, mark: str) -> bool:
        if self._next() == mark:
            self._at += 1
            return True
        return False

    def _expect(self, mark: str) -> None:
        if not self._took(mark):
            raise self._error(f"{mark!r} was expected")

    def _error(self, what: str, position: int | None = None) -> InvalidInputError:
        if position is None:
            position = self._tokens[self._at][2] if self._at < len(self._tokens) else len(self._text)
        return InvalidInputError(f"{what}, at character {position + 1} of {self._text!r}", code="cel.syntax")


def _unescaped(text: str) -> str:
    raw = text[0] in "rR"
    text = text[1:] if raw else text
    width = 3 if text.startswith(('"""', "'''")) else 1
    inner = text[width:-width]
    return inner if raw else _ESCAPE.sub(_escaped, inner)


def _escaped(match: re.Match[str]) -> str:
    code = match[1]
    if code in _PLAIN:
        return _PLAIN[code]
    if code in _SAME:
        return code
    if code[0] in "uUx":
        number = int(code[1:], 16)
    elif len(code) == 3:  # noqa: PLR2004 - \ooo
        number = int(code, 8)
    else:
        raise InvalidInputError(f"\\{code} is no escape of CEL", code="cel.syntax")
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:  # noqa: PLR2004 - the bounds of Unicode's scalar values
        raise InvalidInputError(f"\\{code} is no character", code="cel.syntax")
    return chr(number)
