"""The statements of all layers, compiled and filed: what a decision has to look at.

A decision asks for one action at a time, and a gateway for a dozen over and over, so what the short shelves hold about
an action is remembered. Long ones (`Shelf`) are looked into for each request.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from watchword.decision.engine.model import Layer
from watchword.decision.engine.shelves import Shelf, Statements
from watchword.decision.engine.statements import CompiledStatement, compile_document
from watchword.decision.language import PolicyDocument, PolicyKind

# Actions remembered by one plan. Above it the choice is made anew: slower, never wrong.
_MAX_ACTIONS = 512
# The order of evaluation, in which an explicit Deny is told.
ORDER = (
    Layer.RESOURCE_GUARDRAIL,
    Layer.GUARDRAIL,
    Layer.RESOURCE,
    Layer.IDENTITY,
    Layer.BOUNDARY,
    Layer.SESSION,
    Layer.ENDPOINT,
)
Pool = Statements | Shelf
"""Statements of one effect that all speak of an action; or a shelf, which has both and is asked what may apply."""


class Compiler:
    """Compiles each document once for each layer it stands in; several plans share one."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[int, Layer], tuple[PolicyDocument, Statements]] = {}

    def statements(self, document: PolicyDocument, layer: Layer) -> Statements:
        # The document is kept beside its statements, so that its id() stays its own.
        found = self._compiled.get((id(document), layer))
        if found is None:
            found = self._compiled[id(document), layer] = (document, compile_document(document, layer))
        return found[1]

    def forget(self, document: PolicyDocument) -> None:
        """A document that was replaced; whoever still has it may have it compiled again."""
        for layer in Layer:
            self._compiled.pop((id(document), layer), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What speaks of one action. `denies` are those of every layer, in the order of evaluation; the rest are Allows.

    `scp` has one entry a level. `boundary`, `session` and `endpoint` are None where there is no such layer. `long` are
    the shelves that were too long to be chosen from beforehand; each is also where its layer's Allows are looked for.
    """

    action: str  # in lower case
    denies: Statements
    long: tuple[Shelf, ...]
    identity: Pool
    resource: Pool
    scp: tuple[Pool, ...]
    boundary: Pool | None
    session: Pool | None
    endpoint: Pool | None
    trust: bool  # the resource policy is a role's trust policy
    undeniable: bool
    guarded: bool  # there are layers that do not reach every caller
    plain: bool  # there is nothing but identity policies and guardrails
    keys: frozenset[str]  # every condition key that any of these statements reads


class Plan:
    """All layers of a `Policies`, compiled. Immutable but for what it remembers."""

    __slots__ = ("_chosen", "_shelves", "_trust", "boundary", "endpoint", "session")

    def __init__(
        self,
        compiler: Compiler,
        *,
        identity: Sequence[PolicyDocument],
        resource: PolicyDocument | None,
        scp: Sequence[Sequence[PolicyDocument]],
        rcp: Sequence[Sequence[PolicyDocument]],
        boundary: Sequence[PolicyDocument] | None,
        session: Sequence[PolicyDocument] | None,
        endpoint: Sequence[PolicyDocument] | None,
    ) -> None:
        groups: dict[Layer, Sequence[Sequence[PolicyDocument]]] = {
            Layer.RESOURCE_GUARDRAIL: [[d for level in rcp for d in level]],
            Layer.GUARDRAIL: scp,
            Layer.RESOURCE: [[resource] if resource else []],
            Layer.IDENTITY: [identity],
            Layer.BOUNDARY: [boundary or []],
            Layer.SESSION: [session or []],
            Layer.ENDPOINT: [endpoint or []],
        }
        self._shelves: dict[Layer, tuple[Shelf, ...]] = {
            layer: tuple(Shelf([s for d in group for s in compiler.statements(d, layer)]) for group in groups[layer])
            for layer in ORDER
        }
        self.boundary = boundary is not None
        self.session = session is not None
        self.endpoint = endpoint is not None
        self._trust = resource is not None and resource.kind is PolicyKind.TRUST
        self._chosen: dict[str, Selection] = {}

    def replacing(self, compiler: Compiler, old: PolicyDocument, new: PolicyDocument) -> "Plan":
        """Return the plan with another document among the identity policies."""
        plan = object.__new__(Plan)
        layer = Layer.IDENTITY
        less, more = compiler.statements(old, layer), compiler.statements(new, layer)
        identity = self._shelves[layer][0].replacing(less, more)
        plan._shelves = {**self._shelves, layer: (identity,)}
        plan._trust = self._trust
        plan._chosen = {}
        plan.boundary, plan.session, plan.endpoint = self.boundary, self.session, self.endpoint
        return plan

    def select(self, action: str) -> Selection:
        """Return what speaks of an action; actions compare without case."""
        found = self._chosen.get(action)
        if found is None:
            found = self._choose(action.lower())
            if len(self._chosen) < _MAX_ACTIONS:
                self._chosen[action] = found
        return found

    def concerning(self, action: str, resource: str) -> Iterator[CompiledStatement]:
        """Every statement of any layer that may speak of an action on a resource, in the order of evaluation.

        Of long shelves a bounded number.
        """
        lower = action.lower()
        for layer in ORDER:
            for shelf in self._shelves[layer]:
                # One that is filed under several keys may come several times.
                found = dict.fromkeys(s for s in shelf.concerning(lower, resource) if s.action(lower))
                yield from sorted(found, key=lambda s: not s.deny)

    def _choose(self, action: str) -> Selection:
        short = {
            layer: [[s for s in shelf.statements or () if s.action(action)] for shelf in shelves]
            for layer, shelves in self._shelves.items()
        }
        long = [shelf for shelves in self._shelves.values() for shelf in shelves if shelf.statements is None]

        def each(layer: Layer) -> tuple[Pool, ...]:
            return tuple(
                shelf if shelf.statements is None else tuple(s for s in chosen if not s.deny)
                for shelf, chosen in zip(self._shelves[layer], short[layer], strict=True)
            )

        denies = [s for layer in ORDER for chosen in short[layer] for s in chosen if s.deny]
        layers = {s.layer for s in denies} | {
            layer for layer in ORDER for shelf in self._shelves[layer] if shelf in long
        }
        resource = each(Layer.RESOURCE)[0]
        return Selection(
            action=action,
            denies=tuple(denies),
            long=tuple(long),
            identity=each(Layer.IDENTITY)[0],
            resource=resource,
            scp=each(Layer.GUARDRAIL),
            boundary=each(Layer.BOUNDARY)[0] if self.boundary else None,
            session=each(Layer.SESSION)[0] if self.session else None,
            endpoint=each(Layer.ENDPOINT)[0] if self.endpoint else None,
            trust=self._trust,
            # "No permissions are required" and an explicit Deny does not stop it (AWS STS, GetCallerIdentity).
            undeniable=action == "sts:getcalleridentity",
            guarded=not layers.isdisjoint({Layer.GUARDRAIL, Layer.RESOURCE_GUARDRAIL}),
            plain=not (
                self.boundary
                or self.session
                or self.endpoint
                or resource
                or Layer.RESOURCE in layers
                or self._trust
                or action.startswith(("kms:", "sts:"))
            ),
            keys=frozenset().union(
                *(shelf.keys for shelf in long),
                *(s.keys for chosen in short.values() for group in chosen for s in group),
            ),
        )
