"""Access keys that were never made anew."""

from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.live import age_in_days, recorded, users
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
    which,
)
from watchword.inventory import Asset, FrontEnd

_MOST: Final = 90


def judge(credentials: Asset, estate: Estate) -> Answer:
    active = which(credentials["keys"].each(), lambda key: key["active"].boolean(default=False))
    if not active:
        return not_applicable("the user has no active access key")
    old = which(active, lambda key: age_in_days(key["created"], credentials, estate) > _MOST)
    if not old:
        return passed()
    return failed(f"an access key is older than {_MOST} days", *(seen("keys.created", key["created"]) for key in old))


CHECK = Check(
    id="iam-access-key-age",
    title="Access keys are no older than ninety days",
    severity=Severity.MEDIUM,
    why="A key is copied into files, logs and notebooks as it is used, and works until somebody ends it. The "
    "older it is, the more people have it.",
    remedy="Use a role in place of the key. Where that cannot be, make a new key, put it to use, and delete the "
    "old one.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("user_credentials",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",),
    frameworks=Frameworks(
        nist_800_53=("IA-5(1)", "AC-2"), cis_aws=("1.14",), pci_dss_4=("8.6.3",), iso_27001=("A.5.17",)
    ),
    known_as=KnownAs(
        prowler=("iam_rotate_access_key_90_days",), security_hub=("IAM.3",), config=("access-keys-rotated",)
    ),
    examples=(
        good(
            FrontEnd.AWS,
            recorded(
                *users(ci={"access_key_1_active": "true", "access_key_1_last_rotated": "2026-04-01T12:00:00+00:00"})
            ),
            says="ninety days to the hour",
        ),
        bad(
            FrontEnd.AWS,
            recorded(
                *users(ci={"access_key_1_active": "true", "access_key_1_last_rotated": "2026-03-31T12:00:00+00:00"})
            ),
        ),
        outside(
            FrontEnd.AWS,
            recorded(
                *users(ci={"access_key_1_active": "false", "access_key_1_last_rotated": "2020-01-01T00:00:00+00:00"})
            ),
            says="a key that was switched off",
        ),
    ),
)
