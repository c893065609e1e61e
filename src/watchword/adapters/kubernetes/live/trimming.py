"""What is kept of an object: what checks ask. Values of secrets, and copies of whole objects, never are.

- Of a secret, its metadata and its type. Values are not asked for either; if a server sends them anyway, they end here.
- `kubectl.kubernetes.io/last-applied-configuration` is a copy of what was sent, secrets with it; other tools keep such
  copies too. `managedFields` says which program wrote which field.
- The status goes, but for what a machine says of its software.
"""

from typing import Final

from watchword.adapters.kubernetes.live.evidence import Json
from watchword.adapters.kubernetes.live.resources import Resource

_COPIES: Final = frozenset(
    {
        "banzaicloud.com/last-applied",
        "config.k8s.io/owning-inventory",
        "kapp.k14s.io/original",
        "kapp.k14s.io/original-diff-md5",
        "kopf.zalando.org/last-handled-configuration",
        "kubectl.kubernetes.io/last-applied-configuration",
        "objectset.rio.cattle.io/applied",
    }
)
_METADATA: Final = ("name", "namespace", "labels", "annotations", "creationTimestamp", "generateName")
_OF_SECRETS: Final = ("apiVersion", "kind", "metadata", "type")
_DROPPED: Final = frozenset({"status", "binaryData", "data"})
_NODE: Final = ("kubeletVersion", "osImage", "operatingSystem", "containerRuntimeVersion", "kernelVersion")


def trimmed(thing: dict[str, Json], resource: Resource, version: str) -> dict[str, Json]:
    """Return what is kept. Elements of a list say neither what they are nor in which version: the question does."""
    group = f"{resource.group}/{version}" if resource.group else version
    kept: dict[str, Json] = {"apiVersion": group, "kind": resource.kind, "metadata": _metadata(thing.get("metadata"))}
    for name, child in thing.items():
        if name in kept or name in _DROPPED or (resource.metadata_only and name not in _OF_SECRETS):
            continue
        kept[name] = child
    if resource.kind == "ConfigMap":
        kept["data"] = thing.get("data")
    if resource.kind == "Node":
        kept["status"] = {"nodeInfo": _some(_at(thing.get("status"), "nodeInfo"), _NODE)}
    return kept


def rows(answer: dict[str, Json], resource: Resource) -> list[dict[str, Json]]:
    """Return the objects of an answer: a list's items, or those of a table's rows with the type that a column tells."""
    if answer.get("kind") != "Table":
        return [one for one in _list(answer.get("items")) if isinstance(one, dict)]
    names = [str(_at(column, "name")) for column in _list(answer.get("columnDefinitions"))]
    column = names.index("Type") if "Type" in names else None
    found: list[dict[str, Json]] = []
    for row in _list(answer.get("rows")):
        thing = _at(row, "object")
        if not isinstance(thing, dict):
            continue
        cells = _list(_at(row, "cells"))
        told: Json = cells[column] if column is not None and column < len(cells) else None
        found.append({"metadata": thing.get("metadata"), **({"type": told} if resource.metadata_only and told else {})})
    return found


def _metadata(metadata: Json) -> Json:
    kept = _some(metadata, _METADATA)
    annotations = kept.get("annotations")
    if isinstance(annotations, dict):
        kept["annotations"] = {name: text for name, text in annotations.items() if name not in _COPIES}
    return kept


def _some(tree: Json, names: tuple[str, ...]) -> dict[str, Json]:
    return {name: tree[name] for name in names if name in tree} if isinstance(tree, dict) else {}


def _at(tree: Json, name: str) -> Json:
    return tree.get(name) if isinstance(tree, dict) else None


def _list(tree: Json) -> list[Json]:
    return tree if isinstance(tree, list) else []
