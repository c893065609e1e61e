"""Resources that were seen, remembered one by one while they are few, and by the folder they lie in when they are many.

The rule, which `narrow` writes into policies, for resources with the same first five parts (`arn:aws:s3:::`):

- Up to `MOST_RESOURCES` different ones are kept as they are.
- Above that a folder of them becomes one pattern: what they begin with up to a `/` or `:`, followed by `*`. The deepest
  folder that holds more than one goes first, and of equally deep ones the fullest, until so many are left.

    >>> seen = Seen(most=2)
    >>> for name in ("index", "2026/a", "2026/b"): seen.add("arn:aws:s3:::bucket/" + name)
    >>> [p.text for p in seen.patterns()]
    ['arn:aws:s3:::bucket/2026/', 'arn:aws:s3:::bucket/index']
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_RESOURCES = 10
# Beginnings (service, region, account) that are remembered apart; beyond, nothing is told apart.
_MOST_HEADS = 32
_ARN_PARTS = 6
# Deeper folders are not told apart: a key of an object may have a thousand of them.
_DEEPEST = 16
_SEGMENT = re.compile(r"[^/:]*[/:]?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One resource, or, where `whole`, every one that begins with `text`."""

    text: str
    whole: bool


def head_of(resource: str) -> str | None:
    """The first five parts of an ARN with their colons; None where it is no ARN."""
    parts = resource.split(":", _ARN_PARTS - 1)
    return resource[: len(resource) - len(parts[-1])] if len(parts) == _ARN_PARTS and parts[0] == "arn" else None


class Seen:
    """A bounded memory of resources."""

    __slots__ = ("_heads", "_most", "anything", "total")

    def __init__(self, *, most: int = MOST_RESOURCES) -> None:
        self._most = max(most, 1)
        self._heads: dict[str, _Folder] = {}
        self.anything = False  # something that is no ARN, or too many beginnings
        self.total = 0

    def add(self, resource: str) -> None:
        self.total += 1
        self._take(Pattern(text=resource, whole=False))

    def join(self, other: "Seen") -> None:
        self.total += other.total
        if other.anything:
            self._give_up()
        for pattern in other.patterns():
            self._take(pattern)

    def patterns(self) -> Iterator[Pattern]:
        """What stands for everything that was seen, in order; nothing where `anything` is true."""
        for head, folder in sorted(self._heads.items()):
            yield from sorted(folder.patterns(head), key=lambda p: p.text)

    def pattern(self) -> str:
        """One pattern for everything that was seen."""
        if self.anything or len(self._heads) != 1:
            return "*"
        ((head, folder),) = self._heads.items()
        return folder.beginning(head) + "*"

    def _take(self, pattern: Pattern) -> None:
        if self.anything:
            return
        head = head_of(pattern.text)
        if head is None or (head not in self._heads and len(self._heads) >= _MOST_HEADS):
            self._give_up()
            return
        folder = self._heads.setdefault(head, _Folder())
        if folder.put(_segments(pattern.text[len(head) :]), whole=pattern.whole):
            while folder.size() > self._most:
                folder.fullest_of_the_deepest().close()

    def _give_up(self) -> None:
        self.anything = True
        self._heads.clear()


def _segments(rest: str) -> list[str]:
    """`a/b:c` as `a/`, `b:`, `c`; what ends in a folder has the empty name in it."""
    found: list[str] = []
    at = 0
    while len(found) < _DEEPEST:
        match = _SEGMENT.match(rest, at)
        segment = match[0] if match is not None else ""
        found.append(segment)
        at += len(segment)
        if not segment.endswith(("/", ":")):
            return found
    return [*found, rest[at:]]


class _Folder:
    """Names and folders in a folder; or, once `whole`, whatever lies in it."""

    __slots__ = ("folders", "names", "whole")

    def __init__(self) -> None:
        self.folders: dict[str, _Folder] = {}
        self.names: set[str] = set()
        self.whole = False

    def put(self, segments: list[str], *, whole: bool) -> bool:
        """Return whether anything is new."""
        folder = self
        for segment in segments[:-1]:
            if folder.whole:
                return False
            folder = folder.folders.setdefault(segment, _Folder())
        if folder.whole or (not whole and segments[-1] in folder.names):
            return False
        if whole:  # its text ends in a boundary, so that the last segment is empty
            folder.close()
        else:
            folder.names.add(segments[-1])
        return True

    def close(self) -> None:
        self.whole = True
        self.folders.clear()
        self.names.clear()

    def size(self) -> int:
        return 1 if self.whole else len(self.names) + sum(f.size() for f in self.folders.values())

    def fullest_of_the_deepest(self) -> "_Folder":
        """The folder to close; there is more than one thing in this one."""
        return max(self._holding_several(0), key=lambda found: found[:2])[2]

    def _holding_several(self, depth: int) -> Iterator[tuple[int, int, "_Folder"]]:
        if len(self.names) + len(self.folders) > 1:
            yield depth, len(self.names) + len(self.folders), self
        for folder in self.folders.values():
            yield from folder._holding_several(depth + 1)  # noqa: SLF001 - of its own kind

    def patterns(self, prefix: str) -> Iterator[Pattern]:
        if self.whole:
            yield Pattern(text=prefix, whole=True)
        for name in self.names:
            yield Pattern(text=prefix + name, whole=False)
        for name, folder in self.folders.items():
            yield from folder.patterns(prefix + name)

    def beginning(self, prefix: str) -> str:
        """The longest text that all of it begins with, up to a boundary."""
        if self.whole or self.names or len(self.folders) != 1:
            return prefix
        ((name, folder),) = self.folders.items()
        return folder.beginning(prefix + name)
