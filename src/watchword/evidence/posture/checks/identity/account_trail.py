"""Accounts that have a trail over all regions."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.live import ACCOUNT, REGION, recorded, refused, said
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
    unsure,
)
from watchword.inventory import Absent, Asset, FrontEnd, both, some


def judge(account: Asset, estate: Estate) -> Answer:
    trails = [trail for trail in estate.of("log_trail") if trail.root == account.root]
    if some(trails, _records_everywhere):
        return passed()
    return failed("no trail records what is asked in all regions", seen("trail", Absent(account.place)))


def _records_everywhere(trail: Asset) -> bool:
    return both(lambda: trail["multi_region"].boolean(default=False), lambda: trail["enabled"].boolean(default=False))


_ARN = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/all"
_TRAILS = {"includeShadowTrails": True}

CHECK = Check(
    id="account-trail",
    title="A trail records what is asked of the account, in all regions",
    severity=Severity.HIGH,
    why="Without a trail, who did what is known for ninety days and nowhere kept; in a region without one, "
    "somebody can work unseen.",
    remedy="Create one trail for all regions, best by the organisation, into a bucket of another account.",
    function=Function.IDENTITY_VISIBILITY,
    stage=Stage.INITIAL,
    kinds=("account",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=judge,
    references=("https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html",),
    frameworks=Frameworks(
        nist_800_53=("AU-2", "AU-12"),
        cis_aws=("3.1",),
        pci_dss_4=("10.2.1",),
        soc_2=("CC7.2",),
        iso_27001=("A.8.15",),
    ),
    known_as=KnownAs(
        prowler=("cloudtrail_multi_region_enabled",),
        security_hub=("CloudTrail.1",),
        config=("multi-region-cloudtrail-enabled",),
    ),
    examples=(
        good(
            FrontEnd.AWS,
            recorded(
                said(
                    "cloudtrail:DescribeTrails",
                    {"trailList": [{"Name": "all", "TrailARN": _ARN, "IsMultiRegionTrail": True}]},
                    parameters=_TRAILS,
                ),
                said("cloudtrail:GetTrailStatus", {"IsLogging": True}, parameters={"Name": _ARN}),
            ),
        ),
        bad(FrontEnd.AWS, recorded(said("cloudtrail:DescribeTrails", {"trailList": []}, parameters=_TRAILS))),
        bad(
            FrontEnd.AWS,
            recorded(
                said(
                    "cloudtrail:DescribeTrails",
                    {"trailList": [{"Name": "all", "TrailARN": _ARN, "IsMultiRegionTrail": True}]},
                    parameters=_TRAILS,
                ),
                said("cloudtrail:GetTrailStatus", {"IsLogging": False}, parameters={"Name": _ARN}),
            ),
            says="it is there, and was stopped",
        ),
        unsure(
            FrontEnd.AWS, recorded(refused("cloudtrail:DescribeTrails", "AccessDeniedException", parameters=_TRAILS))
        ),
    ),
)
