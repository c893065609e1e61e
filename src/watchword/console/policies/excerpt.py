"""A policy's text by lines and words, for reading: numbers, highlighting, and where a statement begins and ends.

Highlighting never changes or drops a character, whatever the text is: what is no JSON is shown as it stands.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from watchword.decision.language import PolicyDocument

_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|\b(?:true|false|null)\b|[{}\[\],:]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    kind: str  # key, text, allow, deny, number, word, mark, plain
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLine:
    number: int
    spans: tuple[Span, ...]
    marked: bool = False


def code_lines(text: str, marked: Collection[int] = ()) -> tuple[CodeLine, ...]:
    """`marked` are the numbers of lines, from 1, that a diagnostic is about."""
    return tuple(
        CodeLine(number=number, spans=_spans(line), marked=number in marked)
        for number, line in enumerate(text.splitlines(), 1)
    )


def _spans(line: str) -> tuple[Span, ...]:
    found: list[Span] = []
    end = 0
    for match in _WORD.finditer(line):
        if match.start() > end:
            found.append(Span(kind="plain", text=line[end : match.start()]))
        found.append(Span(kind=_kind(match[0], line[match.end() :]), text=match[0]))
        end = match.end()
    if end < len(line):
        found.append(Span(kind="plain", text=line[end:]))
    return tuple(found)


def _kind(word: str, rest: str) -> str:
    if word[0] == '"':
        if rest.lstrip().startswith(":"):
            return "key"
        return {'"Allow"': "allow", '"Deny"': "deny"}.get(word, "text")
    if word in "{}[],:":
        return "mark"
    return "word" if word[0].isalpha() else "number"


def excerpt(lines: tuple[CodeLine, ...], first: int, last: int) -> tuple[CodeLine, ...]:
    """Return some lines, numbered from 1 as before, without the indentation that all of them share."""
    chosen = lines[first - 1 : last]
    written = ["".join(span.text for span in line.spans) for line in chosen]
    shared = min((len(text) - len(text.lstrip(" ")) for text in written if text.strip()), default=0)
    return tuple(replace(line, spans=_without_indentation(line.spans, shared)) for line in chosen)


def _without_indentation(spans: tuple[Span, ...], width: int) -> tuple[Span, ...]:
    if not spans or spans[0].kind != "plain":
        return spans
    return (replace(spans[0], text=spans[0].text[width:]), *spans[1:])


def statement_lines(document: PolicyDocument, index: int, text: str) -> tuple[int, int]:
    """Return the first and last line of a statement, from 1: up to the brace that closes it."""
    first = max(1, document.statements[index].line)
    lines = text.splitlines()
    depth = 0
    for number, line in enumerate(lines[first - 1 :], first):
        for word in _WORD.findall(line):
            depth += (word == "{") - (word == "}")
            if depth < 0 or (word == "}" and depth == 0):
                return first, number
    return first, len(lines)
