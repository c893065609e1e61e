"""Regions in which the configuration of resources is recorded."""

from watchword.evidence.posture.live import recorded, refused, said
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good, unsure
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="region-configuration-recorded",
    title="The configuration of resources is recorded in every region",
    severity=Severity.MEDIUM,
    why="What was there before a break-in, and who changed it when, is told by the record of configurations "
    "alone, and only of regions in which it runs.",
    remedy="Turn the recorder of AWS Config on in each region, for all types.",
    function=Function.DEVICES_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("cloud_region",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=must("recorder", "nothing records how resources are configured"),
    references=("https://docs.aws.amazon.com/config/latest/developerguide/stop-start-recorder.html",),
    frameworks=Frameworks(nist_800_53=("CM-8", "AU-12"), cis_aws=("3.3",), pci_dss_4=("12.5.1",), iso_27001=("A.8.9",)),
    known_as=KnownAs(prowler=("config_recorder_all_regions_enabled",), security_hub=("Config.1",)),
    examples=(
        good(
            FrontEnd.AWS,
            recorded(
                said(
                    "config:DescribeConfigurationRecorderStatus",
                    {"ConfigurationRecordersStatus": [{"name": "default", "recording": True}]},
                )
            ),
        ),
        bad(
            FrontEnd.AWS,
            recorded(said("config:DescribeConfigurationRecorderStatus", {"ConfigurationRecordersStatus": []})),
        ),
        bad(
            FrontEnd.AWS,
            recorded(
                said(
                    "config:DescribeConfigurationRecorderStatus",
                    {"ConfigurationRecordersStatus": [{"name": "default", "recording": False}]},
                )
            ),
            says="it is there, and was stopped",
        ),
        unsure(FrontEnd.AWS, recorded(refused("config:DescribeConfigurationRecorderStatus", "AccessDeniedException"))),
    ),
)
