"""What applies to a request: `Policies`, one principal's and resource's layers; `PolicySet`, all that is configured.

Both are immutable. Compilation happens when they are made, never in a decision; policies in one set share it.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from types import MappingProxyType
from typing import Self

from watchword.decision.engine.plan import Compiler, Plan
from watchword.decision.language import PolicyDocument, PolicyKind
from watchword.kernel.arn import PARTITION, person_arn
from watchword.kernel.errors import InvalidInputError
from watchword.kernel.principals import Principal

# Principals and applications whose policies are kept ready. A set beyond it forgets the oldest.
_MAX_CACHED = 4096
_APPLICATION_PREFIX = f"arn:{PARTITION}:app:::"
_PERSON_PREFIX = str(person_arn(""))
# Boundaries and session policies are identity policies in another role, and are often given as such.
_KINDS = {
    "identity": frozenset({PolicyKind.IDENTITY}),
    "resource": frozenset({PolicyKind.RESOURCE, PolicyKind.TRUST}),
    "scp": frozenset({PolicyKind.SCP}),
    "rcp": frozenset({PolicyKind.RCP}),
    "boundary": frozenset({PolicyKind.BOUNDARY, PolicyKind.IDENTITY}),
    "session": frozenset({PolicyKind.SESSION, PolicyKind.IDENTITY}),
    "endpoint": frozenset({PolicyKind.ENDPOINT}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An identity policy, and the groups and persons (by email) that have it. `everyone` is each person, whatever their
    groups; never a workload and never the anonymous principal."""

    policy: str
    groups: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    everyone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The documents of every layer that speak about one request.

    `identity`: all that the principal has, of its own and by its groups. `resource`: the policy on the resource, which
    may be a trust policy. `scp`, `rcp`: one entry a level, outermost first; an `scp` level without documents allows
    nothing, no levels at all is no organisation, and no limit. `boundary`, `session`, `endpoint`: None is no limit; an
    empty `session` allows nothing.

    Not decided here: whether an account is the management account. SCPs and RCPs do not reach it; then leave them out.
    """

    identity: tuple[PolicyDocument, ...] = ()
    resource: PolicyDocument | None = None
    scp: tuple[tuple[PolicyDocument, ...], ...] = ()
    rcp: tuple[tuple[PolicyDocument, ...], ...] = ()
    boundary: PolicyDocument | None = None
    session: tuple[PolicyDocument, ...] | None = None
    endpoint: PolicyDocument | None = None
    revision: str = ""
    compiler: InitVar[Compiler | None] = None
    plan: Plan = field(init=False, repr=False, compare=False)

    def __post_init__(self, compiler: Compiler | None) -> None:
        self._check_kinds()
        plan = Plan(
            compiler or Compiler(),
            identity=self.identity,
            resource=self.resource,
            scp=self.scp,
            rcp=self.rcp,
            boundary=self.boundary,
            session=self.session,
            endpoint=self.endpoint,
        )
        object.__setattr__(self, "plan", plan)

    def _check_kinds(self) -> None:
        """A resource policy among the identity policies would grant to everyone what it grants to one principal."""
        places: list[tuple[str, Iterable[PolicyDocument | None]]] = [
            ("identity", self.identity),
            ("resource", [self.resource]),
            ("scp", (d for level in self.scp for d in level)),
            ("rcp", (d for level in self.rcp for d in level)),
            ("boundary", [self.boundary]),
            ("session", self.session or ()),
            ("endpoint", [self.endpoint]),
        ]
        for place, documents in places:
            for document in documents:
                if document is not None and document.kind not in _KINDS[place]:
                    raise InvalidInputError(
                        f"the policy {document.name!r} cannot stand in the {place} layer",
                        code="policy.kind",
                        expected=" or ".join(sorted(k.value for k in _KINDS[place])),
                        found=document.kind.value,
                    )


class PolicySet:
    """An immutable snapshot of all configured policies; replaced as a whole, under a new revision.

    Safe for use by several threads.
    """

    def __init__(
        self,
        *,
        documents: Mapping[str, PolicyDocument],
        attachments: Sequence[Attachment],
        guardrails: tuple[tuple[PolicyDocument, ...], ...],
        resource_policies: Mapping[str, PolicyDocument],
        revision: str,
    ) -> None:
        self.revision = revision
        self.documents = MappingProxyType(dict(documents))
        self._guardrails = guardrails
        self._resource_policies = dict(resource_policies)
        self._everyone = tuple(dict.fromkeys(a.policy for a in attachments if a.everyone))
        self._by_group = _index((g, a.policy) for a in attachments for g in a.groups)
        self._by_person = _index((str(person_arn(p)), a.policy) for a in attachments for p in a.persons)
        self._compiler = Compiler()
        self._ready: dict[tuple[str, frozenset[str], str], Policies] = {}
        self._lock = threading.Lock()

    @classmethod
    def build(
        cls,
        *,
        documents: Mapping[str, PolicyDocument],
        attachments: Sequence[Attachment],
        guardrails: Sequence[Sequence[str]] = (),
        resource_policies: Mapping[str, str] | None = None,
        revision: str,
    ) -> Self:
        """`guardrails` are levels of SCP names, outermost first; `resource_policies` maps application to policy.

        Raise `InvalidInputError` where a name means no document, a document is of the wrong kind for its place, an
        attachment reaches nobody, or a level of guardrails is empty: each would deny or limit in silence.
        """

        def find(name: str, kind: PolicyKind, where: str) -> PolicyDocument:
            document = documents.get(name)
            if document is None:
                raise InvalidInputError(
                    f"{where} names a policy that does not exist",
                    code="policy.unknown",
                    expected="one of " + (", ".join(sorted(documents)) or "no policies at all"),
                    found=repr(name),
                )
            if document.kind is not kind:
                raise InvalidInputError(
                    f"{where} names a policy of another kind",
                    code="policy.kind",
                    expected=kind.value,
                    found=f"{name!r}, which is {document.kind.value}",
                )
            return document

        for attachment in attachments:
            find(attachment.policy, PolicyKind.IDENTITY, "an attachment")
            if not attachment.groups and not attachment.persons and not attachment.everyone:
                raise InvalidInputError(
                    f"the attachment of {attachment.policy!r} reaches nobody",
                    code="policy.attachment.nobody",
                    expected="a group, a person or everyone",
                    found="neither",
                )
        if not all(guardrails):
            raise InvalidInputError(
                "a level of guardrails without policies allows nothing",
                code="policy.guardrail.empty",
                expected="a policy at each level",
                found="none",
            )
        return cls(
            documents=documents,
            attachments=attachments,
            guardrails=tuple(tuple(find(n, PolicyKind.SCP, "a guardrail") for n in level) for level in guardrails),
            resource_policies={
                application: find(name, PolicyKind.RESOURCE, f"application {application!r}")
                for application, name in (resource_policies or {}).items()
            },
            revision=revision,
        )

    def applicable(self, principal: Principal, resource: str) -> Policies:
        """Return what applies to a principal and a resource ARN. The same question gives the same object."""
        arn = str(principal.arn) if principal.arn else ""
        if arn not in self._by_person:
            # All persons who have no policy of their own share what everyone and their groups have.
            arn = _PERSON_PREFIX if arn.startswith(_PERSON_PREFIX) else ""
        application = ""
        if resource.startswith(_APPLICATION_PREFIX):
            application = resource[len(_APPLICATION_PREFIX) :].partition("/")[0]
            if application not in self._resource_policies:
                application = ""  # all applications without a policy of their own share an entry
        key = (arn, principal.groups, application)
        found = self._ready.get(key)
        if found is None:
            found = self._assemble(arn, principal.groups, application)
            with self._lock:
                if len(self._ready) >= _MAX_CACHED:
                    del self._ready[next(iter(self._ready))]
                found = self._ready.setdefault(key, found)
        return found

    def _assemble(self, arn: str, groups: frozenset[str], application: str) -> Policies:
        names = dict.fromkeys(self._everyone if arn.startswith(_PERSON_PREFIX) else ())
        names.update(dict.fromkeys(self._by_person.get(arn, ())))
        for group in sorted(groups):
            names.update(dict.fromkeys(self._by_group.get(group, ())))
        return Policies(
            identity=tuple(self.documents[n] for n in names),
            resource=self._resource_policies.get(application),
            scp=self._guardrails,
            revision=self.revision,
            compiler=self._compiler,
        )


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    index: dict[str, dict[str, None]] = {}
    for key, value in pairs:
        index.setdefault(key, {})[value] = None
    return {key: tuple(values) for key, values in index.items()}
