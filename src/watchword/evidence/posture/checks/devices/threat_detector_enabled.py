"""Detectors of threats that are switched on."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="threat-detector-enabled",
    title="Detectors of threats are switched on",
    severity=Severity.MEDIUM,
    why="A detector that is off sees nothing, and looks as if there were nothing to see.",
    remedy='Set `enable = true` (`Enable: true`). Of Defender for Cloud set `tier = "Standard"`.',
    function=Function.DEVICE_THREAT_PROTECTION,
    stage=Stage.ADVANCED,
    kinds=("threat_detector",),
    providers=("aws", "azurerm"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("enabled", "it is switched off", default=True, fix="switch it on"),
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=(
        "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_suspend-disable.html",
        "https://learn.microsoft.com/en-us/azure/defender-for-cloud/defender-for-cloud-introduction",
    ),
    frameworks=Frameworks(nist_800_53=("SI-4", "RA-5"), soc_2=("CC7.2",), iso_27001=("A.8.16",)),
    known_as=KnownAs(
        trivy=("AVD-AZU-0045",),
        checkov=(
            "CKV_AWS_238",
            "CKV2_AWS_3",
            "CKV_AZURE_19",
            "CKV_AZURE_55",
            "CKV_AZURE_61",
            "CKV_AZURE_69",
            "CKV_AZURE_79",
            "CKV_AZURE_84",
            "CKV_AZURE_85",
            "CKV_AZURE_86",
            "CKV_AZURE_87",
            "CKV_AZURE_234",
        ),
        prowler=("guardduty_is_enabled",),
        security_hub=("GuardDuty.1",),
        config=("guardduty-enabled-centralized",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_guardduty_detector" "main" {}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_guardduty_detector" "main" {
  enable = false
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::GuardDuty::Detector
    Properties:
      Enable: true
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::GuardDuty::Detector
    Properties:
      Enable: false
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_security_center_subscription_pricing" "vaults" {
  resource_type = "KeyVaults"
  tier          = "Standard"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_security_center_subscription_pricing" "vaults" {
  resource_type = "KeyVaults"
  tier          = "Free"
}
""",
        ),
    ),
)
