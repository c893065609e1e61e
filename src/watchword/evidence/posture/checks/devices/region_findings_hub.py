"""Regions whose findings come together."""

from watchword.evidence.posture.live import recorded, refused, said
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good, unsure
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="region-findings-hub",
    title="Findings come together in every region",
    severity=Severity.LOW,
    why="Findings that lie in five consoles are seen by nobody.",
    remedy="Turn Security Hub on in each region, and bring the regions together in one.",
    function=Function.DEVICES_VISIBILITY,
    stage=Stage.ADVANCED,
    kinds=("cloud_region",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=must("findings_hub", "findings of its services do not come together"),
    references=("https://docs.aws.amazon.com/securityhub/latest/userguide/what-is-securityhub.html",),
    frameworks=Frameworks(nist_800_53=("CA-7", "SI-4"), cis_aws=("4.16",), soc_2=("CC7.2",), iso_27001=("A.8.16",)),
    known_as=KnownAs(prowler=("securityhub_enabled",), config=("securityhub-enabled",)),
    examples=(
        good(
            FrontEnd.AWS,
            recorded(
                said("securityhub:DescribeHub", {"HubArn": "arn:aws:securityhub:eu-west-1:111122223333:hub/default"})
            ),
        ),
        bad(FrontEnd.AWS, recorded(refused("securityhub:DescribeHub", "InvalidAccessException"))),
        unsure(FrontEnd.AWS, recorded(refused("securityhub:DescribeHub", "AccessDeniedException"))),
    ),
)
