"""Stores of which nobody says what is in them."""

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
from watchword.evidence.posture.owners import CLASSIFICATION_TAGS, has_tag
from watchword.inventory import Asset, FrontEnd


def judge(store: Asset, estate: Estate) -> Answer:
    del estate
    if has_tag(store, CLASSIFICATION_TAGS):
        return passed()
    return failed("no tag says what is in it", seen("tags", store["tags"]))


CHECK = Check(
    id="data-classification-tag",
    title="Stores say how sensitive their data is",
    severity=Severity.LOW,
    why="Rules by sensitivity (who may read, where it may lie, how long it is kept) need somebody to have said what is "
    "sensitive. What nobody classified is protected like the least of it.",
    remedy="Tag stores with `data-classification` (public, internal, confidential, restricted).",
    function=Function.DATA_CATEGORIZATION,
    stage=Stage.INITIAL,
    supports=(Function.DATA_INVENTORY,),
    kinds=("database", "file_system", "object_store", "search_domain", "table", "warehouse"),
    providers=("aws",),
    native_types=(
        "aws_db_instance",
        "aws_docdb_cluster",
        "aws_dynamodb_table",
        "aws_efs_file_system",
        "aws_elasticsearch_domain",
        "aws_neptune_cluster",
        "aws_opensearch_domain",
        "aws_rds_cluster",
        "aws_redshift_cluster",
        "aws_s3_bucket",
        "live:AWS::DynamoDB::Table",
        "live:AWS::OpenSearchService::Domain",
        "live:AWS::RDS::DBCluster",
        "live:AWS::RDS::DBInstance",
        "live:AWS::Redshift::Cluster",
        "live:AWS::S3::Bucket",
    ),
    # A template's resources take the tags of their stack, which no template tells.
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",),
    frameworks=Frameworks(nist_800_53=("RA-2", "AC-16", "CM-8"), soc_2=("C1.1",), iso_27001=("A.5.12", "A.5.13")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "invoices" {
  bucket = "invoices"
  tags   = { DataClassification = "confidential" }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "invoices" {
  bucket = "invoices"
  tags   = { Team = "payments" }
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "tags" {}

resource "aws_dynamodb_table" "orders" {
  name = "orders"
  tags = var.tags
}
""",
        ),
    ),
)
