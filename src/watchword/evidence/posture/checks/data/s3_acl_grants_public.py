"""Buckets that a grant of their list opens to everybody."""

import re
from collections.abc import Iterator
from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    KnownAs,
    Severity,
    bad,
    failed,
    good,
    not_applicable,
    outside,
    passed,
    seen,
    unsure,
    which,
)
from watchword.inventory import Asset, FrontEnd, Value, either, some

_EVERYBODY: Final = re.compile(r"https?://acs\.amazonaws\.com/groups/global/(AllUsers|AuthenticatedUsers)")


def judge(holder: Asset, estate: Estate) -> Answer:
    grants = (
        holder.native["grant"] if holder.kind == "object_store" else holder.native["access_control_policy"]["grant"]
    )
    if grants.is_absent:
        return not_applicable("it grants nothing one by one")
    open_ = which(_uris(grants), lambda entry: _EVERYBODY.fullmatch(entry[1].text(default="")) is not None)
    if not open_:
        return passed()
    buckets = (holder,) if holder.kind == "object_store" else estate.named(holder.native["bucket"], holder)
    if some(buckets, _without_effect):
        return passed()
    return failed("a grant opens the bucket to everybody", *(seen(path, value) for path, value in open_))


def _uris(grants: Value) -> Iterator[tuple[str, Value]]:
    for index, grant in enumerate(grants.each()):
        grantee = grant["grantee"]
        yield f"grant[{index}].uri", grant["uri"] if grantee.is_absent else grantee["uri"]


def _without_effect(bucket: Asset) -> bool:
    """A list that has no effect opens nothing, whatever it says."""
    if bucket.kind != "object_store":
        return False
    return either(
        lambda: bucket["ignore_public_acls"].boolean(default=False),
        lambda: bucket["object_ownership"] == "BucketOwnerEnforced",
    )


CHECK = Check(
    id="s3-acl-grants-public",
    title="No grant of an access control list opens a bucket to everybody",
    severity=Severity.CRITICAL,
    why="A grant to `AllUsers` is for the whole Internet, one to `AuthenticatedUsers` for everybody who has an account "
    "of AWS, and that is anybody.",
    remedy="Take the grant away, and let the bucket have no lists at all (`BucketOwnerEnforced`).",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    kinds=("object_store", "other"),
    providers=("aws",),
    native_types=("aws_s3_bucket", "aws_s3_bucket_acl"),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6"), pci_dss_4=("7.2.1",), soc_2=("CC6.1",), iso_27001=("A.8.3",)),
    known_as=KnownAs(checkov=("CKV_AWS_375", "CKV2_AWS_43")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket_acl" "media" {
  bucket = "media"

  access_control_policy {
    owner {
      id = "1"
    }
    grant {
      permission = "FULL_CONTROL"
      grantee {
        type = "CanonicalUser"
        id   = "1"
      }
    }
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket_acl" "media" {
  bucket = "media"

  access_control_policy {
    owner {
      id = "1"
    }
    grant {
      permission = "READ"
      grantee {
        type = "Group"
        uri  = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
      }
    }
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "media" {
  bucket = "media"

  grant {
    type        = "Group"
    permissions = ["READ"]
    uri         = "http://acs.amazonaws.com/groups/global/AllUsers"
  }
}
""",
            says="the older way to write it",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket" "media" {
  bucket = "media"

  grant {
    type        = "Group"
    permissions = ["READ"]
    uri         = "http://acs.amazonaws.com/groups/global/AllUsers"
  }
}

resource "aws_s3_bucket_public_access_block" "media" {
  bucket             = aws_s3_bucket.media.id
  ignore_public_acls = true
}
""",
            says="a list that has no effect",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "reader" {}

resource "aws_s3_bucket_acl" "media" {
  bucket = "media"

  access_control_policy {
    grant {
      permission = "READ"
      grantee {
        type = "Group"
        uri  = var.reader
      }
    }
  }
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket_acl" "media" {
  bucket = "media"
  acl    = "private"
}
""",
        ),
    ),
)
