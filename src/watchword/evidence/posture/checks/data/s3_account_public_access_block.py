"""The account's own block of public buckets, where it is declared."""

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
    mend,
    passed,
    seen,
    together,
    which,
)
from watchword.inventory import Asset, FrontEnd

_SWITCHES: Final = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")


def judge(account: Asset, estate: Estate) -> Answer:
    del estate
    off = which(_SWITCHES, lambda name: not account[name].boolean(default=False))
    if not off:
        return passed()
    return failed(
        f"not all of the block is on: {', '.join(off)}",
        *(seen(name, account[name]) for name in off),
        fix=together(*(mend(account, name, True, "block public access") for name in off)),
    )


CHECK = Check(
    id="s3-account-public-access-block",
    title="The account blocks public access to its buckets",
    severity=Severity.HIGH,
    why="The block of the account holds for every bucket in it, also for those that nobody has written down.",
    remedy="Turn all four switches of `aws_s3_account_public_access_block` on.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    kinds=("account_public_access",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM,),
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",),
    frameworks=Frameworks(nist_800_53=("AC-3", "SC-7"), cis_aws=("2.1.4",), iso_27001=("A.8.3",)),
    known_as=KnownAs(
        prowler=("s3_account_level_public_access_blocks",),
        security_hub=("S3.1",),
        config=("s3-account-level-public-access-blocks-periodic",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_account_public_access_block" "this" {
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_account_public_access_block" "this" {
  block_public_acls   = true
  block_public_policy = true
}
""",
            says="the switches are off by default",
        ),
    ),
)
