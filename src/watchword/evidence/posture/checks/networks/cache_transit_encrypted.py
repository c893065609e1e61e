"""Caches whose connections are encrypted."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="cache-transit-encrypted",
    title="Connections to caches are encrypted",
    severity=Severity.MEDIUM,
    why="Sessions and passwords go to the cache with every request, and an unencrypted cache asks for no "
    "password either.",
    remedy="Set `transit_encryption_enabled = true` (`TransitEncryptionEnabled: true`), with a user or token. "
    'Of Memorystore set `transit_encryption_mode = "SERVER_AUTHENTICATION"`; of Azure leave '
    "`non_ssl_port_enabled` off.",
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=("cache",),
    providers=("aws", "azurerm", "google"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("transit_encrypted", "its connections are in clear", fix="encrypt connections"),
    references=(
        "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html",
        "https://cloud.google.com/memorystore/docs/redis/about-in-transit-encryption",
        "https://learn.microsoft.com/en-us/azure/azure-cache-for-redis/cache-configure",
    ),
    frameworks=Frameworks(nist_800_53=("SC-8", "SC-8(1)"), pci_dss_4=("4.2.1",), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_30", "CKV_AWS_202", "CKV_AWS_239", "CKV_GCP_97", "CKV_AZURE_91"),
        trivy=("AVD-AWS-0051",),
        tfsec=("aws-elasticache-enable-in-transit-encryption",),
        prowler=("elasticache_redis_cluster_in_transit_encryption_enabled",),
        cfn_nag=("F33",),
        security_hub=("ElastiCache.5",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = "sessions"
  transit_encryption_enabled = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id = "sessions"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Sessions:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties:
      TransitEncryptionEnabled: true
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Sessions:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties:
      ReplicationGroupDescription: sessions
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_redis_instance" "sessions" {
  name           = "sessions"
  memory_size_gb = 1
  transit_encryption_mode = "SERVER_AUTHENTICATION"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_redis_instance" "sessions" {
  name           = "sessions"
  memory_size_gb = 1
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_redis_cache" "sessions" {
  name                 = "sessions"
  resource_group_name  = "main"
  location             = "westeurope"
  capacity             = 1
  family               = "C"
  sku_name             = "Standard"
  non_ssl_port_enabled = true
}
""",
        ),
    ),
)
