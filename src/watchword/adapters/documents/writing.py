"""Settings as edits of a YAML or JSON document: a literal anew, a key put into a mapping, an element into a list.

    writer = DocumentWriter(text, "app.yaml", whole=("Resources", "Properties"))

- A key is put after the last of its mapping, in that mapping's indentation and style: lines of their own in a block, in
  the braces of a flow; JSON as its file is laid out. A key that is there keeps its place, and its quotes.
- What is a call (`!Ref x`) is not touched: the literal that it comes from may be.
- Refused: aliases, texts of several lines, lists where a mapping was expected, empty values.

`whole` is how a declaration is found: none, where it is a mapping of its own (a manifest); or the key under which
declarations stand, and the key of what they hold (CloudFormation).
"""

import json
import re
from collections.abc import Sequence
from typing import Final

from watchword.adapters.documents.spans import Items, Leaf, Pairs, Span, every, spans_of
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

_UNIT: Final = "  "
# Texts that need no quotes in YAML and are no boolean, null or number there.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*+")
_OTHER_THINGS: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
# Types that a transform makes others of, with other properties: AWS SAM, "Resources and properties".
_MACROS: Final = ("AWS::Serverless::",)
# Keys that people put before another and not at the end: a workflow's permissions stand above its jobs.
_BEFORE: Final = {"permissions": "jobs"}


class DocumentWriter:
    """One file. Offsets are of `text`, which is without a byte order mark, as the reader has it."""

    __slots__ = ("_json", "_leaves", "_maps", "_spans", "_text", "_whole")

    def __init__(self, text: str, file: str, *, whole: tuple[str, ...] = ()) -> None:
        self._text = text
        self._whole = whole
        self._json = text.lstrip()[:1] in {"{", "["} and not file.endswith((".yaml", ".yml"))
        self._spans = spans_of(text, is_json=self._json)
        self._leaves: dict[tuple[int, int], Leaf] | None = None
        self._maps = {
            (one.line, one.column): one for span in self._spans for one in every(span) if isinstance(one, Pairs)
        }

    def changes(self, setting: Setting) -> Change:
        if setting.beside is not None:
            raise Refusal(f"{setting.beside.native_type} is not written by this front-end")
        steps = setting.path.split(".")
        if setting.whole and self._whole:
            here = self._declared(setting.at)
            steps = [*self._whole[1:], *steps]
        else:
            found = self._maps.get((setting.at.line, setting.at.column))
            if found is None:
                raise Refusal(f"no mapping begins there ({setting.at})")
            here = found
        for number, step in enumerate(steps[:-1]):
            pair = here.find(step)
            if pair is None:
                return Insertion(here.start, tuple(steps[number:]), setting.value)
            here = self._mapping(pair[1], step)
        pair = here.find(steps[-1])
        if pair is None:
            return Insertion(here.start, (steps[-1],), setting.value)
        return self._anew(pair[1], setting.value, setting.path)

    def literal(self, root: Place, value: Wanted) -> Change:
        if self._leaves is None:
            parts = (one for span in self._spans for one in every(span))
            # A mapping begins where its first key does; what is written anew is never a key.
            self._leaves = {
                (one.line, one.column): one
                for one in parts
                if isinstance(one, Leaf) and self._text[one.end : one.end + 1] != ":"
            }
        found = self._leaves.get((root.line, root.column))
        if found is None:
            raise Refusal(f"what makes it is no literal ({root})")
        return self._anew(found, value, str(root))

    def edits(self, changes: Sequence[Change]) -> tuple[Edit, ...]:
        found = rewrites(changes)
        by_start = {one.start: one for one in self._maps.values()}
        for (start, _), tree in trees(changes).items():
            found.append(self._put_into(by_start[start], tree))
        return tuple(found)

    def _declared(self, place: Place) -> Pairs:
        for span in self._spans:
            holder = span.find(self._whole[0]) if isinstance(span, Pairs) else None
            if holder is not None and isinstance(holder[1], Pairs):
                for key, value in holder[1].pairs:
                    if (key.line, key.column) == (place.line, place.column):
                        declared = self._mapping(value, "the resource")
                        made = declared.find("Type")
                        if made and isinstance(made[1], Leaf) and made[1].text.startswith(_MACROS):
                            raise Refusal(f"it is made of a resource of another type, {made[1].text}")
                        return declared
        raise Refusal(f"it is made by a loop, or stands elsewhere ({place})")

    def _mapping(self, span: Span, name: str) -> Pairs:
        if isinstance(span, Items) and len(span.items) == 1 and not span.tag:
            span = span.items[0]  # one may stand where a list may
        if isinstance(span, Leaf) and span.alias:
            raise Refusal(f"{name} is an alias")
        if not isinstance(span, Pairs):
            raise Refusal(f"{name} is no mapping", computed=isinstance(span, Leaf) and span.tag.startswith("!"))
        if _is_call(span):
            raise Refusal(f"{name} is computed", computed=True)
        return span

    def _anew(self, span: Span, value: Wanted, path: str) -> Change:
        if isinstance(span, Items) and isinstance(value, tuple) and not span.tag:
            return self._appended(span, value)
        if not isinstance(span, Leaf):
            raise Refusal(f"{path} is no text", computed=isinstance(span, Pairs) and _is_call(span))
        if span.alias:
            raise Refusal(f"{path} is an alias")
        if span.tag:
            raise Refusal(f"{path} is computed", computed=True)
        if span.block:
            raise Refusal(f"{path} is written as several lines")
        now = self._text[span.start : span.end]
        if not now:
            raise Refusal(f"{path} is empty")
        if "\n" in now:
            raise Refusal(f"{path} is written as several lines")
        text = self._written(value)
        quote = now[0]
        if now[0] == "&":
            raise Refusal(f"{path} is what an alias names")
        if quote in "\"'" and not isinstance(value, tuple):
            plain = value if isinstance(value, str) else text
            text = json.dumps(plain, ensure_ascii=False) if quote == '"' else "'" + plain.replace("'", "''") + "'"
        return Rewrite(span.start, span.end, text)

    def _appended(self, span: Items, value: tuple[str | Row, ...]) -> Change:
        """Elements at the end of a list."""
        text = ", ".join(map(self._element, value))
        if span.flow:
            if not span.items:
                return Rewrite(span.start, span.end, f"[{text}]")
            self._no_comma(span.items[-1].end, span.end)
            at = span.items[-1].end
            return Rewrite(at, at, f", {text}")
        last = span.items[-1]
        if _last_leaf(last).block:
            raise Refusal("the list ends with a text of several lines")
        at, eol = line_end(self._text, last.end), line_break(self._text, span.start)
        indent = " " * (span.column - 1)
        lines = [line for one in value for line in self._items(one, indent)]
        return Rewrite(at, at, "".join(eol + line for line in lines), -span.start)

    def _put_into(self, span: Pairs, tree: Tree) -> Edit:
        if span.flow:
            return self._put_into_braces(span, tree)
        text, eol = self._text, line_break(self._text, span.start)
        indent = " " * (span.column - 1)
        lines = self._lines(tree, indent)
        before = span.find(_BEFORE.get(next(iter(tree)), ""))
        if (
            before is not None
            and len(tree) == 1
            and not text[line_start(text, before[0].start) : before[0].start].strip()
        ):
            at = line_start(text, before[0].start)
            return Edit(at, at, "".join(line + eol for line in lines) + eol)
        last = _last_leaf(span.pairs[-1][1])
        if last.block and last.end > 0 and text[last.end - 1] == "\n":
            return Edit(last.end, last.end, "".join(line + eol for line in lines), -span.start)
        at = line_end(text, last.end)
        return Edit(at, at, "".join(eol + line for line in lines), -span.start)

    def _put_into_braces(self, span: Pairs, tree: Tree) -> Edit:
        if not span.pairs:
            return Edit(span.start + 1, span.start + 1, ", ".join(self._flow(tree)))
        key, last = span.pairs[-1]
        self._no_comma(last.end, span.end)
        if "\n" not in self._text[span.start : key.start]:
            return Edit(last.end, last.end, "".join(f", {one}" for one in self._flow(tree)))
        eol, indent = line_break(self._text, span.start), indentation(self._text, key.start)
        outer = indentation(self._text, span.start)
        unit = indent.removeprefix(outer) or _UNIT if indent.startswith(outer) else _UNIT
        text = "".join(f",{eol}{indent}{one}" for one in self._spread(tree, indent, unit, eol))
        return Edit(last.end, last.end, text)

    def _no_comma(self, start: int, end: int) -> None:
        if "," in self._text[start:end]:
            raise Refusal("it ends with a comma")

    def _lines(self, tree: Tree, indent: str) -> list[str]:
        lines: list[str] = []
        for name, value in tree.items():
            if isinstance(value, dict):
                lines += [f"{indent}{self._key(name)}:", *self._lines(value, indent + _UNIT)]
            elif isinstance(value, tuple) and any(isinstance(one, tuple) for one in value):
                lines.append(f"{indent}{self._key(name)}:")
                lines += [line for one in value for line in self._items(one, indent + _UNIT)]
            else:
                lines.append(f"{indent}{self._key(name)}: {self._written(value)}")
        return lines

    def _items(self, one: str | Row, indent: str) -> list[str]:
        """An element of a list in lines of its own."""
        if isinstance(one, str):
            return [f"{indent}- {self._written(one)}"]
        texts = [f"{self._key(name)}: {self._written(text)}" for name, text in one]
        return [f"{indent}{'  ' if number else '- '}{text}" for number, text in enumerate(texts)]

    def _element(self, one: str | Row) -> str:
        if isinstance(one, str):
            return self._written(one)
        return "{" + ", ".join(f"{self._key(name)}: {self._written(text)}" for name, text in one) + "}"

    def _flow(self, tree: Tree) -> list[str]:
        return [
            f"{self._key(name)}: "
            + ("{" + ", ".join(self._flow(value)) + "}" if isinstance(value, dict) else self._written(value))
            for name, value in tree.items()
        ]

    def _spread(self, tree: Tree, indent: str, unit: str, eol: str) -> list[str]:
        """As `_flow`, each key on a line of its own."""
        found: list[str] = []
        for name, value in tree.items():
            if not isinstance(value, dict):
                found.append(f"{self._key(name)}: {self._written(value)}")
                continue
            inner = f",{eol}{indent}{unit}".join(self._spread(value, indent + unit, unit, eol))
            found.append(f"{self._key(name)}: {{{eol}{indent}{unit}{inner}{eol}{indent}}}")
        return found

    def _key(self, name: str) -> str:
        return json.dumps(name) if self._json or not _PLAIN.fullmatch(name) else name

    def _written(self, value: Wanted) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, tuple):
            return "[" + ", ".join(map(self._element, value)) + "]"
        if not isinstance(value, str):
            return str(value)
        plain = _PLAIN.fullmatch(value) and value.lower() not in _OTHER_THINGS and not self._json
        return value if plain else json.dumps(value, ensure_ascii=False)


def _is_call(span: Pairs) -> bool:
    """Whether a mapping is a function's call: `{Ref: x}`, `!If [...]`."""
    if span.tag.startswith("!"):
        return True
    name = span.pairs[0][0] if len(span.pairs) == 1 else None
    return isinstance(name, Leaf) and (name.text == "Ref" or name.text.startswith("Fn::"))


def _last_leaf(span: Span) -> Leaf:
    """What a node ends with. A collection in brackets ends with its bracket, which is as good as a leaf."""
    while not isinstance(span, Leaf):
        parts = span.items if isinstance(span, Items) else tuple(value for _, value in span.pairs)
        if span.flow or not parts:
            return Leaf("", span.end, span.end, span.line, span.column, "")
        span = parts[-1]
    return span
