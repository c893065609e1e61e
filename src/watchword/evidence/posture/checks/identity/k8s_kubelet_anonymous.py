"""Agents of machines that answer whoever asks."""

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
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd, both


def judge(kubelet: Asset, estate: Estate) -> Answer:
    del estate
    anonymous, authorization = kubelet["anonymous"], kubelet["authorization"]
    open_ = both(
        lambda: anonymous.boolean(default=False), lambda: authorization.text(default="Webhook") == "AlwaysAllow"
    )
    if open_:
        return failed(
            "anybody who reaches the machine runs commands in its pods",
            seen("anonymous", anonymous),
            seen("authorization", authorization),
        )
    if anonymous.boolean(default=False):
        return failed(
            "requests without credentials are taken",
            seen("anonymous", anonymous),
            fix=mend(kubelet, "anonymous", False, "refuse requests without credentials"),
        )
    if authorization.text(default="Webhook") == "AlwaysAllow":
        return failed(
            "whoever has signed in may do everything",
            seen("authorization", authorization),
            fix=mend(kubelet, "authorization", "Webhook", "ask the cluster who may"),
        )
    return passed()


CHECK = Check(
    id="k8s-kubelet-anonymous",
    title="Kubelets answer only whom the cluster knows and lets",
    severity=Severity.CRITICAL,
    why="The kubelet runs commands in each pod of its machine. One that takes requests without credentials, or lets "
    "everybody do everything, gives the pods to whoever reaches its port.",
    remedy="Set `authentication.anonymous.enabled: false` and `authorization.mode: Webhook` in the kubelet's "
    "configuration.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("kubelet_settings",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    fixes=(FrontEnd.KUBERNETES,),
    references=("https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-14", "IA-2"), cis_kubernetes=("4.2.1", "4.2.2")),
    known_as=KnownAs(checkov=("CKV_K8S_138", "CKV_K8S_139"), kubescape=("C-0069",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous:
    enabled: false
authorization:
  mode: Webhook
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous:
    enabled: true
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authorization:
  mode: AlwaysAllow
""",
        ),
    ),
)
