"""Regions in which sensitive data is looked for."""

from watchword.evidence.posture.live import recorded, refused, said
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good, unsure
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="region-data-discovery",
    title="Sensitive data is looked for in every region",
    severity=Severity.LOW,
    why="What lies in a bucket is rarely what its name says. Nobody can protect the customer file that nobody "
    "knows of.",
    remedy="Turn Macie on where there are buckets, with automated discovery.",
    function=Function.DATA_INVENTORY,
    stage=Stage.ADVANCED,
    kinds=("cloud_region",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=must("data_discovery", "nothing looks for sensitive data in its buckets"),
    references=("https://docs.aws.amazon.com/macie/latest/user/what-is-macie.html",),
    frameworks=Frameworks(nist_800_53=("RA-5", "SI-4"), cis_aws=("2.1.3",), iso_27001=("A.5.12",)),
    known_as=KnownAs(prowler=("macie_is_enabled",), security_hub=("Macie.1",)),
    examples=(
        good(FrontEnd.AWS, recorded(said("macie2:GetMacieSession", {"status": "ENABLED"}))),
        bad(FrontEnd.AWS, recorded(said("macie2:GetMacieSession", {"status": "PAUSED"}))),
        unsure(FrontEnd.AWS, recorded(refused("macie2:GetMacieSession", "AccessDeniedException"))),
    ),
)
