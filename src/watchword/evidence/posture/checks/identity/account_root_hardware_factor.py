"""The second factor of the root user, if it is a device."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.live import ACCOUNT, recorded, said
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
)
from watchword.inventory import Asset, FrontEnd


def judge(account: Asset, estate: Estate) -> Answer:
    del estate
    if not account["root_factor"].boolean(default=False):
        return not_applicable("it has no second factor at all, which account-root-factor says")
    virtual = account["root_virtual_factor"]
    if virtual.boolean(default=False):
        return failed("the root user's second factor is a program", seen("root_virtual_factor", virtual))
    return passed()


_FACTOR = said("iam:GetAccountSummary", {"SummaryMap": {"AccountMFAEnabled": 1}}, home=True)
_ASSIGNED = {"AssignmentStatus": "Assigned"}

CHECK = Check(
    id="account-root-hardware-factor",
    title="The root user's second factor is a device",
    severity=Severity.MEDIUM,
    why="A code from a program can be asked for by a page that only looks right, and the program's secret is copied "
    "with a backup of the telephone. A hardware key answers to the right page alone.",
    remedy="Register hardware keys (FIDO2) for the root user, and remove the virtual device.",
    function=Function.AUTHENTICATION,
    stage=Stage.ADVANCED,
    kinds=("account",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html",),
    frameworks=Frameworks(nist_800_53=("IA-2(1)", "IA-2(8)"), cis_aws=("1.6",), iso_27001=("A.8.5",)),
    known_as=KnownAs(
        prowler=("iam_root_hardware_mfa_enabled",),
        security_hub=("IAM.6",),
        config=("root-account-hardware-mfa-enabled",),
    ),
    examples=(
        good(
            FrontEnd.AWS,
            recorded(
                _FACTOR,
                said(
                    "iam:ListVirtualMFADevices",
                    {"VirtualMFADevices": [{"User": {"Arn": f"arn:aws:iam::{ACCOUNT}:user/ann"}}]},
                    home=True,
                    parameters=_ASSIGNED,
                ),
            ),
            says="the one virtual device is somebody else's",
        ),
        bad(
            FrontEnd.AWS,
            recorded(
                _FACTOR,
                said(
                    "iam:ListVirtualMFADevices",
                    {"VirtualMFADevices": [{"User": {"Arn": f"arn:aws:iam::{ACCOUNT}:root"}}]},
                    home=True,
                    parameters=_ASSIGNED,
                ),
            ),
        ),
        outside(
            FrontEnd.AWS,
            recorded(said("iam:GetAccountSummary", {"SummaryMap": {"AccountMFAEnabled": 0}}, home=True)),
        ),
    ),
)
