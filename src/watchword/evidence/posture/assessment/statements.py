"""What each function takes at each stage, in one sentence of our own: what somebody attests where no check can see it.

CISA's Zero Trust Maturity Model 2.0 (April 2023) describes the stages in prose; these are no quotations, but what one
would be shown to believe that a stage is reached. `statement(function, stage)` returns one; Traditional takes nothing.
"""

from collections.abc import Mapping
from typing import Final

from watchword.evidence.posture.maturity import Function, Pillar, Stage

_NOUNS: Final = {
    Pillar.IDENTITY: "identities and their use",
    Pillar.DEVICES: "devices and machines",
    Pillar.NETWORKS: "networks and flows",
    Pillar.APPLICATIONS: "applications and workloads",
    Pillar.DATA: "data stores and access to data",
}
_CROSS: Final[Mapping[str, tuple[str, str, str]]] = {
    "visibility-and-analytics": (
        "Logs about {noun} are collected and somebody reviews them",
        "Logs about {noun} come together in one place and are analysed by machine",
        "Analysis of {noun} is continuous, complete, and changes decisions as it finds something",
    ),
    "automation-and-orchestration": (
        "Routine changes to {noun} are made by automation, with a person who starts them",
        "Changes to {noun} follow events across systems, privileged ones included, and are undone if they fail",
        "Deviations of {noun} are found and mended without a person, within a known time",
    ),
    "governance": (
        "Policies about {noun} are written down, owned and enforced in part by machine",
        "Policies about {noun} are enforced by machine everywhere and reviewed on a schedule",
        "Policies about {noun} are code, enforced continuously, and change with the risk",
    ),
}
_OWN: Final[Mapping[Function, tuple[str, str, str]]] = {
    Function.AUTHENTICATION: (
        "Everybody signs in with a second factor",
        "Everybody signs in with a factor that cannot be phished",
        "Who somebody is is confirmed continuously, not at sign-in alone",
    ),
    Function.IDENTITY_STORES: (
        "It is known which identity stores there are, on premises and in clouds, and who runs them",
        "Identity stores are joined, so that one person is one identity, with few exceptions",
        "One identity holds across every environment and partner",
    ),
    Function.RISK_ASSESSMENTS: (
        "The risk of identities is judged by hand and by fixed rules",
        "The risk of identities is judged in part by machine, and decisions follow it",
        "The risk of identities is judged in real time from behaviour, and decides at once",
    ),
    Function.ACCESS_MANAGEMENT: (
        "Access is granted for roles and reviewed; privileged access ends by itself",
        "Access is granted for a need and a session, and fits what is used",
        "Access is granted just in time and just enough, by machine",
    ),
    Function.COMPLIANCE_MONITORING: (
        "What machines report about themselves is gathered, and updates are enforced for most",
        "The state of most machines is verified, and what does not comply is kept out",
        "The state of every machine is verified continuously, for as long as it has access",
    ),
    Function.SUPPLY_CHAIN: (
        "There is an inventory of assets with owners, and rules for what is bought and installed",
        "The inventory covers every environment, and what suppliers deliver is verified",
        "Assets and what they are made of are known at once, whoever supplies them",
    ),
    Function.RESOURCE_ACCESS: (
        "Some access asks what machine it comes from",
        "Most access asks whether its machine is verified and in order",
        "Every access weighs the machine's state at the moment of use",
    ),
    Function.DEVICE_THREAT_PROTECTION: (
        "Machines are protected against threats, some of them from one place",
        "Protection runs from one place, and decisions about access follow what it finds",
        "Protection covers every machine and responds by itself",
    ),
    Function.NETWORK_SEGMENTATION: (
        "Critical workloads are set apart, and what may connect is least by default",
        "Segments follow applications, inbound and outbound",
        "Every workload is its own segment, opened just in time",
    ),
    Function.TRAFFIC_MANAGEMENT: (
        "Traffic is managed by static rules for each application, reviewed by hand",
        "Traffic is managed by rules that adapt to applications and risk",
        "Traffic is managed continuously, by what applications need at the moment",
    ),
    Function.TRAFFIC_ENCRYPTION: (
        "Traffic to applications from outside is encrypted, and keys are kept by rules",
        "Traffic within and without is encrypted, and keys and certificates are rotated by machine",
        "All traffic is encrypted with least privilege over its keys, and algorithms can be replaced",
    ),
    Function.NETWORK_RESILIENCE: (
        "Critical applications have networks that outlive the loss of one part",
        "Networks of most applications adapt to demand and failure",
        "Networks adapt as a whole to demand and failure, by need of each application",
    ),
    Function.APPLICATION_ACCESS: (
        "Access to applications asks who, from what machine, and ends by itself",
        "Access to applications is decided by context and least privilege",
        "Access to applications is decided anew, continuously, while they are used",
    ),
    Function.APPLICATION_THREAT_PROTECTIONS: (
        "Critical applications are protected against known threats",
        "All applications are protected, also against threats that are their own",
        "Protection understands what applications do, and acts in real time",
    ),
    Function.ACCESSIBLE_APPLICATIONS: (
        "Some critical applications are reached over public networks by those who are allowed, through a broker",
        "Most critical applications are reached so",
        "All that may be are reached over public networks, by those who are allowed alone",
    ),
    Function.SECURE_DEVELOPMENT: (
        "Code is deployed by a pipeline, with access that is limited",
        "Who develops, who builds and who runs are separate; production is changed by pipelines alone",
        "What runs cannot be changed, is replaced by pipelines, and is trusted for its proven origin",
    ),
    Function.SECURITY_TESTING: (
        "Applications are tested for security before they are deployed, statically and running",
        "Tests for security are part of development, and block",
        "Tests for security run throughout, in production too",
    ),
    Function.DATA_INVENTORY: (
        "There is an inventory of data stores, made by machine in part, with first rules against loss",
        "The inventory covers data everywhere, and loss is prevented by it",
        "Data is found continuously, and whatever leaves is known",
    ),
    Function.DATA_CATEGORIZATION: (
        "There are classes of data, and the most important data is labelled",
        "Data is labelled by machine in part, in a way that machines read",
        "Data is labelled by machine everywhere",
    ),
    Function.DATA_AVAILABILITY: (
        "Important data is stored more than once and backed up apart",
        "Data is stored more than once, backed up apart, and can be had as of earlier",
        "Where and for how long data is kept follows its use, by machine",
    ),
    Function.DATA_ACCESS: (
        "Access to data is limited by rules that machines enforce in part",
        "Access to data weighs who, machine and class, and ends by itself",
        "Access to data is just in time and just enough, reviewed continuously",
    ),
    Function.DATA_ENCRYPTION: (
        "Important data is encrypted at rest and on its way, and keys are kept by rules",
        "Data is encrypted everywhere it can be, and keys are separate and rotated",
        "Data is encrypted in use too where it matters, and algorithms can be replaced",
    ),
}
_STAGES: Final = (Stage.INITIAL, Stage.ADVANCED, Stage.OPTIMAL)


def statement(function: Function, stage: Stage) -> str:
    """What is to be true. Raises `ValueError` for Traditional, which takes nothing."""
    if stage not in _STAGES:
        raise ValueError(f"{stage.value} takes nothing")
    position = _STAGES.index(stage)
    own = _OWN.get(function)
    if own is not None:
        return own[position]
    return _CROSS[function.value.partition(".")[2]][position].format(noun=_NOUNS[function.pillar])


def is_cross_cutting(function: Function) -> str:
    """The name of the cross-cutting function that this is one of; empty for a pillar's own."""
    name = function.value.partition(".")[2]
    return name if name in _CROSS else ""
