"""Passwords and keys that nobody uses."""

from collections.abc import Iterator
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
from watchword.inventory import Asset, FrontEnd, Value

_MOST: Final = 45


def judge(credentials: Asset, estate: Estate) -> Answer:
    there = list(_last_sign(credentials))
    if not there:
        return not_applicable("the user has nothing to sign in with")
    unused = which(there, lambda one: age_in_days(one[1], credentials, estate) > _MOST)
    if not unused:
        return passed()
    return failed(f"nobody has used it for more than {_MOST} days", *(seen(*one) for one in unused))


def _last_sign(credentials: Asset) -> Iterator[tuple[str, Value]]:
    """Of what can be used, when it last was; of what never was, when it was made."""
    if credentials["console"].boolean(default=False):
        used = credentials["password_last_used"]
        yield (
            ("password_changed", credentials["password_changed"]) if used.is_absent else ("password_last_used", used)
        )
    for key in credentials["keys"].each():
        if key["active"].boolean(default=False):
            used = key["last_used"]
            yield ("keys.created", key["created"]) if used.is_absent else ("keys.last_used", used)


CHECK = Check(
    id="iam-credentials-unused",
    title="Passwords and access keys that nobody uses are switched off",
    severity=Severity.MEDIUM,
    why="What nobody uses, nobody misses when it is stolen: it belongs to those who have left, and to machines that "
    "were forgotten.",
    remedy="Switch the key off or remove the password, wait a while, then delete it.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("user_credentials",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html",),
    frameworks=Frameworks(
        nist_800_53=("AC-2(3)",), cis_aws=("1.12",), pci_dss_4=("8.2.6",), soc_2=("CC6.2",), iso_27001=("A.5.18",)
    ),
    known_as=KnownAs(
        prowler=("iam_user_accesskey_unused", "iam_user_console_access_unused"),
        security_hub=("IAM.22", "IAM.8"),
        config=("iam-user-unused-credentials-check",),
    ),
    examples=(
        good(
            FrontEnd.AWS,
            recorded(*users(ann={"password_enabled": "true", "password_last_used": "2026-06-29T09:00:00+00:00"})),
        ),
        bad(
            FrontEnd.AWS,
            recorded(*users(ann={"password_enabled": "true", "password_last_used": "2026-05-01T09:00:00+00:00"})),
        ),
        bad(
            FrontEnd.AWS,
            recorded(
                *users(ci={"access_key_1_active": "true", "access_key_1_last_rotated": "2026-01-01T00:00:00+00:00"})
            ),
            says="a key that was never used at all",
        ),
        good(
            FrontEnd.AWS,
            recorded(
                *users(ci={"access_key_1_active": "true", "access_key_1_last_rotated": "2026-06-20T00:00:00+00:00"})
            ),
            says="one that was made a few days ago, and will be",
        ),
        outside(FrontEnd.AWS, recorded(*users(ann={}))),
    ),
)
