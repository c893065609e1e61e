"""Questions about patterns with `*` and `?` that no request is needed for: match, cover, meet, overlap.

    >>> matches("s3:Get*", "s3:GetObject"), covers("b/*", "b/x*"), meets("a*", "*b")
    (True, True, True)
    >>> overlap(("s3:get*", "s3:*object"))
    's3:get~object'

- `covers` is sound and not complete: True means that every text of the narrow pattern is one of the wide one's; False
  means that this was not shown.
- `meets` errs the other way: False means that no text is in both; True means that one may be.
- `overlap` shows a text that all of several plain patterns match, or says None, which is certain.

So none can turn "cannot tell" into a claim. No pattern makes them slow: what would take more than `MAX_STEPS` is
"cannot tell", and an overlap that takes more than `MAX_PLACES` an error. Case is the caller's business: actions are
handed over in lower case.
"""

import enum
import functools
import re
from collections.abc import Sequence

from watchword.kernel.errors import InvalidInputError

# An ARN has at most 2,048 characters and a template about a hundred; beyond this the product is somebody's attack.
MAX_STEPS = 400_000
# Places in all patterns at once that an overlap is looked for at. Patterns of policies are short and rarely more than
# three meet; each place costs some microseconds.
MAX_PLACES = 50_000
# Stands in a text for "whatever nobody has named": no action, and no ARN that we know of, has it.
FRESH = "~"
_SHOWN = 60  # characters of a pattern in an error
_ARN_COLONS = 5
_VARIABLE = re.compile(r"\$\{([*?$])\}|\$\{[^}]*\}")
_SPECIAL = re.compile(r"[*?]|\$\{")


class _Wild(enum.Enum):
    STAR = enum.auto()
    ONE = enum.auto()
    SEGMENT_STAR = enum.auto()  # stays within a segment of an ARN: it never stands for a colon
    SEGMENT_ONE = enum.auto()


_Token = str | _Wild
_STARS = frozenset({_Wild.STAR, _Wild.SEGMENT_STAR})


def literal(text: str) -> bool:
    """Whether a pattern stands for itself alone."""
    return _SPECIAL.search(text) is None


def matches(pattern: str, text: str) -> bool:
    """Compare a whole text, with case. Between two stars the leftmost place is never wrong, so nothing is retried."""
    first, *rest = pattern.split("*")
    if not rest:
        return len(first) == len(text) and _piece_at(first, text, 0)
    last = rest.pop()
    end = len(text) - len(last)
    if end < len(first) or not _piece_at(first, text, 0) or not _piece_at(last, text, end):
        return False
    at = len(first)
    for piece in rest:
        found = _find(piece, text, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _piece_at(piece: str, text: str, at: int) -> bool:
    if "?" not in piece:
        return text.startswith(piece, at)
    return len(text) - at >= len(piece) and all(p in ("?", text[at + i]) for i, p in enumerate(piece))


def _find(piece: str, text: str, start: int, end: int) -> int:
    if "?" not in piece:
        return text.find(piece, start, end)
    return next((i for i in range(start, end - len(piece) + 1) if _piece_at(piece, text, i)), -1)


def covers(wide: str, narrow: str, *, arn: bool = False, variables: bool = True) -> bool:
    """Whether every text that `narrow` stands for is one that `wide` stands for, as far as can be shown.

    `arn` says that these are resources, whose wildcards in the first five segments stay in their segment. With
    `variables`, `${…}` in `narrow` may be any text, and in `wide` it covers only where both are the same pattern.
    """
    if wide in ("*", narrow):
        return True
    if len(wide) * len(narrow) > MAX_STEPS or (variables and _has_variables(wide)):
        return False
    head = _SPECIAL.search(wide)
    if not narrow.startswith(wide[: head.start()] if head else wide):
        return False
    return _absorbs(_tokens(wide, arn=arn, variables=variables), _tokens(narrow, arn=arn, variables=variables))


def covers_resource(wide: str, narrow: str) -> bool:
    """`covers` for resources without variables whose first five segments are taken to hold only what they say, or all:
    what is written so in answers."""
    if wide in {"*", narrow}:
        return True
    parts, others = wide.split(":", _ARN_COLONS), narrow.split(":", _ARN_COLONS)
    if len(parts) <= _ARN_COLONS or len(others) <= _ARN_COLONS:
        return False
    heads = all(p in {o, "*"} for p, o in zip(parts[:-1], others[:-1], strict=True))
    return heads and covers(parts[-1], others[-1], variables=False)


def meets(one: str, other: str, *, variables: bool = True) -> bool:
    """Whether some text may be one of both. A variable may be any text, and no wildcard stays in its segment."""
    if "*" in (one, other) or len(one) * len(other) > MAX_STEPS:
        return True
    if not (variables and ("${" in one or "${" in other)) and not _ends_agree((one, other)):
        return False
    first, second = _tokens(one, arn=False, variables=variables), _tokens(other, arn=False, variables=variables)
    seen = {(0, 0)}
    todo = [(0, 0)]
    while todo:
        i, j = todo.pop()
        if i == len(first) and j == len(second):
            return True
        for place in _next(i, j, first, second):
            if place not in seen:
                seen.add(place)
                todo.append(place)
    return False


def _has_variables(text: str) -> bool:
    return any(m[1] is None for m in _VARIABLE.finditer(text))


@functools.lru_cache(maxsize=4096)
def _tokens(text: str, *, arn: bool, variables: bool) -> tuple[_Token, ...]:
    out: list[_Token] = []
    at = colons = 0
    while at < len(text):
        variable = _VARIABLE.match(text, at) if variables else None
        if variable is not None:
            out.append(variable[1] or _Wild.STAR)
            at = variable.end()
            continue
        character = text[at]
        at += 1
        head = arn and colons < _ARN_COLONS
        if character == "*":
            out.append(_Wild.SEGMENT_STAR if head and text[at : at + 1] not in ("", ":") else _Wild.STAR)
        elif character == "?":
            out.append(_Wild.SEGMENT_ONE if head else _Wild.ONE)
        else:
            colons += character == ":"
            out.append(character)
    return tuple(out)


def _absorbs(wide: tuple[_Token, ...], narrow: tuple[_Token, ...]) -> bool:
    """Run the wide pattern over the narrow one's tokens, whose wildcards are characters that not everything absorbs."""
    states = _opened({0}, wide)
    for token in narrow:
        states = _opened({n for s in states for n in _after(s, token, wide)}, wide)
        if not states:
            return False
    return len(wide) in states


def _opened(states: set[int], wide: tuple[_Token, ...]) -> set[int]:
    found = set(states)
    todo = list(states)
    while todo:
        state = todo.pop()
        if state < len(wide) and wide[state] in _STARS and state + 1 not in found:
            found.add(state + 1)
            todo.append(state + 1)
    return found


def _after(state: int, token: _Token, wide: tuple[_Token, ...]) -> tuple[int, ...]:
    if state == len(wide):
        return ()
    match wide[state]:
        case _Wild.STAR:
            return (state,)
        case _Wild.SEGMENT_STAR:
            return () if token in (":", _Wild.STAR, _Wild.ONE) else (state,)
        case _Wild.ONE:
            return () if token in _STARS else (state + 1,)
        case _Wild.SEGMENT_ONE:
            return () if token in _STARS or token in (":", _Wild.ONE) else (state + 1,)
        case same:
            return (state + 1,) if token == same else ()


def _next(i: int, j: int, first: tuple[_Token, ...], second: tuple[_Token, ...]) -> list[tuple[int, int]]:
    """Where two patterns can stand after one more character of both, or after a star that stands for nothing more."""
    one = first[i] if i < len(first) else None
    other = second[j] if j < len(second) else None
    places: list[tuple[int, int]] = []
    if one in _STARS:
        places.append((i + 1, j))
        if other is not None and other not in _STARS:
            places.append((i, j + 1))
    if other in _STARS:
        places.append((i, j + 1))
        if one is not None and one not in _STARS:
            places.append((i + 1, j))
    if one is None or other is None or one in _STARS or other in _STARS:
        return places
    if one == other or not isinstance(one, str) or not isinstance(other, str):
        places.append((i + 1, j + 1))
    return places


# Overlaps


@functools.lru_cache(maxsize=65536)
def overlap(patterns: tuple[str, ...]) -> str | None:
    """A text that every pattern matches, or None where there is none.

    Where it can be, the text holds `FRESH`, so that it is none of the names that anybody wrote down. Raise
    `InvalidInputError` (`pattern.entangled`) for patterns that take more than `MAX_PLACES`: nobody writes such but to
    be slow, and a guess could hide whoever did.
    """
    if not patterns:
        return FRESH
    if len(patterns) == 1:
        return patterns[0].replace("*", FRESH).replace("?", FRESH)
    if not _ends_agree(patterns):
        return None
    start = (0,) * len(patterns)
    # Depth first with the longest way last would miss the fresh one; two passes are simpler than a cost.
    return _search(patterns, start, fresh=True) or _search(patterns, start, fresh=False)


@functools.lru_cache(maxsize=65536)
def overlap_resources(patterns: tuple[str, ...]) -> str | None:
    """The same for resources. Whole ARNs are compared part by part: that a `*` may run on over colons could only make
    them meet in a name that no resource has."""
    told = tuple(dict.fromkeys(p for p in patterns if p != "*"))
    split = [p.split(":", _ARN_COLONS) for p in told]
    if not told or any(len(parts) < _ARN_COLONS + 1 for parts in split):
        return overlap(told or ("*",))
    met = [overlap(tuple(dict.fromkeys(parts))) for parts in zip(*split, strict=True)]
    texts = [text for text in met if text is not None]
    return ":".join(texts) if len(texts) == len(met) else None


def _ends_agree(patterns: Sequence[str]) -> bool:
    """Whether the literal beginnings are beginnings of the longest of them, and the ends ends: the common no."""
    heads = sorted((re.split(r"[*?]", p, maxsplit=1)[0] for p in patterns), key=len)
    tails = sorted((re.split(r"[*?]", p)[-1] for p in patterns), key=len)
    return all(heads[-1].startswith(h) for h in heads) and all(tails[-1].endswith(t) for t in tails)


def _search(patterns: Sequence[str], start: tuple[int, ...], *, fresh: bool) -> str | None:
    """Walk all patterns at once, breadth first; `fresh` asks for a text with `FRESH` in it."""
    seen: dict[tuple[tuple[int, ...], bool], tuple[tuple[tuple[int, ...], bool], str] | None] = {(start, False): None}
    waiting = [(start, False)]
    while waiting:
        following: list[tuple[tuple[int, ...], bool]] = []
        for state in waiting:
            positions, has = state
            if (has or not fresh) and all(not p[i:].strip("*") for p, i in zip(patterns, positions, strict=True)):
                return _spelled(seen, state)
            if len(seen) > MAX_PLACES:
                raise InvalidInputError(
                    "these patterns are too entangled to tell what matches all of them",
                    code="pattern.entangled",
                    expected="patterns with a few wildcards",
                    found=" and ".join(p if len(p) <= _SHOWN else p[:_SHOWN] + "…" for p in patterns),
                )
            for moved, emitted in _moves(patterns, positions):
                next_state = (moved, has or emitted == FRESH)
                if next_state not in seen:
                    seen[next_state] = (state, emitted)
                    following.append(next_state)
        waiting = following
    return None


def _moves(patterns: Sequence[str], positions: tuple[int, ...]) -> list[tuple[tuple[int, ...], str]]:
    """Where the patterns can go next: over a star that stands for nothing, or together over one character."""
    moves: list[tuple[tuple[int, ...], str]] = []
    characters = {FRESH}
    for index, (pattern, at) in enumerate(zip(patterns, positions, strict=True)):
        if at >= len(pattern):
            continue
        if pattern[at] == "*":
            moves.append(((*positions[:index], at + 1, *positions[index + 1 :]), ""))
        elif pattern[at] != "?":
            characters.add(pattern[at])
    for character in sorted(characters, reverse=True):  # FRESH sorts after letters: it is tried first
        moved: list[int] = []
        for pattern, at in zip(patterns, positions, strict=True):
            wanted = pattern[at] if at < len(pattern) else ""
            if wanted == "*":
                moved.append(at)
            elif wanted and wanted in {"?", character}:
                moved.append(at + 1)
            else:
                break
        else:
            moves.append((tuple(moved), character))
    return moves


def _spelled(
    seen: dict[tuple[tuple[int, ...], bool], tuple[tuple[tuple[int, ...], bool], str] | None],
    state: tuple[tuple[int, ...], bool],
) -> str:
    texts: list[str] = []
    step = seen[state]
    while step is not None:
        before, emitted = step
        texts.append(emitted)
        step = seen[before]
    return "".join(reversed(texts))
