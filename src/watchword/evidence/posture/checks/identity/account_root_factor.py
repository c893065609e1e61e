"""The second factor of the root user."""

from watchword.evidence.posture.live import recorded, refused, said
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good, unsure
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="account-root-factor",
    title="The root user signs in with a second factor",
    severity=Severity.CRITICAL,
    why="Whoever has the root user's password, or can have it reset by mail, has the account; nothing in the account "
    "can keep them out.",
    remedy="Register a second factor for the root user, best two hardware keys that lie in two places.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("account",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=must("root_factor", "its root user signs in with a password alone"),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html",),
    frameworks=Frameworks(
        nist_800_53=("IA-2(1)",), cis_aws=("1.5",), pci_dss_4=("8.4.1",), soc_2=("CC6.1",), iso_27001=("A.8.5",)
    ),
    known_as=KnownAs(prowler=("iam_root_mfa_enabled",), security_hub=("IAM.9",), config=("root-account-mfa-enabled",)),
    examples=(
        good(
            FrontEnd.AWS,
            recorded(said("iam:GetAccountSummary", {"SummaryMap": {"AccountMFAEnabled": 1}}, home=True)),
        ),
        bad(
            FrontEnd.AWS,
            recorded(said("iam:GetAccountSummary", {"SummaryMap": {"AccountMFAEnabled": 0}}, home=True)),
        ),
        unsure(FrontEnd.AWS, recorded(refused("iam:GetAccountSummary", "AccessDenied", home=True))),
    ),
)
