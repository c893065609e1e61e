"""The checks: a folder a pillar, a file a check. A pillar's `NAMES` lists its files; a check's id is its file's name.

checks = built_in()                     # all, in the order of the lists
check = built_in_one("kms-key-rotation")
"""

import importlib

from watchword.evidence.posture.checks import applications, data, devices, identity, networks
from watchword.evidence.posture.maturity import Pillar
from watchword.evidence.posture.model import Check
from watchword.kernel.errors import DefectError

_PILLARS = {
    Pillar.IDENTITY: identity.NAMES,
    Pillar.DEVICES: devices.NAMES,
    Pillar.NETWORKS: networks.NAMES,
    Pillar.APPLICATIONS: applications.NAMES,
    Pillar.DATA: data.NAMES,
}


def built_in() -> tuple[Check, ...]:
    """Load every check that is listed."""
    return tuple(_load(pillar, name) for pillar, names in _PILLARS.items() for name in names)


def built_in_one(check_id: str) -> Check | None:
    """Load one check by its id; None where there is none of that id."""
    name = check_id.replace("-", "_")
    return next((_load(pillar, name) for pillar, names in _PILLARS.items() if name in names), None)


def identifiers() -> tuple[str, ...]:
    """The ids of all checks, without loading them."""
    return tuple(name.replace("_", "-") for names in _PILLARS.values() for name in names)


def _load(pillar: Pillar, name: str) -> Check:
    check = importlib.import_module(f"{__name__}.{pillar.value}.{name}").CHECK
    if not isinstance(check, Check):
        raise DefectError(f"{pillar.value}/{name}.py has no CHECK", code="posture.check")
    return check
