"""What applies to a request: `Policies`, one principal's and resource's layers; `PolicySet`, all that is configured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from watchword.decision.language import PolicyDocument
from watchword.kernel.principals import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An identity policy, and the groups and persons (by email) that have it."""

    policy: str
    groups: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    everyone: bool = False  # every signed-in person has it, whatever their groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The documents of every layer that speak about one request. None or empty means that the layer does not exist."""

    identity: tuple[PolicyDocument, ...] = ()
    resource: PolicyDocument | None = None
    scp: tuple[tuple[PolicyDocument, ...], ...] = ()
    rcp: tuple[tuple[PolicyDocument, ...], ...] = ()
    boundary: PolicyDocument | None = None
    session: tuple[PolicyDocument, ...] | None = None
    endpoint: PolicyDocument | None = None
    revision: str = ""


class PolicySet:
    """An immutable snapshot of all configured policies."""

    revision: str
    documents: Mapping[str, PolicyDocument]

    @classmethod
    def build(
        cls,
        *,
        documents: Mapping[str, PolicyDocument],
        attachments: Sequence[Attachment],
        guardrails: Sequence[Sequence[str]] = (),
        resource_policies: Mapping[str, str] | None = None,
        revision: str,
    ) -> "PolicySet":
        """`guardrails` are levels of SCP names, outermost first; `resource_policies` maps application to policy."""
        raise NotImplementedError

    def applicable(self, principal: Principal, resource: str) -> Policies:
        """Return what applies to a principal and a resource ARN."""
        raise NotImplementedError
