"""Users with two access keys at once."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.live import recorded, users
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
    passed,
    seen,
    which,
)
from watchword.inventory import Asset, FrontEnd


def judge(credentials: Asset, estate: Estate) -> Answer:
    del estate
    keys = list(credentials["keys"].each())
    if len(keys) < 2:  # noqa: PLR2004 - IAM gives a user two at most
        return passed()
    active = which(keys, lambda key: key["active"].boolean(default=False))
    if len(active) < 2:  # noqa: PLR2004 - as above
        return passed()
    return failed("both access keys of the user are active", *(seen("keys.active", key["active"]) for key in active))


_BOTH = {
    "access_key_1_active": "true",
    "access_key_1_last_rotated": "2026-06-01T00:00:00+00:00",
    "access_key_2_active": "true",
    "access_key_2_last_rotated": "2026-06-20T00:00:00+00:00",
}

CHECK = Check(
    id="iam-two-access-keys",
    title="Users have one active access key at most",
    severity=Severity.LOW,
    why="The second key is there for the hour in which one takes the other's place. Two that stay are two that "
    "leak, and a rotation that nobody finished.",
    remedy="Find out which of the two is in use, switch the other off, then delete it.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("user_credentials",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",),
    frameworks=Frameworks(nist_800_53=("AC-2", "IA-5"), cis_aws=("1.13",), iso_27001=("A.5.17",)),
    known_as=KnownAs(prowler=("iam_user_two_active_access_key",)),
    examples=(
        good(FrontEnd.AWS, recorded(*users(ci={**_BOTH, "access_key_1_active": "false"}))),
        bad(FrontEnd.AWS, recorded(*users(ci=_BOTH))),
    ),
)
