"""A parser of HCL's native syntax, written for speed over compiled patterns and for files that are not in order.

1. Most lines of real files are `name = "text"`, `name = a.b.c` or `name = 3`: one pattern reads such a line whole.
   Everything else goes through an operator-precedence parser over the text (no tokens are made).
2. A top-level block that does not parse is one problem, with its place; reading resumes at the next line that begins
   like a top-level block. Nothing is dropped silently.
3. Input is hostile: nesting is bounded, every loop consumes text, no pattern backtracks.

The grammar is that of the "HCL Native Syntax Specification" (hashicorp/hcl, hclsyntax/spec.md): bodies, expressions,
templates, heredocs, `for`, splats. Names are Unicode identifiers that may have hyphens.
"""

import re
from sys import intern
from typing import Final, NoReturn

from watchword.adapters.terraform._hcl.syntax import (
    Access,
    Attribute,
    Binary,
    BlockNode,
    Body,
    Call,
    Conditional,
    Expression,
    ForObject,
    ForTuple,
    Literal,
    Object,
    Source,
    Splat,
    Template,
    TemplateFor,
    TemplateIf,
    Traversal,
    Tuple,
    Unary,
)
from watchword.inventory.model import Problem, ProblemKind

# Deeper than people nest, and shallow enough for Python's own stack: four frames a level.
_DEEPEST: Final = 100
# A file with more has another fault than these: it is no Terraform.
_MOST_PROBLEMS: Final = 50

# Every repetition is possessive (`*+`): no pattern goes back over what it has read, so that one pass is the most.
_NAME: Final = r"[^\W\d][\w-]*+"
_BLANK: Final = r"[ \t]*+"
_COMMENT: Final = r"/\*(?:[^*]|\*(?!/))*+\*/"
# Blanks, line ends and comments.
_SPACE = re.compile(rf"(?:[ \t\r\n\ufeff]++|#[^\n]*+|//[^\n]*+|{_COMMENT})*+")
_INLINE = re.compile(rf"(?:[ \t]++|{_COMMENT})*+")
# What ends an attribute or a block: a line end, after blanks and a comment, or the text's end.
_LINE_END = re.compile(rf"(?:[ \t\r]++|{_COMMENT})*+(?:(?:#|//)[^\n]*+)?(?:\n|\Z)")
_PLAIN_TEXT: Final = r'"((?:[^"\\$%\n]|[$%](?!\{))*+)"'
# One line, one match: name, then a text without escapes or templates | a keyword | a number | names with dots.
_SIMPLE = re.compile(
    rf"({_NAME}){_BLANK}={_BLANK}(?:{_PLAIN_TEXT}|(true|false|null)(?![\w.\[(-])|(-?\d++(?:\.\d++)?+)|"
    rf"({_NAME}(?:\.{_NAME})*+))(?={_BLANK}(?:[\r\n#]|//|\Z))"
)
_ASSIGN = re.compile(rf"({_NAME}){_BLANK}=(?!=)")
_BLOCK = re.compile(rf'({_NAME})((?:{_BLANK}"[^"\n\\$]*+"|[ \t]++{_NAME})*+){_BLANK}\{{')
_LABEL = re.compile(rf'"([^"\n]*+)"|({_NAME})')
_IDENTIFIER = re.compile(_NAME)
_FUNCTION = re.compile(rf"({_NAME}(?:::{_NAME})*+){_BLANK}\(")
_NUMBER = re.compile(r"\d++(?:\.\d++)?+(?:[eE][+-]?\d++)?+")
_DIGITS = re.compile(r"\d++")
_SIMPLE_TEXT = re.compile(_PLAIN_TEXT)
_OPERATOR = re.compile(r"\|\||&&|==|!=|<=|>=|[<>+*/%?-]")
_HEREDOC = re.compile(rf"<<(-?)({_NAME})[ \t]*\r?\n")
_QUOTED_RUN = re.compile(r'(?:[^"\\$%\n]|\$(?!\{|\$\{)|%(?!\{|%\{))++')
_HEREDOC_RUN = re.compile(r"(?:[^$%]|\$(?!\{|\$\{)|%(?!\{|%\{))++")
_KEY = re.compile(rf"(?:({_NAME})|{_PLAIN_TEXT}){_BLANK}(?:=(?![=>])|:)")
_FOR = re.compile(rf"for\s++({_NAME})\s*+(?:,\s*+({_NAME})\s*+)?in(?![\w-])")
_DIRECTIVE = re.compile(r"~?\s*+(if|else|endif|for|endfor)(?![\w-])")
_KEYWORDS: Final = {"true": True, "false": False, "null": None}
_PRECEDENCE: Final = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
# Where reading resumes after a block that does not parse: the block types that Terraform has at the top.
_RESUME = re.compile(
    r"^(?:resource|data|module|variable|output|locals|provider|terraform|moved|import|removed|check|ephemeral|action)"
    r"[ \t]*(?:[\"{]|[\w-]+[ \t]*[\"{])",
    re.MULTILINE,
)
_HEX = re.compile(r"[0-9a-fA-F]++")
_SHORT: Final = 24  # texts of fewer characters ("tcp", "Allow") stand in a file many times: one copy is kept
_LAST_CODE_POINT: Final = 0x10FFFF
_LONGEST_NUMBER: Final = 300  # digits; a double ends there, and int() refuses texts of 4,300


class SyntaxFault(Exception):  # noqa: N818 - never leaves this package: it becomes a Problem
    """What is wrong, and at which offset."""

    def __init__(self, text: str, at: int) -> None:
        super().__init__(text)
        self.text = text
        self.at = at


def parse(text: str, file: str) -> Source:
    """Parse a file. Never raises: what does not parse is in `problems`."""
    body = Body({}, [])
    source = Source(file, text, body, ())
    problems: list[Problem] = []
    parser = _Parser(text)
    position = 0
    while position < len(text):
        parser.reset(position)
        try:
            parser.body(body, top=True)
            break
        except SyntaxFault as fault:
            problems.append(Problem(ProblemKind.SYNTAX, fault.text, source.place(fault.at, fault.at)))
            resume = _RESUME.search(text, max(parser.item + 1, position + 1))
            if resume is None or len(problems) >= _MOST_PROBLEMS:
                break
            position = resume.start()
    source.problems = tuple(problems)
    return source


def parse_template(text: str, file: str) -> tuple[Source, Expression | None]:
    """Parse a text as the inside of a template: a `templatefile`, a string of the JSON form. None if it does not."""
    source = Source(file, text, Body({}, []), ())
    parser = _Parser(text)
    try:
        return source, parser.whole_template()
    except SyntaxFault as fault:
        source.problems = (Problem(ProblemKind.SYNTAX, fault.text, source.place(fault.at, fault.at)),)
        return source, None


class _Parser:
    """A position in a text. `item` is where the top-level item began that is being read."""

    __slots__ = ("_depth", "_end", "_newlines", "_position", "_text", "item")

    def __init__(self, text: str) -> None:
        self._text = text
        self._end = len(text)
        self._position = 0
        self._depth = 0
        self._newlines = False  # whether line ends are blanks: so within brackets
        self.item = 0

    def reset(self, position: int) -> None:
        self._position = position
        self._end = len(self._text)
        self._depth = 0
        self._newlines = False

    # Bodies

    def body(self, body: Body, *, top: bool = False) -> None:
        """Read attributes and blocks into `body` up to the closing brace, or, at the top, to the text's end."""
        text, attributes, blocks = self._text, body.attributes, body.blocks
        skip, simple = _SPACE.match, _SIMPLE.match
        position = self._position
        while True:
            position = _after(skip(text, position))
            if top:
                self.item = position
            found = simple(text, position)
            if found is not None:
                name = intern(found[1])
                end = _one(found.end())
                if name in attributes:
                    raise SyntaxFault(f"the attribute {name} is set twice", position)
                attributes[name] = Attribute(name, _simple_value(found, end), position, end)
                position = end
                continue
            if position >= self._end:
                if top:
                    return
                raise SyntaxFault("the file ends within a block", position)
            if text[position] == "}" and not top:
                self._position = position + 1
                return
            position = self._item(position, attributes, blocks)

    def _item(self, position: int, attributes: dict[str, Attribute], blocks: list[BlockNode]) -> int:
        """Read one attribute or block that is no simple line. Return where it ends."""
        text = self._text
        head = _BLOCK.match(text, position)
        if head is not None:
            self._position = head.end()
            inner = Body({}, [])
            self._deeper(position)
            self.body(inner)
            self._depth -= 1
            labels = tuple(label[1] or label[2] or "" for label in _LABEL.finditer(head[2])) if head[2] else ()
            blocks.append(BlockNode(intern(head[1]), labels, inner, position, head.end() - 1, self._position))
            return self._finish(self._position)
        assign = _ASSIGN.match(text, position)
        if assign is None:
            raise SyntaxFault("an attribute or a block was expected", position)
        name = intern(assign[1])
        self._position = assign.end()
        newlines, self._newlines = self._newlines, False
        expression = self._expression()
        self._newlines = newlines
        if name in attributes:
            raise SyntaxFault(f"the attribute {name} is set twice", position)
        attributes[name] = Attribute(name, expression, position, expression.end)
        return self._finish(self._position)

    def _finish(self, position: int) -> int:
        """What comes after an item: a line end, or the brace that closes a block of one line. Return where it ends."""
        ended = _LINE_END.match(self._text, position)
        if ended is not None:
            return ended.end()
        after = _after(_INLINE.match(self._text, position))
        if self._text.startswith("}", after):
            return after
        raise SyntaxFault("a line end was expected", after)

    def _deeper(self, at: int) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise SyntaxFault(f"nested more than {_DEEPEST} deep", at)

    # Expressions

    def _skip(self) -> int:
        pattern = _SPACE if self._newlines else _INLINE
        self._position = _after(pattern.match(self._text, self._position))
        return self._position

    def _fail(self, text: str) -> NoReturn:
        raise SyntaxFault(text, self._position)

    def _expression(self) -> Expression:
        """Read an expression: operands joined by operators, by precedence climbing with a stack; `? :` binds least."""
        self._deeper(self._position)
        operands = [self._operand()]
        operators: list[str] = []
        while True:
            at = self._skip()
            found = _OPERATOR.match(self._text, at)
            if found is None or at >= self._end:
                break
            operator = found[0]
            if operator == "?":
                break
            if self._text.startswith(("//", "/*"), at):
                break
            self._position = found.end()
            while operators and _PRECEDENCE[operators[-1]] >= _PRECEDENCE[operator]:
                _join(operands, operators.pop())
            operators.append(operator)
            operands.append(self._operand())
        while operators:
            _join(operands, operators.pop())
        result = operands[0]
        if self._text.startswith("?", self._position) and self._position < self._end:
            result = self._conditional(result)
        self._depth -= 1
        return result

    def _conditional(self, condition: Expression) -> Expression:
        self._position += 1
        # Terraform lets the branches stand on lines of their own where brackets enclose the whole; fmt writes both.
        then = self._expression()
        self._skip()
        if not self._text.startswith(":", self._position):
            self._fail("a colon was expected")
        self._position += 1
        otherwise = self._expression()
        return Conditional(condition, then, otherwise, condition.start, otherwise.end)

    def _operand(self) -> Expression:
        at = self._skip()
        text = self._text
        if at >= self._end:
            self._fail("an expression was expected")
        character = text[at]
        if character in "!-":
            self._deeper(at)
            self._position = at + 1
            operand = self._operand()
            self._depth -= 1
            if character == "-" and isinstance(operand, Literal) and isinstance(operand.value, int | float):
                return Literal(-operand.value, at, operand.end)
            return Unary(character, operand, at, operand.end)
        return self._steps(self._term(character, at))

    def _term(self, character: str, at: int) -> Expression:
        text = self._text
        if character == '"':
            simple = _SIMPLE_TEXT.match(text, at)
            if simple is not None:
                self._position = simple.end()
                return Literal(simple[1], at, self._position)
            return self._quoted(at)
        if character.isdecimal():
            return self._number(at)
        if character == "[":
            return self._tuple(at)
        if character == "{":
            return self._object(at)
        if character == "(":
            self._position = at + 1
            newlines, self._newlines = self._newlines, True
            inner = self._expression()
            self._close(")")
            self._newlines = newlines
            return inner
        if character == "<":
            return self._heredoc(at)
        call = _FUNCTION.match(text, at)
        if call is not None:
            return self._call(call[1], at, call.end())
        name = _IDENTIFIER.match(text, at)
        if name is None:
            self._fail("an expression was expected")
        self._position = name.end()
        if name[0] in _KEYWORDS:
            return Literal(_KEYWORDS[name[0]], at, self._position)
        return Traversal(intern(name[0]), (), at, self._position)

    def _number(self, at: int) -> Expression:
        found = _NUMBER.match(self._text, at)
        if found is None:
            self._fail("a number was expected")
        self._position = found.end()
        digits = found[0]
        whole = digits.isdecimal() and len(digits) <= _LONGEST_NUMBER
        value: int | float = int(digits) if whole else float(digits)
        if value == float("inf"):
            raise SyntaxFault("a number beyond what can be computed with", at)
        return Literal(value, at, self._position)

    def _close(self, bracket: str) -> None:
        self._skip()
        if not self._text.startswith(bracket, self._position):
            self._fail(f"{bracket} was expected")
        self._position += 1

    def _steps(self, of: Expression) -> Expression:
        """Read `.name`, `.0`, `[key]`, `.*` and `[*]` after a term."""
        text = self._text
        steps: list[str | int | Expression] = []
        while self._position < self._end:
            at = self._position
            character = text[at]
            if character == ".":
                name = _IDENTIFIER.match(text, at + 1)
                if name is not None:
                    steps.append(intern(name[0]))
                    self._position = name.end()
                    continue
                if text.startswith("*", at + 1):
                    self._position = at + 2
                    return self._splat(_with_steps(of, steps, at), full=False)
                number = _DIGITS.match(text, at + 1)
                if number is None or text.startswith("..", at):
                    return _with_steps(of, steps, at)  # `...` after the last argument of a call
                steps.append(int(number[0][:18]))
                self._position = number.end()
            elif character == "[":
                if text.startswith("[*]", at):
                    self._position = at + 3
                    return self._splat(_with_steps(of, steps, at), full=True)
                steps.append(self._index(at))
            else:
                break
        return _with_steps(of, steps, self._position)

    def _index(self, at: int) -> str | int | Expression:
        self._position = at + 1
        newlines, self._newlines = self._newlines, True
        key = self._expression()
        self._close("]")
        self._newlines = newlines
        if isinstance(key, Literal) and isinstance(key.value, str | int) and not isinstance(key.value, bool):
            return key.value
        return key

    def _splat(self, of: Expression, *, full: bool) -> Expression:
        """Read the steps that hold for every element. After `.*` only names do; an index is of the list made."""
        self._deeper(self._position)
        text = self._text
        steps: list[str | int | Expression] = []
        while self._position < self._end:
            at = self._position
            name = _IDENTIFIER.match(text, at + 1) if text[at] == "." else None
            if name is not None:
                steps.append(intern(name[0]))
                self._position = name.end()
            elif full and text[at] == "[" and not text.startswith("[*]", at):
                steps.append(self._index(at))
            else:
                break
        result = self._steps(Splat(of, tuple(steps), of.start, self._position))
        self._depth -= 1
        return result

    def _call(self, name: str, at: int, position: int) -> Expression:
        self._position = position
        newlines, self._newlines = self._newlines, True
        arguments: list[Expression] = []
        expand = False
        while True:
            self._skip()
            if self._text.startswith(")", self._position):
                break
            if expand:
                self._fail(") was expected")
            arguments.append(self._expression())
            self._skip()
            if self._text.startswith("...", self._position):
                expand = True
                self._position += 3
                self._skip()
            if self._text.startswith(",", self._position):
                self._position += 1
            elif not self._text.startswith(")", self._position):
                self._fail("a comma or ) was expected")
        self._position += 1
        self._newlines = newlines
        return Call(name, tuple(arguments), expand, at, self._position)

    def _tuple(self, at: int) -> Expression:
        self._position = at + 1
        newlines, self._newlines = self._newlines, True
        self._skip()
        head = _FOR.match(self._text, self._position)
        result: Expression
        if head is not None:
            result = self._for_tuple(at, head)
        else:
            elements: list[Expression] = []
            while True:
                self._skip()
                if self._text.startswith("]", self._position):
                    break
                elements.append(self._expression())
                self._skip()
                if self._text.startswith(",", self._position):
                    self._position += 1
                elif not self._text.startswith("]", self._position):
                    self._fail("a comma or ] was expected")
            self._position += 1
            result = Tuple(tuple(elements), at, self._position)
        self._newlines = newlines
        return result

    def _object(self, at: int) -> Expression:
        self._position = at + 1
        newlines, self._newlines = self._newlines, True
        self._skip()
        head = _FOR.match(self._text, self._position)
        result = self._items(at) if head is None else self._for_object(at, head)
        self._newlines = newlines
        return result

    def _items(self, at: int) -> Expression:
        """Read the items of an object. A line end or a comma ends an item: line ends are no blanks in its value."""
        text = self._text
        items: list[tuple[Expression, Expression]] = []
        while True:
            self._newlines = True
            start = self._skip()
            if text.startswith("}", start):
                break
            key: Expression
            simple = _KEY.match(text, start)
            if simple is not None:
                name = simple[1] if simple[1] is not None else simple[2]
                key = Literal(intern(name), start, start + len(name) + (0 if simple[1] is not None else 2))
                self._position = simple.end()
            else:
                key = self._expression()
                self._skip()
                if not text.startswith(("=", ":"), self._position):
                    self._fail("= or : was expected")
                self._position += 1
            self._newlines = False
            self._position = _after(_SPACE.match(text, self._position))
            items.append((key, self._expression()))
            self._skip()
            if text.startswith(",", self._position):
                self._position += 1
                continue
            ended = _LINE_END.match(text, self._position)
            if ended is not None and ended.end() < self._end:
                self._position = ended.end()
            elif not text.startswith("}", self._position):
                self._fail("a comma, a line end or } was expected")
        self._position += 1
        return Object(tuple(items), at, self._position)

    def _for_head(self, head: re.Match[str]) -> tuple[str | None, str, Expression]:
        self._position = head.end()
        collection = self._expression()
        self._skip()
        if not self._text.startswith(":", self._position):
            self._fail("a colon was expected")
        self._position += 1
        return (head[1], head[2], collection) if head[2] else (None, head[1], collection)

    def _for_condition(self) -> Expression | None:
        self._skip()
        name = _IDENTIFIER.match(self._text, self._position)
        if name is None or name[0] != "if":
            return None
        self._position = name.end()
        return self._expression()

    def _for_tuple(self, at: int, head: re.Match[str]) -> Expression:
        key, value, collection = self._for_head(head)
        element = self._expression()
        condition = self._for_condition()
        self._close("]")
        return ForTuple(key, value, collection, element, condition, at, self._position)

    def _for_object(self, at: int, head: re.Match[str]) -> Expression:
        key, value, collection = self._for_head(head)
        name = self._expression()
        self._skip()
        if not self._text.startswith("=>", self._position):
            self._fail("=> was expected")
        self._position += 2
        element = self._expression()
        self._skip()
        group = self._text.startswith("...", self._position)
        if group:
            self._position += 3
        condition = self._for_condition()
        self._close("}")
        return ForObject(key, value, collection, name, element, group, condition, at, self._position)

    # Templates

    def _quoted(self, at: int) -> Expression:
        """Read a quoted template up to its closing quote."""
        self._position = at + 1
        parts = self._parts(quoted=True)
        if not self._text.startswith('"', self._position):
            self._fail("a closing quote was expected")
        self._position += 1
        return _template(parts, at, self._position)

    def _heredoc(self, at: int) -> Expression:
        head = _HEREDOC.match(self._text, at)
        if head is None:
            self._fail("an expression was expected")
        closing = re.compile(rf"^[ \t]*{re.escape(head[2])}(?![\w-])[ \t]*\r?$", re.MULTILINE)
        ended = closing.search(self._text, head.end(), self._end)
        if ended is None:
            raise SyntaxFault(f"the heredoc {head[2]} is not closed", at)
        end, self._end = self._end, ended.start()
        self._position = head.end()
        self._deeper(at)
        parts = self._parts(quoted=False)
        self._depth -= 1
        if self._position < self._end:
            self._fail("a template directive without its beginning")
        self._end = end
        self._position = ended.end() - (1 if ended[0].endswith("\r") else 0)
        if head[1]:
            parts = _unindented(parts)
        return _template(parts, at, self._position, keep=True)

    def whole_template(self) -> Expression:
        parts = self._parts(quoted=False)
        if self._position < self._end:
            self._fail("a template directive without its beginning")
        return _template(parts, 0, self._end)

    def _parts(self, *, quoted: bool) -> list[Expression]:
        """Read literals, interpolations and directives, up to what ends them: a quote, the end, an else or endif."""
        parts: list[Expression] = []
        run = _QUOTED_RUN if quoted else _HEREDOC_RUN
        text = self._text
        trim = text.startswith("~}", self._position - 2)  # what stands before ended with ~
        while self._position < self._end:
            at = self._position
            found = run.match(text, at, self._end)
            if found is not None:
                literal = found[0]
                self._position = found.end()
            elif text.startswith(("$${", "%%{"), at):
                literal = text[at + 1 : at + 3]
                self._position = at + 3
            elif text.startswith(("${", "%{"), at):
                if text.startswith("~", at + 2):
                    _trim_last(parts)
                if text[at] == "$":
                    parts.append(self._interpolation(at))
                else:
                    word = _DIRECTIVE.match(text, at + 2)
                    if word is not None and word[1] in {"else", "endif", "endfor"}:
                        break
                    parts.append(self._directive(at, word, quoted=quoted))
                trim = text.startswith("~}", self._position - 2)
                continue
            elif quoted and text[at] == "\\":
                literal = self._escape(at)
            elif quoted:
                break
            else:
                literal = text[at]
                self._position = at + 1
            if trim:
                literal, trim = literal.lstrip(), not literal.strip()
            last = parts[-1] if parts else None
            if isinstance(last, Literal) and isinstance(last.value, str) and last.end == at:
                parts[-1] = Literal(last.value + literal, last.start, self._position)
            else:
                parts.append(Literal(literal, at, self._position))
        return parts

    def _escape(self, at: int) -> str:
        text = self._text
        letter = text[at + 1 : at + 2]
        simple = _ESCAPES.get(letter)
        if simple is not None:
            self._position = at + 2
            return simple
        size = {"u": 4, "U": 8}.get(letter, 0)
        found = _HEX.match(text, at + 2, at + 2 + size)
        if found is None or len(found[0]) != size or int(found[0], 16) > _LAST_CODE_POINT:
            raise SyntaxFault("an escape that is none", at)
        self._position = at + 2 + size
        return chr(int(found[0], 16))

    def _interpolation(self, at: int) -> Expression:
        self._position = at + (3 if self._text.startswith("~", at + 2) else 2)
        newlines, self._newlines = self._newlines, True
        expression = self._expression()
        self._end_of_sequence()
        self._newlines = newlines
        return expression

    def _end_of_sequence(self) -> None:
        self._newlines = True
        self._skip()
        if self._text.startswith("~", self._position):
            self._position += 1
        self._close("}")
        if self._position > self._end:
            self._fail("} was expected before the text ends")

    def _directive(self, at: int, head: re.Match[str] | None, *, quoted: bool) -> Expression:
        if head is None:
            raise SyntaxFault("if or for was expected", at)
        self._deeper(at)
        newlines, self._newlines = self._newlines, True
        result: Expression
        if head[1] == "if":
            self._position = head.end()
            condition = self._expression()
            then, word = self._branch(quoted=quoted)
            otherwise: Expression = Literal("", at, at)
            if word == "else":
                otherwise, word = self._branch(quoted=quoted)
            if word != "endif":
                self._fail("endif was expected")
            self._end_of_sequence()
            result = TemplateIf(condition, then, otherwise, at, self._position)
        else:
            found = _FOR.match(self._text, head.start(1))
            if found is None:
                raise SyntaxFault("for … in was expected", at)
            self._position = found.end()
            collection = self._expression()
            body, word = self._branch(quoted=quoted)
            if word != "endfor":
                self._fail("endfor was expected")
            self._end_of_sequence()
            key, value = (found[1], found[2]) if found[2] else (None, found[1])
            result = TemplateFor(key, value, collection, body, at, self._position)
        self._newlines = newlines
        self._depth -= 1
        return result

    def _branch(self, *, quoted: bool) -> tuple[Expression, str]:
        """Read from the end of one directive up to the word of the next: `}` … `%{ else`."""
        self._end_of_sequence()
        start = self._position
        parts = self._parts(quoted=quoted)
        word = _DIRECTIVE.match(self._text, self._position + 2) if self._text.startswith("%{", self._position) else None
        if word is None or self._position >= self._end:
            self._fail("a template directive is not closed")
        branch = _template(parts, start, self._position, keep=True)
        self._position = word.end()
        return branch, word[1]


def _after(found: re.Match[str] | None) -> int:
    """Where a match of a pattern that matches everywhere ends."""
    return _one(found.end()) if found is not None else 0


# A number of its own for each offset of each node takes a tenth of what files take. Most files are no longer than this.
_OFFSETS: Final = tuple(range(8192))


def _one(offset: int) -> int:
    """Return the same number for the same offset."""
    return _OFFSETS[offset] if offset < len(_OFFSETS) else offset


def _simple_value(found: re.Match[str], end: int) -> Expression:
    text, keyword, number, names = found[2], found[3], found[4], found[5]
    if text is not None:
        return Literal(intern(text) if len(text) < _SHORT else text, _one(found.start(2) - 1), end)
    if names is not None:
        first, *rest = map(intern, names.split("."))
        return Traversal(first, tuple(rest), _one(found.start(5)), end)
    if keyword is not None:
        return Literal(_KEYWORDS[keyword], _one(found.start(3)), end)
    if len(number) > _LONGEST_NUMBER:
        raise SyntaxFault("a number beyond what can be computed with", found.start(4))
    return Literal(float(number) if "." in number else int(number), _one(found.start(4)), end)


def _join(operands: list[Expression], operator: str) -> None:
    right = operands.pop()
    left = operands.pop()
    operands.append(Binary(operator, left, right, left.start, right.end))


def _with_steps(of: Expression, steps: list[str | int | Expression], end: int) -> Expression:
    if not steps:
        return of
    if isinstance(of, Traversal) and not of.steps:
        return Traversal(of.name, tuple(steps), of.start, end)
    return Access(of, tuple(steps), of.start, end)


def _template(parts: list[Expression], start: int, end: int, *, keep: bool = False) -> Expression:
    """Make the node of a template. `keep`: it is a text even where it is one interpolation (heredocs are)."""
    if not parts:
        return Literal("", start, end)
    if len(parts) == 1:
        only = parts[0]
        if isinstance(only, Literal) and isinstance(only.value, str):
            return Literal(only.value, start, end)
        if not keep and not isinstance(only, TemplateIf | TemplateFor):
            return only
    return Template(tuple(parts), start, end)


def _trim_last(parts: list[Expression]) -> None:
    last = parts[-1] if parts else None
    if isinstance(last, Literal) and isinstance(last.value, str):
        parts[-1] = last._replace(value=last.value.rstrip())


def _unindented(parts: list[Expression]) -> list[Expression]:
    """Take from every line what the least indented has: `<<-`. Lines begin in literals of the text itself."""
    least: int | None = None
    begins = True
    for part in parts:
        if isinstance(part, Literal) and isinstance(part.value, str):
            lines = part.value.split("\n")
            for number, line in enumerate(lines):
                last = number == len(lines) - 1
                if (number or begins) and (line.strip() or (last and part is not parts[-1])):
                    indent = len(line) - len(line.lstrip(" \t"))
                    least = indent if least is None else min(least, indent)
            begins = lines[-1] == "" and len(lines) > 1
        else:
            if begins:
                least = 0
            begins = False
    if not least:
        return parts
    result: list[Expression] = []
    begins = True
    for part in parts:
        if isinstance(part, Literal) and isinstance(part.value, str):
            lines = part.value.split("\n")
            text = "\n".join(line[least:] if (number or begins) else line for number, line in enumerate(lines))
            if text:
                result.append(part._replace(value=text))
            begins = lines[-1] == "" and len(lines) > 1
        else:
            result.append(part)
            begins = False
    return result
