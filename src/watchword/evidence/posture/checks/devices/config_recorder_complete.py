"""Recorders of configuration that record every type, and are switched on."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Fix,
    Frameworks,
    KnownAs,
    Severity,
    bad,
    failed,
    good,
    mend,
    passed,
    seen,
    together,
)
from watchword.inventory import Asset, FrontEnd


def judge(recorder: Asset, estate: Estate) -> Answer:
    del estate
    if not recorder["all_types"].boolean(default=True):
        return failed(
            "some types are not recorded", seen("all_types", recorder["all_types"]), fix=_everything(recorder)
        )
    if not recorder["global_types"].boolean(default=False):
        return failed(
            "types of global services are not recorded",
            seen("global_types", recorder["global_types"]),
            fix=_everything(recorder),
        )
    if not recorder["enabled"].boolean(default=False):
        return failed(
            "it is not switched on",
            seen("enabled", recorder["enabled"]),
            fix=mend(recorder, "enabled", True, "switch it on"),
        )
    return passed()


def _everything(recorder: Asset) -> Fix | None:
    return together(*(mend(recorder, name, True, "record all types") for name in ("all_types", "global_types")))


CHECK = Check(
    id="config-recorder-complete",
    title="The configuration of every type is recorded",
    severity=Severity.MEDIUM,
    why="What changed, when and by whom, is the second question after a break-in, and the input of every "
    "rule that watches.",
    remedy="Record all supported types and the global ones, and switch the recorder on "
    "(`aws_config_configuration_recorder_status`).",
    function=Function.DEVICES_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("configuration_recorder",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.CLOUDFORMATION,),
    references=("https://docs.aws.amazon.com/config/latest/developerguide/select-resources.html",),
    frameworks=Frameworks(
        nist_800_53=("CM-8", "CM-6", "AU-12"), cis_aws=("3.3",), soc_2=("CC7.1",), iso_27001=("A.8.9",)
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_121", "CKV2_AWS_45", "CKV2_AWS_48"),
        prowler=("config_recorder_all_regions_enabled",),
        security_hub=("Config.1",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_config_configuration_recorder" "main" {
  name     = "main"
  role_arn = "arn:aws:iam::111122223333:role/config"

  recording_group {
    all_supported                 = true
    include_global_resource_types = true
  }
}

resource "aws_config_configuration_recorder_status" "main" {
  name       = aws_config_configuration_recorder.main.name
  is_enabled = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_config_configuration_recorder" "main" {
  name     = "main"
  role_arn = "arn:aws:iam::111122223333:role/config"
}
""",
            says="global types are left out by default",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_config_configuration_recorder" "main" {
  name     = "main"
  role_arn = "arn:aws:iam::111122223333:role/config"

  recording_group {
    include_global_resource_types = true
  }
}
""",
            says="it is never switched on",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::Config::ConfigurationRecorder
    Properties:
      RoleARN: arn:aws:iam::111122223333:role/config
      RecordingGroup:
        AllSupported: true
        IncludeGlobalResourceTypes: true
""",
            says="a recorder of a template is switched on with its delivery channel",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Main:
    Type: AWS::Config::ConfigurationRecorder
    Properties:
      RoleARN: arn:aws:iam::111122223333:role/config
      RecordingGroup:
        ResourceTypes: [AWS::EC2::Instance]
""",
        ),
    ),
)
