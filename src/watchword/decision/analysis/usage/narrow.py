"""`narrow`: from recorded use to the least policy that covers it, made of the old policy's own statements.

    narrowing = narrow([document], records, most=10)
    narrowing.documents      # one for each of the old ones, None where nothing of it is left
    narrowing.statements     # what became of each statement

What is promised, as laws that the tests hold it to:

(a) The new documents allow every recorded request that was let through and that the old ones allow.
(b) They allow nothing that the old ones do not. Every new statement is a part of an old one: the same conditions, and
    of its actions and resources those that were used. Denies stay as they are.

How, for each record that was let through:

 1. A request that a Deny surely forbids, or that no Allow can have allowed, was allowed by something else: `elsewhere`.
 2. Where several statements allow it, the one that asks for the most conditions keeps it; then the one with the
    narrowest patterns; then the first.
 3. Where it cannot be told which statement allowed it, because that depends on a key that the record does not tell,
    every one of them that may have keeps it.
 4. The resources become patterns by the rule of `usage.resources`, and never wider ones than the statement's own: where
    the rule's pattern is not surely within that, the statement's own pattern stays. It also stays where it has
    variables in it (else one person's resources would be given to another), where the record does not tell the
    resource, and where the resource cannot be written as a literal.

"Not seen" is not "not needed": the result says for how long somebody looked, and how much was seen.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from watchword.decision.analysis.usage.doubt import Doubt, Reading, variables_of
from watchword.decision.analysis.usage.recorded import Recorded
from watchword.decision.analysis.usage.resources import MOST_RESOURCES, Seen, head_of
from watchword.decision.engine import Decision, Layer, Policies, Request, Result, StatementRef, decide
from watchword.decision.language import (
    Effect,
    PolicyDocument,
    PolicyError,
    PolicyKind,
    PrincipalEntry,
    PrincipalType,
    Statement,
    Value,
    Version,
    parse_policy,
    print_policy,
)
from watchword.kernel.errors import DefectError, InvalidInputError
from watchword.kernel.principals import person

# Different (statements, action) that are told apart; about 2 KB each. AWS has some 20,000 actions.
_MOST_GROUPS = 50_000
# An action as a policy writes it, without wildcards. IAM User Guide, "IAM JSON policy elements: Action".
_ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9._-]+")
# Whoever asks when a pattern alone is asked about.
_SOMEBODY = person("somebody@example.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What became of one Allow statement. `after` holds the statements in its place; empty: it was never used.

    `unused_actions` and `unused_resources` are patterns of the old statement of which nothing was seen.
    `as_it_was` says that it was kept whole.
    """

    policy: str
    before: Statement
    after: tuple[Statement, ...]
    requests: int
    unused_actions: tuple[str, ...] = ()
    unused_resources: tuple[str, ...] = ()

    @property
    def as_it_was(self) -> bool:
        return self.after == (self.before,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """`documents` has an entry for each old document: None where nothing of it is left, which means that it has no Deny
    and that none of its Allows was used.

    `examined` records are the sum of `used` (a statement allowed it), `elsewhere` (let through, but not by these
    documents) and `refused` (not let through then: no use). `doubtful` of the used ones were kept in more than one
    statement. `kept_unseen` are actions that were kept because their use leaves no record.
    """

    documents: tuple[PolicyDocument | None, ...]
    statements: tuple[Narrowed, ...]
    examined: int
    used: int
    elsewhere: int
    refused: int
    doubtful: int
    principals: Mapping[str, int]
    more_principals: int
    first: datetime | None
    last: datetime | None
    kept_unseen: tuple[str, ...] = ()


# Principals that are counted one by one.
_MOST_PRINCIPALS = 10_000


def narrow(
    documents: Sequence[PolicyDocument],
    records: Iterable[Recorded],
    *,
    most: int = MOST_RESOURCES,
    unrecorded: frozenset[str] = frozenset(),
) -> Narrowing:
    """See the module. `documents` are identity policies that the same principals have; one pass over `records`.

    `most` different resources are written one by one. `unrecorded` actions (in lower case) leave no record: where an
    Allow names one of them, without wildcards, it is kept.

    Raise `InvalidInputError` for a document of another kind, or none at all.
    """
    if not documents:
        raise InvalidInputError("there is no policy to narrow", code="narrow.nothing")
    for document in documents:
        if document.kind is not PolicyKind.IDENTITY:
            raise InvalidInputError(
                f"the policy {document.name!r} cannot be narrowed by its use",
                code="narrow.kind",
                expected="an identity policy",
                found=f"one for another place: {document.kind.value}",
            )
    return _Run(documents, most, unrecorded).over(records)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """One Allow statement with one of its resource patterns; `pattern` is None where it has NotResource."""

    number: int
    document: int
    statement: Statement
    pattern: Value | None


_Group = tuple[tuple[int, ...], str, bool]
"""The pieces that keep a request, the action, and whether its resource is told."""


class _Run:
    def __init__(self, documents: Sequence[PolicyDocument], most: int, unrecorded: frozenset[str]) -> None:
        self._documents = documents
        self._most = most
        self._unrecorded = unrecorded
        self._pieces, allows = _taken_apart(documents)
        denies = tuple(
            replace(d, statements=tuple(s for s in d.statements if s.effect is Effect.DENY)) for d in documents
        )
        self._allows = held(allows)
        self._denies = held(denies) if any(d.statements for d in denies) else None
        self._by_ref = {(p.document, p.number): p for p in self._pieces}
        self._doubt = Doubt()
        self._groups: dict[_Group, Seen] = {}
        self._principals: dict[str, int] = {}
        self._more_principals = 0

    def over(self, records: Iterable[Recorded]) -> Narrowing:
        examined = used = elsewhere = refused = doubtful = 0
        first: datetime | None = None
        last: datetime | None = None
        for recorded in records:
            examined += 1
            first = recorded.at if first is None else min(first, recorded.at)
            last = recorded.at if last is None else max(last, recorded.at)
            if not recorded.allowed:
                refused += 1
                continue
            keeping = self._keeping(recorded)
            if not keeping:
                elsewhere += 1
                continue
            used += 1
            doubtful += len(keeping) > 1
            self._count(recorded.who)
            self._remember(recorded, keeping)
        statements, kept_unseen = self._statements()
        return Narrowing(
            documents=tuple(self._document(i, d, statements) for i, d in enumerate(self._documents)),
            statements=tuple(s for _, s in statements),
            examined=examined,
            used=used,
            elsewhere=elsewhere,
            refused=refused,
            doubtful=doubtful,
            principals=dict(sorted(self._principals.items())),
            more_principals=self._more_principals,
            first=first,
            last=last,
            kept_unseen=kept_unseen,
        )

    def _count(self, who: str) -> None:
        if who in self._principals or len(self._principals) < _MOST_PRINCIPALS:
            self._principals[who] = self._principals.get(who, 0) + 1
        else:
            self._more_principals += 1

    # Which statements keep a request

    def _keeping(self, recorded: Recorded) -> tuple[int, ...]:
        request = alone(recorded).request
        if self._denies is not None:
            surely = self._doubt.reading(recorded, self._denies, Reading.MOST)  # a Deny in its narrowest reading
            if decide(request, surely).result is Result.EXPLICITLY_DENIED:
                return ()
        certain = self._matching(request, self._doubt.reading(recorded, self._allows, Reading.LEAST))
        if certain:
            return (min(certain, key=_breadth).number,)
        possible = self._matching(request, self._doubt.reading(recorded, self._allows, Reading.MOST))
        return tuple(sorted(p.number for p in possible))

    def _matching(self, request: Request, policies: Policies) -> list[_Piece]:
        return [self._by_ref[int(r.policy), r.index] for r in by_identity(decide(request, policies))]

    def _remember(self, recorded: Recorded, keeping: tuple[int, ...]) -> None:
        group = (keeping, recorded.request.action, recorded.resource_told)
        seen = self._groups.get(group)
        if seen is None:
            if len(self._groups) >= _MOST_GROUPS:
                # Too much to tell apart: whatever else comes keeps its statement as it is.
                group = (keeping, "", False)
            seen = self._groups.setdefault(group, Seen(most=self._most))
        seen.add(recorded.request.resource)

    # What becomes of them

    def _statements(self) -> tuple[list[tuple[int, Narrowed]], tuple[str, ...]]:
        uses: dict[int, dict[str, list[tuple[_Piece, Seen, bool]]]] = {}
        for (keeping, action, told), seen in self._groups.items():
            for number in keeping:
                piece = self._pieces[number]
                uses.setdefault(self._place(piece), {}).setdefault(action, []).append((piece, seen, told))
        kept_unseen: set[str] = set()
        found: list[tuple[int, Narrowed]] = []
        for index, document in enumerate(self._documents):
            for statement in document.statements:
                if statement.effect is Effect.DENY:
                    continue
                unseen = self._named_unrecorded(statement)
                kept_unseen |= unseen
                used = uses.get(index * _STATEMENTS + statement.index, {})
                found.append((index, _narrowed(document, statement, used, unseen, self._most)))
        return found, tuple(sorted(kept_unseen))

    @staticmethod
    def _place(piece: _Piece) -> int:
        return piece.document * _STATEMENTS + piece.statement.index

    def _named_unrecorded(self, statement: Statement) -> set[str]:
        if statement.not_action:
            return set()
        return {a.text for a in statement.actions if a.text.lower() in self._unrecorded}

    def _document(
        self, index: int, document: PolicyDocument, found: Sequence[tuple[int, Narrowed]]
    ) -> PolicyDocument | None:
        by_index = {n.before.index: n for i, n in found if i == index}
        statements: list[Statement] = []
        for statement in document.statements:
            statements += [statement] if statement.effect is Effect.DENY else by_index[statement.index].after
        if not statements:
            return None
        fresh = replace(
            document, statements=tuple(replace(s, index=i) for i, s in enumerate(_with_own_sids(statements)))
        )
        try:
            # Read again, as whoever applies it will: what is handed out is a policy, not something like one.
            return parse_policy(print_policy(fresh), name=document.name, kind=document.kind)
        except PolicyError as error:
            if error.code == "json.size":
                raise InvalidInputError(
                    f"what was used of {document.name!r} does not fit into one policy",
                    code="narrow.size",
                    hint="keep fewer resources apart",
                ) from error
            raise DefectError(
                f"narrowing {document.name!r} made no policy", code="narrow.form", found=str(error)
            ) from error


# More statements than a document of 256 KiB can have.
_STATEMENTS = 1 << 20


# Key policies and the like, without whose leave identity policies count for nothing, are others' documents: here they
# give it.
_LEAVE = PolicyDocument(
    name="",
    kind=PolicyKind.RESOURCE,
    version=Version.V2012,
    statements=(
        Statement(
            index=0,
            effect=Effect.ALLOW,
            actions=(Value(text="*"),),
            resources=(Value(text="*"),),
            principals=(PrincipalEntry(type=PrincipalType.AWS, value=Value(text="*")),),
        ),
    ),
)


def held(documents: tuple[PolicyDocument, ...]) -> Policies:
    """The documents as all that an account's identity policies say; whatever else has a say consents."""
    return Policies(identity=documents, resource=_LEAVE)


def by_identity(decision: Decision) -> list[StatementRef]:
    """The statements of identity policies that allow: the leave that `held` gives is no answer."""
    return [r for r in decision.determining if decision.allowed and r.layer is Layer.IDENTITY]


def alone(recorded: Recorded) -> Recorded:
    """The request as these documents alone see it: within one account, and with no organisation."""
    request = recorded.request
    if request.account or request.resource_account:
        return replace(recorded, request=replace(request, account="", resource_account=""))
    return recorded


def _taken_apart(documents: Sequence[PolicyDocument]) -> tuple[tuple[_Piece, ...], tuple[PolicyDocument, ...]]:
    """One statement for each resource pattern, which changes no decision and tells which pattern it was."""
    pieces: list[_Piece] = []
    apart: list[PolicyDocument] = []
    for index, document in enumerate(documents):
        statements: list[Statement] = []
        for statement in document.statements:
            if statement.effect is Effect.DENY:
                continue
            for pattern in [None] if statement.not_resource else list(dict.fromkeys(statement.resources)):
                piece = _Piece(number=len(pieces), document=index, statement=statement, pattern=pattern)
                pieces.append(piece)
                resources = statement.resources if pattern is None else (pattern,)
                statements.append(replace(statement, index=piece.number, sid=None, resources=resources))
        apart.append(replace(document, name=str(index), statements=tuple(statements)))
    return tuple(pieces), tuple(apart)


def _breadth(piece: _Piece) -> tuple[int, int, int, int]:
    """What asks for more conditions comes first, then what has fewer wildcards and more literal text."""
    statement = piece.statement
    texts = [*(a.text for a in statement.actions), *([piece.pattern.text] if piece.pattern is not None else [])]
    open_ended = statement.not_action + statement.not_resource
    wild = sum(t.count("*") + t.count("?") for t in texts)
    literal = len(piece.pattern.text) if piece.pattern is not None else 0
    return -len(statement.conditions), open_ended * 1000 + wild, -literal, piece.number


def _narrowed(
    document: PolicyDocument,
    statement: Statement,
    used: Mapping[str, Sequence[tuple[_Piece, Seen, bool]]],
    unseen: set[str],
    most: int,
) -> Narrowed:
    requests = sum(seen.total for uses in used.values() for _, seen, _ in uses)
    if not used and not unseen:
        return Narrowed(policy=document.name, before=statement, after=(), requests=0)
    if any(not _ACTION.fullmatch(action) for action in used):
        # An action that cannot be written without meaning more, or too many to tell apart.
        return Narrowed(policy=document.name, before=statement, after=(statement,), requests=requests)
    by_resources: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
    for action, uses in used.items():
        by_resources.setdefault(_resources(document, statement, uses, most), []).append(action)
    for action in unseen - used.keys():
        whole = statement.not_resource, tuple(r.text for r in statement.resources)
        by_resources.setdefault(whole, []).append(action)
    after = [
        replace(
            statement,
            actions=tuple(Value(text=a) for a in sorted(actions)),
            not_action=False,
            resources=tuple(Value(text=r) for r in resources),
            not_resource=inverse,
        )
        for (inverse, resources), actions in by_resources.items()
    ]
    after.sort(key=lambda s: (s.actions[0].text, s.resources[0].text if s.resources else ""))
    matched = {p.pattern for uses in used.values() for p, _, _ in uses}
    return Narrowed(
        policy=document.name,
        before=statement,
        after=(statement,) if len(after) == 1 and _the_same(after[0], statement) else tuple(after),
        requests=requests,
        unused_actions=()
        if statement.not_action
        else tuple(a.text for a in statement.actions if not _any_action(a, [*used, *unseen], document)),
        unused_resources=()
        if statement.not_resource or unseen
        else tuple(r.text for r in statement.resources if r not in matched),
    )


def _the_same(one: Statement, other: Statement) -> bool:
    return (
        set(one.actions) == set(other.actions)
        and one.not_action == other.not_action
        and set(one.resources) == set(other.resources)
        and one.not_resource == other.not_resource
    )


def _resources(
    document: PolicyDocument, statement: Statement, uses: Sequence[tuple[_Piece, Seen, bool]], most: int
) -> tuple[bool, tuple[str, ...]]:
    """The resources in place of a statement's own for one action, and whether they are those of NotResource."""
    by_pattern: dict[Value | None, Seen] = {}
    whole: set[Value | None] = set()
    for piece, seen, told in uses:
        if not told:
            whole.add(piece.pattern)
        by_pattern.setdefault(piece.pattern, Seen(most=most)).join(seen)
    texts: set[str] = set()
    for pattern, seen in by_pattern.items():
        if pattern is None:
            few = None if None in whole else _excepting(document, statement, seen)
            if few is None:
                return True, tuple(r.text for r in statement.resources)
            texts |= few
        else:
            within = None if pattern in whole else _within(document, pattern, seen)
            texts |= within if within is not None else {pattern.text}
    return False, tuple(sorted(texts))


def _within(document: PolicyDocument, pattern: Value, seen: Seen) -> set[str] | None:
    """What was seen of a pattern, as literals and as patterns surely within it; None: the pattern itself."""
    if seen.anything or variables_of(pattern, document.version):
        return None
    found: set[str] = set()
    for one in seen.patterns():
        # A pattern that ends in `*`, and matches a text, matches whatever goes on from there.
        within = not one.whole or (pattern.text.endswith("*") and _matches(document, pattern, one.text))
        literal = _literal(one.text, document, ending="*" if one.whole else "") if within else None
        if literal is None:
            return None
        found.add(literal)
    return found


def _excepting(document: PolicyDocument, statement: Statement, seen: Seen) -> set[str] | None:
    """Of NotResource, literals alone: what a pattern would take in besides is not known to be allowed."""
    if seen.anything or any(variables_of(r, document.version) for r in statement.resources):
        return None
    found: set[str] = set()
    for one in seen.patterns():
        literal = _literal(one.text, document) if not one.whole else None
        if literal is None:
            return None
        found.add(literal)
    return found


def _literal(resource: str, document: PolicyDocument, *, ending: str = "") -> str | None:
    """A pattern that matches a resource and nothing else (with `ending`: whatever begins so); None where there is
    none that the language accepts."""
    head = head_of(resource)
    if head is None or any(c in head for c in "*?$"):
        return None
    rest = resource[len(head) :]
    if any(c in rest for c in ("*", "?", "${")):
        if document.version is Version.V2008:
            return None
        rest = rest.replace("${", "\0").replace("*", "${*}").replace("?", "${?}").replace("\0", "${$}{")
    text = head + rest + ending
    one = replace(document, statements=(_anything_on(Value(text=text)),))
    try:
        parse_policy(print_policy(one), name=document.name, kind=document.kind)
    except PolicyError:
        return None
    return text


def _anything_on(resource: Value) -> Statement:
    return Statement(index=0, effect=Effect.ALLOW, actions=(Value(text="*"),), resources=(resource,))


def _matches(document: PolicyDocument, pattern: Value, resource: str) -> bool:
    """Whether a pattern matches a resource, by the engine's own reading."""
    policies = held((replace(document, statements=(_anything_on(pattern),)),))
    return _allows(policies, "usage:Any", resource)


def _any_action(pattern: Value, actions: Iterable[str], document: PolicyDocument) -> bool:
    one = Statement(index=0, effect=Effect.ALLOW, actions=(pattern,), resources=(Value(text="*"),))
    policies = held((replace(document, statements=(one,)),))
    return any(_allows(policies, action, "*") for action in actions)


def _allows(policies: Policies, action: str, resource: str) -> bool:
    decision = decide(Request(principal=_SOMEBODY, action=action, resource=resource, context={}), policies)
    return bool(by_identity(decision))


def _with_own_sids(statements: Sequence[Statement]) -> list[Statement]:
    """Sids stay unique: the parts of one statement are numbered from the second on."""
    taken = {s.sid for s in statements if s.sid}
    given: set[str] = set()
    found: list[Statement] = []
    for statement in statements:
        sid = statement.sid
        number = 2
        while sid and sid in given:
            candidate = f"{statement.sid}{number}"
            number += 1
            if candidate not in taken:
                sid = candidate
        if sid:
            given.add(sid)
        found.append(replace(statement, sid=sid))
    return found
