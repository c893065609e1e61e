"""Clusters that answer whoever asks."""

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
from watchword.inventory import Asset, FrontEnd, Reason, ReasonKind, UnknownValueError

_ANSWERED: Final = "answered"


def judge(cluster: Asset, estate: Estate) -> Answer:
    del estate
    told = cluster["anonymous"]
    if told.is_absent:
        reason = Reason(ReasonKind.ACCESS, "how it takes a request without credentials could not be told", told.place)
        raise UnknownValueError((reason,), told.place)
    if told != _ANSWERED:
        return passed()
    return failed("it lists its namespaces to whoever asks", seen("anonymous", told))


CHECK = Check(
    id="k8s-api-anonymous",
    title="The API tells nobody without credentials what is in the cluster",
    severity=Severity.CRITICAL,
    why="One request without any credentials was sent to the list of namespaces, and was answered. What else is "
    "answered so, anybody who reaches the API has without a name in the audit log.",
    remedy="Find what is bound to `system:anonymous` and `system:unauthenticated` (`kubectl get clusterrolebindings "
    "-o wide`), and delete it; make sure that the API server does not run with `--authorization-mode=AlwaysAllow`.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("kubernetes_cluster",),
    native_types=(LIVE_CLUSTER,),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests",),
    frameworks=Frameworks(
        nist_800_53=("AC-3", "AC-14", "IA-2"),
        cis_kubernetes=("1.2.1",),
        pci_dss_4=("7.2.1", "8.2.1"),
        soc_2=("CC6.1",),
        iso_27001=("A.5.15",),
    ),
    examples=(
        good(FrontEnd.KUBERNETES, example_cluster(anonymous="refused")),
        good(FrontEnd.KUBERNETES, example_cluster(anonymous="known"), says="it has a name, and may nothing"),
        bad(FrontEnd.KUBERNETES, example_cluster(anonymous="answered")),
        unsure(FrontEnd.KUBERNETES, example_cluster(version="v1.36.1"), says="something on the way answered instead"),
    ),
)
