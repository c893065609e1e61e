"""Capabilities beyond those that any pod may have."""

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
    passed,
    seen,
    which,
)
from watchword.evidence.posture.workloads import containers, names_of
from watchword.inventory import Asset, FrontEnd, Value, some

# What the baseline of the Pod Security Standards lets any pod add.
_BASELINE: Final = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    found = which(containers(workload), lambda container: some(container["capabilities_added"].each(), _beyond))
    if not found:
        return passed()
    return failed(
        f"capabilities that are added: {names_of(found)}",
        *(
            seen(f"{c.path}.capabilities_added", value)
            for c in found
            for value in which(c["capabilities_added"].each(), _beyond)
        ),
    )


def _beyond(capability: Value) -> bool:
    return capability.text(default="CHOWN").upper().removeprefix("CAP_") not in _BASELINE


CHECK = Check(
    id="k8s-capabilities-added",
    title="Containers add no capability beyond the baseline",
    severity=Severity.MEDIUM,
    why="Capabilities are root's rights in pieces. NET_ADMIN and NET_RAW change and forge what the network carries, "
    "SYS_TIME moves the clock that logs and certificates hang on, and each widens what a flaw in the program is worth.",
    remedy="Leave the capability out, or move what needs it into a small container of its own.",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.INITIAL,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    frameworks=Frameworks(nist_800_53=("AC-6", "CM-7"), cis_kubernetes=("5.2.9",)),
    known_as=KnownAs(
        checkov=("CKV_K8S_25",),
        trivy=("AVD-KSV-0022",),
        polaris=("insecureCapabilities",),
        kubescape=("C-0046",),
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
""",
        ),
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
            capabilities: {drop: [ALL], add: [NET_BIND_SERVICE, CHOWN]}
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
          securityContext:
            capabilities: {drop: [ALL], add: [NET_ADMIN]}
""",
        ),
    ),
)
