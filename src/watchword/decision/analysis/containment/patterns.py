"""Patterns as languages: what `languages.Machine` takes apart.

A pattern is a tuple of pieces: literal text, text compared without case (`Folded`), and wildcards, some of which do not
pass a colon. Four builders read the same tokens as the engine's four matchers do: a glob, a resource ARN, the six parts
of an `Arn…` operator's value, and plain text.

A variable is one of four things, by the case at hand (`Binding`): absent, a set, a known text, or some text. A template
with a variable that is some text has two patterns. The *widened* one has a star in its place: whatever matches the
template matches that. The *lettered* one has a letter of its own, which only stars take: if one template's lettered
pattern is within another's, so are the templates, whatever the text is.
"""

import enum
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from watchword.decision.language.variables import Literal, Plain, Template

_ARN_COLONS = 5
# Surrogates stand for variables: no text has one, and the language refuses a policy that does.
_LETTERS = range(0xD800, 0xE000)


class Wild(enum.Enum):
    STAR = "*"
    ONE = "?"
    STAR_WITHIN = "*:"  # any text without a colon
    ONE_WITHIN = "?:"


@dataclass(frozen=True, slots=True)
class Folded:
    """ASCII text compared without case. Others fold in ways that depend on their neighbours (`Σ`, `İ`)."""

    text: str


Piece = str | Wild | Folded
Pattern = tuple[Piece, ...]
Token = str | Wild  # text, STAR or ONE

STAR, ONE, STAR_WITHIN, ONE_WITHIN = Wild.STAR, Wild.ONE, Wild.STAR_WITHIN, Wild.ONE_WITHIN
EVERYTHING: Pattern = (STAR,)
EMPTY: Pattern = ()
# What has the six parts of an ARN.
ARN_SHAPED: Pattern = (STAR, ":", STAR, ":", STAR, ":", STAR, ":", STAR, ":", STAR)


class Held(enum.Enum):
    """What a variable's key holds where that is not one known text."""

    ABSENT = "nothing"
    SET = "a set, which no variable stands for"
    NULL = "nothing or a set, where no default tells them apart"
    SOME = "some text"


ABSENT, SET, NULL, SOME = Held
Binding = Mapping[str, str | Held]
"""What the key of every variable holds; one case of those that a comparison goes through."""


def is_letter(character: str) -> bool:
    return ord(character) in _LETTERS


def tokens(template: Template, binding: Binding, *, widened: bool) -> list[Token] | None:
    """Return the pattern that a template is, or None for null; unknown texts become stars or letters."""
    return _expand(template, binding, _cut, widened=widened)


def plain_tokens(template: Template, binding: Binding, *, widened: bool) -> list[Token] | None:
    """As `tokens`, where `*` and `?` are themselves."""
    return _expand(template, binding, lambda plain: (plain,), widened=widened)


def _expand(
    template: Template, binding: Binding, cut: Callable[[str], Sequence[Token]], *, widened: bool
) -> list[Token] | None:
    out: list[Token] = []
    for part in template.parts:
        if isinstance(part, Plain):
            out += cut(part.text)
        elif isinstance(part, Literal):
            out.append(part.text)
        else:
            value = binding[part.key]
            if value is ABSENT:
                if part.default is None:
                    return None
                out.append(part.default)
            elif value is SET or value is NULL:
                return None
            elif value is SOME:
                out.append(STAR if widened else _letter(part.key, binding))
            else:
                out.append(str(value))
    return out


def known(template: Template, binding: Binding) -> bool:
    return not any(binding[key] is SOME for key in template.keys)


def _letter(key: str, binding: Binding) -> str:
    return chr(_LETTERS[sorted(binding).index(key)])


@functools.lru_cache(maxsize=2048)
def _cut(plain: str) -> tuple[Token, ...]:
    out: list[Token] = []
    start = 0
    for at, character in enumerate(plain):
        if character in "*?":
            if at > start:
                out.append(plain[start:at])
            out.append(STAR if character == "*" else ONE)
            start = at + 1
    if start < len(plain):
        out.append(plain[start:])
    return tuple(out)


def _merge(pieces: Iterable[Token]) -> list[Token]:
    out: list[Token] = []
    for piece in pieces:
        last = out[-1] if out else None
        if isinstance(piece, str) and isinstance(last, str):
            out[-1] = last + piece
        elif piece != "" and not (piece is STAR and last is STAR):
            out.append(piece)
    return out


def glob(pattern: Iterable[Token]) -> Pattern:
    return tuple(_merge(pattern))


def resource(pattern: Iterable[Token]) -> Pattern:
    """In the first five segments a wildcard stays in its segment, but for a `*` that ends it."""
    merged = _merge(pattern)
    out: list[Piece] = []
    colons = 0
    for index, token in enumerate(merged):
        if isinstance(token, str):
            colons += token.count(":")
            out.append(token)
            continue
        following = merged[index + 1] if index + 1 < len(merged) else ":"
        ends = isinstance(following, str) and following.startswith(":")
        if colons >= _ARN_COLONS or (token is STAR and ends):
            out.append(token)
        else:
            out.append(STAR_WITHIN if token is STAR else ONE_WITHIN)
    return tuple(out)


def arn(pattern: Iterable[Token]) -> Pattern | None:
    """Six parts one by one; the last may hold colons. None: fewer parts, which match nothing."""
    out: list[Piece] = []
    colons = 0
    for token in _merge(pattern):
        if isinstance(token, str):
            colons += token.count(":")
            out.append(token)
        elif colons >= _ARN_COLONS:
            out.append(token)
        else:
            out.append(STAR_WITHIN if token is STAR else ONE_WITHIN)
    return tuple(out) if colons >= _ARN_COLONS else None


def folded(pattern: Sequence[Token]) -> Pattern | None:
    """Text without case; stars stand for unknown texts. None where it is not ASCII."""
    merged = _merge(pattern)
    if not all(t.isascii() for t in merged if isinstance(t, str)):
        return None
    return tuple(Folded(t.lower()) if isinstance(t, str) else t for t in merged)
