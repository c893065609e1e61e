"""Load balancers that let in whoever comes."""

from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    KnownAs,
    Severity,
    bad,
    failed,
    good,
    not_applicable,
    outside,
    passed,
    seen,
)
from watchword.evidence.posture.networks import is_everywhere
from watchword.inventory import Asset, FrontEnd, Value, some

# Annotations by which clouds are told that a balancer has no public address, and what they then hold.
_INTERNAL: Final = {
    "cloud.google.com/load-balancer-type": "internal",
    "networking.gke.io/load-balancer-type": "internal",
    "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
    "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
    "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
    "service.beta.kubernetes.io/openstack-internal-load-balancer": "true",
    "service.beta.kubernetes.io/oci-load-balancer-internal": "true",
}
_RANGES: Final = "service.beta.kubernetes.io/load-balancer-source-ranges"
# The way in for the web is open to whoever comes: that is what it is for.
_WAY_IN: Final = ("ingress", "gateway", "traefik", "haproxy", "contour", "envoy", "kong", "nginx")
_WEB: Final = frozenset({80, 443})


def judge(service: Asset, estate: Estate) -> Answer:
    del estate
    if service["type"].text(default="ClusterIP") != "LoadBalancer":
        return not_applicable("no load balancer is asked for")
    annotations = service["annotations"]
    if some(_INTERNAL.items(), lambda pair: annotations[pair[0]].text(default="").lower() == pair[1]):
        return passed()
    ranges = service["source_ranges"]
    if ranges.is_absent and not annotations[_RANGES].is_absent:
        return passed() if "/0" not in annotations[_RANGES].text() else _open(service, annotations[_RANGES])
    if bool(ranges):
        return (
            _open(service, *ranges.each())
            if some(ranges.each(), lambda one: not one.is_absent and is_everywhere(one))
            else passed()
        )
    if _is_way_in(service):
        return not_applicable("it is the way in for the web, by its name and its ports")
    return _open(service, ranges)


def _open(service: Asset, *ranges: Value) -> Answer:
    return failed(
        "whoever comes is let in", *(seen("source_ranges", value) for value in ranges), seen("type", service["type"])
    )


def _is_way_in(service: Asset) -> bool:
    ports = list(service["ports"].each())
    named = any(word in service.name.lower() for word in _WAY_IN)
    return named and bool(ports) and all(port["port"].is_known and port["port"].number() in _WEB for port in ports)


CHECK = Check(
    id="k8s-load-balancer-open",
    title="Load balancers say from where they let in",
    severity=Severity.MEDIUM,
    why="Most clouds give a service of type LoadBalancer a public address. What was meant for colleagues is then open "
    "to everybody, without the certificate and the sign-in that an ingress would ask for.",
    remedy="Name the networks in `loadBalancerSourceRanges`, ask your cloud for an internal address by annotation, or "
    "use `ClusterIP` behind an ingress.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("service",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer",),
    frameworks=Frameworks(nist_800_53=("AC-17", "SC-7"), pci_dss_4=("1.3.1",), iso_27001=("A.8.20", "A.8.22")),
    known_as=KnownAs(kube_linter=("exposed-services",), kubescape=("C-0256",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Service
metadata:
  name: admin
  namespace: shop
spec:
  type: LoadBalancer
  loadBalancerSourceRanges: [192.0.2.0/24]
  ports:
    - port: 8080
""",
        ),
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Service
metadata:
  name: admin
  namespace: shop
  annotations:
    service.beta.kubernetes.io/aws-load-balancer-scheme: internal
spec:
  type: LoadBalancer
  ports:
    - port: 8080
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Service
metadata:
  name: admin
  namespace: shop
spec:
  type: LoadBalancer
  ports:
    - port: 8080
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Service
metadata:
  name: admin
  namespace: shop
spec:
  type: LoadBalancer
  loadBalancerSourceRanges: [0.0.0.0/0]
  ports:
    - port: 8080
""",
        ),
        outside(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Service
metadata:
  name: ingress-nginx-controller
  namespace: ingress
spec:
  type: LoadBalancer
  ports:
    - port: 80
    - port: 443
""",
        ),
    ),
)
