"""What an organisation forbids all its accounts: asked of the policy engine, probe by probe, never read off the words.

    judge=judge_rail((Probe("organizations:LeaveOrganization"),), "an account may leave the organisation")

An account whose role may do everything asks; the service control policies that are declared and put on something stand
in its way. Each probe has to be refused by a Deny. The organisation passes where they are; where some policy is not
known and no other refuses, the answer is not known. A policy passes where it refuses all by itself, and is otherwise
not spoken about: it holds other rails.

Not looked at: on which unit a policy is put. Whoever reads the result knows their tree.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from watchword.decision.language import PolicyDocument, PolicyKind, parse_policy
from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.model import Answer, Judge, failed, not_applicable, passed, seen
from watchword.evidence.posture.policies import document_of
from watchword.inventory import Absent, Asset, UnknownValueError
from watchword.kernel.principals import person

_EVERYTHING: Final = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)
_ACCOUNT: Final = "111122223333"
_ROLE: Final = f"arn:aws:iam::{_ACCOUNT}:role/probe"
ROOT_USER: Final = f"arn:aws:iam::{_ACCOUNT}:root"
_NO_MORE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A request that must be refused. `context` is what it brings beside what every request does, in lower case."""

    action: str
    resource: str = "*"
    principal: str = _ROLE
    region: str = "eu-west-1"
    context: Mapping[str, str] = field(default_factory=lambda: _NO_MORE)


def judge_rail(probes: tuple[Probe, ...], words: str) -> Judge:
    """A judge of organisations and of their policies: all probes are refused.

    Live, the account that is read stands for its organisation: who may not list the policies gets no answer.
    """

    def judge(asset: Asset, estate: Estate) -> Answer:
        if asset.kind == "organization_policy":
            return _one(asset, probes)
        if asset.kind == "account" and asset["organization"].is_absent:
            return not_applicable("it belongs to no organisation")
        return _all(asset, estate, probes, words)

    return judge


def _one(policy: Asset, probes: tuple[Probe, ...]) -> Answer:
    if policy["type"].text(default="") != "SERVICE_CONTROL_POLICY":
        return not_applicable("it is no service control policy")
    if not bool(policy["targets"]):
        return not_applicable("nothing here puts it on a root, a unit or an account")
    if _refuse((document_of(policy["document"], PolicyKind.SCP),), probes):
        return passed()
    return not_applicable("it holds other rails: the organisation is judged by all of them together")


def _all(organization: Asset, estate: Estate, probes: tuple[Probe, ...], words: str) -> Answer:
    documents: list[PolicyDocument] = []
    doubt: UnknownValueError | None = None
    for policy in estate.of("organization_policy", "guard_rail"):
        try:
            if _is_in_force(policy):
                documents.append(document_of(policy["document"], PolicyKind.SCP))
        except UnknownValueError as error:
            doubt = doubt or error
    if documents and _refuse(tuple(documents), probes):
        return passed()
    if doubt is not None:
        raise doubt
    return failed(words, seen("policies", Absent(organization.place)))


def _is_in_force(policy: Asset) -> bool:
    if policy.kind == "guard_rail":  # live: service control policies alone are listed
        return policy["attached"].boolean(default=False)
    return policy["type"].text(default="") == "SERVICE_CONTROL_POLICY" and bool(policy["targets"])


def _refuse(documents: tuple[PolicyDocument, ...], probes: tuple[Probe, ...]) -> bool:
    # Imported where it is asked: the engine takes as long to load as fifty files to scan, and few estates need it.
    from watchword.decision.engine import Policies, Request, Result, decide

    everything = parse_policy(_EVERYTHING, name="everything", kind=PolicyKind.IDENTITY)
    full = parse_policy(_EVERYTHING, name="FullAWSAccess", kind=PolicyKind.SCP)
    policies = Policies(identity=(everything,), scp=((full, *documents),))
    return all(
        decide(
            Request(
                principal=person("probe@posture.invalid"),
                action=probe.action,
                resource=probe.resource,
                context={
                    "aws:principalarn": probe.principal,
                    "aws:principalaccount": _ACCOUNT,
                    "aws:requestedregion": probe.region,
                    "aws:viaawsservice": "false",
                    "aws:principalisawsservice": "false",
                    **probe.context,
                },
            ),
            policies,
        ).result
        is Result.EXPLICITLY_DENIED
        for probe in probes
    )
