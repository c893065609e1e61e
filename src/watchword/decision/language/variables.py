"""Policy variables: `${key}`, `${key, 'default'}`, and `${*}`, `${?}`, `${$}` for the characters themselves.

A template is a text cut into parts: plain text, in which `*` and `?` may be wildcards, literal text, in which they are
not, and variables. What a variable stands for is always literal, and is never expanded again.

Source: AWS IAM User Guide, "IAM policy elements: Variables and tags". Contested, and decided here: `${` without `}` is
plain text; a default is literal, as a substituted value is.
"""

import re
from dataclasses import dataclass

_VARIABLE = re.compile(
    r"""
      \$\{ (?: (?P<literal> [*?$] )
             | (?P<key> [^\s,'${}] [^,'${}]* ) (?: ,\ '(?P<default> [^']* )' )?
           ) \}
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Plain:
    """Text whose `*` and `?` are wildcards wherever the place knows wildcards."""

    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    key: str  # in lower case
    default: str | None


Part = Plain | Literal | Variable


@dataclass(frozen=True, slots=True)
class Template:
    """`malformed` are the offsets of a `${…}` that is no variable; `unterminated` of a `${` that is never closed."""

    parts: tuple[Part, ...]
    malformed: tuple[int, ...] = ()
    unterminated: tuple[int, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(p.key for p in self.parts if isinstance(p, Variable))

    @property
    def static(self) -> bool:
        return not any(isinstance(p, Variable) for p in self.parts)


def read_template(text: str, *, variables: bool) -> Template:
    """Cut a text into parts; with `variables` false (version 2008-10-17) all of it is plain."""
    if not variables or "${" not in text:
        return Template((Plain(text),))
    parts: list[Part] = []
    malformed: list[int] = []
    unterminated: list[int] = []
    plain = 0
    at = text.find("${")
    while at >= 0:
        found = _VARIABLE.match(text, at)
        if found is None:
            (malformed if text.find("}", at) >= 0 else unterminated).append(at)
            at = text.find("${", at + 2)
            continue
        if at > plain:
            parts.append(Plain(text[plain:at]))
        literal, key, default = found["literal"], found["key"], found["default"]
        parts.append(Literal(literal) if literal else Variable(key.rstrip().lower(), default))
        plain = found.end()
        at = text.find("${", plain)
    if plain < len(text) or not parts:
        parts.append(Plain(text[plain:]))
    return Template(tuple(parts), tuple(malformed), tuple(unterminated))
