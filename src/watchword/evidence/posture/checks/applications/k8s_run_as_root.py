"""Containers that nothing keeps from running as root."""

from collections.abc import Iterable

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Fix,
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
    Container,
    containers,
    is_control_plane,
    names_of,
    on_windows,
)
from watchword.inventory import Absent, Asset, FrontEnd, either


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    if on_windows(workload):
        return not_applicable(ON_WINDOWS)
    if is_control_plane(workload):
        return not_applicable(CONTROL_PLANE)
    if workload["host_users"].is_known and not workload["host_users"]:
        return passed()  # root of a user namespace is nobody on the machine
    found = which(containers(workload), lambda container: not _kept_from_root(container))
    if not found:
        return passed()
    return failed(
        f"nothing keeps them from running as root: {names_of(found)}",
        *(seen for c in found for seen in (c.seen("run_as_non_root"), c.seen("run_as_user"))),
        fix=_fix(found),
    )


def _fix(found: Iterable[Container]) -> Fix | None:
    """Refuse root. Not where root is asked for by its number: such a container would never start."""
    if not all(isinstance(container["run_as_user"], Absent) for container in found):
        return None
    return together(*(mend(one.tree, "run_as_non_root", True, "refuse to start as root") for one in found))


def _kept_from_root(container: Container) -> bool:
    user = container["run_as_user"]
    return either(
        lambda: container["run_as_non_root"].boolean(default=False),
        lambda: not user.is_absent and user.number() != 0,
    )


CHECK = Check(
    id="k8s-run-as-root",
    title="Containers do not run as root",
    severity=Severity.MEDIUM,
    why="Root in a container is root on the machine but for the walls between them. A flaw in the kernel or the "
    "runtime, or one mount too many, is then all it takes. Where nothing is said the image decides, and most "
    "images are root's.",
    remedy="Set `runAsNonRoot: true` in the pod's `securityContext`, and a `runAsUser` other than 0 where the image "
    "names its user by name.",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.INITIAL,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    fixes=(FrontEnd.KUBERNETES,),
    references=(
        "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
        "https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/",
    ),
    frameworks=Frameworks(nist_800_53=("AC-6",), cis_kubernetes=("5.2.7",), iso_27001=("A.8.2",)),
    known_as=KnownAs(
        checkov=("CKV_K8S_23",),
        trivy=("AVD-KSV-0012", "AVD-KSV-0105"),
        polaris=("runAsRootAllowed",),
        kube_linter=("run-as-non-root",),
        kubescape=("C-0013",),
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
      securityContext: {runAsNonRoot: true}
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
""",
            says="said for the whole pod",
        ),
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
      securityContext: {runAsUser: 10001}
""",
        ),
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  hostUsers: false
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
""",
            says="in a user namespace",
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
            says="the image decides",
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
      securityContext: {runAsNonRoot: true}
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
          securityContext: {runAsNonRoot: false}
""",
            says="the container takes back what the pod says",
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
  securityContext: {runAsUser: 1000}
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
      securityContext: {runAsUser: 0}
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
