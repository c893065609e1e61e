"""Clusters that run an image whoever made it."""

from typing import Final

from watchword.evidence.posture.clusters import LIVE_CLUSTER, example_cluster
from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    Severity,
    bad,
    failed,
    good,
    passed,
    seen,
    unsure,
)
from watchword.evidence.posture.workloads import doubt_of
from watchword.inventory import Asset, FrontEnd, Reason, ReasonKind, UnknownValueError, some

# Policies that are about signatures and nothing else.
_POLICIES: Final = ("ClusterImagePolicy.policy.sigstore.dev", "ImageValidatingPolicy.policies.kyverno.io")
_KYVERNO: Final = "ClusterPolicy.kyverno.io"
# Admission webhooks that look at signatures, by parts of their names.
_WEBHOOKS: Final = ("connaisseur", "portieris", "ratify", "sigstore", "cosign")
# Engines whose rules may ask, in a language that is not read here.
_ENGINES: Final = ("ConstraintTemplate.templates.gatekeeper.sh", "ClusterAdmissionPolicy.policies.kubewarden.io")
_GKE: Final = "-gke."  # Binary Authorization is a setting of the cluster that its API does not show


def judge(cluster: Asset, estate: Estate) -> Answer:
    policies = [one for one in estate.typed(*_POLICIES) if one.root == cluster.root]
    if any(one.instances for one in policies):
        return passed()
    rules = (one for one in estate.typed(_KYVERNO) if one.root == cluster.root)
    hooks = (one for one in estate.of("admission_webhook") if one.root == cluster.root)
    if some((*rules, *hooks), _looks_at_signatures):
        return passed()
    doubt_of([*policies, *(one for one in estate.typed(*_ENGINES) if one.root == cluster.root)], "it may ask for some")
    if _GKE in cluster["version"].text(default=""):
        reason = Reason(ReasonKind.UNMAPPED, "Binary Authorization is not shown by its API", cluster.place)
        raise UnknownValueError((reason,), cluster.place)
    return failed("no image has to be signed by anybody", seen("name", cluster["name"]))


def _looks_at_signatures(asset: Asset) -> bool:
    if asset.kind == "admission_webhook":
        return some(asset["webhooks"].each(), lambda hook: some(_WEBHOOKS, lambda part: part in hook["name"].text()))
    return some(asset.native["spec"]["rules"].each(), lambda rule: not rule["verifyImages"].is_absent)


CHECK = Check(
    id="k8s-image-signatures",
    title="Clusters run images that somebody they trust has signed",
    severity=Severity.LOW,
    why="Whoever can push to a registry, or make a cluster pull from theirs, decides what runs. A signature that is "
    "asked for at admission binds the image to the pipeline that made it.",
    remedy="Sign images where they are built (cosign, with the pipeline's own identity), and have the signature asked "
    "for at admission: a ClusterImagePolicy of sigstore, a Kyverno rule with `verifyImages`. Warn first, then refuse.",
    function=Function.SECURE_DEVELOPMENT,
    stage=Stage.OPTIMAL,
    supports=(Function.SUPPLY_CHAIN,),
    kinds=("kubernetes_cluster",),
    native_types=(LIVE_CLUSTER,),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/security/supply-chain-security/",),
    frameworks=Frameworks(nist_800_53=("CM-14", "SI-7(15)", "SR-4"), cis_kubernetes=("5.5.1",), iso_27001=("A.8.28",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            example_cluster(version="v1.36.1")
            + """---
apiVersion: policy.sigstore.dev/v1beta1
kind: ClusterImagePolicy
metadata: {name: ours}
spec:
  images: [{glob: "registry.example/**"}]
""",
        ),
        good(
            FrontEnd.KUBERNETES,
            example_cluster(version="v1.36.1")
            + """---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: signed}
spec:
  rules:
    - name: signed
      verifyImages: [{imageReferences: ["registry.example/*"]}]
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            example_cluster(version="v1.36.1")
            + """---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: labels}
spec:
  rules:
    - name: labels
      validate: {message: a label is missing}
""",
            says="rules about something else",
        ),
        unsure(
            FrontEnd.KUBERNETES,
            example_cluster(version="v1.36.1")
            + """---
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: k8strusted}
""",
            says="rules in a language that is not read here",
        ),
        unsure(FrontEnd.KUBERNETES, example_cluster(version="v1.36.2-gke.1001000"), says="it may be a setting"),
    ),
)
