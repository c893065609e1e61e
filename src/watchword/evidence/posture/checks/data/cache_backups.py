"""Caches of which no backup is kept."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good, outside
from watchword.evidence.posture.requirements import at_least
from watchword.inventory import Asset, FrontEnd


def _no_backups(cache: Asset) -> str:
    if cache["engine"].text(default="redis") in {"memcached", "dax"}:
        return "what is in it is a copy, and has no backups"
    return ""


CHECK = Check(
    id="cache-backups",
    title="Caches keep backups",
    severity=Severity.LOW,
    why="What began as a cache becomes where sessions, carts and queues live. A node that is replaced starts empty.",
    remedy="Set `snapshot_retention_limit` (`SnapshotRetentionLimit`) to a number of days, unless all of it is copies.",
    function=Function.DATA_AVAILABILITY,
    stage=Stage.ADVANCED,
    kinds=("cache",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=at_least("backup_days", 1, "no backup is kept", unless=_no_backups),
    references=("https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html",),
    frameworks=Frameworks(nist_800_53=("CP-9", "CP-10"), soc_2=("A1.2",), iso_27001=("A.8.13",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_134",),
        trivy=("AVD-AWS-0050",),
        tfsec=("aws-elasticache-enable-backup-retention",),
        prowler=("elasticache_redis_cluster_backup_enabled",),
        security_hub=("ElastiCache.1",),
        config=("elasticache-redis-cluster-automatic-backup-check",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_elasticache_replication_group" "carts" {
  replication_group_id     = "carts"
  snapshot_retention_limit = 7
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_memorydb_cluster" "carts" {
  name = "carts"
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_dax_cluster" "carts" {
  cluster_name = "carts"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Carts:
    Type: AWS::MemoryDB::Cluster
    Properties:
      SnapshotRetentionLimit: 7
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Carts:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties:
      ReplicationGroupDescription: carts
""",
        ),
    ),
)
