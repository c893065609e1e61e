"""Shapes of what records: trails, log groups."""

from typing import Final

from watchword.inventory.shapes import Default, Join, Present, Shape

_PROVIDER: Final = "AWS provider 5"

RECORDS: Final = (
    Shape(
        "aws_cloudtrail",
        "log_trail",
        {
            "name": "name",
            "multi_region": Default("is_multi_region_trail", value=False, says=_PROVIDER),
            "validation": Default("enable_log_file_validation", value=False, says=_PROVIDER),
            "key": "kms_key_id",
            "bucket": "s3_bucket_name",
            "enabled": Default("enable_logging", value=True, says=_PROVIDER),
            "global_events": Default("include_global_service_events", value=True, says=_PROVIDER),
            "log_group": "cloud_watch_logs_group_arn",
            "organization": Default("is_organization_trail", value=False, says=_PROVIDER),
            "data_events": Present(("event_selector.data_resource", "advanced_event_selector")),
        },
    ),
    Shape(
        "aws_cloudwatch_log_group",
        "log_group",
        {
            "name": ("name", "name_prefix"),
            "retention_days": Default("retention_in_days", value=0, says=_PROVIDER),
            "key": "kms_key_id",
        },
    ),
    Shape(
        "aws_config_configuration_recorder",
        "configuration_recorder",
        {
            "name": Default("name", value="default", says=_PROVIDER),
            "all_types": Default("recording_group.all_supported", value=True, says=_PROVIDER),
            "global_types": Default("recording_group.include_global_resource_types", value=False, says=_PROVIDER),
            "enabled": Join("aws_config_configuration_recorder_status", by="name").read("is_enabled"),
        },
    ),
    Shape("aws_guardduty_detector", "threat_detector", {"enabled": Default("enable", value=True, says=_PROVIDER)}),
)
