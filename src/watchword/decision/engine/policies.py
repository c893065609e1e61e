"""What applies to a request: `Policies`, one principal's and resource's layers; `PolicySet`, all that is configured.

Both are immutable. Compilation happens when they are made, never in a decision; policies in one set share it.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import InitVar, dataclass, field
from types import MappingProxyType
from typing import Self

from watchword.decision.engine.plan import Compiler, Plan
from watchword.decision.engine.publicity import is_public
from watchword.decision.language import PolicyDocument, PolicyKind
from watchword.kernel.arn import PARTITION, person_arn
from watchword.kernel.collector import collector_paused
from watchword.kernel.errors import InvalidInputError
from watchword.kernel.principals import Principal

# Principals and applications whose policies are kept ready. A set beyond it forgets the oldest.
_MAX_CACHED = 4096
_APPLICATION_PREFIX = f"arn:{PARTITION}:app:::"
_PERSON_PREFIX = str(person_arn(""))
# Beyond it somebody replaces single policies, and does not want to wait for it.
_MANY = 1024
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
    nothing, no levels at all is no organisation, and no limit. `boundary`, `session`, `endpoint`: None is no limit;
    several documents of one layer are read together, as a union, and an empty layer allows nothing.

    `public_access_blocked`: the bucket that is asked for restricts public access (S3 Block Public Access,
    RestrictPublicBuckets); see `publicity`.

    Not decided here: whether an account is the management account. SCPs and RCPs do not reach it; then leave them out.
    """

    identity: tuple[PolicyDocument, ...] = ()
    resource: PolicyDocument | None = None
    scp: tuple[tuple[PolicyDocument, ...], ...] = ()
    rcp: tuple[tuple[PolicyDocument, ...], ...] = ()
    boundary: PolicyDocument | tuple[PolicyDocument, ...] | None = None
    session: tuple[PolicyDocument, ...] | None = None
    endpoint: PolicyDocument | tuple[PolicyDocument, ...] | None = None
    public_access_blocked: bool = False
    revision: str = ""
    compiler: InitVar[Compiler | None] = None
    plan: Plan = field(init=False, repr=False, compare=False)
    blocks_public: bool = field(init=False, repr=False, compare=False)
    _made: "_Made" = field(init=False, repr=False, compare=False)

    def __post_init__(self, compiler: Compiler | None) -> None:
        for place, documents in self.layers():
            for document in documents:
                _check_kind(place, document)
        made = _Made(compiler or Compiler(), self.identity)
        object.__setattr__(self, "_made", made)
        public = self.public_access_blocked and self.resource is not None and is_public(self.resource)
        object.__setattr__(self, "blocks_public", public)
        with collector_paused() if len(self.identity) > _MANY else nullcontext():
            plan = Plan(
                made.compiler,
                identity=self.identity,
                resource=self.resource,
                scp=self.scp,
                rcp=self.rcp,
                boundary=_several(self.boundary),
                session=self.session,
                endpoint=_several(self.endpoint),
            )
        object.__setattr__(self, "plan", plan)

    def layers(self) -> tuple[tuple[str, tuple[PolicyDocument, ...]], ...]:
        """Every document and the layer that it stands in."""
        return (
            ("rcp", tuple(d for level in self.rcp for d in level)),
            ("scp", tuple(d for level in self.scp for d in level)),
            ("resource", (self.resource,) if self.resource else ()),
            ("identity", self.identity),
            ("boundary", _several(self.boundary) or ()),
            ("session", self.session or ()),
            ("endpoint", _several(self.endpoint) or ()),
        )

    def replacing(self, document: PolicyDocument, *, revision: str = "") -> "Policies":
        """Return the same policies with `document` in place of the identity policy of its name.

        What does not change is shared, so that the cost does not grow with the number of policies. Whoever decides by
        `self` meanwhile is not disturbed. Raise `InvalidInputError` where there is no policy of that name, or several.
        """
        _check_kind("identity", document)
        at = self._made.position(document.name, self.identity)
        old = self.identity[at]
        new = object.__new__(Policies)
        for name in (*_SHARED, "_made"):
            object.__setattr__(new, name, getattr(self, name))
        identity = list(self.identity)
        identity[at] = document
        object.__setattr__(new, "identity", tuple(identity))
        object.__setattr__(new, "revision", revision or self.revision)
        object.__setattr__(new, "plan", self.plan.replacing(self._made.compiler, old, document))
        self._made.compiler.forget(old)
        return new


_SHARED = ("resource", "scp", "rcp", "boundary", "session", "endpoint", "public_access_blocked", "blocks_public")


class _Made:
    """What successors of one `Policies` share: the compiler, and where each identity policy stands."""

    __slots__ = ("_positions", "compiler")

    def __init__(self, compiler: Compiler, identity: Sequence[PolicyDocument]) -> None:
        self.compiler = compiler
        # Found out when it is first needed, or now where that would make somebody wait.
        self._positions = _positions(identity) if len(identity) > _MANY else None

    def position(self, name: str, documents: Sequence[PolicyDocument]) -> int:
        if self._positions is None:
            self._positions = _positions(documents)
        found = self._positions.get(name)
        if found is None or found < 0:
            raise InvalidInputError(
                f"no identity policy can be replaced by {name!r}",
                code="policy.unknown",
                expected="the name of exactly one of the identity policies",
                found="none of that name" if found is None else "several of that name",
            )
        return found


def _positions(documents: Sequence[PolicyDocument]) -> dict[str, int]:
    """A replacement never moves anything, so this is right for all successors. -1: a name that stands twice."""
    positions: dict[str, int] = {}
    for at, document in enumerate(documents):
        positions[document.name] = -1 if document.name in positions else at
    return positions


def _several(documents: PolicyDocument | tuple[PolicyDocument, ...] | None) -> tuple[PolicyDocument, ...] | None:
    return (documents,) if isinstance(documents, PolicyDocument) else documents


def _check_kind(place: str, document: PolicyDocument) -> None:
    """A resource policy among the identity policies would grant to everyone what it grants to one principal."""
    if document.kind not in _KINDS[place]:
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
