"""Services on a port of every machine."""

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
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd


def judge(service: Asset, estate: Estate) -> Answer:
    del estate
    if service["type"].text(default="ClusterIP") != "NodePort":
        return passed()
    return failed("it is open on a port of every machine", seen("type", service["type"]))


CHECK = Check(
    id="k8s-node-port",
    title="Services are not open on every machine",
    severity=Severity.MEDIUM,
    why="A node port answers on all addresses of all machines, past load balancers, ingresses and the certificates and "
    "sign-ins that are there.",
    remedy="Use `ClusterIP` behind an ingress or a gateway.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("service",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport",),
    frameworks=Frameworks(nist_800_53=("SC-7",), iso_27001=("A.8.22",)),
    known_as=KnownAs(kube_linter=("exposed-services",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  selector: {app: web}
  ports:
    - port: 80
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  type: NodePort
  selector: {app: web}
  ports:
    - port: 80
      nodePort: 30080
""",
        ),
    ),
)
