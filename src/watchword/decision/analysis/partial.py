"""Decide a request of which only a part is known: yes, no, or yes if …

    partial = PartialEvaluation()
    answer = partial.evaluate(request, layers, Knowledge(values={"aws:principalarn": "arn:…"}))
    answer.truth        # Truth.YES: however the rest comes out; NO: however it comes out; IF: it depends
    answer.ways         # for IF: what would have to hold, per way of being allowed
    answer.unless       # for IF: the Denies that must not hold

The engine is asked, never copied. A decision can only gain by an Allow that applies more widely, and only lose by a
Deny that does. So every document is written anew twice: *hopeful*, where whatever depends on something unknown holds in
an Allow and fails in a Deny, and *wary*, the reverse. What the wary documents allow is allowed whatever the unknown is;
what the hopeful ones refuse is refused whatever it is.

A key is known to have a value, known to be absent, or unknown; the last two are not the same thing.

Promised, and tested against `decide` on completed contexts:

- YES: every completion is Allowed. NO: none is.
- IF: a completion is Allowed exactly where all that one of `ways` needs holds and nothing in `unless` does. Where
  `complete` is False there were too many ways to list them all: then the listed ones are sufficient, not necessary.
- UNKNOWN: a document that could not be read may decide. Its absence is never taken for a no.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from watchword.decision.analysis.patterns import matches
from watchword.decision.engine import (
    Compiler,
    ContextValue,
    Decision,
    Layer,
    Policies,
    Request,
    Result,
    StatementRef,
    decide,
)
from watchword.decision.language import (
    Condition,
    Effect,
    Family,
    PolicyDocument,
    PolicyKind,
    PrincipalEntry,
    PrincipalType,
    Statement,
    Value,
    Version,
)
from watchword.decision.language.variables import Literal, Plain, Variable, read_template
from watchword.kernel.principals import person

# A person reads them. Policies of people rarely give more than three ways to one permission.
_MAX_WAYS = 8
# Decisions spent on finding them; the documents asked about are those of one principal.
_MAX_DECISIONS = 400

_FEDERATED_KEYS = frozenset({"aws:federatedprovider"})
_SERVICE_KEY = "aws:principalservicename"
_SERVICE_KEYS = frozenset({_SERVICE_KEY, "aws:principalservicenameslist"})
_WITH_VARIABLES = frozenset({Family.STRING, Family.ARN})
_EVERYTHING = Value(text="*")
_EVERYONE = PrincipalEntry(type=PrincipalType.AWS, value=_EVERYTHING)
_SOMEBODY = person("somebody@example.com")
_ASKED = "watchword:Residue"
_NOTHING: Mapping[str, ContextValue] = MappingProxyType({})


class Truth(enum.StrEnum):
    YES = "yes"
    IF = "if"
    UNKNOWN = "unknown"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What is known of a request's context. Keys are in lower case. Whatever is not mentioned is unknown.

    `absent` are keys that the request surely has not; `closed` are prefixes (`aws:principaltag/`) under which it has
    nothing but what `values` says.
    """

    values: Mapping[str, ContextValue] = field(default_factory=lambda: _NOTHING)
    absent: frozenset[str] = frozenset()
    closed: tuple[str, ...] = ()

    def unknown(self, key: str) -> bool:
        return key not in self.values and key not in self.absent and not (self.closed and key.startswith(self.closed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A document that is there and could not be read, or one that there may be and nobody handed over."""

    name: str
    why: str


Held = PolicyDocument | Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """As `engine.Policies`, with documents that may be unreadable, and nothing compiled yet.

    Not every form of those is taken: a boundary and an endpoint policy are one document.
    """

    identity: tuple[Held, ...] = ()
    resource: Held | None = None
    scp: tuple[tuple[Held, ...], ...] = ()
    rcp: tuple[tuple[Held, ...], ...] = ()
    boundary: Held | None = None
    session: tuple[Held, ...] | None = None
    endpoint: Held | None = None
    public_access_blocked: bool = False

    def held(self) -> Iterator[tuple[Layer, Held]]:
        yield from ((Layer.RESOURCE_GUARDRAIL, d) for level in self.rcp for d in level)
        yield from ((Layer.GUARDRAIL, d) for level in self.scp for d in level)
        yield from ((Layer.RESOURCE, d) for d in (self.resource,) if d is not None)
        yield from ((Layer.IDENTITY, d) for d in self.identity)
        yield from ((Layer.BOUNDARY, d) for d in (self.boundary,) if d is not None)
        yield from ((Layer.SESSION, d) for d in self.session or ())
        yield from ((Layer.ENDPOINT, d) for d in (self.endpoint,) if d is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Residue:
    """What of a statement could not be decided: it applies exactly where this does.

    `statement` holds the open conditions alone; its resources and principals are "all", unless they are open too.
    """

    ref: StatementRef
    statement: Statement
    version: Version
    bounded: bool

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return self.statement.conditions

    @property
    def resources(self) -> tuple[str, ...]:
        """The resource patterns, if one of them holds an unknown variable; none where the resource is decided."""
        texts = tuple(r.text for r in self.statement.resources)
        return () if texts == ("*",) else texts

    def holds(self, request: Request) -> bool:
        """Whether it holds of a request whose context is whole; the engine answers."""
        named = self.statement.principals is not None
        deny = self.statement.effect is Effect.DENY
        document = PolicyDocument(
            name="residue",
            kind=PolicyKind.RESOURCE if named else PolicyKind.IDENTITY,
            version=self.version,
            statements=(self.statement,),
        )
        if named:
            # Whom an open element names is named directly, and a boundary that allows nothing leaves just that. To a
            # Deny it matters alone whether there is a boundary.
            boundary = replace(document, kind=PolicyKind.BOUNDARY, statements=())
            policies = Policies(resource=document, boundary=boundary if self.bounded or not deny else None)
            asked = replace(request, action=_ASKED, resource_account=request.account)
        else:
            everything = _all(PolicyKind.IDENTITY, Effect.ALLOW, "all")
            policies = Policies(identity=(document, everything) if deny else (document,))
            asked = replace(request, action=_ASKED, principal=_SOMEBODY, account="", resource_account="")
        result = decide(asked, policies).result
        return result is (Result.EXPLICITLY_DENIED if deny else Result.ALLOWED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of being allowed: the statements that grant, and what has to hold for them to."""

    through: tuple[StatementRef, ...]
    needs: tuple[Residue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """See the module's promise. `through` are the granting (YES, UNKNOWN) or denying (NO) statements; `blocking` the
    layer that withheld consent (NO); `blind` the documents that could not be read and may decide (UNKNOWN)."""

    truth: Truth
    through: tuple[StatementRef, ...] = ()
    blocking: Layer | None = None
    ways: tuple[Way, ...] = ()
    unless: tuple[Residue, ...] = ()
    complete: bool = True
    blind: tuple[Unreadable, ...] = ()

    def holds(self, request: Request) -> bool:
        """For IF: whether the residue holds of a request whose context is whole."""
        allowed = any(all(n.holds(request) for n in way.needs) for way in self.ways)
        return allowed and not any(u.holds(request) for u in self.unless)


# Statements, written anew


@dataclass(frozen=True, slots=True, kw_only=True)
class _Variant:
    """`strong` applies wherever the statement may, `weak` only where it must; None applies nowhere."""

    source: Statement
    strong: Statement | None
    weak: Statement | None
    residue: Statement | None  # None: nothing is open

    def chosen(self, *, strong: bool) -> Statement | None:
        return self.strong if strong else self.weak


def condition_keys(condition: Condition, version: Version) -> frozenset[str]:
    """The keys that a condition reads, in lower case: its own and those of its variables."""
    keys = {condition.key.lower()}
    if condition.operator.base.family in _WITH_VARIABLES and version is Version.V2012:
        keys.update(k for v in condition.values if "${" in v.text for k in read_template(v.text, variables=True).keys)
    return frozenset(keys)


def statement_keys(statement: Statement, version: Version) -> frozenset[str]:
    """Every context key on which it depends whether a statement applies, in lower case."""
    keys: set[str] = set()
    for condition in statement.conditions:
        keys |= condition_keys(condition, version)
    if version is Version.V2012:
        for resource in statement.resources:
            if "${" in resource.text:
                keys.update(read_template(resource.text, variables=True).keys)
    for entry in statement.principals or ():
        keys |= _entry_keys(entry)
    return frozenset(keys)


def document_keys(document: PolicyDocument) -> frozenset[str]:
    return frozenset(k for s in document.statements for k in statement_keys(s, document.version))


def _entry_keys(entry: PrincipalEntry) -> frozenset[str]:
    match entry.type:
        case PrincipalType.FEDERATED:
            return _FEDERATED_KEYS
        case PrincipalType.SERVICE:
            return _SERVICE_KEYS
        case _:
            return frozenset()


def _is_maybe(entry: PrincipalEntry, known: Knowledge) -> bool:
    """Whether it is unknown if an element names the caller. A service has several names; one that fits is enough."""
    if entry.type is PrincipalType.SERVICE and known.values.get(_SERVICE_KEY) == entry.value.text:
        return False
    return any(known.unknown(k) for k in _entry_keys(entry))


def _is_open(condition: Condition, version: Version, known: Knowledge) -> bool:
    key = condition.key.lower()
    if known.unknown(key):
        return True
    # Where the key itself is absent, no value is looked at.
    return key in known.values and any(known.unknown(k) for k in condition_keys(condition, version))


def _variants(statement: Statement, version: Version, known: Knowledge) -> Iterator[_Variant]:
    """One variant, or two: whom a statement surely names and whom it perhaps names are told apart, because how a policy
    names somebody decides what it is worth."""
    entries = statement.principals or ()
    maybe = tuple(e for e in entries if _is_maybe(e, known))
    if maybe and not statement.not_principal and len(maybe) < len(entries):
        surely = tuple(e for e in entries if e not in maybe)
        yield _variant(replace(statement, principals=surely), version, known)
        yield _variant(replace(statement, principals=maybe), version, known)
    else:
        yield _variant(statement, version, known)


def _variant(statement: Statement, version: Version, known: Knowledge) -> _Variant:
    certain = tuple(c for c in statement.conditions if not _is_open(c, version, known))
    still_open = tuple(c for c in statement.conditions if c not in certain)
    strong, weak = statement, statement
    never = bool(still_open)  # whether there is a completion in which it does not apply at all, by what was seen so far
    open_resources = _open_resources(statement, version, known)
    if open_resources:
        strong, weak_or_none = _by_resource(statement, open_resources, known)
        never = never or weak_or_none is None
        weak = weak_or_none or weak
    maybe = [e for e in statement.principals or () if _is_maybe(e, known)]
    if maybe:
        strong_entries, weak_entries = _by_principal(statement, maybe)
        strong = replace(strong, principals=strong_entries)
        never = never or weak_entries is None
        weak = replace(weak, principals=weak_entries if weak_entries is not None else ())
    if not (still_open or open_resources or maybe):
        return _Variant(source=statement, strong=statement, weak=statement, residue=None)
    return _Variant(
        source=statement,
        strong=replace(strong, conditions=certain),
        weak=None if never else weak,
        residue=replace(
            statement,
            actions=(_EVERYTHING,),
            not_action=False,
            resources=statement.resources if open_resources else (_EVERYTHING,),
            not_resource=statement.not_resource and bool(open_resources),
            principals=statement.principals if maybe else None,
            not_principal=statement.not_principal and bool(maybe),
            conditions=still_open,
        ),
    )


def _open_resources(statement: Statement, version: Version, known: Knowledge) -> frozenset[Value]:
    if version is Version.V2008:
        return frozenset()
    return frozenset(
        r
        for r in statement.resources
        if "${" in r.text and any(known.unknown(k) for k in read_template(r.text, variables=True).keys)
    )


def _by_resource(
    statement: Statement, still_open: frozenset[Value], known: Knowledge
) -> tuple[Statement, Statement | None]:
    sure = tuple(r for r in statement.resources if r not in still_open)
    wide = tuple(_widened(r, known) if r in still_open else r for r in statement.resources)
    if not statement.not_resource:
        return replace(statement, resources=wide), replace(statement, resources=sure) if sure else None
    # What is excepted less applies more. An Allow whose exception has no value does not apply at all.
    more = (
        replace(statement, resources=sure) if sure else replace(statement, resources=(_EVERYTHING,), not_resource=False)
    )
    if statement.effect is Effect.ALLOW:
        return more, None
    return more, replace(statement, resources=wide)


def _widened(value: Value, known: Knowledge) -> Value:
    """The pattern with each unknown variable a star: whatever it will stand for is matched. Variables come after the
    fifth colon alone, where a star stands for anything."""
    texts: list[str] = []
    for part in read_template(value.text, variables=True).parts:
        match part:
            case Plain(text=text):
                texts.append(text)
            case Literal(text=text):
                texts.append(f"${{{text}}}")
            case Variable(key=key, default=default):
                named = f"${{{key}}}" if default is None else f"${{{key}, '{default}'}}"
                texts.append("*" if known.unknown(key) else named)
    return replace(value, text="".join(texts))


def _by_principal(
    statement: Statement, maybe: list[PrincipalEntry]
) -> tuple[tuple[PrincipalEntry, ...], tuple[PrincipalEntry, ...] | None]:
    entries = statement.principals or ()
    sure = tuple(e for e in entries if e not in maybe)
    if not statement.not_principal:
        return (*sure, _EVERYONE), sure or None
    if statement.effect is Effect.ALLOW:
        return sure, None
    return sure, (*entries, _EVERYONE)


# Documents


@dataclass(frozen=True, slots=True, kw_only=True)
class _Specialised:
    document: PolicyDocument
    variants: tuple[_Variant, ...]
    hopeful: PolicyDocument
    wary: PolicyDocument

    def by(self, strong: frozenset[int]) -> PolicyDocument:
        """The document in which exactly these of its variants are strong."""
        return _with(self.document, (v.chosen(strong=i in strong) for i, v in enumerate(self.variants)))


def _with(document: PolicyDocument, statements: Iterable[Statement | None]) -> PolicyDocument:
    return replace(document, statements=tuple(s for s in statements if s is not None))


def _specialise(document: PolicyDocument, known: Knowledge) -> _Specialised:
    variants = tuple(v for s in document.statements for v in _variants(s, document.version, known))
    allow = [v.source.effect is Effect.ALLOW for v in variants]
    if all(v.residue is None for v in variants):
        return _Specialised(document=document, variants=variants, hopeful=document, wary=document)
    return _Specialised(
        document=document,
        variants=variants,
        hopeful=_with(document, (v.chosen(strong=a) for v, a in zip(variants, allow, strict=True))),
        wary=_with(document, (v.chosen(strong=not a) for v, a in zip(variants, allow, strict=True))),
    )


_KIND = {
    Layer.GUARDRAIL: PolicyKind.SCP,
    Layer.RESOURCE_GUARDRAIL: PolicyKind.RCP,
    Layer.RESOURCE: PolicyKind.RESOURCE,
    Layer.IDENTITY: PolicyKind.IDENTITY,
    Layer.BOUNDARY: PolicyKind.BOUNDARY,
    Layer.SESSION: PolicyKind.SESSION,
    Layer.ENDPOINT: PolicyKind.ENDPOINT,
}
_NAMING = frozenset({PolicyKind.RESOURCE, PolicyKind.ENDPOINT, PolicyKind.RCP, PolicyKind.TRUST})


def _all(kind: PolicyKind, effect: Effect, name: str) -> PolicyDocument:
    statement = Statement(
        index=0,
        effect=effect,
        actions=(_EVERYTHING,),
        resources=(_EVERYTHING,),
        principals=(_EVERYONE,) if kind in _NAMING else None,
    )
    return PolicyDocument(name=name, kind=kind, version=Version.V2012, statements=(statement,))


def _blind(layer: Layer, held: Unreadable) -> _Specialised:
    """Whatever it says, it says no more than this and no less than that."""
    kind = _KIND[layer]
    allow = _all(kind, Effect.ALLOW, held.name)
    return _Specialised(document=allow, variants=(), hopeful=allow, wary=_all(kind, Effect.DENY, held.name))


class PartialEvaluation:
    """Evaluates; keeps each document's two forms, for the same documents are attached many times.

    One question may be asked by one thread at a time.
    """

    __slots__ = ("_blind", "_compiler", "_keys", "_specialised")

    def __init__(self) -> None:
        self._compiler = Compiler()
        self._blind: dict[tuple[Layer, Unreadable], _Specialised] = {}
        self._keys: dict[int, tuple[PolicyDocument, frozenset[str]]] = {}
        self._specialised: dict[tuple[object, ...], _Specialised] = {}

    def keys(self, document: PolicyDocument) -> frozenset[str]:
        """The context keys that a document reads; remembered."""
        found = self._keys.get(id(document))
        if found is None:
            # The document is kept beside its keys, so that its id() stays its own.
            found = self._keys[id(document)] = (document, document_keys(document))
        return found[1]

    def evaluate(self, request: Request, layers: Layers, known: Knowledge) -> Answer:
        """Answer a request; its own `context` is not read, `known` is."""
        asked = replace(request, context=known.values)
        forms = [self._form(layer, held, known) for layer, held in layers.held()]
        best = decide(asked, _assemble(layers, [f.hopeful for f in forms], self._compiler))
        if not best.allowed:
            return Answer(truth=Truth.NO, through=best.determining, blocking=best.blocking_layer)
        worst = decide(asked, _assemble(layers, [f.wary for f in forms], self._compiler))
        if worst.allowed:
            return Answer(truth=Truth.YES, through=worst.determining)
        blind = tuple(dict.fromkeys(held for _, held in layers.held() if isinstance(held, Unreadable)))
        if blind:
            names = {b.name for b in blind}
            readable = tuple(r for r in best.determining if r.policy not in names)
            return Answer(truth=Truth.UNKNOWN, through=readable, blind=blind)
        return _Residues(asked, layers, forms).answer()

    def _form(self, layer: Layer, held: Held, known: Knowledge) -> _Specialised:
        if isinstance(held, Unreadable):
            return self._blind.setdefault((layer, held), _blind(layer, held))
        keys = self.keys(held)
        unknown = frozenset(k for k in keys if known.unknown(k))
        if not unknown:
            return _Specialised(document=held, variants=(), hopeful=held, wary=held)
        absent = frozenset(k for k in keys - unknown if k not in known.values)
        name = known.values.get(_SERVICE_KEY) if _SERVICE_KEY in keys else None
        signature = (id(held), unknown, absent, name)
        found = self._specialised.get(signature)
        if found is None:
            found = self._specialised[signature] = _specialise(held, known)
        return found


def _assemble(layers: Layers, documents: Iterable[PolicyDocument], compiler: Compiler) -> Policies:
    """Put documents, in the order of `Layers.held`, where their originals stand."""
    rest = iter(documents)
    public = layers.public_access_blocked and _is_public(layers.resource)

    def some(held: tuple[Held, ...]) -> tuple[PolicyDocument, ...]:
        return tuple(next(rest) for _ in held)

    rcp = tuple(some(level) for level in layers.rcp)
    scp = tuple(some(level) for level in layers.scp)
    resource = next(rest) if layers.resource is not None else None
    if public and resource is not None:
        resource = replace(resource, statements=(*resource.statements, _PUBLIC))
    identity = some(layers.identity)
    boundary = next(rest) if layers.boundary is not None else None
    session = some(layers.session) if layers.session is not None else None
    endpoint = next(rest) if layers.endpoint is not None else None
    return Policies(
        identity=identity,
        resource=resource,
        scp=scp,
        rcp=rcp,
        boundary=boundary,
        session=session,
        endpoint=endpoint,
        public_access_blocked=public,
        compiler=compiler,
    )


# Whether a policy is public is said of what was written, not of what we write anew; so where it is, this keeps it that,
# and allows what nobody asks for.
_PUBLIC = Statement(
    index=0,
    effect=Effect.ALLOW,
    actions=(Value(text="watchword:Nothing"),),
    resources=(_EVERYTHING,),
    principals=(_EVERYONE,),
)


def _is_public(resource: Held | None) -> bool:
    return (
        isinstance(resource, PolicyDocument) and Policies(resource=resource, public_access_blocked=True).blocks_public
    )


class _Residues:
    """Finds what an IF depends on. A statement is a pair of numbers: its document's place, and its own in it."""

    def __init__(self, request: Request, layers: Layers, forms: list[_Specialised]) -> None:
        self._request = request
        self._layers = layers
        self._forms = forms
        self._layer_of = [layer for layer, _ in layers.held()]
        self._left = _MAX_DECISIONS
        self._compiler = Compiler()  # of its own: what it writes is asked once
        action = request.action.lower()
        uncertain = [
            (d, i)
            for d, form in enumerate(forms)
            for i, v in enumerate(form.variants)
            if v.residue is not None and _speaks_of(v.source, action)
        ]
        self._allows = [u for u in uncertain if self._source(u).effect is Effect.ALLOW]
        self._denies = [u for u in uncertain if self._source(u).effect is Effect.DENY]

    def answer(self) -> Answer:
        unless = tuple(self._residue(d) for d in self._denies if self._fires(d))
        ways, complete = self._ways()
        return Answer(truth=Truth.IF, ways=ways, unless=unless, complete=complete)

    def _source(self, at: tuple[int, int]) -> Statement:
        return self._forms[at[0]].variants[at[1]].source

    def _residue(self, at: tuple[int, int]) -> Residue:
        form = self._forms[at[0]]
        variant = form.variants[at[1]]
        return Residue(
            ref=StatementRef(
                policy=form.document.name,
                layer=self._layer_of[at[0]],
                index=variant.source.index,
                sid=variant.source.sid,
                line=variant.source.line,
            ),
            statement=variant.residue or variant.source,
            version=form.document.version,
            bounded=self._layers.boundary is not None,
        )

    def _decide(self, strong: Iterable[tuple[int, int]]) -> Decision:
        chosen: dict[int, set[int]] = {}
        for document, index in strong:
            chosen.setdefault(document, set()).add(index)
        documents = [
            form.by(self._certain_or(form, frozenset(chosen.get(n, ())))) if form.variants else form.document
            for n, form in enumerate(self._forms)
        ]
        self._left -= 1
        return decide(self._request, _assemble(self._layers, documents, self._compiler))

    @staticmethod
    def _certain_or(form: _Specialised, strong: frozenset[int]) -> frozenset[int]:
        return strong | {i for i, v in enumerate(form.variants) if v.residue is None}

    def _fires(self, deny: tuple[int, int]) -> bool:
        return self._decide([*self._allows, deny]).result is Result.EXPLICITLY_DENIED

    def _ways(self) -> tuple[tuple[Way, ...], bool]:
        """Every smallest set of open Allows that suffices.

        From a set that suffices, what can be spared is taken away one by one; what is left is a way. Another way lacks
        at least one of its members, so each member is forbidden in turn, and so on.
        """
        found: dict[frozenset[tuple[int, int]], Way] = {}
        seen: set[frozenset[tuple[int, int]]] = set()
        waiting = [frozenset(self._allows)]
        while waiting:
            allowed = waiting.pop(0)
            if allowed in seen:
                continue
            seen.add(allowed)
            if len(found) >= _MAX_WAYS or self._left <= 0:
                return self._sorted(found), False
            decision = self._decide(allowed)
            if not decision.allowed:
                continue
            needed = allowed
            for at in sorted(allowed):
                fewer = needed - {at}
                answer = self._decide(fewer)
                if answer.allowed:
                    needed, decision = fewer, answer
            found.setdefault(
                needed,
                Way(
                    through=tuple(dict.fromkeys(decision.determining)),
                    needs=tuple(self._residue(at) for at in sorted(needed)),
                ),
            )
            waiting += [allowed - {at} for at in sorted(needed)]
        return self._sorted(found), True

    @staticmethod
    def _sorted(found: Mapping[frozenset[tuple[int, int]], Way]) -> tuple[Way, ...]:
        """In the order of the documents."""
        return tuple(found[needed] for needed in sorted(found, key=sorted))


def _speaks_of(statement: Statement, action: str) -> bool:
    listed = any(matches(a.text.lower(), action) for a in statement.actions)
    return listed is not statement.not_action
