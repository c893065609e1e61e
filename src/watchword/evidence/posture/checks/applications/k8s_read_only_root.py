"""Containers whose own file system can be written."""

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
    found = which(containers(workload), lambda container: not container["read_only_root"].boolean(default=False))
    if not found:
        return passed()
    return failed(
        f"the root file system can be written: {names_of(found)}",
        *(container.seen("read_only_root") for container in found),
        fix=together(*(mend(one.tree, "read_only_root", True, "make the root file system read-only") for one in found)),
    )


CHECK = Check(
    id="k8s-read-only-root",
    title="Containers cannot write their own file system",
    severity=Severity.LOW,
    why="Whoever gets into a container brings tools, and changes programs to stay. On a file system that nobody can "
    "write there is no place for either.",
    remedy="Set `securityContext.readOnlyRootFilesystem: true`, and mount an `emptyDir` where the program writes.",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.ADVANCED,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    fixes=(FrontEnd.KUBERNETES,),
    references=("https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",),
    frameworks=Frameworks(nist_800_53=("CM-7", "SI-7")),
    known_as=KnownAs(
        checkov=("CKV_K8S_22",),
        trivy=("AVD-KSV-0014",),
        polaris=("notReadOnlyRootFilesystem",),
        kube_linter=("no-read-only-root-fs",),
        kube_score=("container-security-context-readonlyrootfilesystem",),
        kubescape=("C-0017",),
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
          securityContext: {readOnlyRootFilesystem: true}
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
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
      securityContext: {readOnlyRootFilesystem: false}
""",
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
