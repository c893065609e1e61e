"""What was seen of each control of a framework: by the checks that name it, and by nothing else.

A control is failing where a check of it fails, unknown where one could not be answered, passing where all that spoke
pass, not assessed where none spoke. Passing means that these checks pass, not that the control is fulfilled: a control
asks for more than any check of declarations can see. Numbers alone are here; the texts are their publishers'.
"""

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from watchword.evidence.posture.maturity import Function, Pillar
from watchword.evidence.posture.model import Check, Result, Verdict

NAMES: Final[Mapping[str, str]] = {
    "cisa_ztmm_2": "CISA ZTMM 2.0",
    "nist_800_207": "NIST SP 800-207 tenets",
    "nist_800_53": "NIST SP 800-53 r5",
    "cis_aws": "CIS AWS Foundations 3.0.0",
    "cis_azure": "CIS Azure Foundations",
    "cis_gcp": "CIS GCP Foundations",
    "cis_kubernetes": "CIS Kubernetes 1.9",
    "pci_dss_4": "PCI DSS 4",
    "soc_2": "SOC 2 (Trust Services Criteria)",
    "iso_27001": "ISO/IEC 27001:2022, annex A",
}
# NIST SP 800-207 (August 2020), section 2.1, seven tenets; in our own words, with the functions that speak about each.
TENETS: Final[Mapping[str, tuple[str, tuple[Function, ...]]]] = {
    "1": (
        "all data sources and services are resources",
        (Function.DATA_INVENTORY, Function.DATA_CATEGORIZATION, Function.SUPPLY_CHAIN, Function.IDENTITY_STORES),
    ),
    "2": (
        "all communication is secured, wherever it comes from",
        (Function.TRAFFIC_ENCRYPTION, Function.NETWORK_SEGMENTATION, Function.TRAFFIC_MANAGEMENT),
    ),
    "3": (
        "access to a resource is granted for a session",
        (Function.ACCESS_MANAGEMENT, Function.APPLICATION_ACCESS, Function.DATA_ACCESS),
    ),
    "4": (
        "access is decided by dynamic policy",
        (
            Function.RISK_ASSESSMENTS,
            Function.RESOURCE_ACCESS,
            Function.IDENTITY_GOVERNANCE,
            Function.APPLICATION_ACCESS,
        ),
    ),
    "5": (
        "the integrity and posture of all assets is watched",
        (Function.COMPLIANCE_MONITORING, Function.DEVICE_THREAT_PROTECTION, Function.DEVICES_VISIBILITY),
    ),
    "6": (
        "authentication and authorisation are strict, dynamic, and before access",
        (Function.AUTHENTICATION, Function.ACCESS_MANAGEMENT, Function.IDENTITY_AUTOMATION),
    ),
    "7": (
        "as much as possible is recorded, and used to improve",
        tuple(f for f in Function if f.value.endswith(".visibility-and-analytics")),
    ),
}


class Standing(enum.StrEnum):
    FAILING = "failing"
    UNKNOWN = "unknown"
    PASSING = "passing"
    NOT_ASSESSED = "not assessed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    id: str
    words: str
    standing: Standing
    checks: tuple[str, ...]
    passed: int
    failed: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    id: str
    name: str
    controls: tuple[Control, ...]

    def count(self, standing: Standing) -> int:
        return sum(control.standing is standing for control in self.controls)


def frameworks(checks: Iterable[Check], results: Iterable[Result]) -> tuple[Framework, ...]:
    """Return every framework that some check names, with ZTMM and the tenets of SP 800-207 first."""
    checks = tuple(checks)
    counts = _counts(results)
    by_function: dict[Function, set[str]] = {function: set() for function in Function}
    for check in checks:
        for function in (check.function, *check.supports):
            by_function[function].add(check.id)
    found = [
        Framework(
            id="cisa_ztmm_2",
            name=NAMES["cisa_ztmm_2"],
            controls=tuple(
                _control(f.value, f"{f.label} ({f.pillar.value})", by_function[f], counts)
                for pillar in Pillar
                for f in Function
                if f.pillar is pillar
            ),
        ),
        Framework(
            id="nist_800_207",
            name=NAMES["nist_800_207"],
            controls=tuple(
                _control(f"2.1 ({number})", words, {c for f in of for c in by_function[f]}, counts)
                for number, (words, of) in TENETS.items()
            ),
        ),
    ]
    named: dict[str, dict[str, set[str]]] = {}
    for check in checks:
        for framework, ids in check.frameworks.by_framework().items():
            for control in ids:
                named.setdefault(framework, {}).setdefault(control, set()).add(check.id)
    found.extend(
        Framework(
            id=framework,
            name=name,
            controls=tuple(
                _control(control, "", ids, counts)
                for control, ids in sorted(named.get(framework, {}).items(), key=lambda item: _natural(item[0]))
            ),
        )
        for framework, name in NAMES.items()
        if framework in named
    )
    return tuple(found)


def _counts(results: Iterable[Result]) -> Mapping[str, tuple[int, int, int]]:
    counts: dict[str, list[int]] = {}
    for result in results:
        count = counts.setdefault(result.check.id, [0, 0, 0])
        if result.verdict is Verdict.PASS:
            count[0] += 1
        elif result.verdict in {Verdict.FAIL, Verdict.WAIVED}:
            count[1] += 1
        elif result.verdict in {Verdict.UNKNOWN, Verdict.ERROR}:
            count[2] += 1
    return {check: (count[0], count[1], count[2]) for check, count in counts.items()}


def _control(name: str, words: str, checks: Iterable[str], counts: Mapping[str, tuple[int, int, int]]) -> Control:
    ids = tuple(sorted(checks))
    passed, failed, unknown = (sum(counts.get(check, (0, 0, 0))[i] for check in ids) for i in range(3))
    if failed:
        standing = Standing.FAILING
    elif unknown:
        standing = Standing.UNKNOWN
    else:
        standing = Standing.PASSING if passed else Standing.NOT_ASSESSED
    return Control(id=name, words=words, standing=standing, checks=ids, passed=passed, failed=failed, unknown=unknown)


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """`A.8.2` before `A.8.20`."""
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text))
