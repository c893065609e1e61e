"""Sources of values for the ways in which CloudFormation writes what other languages write otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from watchword.inventory.settings import Setting, Wanted
from watchword.inventory.shapes import Part, Readable, Shape, Subject, read, write
from watchword.inventory.values import (
    NOWHERE,
    Absent,
    Block,
    Child,
    Elements,
    Known,
    Reason,
    ReasonKind,
    Unknown,
    Value,
)


@dataclass(frozen=True, slots=True)
class Pairs:
    """A list of `{Key: …, Value: …}` as a block; a mapping stays one. A key that is not known leaves it open."""

    path: str

    def read(self, subject: Subject) -> Value:
        value = read(self.path, subject)
        if not isinstance(value, Elements):
            return value
        children: dict[str, Child] = {}
        doubts = value.open_because
        for index in range(value.seen):
            pair = value[index]
            key = pair["Key"]
            if isinstance(key, Known):
                children[key.text()] = pair["Value"]
            else:
                doubts += _doubts(key if isinstance(pair, Block) else pair)
        return Block(children, value.place, open_because=doubts)


def _doubts(value: Value) -> tuple[Reason, ...]:
    if isinstance(value, Unknown):
        return value.reasons
    return (Reason(ReasonKind.INVALID, "a key was expected", value.place),)


@dataclass(frozen=True, slots=True)
class Pair:
    """The value of one key of such a list: `Pair("LoadBalancerAttributes", "access_logs.s3.enabled")`."""

    path: str
    key: str

    def read(self, subject: Subject) -> Value:
        return Pairs(self.path).read(subject)[self.key]

    def write(self, subject: Subject, value: Wanted) -> tuple[Setting, ...]:
        """The pair that is there; where there is none, one more."""
        text = str(value).lower() if isinstance(value, bool) else value
        pairs = read(self.path, subject)
        if isinstance(pairs, Elements) and not pairs.open_because:
            for index in range(pairs.seen):
                pair = pairs[index]
                if isinstance(pair, Block) and isinstance(pair["Key"], Known) and pair["Key"] == self.key:
                    now = pair["Value"]
                    root = now.root if isinstance(now, Known) else NOWHERE
                    return (Setting(value=text, at=pair.place, path="Value", root=root),)
        if not isinstance(text, str) or not isinstance(pairs, Elements | Absent):
            return ()
        row = (("Key", self.key), ("Value", text))
        return (Setting(value=(row,), at=subject.place, path=self.path, whole=subject.whole),)


@dataclass(frozen=True, slots=True)
class Words:
    """A word of CloudFormation's as the word that all front-ends share. A word that is not listed stays."""

    source: Readable
    words: Mapping[str, str]

    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        if not isinstance(value, Known) or value.text() not in self.words:
            return value
        return Known(self.words[value.text()], value.place, root=value.root)

    def write(self, subject: Subject, value: Wanted) -> tuple[Setting, ...]:
        own = next((word for word, shared in self.words.items() if shared == value), value)
        return write(self.source, subject, own)


@dataclass(frozen=True, slots=True)
class Through:
    """An attribute of the asset that a source names: an instance's encryption is its cluster's."""

    source: Readable
    attribute: str

    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        if isinstance(value, Absent):
            return value
        assets = subject.named(value)
        if len(assets) == 1 and self.attribute in assets[0].attributes.names():
            return assets[0].attributes[self.attribute]
        why = Reason(
            ReasonKind.REFERENCE, f"{self.attribute} is set on something that is not in the template", value.place
        )
        return Unknown((why, *(value.reasons if isinstance(value, Unknown) else ())), value.place)


@dataclass(frozen=True, slots=True)
class Undecided:
    """Unknown where nothing was written, because the default hangs on what no template tells."""

    source: Readable
    why: str = field(kw_only=True)

    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        if not isinstance(value, Absent):
            return value
        return Unknown((Reason(ReasonKind.AFTER_APPLY, self.why, subject.place),), subject.place)

    def write(self, subject: Subject, value: Wanted) -> tuple[Setting, ...]:
        return write(self.source, subject, value)


@dataclass(frozen=True, slots=True)
class Itself:
    """The asset itself, where something was written: a bucket that logs without naming another logs to itself."""

    path: str

    def read(self, subject: Subject) -> Value:
        value = read(self.path, subject)
        return value if isinstance(value, Absent | Unknown) else subject.owner()


TAGS: Final = Pairs("Tags")
NAME_TAG: Final = Pair("Tags", "Name")


def tagged(
    native_type: str,
    kind: str,
    attributes: Mapping[str, Readable],
    *,
    parts: tuple[Part, ...] = (),
    identity: tuple[str, ...] = (),
) -> Shape:
    """A shape whose tags are the property `Tags`, as nearly all types have it."""
    return Shape(native_type, kind, {"tags": TAGS, **attributes}, parts=parts, identity=identity)
