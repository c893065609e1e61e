"""Shapes of what records: trails, log groups."""

from typing import Final

from watchword.adapters.cloudformation.shapes._sources import tagged
from watchword.inventory.shapes import Constant, Default, Nothing, Present, Shape

_TRAIL: Final = "CloudFormation Template Reference, AWS::CloudTrail::Trail"
_RECORDER: Final = "CloudFormation Template Reference, AWS::Config::ConfigurationRecorder"

RECORDS: Final = (
    tagged(
        "AWS::CloudTrail::Trail",
        "log_trail",
        {
            "name": "TrailName",
            "multi_region": Default("IsMultiRegionTrail", value=False, says=_TRAIL),
            "validation": Default("EnableLogFileValidation", value=False, says=_TRAIL),
            "key": "KMSKeyId",
            "bucket": "S3BucketName",
            "enabled": "IsLogging",
            "global_events": Default("IncludeGlobalServiceEvents", value=False, says=_TRAIL),
            "log_group": "CloudWatchLogsLogGroupArn",
            "organization": Default("IsOrganizationTrail", value=False, says=_TRAIL),
            "data_events": Present(("EventSelectors.DataResources", "AdvancedEventSelectors")),
        },
        identity=("TrailName",),
    ),
    tagged(
        "AWS::Logs::LogGroup",
        "log_group",
        {
            "name": "LogGroupName",
            "retention_days": Default(
                "RetentionInDays", value=0, says="CloudFormation Template Reference, AWS::Logs::LogGroup: never expire"
            ),
            "key": "KmsKeyId",
        },
        identity=("LogGroupName",),
    ),
    Shape(
        "AWS::Config::ConfigurationRecorder",
        "configuration_recorder",
        {
            "name": "Name",
            "tags": Nothing(),
            "all_types": Default("RecordingGroup.AllSupported", value=True, says=_RECORDER),
            "global_types": Default("RecordingGroup.IncludeGlobalResourceTypes", value=False, says=_RECORDER),
            "enabled": Constant(True),  # it is switched on with its delivery channel
        },
        identity=("Name",),
    ),
    tagged("AWS::GuardDuty::Detector", "threat_detector", {"name": Nothing(), "enabled": "Enable"}),
)
