"""What records and watches: trails, configuration, threats, findings, log groups; a region at a time."""

from dataclasses import dataclass
from typing import Final

from watchword.adapters.aws.asks import Ask, Listing, More
from watchword.adapters.aws.sources import TAGS, CustomerKey, Filled, Flat, Matching, careful, said, shape
from watchword.inventory.shapes import Default, Nothing, Present, Rows, Subject
from watchword.inventory.values import Known, Value, either, some

_ANALYZERS: Final = Ask("accessanalyzer:ListAnalyzers")
_DETECTORS: Final = Ask("guardduty:ListDetectors")

LISTINGS: Final = (
    Listing(
        type="live:AWS::Region",
        arn="region/{region}",
        more={
            "Recorders": More(
                ask=Ask("config:DescribeConfigurationRecorderStatus"),
                at="ConfigurationRecordersStatus[]",
                keep=("name", "recording"),
            ),
            "Detectors": More(ask=_DETECTORS, at="DetectorIds[]"),
            "Hub": More(
                ask=Ask("securityhub:DescribeHub", absent=("InvalidAccessException", "ResourceNotFoundException")),
                keep=("HubArn",),
            ),
            "Discovery": More(
                ask=Ask("macie2:GetMacieSession", absent=("AccessDeniedException: Macie is not enabled",)),
                keep=("status",),
            ),
            "Analyzers": More(ask=_ANALYZERS, at="analyzers[]", keep=("arn", "name", "type", "status")),
        },
    ),
    Listing(
        type="live:AWS::CloudTrail::Trail",
        # With shadows: a trail of the organisation is one in its other accounts. By its ARN, each is told once.
        ask=Ask("cloudtrail:DescribeTrails", {"includeShadowTrails": True}),
        at="trailList[]",
        keep=(
            "Name",
            "TrailARN",
            "S3BucketName",
            "IncludeGlobalServiceEvents",
            "IsMultiRegionTrail",
            "LogFileValidationEnabled",
            "CloudWatchLogsLogGroupArn",
            "KmsKeyId",
            "IsOrganizationTrail",
            "HomeRegion",
        ),
        arn="{TrailARN}",
        tags=True,
        more={
            "Status": More(ask=Ask("cloudtrail:GetTrailStatus", {"Name": "{TrailARN}"}), keep=("IsLogging",)),
            "Selectors": More(
                ask=Ask("cloudtrail:GetEventSelectors", {"TrailName": "{TrailARN}"}),
                keep=("EventSelectors", "AdvancedEventSelectors"),
            ),
        },
    ),
    Listing(
        type="live:AWS::Config::ConfigurationRecorder",
        ask=Ask("config:DescribeConfigurationRecorders"),
        at="ConfigurationRecorders[]",
        keep=("name", "recordingGroup"),
        arn="arn:{partition}:config:{region}:{account}:configuration-recorder/{name}",
        more={
            "Status": More(
                ask=Ask("config:DescribeConfigurationRecorderStatus"),
                at="ConfigurationRecordersStatus[]",
                keep=("name", "recording"),
                where=("name", "{name}"),
            )
        },
    ),
    Listing(
        type="live:AWS::GuardDuty::Detector",
        ask=_DETECTORS,
        at="DetectorIds[]",
        arn="arn:{partition}:guardduty:{region}:{account}:detector/{Value}",
        more={
            "Detector": More(
                ask=Ask("guardduty:GetDetector", {"DetectorId": "{Value}"}), keep=("Status", "Features", "DataSources")
            )
        },
    ),
    Listing(
        type="live:AWS::GuardDuty::Protection",
        ask=_DETECTORS,
        at="DetectorIds[]",
        arn="arn:{partition}:guardduty:{region}:{account}:detector/{Value}/protection",
        more={
            "Detector": More(
                ask=Ask("guardduty:GetDetector", {"DetectorId": "{Value}"}), keep=("Status", "Features", "DataSources")
            )
        },
    ),
    Listing(
        type="live:AWS::Logs::LogGroup",
        ask=Ask("logs:DescribeLogGroups"),
        at="logGroups[]",
        keep=("logGroupName", "arn", "retentionInDays", "kmsKeyId"),
        arn="arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}",
        tags=True,
    ),
)


@dataclass(frozen=True, slots=True)
class _DataEvents:
    """Whether reads and writes in stores are recorded: by selectors of the old form or of the new."""

    @careful
    def read(self, subject: Subject) -> Value:
        old = Flat("Selectors.EventSelectors[].DataResources[].Type").read(subject)
        new = Flat("Selectors.AdvancedEventSelectors[].FieldSelectors[].Equals[]").read(subject)
        return Known(either(lambda: bool(old), lambda: some(new.each(), lambda word: word == "Data")), subject.place)


SHAPES: Final = (
    shape(
        "AWS::Region",
        "cloud_region",
        {
            "name": "@region",
            "tags": Nothing(),
            "recorder": Matching("Recorders[].recording", words=(True,)),
            "threat_detector": Filled("Detectors"),
            "findings_hub": Present("Hub"),
            "data_discovery": Matching("Discovery.status", words=("ENABLED",)),
            "access_analyzer": Matching("Analyzers[].type", words=("ACCOUNT", "ORGANIZATION")),
        },
    ),
    shape(
        "AWS::CloudTrail::Trail",
        "log_trail",
        {
            "name": "Name",
            "tags": TAGS,
            "multi_region": said("IsMultiRegionTrail", value=False),
            "validation": said("LogFileValidationEnabled", value=False),
            "key": "KmsKeyId",  # a trail can name a customer's key alone
            "bucket": "S3BucketName",
            "enabled": "Status.IsLogging",
            "global_events": said("IncludeGlobalServiceEvents", value=False),
            "log_group": "CloudWatchLogsLogGroupArn",
            "organization": said("IsOrganizationTrail", value=False),
            "data_events": _DataEvents(),
        },
        identity=("Name",),
    ),
    shape(
        "AWS::Config::ConfigurationRecorder",
        "configuration_recorder",
        {
            "name": "name",
            "tags": Nothing(),
            "all_types": said("recordingGroup.allSupported", value=False),
            "global_types": said("recordingGroup.includeGlobalResourceTypes", value=False),
            "enabled": "Status.recording",
        },
    ),
    shape(
        "AWS::GuardDuty::Detector",
        "threat_detector",
        {"name": "Value", "tags": Nothing(), "enabled": Matching("Detector.Status", words=("ENABLED",))},
    ),
    shape(
        "AWS::GuardDuty::Protection",
        "threat_coverage",
        {
            "name": "Value",
            "tags": Nothing(),
            "region": "@region",
            "features": Rows("Detector.Features", {"name": "Name", "status": "Status"}),
        },
    ),
    shape(
        "AWS::Logs::LogGroup",
        "log_group",
        {
            "name": "logGroupName",
            "tags": TAGS,
            "retention_days": Default(
                "retentionInDays", value=0, says="CloudWatch Logs: left out, it is kept for ever"
            ),
            "key": CustomerKey("kmsKeyId"),
        },
        identity=("logGroupName",),
    ),
)
