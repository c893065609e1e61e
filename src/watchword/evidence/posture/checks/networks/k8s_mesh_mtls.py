"""Meshes that take connections in clear, or from nobody in particular."""

from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Fix,
    Frameworks,
    Severity,
    bad,
    failed,
    good,
    not_applicable,
    outside,
    passed,
    rewrite,
    seen,
)
from watchword.evidence.posture.workloads import namespace_of, selects_all
from watchword.inventory import Asset, FrontEnd, Value, some

_ROOT: Final = "istio-system"


def judge(asset: Asset, estate: Estate) -> Answer:
    if asset.kind == "mesh_authentication":
        mode = asset["mode"]
        if mode.text(default="UNSET") == "UNSET":
            return not_applicable("it leaves the mode to what holds around it")
        if mode == "STRICT":
            return passed()
        return failed("connections without mutual TLS are taken", seen("mode", mode), fix=_fix(mode))
    if asset.tags["istio-injection"].text(default="") != "enabled" and asset.tags["istio.io/rev"].is_absent:
        return not_applicable("the namespace is not in a mesh")
    where = frozenset({asset["name"].text(default=""), _ROOT})
    rules = [rule for rule in estate.of("mesh_authentication") if namespace_of(rule) in where]
    if some(rules, lambda rule: selects_all(rule["pods"])):
        return passed()  # what it says is judged at its own place
    return failed("nothing asks its pods for mutual TLS: connections in clear are taken too", seen("tags", asset.tags))


def _fix(mode: Value) -> Fix | None:
    return rewrite(mode, "STRICT", "take connections with mutual TLS alone")


CHECK = Check(
    id="k8s-mesh-mtls",
    title="Meshes take connections with mutual TLS alone",
    severity=Severity.MEDIUM,
    why="Istio takes connections in clear beside those with mutual TLS until it is told not to. Whoever reaches a pod "
    "then comes in without an identity, and policies that name one have nothing to hold on to.",
    remedy="Put a PeerAuthentication with `mtls.mode: STRICT` into the mesh's root namespace, once no client without a "
    "sidecar is left.",
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.ADVANCED,
    supports=(Function.NETWORK_SEGMENTATION,),
    kinds=("mesh_authentication", "namespace"),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    fixes=(FrontEnd.KUBERNETES,),
    references=("https://istio.io/latest/docs/reference/config/security/peer_authentication/",),
    frameworks=Frameworks(nist_800_53=("SC-8", "SC-8(1)", "IA-3"), pci_dss_4=("4.2.1",), iso_27001=("A.8.24",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: istio-system
spec:
  mtls: {mode: STRICT}
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: shop
spec:
  mtls: {mode: PERMISSIVE}
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
""",
            says="PERMISSIVE where nothing is said",
        ),
        outside(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
""",
        ),
    ),
)
