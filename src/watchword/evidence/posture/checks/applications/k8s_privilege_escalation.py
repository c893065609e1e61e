"""Containers whose processes may get more rights than those that started them."""

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
from watchword.inventory import Asset, FrontEnd


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    if on_windows(workload):
        return not_applicable(ON_WINDOWS)
    if is_control_plane(workload):
        return not_applicable(CONTROL_PLANE)
    found = which(containers(workload), lambda c: c["allow_privilege_escalation"].boolean(default=True))
    if not found:
        return passed()
    return failed(
        f"privilege escalation is allowed: {names_of(found)}",
        *(container.seen("allow_privilege_escalation") for container in found),
        fix=together(
            *(
                mend(container.tree, "allow_privilege_escalation", False, "refuse privilege escalation")
                for container in found
            )
        ),
    )


CHECK = Check(
    id="k8s-privilege-escalation",
    title="Processes in containers get no more rights than they start with",
    severity=Severity.MEDIUM,
    why="Where escalation is allowed, and it is unless a container says otherwise, a process of an ordinary user "
    "becomes root by any program with the setuid bit, a flaw in one of them included.",
    remedy="Set `securityContext.allowPrivilegeEscalation: false` in each container.",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.INITIAL,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    fixes=(FrontEnd.KUBERNETES,),
    references=("https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",),
    frameworks=Frameworks(nist_800_53=("AC-6", "AC-6(10)"), cis_kubernetes=("5.2.6",), iso_27001=("A.8.2",)),
    known_as=KnownAs(
        checkov=("CKV_K8S_20",),
        trivy=("AVD-KSV-0001",),
        polaris=("privilegeEscalationAllowed",),
        kube_linter=("privilege-escalation-container",),
        kubescape=("C-0016",),
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
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
          securityContext: {allowPrivilegeEscalation: false}
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
            says="allowed where nothing is said",
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
  initContainers:
    - name: setup
      image: registry.example.com/setup:1
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
      securityContext: {allowPrivilegeEscalation: false}
""",
            says="the init container",
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
