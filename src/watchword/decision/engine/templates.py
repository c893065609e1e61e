"""What a policy's text becomes for one request: its variables replaced by values, which are literal, always.

A variable stands for a single-valued key alone. Where its key is absent and it has no default, or has several values,
the whole text is *null* (here: None), and null equals nothing.
"""

from collections.abc import Mapping

from watchword.decision.engine.globs import Token, tokens
from watchword.decision.engine.model import ContextValue
from watchword.decision.language.variables import Literal, Plain, Template


def expand_tokens(template: Template, context: Mapping[str, ContextValue]) -> list[Token] | None:
    """Return the pattern that a template is for a request; wildcards are those that its author wrote."""
    pattern: list[Token] = []
    for part in template.parts:
        if isinstance(part, Plain):
            pattern += tokens(part.text)
            continue
        if isinstance(part, Literal):
            pattern.append(part.text)
            continue
        value = context.get(part.key, part.default)
        if not isinstance(value, str):
            return None
        pattern.append(value)
    return pattern


def expand_text(template: Template, context: Mapping[str, ContextValue]) -> str | None:
    """Return the text that a template is for a request, where `*` and `?` are no wildcards."""
    texts: list[str] = []
    for part in template.parts:
        if isinstance(part, Plain | Literal):
            texts.append(part.text)
            continue
        value = context.get(part.key, part.default)
        if not isinstance(value, str):
            return None
        texts.append(value)
    return "".join(texts)
