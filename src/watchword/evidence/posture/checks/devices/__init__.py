"""Machines, images and the supply of them."""

from typing import Final

# One line a file, in alphabetical order.
NAMES: Final = (
    "asset_owner_named",
    "config_recorder_complete",
    "database_minor_upgrades",
    "ec2_imdsv2",
    "function_runtime_supported",
    "gcp_os_login",
    "gcp_project_ssh_keys",
    "gcp_serial_port",
    "gcp_shielded_machine",
    "gke_node_metadata",
    "gke_shielded_nodes",
    "image_build_from_version",
    "instance_managed",
    "instance_patched",
    "k8s_image_digest",
    "k8s_image_tag",
    "kubernetes_version_supported",
    "machine_image_supported",
    "managed_kubernetes_upgrades",
    "notebook_root_access",
    "region_configuration_recorded",
    "region_findings_hub",
    "region_threat_detector",
    "registry_immutable_tags",
    "registry_scan_on_push",
    "remediation_automatic",
    "threat_detection_every_account",
    "threat_detector_enabled",
    "threat_malware_protection",
    "threat_runtime_coverage",
)
