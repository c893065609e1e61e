"""Machines that Systems Manager manages."""

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
    not_applicable,
    outside,
    passed,
    seen,
    unsure,
)
from watchword.inventory import Absent, Asset, FrontEnd, Value


def judge(machine: Asset, estate: Estate) -> Answer:
    state = machine.native["State"]["Name"]
    if state != "running":
        return not_applicable("the machine does not run")
    managed, doubts = estate.fact(_managed)
    manager = managed.get(machine.uid)
    if manager is None:
        for value in doubts.get(machine.root, ()):
            bool(value)  # raises: the list of managed machines was not told, or not to its end
        return failed("no agent of Systems Manager answers for it", seen("managed_machine", Absent(machine.place)))
    online = manager["online"]
    return passed() if online.boolean(default=False) else failed("its agent is silent", seen("online", online))


def _managed(estate: Estate) -> tuple[dict[str, Asset], dict[str, list[Value]]]:
    """What manages each machine, by the machine; and, by root, what cannot be told apart."""
    found: dict[str, Asset] = {}
    doubts: dict[str, list[Value]] = {}
    for manager in estate.of("managed_machine"):
        named = manager["machine"]
        if named.is_unknown:
            doubts.setdefault(manager.root, []).append(named)
        found.update((machine.uid, manager) for machine in estate.named(named, manager))
    return found, doubts


_INSTANCE = {"InstanceId": "i-0123456789abcdef0", "State": {"Name": "running"}}
_RUNNING = said("ec2:DescribeInstances", {"Reservations": [{"Instances": [_INSTANCE]}]})
_AGENT = {"InstanceId": "i-0123456789abcdef0", "PingStatus": "Online"}

CHECK = Check(
    id="instance-managed",
    title="Machines are managed by Systems Manager",
    severity=Severity.MEDIUM,
    why="Of a machine that nothing manages, nobody knows what runs on it and what is not patched, and who has to look "
    "opens a port for it.",
    remedy="Give the machine a role with `AmazonSSMManagedInstanceCore` and an image with the agent, or turn default "
    "host management on for the account.",
    function=Function.COMPLIANCE_MONITORING,
    stage=Stage.INITIAL,
    kinds=("instance",),
    providers=("aws",),
    native_types=("live:AWS::EC2::Instance",),
    front_ends=(FrontEnd.AWS,),
    judge=judge,
    references=("https://docs.aws.amazon.com/systems-manager/latest/userguide/managed_instances.html",),
    frameworks=Frameworks(nist_800_53=("CM-2", "CM-8", "SI-2"), pci_dss_4=("6.3.3",), iso_27001=("A.8.9",)),
    known_as=KnownAs(
        prowler=("ec2_instance_managed_by_ssm",),
        security_hub=("SSM.1",),
        config=("ec2-instance-managed-by-systems-manager",),
    ),
    examples=(
        good(
            FrontEnd.AWS,
            recorded(_RUNNING, said("ssm:DescribeInstanceInformation", {"InstanceInformationList": [_AGENT]})),
        ),
        bad(
            FrontEnd.AWS,
            recorded(_RUNNING, said("ssm:DescribeInstanceInformation", {"InstanceInformationList": []})),
        ),
        bad(
            FrontEnd.AWS,
            recorded(
                _RUNNING,
                said(
                    "ssm:DescribeInstanceInformation",
                    {"InstanceInformationList": [{**_AGENT, "PingStatus": "ConnectionLost"}]},
                ),
            ),
            says="its agent has fallen silent",
        ),
        unsure(FrontEnd.AWS, recorded(_RUNNING, refused("ssm:DescribeInstanceInformation", "AccessDeniedException"))),
        outside(
            FrontEnd.AWS,
            recorded(
                said(
                    "ec2:DescribeInstances",
                    {"Reservations": [{"Instances": [{**_INSTANCE, "State": {"Name": "stopped"}}]}]},
                )
            ),
        ),
    ),
)
