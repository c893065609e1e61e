"""Pods that get a token of an identity that nobody chose."""

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
    passed,
    seen,
)
from watchword.evidence.posture.workloads import CONTROL_PLANE, is_control_plane
from watchword.inventory import Asset, FrontEnd


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    if is_control_plane(workload):
        return not_applicable(CONTROL_PLANE)
    account = workload["service_account"]
    if account.text(default="default") not in {"default", ""}:
        return passed()
    mounted = workload["automount_token"]
    if not mounted.boolean(default=True):
        return passed()
    return failed(
        "it runs as the default service account and gets its token",
        seen("automount_token", mounted),
        seen("service_account", account),
        fix=mend(workload, "automount_token", False, "mount no token"),
    )


CHECK = Check(
    id="k8s-default-account-token",
    title="Pods that name no service account get no token",
    severity=Severity.LOW,
    why="A token for the cluster's API lies in every pod unless somebody says otherwise. A pod that never asks the API "
    "has no use for it; whoever gets into the pod has.",
    remedy="Set `automountServiceAccountToken: false` in the pod, or name a service account of its own where it asks "
    "the API.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    fixes=(FrontEnd.KUBERNETES,),
    references=("https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/",),
    frameworks=Frameworks(nist_800_53=("AC-6", "IA-5"), cis_kubernetes=("5.1.5", "5.1.6")),
    known_as=KnownAs(
        checkov=("CKV_K8S_38", "CKV_K8S_41"),
        trivy=("AVD-KSV-0036",),
        polaris=("automountServiceAccountToken",),
        kubescape=("C-0034",),
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
      automountServiceAccountToken: false
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
      serviceAccountName: web
      containers:
        - name: web
          image: registry.example.com/web:1.4.2
""",
            says="an account of its own",
        ),
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: ServiceAccount
metadata:
  name: default
  namespace: shop
automountServiceAccountToken: false
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
    - name: web
      image: registry.example.com/web:1.4.2
""",
            says="turned off for the whole namespace",
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
            says="mounted unless somebody says otherwise",
        ),
    ),
)
