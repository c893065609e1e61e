"""Settings as edits of a Terraform file in HCL's native syntax: a literal anew, an argument or a block put in.

    writer = TerraformWriter(text, "main.tf")
    writer.edits([writer.changes(setting)])

- A literal is written anew where it stands. What is computed is not touched: the literal that it comes from may be.
- An argument is put after the last one before the nested blocks, a nested block at the end, a declaration of its own
  after the one that it is about; in the file's indentation, line ends and alignment, as `terraform fmt` leaves them.
- Refused: blocks that stand more than once or are made by `dynamic`, arguments that are maps where a block was
  expected.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from watchword.adapters.terraform._hcl.parser import parse
from watchword.adapters.terraform._hcl.syntax import Attribute, BlockNode, Body, Literal, Tuple, line_starts
from watchword.inventory.edits import (
    Change,
    Edit,
    Insertion,
    Refusal,
    Rewrite,
    Tree,
    indentation,
    line_break,
    line_end,
    line_start,
    rewrites,
    trees,
)
from watchword.inventory.settings import Row, Setting, Wanted
from watchword.inventory.values import Place

_UNIT: Final = "  "  # what `terraform fmt` indents by


class TerraformWriter:
    """One file. Offsets are of `text`, which is without a byte order mark, as the reader has it."""

    __slots__ = ("_blocks", "_lines", "_literals", "_source", "_text")

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._source = parse(text, file)
        self._lines = line_starts(text)
        self._blocks = {block.start: block for block in _blocks(self._source.body)}
        self._literals: dict[int, Literal] | None = None

    def changes(self, setting: Setting) -> Change:
        block = self._block(setting.at)
        steps = setting.path.split(".")
        if setting.beside is not None:
            return self._beside(block, steps, setting)
        for number, step in enumerate(steps[:-1]):
            inner = [one for one in block.body.blocks if one.type == step]
            if len(inner) > 1:
                raise Refusal(f"there are several blocks {step}")
            if not inner:
                _nothing_called(step, block)
                return Insertion(block.start, tuple(steps[number:]), setting.value)
            block = inner[0]
        attribute = block.body.attributes.get(steps[-1])
        if attribute is None:
            _nothing_called(steps[-1], block)
            return Insertion(block.start, (steps[-1],), setting.value)
        if isinstance(attribute.expression, Tuple) and isinstance(setting.value, tuple):
            return self._appended(attribute.expression, setting.value)
        if not isinstance(attribute.expression, Literal):
            raise Refusal(f"{setting.path} is computed", computed=True)
        return self._anew(attribute.expression, setting.value)

    def literal(self, root: Place, value: Wanted) -> Change:
        at = self._offset(root)
        if self._literals is None:
            self._literals = dict(_literals(self._source.body))
        found = self._literals.get(at)
        if found is None:
            raise Refusal(f"what makes it is no literal ({root})")
        return self._anew(found, value)

    def edits(self, changes: Sequence[Change]) -> tuple[Edit, ...]:
        found = rewrites(changes)
        for (start, beside), tree in trees(changes).items():
            block = self._blocks[start]
            found.extend(self._put_beside(block, beside, tree) if beside[0] else self._put_into(block, tree))
        return tuple(found)

    def _block(self, place: Place) -> BlockNode:
        block = self._blocks.get(self._offset(place))
        if block is None:
            raise Refusal(f"no block begins there ({place})")
        return block

    def _offset(self, place: Place) -> int:
        if not 0 < place.line <= len(self._lines):
            raise Refusal(f"where it stands is not known ({place})")
        return self._lines[place.line - 1] + place.column - 1

    def _anew(self, literal: Literal, value: Wanted) -> Change:
        now = self._text[literal.start : literal.end]
        if now.startswith("<<"):
            raise Refusal("it is written as several lines")
        text = _written(value)
        if now.startswith('"') and not text.startswith(('"', "[")):
            text = f'"{text}"'  # "false" where a text was expected
        return Rewrite(literal.start, literal.end, text)

    def _appended(self, there: Tuple, value: tuple[str | Row, ...]) -> Change:
        """Elements after the last of a list; a comma that stands after it stays where it is."""
        if not there.elements:
            return Rewrite(there.start, there.end, _written(value))
        first, at = there.elements[0].start, there.elements[-1].end
        alone = "\n" in self._text[there.start : first]
        gap = line_break(self._text, there.start) + indentation(self._text, first) if alone else " "
        return Rewrite(at, at, "".join(f",{gap}{_written(one)}" for one in value if isinstance(one, str)))

    def _beside(self, block: BlockNode, steps: Sequence[str], setting: Setting) -> Change:
        if setting.beside is None or block.type != "resource" or len(block.labels) != 2:  # noqa: PLR2004 - type, name
            raise Refusal("it is no resource that another could name")
        return Insertion(block.start, tuple(steps), setting.value, (setting.beside.native_type, setting.beside.by))

    def _put_beside(self, block: BlockNode, beside: tuple[str, str], tree: Tree) -> list[Edit]:
        text = self._text
        at, eol = line_end(text, block.end), line_break(text, block.start)
        outer = indentation(text, block.start)
        native_type, by = beside
        lines = [
            f'resource "{native_type}" "{block.labels[1]}" {{',
            *_naming(block, by),
            "",
            *_lines(tree, _UNIT),
            "}",
        ]
        return [Edit(at, at, eol + eol + eol.join(outer + line if line else "" for line in lines))]

    def _put_into(self, block: BlockNode, tree: Tree) -> list[Edit]:
        text = self._text
        opened, closed = block.head + 1, block.end - 1
        inside = text[opened:closed]
        eol, outer = line_break(text, block.start), indentation(text, block.start)
        if "\n" not in inside:
            return _opened_up(inside, opened, closed, eol + outer, tree)
        items = [one.start for one in block.body.attributes.values()] + [one.start for one in block.body.blocks]
        first = min(items, default=None)
        inner = outer + _UNIT if first is None else indentation(text, first)
        unit = inner.removeprefix(outer) or _UNIT if inner.startswith(outer) else _UNIT
        values = {name: value for name, value in tree.items() if not isinstance(value, dict)}
        nested: Tree = {name: value for name, value in tree.items() if isinstance(value, dict)}
        edits: list[Edit] = []
        if values:
            edits.append(self._arguments(block, values, inner, eol))
        if nested:
            at = line_start(text, closed)
            if text[at:closed].strip():
                raise Refusal("the block's brace does not stand on a line of its own")
            lines = _lines(nested, inner, unit)
            gap = eol if items or values else ""
            edits.append(Edit(at, at, gap + "".join(line + eol for line in lines), 1))
        return edits

    def _arguments(self, block: BlockNode, values: dict[str, Wanted], inner: str, eol: str) -> Edit:
        """Arguments after the last one before the nested blocks; where there is none, after the opening brace."""
        text = self._text
        first = min((one.start for one in block.body.blocks), default=block.end)
        before = [one for one in block.body.attributes.values() if one.start < first]
        last = max(before, key=lambda one: one.start, default=None)
        if last is None:
            at = line_end(text, block.head)
            self._plain(block.head + 1, at)
            after = eol if block.body.blocks else ""
            return Edit(at, at, "".join(eol + line for line in _lines(dict(values), inner)) + after)
        # A heredoc ends with its line.
        at = last.end - 1 if text[last.end - 1] == "\n" else line_end(text, last.end)
        if text[last.end - 1] == "\n" and text[at - 1] == "\r":
            at -= 1
        self._plain(last.end, at)
        column = self._equals(last)
        widest = max(map(len, values))
        if column is None or column - 1 < widest:
            gap = eol if column is not None and column - 1 != widest else ""
            return Edit(at, at, gap + "".join(eol + line for line in _lines(dict(values), inner)))
        written = (f"{inner}{name.ljust(column - 1)} = {_written(value)}" for name, value in values.items())
        return Edit(at, at, "".join(eol + line for line in written))

    def _plain(self, start: int, end: int) -> None:
        """Refuse a comment that goes on in the next line."""
        rest = self._text[start:end]
        if rest.count("/*") > rest.count("*/"):
            raise Refusal("a comment stands where it would go")

    def _equals(self, attribute: Attribute) -> int | None:
        """How far from the name's beginning `=` stands; None where the value has several lines: nothing is aligned."""
        written = self._text[attribute.start : attribute.end]
        return None if "\n" in written else written.index("=")


def _naming(block: BlockNode, by: str) -> list[str]:
    """What names a resource; of one of which there are several, one each (Terraform: "Chaining for_each")."""
    name = ".".join(block.labels)
    if "for_each" in block.body.attributes:
        return _aligned({"for_each": name, by: "each.value.id"})
    if "count" in block.body.attributes:
        return _aligned({"count": f"length({name})", by: f"{name}[count.index].id"})
    return _aligned({by: f"{name}.id"})


def _aligned(written: dict[str, str]) -> list[str]:
    widest = max(map(len, written))
    return [f"{_UNIT}{name.ljust(widest)} = {value}" for name, value in written.items()]


def _opened_up(inside: str, opened: int, closed: int, eol: str, tree: Tree) -> list[Edit]:
    """A block of one line gets lines of its own; `eol` ends a line and indents the next as the block is."""
    lines = "".join(eol + line for line in _lines(tree, _UNIT))
    content = inside.strip()
    if not content:
        return [Edit(opened, closed, lines + eol)]
    lead, trail = len(inside) - len(inside.lstrip()), len(inside) - len(inside.rstrip())
    return [Edit(opened, opened + lead, eol + _UNIT), Edit(closed - trail, closed, lines + eol)]


def _nothing_called(name: str, block: BlockNode) -> None:
    if name in block.body.attributes:
        raise Refusal(f"{name} is a value, where a block was expected", computed=True)
    if any(one.type == "dynamic" and one.labels == (name,) for one in block.body.blocks):
        raise Refusal(f"{name} is made by a dynamic block", computed=True)
    if any(one.type == name for one in block.body.blocks):
        raise Refusal(f"{name} is a block, where an argument was expected")


def _lines(tree: Tree, indent: str, unit: str = _UNIT) -> list[str]:
    """Arguments, aligned, then blocks."""
    values = {name: value for name, value in tree.items() if not isinstance(value, dict)}
    widest = max(map(len, values), default=0)
    lines = [f"{indent}{name.ljust(widest)} = {_written(value)}" for name, value in values.items()]
    for name, value in tree.items():
        if isinstance(value, dict):
            if lines:
                lines.append("")
            lines += [f"{indent}{name} {{", *_lines(value, indent + unit, unit), f"{indent}}}"]
    return lines


def _written(value: Wanted) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, tuple):
        return "[" + ", ".join(_written(one) for one in value if isinstance(one, str)) + "]"
    return str(value)


def _blocks(body: Body) -> Iterator[BlockNode]:
    for block in body.blocks:
        yield block
        yield from _blocks(block.body)


def _literals(body: Body) -> Iterator[tuple[int, Literal]]:
    """Every literal by where it begins, and by where the argument begins that it is the value of."""
    for attribute in body.attributes.values():
        if isinstance(attribute.expression, Literal):
            yield attribute.start, attribute.expression
        waiting: list[object] = [attribute.expression]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Literal):
                yield node.start, node
            elif isinstance(node, tuple):
                waiting.extend(part for part in node if isinstance(part, tuple))
    for block in body.blocks:
        yield from _literals(block.body)
