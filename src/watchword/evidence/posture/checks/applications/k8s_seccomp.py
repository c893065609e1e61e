"""Containers that may make every call of the kernel."""

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
    mend,
    not_applicable,
    outside,
    passed,
    together,
    which,
)
from watchword.evidence.posture.workloads import (
    CONTROL_PLANE,
    ON_WINDOWS,
    containers,
    is_control_plane,
    names_of,
    on_windows,
)
from watchword.inventory import Asset, FrontEnd, some


def judge(workload: Asset, estate: Estate) -> Answer:
    if on_windows(workload):
        return not_applicable(ON_WINDOWS)
    if is_control_plane(workload):
        return not_applicable(CONTROL_PLANE)
    found = which(
        containers(workload), lambda container: container["seccomp"].text(default="Unconfined") == "Unconfined"
    )
    if not found:
        return passed()
    written = [container for container in found if not container["seccomp"].is_absent]
    if not written and some(
        estate.of("kubelet_settings"), lambda kubelet: kubelet["seccomp_default"].boolean(default=False)
    ):
        return passed()
    return failed(
        f"no seccomp profile: {names_of(written or found)}",
        *(container.seen("seccomp") for container in written or found),
        fix=together(*(mend(one.tree, "seccomp", "RuntimeDefault", "use the runtime's profile") for one in found)),
    )


CHECK = Check(
    id="k8s-seccomp",
    title="Containers run under a seccomp profile",
    severity=Severity.LOW,
    why="The kernel answers some three hundred calls, and a program uses few of them. A profile refuses the rest, in "
    "which most flaws that lead out of a container lie. Kubernetes sets none unless it is told to.",
    remedy="Set `securityContext.seccompProfile.type: RuntimeDefault` for the pod, or `seccompDefault: true` in the "
    "kubelet's configuration.",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.ADVANCED,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    fixes=(FrontEnd.KUBERNETES,),
    references=("https://kubernetes.io/docs/tutorials/security/seccomp/",),
    frameworks=Frameworks(nist_800_53=("CM-7",), cis_kubernetes=("5.7.2",)),
    known_as=KnownAs(
        checkov=("CKV_K8S_31",),
        trivy=("AVD-KSV-0030", "AVD-KSV-0104"),
        kube_score=("container-seccomp-profile",),
        kubescape=("C-0055",),
    ),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      securityContext:
        seccompProfile: {type: RuntimeDefault}
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
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
  securityContext:
    seccompProfile: {type: RuntimeDefault}
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
      securityContext:
        seccompProfile: {type: Unconfined}
""",
            says="the container takes it off again",
        ),
        outside(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  os: {name: windows}
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
""",
            says="on Windows",
        ),
    ),
)
