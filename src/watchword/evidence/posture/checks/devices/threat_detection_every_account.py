"""Organisations in which new accounts are not looked after."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import one_of
from watchword.inventory import FrontEnd

CHECK = Check(
    id="threat-detection-every-account",
    title="Threats are looked for in every account",
    severity=Severity.MEDIUM,
    why="The account that nobody enrolled is the one where nobody notices: the trial of last year, the one that "
    "somebody made yesterday.",
    remedy='Set `auto_enable_organization_members = "ALL"` in `aws_guardduty_organization_configuration`.',
    function=Function.DEVICE_THREAT_PROTECTION,
    stage=Stage.ADVANCED,
    supports=(Function.DEVICES_VISIBILITY,),
    kinds=("threat_detection_enrolment",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=one_of("accounts", ("ALL", "NEW"), "accounts are not enrolled by themselves", default="NONE"),
    references=("https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_organizations.html",),
    frameworks=Frameworks(nist_800_53=("RA-5", "SI-4", "SI-4(1)"), pci_dss_4=("11.5.1",), iso_27001=("A.8.16",)),
    known_as=KnownAs(checkov=("CKV2_AWS_3",), prowler=("guardduty_centrally_managed",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_guardduty_organization_configuration" "all" {
  detector_id                      = "detector"
  auto_enable_organization_members = "ALL"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_guardduty_organization_configuration" "all" {
  detector_id                      = "detector"
  auto_enable_organization_members = "NONE"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_guardduty_organization_configuration" "all" {
  detector_id = "detector"
  auto_enable = false
}
""",
            says="the older way to write it",
        ),
    ),
)
