"""What checks of live clusters share: versions as numbers, the cluster that a thing is in, and small examples.

    minor_of(node["kubelet_version"])          # "v1.34.2-eks-1552ad0" -> 34

What only a live cluster tells (its version, its machines, how it answers) stands in examples as a manifest would, of
kind `Cluster` in `live.watchword/v1`: so the front-end of manifests reads examples as it reads everything else.
"""

import re
from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.inventory import LIVE, Asset, Reason, ReasonKind, UnknownValueError, Value

LIVE_CLUSTER: Final = "Cluster.live.watchword"
_VERSION = re.compile(r"v?1\.(\d{1,3})(?:[.+-].*)?")


def minor_of(value: Value) -> int:
    """Return the minor version of a version of Kubernetes. Raises as unknown where it is none, or is not told."""
    if value.is_absent:
        raise UnknownValueError((Reason(ReasonKind.ACCESS, "its version was not told", value.place),), value.place)
    text = value.text()
    found = _VERSION.fullmatch(text)
    if found is None:
        reason = Reason(ReasonKind.INVALID, f"{text[:40]!r} is no version of Kubernetes", value.place)
        raise UnknownValueError((reason,), value.place)
    return int(found[1])


def cluster_of(asset: Asset, estate: Estate) -> Asset | None:
    """Return the live cluster that an asset was read from; None for what was read from files that tell of none."""
    return next((one for one in estate.typed(LIVE_CLUSTER) if one.root == asset.root), None)


def untold(kind: str, estate: Estate) -> tuple[Asset, ...]:
    """Return what stands for lists that a live estate did not tell: perhaps many of the kind, perhaps none."""
    return estate.fact(_untold).get(kind, ())


def _untold(estate: Estate) -> dict[str, tuple[Asset, ...]]:
    found: dict[str, tuple[Asset, ...]] = {}
    for asset in estate.inventory.assets.values():
        if asset.instances is None and asset.front_end in LIVE and asset["name"].is_unknown:
            found[asset.kind] = (*found.get(asset.kind, ()), asset)
    return found


def example_cluster(**status: str) -> str:
    """A cluster that tells `status` of itself, as the text of an example."""
    lines = ["apiVersion: live.watchword/v1", "kind: Cluster", "metadata:", "  name: prod", "status:"]
    return "\n".join(lines + [f'  {name}: "{text}"' for name, text in status.items()]) + "\n"
