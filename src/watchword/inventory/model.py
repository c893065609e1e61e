"""What was read: assets, the edges between them, and what could not be read.

    inventory = assemble(reading, shapes)
    for bucket in inventory.of("object_store"):
        bucket["versioning"].boolean(default=False)      # a canonical attribute: the same on every front-end
        bucket.native["versioning"]                      # what the front-end's own language calls it
        inventory.resolve(bucket["key"])                 # the assets that a value names: (Asset,) or ()
        inventory.towards(bucket.uid, "applies_to")      # edges that end here

A front-end hands in a `Reading`: `Declaration`s in its own words, problems and counts. `shapes.assemble` turns it into
an `Inventory`, in the words of `kinds`. An asset's uid and fingerprint have no line number in them, so that they
survive edits elsewhere in the file.
"""

import enum
import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from watchword.inventory.values import Block, Place, Value

ANY_INSTANCE: Final = "*"  # `aws_s3_bucket.logs[*]`: an instance of which the key is not known, or all with one body


class FrontEnd(enum.StrEnum):
    """Where a declaration was read."""

    TERRAFORM = "terraform"  # source
    TERRAFORM_PLAN = "terraform_plan"
    TERRAFORM_STATE = "terraform_state"
    CLOUDFORMATION = "cloudformation"
    KUBERNETES = "kubernetes"
    GITHUB_ACTIONS = "github_actions"
    DOCKERFILE = "dockerfile"
    AWS = "aws"  # live
    KUBERNETES_LIVE = "kubernetes_live"


# What is there, not what is declared: nothing of it is a text that could be edited, or hold a comment.
LIVE: Final = frozenset({FrontEnd.AWS, FrontEnd.KUBERNETES_LIVE})


class Call(NamedTuple):
    """One call of a module on the way to an asset, outermost first."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One thing as a front-end declares it.

    `root` is what was evaluated as a whole (a Terraform root directory, a template, a cluster), relative to the scan;
    `address` is unique in it: `module.eks.aws_iam_role.node["a"]`. `instances` is how many things this stands for: more
    than one where all have the same body, None where it is not known how many (none may be among them).
    `when` names the condition under which it is there: those of one root and one condition are there together or not.
    `speaks` names the front-end whose words the tree is in, where that is another than the one that read it.
    `dormant` says what would make it be, where nothing makes it as things are declared: `var.create_bucket`.
    """

    front_end: FrontEnd
    provider: str
    native_type: str
    root: str
    address: str
    tree: Block
    place: Place
    calls: tuple[Call, ...] = ()
    instances: int | None = 1
    when: str = ""
    dormant: str = ""
    speaks: FrontEnd | None = None


class ProblemKind(enum.StrEnum):
    """What could not be read, or was left out. The words are stable."""

    SYNTAX = "syntax"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    LOOP = "loop"  # of symbolic links, of modules
    LIMIT = "limit"
    DUPLICATE = "duplicate"
    INVALID = "invalid"  # it parses and makes no sense: an unknown argument, a module that is not there
    UNRENDERED = "unrendered"  # a template of something else: Helm, Kustomize, a macro; render it first


class Problem(NamedTuple):
    """A file or a part of one that is not in the inventory, and why. Never swallowed: each is an ERROR of a scan."""

    kind: ProblemKind
    text: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much was read.

    `modules_missing` are calls of modules whose source was not there, with their places; `unused` are directories of
    modules that are called and yet were never evaluated, because no instance of a call is made.
    """

    files: int = 0
    bytes: int = 0
    blocks: int = 0
    roots: int = 0
    modules: int = 0  # calls of modules that were evaluated
    modules_missing: tuple[Call, ...] = ()
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a front-end read. Readings of several front-ends are assembled together.

    Each of `dormant` is a root again, as it would be if what is off by default were on. Of it, those that are `dormant`
    belong to the inventory; the others are there for what these refer to, and change nothing of what is.

    `consulted` are files and directories that were looked for because a declaration names them, there or not, relative
    to the scan: what is read hangs on them too, wherever they lie. They become more as values are asked for.
    """

    declarations: tuple[Declaration, ...]
    dormant: tuple[tuple[Declaration, ...], ...] = ()
    problems: tuple[Problem, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    consulted: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asset:
    """One thing there is. Compared by identity; `uid` names it.

    `attributes` are those of its kind (see `kinds`), `native` is what the front-end's language says. `kind` is `other`
    where no shape is known for the native type: it is counted, and checks may ask `native`.
    """

    uid: str
    kind: str
    provider: str
    native_type: str
    front_end: FrontEnd
    root: str
    address: str
    attributes: Block
    native: Block
    place: Place
    calls: tuple[Call, ...] = ()
    instances: int | None = 1
    dormant: str = ""  # what would make it be; empty where it is
    speaks: FrontEnd | None = None  # whose words it is in, where they are another front-end's

    def __getitem__(self, name: str) -> Value:
        """Return a canonical attribute. A name that the kind does not have raises `DefectError`: a check's mistake."""
        return self.attributes[name]

    @property
    def tags(self) -> Value:
        return self.attributes["tags"]

    @property
    def name(self) -> str:
        """What to call it for people: its name where that is known, its address otherwise."""
        name = self.attributes["name"]
        return name.text() if name.is_known else self.address

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.front_end.value, self.root, self.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """`source` and `target` are uids; `why` is the place that says so. `certain` is False where it only may be.

    Where it may lead to any of many instances, it leads to all: `target` is then the uid of none, and ends with `[*]`.
    """

    source: str
    relation: str
    target: str
    why: Place
    certain: bool = True


class Inventory:
    """Everything that was read, by uid, kind, native type and edge. Edges are drawn when they are first asked for."""

    __slots__ = (
        "_by_kind",
        "_by_type",
        "_by_uid",
        "_draw",
        "_edges",
        "_from",
        "_resolve",
        "_to",
        "coverage",
        "problems",
    )

    def __init__(
        self,
        assets: Iterable[Asset],
        *,
        problems: tuple[Problem, ...] = (),
        coverage: tuple[Coverage, ...] = (),
        draw: Callable[[], tuple[Edge, ...]],
        resolve: Callable[[Value, str | None], tuple[Asset, ...]],
    ) -> None:
        self.problems = problems
        self.coverage = coverage
        self._draw = draw
        self._resolve = resolve
        self._edges: tuple[Edge, ...] | None = None
        self._from: dict[str, list[Edge]] = {}
        self._to: dict[str, list[Edge]] = {}
        self._by_uid = {asset.uid: asset for asset in assets}
        self._by_kind: dict[str, list[Asset]] = {}
        self._by_type: dict[str, list[Asset]] = {}
        for asset in self._by_uid.values():
            self._by_kind.setdefault(asset.kind, []).append(asset)
            self._by_type.setdefault(asset.native_type, []).append(asset)

    @property
    def assets(self) -> Mapping[str, Asset]:
        return self._by_uid

    def of(self, *kinds: str) -> tuple[Asset, ...]:
        """Return the assets of these kinds, in the order in which they were read."""
        return tuple(asset for kind in kinds for asset in self._by_kind.get(kind, ()))

    def typed(self, *native_types: str) -> tuple[Asset, ...]:
        return tuple(asset for name in native_types for asset in self._by_type.get(name, ()))

    def kinds(self) -> dict[str, int]:
        """How many assets there are of each kind, by name."""
        return {kind: len(assets) for kind, assets in sorted(self._by_kind.items())}

    @property
    def edges(self) -> tuple[Edge, ...]:
        if self._edges is None:
            self._edges = self._draw()
            for edge in self._edges:
                self._from.setdefault(edge.source, []).append(edge)
                self._to.setdefault(edge.target, []).append(edge)
        return self._edges

    def out_of(self, uid: str, relation: str | None = None) -> tuple[Edge, ...]:
        return self.edges and tuple(e for e in self._from.get(uid, ()) if relation in {None, e.relation})

    def towards(self, uid: str, relation: str | None = None) -> tuple[Edge, ...]:
        return self.edges and tuple(e for e in self._to.get(uid, ()) if relation in {None, e.relation})

    def resolve(self, value: Value, *, root: str | None = None) -> tuple[Asset, ...]:
        """Return the assets that a value names: by reference, or, given `root`, by a name or ARN declared in it."""
        return self._resolve(value, root)


def fingerprint(*parts: str) -> str:
    """A short stable name of these texts: 32 hexadecimal digits of SHA-256."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def without_index(address: str) -> str:
    """`module.a["x"].t.n[0]` -> `module.a["x"].t.n`: what all instances of one declaration share."""
    if not address.endswith("]"):
        return address
    depth_quote = False
    for position in range(len(address) - 2, -1, -1):
        character = address[position]
        if character == '"' and address[position - 1] != "\\":
            depth_quote = not depth_quote
        elif character == "[" and not depth_quote:
            return address[:position]
    return address
