"""Buckets that keep old versions of their objects."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good, outside
from watchword.evidence.posture.native import said
from watchword.evidence.posture.requirements import must
from watchword.inventory import Asset, FrontEnd


def _cannot(bucket: Asset) -> str:
    """Azure: "Blob versioning" is not for accounts with a hierarchical namespace, nor for those of files alone."""
    if bucket.native_type != "azurerm_storage_account":
        return ""
    if said(bucket, "is_hns_enabled")[1].boolean(default=False):
        return "accounts with a hierarchical namespace keep no versions"
    return "it holds no blobs" if said(bucket, "account_kind")[1].text(default="StorageV2") == "FileStorage" else ""


CHECK = Check(
    id="s3-versioning",
    title="Buckets keep old versions",
    severity=Severity.MEDIUM,
    why="Without versions, what is overwritten or deleted is gone, whether by mistake or by somebody who "
    "wants a ransom.",
    remedy="Turn versioning on, with a lifecycle rule that ends old versions after some time. Of Google Cloud: "
    "`versioning { enabled = true }`; of Azure: `versioning_enabled = true` in `blob_properties`.",
    function=Function.DATA_AVAILABILITY,
    stage=Stage.ADVANCED,
    kinds=("object_store",),
    providers=("aws", "azurerm", "google"),
    native_types=(
        "aws_s3_bucket",
        "AWS::S3::Bucket",
        "live:AWS::S3::Bucket",
        "google_storage_bucket",
        "azurerm_storage_account",
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("versioning", "old versions are not kept", fix="keep old versions", unless=_cannot),
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=(
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
        "https://cloud.google.com/storage/docs/object-versioning",
        "https://learn.microsoft.com/en-us/azure/storage/blobs/versioning-overview",
    ),
    frameworks=Frameworks(nist_800_53=("CP-9", "SI-12"), soc_2=("A1.2",), iso_27001=("A.8.13",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_21", "CKV_GCP_78"),
        trivy=("AVD-AWS-0090",),
        tfsec=("aws-s3-enable-versioning",),
        prowler=("s3_bucket_object_versioning",),
        security_hub=("S3.14",),
        config=("s3-bucket-versioning-enabled",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "orders" {
  bucket = "orders"
}

resource "aws_s3_bucket_versioning" "orders" {
  bucket = aws_s3_bucket.orders.id

  versioning_configuration {
    status = "Enabled"
  }
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "orders" {
  bucket = "orders"

  versioning {
    enabled = true
  }
}
""",
            says="the older way to write it",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "orders" {
  bucket = "orders"
}

resource "aws_s3_bucket_versioning" "orders" {
  bucket = aws_s3_bucket.orders.id

  versioning_configuration {
    status = "Suspended"
  }
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration:
        Status: Enabled
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::S3::Bucket
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_bucket" "logs" {
  name     = "shop-logs"
  location = "EU"
  versioning {
    enabled = true
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_bucket" "logs" {
  name     = "shop-logs"
  location = "EU"
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_storage_account" "files" {
  name                     = "files"
  resource_group_name      = "main"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "ZRS"
  blob_properties {
    versioning_enabled = true
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_storage_account" "files" {
  name                     = "files"
  resource_group_name      = "main"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "ZRS"
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_storage_account" "lake" {
  name                     = "lake"
  resource_group_name      = "main"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "ZRS"
  is_hns_enabled           = true
}
""",
        ),
    ),
)
