"""The members of a body of the API that is as described, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from watchword.api.policy.body import Node
from watchword.decision.language import PolicyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document of a body, as text."""

    name: str
    content: bytes


class Fields:
    """The members of a body that is as described."""

    def __init__(self, members: Mapping[str, Node]) -> None:
        self._members = members

    @classmethod
    def of(cls, body: Node) -> Self:
        return cls({name: value for _, name, value in body.members()})

    def has(self, name: str) -> bool:
        return name in self._members

    def text(self, name: str, default: str = "") -> str:
        node = self._members.get(name)
        return node.string() if node is not None else default

    def whole(self, name: str, default: int) -> int:
        node = self._members.get(name)
        return int(node.raw) if node is not None else default

    def flag(self, name: str) -> bool:
        node = self._members.get(name)
        return node is not None and node.raw == "true"

    def texts(self, name: str) -> list[str]:
        node = self._members.get(name)
        return [item.string() for item in node.items()] if node is not None else []

    def values(self, name: str) -> dict[str, tuple[str, ...]]:
        """A mapping of texts or lists of texts."""
        node = self._members.get(name)
        if node is None:
            return {}
        return {
            key: tuple(item.string() for item in value.items()) if value.kind == "list" else (value.string(),)
            for _, key, value in node.members()
        }

    def named(self, name: str) -> list[str]:
        """The keys of such a mapping, each as often as it has values."""
        return [key for key, values in self.values(name).items() for _ in values]

    def source(self, name: str) -> Source | None:
        node = self._members.get(name)
        return _source(node) if node is not None else None

    def sources(self, name: str) -> list[Source]:
        node = self._members.get(name)
        return [_source(item) for item in node.items()] if node is not None else []

    def kind(self) -> PolicyKind | None:
        text = self.text("kind")
        return PolicyKind(text) if text else None


def _source(node: Node) -> Source:
    members = {name: value for _, name, value in node.members()}
    document = members["document"]
    text = document.string() if document.kind == "text" else document.raw
    name = members["name"].string() if "name" in members else node.pointer
    # A lone surrogate makes bytes that are no UTF-8, which every reader refuses.
    return Source(name=name, content=text.encode("utf-8", "surrogatepass"))
