"""Access keys of the root user."""

from watchword.evidence.posture.live import recorded, refused, said
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good, unsure
from watchword.evidence.posture.requirements import must_not
from watchword.inventory import FrontEnd

CHECK = Check(
    id="account-root-keys",
    title="The root user has no access key",
    severity=Severity.CRITICAL,
    why="The root user's key may do everything, no policy of the account limits it, and it works from anywhere without "
    "a second factor. One file that leaks is the whole account.",
    remedy="Sign in as the root user, delete its access keys, and use roles for what they did.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("account",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=must_not("root_keys", "its root user has an access key"),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html",),
    frameworks=Frameworks(
        nist_800_53=("AC-2", "AC-6", "IA-2"),
        cis_aws=("1.4",),
        pci_dss_4=("8.2.2",),
        soc_2=("CC6.1",),
        iso_27001=("A.8.2",),
    ),
    known_as=KnownAs(
        prowler=("iam_no_root_access_key",), security_hub=("IAM.4",), config=("iam-root-access-key-check",)
    ),
    examples=(
        good(
            FrontEnd.AWS,
            recorded(said("iam:GetAccountSummary", {"SummaryMap": {"AccountAccessKeysPresent": 0}}, home=True)),
        ),
        bad(
            FrontEnd.AWS,
            recorded(said("iam:GetAccountSummary", {"SummaryMap": {"AccountAccessKeysPresent": 1}}, home=True)),
        ),
        unsure(
            FrontEnd.AWS,
            recorded(refused("iam:GetAccountSummary", "AccessDenied", home=True)),
            says="what was refused passes nothing",
        ),
    ),
)
