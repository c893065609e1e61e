"""Second factors of users who have a password for the console."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.live import recorded, said, users
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
)
from watchword.inventory import Asset, FrontEnd


def judge(credentials: Asset, estate: Estate) -> Answer:
    del estate
    if not credentials["console"].boolean(default=False):
        return not_applicable("the user has no password for the console")
    factor = credentials["second_factor"]
    if factor.boolean(default=False):
        return passed()
    return failed("a password is all that is asked for", seen("second_factor", factor))


CHECK = Check(
    id="iam-user-second-factor",
    title="Users sign in to the console with a second factor",
    severity=Severity.HIGH,
    why="Passwords are guessed, reused and typed into pages that only look right. A second factor makes of a stolen "
    "password half of what is needed.",
    remedy="Have each user register a second factor, and deny everything else until it was used "
    "(`aws:MultiFactorAuthPresent`); better, sign in through IAM Identity Center and remove the password.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("user_credentials",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html",),
    frameworks=Frameworks(
        nist_800_53=("IA-2(1)", "IA-2(2)"),
        cis_aws=("1.10",),
        pci_dss_4=("8.4.2",),
        soc_2=("CC6.1",),
        iso_27001=("A.8.5",),
    ),
    known_as=KnownAs(
        prowler=("iam_user_mfa_enabled_console_access",),
        security_hub=("IAM.5",),
        config=("mfa-enabled-for-iam-console-access",),
    ),
    examples=(
        good(FrontEnd.AWS, recorded(*users(ann={"password_enabled": "true", "mfa_active": "true"}))),
        bad(FrontEnd.AWS, recorded(*users(ann={"password_enabled": "true"}))),
        outside(FrontEnd.AWS, recorded(*users(ci={"access_key_1_active": "true"}))),
        unsure(
            FrontEnd.AWS,
            recorded(users(ann={})[0], said("iam:GetCredentialReport", {"Rows": []}, home=True)),
            says="the user is newer than the report, which IAM writes every four hours at most",
        ),
    ),
)
