"""Things of which nobody says whose they are."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    Severity,
    bad,
    failed,
    good,
    passed,
    seen,
    unsure,
)
from watchword.evidence.posture.owners import OWNER_TAGS, has_tag
from watchword.inventory import Asset, FrontEnd


def judge(asset: Asset, estate: Estate) -> Answer:
    del estate
    if has_tag(asset, OWNER_TAGS):
        return passed()
    return failed("no tag says whose it is", seen("tags", asset["tags"]))


CHECK = Check(
    id="asset-owner-named",
    title="Things that hold or process data have an owner",
    severity=Severity.LOW,
    why="A finding without an owner is nobody's. In an incident the first hour goes into finding out whom to call.",
    remedy="Tag it with `owner` or `team`; `default_tags` of the provider do it for everything at once.",
    function=Function.SUPPLY_CHAIN,
    stage=Stage.INITIAL,
    supports=(Function.DATA_INVENTORY, Function.DEVICES_GOVERNANCE),
    kinds=(
        "backup_vault",
        "broker",
        "cache",
        "container_service",
        "database",
        "file_system",
        "function",
        "instance",
        "kubernetes_cluster",
        "load_balancer",
        "object_store",
        "queue",
        "registry",
        "search_domain",
        "secret",
        "stream",
        "table",
        "topic",
        "warehouse",
    ),
    providers=("aws",),
    native_types=(
        "aws_alb",
        "aws_backup_vault",
        "aws_dax_cluster",
        "aws_db_instance",
        "aws_docdb_cluster",
        "aws_dynamodb_table",
        "aws_ecr_repository",
        "aws_ecs_service",
        "aws_efs_file_system",
        "aws_eks_cluster",
        "aws_elasticache_replication_group",
        "aws_elasticsearch_domain",
        "aws_elb",
        "aws_instance",
        "aws_kinesis_firehose_delivery_stream",
        "aws_kinesis_stream",
        "aws_lambda_function",
        "aws_lb",
        "aws_mq_broker",
        "aws_msk_cluster",
        "aws_neptune_cluster",
        "aws_opensearch_domain",
        "aws_rds_cluster",
        "aws_redshift_cluster",
        "aws_s3_bucket",
        "aws_secretsmanager_secret",
        "aws_sns_topic",
        "aws_sqs_queue",
        "live:AWS::DynamoDB::Table",
        "live:AWS::EC2::Instance",
        "live:AWS::ECR::Repository",
        "live:AWS::ECS::Service",
        "live:AWS::EKS::Cluster",
        "live:AWS::ElastiCache::ReplicationGroup",
        "live:AWS::ElasticLoadBalancing::LoadBalancer",
        "live:AWS::ElasticLoadBalancingV2::LoadBalancer",
        "live:AWS::Kinesis::Stream",
        "live:AWS::Lambda::Function",
        "live:AWS::OpenSearchService::Domain",
        "live:AWS::RDS::DBCluster",
        "live:AWS::RDS::DBInstance",
        "live:AWS::Redshift::Cluster",
        "live:AWS::S3::Bucket",
        "live:AWS::SNS::Topic",
        "live:AWS::SQS::Queue",
        "live:AWS::SecretsManager::Secret",
    ),
    # A template's resources take the tags of their stack, which no template tells.
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",),
    frameworks=Frameworks(nist_800_53=("CM-8", "PM-5"), soc_2=("CC6.1",), iso_27001=("A.5.9",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
provider "aws" {
  default_tags {
    tags = { Team = "payments" }
  }
}

resource "aws_sqs_queue" "orders" {
  name = "orders"
}

resource "aws_s3_bucket" "media" {
  tags = { service_owner = "web@example.com" }
}
""",
            says="by the provider's tags, or its own",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_sqs_queue" "orders" {
  name = "orders"
  tags = { Name = "orders", Owner = "" }
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "tags" {}

resource "aws_sqs_queue" "orders" {
  name = "orders"
  tags = var.tags
}
""",
        ),
    ),
)
