"""Which combinations of patterns one text can match, each with a text that does.

    Machine(patterns).classes(budget)    # every combination there is: none is missing, none is made up
    Machine(patterns).signature(text)    # the combination that a text has, as bits

All patterns run side by side as one automaton whose states are bit sets; only characters that some pattern is waiting
for are tried, and one that stands for all others. Lists of plain names and prefixes, which most policies are, need no
automaton: there the texts that matter are the names, and each prefix with something after it that nobody names.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from watchword.decision.analysis.containment.budget import Budget
from watchword.decision.analysis.containment.patterns import (
    ONE,
    ONE_WITHIN,
    STAR,
    STAR_WITHIN,
    Folded,
    Pattern,
    Piece,
    is_letter,
)

# Characters whose lower case is an ASCII letter, beside that letter's two cases: the Kelvin sign alone (Unicode 16).
_KELVIN = "\u212a"
# What stands for a character that no pattern names; the first that is free. None that changes in lower case.
_FRESH = "xqzjwvyk0123456789-_"


@dataclass(frozen=True, slots=True)
class Class:
    """Texts that match exactly the patterns of `signature`; `word` is one of them, as short as they come."""

    signature: int
    word: str


class Machine:
    """Patterns, bit `i` of a signature for the `i`-th; all of them distinct."""

    __slots__ = ("_automaton", "_names", "_patterns", "_prefixes")

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._patterns = tuple(patterns)
        self._automaton: _Automaton | None = None
        self._names: dict[str, int] = {}
        self._prefixes: dict[str, int] = {}
        for index, pattern in enumerate(patterns):
            head = pattern[0] if pattern and isinstance(pattern[0], str) else ""
            rest = pattern[1:] if head else pattern
            if not rest:
                self._names[head] = 1 << index
            elif rest == (STAR,):
                self._prefixes[head] = 1 << index
            else:
                self._automaton = _Automaton(self._patterns)
                return

    def cost(self, word: str) -> int:
        """What the signature of a word takes, in steps of a budget."""
        if self._automaton is not None:
            return (1 + len(word)) * self._automaton.cost
        return 1 + len(self._prefixes) // 4

    def signature(self, word: str) -> int:
        if self._automaton is not None:
            return self._automaton.signature(word)
        found = self._names.get(word, 0)
        for prefix, bit in self._prefixes.items():
            if word.startswith(prefix):
                found |= bit
        return found

    def classes(self, budget: Budget) -> list[Class]:
        """Return every combination once. Raise `TooMuchError` where there are too many to find."""
        if self._automaton is not None:
            return self._automaton.classes(budget)
        fresh = fresh_character("".join([*self._names, *self._prefixes]))
        words = [*self._names, *(prefix + fresh for prefix in self._prefixes), fresh]
        budget.spend(len(words) * (len(self._prefixes) + 4) // 4)
        found: dict[int, str] = {}
        for word in words:
            found.setdefault(self.signature(word), word)
        return [Class(s, w) for s, w in found.items()]


def within(narrow: Pattern, wide: Pattern, budget: Budget) -> bool:
    """Whether every text that matches `narrow` matches `wide`, letters included."""
    if narrow == wide:
        return True
    return not any(c.signature == 1 for c in _Automaton((narrow, wide)).classes(budget))


def fresh_character(taken: str) -> str:
    """Return a character that is not among those taken, an ordinary one if there is any."""
    for character in _FRESH:
        if character not in taken:
            return character
    code = 0x4E00  # ideographs: letters without case, and more of them than any document is long
    while chr(code) in taken:
        code += 1
    return chr(code)


def cases(character: str) -> frozenset[str]:
    """Return the characters whose lower case is that of an ASCII character."""
    both = {character.lower(), character.upper()}
    return frozenset(both | {_KELVIN}) if "k" in both else frozenset(both)


def _elements(piece: Piece) -> Iterator[Piece | frozenset[str]]:
    if isinstance(piece, str):
        yield from piece
    elif isinstance(piece, Folded):
        for character in piece.text:
            yield cases(character)
    else:
        yield piece


class _Automaton:
    """Bit `at` of a state: some pattern has come as far as its element `at`. Each ends with a bit of its own."""

    __slots__ = (
        "_below",
        "_finals",
        "_fresh",
        "_inner",
        "_literal",
        "_moves",
        "_other",
        "_stars",
        "_start",
        "_within",
        "cost",
    )

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        literal: dict[str, int] = {}
        one = one_within = star = star_within = start = inner = 0
        self._finals: list[int] = []
        self._below: dict[int, int] = {}
        at = 0
        for pattern in patterns:
            begin = at
            start |= 1 << at
            colonless = begin  # since here, nothing of this pattern can take a colon
            for piece in pattern:
                for element in _elements(piece):
                    bit = 1 << at
                    if element is STAR or element is STAR_WITHIN:
                        # Whoever stands earlier and would come by here gains nothing over who is here already.
                        earlier = begin if element is STAR else colonless
                        if earlier < at:
                            self._below[at] = bit - (1 << earlier)
                            inner |= bit
                    if element is STAR:
                        star |= bit
                        colonless = at + 1
                    elif element is STAR_WITHIN:
                        star_within |= bit
                    elif element is ONE:
                        one |= bit
                        colonless = at + 1
                    elif element is ONE_WITHIN:
                        one_within |= bit
                    else:
                        for character in element if isinstance(element, frozenset) else (str(element),):
                            literal[character] = literal.get(character, 0) | bit
                            if character == ":" or is_letter(character):
                                colonless = at + 1
                    at += 1
            self._finals.append(1 << at)
            at += 1
        self._within = one_within | star_within
        if self._within:
            literal.setdefault(":", 0)
        self._literal = literal
        # Steps on longer bit sets take longer, and stars that follow stars are looked at one by one, each on all of it.
        self.cost = 1 + at // 400 + inner.bit_count() // 8 + inner.bit_count() * at // 25_000
        self._stars = star | star_within
        self._inner = inner
        self._moves = {
            c: (
                bits | (0 if is_letter(c) else one) | (0 if c == ":" or is_letter(c) else one_within),
                star | (0 if c == ":" or is_letter(c) else star_within),
            )
            for c, bits in literal.items()
        }
        self._other = (one | one_within, star | star_within)
        self._fresh = fresh_character("".join(literal))
        self._start = self._close(start)

    def _close(self, state: int) -> int:
        """Let every star that is reached be passed over, and forget what it makes superfluous."""
        waiting = state & self._stars
        while waiting:
            reached = (waiting << 1) & ~state
            state |= reached
            waiting = reached & self._stars
        inner = state & self._inner
        while inner:
            top = inner.bit_length() - 1
            state &= ~self._below[top]
            inner &= state & ~(1 << top)
        return state

    def _step(self, state: int, moves: tuple[int, int]) -> int:
        return self._close(((state & moves[0]) << 1) | (state & moves[1]))

    def signature(self, word: str) -> int:
        state = self._start
        for character in word:
            state = self._step(state, self._moves.get(character, self._other))
            if not state:
                return 0
        return self._accepted(state)

    def _accepted(self, state: int) -> int:
        found = 0
        for index, final in enumerate(self._finals):
            if state & final:
                found |= 1 << index
        return found

    def classes(self, budget: Budget) -> list[Class]:
        finals = sum(self._finals)
        found: dict[int, str] = {}
        words: dict[int, str] = {self._start: ""}
        waiting = [self._start]
        literal = list(self._literal.items())
        for state in waiting:  # grows while it is walked: the nearest first
            word = words[state]
            found.setdefault(state & finals, word)
            budget.spend(2 + len(literal) // 16)
            steps = [(self._fresh, self._other)]
            within_colon = self._within & state
            steps += [(c, self._moves[c]) for c, bits in literal if bits & state or (within_colon and c == ":")]
            for character, moves in steps:
                budget.spend(self.cost)
                following = self._step(state, moves)
                if following not in words:
                    words[following] = word + character
                    waiting.append(following)
        return [Class(self._accepted(accepted), word) for accepted, word in found.items()]
