"""Sources of values for the ways in which AWS's APIs answer what declarations write otherwise."""

import base64
import binascii
import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from watchword.inventory.shapes import Default, Part, Readable, Shape, Subject, read
from watchword.inventory.values import (
    Absent,
    AbsentValueError,
    Block,
    Child,
    Elements,
    Known,
    Reason,
    ReasonKind,
    Reference,
    Scalar,
    Unknown,
    UnknownValueError,
    Value,
    some,
)

_S = TypeVar("_S")

ARN: Final = "@arn"  # in every tree: the thing's own ARN
REGION: Final = "@region"
TAGS: Final = "@tags"  # from the tagging API
PREFIX: Final = "live:"  # of native types: what is read live is no template's


def careful(read_: Callable[[_S, Subject], Value]) -> Callable[[_S, Subject], Value]:
    """Make a reading that asks what is not known, or what is lacking, give the unknown instead of raising."""

    @functools.wraps(read_)
    def reading(source: _S, subject: Subject) -> Value:
        try:
            return read_(source, subject)
        except UnknownValueError as error:
            return Unknown(error.reasons, subject.place)
        except AbsentValueError:
            why = Reason(ReasonKind.INVALID, "the answer lacks what AWS documents", subject.place)
            return Unknown((why,), subject.place)

    return reading


@dataclass(frozen=True, slots=True)
class Pairs:
    """A list of `{Key: …, Value: …}` as a block; a mapping stays one."""

    path: str
    key: str = "Key"
    value: str = "Value"

    @careful
    def read(self, subject: Subject) -> Value:
        value = read(self.path, subject)
        if not isinstance(value, Elements):
            return value
        children: dict[str, Child] = {}
        for pair in value.each():
            key = pair[self.key]
            if isinstance(key, Known):
                children[key.text()] = pair[self.value]
        return Block(children, value.place, open_because=value.open_because)


@dataclass(frozen=True, slots=True)
class Pair:
    """The value of one key of such a list."""

    path: str
    name: str
    key: str = "Key"
    value: str = "Value"

    @careful
    def read(self, subject: Subject) -> Value:
        return Pairs(self.path, self.key, self.value).read(subject)[self.name]


@dataclass(frozen=True, slots=True)
class Made:
    """A name that names another asset by the ARN made of it: `Made("DBClusterIdentifier", "arn:…:cluster:")`.

    The value stays the name; what it names stands in its reference, so that names need not be unique in an account.
    """

    source: Readable
    before: str  # `{partition}`, `{region}` and `{account}` are those of the ARN of the asset itself

    @careful
    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        if isinstance(value, Elements):
            return Elements([self._one(value[i], subject) for i in range(value.seen)], value.place)
        return self._one(value, subject)

    def _one(self, value: Value, subject: Subject) -> Value:
        if not isinstance(value, Known):
            return value
        own = subject.owner().references
        if not own:
            return value
        root, _, arn = own[0].target.partition("#")
        parts = [*arn.split(":"), "", "", "", "", ""]
        start = self.before.format(partition=parts[1], region=parts[3], account=root.rpartition(":")[2])
        return Known(value.value, value.place, references=(Reference(f"{root}#{start}{value.text()}", "arn"),))


@dataclass(frozen=True, slots=True)
class CustomerKey:
    """The key that something is encrypted with, where it is the customer's; absent where it is a key of AWS's.

    AWS names its own keys (`alias/aws/…`) as it names the customer's. Which of them it is, the key itself says. A key
    of another account is a customer's: AWS's own are used in their account alone.
    """

    source: Readable

    @careful
    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        if not isinstance(value, Known):
            return value
        text = value.text()
        if text in {"", "AWS_OWNED_KMS_KEY"} or "alias/aws/" in text:
            return Absent(value.place)
        keys = subject.named(value)
        if keys:
            manager = keys[0].native.get("Metadata", "KeyManager")
            return Absent(value.place) if manager.is_known and manager == "AWS" else value
        own = subject.owner().references
        account = own[0].target.partition("#")[0] if own else ""
        if text.startswith("arn:") and account and f":{account}:" not in text:
            return value
        why = Reason(ReasonKind.ACCESS, f"whose key {text} is was not told: allow kms:DescribeKey", value.place)
        return Unknown((why,), value.place)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text that stands in base 64."""

    source: Readable

    @careful
    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        if not isinstance(value, Known):
            return value
        try:
            return Known(base64.b64decode(value.text(), validate=True).decode("utf-8", "replace"), value.place)
        except (ValueError, binascii.Error):
            return value


@dataclass(frozen=True, slots=True)
class Through:
    """An attribute of the asset that a source names: an instance's deletion protection is its cluster's."""

    source: Readable
    attribute: str

    @careful
    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        if isinstance(value, Absent | Unknown):
            return value
        assets = subject.named(value)
        if len(assets) == 1 and self.attribute in assets[0].attributes.names():
            return assets[0].attributes[self.attribute]
        why = Reason(ReasonKind.REFERENCE, f"{self.attribute} is set on something that was not read", value.place)
        return Unknown((why,), value.place)


@dataclass(frozen=True, slots=True)
class Filled:
    """Whether a text or a list is there and not empty."""

    source: Readable

    @careful
    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        if isinstance(value, Unknown):
            return value
        if isinstance(value, Elements) and value.open_because:
            return Unknown(value.open_because, value.place)
        return Known(bool(value), value.place)


@dataclass(frozen=True, slots=True)
class Matching:
    """Whether a text is one of `words`; of a list, whether one in it is. Absent is neither."""

    source: Readable
    words: tuple[Scalar, ...] = field(kw_only=True)

    @careful
    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        found = some(value.each(), lambda one: some(self.words, lambda word: one == word))
        return Known(found, value.place)


@dataclass(frozen=True, slots=True)
class Count:
    """How many elements there are."""

    source: Readable

    @careful
    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        if isinstance(value, Elements) and not value.open_because:
            return Known(value.seen, value.place)
        return Known(0, value.place) if isinstance(value, Absent) else value


NAME_TAG: Final = Pair("Tags", "Name")


def said(source: Readable, *, value: Scalar, says: str = "the API leaves out what is not set") -> Default:
    """What holds where an answer leaves something out."""
    return Default(source, value=value, says=says)


def shape(
    type_: str,
    kind: str,
    attributes: Mapping[str, Readable],
    *,
    parts: tuple[Part, ...] = (),
    identity: tuple[str, ...] = (),
    tags: Readable = Pairs("Tags"),
) -> Shape:
    """A shape of a live type: it can be named by its ARN, and by what else `identity` names."""
    return Shape(f"{PREFIX}{type_}", kind, {"tags": tags, **attributes}, parts=parts, identity=(ARN, *identity))


@dataclass(frozen=True, slots=True)
class Flat:
    """All that stands at a path with lists in lists: `AdvancedEventSelectors[].FieldSelectors[].Equals[]`."""

    path: str

    @careful
    def read(self, subject: Subject) -> Value:
        found: list[Child] = []
        doubts: list[Reason] = []
        for value in _flat(subject.tree, self.path.split(".")):
            if isinstance(value, Unknown):
                doubts.extend(value.reasons)
            elif not isinstance(value, Absent):
                found.append(value)
        return Elements(found, subject.place, open_because=tuple(doubts))


def _flat(value: Value, steps: list[str]) -> Iterator[Value]:
    if not steps or isinstance(value, Absent | Unknown):
        yield value
        return
    inner = value[steps[0].removesuffix("[]")]
    for one in inner.each() if steps[0].endswith("[]") else (inner,):
        yield from _flat(one, steps[1:])


@dataclass(frozen=True, slots=True)
class Words:
    """A word of AWS's as the word that all front-ends share. A word that is not listed stays."""

    source: Readable
    words: Mapping[str, str]

    @careful
    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        if not isinstance(value, Known) or value.text() not in self.words:
            return value
        return Known(self.words[value.text()], value.place)
