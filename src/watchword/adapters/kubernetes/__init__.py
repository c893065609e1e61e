"""Kubernetes manifests as a front-end of the inventory, and the shapes of their kinds.

inventory = assemble([read_kubernetes(Path("deploy"))], kubernetes_shapes())
"""

from watchword.adapters.kubernetes.reading import is_named_like_one, may_be_manifest, read_kubernetes
from watchword.adapters.kubernetes.shapes import kubernetes_shapes

__all__ = ["is_named_like_one", "kubernetes_shapes", "may_be_manifest", "read_kubernetes"]
