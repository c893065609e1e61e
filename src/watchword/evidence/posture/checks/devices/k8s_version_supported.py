"""Clusters whose version of Kubernetes gets no patches any more."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from watchword.evidence.posture.clusters import LIVE_CLUSTER, example_cluster, minor_of
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
from watchword.inventory import Asset, FrontEnd, Reason, ReasonKind, UnknownValueError, Value

# When the project ended a minor version (kubernetes.io/releases, "End of Life", read on 2026-11-25). Older ones ended
# before, newer ones after.
_ENDS: Final[Mapping[int, date]] = {
    32: date(2026, 2, 28),
    33: date(2026, 6, 28),
    34: date(2026, 10, 27),
    35: date(2027, 2, 28),
    36: date(2027, 6, 28),
}
# Who offers Kubernetes as a service supports a version some weeks longer than the project does (Amazon EKS User Guide,
# GKE release schedule, AKS support policy): nobody is told to hurry for these.
_LEEWAY: Final = timedelta(days=90)


def judge(cluster: Asset, estate: Estate) -> Answer:
    del estate
    version = cluster["version"]
    minor = minor_of(version)
    end = _ENDS.get(minor)
    if minor >= min(_ENDS) and (end is None or _day(cluster["collected_at"]) <= end + _LEEWAY):
        return passed()
    return failed(f"Kubernetes {version.text()} gets no patches any more", seen("version", version))


def _day(value: Value) -> date:
    try:
        return date.fromisoformat(value.text(default="")[:10])
    except ValueError as error:
        reason = Reason(ReasonKind.INVALID, "when it was read is not told", value.place)
        raise UnknownValueError((reason,), value.place) from error


CHECK = Check(
    id="k8s-version-supported",
    title="Clusters run a version of Kubernetes that gets patches",
    severity=Severity.MEDIUM,
    why="A minor version gets patches for some fourteen months. After that, flaws of the API server, the kubelet and "
    "what runs beside them are published and stay.",
    remedy="Move to a supported version, one minor version at a time, machines after the control plane.",
    function=Function.SUPPLY_CHAIN,
    stage=Stage.INITIAL,
    kinds=("kubernetes_cluster",),
    native_types=(LIVE_CLUSTER,),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/releases/patch-releases/",),
    frameworks=Frameworks(nist_800_53=("SA-22", "SI-2"), pci_dss_4=("6.3.3",), iso_27001=("A.8.8",)),
    examples=(
        good(FrontEnd.KUBERNETES, example_cluster(version="v1.35.2", collectedAt="2026-11-25T20:00:00+00:00")),
        good(
            FrontEnd.KUBERNETES,
            example_cluster(version="v1.34.4-eks-1552ad0", collectedAt="2026-11-25T20:00:00+00:00"),
            says="ended a month ago; those who sell it support it somewhat longer",
        ),
        good(
            FrontEnd.KUBERNETES,
            example_cluster(version="v1.99.0", collectedAt="2026-11-25T20:00:00+00:00"),
            says="newer than this list",
        ),
        bad(FrontEnd.KUBERNETES, example_cluster(version="v1.32.9", collectedAt="2026-11-25T20:00:00+00:00")),
        bad(
            FrontEnd.KUBERNETES,
            example_cluster(version="v1.24.17+k3s1", collectedAt="2026-11-25T20:00:00+00:00"),
        ),
        unsure(FrontEnd.KUBERNETES, example_cluster(version="v1.34.1"), says="ended or not, by when it was read"),
        unsure(FrontEnd.KUBERNETES, example_cluster(anonymous="refused"), says="it does not say"),
        unsure(FrontEnd.KUBERNETES, example_cluster(version="latest", collectedAt="2026-11-25T20:00:00+00:00")),
    ),
)
