"""Alerts of Defender that nobody gets."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import ANY_KIND, Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_say
from watchword.inventory import FrontEnd

CHECK = Check(
    id="azure-security-contact",
    title="Alerts of Defender reach somebody",
    severity=Severity.LOW,
    why="An alert that nobody reads is found in the report of the next break-in.",
    remedy="Set `alert_notifications = true`.",
    function=Function.DEVICE_THREAT_PROTECTION,
    stage=Stage.INITIAL,
    kinds=ANY_KIND,
    providers=("azurerm",),
    native_types=("azurerm_security_center_contact",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_say("alert_notifications", "nobody is told of alerts"),
    references=("https://learn.microsoft.com/en-us/azure/defender-for-cloud/configure-email-notifications",),
    frameworks=Frameworks(nist_800_53=("IR-6", "SI-4"), iso_27001=("A.8.16",)),
    known_as=KnownAs(
        checkov=("CKV_AZURE_21",),
        trivy=("AVD-AZU-0044",),
        tfsec=("azure-securitycenter-alert-on-severe-notifications",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_security_center_contact" "ops" {
  name  = "ops"
  email = "ops@example.com"
  alert_notifications = true
  alerts_to_admins    = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_security_center_contact" "ops" {
  name  = "ops"
  email = "ops@example.com"
  alert_notifications = false
  alerts_to_admins    = true
}
""",
        ),
    ),
)
