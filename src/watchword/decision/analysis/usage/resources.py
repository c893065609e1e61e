"""Resources that were seen, remembered one by one while they are few, and by what they begin with when they are many.

The rule, which `narrow` writes into policies:

- Of resources with the same first five parts (`arn:aws:s3:::`), up to `MOST_RESOURCES` different ones are kept as they
  are.
- Above that they become one pattern: the longest text that all of them begin with, cut back to its last `/` or `:`,
  followed by `*`.

    >>> seen = Seen(most=1)
    >>> seen.add("arn:aws:s3:::bucket/2026/a"); seen.add("arn:aws:s3:::bucket/2026/b")
    >>> seen.pattern()
    'arn:aws:s3:::bucket/2026/*'
"""

from collections.abc import Iterator

MOST_RESOURCES = 10
# Beginnings (service, region, account) that are remembered apart; beyond, nothing is told apart.
_MOST_HEADS = 32
_ARN_PARTS = 6


def head_of(resource: str) -> str | None:
    """The first five parts of an ARN with their colons; None where it is no ARN."""
    parts = resource.split(":", _ARN_PARTS - 1)
    return resource[: len(resource) - len(parts[-1])] if len(parts) == _ARN_PARTS and parts[0] == "arn" else None


class Seen:
    """A bounded memory of resources."""

    __slots__ = ("_heads", "_most", "anything", "total")

    def __init__(self, *, most: int = MOST_RESOURCES) -> None:
        self._most = most
        self._heads: dict[str, _Alike] = {}
        self.anything = False  # something that is no ARN, or too many beginnings
        self.total = 0

    def add(self, resource: str) -> None:
        self.total += 1
        if self.anything:
            return
        head = head_of(resource)
        if head is None or (head not in self._heads and len(self._heads) >= _MOST_HEADS):
            self.anything = True
            self._heads.clear()
            return
        alike = self._heads.get(head)
        if alike is None:
            alike = self._heads[head] = _Alike(head, resource)
        alike.add(resource, self._most)

    def join(self, other: "Seen") -> None:
        self.total += other.total
        self.anything |= other.anything
        for head, alike in other._heads.items():  # noqa: SLF001 - of its own kind
            mine = self._heads.get(head)
            if mine is None:
                mine = self._heads[head] = _Alike(head, alike.prefix)
            mine.join(alike, self._most)
        if self.anything or len(self._heads) > _MOST_HEADS:
            self.anything = True
            self._heads.clear()

    def pattern(self) -> str:
        """One pattern for everything that was seen."""
        prefixes = [alike.cut() for alike in self._heads.values()]
        return f"{prefixes[0]}*" if len(prefixes) == 1 and not self.anything else "*"

    def groups(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """For each beginning: the text that all of it begins with, cut back to a boundary, and the resources one by
        one; none of them where they are too many. Meaningless where `anything` is true."""
        for _, alike in sorted(self._heads.items()):
            yield alike.cut(), tuple(sorted(alike.exact or ()))


class _Alike:
    """Resources that share their first five parts."""

    __slots__ = ("exact", "head", "prefix")

    def __init__(self, head: str, first: str) -> None:
        self.head = head
        self.prefix = first
        self.exact: set[str] | None = set()

    def add(self, resource: str, most: int) -> None:
        if self.exact is not None:
            if resource in self.exact:
                return
            self.exact.add(resource)
            if len(self.exact) > most:
                self.exact = None
        if not resource.startswith(self.prefix):
            self.prefix = _common(self.prefix, resource)

    def join(self, other: "_Alike", most: int) -> None:
        if other.exact is None:
            self.exact = None
            self.prefix = _common(self.prefix, other.prefix)
            return
        for resource in other.exact:
            self.add(resource, most)

    def cut(self) -> str:
        rest = self.prefix[len(self.head) :]
        return self.head + rest[: max(rest.rfind("/"), rest.rfind(":")) + 1]


def _common(one: str, other: str) -> str:
    for index, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return one[:index]
    return min(one, other, key=len)
