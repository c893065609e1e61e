"""Agents of machines that tell everything to whoever asks."""

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
from watchword.inventory import Asset, FrontEnd


def judge(kubelet: Asset, estate: Estate) -> Answer:
    del estate
    port = kubelet["read_only_port"]
    if port.number(default=0) == 0:
        return passed()
    return failed(
        "a port without authentication is open",
        seen("read_only_port", port),
        fix=mend(kubelet, "read_only_port", 0, "close the port"),
    )


CHECK = Check(
    id="k8s-kubelet-read-only-port",
    title="Kubelets have no port without authentication",
    severity=Severity.MEDIUM,
    why="The read-only port tells which pods run on the machine, with their environment variables, images and mounts, "
    "to whoever reaches it.",
    remedy="Set `readOnlyPort: 0` in the kubelet's configuration.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("kubelet_settings",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    fixes=(FrontEnd.KUBERNETES,),
    references=("https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/",),
    frameworks=Frameworks(nist_800_53=("AC-14", "CM-7"), cis_kubernetes=("4.2.4",)),
    known_as=KnownAs(checkov=("CKV_K8S_141",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
readOnlyPort: 0
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
readOnlyPort: 10255
""",
        ),
    ),
)
