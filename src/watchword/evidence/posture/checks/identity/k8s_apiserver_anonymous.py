"""API servers that answer whoever asks."""

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
    which,
)
from watchword.evidence.posture.workloads import containers, is_program
from watchword.inventory import Asset, FrontEnd

_SERVER: Final = "kube-apiserver"


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    found = [c for c in containers(workload) if c["command"].is_unknown or is_program(c, _SERVER)]
    if not found:
        return not_applicable("it is no API server")
    open_ = which(found, lambda container: container["flags"]["anonymous-auth"].text(default="true") != "false")
    if not open_:
        return passed()
    return failed(
        "requests without credentials are taken",
        *(seen(f"{container.path}.flags[anonymous-auth]", container["flags"]["anonymous-auth"]) for container in open_),
    )


CHECK = Check(
    id="k8s-apiserver-anonymous",
    title="The API server takes no request without credentials",
    severity=Severity.MEDIUM,
    why="Requests without credentials are taken as the user `system:anonymous`. One binding too many then gives a "
    "right to everybody; none is needed for the version and the health of the server.",
    remedy="Set `--anonymous-auth=false`, or name the few paths that may be asked in an AuthenticationConfiguration.",
    function=Function.AUTHENTICATION,
    stage=Stage.ADVANCED,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/",),
    frameworks=Frameworks(nist_800_53=("AC-14", "IA-2"), cis_kubernetes=("1.2.1",)),
    known_as=KnownAs(checkov=("CKV_K8S_68",), kubescape=("C-0262",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
      command: [kube-apiserver, --anonymous-auth=false, "--authorization-mode=Node,RBAC"]
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
      command: [kube-apiserver, "--authorization-mode=Node,RBAC"]
""",
            says="taken unless it is told not to",
        ),
        outside(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
      command: [server]
""",
        ),
    ),
)
