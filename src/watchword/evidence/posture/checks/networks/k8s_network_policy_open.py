"""Network policies that let everybody through every port."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Answer, Check, Frameworks, Severity, bad, failed, good, passed, seen, which
from watchword.evidence.posture.networks import is_everywhere
from watchword.evidence.posture.workloads import selects_all
from watchword.inventory import Asset, FrontEnd, Value, both, either, some


def judge(policy: Asset, estate: Estate) -> Answer:
    del estate
    found = which(
        [
            (f"{direction}[{index}]", rule)
            for direction in ("ingress", "egress")
            for index, rule in enumerate(policy[direction].each())
        ],
        lambda entry: _is_open(entry[1]),
    )
    if not found:
        return passed()
    return failed(
        "a rule lets everybody through every port", *(seen(f"{path}.peers", rule["peers"]) for path, rule in found)
    )


def _is_open(rule: Value) -> bool:
    return both(
        lambda: not bool(rule["ports"]),
        lambda: either(lambda: not bool(rule["peers"]), lambda: some(rule["peers"].each(), _anybody)),
    )


def _anybody(peer: Value) -> bool:
    cidr = peer["cidr"]
    if not cidr.is_absent:
        return both(lambda: is_everywhere(cidr), lambda: not bool(peer["exceptions"]))
    return both(
        lambda: not peer["namespaces"].is_absent,
        lambda: selects_all(peer["namespaces"]),
        lambda: selects_all(peer["pods"]),
    )


CHECK = Check(
    id="k8s-network-policy-open",
    title="Network policies name who and where",
    severity=Severity.LOW,
    why="A rule without peers and ports, for all addresses, or for all pods of all namespaces is a policy in name: it "
    "counts as one, and lets everything through.",
    remedy="Name the namespaces and pods, and the ports; for the Internet, except your own networks and the machine's "
    "metadata address.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.ADVANCED,
    kinds=("network_policy",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/services-networking/network-policies/",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), iso_27001=("A.8.22",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
    - ports:
        - port: 8443
  egress:
    - to:
        - ipBlock:
            cidr: 0.0.0.0/0
            except: [10.0.0.0/8, 169.254.169.254/32]
""",
            says="one port for everybody; the Internet without what is ours",
        ),
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector: {}
  ingress:
    - {}
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to:
        - ipBlock:
            cidr: 0.0.0.0/0
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector: {}
  ingress:
    - from:
        - namespaceSelector: {}
""",
            says="all namespaces",
        ),
    ),
)
