"""Machines, images and the supply of them."""

from typing import Final

# One line a file, in alphabetical order.
NAMES: Final = (
    "asset_owner_named",
    "config_recorder_complete",
    "database_minor_upgrades",
    "ec2_imdsv2",
    "function_runtime_supported",
    "image_build_from_version",
    "k8s_image_digest",
    "k8s_image_tag",
    "kubernetes_version_supported",
    "machine_image_supported",
    "notebook_root_access",
    "registry_immutable_tags",
    "registry_scan_on_push",
    "remediation_automatic",
    "threat_detection_every_account",
    "threat_detector_enabled",
)
