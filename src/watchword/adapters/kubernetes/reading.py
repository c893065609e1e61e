"""Kubernetes manifests below a directory to declarations.

    reading = read_kubernetes(Path("deploy"))

The manifests of one directory are one root, as `kubectl apply -f` takes them; an address is
`Deployment/namespace/name`, or `ClusterRole/name`. A second thing of the same name in a directory (variants for several
clusters) has its file in its address. `List`s are taken apart. A file that does not parse, a document of it, a template
that wants rendering is one problem each, a chart's templates one altogether.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from watchword.adapters.documents import (
    Broken,
    Entry,
    Mapping,
    Node,
    Scalar,
    Sequence,
    files_below,
    node_at,
    read_documents,
    read_file,
    text_at,
)
from watchword.adapters.kubernetes.manifests import Cluster, Manifest, manifest_of, native_type_of
from watchword.adapters.kubernetes.rendering import (
    KUSTOMIZATIONS,
    Overlay,
    chart_of,
    charts_among,
    read_overlay,
    unrendered_chart,
    unrendered_document,
)
from watchword.inventory.model import Coverage, Declaration, FrontEnd, Problem, Reading

SUFFIXES: Final = (".yaml", ".yml", ".json")
# Files of tools that look like manifests and are sent to no cluster.
_NOT_SENT: Final = re.compile(
    r"Config|(?:Kustomization|Component)\.kustomize\..*|.*\.skaffold.*|Config\.skaffold|.*\.kind\.x-k8s\.io"
)
_MANIFEST = re.compile(r"^(?:---[ \t]+)?\{?[ \t]*[\"']?apiVersion[\"']?[ \t]*:|\"apiVersion\"", re.MULTILINE)


def read_kubernetes(root: Path, *, files: Iterable[str] | None = None) -> Reading:
    """Read the manifests below `root`, or those of `files` (relative to it, with `/`) that are some. Never raises."""
    problems: list[Problem] = []
    if files is None:
        files, problems = files_below(root, is_named_like_one)
    scan = _Scan(root, [file for file in files if is_named_like_one(posixpath.basename(file))])
    declarations = tuple(scan.read())
    coverage = Coverage(files=scan.read_files, bytes=scan.size, blocks=len(declarations), roots=len(scan.roots))
    return Reading(declarations=declarations, problems=(*problems, *scan.problems), coverage=coverage)


def is_named_like_one(name: str) -> bool:
    return name.endswith(SUFFIXES) or name == "Kustomization"


def may_be_manifest(content: bytes) -> bool:
    """A cheap test of bytes; what passes is parsed."""
    return b"apiVersion" in content and b"kind" in content


def _wanted(text: str) -> bool:
    return "apiVersion" in text and "kind" in text


class _Found(NamedTuple):
    address: str
    tree: Manifest
    root: str


class _Scan:
    """One reading. Everything is found first, so that names can refer to what stands in a later file."""

    def __init__(self, root: Path, files: list[str]) -> None:
        self._root = root
        self._files = files
        self._cluster = Cluster()
        self._charts = charts_among(files)
        self._templates: dict[str, int] = {}  # of a chart
        self._taken: dict[tuple[str, str], str] = {}  # root and address to the file that has it first
        self._counted: dict[tuple[str, str], int] = {}
        self._addresses: set[tuple[str, str]] = set()
        self.problems: list[Problem] = []
        self.roots: set[str] = set()
        self.read_files = 0
        self.size = 0

    def read(self) -> Iterator[Declaration]:
        overlays, patches = self._overlays()
        found: list[_Found] = []
        for file in self._files:
            if posixpath.basename(file) in KUSTOMIZATIONS or file in patches:
                continue
            content = self._content(file)
            if content is not None and may_be_manifest(content):
                overlay = overlays.get(posixpath.dirname(file))
                found.extend(self._file(content, file, overlay))
        self.problems.extend(unrendered_chart(chart, count) for chart, count in sorted(self._templates.items()))
        for one in found:
            yield Declaration(
                front_end=FrontEnd.KUBERNETES,
                provider="kubernetes",
                native_type=one.tree.identity.native_type,
                root=one.root,
                address=one.address,
                tree=one.tree,
                place=one.tree.place,
            )

    def _overlays(self) -> tuple[dict[str, Overlay], frozenset[str]]:
        overlays: dict[str, Overlay] = {}
        for file in self._files:
            if posixpath.basename(file) in KUSTOMIZATIONS:
                content = self._content(file)
                overlay = overlays[posixpath.dirname(file)] = read_overlay(content or b"", file)
                self.problems.extend([overlay.problem] if overlay.problem else [])
        return overlays, frozenset().union(*(overlay.patches for overlay in overlays.values()))

    def _content(self, file: str) -> bytes | None:
        content, problem = read_file(self._root, file)
        self.problems.extend([problem] if problem else [])
        return content

    def _file(self, content: bytes, file: str, overlay: Overlay | None) -> Iterator[_Found]:
        if b"{{" in content:
            chart = chart_of(file, self._charts)
            if chart is not None:
                self._templates[chart] = self._templates.get(chart, 0) + 1
                return
        documents = read_documents(content, file, wanted=_wanted)
        self.problems.extend(documents.problems)
        for broken in documents.broken:
            self._broken(broken, file)
        root = (posixpath.dirname(file) or ".").replace("#", "%23")
        counted = False
        for document in documents.documents:
            if document.problems and "{{" in document.text and _MANIFEST.search(document.text):
                # `name: {{ … }}` parses, as a mapping whose key is a mapping: nothing that anybody means.
                self.problems.append(unrendered_document(file, document.line))
                continue
            nodes = list(_manifests(document.node))
            if nodes:
                self.problems.extend(document.problems)
                counted = True
            for node in nodes:
                yield self._declared(node, file, root, overlay)
        if counted:
            self.read_files += 1
            self.size += len(content)
            self.roots.add(root)

    def _broken(self, broken: Broken, file: str) -> None:
        if not _MANIFEST.search(broken.text):
            return  # something else's file, which only mentions the words
        if "{{" in broken.text or "{%" in broken.text:
            self.problems.append(unrendered_document(file, broken.line))
        else:
            self.problems.extend(broken.problems)

    def _declared(self, node: Mapping, file: str, root: str, overlay: Overlay | None) -> _Found:
        tree = manifest_of(node, file, root, self._cluster, overlay.namespace if overlay else None)
        identity = tree.identity
        name = identity.name or f"{text_at(node, 'metadata', 'generateName')}*"
        address = "/".join(part for part in (identity.native_type, identity.namespace, name) if part)
        first = self._taken.setdefault((root, address), file)
        if first != file:
            # Variants of one thing side by side: the address tells them apart by file, and within a file by number.
            address = f"{address}@{posixpath.basename(file)}"
        plain, count = address, self._counted.get((root, address), 1)
        while (root, address) in self._addresses:
            count += 1
            address = f"{plain}~{count}"
        self._counted[root, plain] = count
        self._addresses.add((root, address))
        if identity.name and "\0" not in identity.namespace:
            self._cluster.add(identity, root, f"{root}#{address}", tree)
        return _Found(address, tree, root)


def _manifests(node: Node) -> Iterator[Mapping]:
    """Yield the manifests of a document: itself, or those of a list of them."""
    if not isinstance(node, Mapping):
        return
    native_type = native_type_of(node)
    items = node_at(node, "items")
    kind = text_at(node, "kind")
    if native_type and kind.endswith("List") and isinstance(items, Sequence):
        for item in items.items:
            yield from _manifests(_typed(item, node, kind))
    elif native_type and not _NOT_SENT.fullmatch(native_type):
        yield node


def _typed(item: Node, of: Mapping, kind: str) -> Node:
    """An element of a `RoleList` need not say that it is a `Role`."""
    if kind == "List" or not isinstance(item, Mapping) or "kind" in item.entries:
        return item
    own = of.entries["kind"]
    entry = Entry(own.key, own.value._replace(text=kind.removesuffix("List"))) if isinstance(own.value, Scalar) else own
    return item._replace(entries={"apiVersion": of.entries["apiVersion"], "kind": entry, **item.entries})
