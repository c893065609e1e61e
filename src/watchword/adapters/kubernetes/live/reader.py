"""What a cluster holds, as declarations: manifests with everything filled in, judged by the checks of manifests.

    reading = read_evidence(Path("cluster.jsonl"))

- The root is the cluster's name, an address what it is for a manifest: `Deployment.apps/shop/web`. So what is declared
  and what is there can be told to be the same.
- A list that was refused, not asked for or not told to its end leaves one declaration of its type of which nothing is
  known: nothing that hangs on the list is then passed or failed as if it were empty.
- Each refusal is one problem, with the permission that would answer it.
- A place is a line of the file; of what is read live, `kube://prod/Deployment.apps/shop/web`. Neither is edited.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from watchword.adapters.kubernetes.live.evidence import (
    LEFT_OUT,
    End,
    Header,
    Json,
    Listed,
    Missing,
    Record,
    Refused,
    Thing,
    records,
)
from watchword.adapters.kubernetes.live.resources import BY_TYPE, CLUSTER_TYPE, CLUSTER_VERSION, Resource
from watchword.adapters.kubernetes.manifests import Cluster, Identity, Manifest
from watchword.inventory.model import Coverage, Declaration, FrontEnd, Problem, ProblemKind, Reading
from watchword.inventory.values import (
    Absent,
    Block,
    Child,
    Elements,
    Known,
    Place,
    Reason,
    ReasonKind,
    Unknown,
    Value,
)
from watchword.kernel.errors import InvalidInputError

PROVIDER: Final = "kubernetes"
SCHEME: Final = "kube://"
_FORBIDDEN: Final = 403
_LONGEST_WORDS: Final = 300


class Holdings:
    """What was recorded of a cluster. Fill it with `add`; it holds one thing of a name once."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.things: list[Thing] = []
        self.refused: list[Refused] = []
        self.told: set[tuple[str, str]] = set()  # type and namespace of lists that were told to their end
        self.missing: set[str] = set()

    def add(self, record: Record) -> None:
        match record:
            case Thing():
                self.things.append(record)
            case Listed():
                self.told.add((record.native_type, record.namespace))
            case Missing():
                self.missing.add(record.native_type)
            case Refused():
                self.refused.append(record)

    def untold(self) -> Iterator[Refused]:
        """What was refused; and what nothing is said of, which was perhaps never asked."""
        yield from self.refused
        said = {(one.native_type, one.namespace) for one in self.refused}
        if self.header.rest_is_empty:
            return
        for resource in BY_TYPE.values():
            if resource.native_type in self.missing:
                continue
            for namespace in self.header.namespaces or ("",):
                keys = {(resource.native_type, ""), (resource.native_type, namespace)}
                if not keys & (self.told | said):
                    where = namespace if resource.namespaced else ""
                    yield Refused(native_type=resource.native_type, namespace=where, reason=LEFT_OUT)


def read_evidence(path: Path) -> Reading:
    """Read a file of evidence. Never raises for what is in it."""
    holdings: Holdings | None = None
    problems: list[Problem] = []
    whole, written, things = False, 0, 0
    try:
        with path.open(encoding="utf-8") as file:
            for record in records(file, name=path.name):
                if isinstance(record, Header):
                    holdings = Holdings(record)
                elif isinstance(record, End):
                    whole, written = True, record.objects
                elif holdings is not None:
                    things += isinstance(record, Thing)
                    holdings.add(record)
    except InvalidInputError as error:
        problems.append(_problem(ProblemKind.INVALID, str(error), path.name))
    except (OSError, UnicodeDecodeError) as error:
        problems.append(_problem(ProblemKind.UNREADABLE, str(error), path.name))
    if holdings is None:
        return Reading(declarations=(), problems=tuple(problems), coverage=Coverage(files=1))
    if whole and written != things and not problems:
        words = f"{written} objects were written, {things} are there"
        problems.append(_problem(ProblemKind.INVALID, words, path.name))
    if not whole and not problems:
        words = "it ends before the collection did: what is not there was perhaps never asked"
        problems.append(_problem(ProblemKind.UNREADABLE, words, path.name))
    return reading_of(holdings, file=path.name, problems=tuple(problems))


def reading_of(holdings: Holdings, *, file: str = "", problems: tuple[Problem, ...] = ()) -> Reading:
    """Make the reading of what was recorded. `file` is where it stands; "" where it was read live."""
    maker = _Maker(holdings, file)
    declarations = tuple(maker.declarations())
    return Reading(
        declarations=declarations,
        problems=(*problems, *maker.problems),
        coverage=Coverage(files=1 if file else 0, blocks=len(declarations), roots=1),
    )


class _Maker:
    """Makes declarations. Names are looked up within the cluster, by the front-end of manifests."""

    def __init__(self, holdings: Holdings, file: str) -> None:
        self._holdings = holdings
        self._file = file
        self._root = holdings.header.cluster.replace("#", "%23")
        self._cluster = Cluster()
        self._addresses: set[str] = set()
        self.problems: list[Problem] = []

    def declarations(self) -> Iterator[Declaration]:
        untold = list(self._holdings.untold())
        for one in untold:
            self._cluster.untold(one.native_type)
        for thing in self._holdings.things:
            tree = self._manifest(thing)
            if tree is not None:
                yield self._declaration(tree, _address(tree.identity))
        for one in untold:
            address = "/".join(part for part in (one.native_type, one.namespace, "*") if part)
            if address not in self._addresses:
                self._addresses.add(address)
                yield self._stand_in(one, address)

    def _manifest(self, thing: Thing) -> Manifest | None:
        native_type = _type_of(thing.tree)
        metadata = thing.tree.get("metadata")
        told = metadata if isinstance(metadata, dict) else {}
        name, namespace = told.get("name"), told.get("namespace")
        if not native_type or not isinstance(name, str) or not name:
            self.problems.append(
                _problem(ProblemKind.INVALID, "an object without kind or name", self._file, thing.line)
            )
            return None
        identity = Identity(native_type, namespace if isinstance(namespace, str) else "", name)
        address = _address(identity)
        if address in self._addresses:
            why = f"{address} is there twice"
            self.problems.append(
                _problem(ProblemKind.DUPLICATE, why, self._place(address, thing.line).file, thing.line)
            )
            return None
        self._addresses.add(address)
        place = self._place(address, thing.line)
        inner = place._replace(line=0, end_line=0) if self._file else place  # no text that could be edited
        if native_type == CLUSTER_TYPE:
            thing.tree["status"] = _with_instant(thing.tree.get("status"), self._holdings.header.collected_at)
        where: Value = Known(identity.namespace, inner) if identity.namespace else Absent(place)
        children = _children(thing.tree, inner)
        if native_type == "Secret" and "type" not in children:
            # Every secret has one. A server that knows of no tables does not tell it with the metadata.
            children["type"] = Unknown((Reason(ReasonKind.ACCESS, "its type was not told", inner),), inner)
        tree = Manifest(
            children,
            place,
            identity=identity,
            namespace=where,
            root_directory=self._root,
            cluster=self._cluster,
        )
        self._cluster.add(identity, self._root, f"{self._root}#{address}", tree)
        return tree

    def _stand_in(self, untold: Refused, address: str) -> Declaration:
        """What stands for a list that was not told: perhaps many, perhaps none, and nothing is known of them."""
        resource = BY_TYPE.get(untold.native_type)
        place = self._place(address, untold.line)
        why = self._why(untold, resource)
        if untold.reason != LEFT_OUT:
            file = self._file or f"{SCHEME}{self._root}"
            self.problems.append(_problem(ProblemKind.UNREADABLE, why, file, untold.line))
        reason = Reason(ReasonKind.ACCESS, why, place)
        tree = Manifest(
            {"kind": Known(untold.native_type.partition(".")[0], place)},
            place,
            identity=Identity(untold.native_type, untold.namespace, ""),
            namespace=self._where(untold, resource, reason, place),
            root_directory=self._root,
            cluster=self._cluster,
        )
        tree.open_because = (reason,)
        return self._declaration(tree, address, instances=None)

    def _where(self, untold: Refused, resource: Resource | None, reason: Reason, place: Place) -> Value:
        if untold.namespace:
            return Known(untold.namespace, place)
        return Absent(place) if resource is not None and not resource.namespaced else Unknown((reason,), place)

    def _why(self, untold: Refused, resource: Resource | None) -> str:
        if resource is None:
            what = permission = untold.native_type
        else:
            what, permission = resource.name, resource.permission(untold.namespace)
        if untold.reason == LEFT_OUT:
            why = "--namespace leaves it out" if self._holdings.header.namespaces else "it was not collected"
            return f"{what}: {why}"
        if untold.status == _FORBIDDEN:
            return f"{what}: denied ({untold.reason}): allow {permission}"
        words = f": {untold.message[:_LONGEST_WORDS]}" if untold.message else ""
        return f"{what}: not answered ({untold.reason}){words}"

    def _declaration(self, tree: Manifest, address: str, *, instances: int | None = 1) -> Declaration:
        return Declaration(
            front_end=FrontEnd.KUBERNETES_LIVE,
            provider=PROVIDER,
            native_type=tree.identity.native_type,
            root=self._root,
            address=address,
            tree=tree,
            place=tree.place,
            instances=instances,
        )

    def _place(self, address: str, line: int) -> Place:
        if self._file:
            return Place(self._file, line or 1, line or 1)
        return Place(f"{SCHEME}{self._root}/{address}", 0, 0)


def _problem(kind: ProblemKind, text: str, file: str, line: int = 0) -> Problem:
    return Problem(kind, text, Place(file, line, line))


def _address(identity: Identity) -> str:
    return "/".join(part for part in identity if part)


def _type_of(tree: dict[str, Json]) -> str:
    version, kind = tree.get("apiVersion"), tree.get("kind")
    if not isinstance(version, str) or not isinstance(kind, str) or not version or not kind:
        return ""
    if version == CLUSTER_VERSION:
        return CLUSTER_TYPE
    group = version.partition("/")[0] if "/" in version else ""
    return f"{kind}.{group}" if group else kind


def _with_instant(status: Json, at: str) -> Json:
    told: dict[str, Json] = {"collectedAt": at}
    return told | status if isinstance(status, dict) else told


def _children(tree: dict[str, Json], place: Place) -> dict[str, Child]:
    return {name: _child(child, place) for name, child in tree.items()}


def _child(tree: Json, place: Place) -> Child:
    """A value of an object; what has parts is made when it is asked for. A text is that text: no template fills it."""
    if tree is None:
        return Absent(place)
    if isinstance(tree, dict | list):
        return _later(tree, place)
    return Known(tree, place)


def _later(tree: "dict[str, Json] | list[Json]", place: Place) -> Callable[[], Value]:
    def make() -> Value:
        if isinstance(tree, dict):
            return Block(_children(tree, place), place)
        return Elements([_child(child, place) for child in tree], place)

    return make
