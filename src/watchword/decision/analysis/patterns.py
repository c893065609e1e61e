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
MAX_STEPS = 100_000
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
_IN_SEGMENT = frozenset({_Wild.SEGMENT_STAR, _Wild.SEGMENT_ONE})
# Of the private use area: whatever holds one of these is not judged.
_LETTER_OF = {
    _Wild.STAR: "\ue000",
    _Wild.ONE: "\ue001",
    _Wild.SEGMENT_STAR: "\ue002",
    _Wild.SEGMENT_ONE: "\ue003",
}
# Wildcards that stay in a segment are compared state by state, which is slow; ARNs with such are short.
_MAX_SEGMENT_STEPS = 10_000


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
    return _any_character(piece).match(text, at) is not None


def _find(piece: str, text: str, start: int, end: int) -> int:
    if "?" not in piece:
        return text.find(piece, start, end)
    found = _any_character(piece).search(text, start, max(start, end))
    return found.start() if found else -1


@functools.lru_cache(maxsize=4096)
def _any_character(piece: str) -> re.Pattern[str]:
    """A piece between stars, whose `?` is any character; it has a fixed length, so nothing is tried twice."""
    return re.compile(".".join(re.escape(part) for part in piece.split("?")), re.DOTALL)


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
    outer, inner = _tokens(wide, arn=arn, variables=variables), _tokens(narrow, arn=arn, variables=variables)
    if not _IN_SEGMENT.isdisjoint(outer):
        return len(outer) * len(inner) <= _MAX_SEGMENT_STEPS and _absorbs(outer, inner)
    return _takes(outer, inner)


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
    if "*" in (one, other):
        return True
    first, second = _tokens(one, arn=False, variables=variables), _tokens(other, arn=False, variables=variables)
    if _Wild.STAR in first and _Wild.STAR in second:
        # Whatever stands between the stars of one, the stars of the other take: only the ends can disagree.
        return _agree(_head(first), _head(second)) and _agree(_head(first[::-1]), _head(second[::-1]))
    if _Wild.STAR in second:
        first, second = second, first
    return _fits(first, second)


def _head(tokens: tuple[_Token, ...]) -> tuple[_Token, ...]:
    return tokens[: tokens.index(_Wild.STAR)]


def _agree(one: Sequence[_Token], other: Sequence[_Token]) -> bool:
    """Whether some text may begin with both, as far as the shorter reaches."""
    return all(a is _Wild.ONE or b is _Wild.ONE or a == b for a, b in zip(one, other, strict=False))


def _fits(pattern: tuple[_Token, ...], fixed: tuple[_Token, ...]) -> bool:
    """Whether a pattern meets one without stars. As in `matches`, the leftmost place of each piece is never wrong."""
    pieces: list[list[_Token]] = [[]]
    for token in pattern:
        if token is _Wild.STAR:
            pieces.append([])
        else:
            pieces[-1].append(token)
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return len(first) == len(fixed) and _agree(first, fixed)
    end = len(fixed) - len(last)
    if end < len(first) or not _agree(first, fixed) or not _agree(last, fixed[end:]):
        return False
    at = len(first)
    for piece in pieces[1:-1]:
        places = range(at, end - len(piece) + 1)
        found = next((i for i in places if _agree(piece, fixed[i : i + len(piece)])), -1)
        if found < 0:
            return False
        at = found + len(piece)
    return True


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


def _takes(wide: tuple[_Token, ...], narrow: tuple[_Token, ...]) -> bool:
    """The same as `_absorbs` for a wide pattern whose stars stand for anything: as in `matches`, the leftmost place of
    each piece is never wrong. Wildcards of the narrow one are letters that only a star, or a `?`, takes."""
    if any(isinstance(t, str) and t in _LETTER_OF.values() for t in narrow):
        return False
    text = "".join(t if isinstance(t, str) else _LETTER_OF[t] for t in narrow)
    pieces: list[list[_Token]] = [[]]
    for token in wide:
        if token is _Wild.STAR:
            pieces.append([])
        else:
            pieces[-1].append(token)
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return len(first) == len(text) and _taker(tuple(first)).match(text) is not None
    end = len(text) - len(last)
    if end < len(first) or not _taker(tuple(first)).match(text) or not _taker(tuple(last)).match(text, end):
        return False
    at = len(first)
    for piece in pieces[1:-1]:
        found = _taker(tuple(piece)).search(text, at, max(at, end))
        if found is None:
            return False
        at = found.end()
    return True


@functools.lru_cache(maxsize=4096)
def _taker(piece: tuple[_Token, ...]) -> re.Pattern[str]:
    stars = "".join(_LETTER_OF[w] for w in _STARS)
    return re.compile("".join(re.escape(t) if isinstance(t, str) else f"[^{stars}]" for t in piece), re.DOTALL)


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


# Overlaps


@functools.lru_cache(maxsize=65536)
def overlap(patterns: tuple[str, ...]) -> str | None:
    """A text that every pattern matches, or None where there is none.

    Where it can be, the text holds `FRESH`, so that it is none of the names that anybody wrote down. Raise
    `InvalidInputError` (`pattern.entangled`) where a pattern without stars and others with them take more than
    `MAX_PLACES`: nobody writes such but to be slow, and a guess could hide whoever did.
    """
    fixed = [p for p in patterns if "*" not in p]
    if not fixed:
        return _between_stars(patterns)
    if len({len(p) for p in fixed}) > 1:
        return None
    one = _together(fixed)
    if one is None:
        return None
    text = one.replace("?", FRESH)
    if all(matches(p, text) for p in patterns):
        return text
    # A `?` of a pattern without stars may have to be this for one pattern and that for another: all are tried.
    several = (one, *(p for p in patterns if "*" in p))
    start = (0,) * len(several)
    return (_search(several, start, fresh=True) or _search(several, start, fresh=False)) if "?" in one else None


def _between_stars(patterns: Sequence[str]) -> str | None:
    """Where every pattern has a star only the ends can disagree: what is between the stars of one, those of the others
    take."""
    apart = [p.split("*") for p in patterns]
    head = _together([pieces[0] for pieces in apart])
    tail = _together([pieces[-1][::-1] for pieces in apart])
    if head is None or tail is None:
        return None
    middle = [piece for pieces in apart for piece in pieces[1:-1] if piece]
    text = FRESH.join([head, *middle, tail[::-1]]) if patterns else FRESH
    return text.replace("?", FRESH)


def _together(texts: Sequence[str]) -> str | None:
    """What begins with all of some texts, in which `?` is any character; None where they disagree."""
    joined = ""
    for text in sorted(texts, key=len):
        met = [a if b == "?" else b for a, b in zip(joined, text, strict=False) if a == b or "?" in (a, b)]
        if len(met) < len(joined):
            return None
        joined = "".join(met) + text[len(joined) :]
    return joined


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
