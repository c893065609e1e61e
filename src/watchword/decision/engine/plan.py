"""The statements of all layers, compiled, and chosen by action: what a decision has to look at.

A decision asks for one action at a time, and a gateway for a dozen over and over, so the choice is remembered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watchword.decision.engine.model import Layer
from watchword.decision.engine.statements import CompiledStatement, compile_document
from watchword.decision.language import PolicyDocument, PolicyKind

# Actions remembered by one plan. Above it the choice is made anew: slower, never wrong.
_MAX_ACTIONS = 512

Statements = tuple[CompiledStatement, ...]


class Compiler:
    """Compiles each document once for each layer it stands in; several plans share one."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[int, Layer], tuple[PolicyDocument, Statements]] = {}

    def statements(self, document: PolicyDocument, layer: Layer) -> Statements:
        # The document is kept beside its statements, so that its id() stays its own.
        found = self._compiled.get((id(document), layer))
        if found is None:
            found = (document, compile_document(document, layer))
            self._compiled[id(document), layer] = found
        return found[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What speaks of one action. `denies` are those of every layer, in the order of evaluation; the rest are Allows.

    `scp` has one entry a level. `boundary`, `session`, `endpoint` are None where there is no such layer. `must_trust`:
    identity policies count only as far as the resource policy gives them leave (key policies, trust policies).
    """

    denies: Statements
    identity: Statements
    resource: Statements
    scp: tuple[Statements, ...]
    boundary: Statements | None
    session: Statements | None
    endpoint: Statements | None
    must_trust: bool
    undeniable: bool
    guarded: bool  # there are layers that do not reach every caller
    plain: bool  # there is nothing but identity policies and guardrails
    keys: frozenset[str]  # every condition key that any of these statements reads


class Plan:
    """All layers of a `Policies`, compiled."""

    __slots__ = ("_chosen", "_layers", "_scp", "_trust", "boundary", "endpoint", "session")

    def __init__(
        self,
        compiler: Compiler,
        *,
        identity: Sequence[PolicyDocument],
        resource: PolicyDocument | None,
        scp: Sequence[Sequence[PolicyDocument]],
        rcp: Sequence[Sequence[PolicyDocument]],
        boundary: PolicyDocument | None,
        session: Sequence[PolicyDocument] | None,
        endpoint: PolicyDocument | None,
    ) -> None:
        def compiled(layer: Layer, documents: Iterable[PolicyDocument]) -> Statements:
            return tuple(s for d in documents for s in compiler.statements(d, layer))

        self._scp = tuple(compiled(Layer.GUARDRAIL, level) for level in scp)
        self._layers = {
            Layer.RESOURCE_GUARDRAIL: compiled(Layer.RESOURCE_GUARDRAIL, (d for level in rcp for d in level)),
            Layer.GUARDRAIL: tuple(s for level in self._scp for s in level),
            Layer.RESOURCE: compiled(Layer.RESOURCE, [resource] if resource else []),
            Layer.IDENTITY: compiled(Layer.IDENTITY, identity),
            Layer.BOUNDARY: compiled(Layer.BOUNDARY, [boundary] if boundary else []),
            Layer.SESSION: compiled(Layer.SESSION, session or []),
            Layer.ENDPOINT: compiled(Layer.ENDPOINT, [endpoint] if endpoint else []),
        }
        self.boundary = boundary is not None
        self.session = session is not None
        self.endpoint = endpoint is not None
        self._trust = resource is not None and resource.kind is PolicyKind.TRUST
        self._chosen: dict[str, Selection] = {}

    def select(self, action: str) -> Selection:
        """Return what speaks of an action; actions compare without case."""
        found = self._chosen.get(action)
        if found is None:
            found = self._choose(action.lower())
            if len(self._chosen) < _MAX_ACTIONS:
                self._chosen[action] = found
        return found

    def statements(self, action: str) -> Statements:
        """Every statement of any layer that speaks of an action, in the order of evaluation."""
        lower = action.lower()
        return tuple(s for statements in self._layers.values() for s in statements if s.action(lower))

    def _choose(self, action: str) -> Selection:
        chosen = {layer: tuple(s for s in all_ if s.action(action)) for layer, all_ in self._layers.items()}

        def allows(layer: Layer) -> Statements:
            return tuple(s for s in chosen[layer] if not s.deny)

        denies = tuple(s for statements in chosen.values() for s in statements if s.deny)
        trusting = self._trust or action.startswith("kms:")
        return Selection(
            denies=denies,
            identity=allows(Layer.IDENTITY),
            resource=allows(Layer.RESOURCE),
            scp=tuple(tuple(s for s in level if not s.deny and s.action(action)) for level in self._scp),
            boundary=allows(Layer.BOUNDARY) if self.boundary else None,
            session=allows(Layer.SESSION) if self.session else None,
            endpoint=allows(Layer.ENDPOINT) if self.endpoint else None,
            must_trust=trusting,
            # "No permissions are required" and an explicit Deny does not stop it (AWS STS, GetCallerIdentity).
            undeniable=action == "sts:getcalleridentity",
            guarded=any(s.layer in {Layer.GUARDRAIL, Layer.RESOURCE_GUARDRAIL} for s in denies),
            plain=not (self.boundary or self.session or self.endpoint or chosen[Layer.RESOURCE] or trusting),
            keys=frozenset(k for statements in chosen.values() for s in statements for k in s.keys),
        )
