"""Caches that are encrypted at rest."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="cache-encrypted",
    title="Caches are encrypted at rest",
    severity=Severity.MEDIUM,
    why="A cache spills to disks and writes backups; sessions and personal data are in them.",
    remedy="Set `at_rest_encryption_enabled = true` (`AtRestEncryptionEnabled: true`).",
    function=Function.DATA_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("cache",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("encrypted", "it is not encrypted at rest", fix="encrypt it"),
    references=("https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html",),
    frameworks=Frameworks(nist_800_53=("SC-28",), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_29", "CKV_AWS_47"),
        trivy=("AVD-AWS-0045",),
        tfsec=("aws-elasticache-enable-at-rest-encryption",),
        prowler=(
            "elasticache_redis_cluster_rest_encryption_enabled",
            "dynamodb_accelerator_cluster_encryption_enabled",
        ),
        cfn_nag=("F25",),
        security_hub=("ElastiCache.4",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = "sessions"
  at_rest_encryption_enabled = true
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
      AtRestEncryptionEnabled: true
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Sessions:
    Type: AWS::ElastiCache::ReplicationGroup
""",
        ),
    ),
)
