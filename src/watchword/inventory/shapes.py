"""Shapes: how a front-end's own words become the canonical ones. Small tables, one a native type.

    BLOCK = Join("aws_s3_bucket_public_access_block", by="bucket")

    Shape(
        "aws_s3_bucket",
        "object_store",
        {
            "name": "bucket",                                        # a path in the declaration
            "acl": (Join("aws_s3_bucket_acl", by="bucket").read("acl"), "acl"),   # the first that is not absent
            "block_public_acls": Default(BLOCK.read("block_public_acls"), value=False, says="provider 5.0"),
        },
    )

A path walks names separated by dots; a step into a nested block that stands once needs no index, `steps[]` goes through
all of a list. A *source* is a path, a tuple of sources (the first that is not absent), or one of the classes below.
`Join` reads other declarations that name this one (`by` is the path of that name in them): by reference, or by the same
literal. Where one may be about this asset and that cannot be told, the attribute is `Unknown`. `Part`s split one
declaration into assets of their own: the inline `ingress` blocks of a security group.

`assemble` makes the inventory. It is lazy: an attribute is read when a check asks for it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from types import MappingProxyType
from typing import Final, Protocol, runtime_checkable

from watchword.inventory.kinds import KINDS, OTHER, Form, Kind
from watchword.inventory.model import ANY_INSTANCE, Asset, Declaration, Edge, Inventory, Reading, without_index
from watchword.inventory.settings import Beside, Setting, Wanted
from watchword.inventory.trees import json_tree
from watchword.inventory.values import (
    NOWHERE,
    Absent,
    Block,
    Child,
    Elements,
    Known,
    Place,
    Reason,
    ReasonKind,
    Reference,
    Scalar,
    Unknown,
    UnknownValueError,
    Value,
)
from watchword.kernel.errors import DefectError


class Subject(Protocol):
    """What a source reads from."""

    @property
    def tree(self) -> Block: ...

    @property
    def place(self) -> Place: ...

    @property
    def whole(self) -> bool:
        """Whether it is a declaration, and no block within one."""
        ...

    def joined(self, join: "Join") -> "Joined":
        """Return the declarations that name this one."""
        ...

    def named(self, value: Value) -> tuple[Asset, ...]:
        """Return the assets that a value names."""
        ...

    def owner(self) -> Value:
        """Return a value that names the asset this is a part of; of a whole, itself."""
        ...


class Source(Protocol):
    def read(self, subject: Subject) -> Value: ...


@runtime_checkable
class Writable(Protocol):
    """A source that can say what is to be written for it to read as a value."""

    def write(self, subject: Subject, value: Wanted) -> tuple[Setting, ...]: ...


Readable = str | Source | tuple["Readable", ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Declarations that name an asset, and the reasons for which there may be more."""

    declarations: tuple[Declaration, ...] = ()
    doubts: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """Walk the declaration. `"."` is the declaration itself."""

    path: str

    def read(self, subject: Subject) -> Value:
        return walk(subject.tree, self.path)


@dataclass(frozen=True, slots=True)
class Constant:
    """What holds of every declaration of the type: `aws_vpc_security_group_ingress_rule` is always ingress."""

    value: Scalar

    def read(self, subject: Subject) -> Value:
        return Known(self.value, subject.place)


@dataclass(frozen=True, slots=True)
class Nothing:
    """What declarations of the type cannot have: it is absent, rather than not read."""

    def read(self, subject: Subject) -> Value:
        return Absent(subject.place)


@dataclass(frozen=True, slots=True)
class Default:
    """The provider's default where nothing was written. `says` is where that is documented, and since which version."""

    source: Readable
    value: Scalar = field(kw_only=True)
    says: str = field(kw_only=True)

    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        return Known(self.value, subject.place, is_default=True) if isinstance(value, Absent) else value

    def write(self, subject: Subject, value: Wanted) -> tuple[Setting, ...]:
        return write(self.source, subject, value)


@dataclass(frozen=True, slots=True)
class Both:
    """All elements of several sources, in one list: IPv4 and IPv6 addresses."""

    sources: tuple[Readable, ...]

    def read(self, subject: Subject) -> Value:
        values: list[Child] = []
        doubts: tuple[Reason, ...] = ()
        for source in self.sources:
            value = read(source, subject)
            if isinstance(value, Elements):
                values.extend(value[index] for index in range(value.seen))
                doubts += value.open_because
            else:
                values.extend(value.each())
        return Elements(values, subject.place, open_because=doubts)


@dataclass(frozen=True, slots=True)
class Is:
    """Whether a value is one of `words`: `Is("versioning_configuration.status", "Enabled")`. Absent stays absent.

    `otherwise` is what is written where it should be none of them.
    """

    source: Readable
    words: tuple[Scalar, ...]
    otherwise: Scalar | None = None

    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        if isinstance(value, Absent | Unknown):
            return value
        return Known(any(value == word for word in self.words), value.place, root=value.root)

    def write(self, subject: Subject, value: Wanted) -> tuple[Setting, ...]:
        if value is True and self.words:
            return write(self.source, subject, self.words[0])
        return write(self.source, subject, self.otherwise) if value is False and self.otherwise is not None else ()


@dataclass(frozen=True, slots=True)
class Present:
    """Whether something was written: a nested block, a joined declaration."""

    source: Readable

    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        try:
            there = bool(value) if isinstance(value, Elements) else not value.is_absent
        except UnknownValueError as error:
            return Unknown(error.reasons, value.place, root=value.root)
        return Known(there, value.place, root=value.root)


@dataclass(frozen=True, slots=True)
class Not:
    """A boolean turned round: `internet_facing` is not `internal`."""

    source: Readable

    def read(self, subject: Subject) -> Value:
        value = read(self.source, subject)
        if isinstance(value, Absent | Unknown):
            return value
        return Known(not value, value.place, root=value.root)

    def write(self, subject: Subject, value: Wanted) -> tuple[Setting, ...]:
        return write(self.source, subject, not value) if isinstance(value, bool) else ()


@dataclass(frozen=True, slots=True)
class Rows:
    """The blocks at a path, each read with `fields`; for attributes of the forms BLOCK and BLOCKS."""

    path: str
    fields: Mapping[str, Readable]

    def read(self, subject: Subject) -> Value:
        value = walk(subject.tree, self.path)
        if isinstance(value, Absent | Unknown):
            return value
        doubts = value.open_because if isinstance(value, Elements) else ()
        seen = (value[index] for index in range(value.seen)) if isinstance(value, Elements) else iter((value,))
        rows: list[Child] = [self._row(row, subject) if isinstance(row, Block) else row for row in seen]
        return Elements(rows, value.place, open_because=doubts)

    def _row(self, row: Block, subject: Subject) -> Block:
        return _RowBlock(self.fields, _Part(row, subject))


@dataclass(frozen=True, slots=True)
class EncodedRows:
    """`Rows` of a list that stands as JSON text: the containers of an ECS task."""

    path: str
    fields: Mapping[str, Readable]

    def read(self, subject: Subject) -> Value:
        value = _document(walk(subject.tree, self.path))
        return Rows("rows", self.fields).read(_Part(Block({"rows": value}, value.place), subject))


@dataclass(frozen=True, slots=True)
class Join:
    """Other declarations of `native_type` that name this one at `by`."""

    native_type: str
    by: str = field(kw_only=True)

    def read(self, source: Readable) -> "JoinedOne":
        """The value of the one declaration that is about this asset: for what may be declared once."""
        return JoinedOne(self, source)

    def every(self, source: Readable) -> "JoinedAll":
        """The values of all declarations that are about this asset: for what may be declared often."""
        return JoinedAll(self, source)


@dataclass(frozen=True, slots=True)
class JoinedOne:
    join: Join
    source: Readable

    def read(self, subject: Subject) -> Value:
        joined = subject.joined(self.join)
        for declaration in joined.declarations:
            value = read(self.source, _Other(declaration, subject))
            if declaration.instances is None:
                reason = Reason(ReasonKind.ITERATION, "whether it is declared is not known", declaration.place)
                return Unknown((reason,), declaration.place)
            if not isinstance(value, Absent):
                return value
        if joined.doubts:
            return Unknown(joined.doubts, subject.place)
        return Absent(joined.declarations[0].place if joined.declarations else subject.place)

    def write(self, subject: Subject, value: Wanted) -> tuple[Setting, ...]:
        """In the one declaration that is there; where there is none, in one of its own."""
        joined = subject.joined(self.join)
        if len(joined.declarations) == 1:
            return write(self.source, _Other(joined.declarations[0], subject), value)
        if joined.declarations or joined.doubts or not subject.whole:
            return ()
        beside = Beside(native_type=self.join.native_type, by=self.join.by)
        inner = _New(subject)
        return tuple(
            replace(setting, at=subject.place, whole=True, beside=beside)
            for setting in write(self.source, inner, value)
        )


@dataclass(frozen=True, slots=True)
class JoinedAll:
    join: Join
    source: Readable

    def read(self, subject: Subject) -> Value:
        joined = subject.joined(self.join)
        values: list[Child] = []
        for declaration in joined.declarations:
            values.extend(read(self.source, _Other(declaration, subject)).each())
        return Elements(values, subject.place, open_because=joined.doubts)


@dataclass(frozen=True, slots=True)
class Follow:
    """An attribute of the assets that a source names: the documents of the policies that are attached.

    What names nothing in this inventory (a policy of the provider's) is left out: it stands in another attribute.
    """

    source: Readable
    attribute: str

    def read(self, subject: Subject) -> Value:
        found: list[Child] = []
        for value in read(self.source, subject).each():
            assets = subject.named(value)
            found.extend(asset.attributes[self.attribute] for asset in assets)
            if not assets and isinstance(value, Unknown):
                found.append(value)
        return Elements(found, subject.place)


@dataclass(frozen=True, slots=True)
class Owner:
    """The asset that a part belongs to."""

    def read(self, subject: Subject) -> Value:
        return subject.owner()


@dataclass(frozen=True, slots=True)
class OfWhole:
    """What the declaration says that a part or a row stands in: whom a firewall's rule is for."""

    source: Readable

    def read(self, subject: Subject) -> Value:
        while isinstance(subject, _Part):
            subject = subject.within
        return read(self.source, subject)


@dataclass(frozen=True, slots=True)
class Part:
    """Assets of their own within a declaration: one for each block at `path`. `Owner()` names the whole."""

    kind: str
    path: str
    attributes: Mapping[str, Readable]


@dataclass(frozen=True, slots=True)
class Shape:
    """How one native type becomes a kind. `identity` are the paths of what others may call it by, literally."""

    native_type: str
    kind: str
    attributes: Mapping[str, Readable]
    parts: tuple[Part, ...] = ()
    identity: tuple[str, ...] = ("name",)


# Instances that one reference may mean, beyond which one edge leads to all of them: a thousand instances that may each
# refer to any of a thousand would make a million.
_MOST_PERHAPS: Final = 16
NO_SHAPES: Final[Mapping[str, Shape]] = MappingProxyType({})


def shapes(*tables: Iterable[Shape]) -> Mapping[str, Shape]:
    """Join tables into one, by native type. Checks that kinds and attributes exist: a typing mistake raises here."""
    found: dict[str, Shape] = {}
    for shape in (shape for table in tables for shape in table):
        if shape.native_type in found:
            raise DefectError(f"two shapes for {shape.native_type}", code="inventory.shape")
        for kind, attributes in ((shape.kind, shape.attributes), *((p.kind, p.attributes) for p in shape.parts)):
            unknown = set(attributes) - set(KINDS[kind].attributes) if kind in KINDS else {kind}
            if unknown:
                raise DefectError(f"{shape.native_type}: {sorted(unknown)} is not of {kind}", code="inventory.shape")
        found[shape.native_type] = shape
    return MappingProxyType(found)


def walk(value: Value, path: str) -> Value:
    """Follow a path from a value: `rule.apply.algorithm`, `listener[].port`, `.`."""
    if path == ".":
        return value
    steps = path.split(".")
    for position, step in enumerate(steps):
        if not step.endswith("[]"):
            value = value[step]
            continue
        value = value[step[:-2]]
        rest = ".".join(steps[position + 1 :])
        if not rest or isinstance(value, Absent | Unknown):
            return value
        doubts = value.open_because if isinstance(value, Elements) else ()
        seen = [value[index] for index in range(value.seen)] if isinstance(value, Elements) else [value]
        found = [walk(element, rest) for element in seen]
        return Elements([child for child in found if not isinstance(child, Absent)], value.place, open_because=doubts)
    return value


def read(source: Readable, subject: Subject) -> Value:
    """Read a source from a subject."""
    if isinstance(source, str):
        return walk(subject.tree, source)
    if isinstance(source, tuple):
        value: Value = Absent(subject.place)
        for choice in source:
            value = read(choice, subject)
            if not isinstance(value, Absent):
                return value
        return value
    return source.read(subject)


def write(source: Readable, subject: Subject, value: Wanted) -> tuple[Setting, ...]:
    """Say what is to be written for a source to read as `value`; nothing where that cannot be told.

    Of several sources it is the one that holds now; where none does, the first that can be written.
    """
    if isinstance(source, str):
        return _set(source, subject, value)
    if isinstance(source, tuple):
        held = next((choice for choice in source if _is_written(read(choice, subject))), None)
        choices = source if held is None else (held,)
        return next((found for choice in choices if (found := write(choice, subject, value))), ())
    return source.write(subject, value) if isinstance(source, Writable) else ()


def _is_written(value: Value) -> bool:
    return not isinstance(value, Absent) and not (isinstance(value, Known) and value.is_default)


def _set(path: str, subject: Subject, value: Wanted) -> tuple[Setting, ...]:
    head, of_each, name = path.partition("[].")
    if of_each and isinstance(value, tuple) and not set(".[") & set(name):  # one more element for each text
        rows = tuple(((name, text),) for text in value if isinstance(text, str))
        return (Setting(value=rows, at=subject.place, path=head, whole=subject.whole),)
    if path == "." or "[]" in path or not subject.place.line:  # what has no place stands in no file
        return ()
    now = walk(subject.tree, path)
    root = now.root if isinstance(now, Known) and not now.is_default else NOWHERE
    return (Setting(value=value, at=subject.place, path=path, root=root, whole=subject.whole),)


def assemble(readings: Iterable[Reading], table: Mapping[str, Shape]) -> Inventory:
    """Make the inventory of what front-ends read. `table` holds the shapes of them all: native types are distinct."""
    readings = tuple(readings)
    assembly = _Assembly(tuple(d for reading in readings for d in reading.declarations), table)
    # What is off by default is put together apart, so that it changes nothing of what is there.
    others = [_Assembly(declarations, table) for reading in readings for declarations in reading.dormant]

    def resolve(value: Value, root: str | None) -> tuple[Asset, ...]:
        found = assembly.named(value, root)
        for other in others:
            found = found or tuple(asset for asset in other.named(value, root) if asset.dormant)
        return found

    return Inventory(
        chain(assembly.assets.values(), *(other.dormant() for other in others)),
        problems=tuple(problem for reading in readings for problem in reading.problems),
        coverage=tuple(reading.coverage for reading in readings),
        draw=lambda: tuple(chain(assembly.draw(), *(other.draw(dormant=True) for other in others))),
        resolve=resolve,
    )


def _later(source: Readable, subject: Subject) -> Callable[[], Value]:
    return lambda: read(source, subject)


def _formed(value: Value, form: Form) -> Value:
    """Bring a value into its attribute's form, without losing what is not known about it."""
    if isinstance(value, Absent):
        return value
    if form in {Form.DOCUMENT, Form.DOCUMENTS}:
        if form is Form.DOCUMENTS and isinstance(value, Elements):
            found: list[Child] = [_document(value[index]) for index in range(value.seen)]
            return Elements(found, value.place, open_because=value.open_because)
        return Elements([_document(value)], value.place) if form is Form.DOCUMENTS else _document(value)
    if form in {Form.TEXTS, Form.ASSETS, Form.BLOCKS} and not isinstance(value, Elements | Unknown):
        return Elements([value], value.place)
    if form is Form.BLOCK and isinstance(value, Elements):
        return value[0]
    return value


def _document(value: Value) -> Value:
    if value.document is not None:
        return value.document
    if isinstance(value, Known):
        return json_tree(value.text(), value.root)
    return value


class _Canonical(Block):
    """The attributes of an asset by the names of its kind, each read when first asked for."""

    __slots__ = ("_kind_of", "_sources", "_subject")
    __hash__ = None

    def __init__(self, kind: Kind, sources: Mapping[str, Readable], subject: Subject) -> None:
        super().__init__({}, subject.place)
        self._kind_of = kind
        self._sources = sources
        self._subject = subject

    def names(self) -> tuple[str, ...]:
        return tuple(self._kind_of.attributes)

    def __getitem__(self, key: str | int) -> Value:
        if isinstance(key, int):
            return super().__getitem__(key)
        cached = self._children.get(key)
        if isinstance(cached, Value):
            return cached
        attribute = self._kind_of.attributes.get(key)
        if attribute is None:
            raise DefectError(f"the kind {self._kind_of.name} has no attribute {key}", code="inventory.attribute")
        source = self._sources.get(key)
        if source is not None:
            value = _formed(read(source, self._subject), attribute.form)
        elif key == "tags":
            value = read(("tags_all", "tags"), self._subject)  # with those that a provider puts on everything
        elif key == "name":
            value = self._subject.tree["name"]
        else:
            why = f"{key} is not read from this type"
            value = Unknown((Reason(ReasonKind.UNMAPPED, why, self.place),), self.place)
        self._children[key] = value
        return value

    def settings(self, name: str, value: Wanted) -> tuple[Setting, ...]:
        source = self._sources.get(name)
        return () if source is None else write(source, self._subject, value)


class _RowBlock(Block):
    """A nested block by canonical names."""

    __slots__ = ("_sources", "_subject")
    __hash__ = None

    def __init__(self, sources: Mapping[str, Readable], subject: Subject) -> None:
        super().__init__({name: _later(source, subject) for name, source in sources.items()}, subject.place)
        self._sources = sources
        self._subject = subject

    def settings(self, name: str, value: Wanted) -> tuple[Setting, ...]:
        source = self._sources.get(name)
        return () if source is None else write(source, self._subject, value)


class _Whole:
    """A declaration as a subject."""

    __slots__ = ("_assembly", "declaration", "uid")

    def __init__(self, declaration: Declaration, uid: str, assembly: "_Assembly") -> None:
        self.declaration = declaration
        self.uid = uid
        self._assembly = assembly

    @property
    def tree(self) -> Block:
        return self.declaration.tree

    @property
    def place(self) -> Place:
        return self.declaration.place

    @property
    def whole(self) -> bool:
        return True

    def joined(self, join: Join) -> Joined:
        return self._assembly.joined(join, self.uid)

    def named(self, value: Value) -> tuple[Asset, ...]:
        return self._assembly.named(value, self.declaration.root)

    def owner(self) -> Value:
        reason = Reason(ReasonKind.AFTER_APPLY, f"the id of {self.declaration.address}", self.place)
        return Unknown((reason,), self.place, references=(Reference(self.uid, "id"),))


class _Part:
    """A nested block as a subject."""

    __slots__ = ("tree", "within")

    def __init__(self, tree: Block, of: Subject) -> None:
        self.tree = tree
        self.within = of

    @property
    def place(self) -> Place:
        return self.tree.place

    @property
    def whole(self) -> bool:
        return False

    def joined(self, join: Join) -> Joined:
        return self.within.joined(join)

    def named(self, value: Value) -> tuple[Asset, ...]:
        return self.within.named(value)

    def owner(self) -> Value:
        return self.within.owner()


class _Other(_Part):
    """A joined declaration as a subject: its tree, its place, the joins and names of the asset it is about."""

    __slots__ = ("_at",)

    def __init__(self, declaration: Declaration, of: Subject) -> None:
        super().__init__(declaration.tree, of)
        self._at = declaration.place

    @property
    def place(self) -> Place:
        return self._at

    @property
    def whole(self) -> bool:
        return True


class _New(_Part):
    """A declaration that is not there yet, beside another."""

    __slots__ = ()

    def __init__(self, of: Subject) -> None:
        super().__init__(Block({}, of.place), of)


class _Assembly:
    """The indexes by which declarations find each other."""

    def __init__(self, declarations: tuple[Declaration, ...], table: Mapping[str, Shape]) -> None:
        self._table = table
        self._by_type: dict[str, list[Declaration]] = {}
        self._by_base: dict[str, list[Asset]] = {}
        self._names: dict[str, dict[str, list[Asset]]] = {}
        self._joins: dict[tuple[Join, str], tuple[dict[str, list[Declaration]], dict[str, list[Reason]]]] = {}
        self._wholes: dict[str, list[Asset]] = {}  # by root
        self._when: dict[str, str] = {}  # of those that are there under a condition
        self.assets: dict[str, Asset] = {}
        for declaration in declarations:
            self._by_type.setdefault(declaration.native_type, []).append(declaration)
            self._add(declaration)

    def _add(self, declaration: Declaration) -> None:
        uid = f"{declaration.root}#{declaration.address}"
        if uid in self.assets:
            return  # the front-end has reported the duplicate; the first holds
        shape = self._table.get(declaration.native_type)
        kind = KINDS[shape.kind if shape else OTHER]
        subject = _Whole(declaration, uid, self)
        asset = _asset(uid, kind, declaration, _Canonical(kind, shape.attributes if shape else {}, subject))
        self.assets[uid] = asset
        if declaration.when:
            self._when[uid] = declaration.when
        self._wholes.setdefault(declaration.root, []).append(asset)
        if uid.endswith("]"):
            self._by_base.setdefault(without_index(uid), []).append(asset)
        for part in shape.parts if shape else ():
            for index, block in _parts(walk(declaration.tree, part.path)):
                self._add_part(part, f"{uid}/{part.path}[{index}]", block, subject)

    def _add_part(self, part: Part, uid: str, block: Value, subject: _Whole) -> None:
        kind = KINDS[part.kind]
        tree = block if isinstance(block, Block) else Block({}, block.place, open_because=_reasons(block))
        inner = _Part(tree, subject)
        self.assets[uid] = _asset(uid, kind, subject.declaration, _Canonical(kind, part.attributes, inner), tree)

    def named(self, value: Value, root: str | None) -> tuple[Asset, ...]:
        """Return the assets that a value names: what its references lead to, else what is called so in its root."""
        for reference in value.references:
            asset = self.assets.get(reference.target)
            if asset is not None:
                return (asset,)
            candidates = self._by_base.get(without_index(reference.target))
            if candidates:
                exact = [a for a in candidates if a.address.endswith("[*]")] if reference.target.endswith("]") else []
                return tuple(exact or candidates)
        text = _spelled(value)
        return tuple(self._called(root).get(text, ())) if text and root is not None else ()

    def _handed_through(self, value: Value, root: str) -> tuple[Asset, ...]:
        """Return what a value names, and what it came from: the role of a profile names the profile and the role."""
        found = self.named(value, root)
        if len(value.references) < 2:  # noqa: PLR2004 - one is what it names
            return found
        others = (self.assets.get(reference.target) for reference in value.references[1:])
        return tuple(dict.fromkeys((*found, *(other for other in others if other is not None))))

    def _ended_by(self, value: Value) -> tuple[Asset, ...]:
        """Return what an address that was put together ends with: `arn:aws:apigateway:…/stages/${Live}`."""
        parts = value.parts if isinstance(value, Unknown) else ()
        # A name that ends with another's name (`logs-${aws_s3_bucket.media.id}`) is another's; an address is not.
        if not parts or not isinstance(parts[0], str) or not parts[0].startswith(("arn:", "https://")):
            return ()
        last = parts[-1]
        asset = self.assets.get(last.target) if isinstance(last, Reference) else None
        return () if asset is None else (asset,)

    def _called(self, root: str) -> dict[str, list[Asset]]:
        """What each asset of a root may be called literally: its identity paths and, where written, its name."""
        names = self._names.get(root)
        if names is None:
            names = self._names[root] = {}
            for asset in self._wholes.get(root, ()):
                shape = self._table.get(asset.native_type)
                for path in shape.identity if shape else ():
                    text = _spelled(walk(asset.native, path))
                    if text:
                        names.setdefault(text, []).append(asset)
        return names

    def joined(self, join: Join, uid: str) -> Joined:
        native_type = self.assets[uid].native_type
        found = self._joins.get((join, native_type))
        if found is None:
            found = self._joins[join, native_type] = self._gather(join, native_type)
        about, doubts = found
        everywhere, here = doubts.get(uid.partition("#")[0], ()), doubts.get(without_index(uid), ())
        declarations = tuple(about.get(uid, ()))
        when = self._when.get(uid)
        if when is not None:  # where this is, what is there under the same condition is, too
            together = (d.instances is None and d.when == when and uid.startswith(f"{d.root}#") for d in declarations)
            pairs = zip(declarations, together, strict=True)
            declarations = tuple(replace(d, instances=1) if surely else d for d, surely in pairs)
        return Joined(declarations, (*everywhere, *here))

    def _gather(self, join: Join, native_type: str) -> tuple[dict[str, list[Declaration]], dict[str, list[Reason]]]:
        """Find what each declaration of the join names among the assets of a type; a role and a profile share names."""
        about: dict[str, list[Declaration]] = {}
        doubts: dict[str, list[Reason]] = {}
        for declaration in self._by_type.get(join.native_type, ()):
            for value in walk(declaration.tree, join.by).each():
                assets = self._handed_through(value, declaration.root) or self._ended_by(value)
                mine = [asset for asset in assets if asset.native_type == native_type]
                if len(mine) == 1:
                    about.setdefault(mine[0].uid, []).append(declaration)
                elif mine:  # one of several: instances of one declaration, or what is called the same
                    for base in dict.fromkeys(without_index(asset.uid) for asset in mine):
                        doubts.setdefault(base, []).append(_doubt(join, declaration))
                elif isinstance(value, Unknown) and not assets and not _refers(value):
                    doubts.setdefault(declaration.root, []).append(_doubt(join, declaration))
        return about, doubts

    def dormant(self) -> Iterator[Asset]:
        """Yield the assets that are off by default."""
        return (asset for asset in self.assets.values() if asset.dormant)

    def draw(self, *, dormant: bool = False) -> tuple[Edge, ...]:
        assets = self.dormant() if dormant else self.assets.values()
        return tuple(edge for asset in assets for edge in self._edges_of(asset))

    def _edges_of(self, asset: Asset) -> Iterator[Edge]:
        for name, attribute in KINDS[asset.kind].attributes.items():
            if attribute.relation:
                for value in asset.attributes[name].each():
                    targets = [target.uid for target in self.named(value, asset.root)]
                    certain = len(targets) == 1
                    if len(targets) > _MOST_PERHAPS:
                        targets = list(dict.fromkeys(f"{without_index(uid)}[{ANY_INSTANCE}]" for uid in targets))
                    for uid in targets:
                        yield Edge(
                            source=asset.uid,
                            relation=attribute.relation,
                            target=uid,
                            why=value.place,
                            certain=certain,
                        )


def _asset(uid: str, kind: Kind, declaration: Declaration, attributes: Block, part: Block | None = None) -> Asset:
    return Asset(
        uid=uid,
        kind=kind.name,
        provider=declaration.provider,
        native_type=declaration.native_type,
        front_end=declaration.front_end,
        root=declaration.root,
        address=declaration.address if part is None else uid.partition("#")[2],
        attributes=attributes,
        native=declaration.tree if part is None else part,
        place=declaration.place if part is None else part.place,
        calls=declaration.calls,
        instances=declaration.instances,
        dormant=declaration.dormant,
        speaks=declaration.speaks,
    )


def _parts(value: Value) -> Iterator[tuple[str, Value]]:
    """Yield the blocks at a part's path with their indexes; what is not known is one part of which nothing is known."""
    if isinstance(value, Elements):
        for index in range(value.seen):
            yield str(index), value[index]
        if value.open_because:
            yield "*", Unknown(value.open_because, value.place)
    else:
        for element in value.each():
            yield "*" if isinstance(element, Unknown) else "0", element


def _reasons(value: Value) -> tuple[Reason, ...]:
    if isinstance(value, Unknown):
        return value.reasons
    return (Reason(ReasonKind.INVALID, "a block was expected", value.place),)


def _doubt(join: Join, declaration: Declaration) -> Reason:
    why = f"{declaration.address} may be about it: its {join.by} is not known"
    return Reason(ReasonKind.JOIN, why, declaration.place)


def _refers(value: Unknown) -> bool:
    """Whether it refers to something: then it names that, and nothing else of this inventory."""
    return bool(value.references) or any(isinstance(part, Reference) for part in value.parts)


def _spelled(value: Value) -> str:
    """A text that two values share only if they are the same: the literal, or the literal with references in it."""
    if isinstance(value, Known):
        return value.text()
    if isinstance(value, Unknown) and value.parts and all(part is not None for part in value.parts):
        return value.sketch()
    return ""
