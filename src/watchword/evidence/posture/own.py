"""The checks that a scan makes of itself: what could not be read, and waivers that do not hold. They judge no asset."""

from typing import NoReturn

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, Severity
from watchword.inventory import Asset
from watchword.kernel.errors import DefectError


def _nothing(asset: Asset, estate: Estate) -> NoReturn:
    del asset, estate
    raise DefectError("a check of the scan itself judges no asset", code="posture.own_check")


INPUT_READABLE = Check(
    id="input-readable",
    title="Every file that was found can be read",
    severity=Severity.HIGH,
    why="What could not be read was not judged. A file that does not parse may hold anything.",
    remedy="Mend the file at the place that is named, or leave it out of the paths that are scanned.",
    function=Function.SECURITY_TESTING,
    stage=Stage.INITIAL,
    kinds=(),
    front_ends=(),
    judge=_nothing,
)

WAIVER_VALID = Check(
    id="waiver-valid",
    title="Waivers have an owner, a reason and an end that has not come",
    severity=Severity.MEDIUM,
    why="A waiver that nobody answers for, or that has run out, hides a finding that nobody looks at any more. It does "
    "not apply; what it was to hide is shown.",
    remedy="Mend what is waived, or renew the waiver: check, resource, reason, owner and a day within 180 days.",
    function=Function.APPLICATIONS_GOVERNANCE,
    stage=Stage.INITIAL,
    kinds=(),
    front_ends=(),
    judge=_nothing,
    frameworks=Frameworks(nist_800_53=("CA-5", "PM-4")),
)

OWN = (INPUT_READABLE, WAIVER_VALID)
