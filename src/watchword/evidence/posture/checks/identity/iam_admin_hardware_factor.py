"""Second factors of administrators that cannot be phished."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.live import ACCOUNT, recorded, users
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
from watchword.evidence.posture.powers import is_administrator
from watchword.inventory import Asset, FrontEnd, Value, some


def judge(credentials: Asset, estate: Estate) -> Answer:
    if not credentials["console"].boolean(default=False):
        return not_applicable("the user has no password for the console")
    holders = [
        *estate.named(credentials["user"], credentials),
        *(
            group
            for name in credentials["groups"].each()
            for group in estate.named(name, credentials)
            if group.kind == "iam_group"
        ),
    ]
    if not some(holders, lambda holder: holder.kind != "user_credentials" and is_administrator(holder, estate)):
        return not_applicable("the user is no administrator")
    devices = list(credentials["devices"].each())
    if devices and not some(devices, _is_virtual):
        return passed()
    shown = devices or [credentials["second_factor"]]
    return failed("an administrator signs in with what can be phished", *(seen("devices", device) for device in shown))


def _is_virtual(device: Value) -> bool:
    """A virtual device has an ARN of the resource `mfa`; a FIDO key one of `u2f`, and a token a number."""
    return device.matches(r"arn:[^:]+:iam::\d+:mfa/.*")


CHECK = Check(
    id="iam-admin-hardware-factor",
    title="Administrators sign in with a factor that cannot be phished",
    severity=Severity.HIGH,
    why="A page that only looks right asks for the password and for the code, and passes both on within the "
    "half minute for which the code is good. A hardware key signs for the right page alone.",
    remedy="Register a FIDO2 key for each administrator, and remove virtual devices; better, let nobody administer"
    " by a user of IAM.",
    function=Function.AUTHENTICATION,
    stage=Stage.ADVANCED,
    kinds=("user_credentials",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_fido.html",),
    frameworks=Frameworks(nist_800_53=("IA-2(1)", "IA-2(8)"), pci_dss_4=("8.4.1",), iso_27001=("A.8.2", "A.8.5")),
    known_as=KnownAs(prowler=("iam_user_hardware_mfa_enabled", "iam_administrator_access_with_mfa")),
    examples=(
        good(
            FrontEnd.AWS,
            recorded(
                *users(
                    ann={
                        "holds": "AdministratorAccess",
                        "password_enabled": "true",
                        "mfa_active": "true",
                        "device": f"arn:aws:iam::{ACCOUNT}:u2f/user/ann/key-EXAMPLE",
                    }
                )
            ),
        ),
        bad(
            FrontEnd.AWS,
            recorded(
                *users(
                    ann={
                        "holds": "AdministratorAccess",
                        "password_enabled": "true",
                        "mfa_active": "true",
                        "device": f"arn:aws:iam::{ACCOUNT}:mfa/telephone",
                    }
                )
            ),
            says="a program on a telephone",
        ),
        bad(
            FrontEnd.AWS,
            recorded(*users(ann={"holds": "AdministratorAccess", "password_enabled": "true"})),
            says="no second factor at all",
        ),
        outside(
            FrontEnd.AWS,
            recorded(*users(bea={"holds": "ReadOnlyAccess", "password_enabled": "true", "mfa_active": "true"})),
        ),
    ),
)
