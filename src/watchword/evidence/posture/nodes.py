"""Where the nodes of a GKE cluster are declared: in it, or as pools beside it."""

from watchword.evidence.posture.native import is_written, said
from watchword.inventory import Asset, Reason, ReasonKind, UnknownValueError


def apart(nodes: Asset) -> str:
    """Why the `node_config` of a cluster says nothing; empty where it does, and for a pool. Pools within raise."""
    if nodes.native_type != "google_container_cluster":
        return ""
    if said(nodes, "enable_autopilot")[1].boolean(default=False):
        return "Autopilot sees to its nodes by itself"
    if said(nodes, "remove_default_node_pool")[1].boolean(default=False):
        return "its nodes are declared as pools"
    if is_written(said(nodes, "node_pool")[1]):
        reason = Reason(ReasonKind.UNMAPPED, "pools that are written within a cluster are not read", nodes.place)
        raise UnknownValueError((reason,), nodes.place)
    return ""
