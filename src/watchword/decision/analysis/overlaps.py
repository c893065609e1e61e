"""What two patterns with `*` and `?` have to do with each other, without a text to try them on.

    >>> covers("s3:*", "s3:get*"), overlap(("s3:get*", "s3:*object"))
    (True, 's3:get~object')

`covers` says yes only where it is so; a no may be a "cannot tell". `overlap` is exact: it shows a text that all of the
patterns match, or proves that there is none. Case is the caller's business: actions are handed over in lower case.
"""

import functools
from collections.abc import Sequence

_STAR, _ONE = "*", "?"
# Stands in a text for "whatever nobody has named": no action, and no ARN that we know of, has it.
FRESH = "~"
_ARN_PARTS = 6
# Each step of the search stands for one position in every pattern. Patterns of policies are short, and rarely more than
# three meet; beyond this the patterns were written to be slow.
_MAX_STATES = 200_000


@functools.lru_cache(maxsize=65536)
def matches(pattern: str, text: str) -> bool:
    """Whether a whole text matches; every wildcard may stand for anything."""
    return _covers(pattern, text, symbolic=False)


@functools.lru_cache(maxsize=65536)
def covers(pattern: str, other: str) -> bool:
    """Whether everything that `other` matches is matched by `pattern`; a no may be a cannot tell."""
    return _covers(pattern, other, symbolic=True)


def _covers(pattern: str, text: str, *, symbolic: bool) -> bool:
    """The greedy comparison: only the last star is ever tried again, so this takes |pattern| * |text| steps at most."""
    at = here = 0
    star, resume = -1, 0
    while at < len(text):
        wanted = pattern[here] if here < len(pattern) else ""
        character = text[at]
        if wanted == _STAR:
            star, resume = here, at
            here += 1
        elif (wanted == character and not (symbolic and character == _STAR)) or (
            wanted == _ONE and not (symbolic and character == _STAR)
        ):
            at += 1
            here += 1
        elif star >= 0:
            resume += 1
            at, here = resume, star + 1
        else:
            return False
    return all(c == _STAR for c in pattern[here:])


def covers_resource(pattern: str, other: str) -> bool:
    """The same for resource patterns, whose first five segments are taken to hold only what they say or all."""
    if pattern in {"*", other}:
        return True
    parts, others = pattern.split(":", _ARN_PARTS - 1), other.split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS or len(others) < _ARN_PARTS:
        return False
    heads = all(p in {o, "*"} for p, o in zip(parts[:-1], others[:-1], strict=True))
    return heads and covers(parts[-1], others[-1])


@functools.lru_cache(maxsize=65536)
def overlap(patterns: tuple[str, ...]) -> str | None:
    """A text that every pattern matches, or None where there is none.

    Where it can be, the text holds `FRESH`, so that it is none of the names that anybody wrote down. Patterns that are
    too many or too long to compare count as overlapping, with the first of them as the text.
    """
    if not patterns:
        return FRESH
    if len(patterns) == 1:
        return patterns[0].replace(_STAR, FRESH).replace(_ONE, FRESH)
    start = (0,) * len(patterns)
    # Depth first with the longest way last would miss the fresh one; two passes are simpler than a cost.
    return _search(patterns, start, fresh=True) or _search(patterns, start, fresh=False)


@functools.lru_cache(maxsize=65536)
def overlap_resources(patterns: tuple[str, ...]) -> str | None:
    """The same for resources. Whole ARNs are compared part by part: that a `*` may run on over colons could only make
    them meet in a name that no resource has."""
    told = tuple(dict.fromkeys(p for p in patterns if p != _STAR))
    split = [p.split(":", _ARN_PARTS - 1) for p in told]
    if not told or any(len(parts) < _ARN_PARTS for parts in split):
        return overlap(told or (_STAR,))
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
            if (has or not fresh) and all(not p[i:].strip(_STAR) for p, i in zip(patterns, positions, strict=True)):
                return _spelled(seen, state)
            if len(seen) > _MAX_STATES:
                return patterns[0].replace(_STAR, FRESH).replace(_ONE, FRESH)
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
        if pattern[at] == _STAR:
            moves.append(((*positions[:index], at + 1, *positions[index + 1 :]), ""))
        elif pattern[at] != _ONE:
            characters.add(pattern[at])
    for character in sorted(characters, reverse=True):  # FRESH sorts after letters: it is tried first
        moved: list[int] = []
        for pattern, at in zip(patterns, positions, strict=True):
            wanted = pattern[at] if at < len(pattern) else ""
            if wanted == _STAR:
                moved.append(at)
            elif wanted and wanted in {_ONE, character}:
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
