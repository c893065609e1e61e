"""Access from outside that nobody has answered for."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.live import ACCOUNT, REGION, recorded, said
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
)
from watchword.inventory import Asset, FrontEnd


def judge(analyzer: Asset, estate: Estate) -> Answer:
    del estate
    if not analyzer["findings"]:
        return passed()
    found = list(analyzer["findings"].each())
    return failed(
        f"{len(found)} resources let somebody from outside in, and nobody has answered for it",
        *(seen("findings.resource", one["resource"]) for one in found),
    )


_ARN = f"arn:aws:access-analyzer:{REGION}:{ACCOUNT}:analyzer/outside"
_LISTED = said(
    "accessanalyzer:ListAnalyzers",
    {"analyzers": [{"arn": _ARN, "name": "outside", "type": "ACCOUNT", "status": "ACTIVE"}]},
)
_ACTIVE = {"analyzerArn": _ARN, "filter": {"status": {"eq": ["ACTIVE"]}}}

CHECK = Check(
    id="access-analyzer-findings",
    title="Access from outside is answered for",
    severity=Severity.HIGH,
    why="Each active finding is a bucket, role or key that somebody beyond the account can use, by a policy "
    "that is there now. Either it is meant, and somebody says so, or it is a hole.",
    remedy="Narrow the policy; where the access is meant, archive the finding by a rule that says why.",
    function=Function.IDENTITY_VISIBILITY,
    stage=Stage.ADVANCED,
    kinds=("access_analyzer",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6", "CA-7"), soc_2=("CC6.1",), iso_27001=("A.5.15",)),
    known_as=KnownAs(prowler=("accessanalyzer_enabled_without_findings",)),
    examples=(
        good(
            FrontEnd.AWS, recorded(_LISTED, said("accessanalyzer:ListFindings", {"findings": []}, parameters=_ACTIVE))
        ),
        bad(
            FrontEnd.AWS,
            recorded(
                _LISTED,
                said(
                    "accessanalyzer:ListFindings",
                    {"findings": [{"id": "1", "resource": "arn:aws:s3:::media", "isPublic": True}]},
                    parameters=_ACTIVE,
                ),
            ),
        ),
    ),
)
