"""The words of CISA's Zero Trust Maturity Model, version 2.0 (April 2023): pillars, functions, stages.

Five pillars hold 37 functions; the three that cut across (visibility, automation, governance) count once in each
pillar, as in the model's tables. A check says which function it is evidence for, and from which stage on it counts.
"""

import enum
from typing import Final


class Pillar(enum.StrEnum):
    IDENTITY = "identity"
    DEVICES = "devices"
    NETWORKS = "networks"
    APPLICATIONS = "applications"
    DATA = "data"


class Stage(enum.StrEnum):
    """In order: `STAGES.index` compares them."""

    TRADITIONAL = "traditional"
    INITIAL = "initial"
    ADVANCED = "advanced"
    OPTIMAL = "optimal"


STAGES: Final = tuple(Stage)


class Function(enum.StrEnum):
    """`<pillar>.<function>`: stable words of reports. `label` is the model's own name."""

    AUTHENTICATION = "identity.authentication"
    IDENTITY_STORES = "identity.identity-stores"
    RISK_ASSESSMENTS = "identity.risk-assessments"
    ACCESS_MANAGEMENT = "identity.access-management"
    IDENTITY_VISIBILITY = "identity.visibility-and-analytics"
    IDENTITY_AUTOMATION = "identity.automation-and-orchestration"
    IDENTITY_GOVERNANCE = "identity.governance"

    COMPLIANCE_MONITORING = "devices.policy-enforcement-and-compliance-monitoring"
    SUPPLY_CHAIN = "devices.asset-and-supply-chain-risk-management"
    RESOURCE_ACCESS = "devices.resource-access"
    DEVICE_THREAT_PROTECTION = "devices.device-threat-protection"
    DEVICES_VISIBILITY = "devices.visibility-and-analytics"
    DEVICES_AUTOMATION = "devices.automation-and-orchestration"
    DEVICES_GOVERNANCE = "devices.governance"

    NETWORK_SEGMENTATION = "networks.network-segmentation"
    TRAFFIC_MANAGEMENT = "networks.network-traffic-management"
    TRAFFIC_ENCRYPTION = "networks.traffic-encryption"
    NETWORK_RESILIENCE = "networks.network-resilience"
    NETWORKS_VISIBILITY = "networks.visibility-and-analytics"
    NETWORKS_AUTOMATION = "networks.automation-and-orchestration"
    NETWORKS_GOVERNANCE = "networks.governance"

    APPLICATION_ACCESS = "applications.application-access"
    APPLICATION_THREAT_PROTECTIONS = "applications.application-threat-protections"
    ACCESSIBLE_APPLICATIONS = "applications.accessible-applications"
    SECURE_DEVELOPMENT = "applications.secure-application-development-and-deployment-workflow"
    SECURITY_TESTING = "applications.application-security-testing"
    APPLICATIONS_VISIBILITY = "applications.visibility-and-analytics"
    APPLICATIONS_AUTOMATION = "applications.automation-and-orchestration"
    APPLICATIONS_GOVERNANCE = "applications.governance"

    DATA_INVENTORY = "data.data-inventory-management"
    DATA_CATEGORIZATION = "data.data-categorization"
    DATA_AVAILABILITY = "data.data-availability"
    DATA_ACCESS = "data.data-access"
    DATA_ENCRYPTION = "data.data-encryption"
    DATA_VISIBILITY = "data.visibility-and-analytics"
    DATA_AUTOMATION = "data.automation-and-orchestration"
    DATA_GOVERNANCE = "data.governance"

    @property
    def pillar(self) -> Pillar:
        return Pillar(self.value.partition(".")[0])

    @property
    def label(self) -> str:
        words = self.value.partition(".")[2].split("-")
        return " ".join(word if word in {"and", "of"} else word.capitalize() for word in words)
