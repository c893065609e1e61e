"""`what_can`: what a principal may do, as patterns of actions on patterns of resources.

Policies are patterns, and the answer is too. It starts from what statements allow, cuts that with what the permission
boundary and each level of the organisation allow, and asks of each piece that is left: may this principal do an action
that nobody has named, on a resource that nobody has named, within these patterns? What is denied inside a piece, or
left out by a `Not…`, is asked the same way and listed as its exceptions. So each line was decided by the engine, for
what it stands for:

    s3:Get* on arn:aws:s3:::books/*, if aws:MultiFactorAuthPresent is true, except s3:Get* on …:::books/private/*

A line speaks of the actions and resources that no exception and no other line names. Pieces that meet only in a part
are written with `∩`. Not answered: actions that a resource's policy grants and nobody handed over.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from watchword.decision.analysis.account.facts import Lack, Target, principal_fact
from watchword.decision.analysis.account.inquiry import Inquiry
from watchword.decision.analysis.account.model import AccountPrincipal, PrincipalType
from watchword.decision.analysis.account.phrases import summary
from watchword.decision.analysis.partial import Answer, Held, Truth, Unreadable
from watchword.decision.analysis.patterns import covers, covers_resource, overlap, overlap_resources
from watchword.decision.language import Effect, PolicyDocument, Statement, Version
from watchword.decision.language.variables import Literal, Plain, Variable, read_template

# Nobody reads more lines than this, and each is compared with all others; the rest is said to be missing.
_MAX_PIECES = 500
# What one answer may cost: statements that questions look at, and pieces that are compared. Each is some microseconds;
# a principal of an ordinary estate takes some thousands to some hundred thousand.
_MAX_LOOKS = 1_000_000
_ARN_PARTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Actions and resources that match all of some patterns."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]

    @property
    def action(self) -> str:
        return " ∩ ".join(self.actions)

    @property
    def resource(self) -> str:
        return " ∩ ".join(self.resources)

    @property
    def service(self) -> str:
        """The service of the actions; `*` for all."""
        services = {a.partition(":")[0].lower() for a in self.actions if ":" in a}
        return services.pop() if len(services) == 1 else "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ability:
    """A piece that a principal may, might or perhaps may; `exceptions` are pieces of it with other answers."""

    piece: Piece
    answer: Answer
    exceptions: tuple[tuple[Piece, Answer], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """By service and action. `complete` is False where there were too many pieces to show, or to ask about: what is not
    listed may be possible all the same."""

    abilities: tuple[Ability, ...]
    complete: bool


def what_can(inquiry: Inquiry, principal: AccountPrincipal, *, looks: int = _MAX_LOOKS) -> Abilities:
    """See the module. `looks` bounds what the answer may cost."""
    return _WhatCan(inquiry, principal, looks).run()


class _SpentError(Exception):
    """There is no time for more. Stays inside this module, where it becomes an answer that is not complete."""


class _WhatCan:
    def __init__(self, inquiry: Inquiry, principal: AccountPrincipal, looks: int) -> None:
        self._inquiry = inquiry
        self._principal = principal
        self._complete = True
        self._left = looks
        guardrails = inquiry.estate.guardrails(principal.account)
        self._levels: list[tuple[Held, ...]] = list(guardrails.scp)
        if principal.boundary is not None:
            self._levels.append((principal.boundary.document,))
        self._policies = [p.document for p in inquiry.estate.resources.values() if p.document is not None]
        everything: list[Held] = [*principal.identity, *self._policies]
        everything += [h for level in self._levels for h in level] + [h for level in guardrails.rcp for h in level]
        documents = list({id(h): h for h in everything if isinstance(h, PolicyDocument)}.values())
        self._statements = sum(len(d.statements) for d in documents)
        self._denies = [(d, s) for d in documents for s in d.statements if s.effect is Effect.DENY]
        self._left_out = [
            piece
            for d in documents
            for s in d.statements
            if s.effect is Effect.ALLOW
            for piece in self._not_named(d, s)
        ]

    def run(self) -> Abilities:
        found: list[Ability] = []
        try:
            pieces = self._bounded(self._granted())
            for level in self._levels:
                pieces = self._bounded(self._cut(pieces, level))
            for piece in self._bounded(self._split(pieces)):
                ability = self._ability(piece)
                if ability is not None:
                    found.append(ability)
            distinct = list(_Repeats(found, self._meet).distinct())
        except _SpentError:
            self._complete = False
            distinct = found
        return Abilities(
            abilities=tuple(
                sorted(distinct, key=lambda a: (a.piece.service, a.piece.action.lower(), a.piece.resource))
            ),
            complete=self._complete,
        )

    def _look(self, times: int = 1) -> None:
        self._left -= times
        if self._left < 0:
            raise _SpentError

    def _meet(self, one: Piece, other: Piece) -> Piece | None:
        self._look()
        return _meet(one, other)

    # Pieces

    def _granted(self) -> Iterator[Piece]:
        if self._principal.type is PrincipalType.ROOT:
            yield Piece(actions=("*",), resources=("*",))
        for held in self._principal.identity:
            if isinstance(held, Unreadable):
                yield Piece(actions=("*",), resources=("*",))
            else:
                yield from self._allowed_by(held)
        for held in self._policies:
            if isinstance(held, PolicyDocument):
                yield from self._allowed_by(held)
        for role in self._inquiry.estate.principals.values():
            if role.trust is not None and self._may_name(role.trust):
                yield Piece(actions=("sts:AssumeRole",), resources=(role.arn,))

    def _may_name(self, trust: Held) -> bool:
        """Whether a trust policy may let the principal in by itself; what identity policies allow is a piece anyway."""
        if isinstance(trust, Unreadable):
            return True
        names = {e.value.text for s in trust.statements for e in s.principals or ()}
        return not names.isdisjoint({"*", self._principal.arn}) or any(s.not_principal for s in trust.statements)

    def _allowed_by(self, document: PolicyDocument) -> Iterator[Piece]:
        for statement in document.statements:
            if statement.effect is Effect.ALLOW:
                yield from self._pieces(document, statement)

    def _pieces(self, document: PolicyDocument, statement: Statement) -> Iterator[Piece]:
        """The pieces of a statement. What `Not…` leaves is everything; what it takes is asked, like a Deny."""
        actions = ["*"] if statement.not_action else [a.text for a in statement.actions]
        resources = ["*"] if statement.not_resource else self._resources(document, statement)
        for action in actions:
            for resource in resources:
                yield Piece(actions=(action,), resources=(resource,))

    def _not_named(self, document: PolicyDocument, statement: Statement) -> Iterator[Piece]:
        """What the `Not…` elements of a statement except, for themselves."""
        if statement.not_action:
            yield from (Piece(actions=(a.text,), resources=("*",)) for a in statement.actions)
        if statement.not_resource:
            yield from (Piece(actions=("*",), resources=(r,)) for r in self._resources(document, statement))

    def _resources(self, document: PolicyDocument, statement: Statement) -> list[str]:
        """Resource patterns with what is known put in for variables, and a star for what is not."""
        if not statement.resources:
            return ["*"]
        found: list[str] = []
        for value in statement.resources:
            texts: list[str] = []
            for part in read_template(value.text, variables=document.version is Version.V2012).parts:
                match part:
                    case Plain(text=text) | Literal(text=text):
                        texts.append(text)
                    case Variable(key=key):
                        fact = principal_fact(self._principal, self._inquiry.estate, key)
                        texts.append("*" if isinstance(fact, Lack) or not isinstance(fact, str) else fact)
            text = "".join(texts)
            missing = _ARN_PARTS - 1 - text.count(":")
            found.append(text + ":*" * missing if text != "*" and missing > 0 and not text.endswith("*") else text)
        return found

    def _cut(self, pieces: Sequence[Piece], level: Sequence[Held]) -> Iterator[Piece]:
        """What of the pieces a level that must consent allows."""
        allowed: list[Piece] = []
        for held in level:
            if isinstance(held, Unreadable):
                allowed.append(Piece(actions=("*",), resources=("*",)))
            else:
                allowed += self._allowed_by(held)
        if any(a.action == "*" and a.resource == "*" for a in allowed):
            yield from pieces
            return
        for piece in pieces:
            for other in allowed:
                met = self._meet(piece, other)
                if met is not None:
                    yield met

    def _split(self, pieces: Sequence[Piece]) -> Iterator[Piece]:
        """A Deny of everything but some things spares these, and so they are pieces of their own."""
        yield from pieces
        spared = [piece for document, statement in self._denies for piece in self._not_named(document, statement)]
        different = list(dict.fromkeys(spared))
        for piece in pieces:
            for other in different:
                met = self._meet(piece, other)
                if met is not None and met != piece:
                    yield met

    def _bounded(self, pieces: Iterable[Piece]) -> list[Piece]:
        found: dict[tuple[tuple[str, ...], tuple[str, ...]], Piece] = {}
        for piece in pieces:
            found.setdefault((tuple(a.lower() for a in piece.actions), piece.resources), piece)
            if len(found) > _MAX_PIECES:
                self._complete = False
                break
        return list(found.values())[:_MAX_PIECES]

    # Answers

    def _ask(self, piece: Piece) -> Answer | None:
        self._look(1 + self._statements)
        action = overlap(tuple(a.lower() for a in piece.actions))
        resource = overlap_resources(piece.resources)
        if action is None or resource is None:
            return None
        principal = self._principal
        owner = resource.split(":", _ARN_PARTS - 1)[4] if resource.count(":") >= _ARN_PARTS - 1 else ""
        if not (owner.isdecimal() and owner):
            policy = self._inquiry.estate.resource_policy(resource)
            owner = (policy.account if policy is not None else "") or principal.account
        target = Target(arn=resource, account=owner)
        known = self._inquiry.estate.principals.get(resource)
        if known is not None:
            target = self._inquiry.target(resource)
        return self._inquiry.may(principal, action, target)

    def _ability(self, piece: Piece) -> Ability | None:
        answer = self._ask(piece)
        if answer is None or answer.truth is Truth.NO:
            return None
        exceptions: list[tuple[Piece, Answer]] = []
        seen: set[Piece] = set()
        taken = (p for document, statement in self._denies for p in self._pieces(document, statement))
        for other in (*taken, *self._left_out):
            met = self._meet(piece, other)
            if met is None or met == piece or met in seen:
                continue
            seen.add(met)
            inside = self._ask(met)
            if inside is not None and _said(inside) != _said(answer):
                exceptions.append((met, inside))
        return Ability(piece=piece, answer=answer, exceptions=tuple(exceptions))


def _said(answer: Answer) -> tuple[Truth, str]:
    return answer.truth, summary(answer)


def _meet(one: Piece, other: Piece) -> Piece | None:
    actions = _narrowed(one.actions, other.actions, lower=True)
    resources = _narrowed(one.resources, other.resources, lower=False)
    if overlap(tuple(a.lower() for a in actions)) is None or overlap_resources(resources) is None:
        return None
    return Piece(actions=actions, resources=resources)


def _narrowed(first: tuple[str, ...], second: tuple[str, ...], *, lower: bool) -> tuple[str, ...]:
    """All the patterns, but for those that another one implies."""
    kept: list[str] = []
    for pattern in dict.fromkeys((*first, *second)):
        if any(_implies(k, pattern, lower=lower) for k in kept):
            continue
        kept = [k for k in kept if not _implies(pattern, k, lower=lower)]
        kept.append(pattern)
    return tuple(kept)


def _implies(narrow: str, wide: str, *, lower: bool) -> bool:
    return covers(wide.lower(), narrow.lower()) if lower else covers_resource(wide, narrow)


def _within(one: Piece, other: Piece) -> bool:
    return all(any(_implies(o, w, lower=True) for o in one.actions) for w in other.actions) and all(
        any(_implies(o, w, lower=False) for o in one.resources) for w in other.resources
    )


_Pieces = Sequence[tuple[Piece, Answer]]


class _Repeats:
    """Finds lines that another line says already: as a part of its own piece, or as one of its exceptions."""

    def __init__(self, found: Sequence[Ability], meet: Callable[[Piece, Piece], Piece | None]) -> None:
        self._found = found
        self._meet = meet
        # Words are made once for each answer; lines are compared with all others.
        self._said: dict[int, tuple[Truth, str]] = {}
        for ability in found:
            for answer in (ability.answer, *(a for _, a in ability.exceptions)):
                self._said[id(answer)] = _said(answer)

    def distinct(self) -> Iterator[Ability]:
        """The lines that are not repeated."""
        for number, ability in enumerate(self._found):
            for other_number, other in enumerate(self._found):
                if number == other_number:
                    continue
                # Of two that say the same, the first stays.
                same = self._contains(other, ability) and (other_number < number or not self._contains(ability, other))
                if same or self._tells(other, ability):
                    break
            else:
                yield ability

    def _contains(self, other: Ability, ability: Ability) -> bool:
        """Whether a piece lies in another with the same answer, and the same exceptions as far as they reach."""
        if not self._alike(ability.answer, other.answer) or not _within(ability.piece, other.piece):
            return False
        there = [(e, a) for e, a in other.exceptions if self._meet(ability.piece, e) is not None]
        return self._all_among(ability.exceptions, there) and all(
            any(_within(p, e) and self._alike(b, a) for p, b in ability.exceptions) for e, a in there
        )

    def _tells(self, other: Ability, ability: Ability) -> bool:
        """Whether a piece is among another one's exceptions, its own exceptions with it."""
        return self._all_among([(ability.piece, ability.answer), *ability.exceptions], other.exceptions)

    def _all_among(self, some: _Pieces, exceptions: _Pieces) -> bool:
        return all(any(self._alike(b, a) and _within(p, e) for e, a in exceptions) for p, b in some)

    def _alike(self, one: Answer, other: Answer) -> bool:
        return self._said[id(one)] == self._said[id(other)]


def told(ability: Ability) -> str:
    """An ability's exceptions in words."""
    texts: list[str] = []
    for piece, answer in ability.exceptions:
        condition = summary(answer)
        if answer.truth is Truth.NO:
            texts.append(f"{piece.action} on {piece.resource}")
        else:
            texts.append(f"{piece.action} on {piece.resource}: {answer.truth.value} {condition}".rstrip())
    return "; ".join(dict.fromkeys(texts))


__all__ = ["Abilities", "Ability", "Piece", "told", "what_can"]
