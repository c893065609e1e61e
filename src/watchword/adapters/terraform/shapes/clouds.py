"""Sources that the shapes of Azure and Google Cloud share.

What other declarations decide, or what hangs on the provider's version, is `NotTold`: it is not known. `of_kind` says
of the attributes of a kind that are another cloud's alone that they are absent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from watchword.inventory.kinds import KINDS
from watchword.inventory.shapes import Nothing, Readable, Subject, read
from watchword.inventory.values import (
    Absent,
    Elements,
    Known,
    Reason,
    ReasonKind,
    Scalar,
    Unknown,
    UnknownValueError,
    Value,
)

_OF_EVERY_KIND: Final = frozenset({"name", "tags"})


def of_kind(kind: str, attributes: Mapping[str, Readable]) -> Mapping[str, Readable]:
    """Return attributes with those that are not named here as absent: what the cloud does not have."""
    rest = set(KINDS[kind].attributes) - set(attributes) - _OF_EVERY_KIND
    return {**dict.fromkeys(sorted(rest), Nothing()), **attributes}


@dataclass(frozen=True, slots=True)
class NotTold:
    """What other declarations decide in a way that is not read."""

    why: str

    def read(self, subject: Subject) -> Value:
        return told(self.why, Absent(subject.place))


@dataclass(frozen=True, slots=True)
class OneOf:
    """A value in other words; what is not among them stays as it is. Case does not count."""

    source: Readable
    words: Mapping[str, Scalar]

    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        if not isinstance(value, Known):
            return value
        found = self.words.get(value.text().lower())
        return value if found is None else Known(found, value.place, root=value.root)


@dataclass(frozen=True, slots=True)
class Given:
    """The elements of a source, where a rule allows; none where it denies or is off."""

    source: Readable
    allows: Readable  # a boolean; absent counts as true

    def read(self, subject: Subject) -> Value:
        allows = read(self.allows, subject)
        if isinstance(allows, Known) and not allows:
            return Elements([], subject.place)
        value = read(self.source, subject)
        if isinstance(allows, Unknown):
            return Elements([], subject.place, open_because=allows.reasons)
        return value


@dataclass(frozen=True, slots=True)
class Somewhere:
    """Whether one of some blocks is written in one of those at a path. A plan writes an empty list for none."""

    path: str
    names: tuple[str, ...]

    def read(self, subject: Subject) -> Value:
        doubt: Value | None = None
        for block in _flat(read(self.path, subject)):
            for value in (block[name] for name in self.names):
                try:
                    there = bool(value) if isinstance(value, Elements) else not value.is_absent
                except UnknownValueError as error:
                    doubt = doubt or Unknown(error.reasons, value.place)
                    continue
                if there:
                    return Known(True, value.place)
        return doubt or Known(False, subject.place, is_default=True)


def _flat(value: Value) -> Iterator[Value]:
    for element in value.each():
        if isinstance(element, Elements):
            yield from _flat(element)
        else:
            yield element


@dataclass(frozen=True, slots=True)
class When:
    """One source where a boolean is true, the other where it is false or absent."""

    condition: Readable
    then: Readable
    otherwise: Readable

    def read(self, subject: Subject) -> Value:
        value = read(self.condition, subject)
        if isinstance(value, Unknown):
            return value
        try:
            true = not value.is_absent and bool(value)
        except UnknownValueError as error:
            return Unknown(error.reasons, value.place)
        return read(self.then if true else self.otherwise, subject)


def told(why: str, value: Value) -> Unknown:
    """A value that is not known, for a reason in words."""
    return Unknown((Reason(ReasonKind.REFERENCE, why, value.place),), value.place)
