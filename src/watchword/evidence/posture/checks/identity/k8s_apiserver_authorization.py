"""API servers that let everybody do everything, or do not ask roles."""

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
    unsure,
    which,
)
from watchword.evidence.posture.workloads import Container, containers, is_program, raise_unread
from watchword.inventory import Asset, FrontEnd

_SERVER: Final = "kube-apiserver"
_MODE: Final = "authorization-mode"


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    found = [c for c in containers(workload) if c["command"].is_unknown or is_program(c, _SERVER)]
    if not found:
        return not_applicable("it is no API server")
    open_ = which(found, _is_open)
    if not open_:
        return passed()
    return failed(
        "not every request is asked of roles", *(seen(f"{c.path}.flags[{_MODE}]", c["flags"][_MODE]) for c in open_)
    )


def _is_open(container: Container) -> bool:
    flags = container["flags"]
    if not flags["authorization-config"].is_absent:
        raise_unread(flags["authorization-config"], "how requests are authorized stands in a file that is not read")
    # Without the option everything is allowed (kube-apiserver's reference).
    modes = {mode.strip() for mode in flags[_MODE].text(default="AlwaysAllow").split(",")}
    return "AlwaysAllow" in modes or "RBAC" not in modes


CHECK = Check(
    id="k8s-apiserver-authorization",
    title="The API server asks roles about every request",
    severity=Severity.CRITICAL,
    why="AlwaysAllow, which also holds where nothing is said, makes an administrator of everybody who has any "
    "credential. Without RBAC, roles and bindings mean nothing.",
    remedy="Set `--authorization-mode=Node,RBAC`.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/reference/access-authn-authz/authorization/",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6")),
    known_as=KnownAs(checkov=("CKV_K8S_74", "CKV_K8S_77"), kubescape=("C-0088",)),
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
      command: [kube-apiserver, "--authorization-mode=Node,RBAC"]
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
      command: [kube-apiserver, --authorization-mode=AlwaysAllow]
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
      command: [kube-apiserver, --secure-port=6443]
""",
            says="everything is allowed where nothing is said",
        ),
        unsure(
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
      command: [kube-apiserver, --authorization-config=/etc/kubernetes/authorization.yaml]
""",
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
