"""Detectors that look at what runs."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.live import recorded, refused, said
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
    unsure,
)
from watchword.inventory import Asset, FrontEnd, some

_FEATURES = ("RUNTIME_MONITORING", "EKS_RUNTIME_MONITORING")


def judge(coverage: Asset, estate: Estate) -> Answer:
    del estate
    on = some(
        coverage["features"].each(),
        lambda one: one["name"].text(default="") in _FEATURES and one["status"] == "ENABLED",
    )
    return (
        passed()
        if on
        else failed("what runs in machines and clusters is not looked at", seen("features", coverage["features"]))
    )


_DETECTOR = said("guardduty:ListDetectors", {"DetectorIds": ["12abc34d567e8fa901bc2d34e56789f0"]})
_OF_IT = {"DetectorId": "12abc34d567e8fa901bc2d34e56789f0"}

CHECK = Check(
    id="threat-runtime-coverage",
    title="Threats are looked for in what runs",
    severity=Severity.MEDIUM,
    why="Logs show what was asked of the cloud; what a process does in a machine or a container shows only there: the "
    "shell that was opened, the miner that was fetched.",
    remedy="Turn runtime monitoring of GuardDuty on, with its agent managed automatically.",
    function=Function.DEVICE_THREAT_PROTECTION,
    stage=Stage.ADVANCED,
    kinds=("threat_coverage",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=judge,
    references=("https://docs.aws.amazon.com/guardduty/latest/ug/runtime-monitoring.html",),
    frameworks=Frameworks(nist_800_53=("SI-3", "SI-4"), pci_dss_4=("5.2.1",), soc_2=("CC7.2",), iso_27001=("A.8.7",)),
    known_as=KnownAs(prowler=("guardduty_eks_runtime_monitoring_enabled",), security_hub=("GuardDuty.11",)),
    examples=(
        good(
            FrontEnd.AWS,
            recorded(
                _DETECTOR,
                said(
                    "guardduty:GetDetector",
                    {"Status": "ENABLED", "Features": [{"Name": "RUNTIME_MONITORING", "Status": "ENABLED"}]},
                    parameters=_OF_IT,
                ),
            ),
        ),
        bad(
            FrontEnd.AWS,
            recorded(
                _DETECTOR,
                said(
                    "guardduty:GetDetector",
                    {"Status": "ENABLED", "Features": [{"Name": "RUNTIME_MONITORING", "Status": "DISABLED"}]},
                    parameters=_OF_IT,
                ),
            ),
        ),
        unsure(
            FrontEnd.AWS,
            recorded(_DETECTOR, refused("guardduty:GetDetector", "AccessDeniedException", parameters=_OF_IT)),
        ),
    ),
)
