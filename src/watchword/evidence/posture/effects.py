"""effects"""

from typing import Final

ADDED: Final = frozenset({"aws_s3_bucket_public_access_block", "aws_s3_bucket_versioning"})


def effect_of(native_type: str, path: str) -> str:
    return ""
