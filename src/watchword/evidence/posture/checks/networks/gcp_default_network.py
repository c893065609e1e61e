"""Projects that are born with an open network."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import ANY_KIND, Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_say
from watchword.inventory import FrontEnd

CHECK = Check(
    id="gcp-default-network",
    title="Projects have no default network",
    severity=Severity.MEDIUM,
    why=("The default network has a subnet in every region and rules that let SSH, RDP and ICMP in from everywhere."),
    remedy="Set `auto_create_network = false`.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=ANY_KIND,
    providers=("google",),
    native_types=("google_project",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_say(
        "auto_create_network", "it is born with a network that lets SSH and RDP in", default=True, wanted=False
    ),
    references=("https://cloud.google.com/vpc/docs/vpc",),
    frameworks=Frameworks(nist_800_53=("CM-7", "SC-7"), iso_27001=("A.8.22",), cis_gcp=("3.1",)),
    known_as=KnownAs(checkov=("CKV_GCP_27",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_project" "shop" {
  name       = "shop"
  project_id = "shop-1"
  auto_create_network = false
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_project" "shop" {
  name       = "shop"
  project_id = "shop-1"
}
""",
            says="made by default",
        ),
    ),
)
