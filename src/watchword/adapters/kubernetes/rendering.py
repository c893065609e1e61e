"""What is no manifest yet: Helm's templates, Kustomize's patches. They are reported, not judged: render them first."""

import posixpath
from collections.abc import Iterable
from typing import Final, NamedTuple

from watchword.adapters.documents import Mapping, Node, Scalar, Sequence, node_at, place_of, read_documents
from watchword.inventory.model import Problem, ProblemKind
from watchword.inventory.values import Known, Place

KUSTOMIZATIONS: Final = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})
_CHART: Final = "Chart.yaml"


class Overlay(NamedTuple):
    """What a kustomization says of its directory."""

    namespace: Known | None
    patches: frozenset[str]  # files that are no manifests of their own, relative to the scan
    problem: Problem | None


def chart_of(file: str, charts: frozenset[str]) -> str | None:
    """The directory of the chart whose templates a file lies among; None where it lies among none."""
    directory = posixpath.dirname(file)
    while directory:
        above, name = posixpath.split(directory)
        if name == "templates" and above in charts:
            return above
        directory = above
    return None


def charts_among(files: Iterable[str]) -> frozenset[str]:
    return frozenset(posixpath.dirname(file) for file in files if posixpath.basename(file) == _CHART)


def unrendered_chart(chart: str, count: int) -> Problem:
    what = "a template" if count == 1 else f"{count} templates"
    why = f"{what} of a Helm chart: render it first (helm template), and scan what comes out"
    return Problem(ProblemKind.UNRENDERED, why, Place(posixpath.join(chart, _CHART), 1, 1))


def unrendered_document(file: str, line: int) -> Problem:
    why = "a template of a manifest: render it first, and scan what comes out"
    return Problem(ProblemKind.UNRENDERED, why, Place(file, line, line))


def read_overlay(content: bytes, file: str) -> Overlay:
    """Read a kustomization. One that does not parse says nothing; its problems are found again where all files are."""
    documents = read_documents(content, file, wanted=bool).documents
    node = documents[0].node if documents else None
    if not isinstance(node, Mapping):
        return Overlay(None, frozenset(), None)
    directory = posixpath.dirname(file)
    patches: set[str] = set()
    inline = 0
    for key in ("patches", "patchesJson6902", "patchesStrategicMerge", "transformers"):
        for item in _items(node_at(node, key)):
            path = item if isinstance(item, Scalar) else node_at(item, "path")
            if isinstance(path, Scalar) and "\n" not in path.text:
                patches.add(posixpath.normpath(posixpath.join(directory, path.text)))
            else:
                inline += 1
    problem = None
    charts = len(_items(node_at(node, "helmCharts")))
    if patches or inline or charts:
        count = len(patches) + inline + charts
        what = "one patch or chart" if count == 1 else f"{count} patches or charts"
        why = f"{what} of a kustomization: render it first (kustomize build), and scan what comes out"
        problem = Problem(ProblemKind.UNRENDERED, why, Place(file, 1, 1))
    named = node_at(node, "namespace")
    namespace = Known(named.text, place_of(named, file)) if isinstance(named, Scalar) and named.text else None
    return Overlay(namespace, frozenset(patches), problem)


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()
