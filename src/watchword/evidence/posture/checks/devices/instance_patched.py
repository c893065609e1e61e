"""Managed machines that have the patches that their baseline asks for."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.live import recorded, refused, said
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
    which,
)
from watchword.inventory import Asset, FrontEnd

_OPEN = ("patches_missing", "patches_failed", "patches_waiting")


def judge(machine: Asset, estate: Estate) -> Answer:
    del estate
    if machine["patches_missing"].is_absent:
        return failed("nobody has looked for its patches", seen("patched_at", machine["patched_at"]))
    found = which(_OPEN, lambda name: machine[name].number(default=0) > 0)
    if not found:
        return passed()
    return failed("patches are not in force on it", *(seen(name, machine[name]) for name in found))


_ID = "i-0123456789abcdef0"
_MANAGED = said(
    "ssm:DescribeInstanceInformation", {"InstanceInformationList": [{"InstanceId": _ID, "PingStatus": "Online"}]}
)
_OF_IT = {"InstanceIds": [_ID]}
_STATE = {"InstanceId": _ID, "MissingCount": 0, "FailedCount": 0, "OperationEndTime": "2026-06-29T03:00:00+00:00"}

CHECK = Check(
    id="instance-patched",
    title="Machines have the patches that their baseline asks for",
    severity=Severity.HIGH,
    why="Most of what is broken into was known and mended for weeks. A patch that is missing is a way in that has been "
    "published.",
    remedy="Run Patch Manager on a schedule, with a maintenance window in which machines may start anew.",
    function=Function.COMPLIANCE_MONITORING,
    stage=Stage.ADVANCED,
    kinds=("managed_machine",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=judge,
    references=("https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager.html",),
    frameworks=Frameworks(nist_800_53=("SI-2", "RA-5"), pci_dss_4=("6.3.3",), soc_2=("CC7.1",), iso_27001=("A.8.8",)),
    known_as=KnownAs(
        prowler=("ssm_managed_compliant_patching",),
        security_hub=("SSM.2",),
        config=("ec2-managedinstance-patch-compliance-status-check",),
    ),
    examples=(
        good(
            FrontEnd.AWS,
            recorded(
                _MANAGED,
                said("ssm:DescribeInstancePatchStates", {"InstancePatchStates": [_STATE]}, parameters=_OF_IT),
            ),
        ),
        bad(
            FrontEnd.AWS,
            recorded(
                _MANAGED,
                said(
                    "ssm:DescribeInstancePatchStates",
                    {"InstancePatchStates": [{**_STATE, "MissingCount": 3}]},
                    parameters=_OF_IT,
                ),
            ),
        ),
        bad(
            FrontEnd.AWS,
            recorded(_MANAGED, said("ssm:DescribeInstancePatchStates", {"InstancePatchStates": []}, parameters=_OF_IT)),
            says="nobody ever looked",
        ),
        unsure(
            FrontEnd.AWS,
            recorded(_MANAGED, refused("ssm:DescribeInstancePatchStates", "AccessDeniedException", parameters=_OF_IT)),
        ),
    ),
)
