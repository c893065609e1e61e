"""Regions in which access from outside is looked for."""

from watchword.evidence.posture.live import ACCOUNT, REGION, recorded, refused, said
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good, unsure
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

_ANALYZER = {
    "arn": f"arn:aws:access-analyzer:{REGION}:{ACCOUNT}:analyzer/outside",
    "name": "outside",
    "type": "ACCOUNT",
    "status": "ACTIVE",
}

CHECK = Check(
    id="access-analyzer-enabled",
    title="Access from outside is looked for in every region",
    severity=Severity.LOW,
    why="A policy that lets somebody else's account in looks like any other. Access Analyzer reads all of them,"
    " each time one changes, and names those that do.",
    remedy="Create an analyzer of external access in each region, best one for the whole organisation.",
    function=Function.IDENTITY_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("cloud_region",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=must("access_analyzer", "no analyzer of external access looks at it"),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/what-is-access-analyzer.html",),
    frameworks=Frameworks(nist_800_53=("AC-6", "CA-7"), cis_aws=("1.20",), iso_27001=("A.8.16",)),
    known_as=KnownAs(prowler=("accessanalyzer_enabled",), security_hub=("IAM.28",)),
    examples=(
        good(FrontEnd.AWS, recorded(said("accessanalyzer:ListAnalyzers", {"analyzers": [_ANALYZER]}))),
        bad(FrontEnd.AWS, recorded(said("accessanalyzer:ListAnalyzers", {"analyzers": []}))),
        bad(
            FrontEnd.AWS,
            recorded(
                said("accessanalyzer:ListAnalyzers", {"analyzers": [{**_ANALYZER, "type": "ACCOUNT_UNUSED_ACCESS"}]})
            ),
            says="it looks for what is not used, not for who comes from outside",
        ),
        unsure(FrontEnd.AWS, recorded(refused("accessanalyzer:ListAnalyzers", "AccessDeniedException"))),
    ),
)
