"""Images by what they hold, not by a name that can be given to another."""

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
    which,
)
from watchword.evidence.posture.workloads import containers, names_of
from watchword.inventory import Asset, FrontEnd, both


def judge(workload: Asset, estate: Estate) -> Answer:
    del estate
    found = which(containers(workload), lambda c: both(lambda: c["digest"].is_absent, lambda: not c["image"].is_absent))
    if not found:
        return passed()
    return failed(f"images without a digest: {names_of(found)}", *(container.seen("image") for container in found))


CHECK = Check(
    id="k8s-image-digest",
    title="Images are named by their digest",
    severity=Severity.LOW,
    why="Whoever may push to a registry can move a tag to another image, and the next pod to start runs it. A digest "
    "is the image: nothing else fits it.",
    remedy="Add the digest to the tag: `registry.example.com/web:1.4.2@sha256:…`. Let the tool that raises versions "
    "raise it too.",
    function=Function.SUPPLY_CHAIN,
    stage=Stage.ADVANCED,
    kinds=("workload",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/containers/images/",),
    frameworks=Frameworks(nist_800_53=("SI-7", "SR-4")),
    known_as=KnownAs(checkov=("CKV_K8S_43",)),
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
          image: registry.example.com/web:1.4.2@sha256:9f2c6f0ab3a8d2f4e7b1c5d6e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b
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
    ),
)
