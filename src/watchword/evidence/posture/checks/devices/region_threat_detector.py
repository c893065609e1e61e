"""Regions in which attacks are looked for."""

from watchword.evidence.posture.live import recorded, refused, said
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good, unsure
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="region-threat-detector",
    title="Attacks are looked for in every region",
    severity=Severity.MEDIUM,
    why="Who has stolen a key goes where nobody looks. A detector that is off in one region is off for whoever "
    "finds out.",
    remedy="Turn GuardDuty on in all regions, best by the organisation for all accounts.",
    function=Function.DEVICE_THREAT_PROTECTION,
    stage=Stage.ADVANCED,
    kinds=("cloud_region",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=must("threat_detector", "no detector of threats is there"),
    references=("https://docs.aws.amazon.com/guardduty/latest/ug/what-is-guardduty.html",),
    frameworks=Frameworks(nist_800_53=("SI-4", "RA-5"), pci_dss_4=("11.5.1",), soc_2=("CC7.2",), iso_27001=("A.8.16",)),
    known_as=KnownAs(
        prowler=("guardduty_is_enabled",), security_hub=("GuardDuty.1",), config=("guardduty-enabled-centralized",)
    ),
    examples=(
        good(
            FrontEnd.AWS,
            recorded(said("guardduty:ListDetectors", {"DetectorIds": ["12abc34d567e8fa901bc2d34e56789f0"]})),
        ),
        bad(FrontEnd.AWS, recorded(said("guardduty:ListDetectors", {"DetectorIds": []}))),
        unsure(FrontEnd.AWS, recorded(refused("guardduty:ListDetectors", "AccessDeniedException"))),
    ),
)
