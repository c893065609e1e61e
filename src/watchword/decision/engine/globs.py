"""Patterns with `*` and `?`, compared in time that no pattern can blow up.

A pattern is a sequence of tokens: literal text, `STAR` (any text, the empty one too) and `ONE` (any one character,
newlines included). Text that a variable brought in is a literal token, whatever characters it holds.

    >>> matcher = compile_glob(tokens("reports/*/2026"))
    >>> matcher("reports/a/b/2026")
    True

Between two stars, taking the leftmost occurrence of what stands there is never wrong, so nothing is ever tried twice:
`*a*a*a*b` against a thousand `a` costs a thousand steps, not a thousand to the third.
"""

import enum
import functools
import re
from collections.abc import Callable, Iterable, Sequence


class Wild(enum.Enum):
    STAR = "*"
    ONE = "?"


STAR, ONE = Wild.STAR, Wild.ONE
Token = str | Wild
Matcher = Callable[[str], bool]

_SPLIT = re.compile(r"([*?])")
_ARN_COLONS = 5


def tokens(text: str) -> list[Token]:
    """Cut plain text at its wildcards."""
    return [Wild(piece) if piece in {"*", "?"} else piece for piece in _SPLIT.split(text) if piece]


def compile_glob(pattern: Sequence[Token]) -> Matcher:
    """Return what compares a whole text with a pattern, case-sensitively."""
    merged = _merge(pattern)
    if not merged:
        return _empty
    if merged == [STAR]:
        return _everything
    if STAR not in merged and ONE not in merged:
        return "".join(t for t in merged if isinstance(t, str)).__eq__
    pieces = _pieces(merged)
    if all(len(p) <= 1 and ONE not in p for p in pieces):
        return _of_literals(["".join(t for t in p if isinstance(t, str)) for p in pieces])
    return _of_pieces(pieces)


def compile_resource_glob(pattern: Sequence[Token]) -> Matcher:
    """Return what compares a resource ARN with a pattern.

    In the first five segments `?` and `*` stay within their segment, except that a `*` which ends its segment goes on
    over colons; in the resource part both stand for anything (IAM User Guide, "IAM JSON policy elements: Resource").
    """
    merged = _merge(pattern)
    colons = 0
    bound: list[bool] = []
    for index, token in enumerate(merged):
        if isinstance(token, str):
            colons += token.count(":")
            bound.append(False)
            continue
        following = merged[index + 1] if index + 1 < len(merged) else ":"
        ends_segment = isinstance(following, str) and following.startswith(":")
        bound.append(colons < _ARN_COLONS and not (token is STAR and ends_segment))
    if not any(bound):
        return compile_glob(merged)
    source = _bounded_source(merged, bound)
    return lambda text: _regex(source).fullmatch(text) is not None


def _merge(pattern: Iterable[Token]) -> list[Token]:
    merged: list[Token] = []
    for token in pattern:
        last = merged[-1] if merged else None
        if isinstance(token, str) and isinstance(last, str):
            merged[-1] = last + token
        elif not (token is STAR and last is STAR) and token != "":
            merged.append(token)
    return merged


def _pieces(merged: Sequence[Token]) -> list[list[Token]]:
    pieces: list[list[Token]] = [[]]
    for token in merged:
        if token is STAR:
            pieces.append([])
        else:
            pieces[-1].append(token)
    return pieces


def _empty(text: str) -> bool:
    return not text


def _everything(text: str) -> bool:  # noqa: ARG001 - a matcher takes the text
    return True


def _of_literals(pieces: list[str]) -> Matcher:
    first, *middle, last = pieces
    middle = [m for m in middle if m]
    if not middle:
        if not last:
            return lambda text: text.startswith(first)
        if not first:
            return lambda text: text.endswith(last)
    shortest = len(first) + len(last)

    def matches(text: str) -> bool:
        if len(text) < shortest or not text.startswith(first) or not text.endswith(last):
            return False
        at, end = len(first), len(text) - len(last)
        for piece in middle:
            at = text.find(piece, at, end)
            if at < 0:
                return False
            at += len(piece)
        return True

    return matches


def _of_pieces(pieces: list[list[Token]]) -> Matcher:
    sources = ["".join(re.escape(t) if isinstance(t, str) else "." for t in p) for p in pieces]
    lengths = [sum(len(t) if isinstance(t, str) else 1 for t in p) for p in pieces]
    if len(pieces) == 1:
        source, length = sources[0], lengths[0]
        return lambda text: len(text) == length and _regex(source).fullmatch(text) is not None
    first, last = sources[0], sources[-1]
    middle = [s for s in sources[1:-1] if s]
    first_length, last_length = lengths[0], lengths[-1]

    def matches(text: str) -> bool:
        at, end = first_length, len(text) - last_length
        if end < at or not _regex(first).match(text) or not _regex(last).match(text, end):
            return False
        for source in middle:
            found = _regex(source).search(text, at, end)
            if found is None:
                return False
            at = found.end()
        return True

    return matches


def _bounded_source(merged: Sequence[Token], bound: Sequence[bool]) -> str:
    """The regular expression of a pattern some of whose wildcards may not cross a colon.

    Every star but the last opens an atomic group that ends with what follows it, so that no star is ever tried again. A
    star over colons is followed by a colon, so the places where what follows can begin are few.
    """
    groups: list[list[str]] = [[]]
    opened = 0
    for token, limited in zip(merged, bound, strict=True):
        if token is STAR and not limited:
            groups[-1].append(")" * opened)
            opened = 0
            groups.append([])
        elif token is STAR:
            groups[-1].append(")" * opened + "(?>[^:]*?")
            opened = 1
        elif isinstance(token, str):
            groups[-1].append(re.escape(token))
        else:
            groups[-1].append("[^:]" if limited else ".")
    groups[-1].append(r"\Z" + ")" * opened)  # inside the last group: it must not settle for an earlier place
    texts = ["".join(g) for g in groups]
    if len(texts) == 1:
        return texts[0]
    first, *middle, last = texts
    return first + "".join(f"(?>.*?{m})" for m in middle) + f".*?{last}"


@functools.lru_cache(maxsize=4096)
def _regex(source: str) -> re.Pattern[str]:
    return re.compile(source, re.DOTALL)
