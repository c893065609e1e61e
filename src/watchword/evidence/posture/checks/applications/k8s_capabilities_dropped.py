"""Containers that keep the capabilities that a runtime gives to all."""

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
from watchword.inventory import Asset, FrontEnd, Value, some


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    if on_windows(workload):
        return not_applicable(ON_WINDOWS)
    if is_control_plane(workload):
        return not_applicable(CONTROL_PLANE)
    found = which(containers(workload), lambda container: not some(container["capabilities_dropped"].each(), _all))
    if not found:
        return passed()
    return failed(
        f"not all capabilities are dropped: {names_of(found)}",
        *(container.seen("capabilities_dropped") for container in found),
        fix=together(*(mend(one.tree, "capabilities_dropped", ("ALL",), "drop all capabilities") for one in found)),
    )


def _all(capability: Value) -> bool:
    return capability.text(default="").upper() in {"ALL", "CAP_ALL"}


CHECK = Check(
    id="k8s-capabilities-dropped",
    title="Containers drop all capabilities",
    severity=Severity.LOW,
    why="A runtime gives each container a dozen of root's rights, NET_RAW and its forged packets among them. Nearly no "
    "program needs one; what is dropped cannot be used by whoever takes the program over.",
    remedy="Set `securityContext.capabilities.drop: [ALL]` in each container, and add back what fails without.",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.ADVANCED,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    fixes=(FrontEnd.KUBERNETES,),
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    frameworks=Frameworks(nist_800_53=("AC-6", "CM-7"), cis_kubernetes=("5.2.8", "5.2.10")),
    known_as=KnownAs(
        checkov=("CKV_K8S_28", "CKV_K8S_37"),
        trivy=("AVD-KSV-0003", "AVD-KSV-0106"),
        kube_linter=("drop-net-raw-capability",),
        polaris=("insecureCapabilities",),
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
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
          securityContext:
            capabilities: {drop: [ALL]}
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
      securityContext:
        capabilities: {drop: [NET_RAW]}
""",
            says="one of a dozen",
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
