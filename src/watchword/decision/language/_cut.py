"""The values of a JSON text from the standard library's scanner in C, with the places of things got back.

The scanner is twenty times as fast as a reader in Python, but it forgets where things stood, and keeps the last of two
equal keys in silence. Both come back from cutting the text at its quotation marks: where there is no backslash in it
(with one we give up), the pieces at odd places are the strings, in the order of the text. Whoever walks through the
values in that order, and says `met` for each string, knows at every moment where he is; strings that are left over in
the end belong to a key that stood twice.

What we give up on is for the reader of `_json`, which says what is wrong and where.
"""

import json
from bisect import bisect_right
from itertools import accumulate

_SPACE = " \t\r\n"


class NotPlain(Exception):  # noqa: N818 - it is a way out, not an error
    """Something here is not plainly right, or its place cannot be told."""


class Number(str):
    """A number of the text, as it was written."""

    __slots__ = ()


def _refuse(_text: str) -> None:
    raise NotPlain


def decoder(*, pairs: bool = False) -> json.JSONDecoder:
    """Return a decoder that takes no `NaN` and keeps numbers as `Number`; with `pairs`, objects as tuples of pairs."""
    return json.JSONDecoder(
        object_pairs_hook=tuple if pairs else None, parse_int=Number, parse_float=Number, parse_constant=_refuse
    )


_decode = decoder().decode


class Cut:
    """`value` is of str, `Number`, bool, None, list and dict.

    `first_line` is the number of the text's first line, where the text is a part of something longer. Raise `NotPlain`,
    `ValueError` or `RecursionError` for what is no text of ours.
    """

    def __init__(self, text: str | bytes, *, first_line: int, max_size: int) -> None:
        if len(text) > max_size:
            raise NotPlain
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        elif not text.isascii():
            text.encode("utf-8")  # lone surrogates are no text
        if "\\" in text:
            raise NotPlain
        self.value: object = _decode(text)
        self._length = len(text)
        self._pieces = pieces = text.split('"')
        self._ends = list(accumulate(map(len, pieces)))
        self._met = 0
        self._first_line = first_line
        # Where lines begin; None in a text of one line. The scanner lets no line feed stand in a string.
        self._lines: list[int] | None = None
        if "\n" in text:
            self._lines = list(accumulate([len(line) + 1 for line in text.split("\n")], initial=0))

    def longer_than(self, quota: int) -> bool:
        """Whether the text has more characters than that, white space between the values left out."""
        if self._length <= quota:
            return False
        between = "".join("".join(self._pieces[::2]).split())
        return len(between) + sum(map(len, self._pieces[1::2])) + len(self._pieces) - 1 > quota

    def met(self) -> None:
        """Pass over a string, be it a key or a value."""
        self._met += 1

    def end(self) -> None:
        """Make sure that every string was met. Raise `NotPlain` where one was not: some key stood twice."""
        if 2 * self._met + 1 != len(self._pieces):
            raise NotPlain

    def _place(self, offset: int) -> tuple[int, int]:
        if self._lines is None:
            return self._first_line, offset + 1
        line = bisect_right(self._lines, offset)
        return line + self._first_line - 1, offset - self._lines[line - 1] + 1

    def string_place(self) -> tuple[int, int]:
        """Line and column of the string that comes next."""
        at = 2 * self._met
        return self._place(self._ends[at] + at)

    def object_place(self) -> tuple[int, int]:
        """Line and column of the object whose first key comes next."""
        at = 2 * self._met
        piece = self._pieces[at]
        return self._place(self._ends[at] + at - len(piece) + piece.rindex("{"))

    def value_place(self) -> tuple[int, int]:
        """Line and column of the value that is no string and whose key was met last."""
        at = 2 * self._met
        piece = self._pieces[at]
        rest = piece[piece.index(":") + 1 :].lstrip(_SPACE)
        return self._place(self._ends[at] + at - len(rest))
