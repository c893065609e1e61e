"""Questions about an estate: may this principal do that, and who may?

    inquiry = Inquiry(estate)
    for finding in inquiry.who_can("s3:GetObject", inquiry.target("arn:aws:s3:::ledger/2026")): ...

Each answer is that of `partial`: yes, if, unknown, or no. Principals to whom the same documents speak, and who are
alike in every key that those documents read, are asked about once: ten thousand principals are rarely more than a few
dozen questions.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from watchword.decision.analysis.account import facts as known
from watchword.decision.analysis.account.facts import NOTHING_STATED, UNKNOWN, Fact, Outsider, Stated, Target
from watchword.decision.analysis.account.model import AccountPrincipal, Estate, PrincipalType, layers
from watchword.decision.analysis.partial import Answer, Held, Layers, PartialEvaluation, Truth, Unreadable
from watchword.decision.analysis.patterns import FRESH, covers, matches, overlap
from watchword.decision.engine import Request
from watchword.decision.language import (
    Effect,
    PolicyDocument,
    PolicyKind,
    PrincipalEntry,
    Statement,
    Value,
    Version,
)
from watchword.decision.language import PrincipalType as EntryType
from watchword.kernel.arn import Arn
from watchword.kernel.errors import InvalidInputError, NotFoundError
from watchword.kernel.principals import ANONYMOUS, Principal, PrincipalKind

# Each is asked of everybody. A question that falls into more parts than this is better asked in parts.
_MAX_ACTIONS = 200
# A chain of roles longer than AWS's own tools show; each step costs one question of everybody.
_MAX_BECOMING = 1000
_ACCOUNT_DIGITS = 12
_ASSUMING = ("sts:assumerole", "sts:tagsession", "sts:setsourceidentity")
_ASSUME = "sts:AssumeRole"
# Changes of these set the boundary that they are asked about.
_MAKES_BOUNDARY = ("iam:create", "iam:putuserpermissionsboundary", "iam:putrolepermissionsboundary")
_OWN_ACCOUNT = PolicyDocument(
    name="its own account",
    kind=PolicyKind.IDENTITY,
    version=Version.V2012,
    statements=(
        Statement(
            index=0, effect=Effect.ALLOW, actions=(Value(text="*"),), resources=(Value(text="*"),), sid="IfItAllows"
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One principal's answer. `arn` is empty for outsiders without one; `kind` is user, role, root or outsider."""

    who: str
    kind: str
    action: str
    answer: Answer
    arn: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Becoming:
    """`chain`: who may become whom, step by step, and at its end somebody who was found. `answers` are the steps'."""

    chain: tuple[str, ...]
    answers: tuple[Answer, ...]


class Inquiry:
    """Asks one estate. Answers are not remembered, what documents become for a question is. One thread at a time."""

    def __init__(self, estate: Estate, *, stated: Stated = NOTHING_STATED) -> None:
        self.estate = estate
        self._stated = stated
        self.partial = PartialEvaluation()
        # Parts of documents, by what they were taken from: equal parts are one object, and are compiled once. What they
        # were taken from is kept beside them, so that its id() stays its own.
        self._about: dict[tuple[int, str], tuple[PolicyDocument, PolicyDocument | None]] = {}
        self._speakers: dict[str, list[AccountPrincipal]] = {}
        self._starts: dict[tuple[str, str], tuple[str, ...]] = {}
        self._cut: dict[tuple[int, tuple[int, ...]], tuple[PolicyDocument, PolicyDocument]] = {}

    # What is asked about

    def principal(self, text: str) -> AccountPrincipal:
        """Find one by ARN or by name. Raise `NotFoundError`, or `InvalidInputError` for a name that several have."""
        found = self.estate.principals.get(text)
        if found is not None:
            return found
        named = [p for p in self.estate.principals.values() if p.name == text]
        if len(named) > 1:
            raise InvalidInputError(
                f"several principals are called {text}",
                code="estate.ambiguous",
                expected="one of " + ", ".join(sorted(p.arn for p in named)),
                found=text,
            )
        if not named:
            raise NotFoundError(
                f"no principal of the estate is called {text}",
                code="estate.not-found",
                expected=f"a name or an ARN among {len(self.estate.principals)} principals",
                found=text,
            )
        return named[0]

    def target(self, text: str, *, account: str = "", action: str = "") -> Target:
        """What a resource's ARN or name means. `account` is its owner, where its ARN does not say; `action` helps to
        tell a role from a policy of the same name.

        Raise `InvalidInputError` where several accounts could own it, and `NotFoundError` for an unknown name.
        """
        if text == "*":
            return Target(arn="*", account=account)
        arn = text if text.startswith("arn:") else self._named(text, action)
        owner = account or Arn.parse(arn).account.removeprefix("aws")  # AWS's own policies are everybody's
        if not owner:
            policy = self.estate.resource_policy(arn)
            owner = policy.account if policy is not None else ""
        if not owner:
            if len(self.estate.accounts) != 1:
                raise InvalidInputError(
                    f"the ARN does not say whose {arn} is",
                    code="estate.owner",
                    expected="--resource-account, or its account beside its policy",
                    found=f"{len(self.estate.accounts)} accounts",
                )
            owner = self.estate.accounts[0]
        principal = self.estate.principals.get(arn)
        if principal is None:
            return Target(arn=arn, account=owner)
        boundary = principal.boundary.arn if principal.boundary is not None else ""
        return Target(arn=arn, account=owner, tags=principal.tags, boundary=boundary)

    def _named(self, text: str, action: str) -> str:
        found = {p.arn for p in self.estate.principals.values() if p.name == text and p.type is not PrincipalType.ROOT}
        if not action.lower().startswith("sts:"):  # its resources are principals
            found |= {g.arn for g in self.estate.groups.values() if g.name == text}
            found |= {m.arn for m in self.estate.managed.values() if m.name == text}
            found |= {a for a in self.estate.resources if Arn.parse(a).resource.rpartition("/")[2] == text}
        if len(found) == 1:
            return found.pop()
        if found:
            raise InvalidInputError(
                f"several resources are called {text}",
                code="estate.ambiguous",
                expected="one of " + ", ".join(sorted(found)),
                found=text,
            )
        raise NotFoundError(
            f"nothing in the estate is called {text}",
            code="estate.not-found",
            expected="a resource's ARN, or the name of a principal, a group, a policy or a resource with a policy",
            found=text,
        )

    # One principal

    def may(
        self,
        principal: AccountPrincipal,
        action: str,
        target: Target,
        *,
        facts: Stated | None = None,
        trust: Held | None = None,
        guarded: bool = True,
    ) -> Answer:
        """Whether one principal may do one thing. `facts` are known besides; `trust` stands in for the policy of the
        target; without `guarded`, as if there were no organisation."""
        owner = target.account or principal.account
        resource = trust if trust is not None else self.policy_on(action, target, principal.account)
        whole = layers(
            principal, self.estate, resource=resource, target=target.arn, resource_account=owner, guarded=guarded
        )
        reduced = _reduce(whole, lambda held: self.about(held, action))
        stated = facts if facts is not None else self._stated
        keys = self.keys_of(reduced)
        return self.partial.evaluate(
            _request(principal.arn, principal.account, action, target.arn, owner),
            reduced,
            known.knowledge((k, self.fact_about(principal, target, stated, action, k)) for k in keys),
        )

    @property
    def stated(self) -> Stated:
        return self._stated

    def about(self, document: PolicyDocument, action: str, resource: str = "") -> PolicyDocument | None:
        """What of a document speaks about an action and does not surely speak of other resources; None for nothing."""
        key = (id(document), action)
        found = self._about.get(key)
        if found is None:
            lower = action.lower()
            part = self._part(document, [about_action(s, lower) for s in document.statements])
            found = self._about[key] = (document, part)
        part = found[1]
        if part is None or not resource:
            return part
        return self._part(part, [_perhaps_about(s, resource) for s in part.statements])

    def _part(self, document: PolicyDocument, keep: list[bool]) -> PolicyDocument | None:
        if all(keep):
            return document
        if not any(keep):
            return None
        key = (id(document), tuple(n for n, k in enumerate(keep) if k))
        found = self._cut.get(key)
        if found is None:
            part = replace(document, statements=tuple(s for s, k in zip(document.statements, keep, strict=True) if k))
            found = self._cut[key] = (document, part)
        return found[1]

    def keys_of(self, of: Layers) -> frozenset[str]:
        documents = (held for _, held in of.held() if isinstance(held, PolicyDocument))
        return frozenset(k for d in documents for k in self.partial.keys(d))

    def fact_about(self, principal: AccountPrincipal, target: Target, stated: Stated, action: str, key: str) -> Fact:
        fact = stated.fact(key)
        if fact is UNKNOWN:
            fact = known.principal_fact(principal, self.estate, key)
        return self.fact_about_target(target, action, key) if fact is UNKNOWN else fact

    def fact_about_target(self, target: Target, action: str, key: str) -> Fact:
        if key == "iam:permissionsboundary" and action.lower().startswith(_MAKES_BOUNDARY):
            return UNKNOWN
        return known.target_fact(target, self.estate, key)

    def policy_on(self, action: str, target: Target, account: str) -> Held | None:
        """The policy on what is asked about. Where its absence would decide and nobody has said that there is none, it
        is one that we could not read."""
        lower = action.lower()
        if lower.startswith(_ASSUMING):
            role = self.estate.principals.get(target.arn)
            if role is not None and role.trust is not None:
                return role.trust
            if ":role/" in target.arn:
                return Unreadable(name="its trust policy", why=f"{target.arn} is not in the estate")
        given = self.estate.resource_policy(target.arn)
        if given is not None:
            return given.document
        if lower.startswith("iam:"):
            return (
                None  # its resources have no policies but the trust policies of roles, so none lets other accounts in
            )
        if lower.startswith("kms:") and target.arn != "*":
            return Unreadable(name="the key's policy", why="no policy was given for it, and nothing is allowed without")
        if target.account and account != target.account:
            return Unreadable(
                name="the resource's policy", why="no policy was given for it, and across accounts it decides"
            )
        return None

    # Whom it is worth asking

    def speaking_of(self, action: str) -> list[AccountPrincipal]:
        """The users and roles that have an Allow which speaks of an action, or a document that cannot be read."""
        if action not in self._speakers:
            lower = action.lower()
            allows: dict[int, bool] = {}

            def speaks(held: Held) -> bool:
                if id(held) not in allows:
                    allows[id(held)] = isinstance(held, Unreadable) or any(
                        s.effect is Effect.ALLOW and about_action(s, lower) for s in held.statements
                    )
                return allows[id(held)]

            self._speakers[action] = [
                p for p in self.estate.principals.values() if any(speaks(a.document) for a in p.policies)
            ]
        return self._speakers[action]

    def aims(self, principal: AccountPrincipal, action: str, resource: str) -> bool:
        """False only where none of a principal's Allows for an action can be about a resource."""
        key = (principal.arn, action)
        if key not in self._starts:
            lower = action.lower()
            found: set[str] = set()
            for held in principal.identity:
                if isinstance(held, Unreadable):
                    found.add("")
                    continue
                for s in held.statements:
                    if s.effect is Effect.ALLOW and about_action(s, lower):
                        found.update([""] if s.not_resource else (literal_start(r.text) for r in s.resources))
            self._starts[key] = ("",) if "" in found else tuple(sorted(found))
        return any(map(resource.startswith, self._starts[key]))

    def could_assume(self, role: AccountPrincipal) -> list[AccountPrincipal]:
        """Everybody who has to be asked whether they may assume a role: who has a policy for that, whom its trust
        policy may name, and root users."""
        trust = role.trust
        everybody = list(self.estate.principals.values())
        if not isinstance(trust, PolicyDocument):
            return everybody
        names = {e.value.text for s in trust.statements for e in s.principals or ()}
        if "*" in names or any(s.not_principal for s in trust.statements):
            return everybody
        able = {p.arn: p for p in self.speaking_of(_ASSUME) if self.aims(p, _ASSUME, role.arn)}
        able.update({n: self.estate.principals[n] for n in names if n in self.estate.principals})
        providers = any(e.type is EntryType.FEDERATED for s in trust.statements for e in s.principals or ())
        able.update(
            {p.arn: p for p in everybody if p.type is PrincipalType.ROOT or (providers and known.is_federated(p))}
        )
        return list(able.values())

    # Everybody

    def actions(self, action: str, target: Target) -> list[tuple[str, str]]:
        """What an action with wildcards falls into by what policies say: pairs of a name to show, and one to ask.

        Each pattern that a statement has and that meets the asked one stands for itself, by an action that no policy
        names; so do the actions that policies do name. Raise `InvalidInputError` where they are too many.
        """
        if "*" not in action and "?" not in action:
            return [(action, action)]
        wanted = action.lower()
        found: dict[str, tuple[str, str]] = {}
        for document in self.documents(target):
            for statement in document.statements:
                for pattern in ("*",) if statement.not_action else (a.text for a in statement.actions):
                    self._add_meeting(found, action, wanted, pattern)
                for pattern in (a.text for a in statement.actions) if statement.not_action else ():
                    self._add_meeting(found, action, wanted, pattern)
        if len(found) > _MAX_ACTIONS:
            raise InvalidInputError(
                f"{action} falls into {len(found)} parts by what the policies say",
                code="estate.actions",
                expected=f"at most {_MAX_ACTIONS}",
                found=str(len(found)),
                hint="ask about one service, or about one kind of action",
            )
        return [found[k] for k in sorted(found)]

    @staticmethod
    def _add_meeting(found: dict[str, tuple[str, str]], action: str, wanted: str, pattern: str) -> None:
        lower = pattern.lower()
        if covers(wanted, lower):
            label = pattern
        elif covers(lower, wanted):
            label = action
        else:
            label = f"{pattern} and {action}"
        text = overlap((wanted, lower))
        if text is not None:
            found.setdefault(label.lower(), (label, text.replace(FRESH, "unnamed") if ":" not in text else text))

    def documents(self, target: Target) -> list[PolicyDocument]:
        """Every document that may speak about a target, once."""
        everything: dict[int, PolicyDocument] = {}

        def add(held: Held | None) -> None:
            if isinstance(held, PolicyDocument):
                everything.setdefault(id(held), held)

        for principal in self.estate.principals.values():
            for held in principal.identity:
                add(held)
            add(principal.boundary.document if principal.boundary is not None else None)
        given = self.estate.resource_policy(target.arn)
        add(given.document if given is not None else None)
        role = self.estate.principals.get(target.arn)
        add(role.trust if role is not None else None)
        for account in self.estate.accounts:
            guardrails = self.estate.guardrails(account)
            for level in (*guardrails.scp, *guardrails.rcp):
                for held in level:
                    add(held)
        return list(everything.values())

    def who_can(self, action: str, target: Target) -> list[Finding]:
        """Everybody who may, might or perhaps may, by the order of the estate, outsiders last. A no is left out.

        An action with wildcards is asked in its parts.
        """
        found: list[Finding] = []
        for label, literal in self.actions(action, target):
            found += _Bulk(self, literal, label, target).findings()
        return found

    def ask_each(
        self,
        principals: Iterable[AccountPrincipal],
        action: str,
        target: Target,
        *,
        facts: Stated | None = None,
        guarded: bool = True,
    ) -> Iterator[tuple[AccountPrincipal, Answer]]:
        """The answers of some principals, as `may` gives them one by one."""
        bulk = _Bulk(self, action, action, target, facts=facts, guarded=guarded)
        for principal in principals:
            yield principal, bulk.ask(principal)

    def outsider_may(self, outsider: Outsider, action: str, target: Target) -> Answer:
        """Whether a service, a provider or somebody of another account may; NO where no policy of the resource is known
        to let anybody in."""
        resource = self.policy_on(action, target, target.account)
        if resource is None:
            return Answer(truth=Truth.NO)
        if isinstance(resource, Unreadable):
            return Answer(truth=Truth.UNKNOWN, blind=(resource,))
        return _Bulk(self, action, action, target).ask_outsider(outsider, resource)

    def become(self, arns: Iterable[str]) -> tuple[list[Becoming], bool]:
        """Who may become these principals, by assuming roles, directly or by way of others; and whether that is all."""
        chains: list[Becoming] = []
        waiting: list[Becoming] = [Becoming(chain=(arn,), answers=()) for arn in dict.fromkeys(arns)]
        seen = {b.chain[0] for b in waiting}
        asked = 0
        while waiting:
            step = waiting.pop(0)
            role = self.estate.principals.get(step.chain[0])
            if role is None or role.type is not PrincipalType.ROLE:
                continue
            if asked >= _MAX_BECOMING:
                return chains, False
            asked += 1
            for finding in _Bulk(self, _ASSUME, _ASSUME, self.target(role.arn)).findings(self.could_assume(role)):
                name = finding.arn or finding.who
                if name in seen:
                    continue
                seen.add(name)
                longer = Becoming(chain=(name, *step.chain), answers=(finding.answer, *step.answers))
                chains.append(longer)
                waiting.append(longer)
        return chains, True

    def becomes(self, principal: AccountPrincipal) -> tuple[list[Becoming], bool]:
        """Which roles a principal may become, directly or by way of others; and whether that is all."""
        roles = [p for p in self.estate.principals.values() if p.type is PrincipalType.ROLE]
        chains: list[Becoming] = []
        waiting = [Becoming(chain=(principal.arn,), answers=())]
        seen = {principal.arn}
        asked = 0
        while waiting:
            step = waiting.pop(0)
            if asked >= _MAX_BECOMING:
                return chains, False
            asked += 1
            for role in roles:
                if role.arn in seen:
                    continue
                answer = self.may(self.estate.principals[step.chain[-1]], _ASSUME, self.target(role.arn))
                if answer.truth is not Truth.NO:
                    seen.add(role.arn)
                    longer = Becoming(chain=(*step.chain, role.arn), answers=(*step.answers, answer))
                    chains.append(longer)
                    waiting.append(longer)
        return chains, True


def _request(arn: str, account: str, action: str, resource: str, owner: str, *, service: str = "") -> Request:
    principal = Principal(kind=PrincipalKind.PERSON, arn=Arn.parse(arn)) if arn else ANONYMOUS
    return Request(
        principal=principal,
        action=action,
        resource=resource,
        context={},
        account=account,
        resource_account=owner,
        service=service,
    )


# What of a document matters


def about_action(statement: Statement, action: str) -> bool:
    """Whether a statement speaks about an action, in lower case."""
    listed = any(matches(a.text.lower(), action) for a in statement.actions)
    return listed is not statement.not_action


def _perhaps_about(statement: Statement, resource: str) -> bool:
    """False only where what stands before the first wildcard or variable of every resource is otherwise."""
    if not resource or statement.not_resource or not statement.resources:
        return True
    return any(resource.startswith(literal_start(r.text)) for r in statement.resources)


def literal_start(pattern: str) -> str:
    """What a resource must start with to match a pattern."""
    ends = [at for at in (pattern.find("*"), pattern.find("?"), pattern.find("${")) if at >= 0]
    return pattern[: min(ends)] if ends else pattern


def _reduce(whole: Layers, part: Callable[[PolicyDocument], PolicyDocument | None]) -> Layers:
    """The same layers with what matters of each document. A layer that must consent stays, if only to refuse."""

    def kept(held: Held) -> Held | None:
        return part(held) if isinstance(held, PolicyDocument) else held

    def some(held: Iterable[Held]) -> tuple[Held, ...]:
        return tuple(k for k in map(kept, held) if k is not None)

    boundary = whole.boundary
    if isinstance(boundary, PolicyDocument):
        boundary = part(boundary) or _EMPTY_BOUNDARY
    return replace(
        whole,
        identity=some(whole.identity),
        resource=whole.resource,
        scp=tuple(some(level) for level in whole.scp),
        rcp=tuple(some(level) for level in whole.rcp),
        boundary=boundary,
    )


_EMPTY_BOUNDARY = PolicyDocument(name="boundary", kind=PolicyKind.BOUNDARY, version=Version.V2012, statements=())


# Everybody at once


class _Bulk:
    """One action on one resource, asked of everybody."""

    def __init__(
        self,
        inquiry: Inquiry,
        action: str,
        label: str,
        target: Target,
        *,
        facts: Stated | None = None,
        guarded: bool = True,
    ) -> None:
        self._inquiry = inquiry
        self._stated = inquiry.stated if facts is None else facts
        self._guarded = guarded
        self._estate = inquiry.estate
        self._action = action
        self._label = label
        self._target = target
        self._partial = inquiry.partial
        self._parts: dict[int, PolicyDocument | None] = {}
        self._answers: dict[tuple[object, ...], Answer] = {}
        self._frames: dict[str, _Frame] = {}

    def findings(self, principals: Iterable[AccountPrincipal] | None = None) -> list[Finding]:
        """Of these, or of everybody, and of outsiders."""
        found: list[Finding] = []
        for principal in self._estate.principals.values() if principals is None else principals:
            answer = self.ask(principal)
            if answer.truth is not Truth.NO:
                found.append(
                    Finding(
                        who=principal.arn,
                        kind=principal.type.value,
                        action=self._label,
                        answer=answer,
                        arn=principal.arn,
                    )
                )
        return found + list(self._outsiders())

    def _part(self, document: PolicyDocument) -> PolicyDocument | None:
        key = id(document)
        if key not in self._parts:
            self._parts[key] = self._inquiry.about(document, self._action, self._target.arn)
        return self._parts[key]

    def _frame(self, account: str) -> "_Frame":
        """What everybody in an account has in common."""
        found = self._frames.get(account)
        if found is None:
            inquiry = self._inquiry
            owner = self._target.account or account
            resource = inquiry.policy_on(self._action, self._target, account)
            whole = Layers(
                resource=resource,
                scp=self._estate.guardrails(account).scp if self._guarded else (),
                rcp=self._estate.guardrails(owner).rcp if self._guarded else (),
                public_access_blocked=self._estate.public_access_blocked(self._target.arn),
            )
            reduced = _reduce(whole, self._part)
            found = self._frames[account] = _Frame(
                layers=reduced,
                owner=owner,
                keys=inquiry.keys_of(reduced),
                named=_names_in(resource),
            )
        return found

    def ask(self, principal: AccountPrincipal) -> Answer:
        frame = self._frame(principal.account)
        parts = self._part
        identity: list[Held] = []
        for attached in principal.policies:
            held = attached.document
            part = parts(held) if isinstance(held, PolicyDocument) else held
            if part is not None:
                identity.append(part)
        boundary: Held | None = None
        if principal.boundary is not None:
            held = principal.boundary.document
            boundary = (parts(held) or _EMPTY_BOUNDARY) if isinstance(held, PolicyDocument) else held
        keys = frame.keys
        for speaking in (*identity, boundary):
            if isinstance(speaking, PolicyDocument):
                keys |= self._partial.keys(speaking)
        facts = tuple((k, self._fact(principal, k)) for k in sorted(keys))
        # Everything that the engine looks at: two principals that are equal here cannot be told apart by it.
        alike = (
            tuple(map(id, identity)),
            id(boundary),
            principal.account,
            principal.type,
            principal.service_linked,
            principal.arn if principal.arn in frame.named else principal.arn[: principal.arn.find(":iam:")],
            facts,
        )
        answer = self._answers.get(alike)
        if answer is None:
            answer = self._answers[alike] = self._partial.evaluate(
                _request(principal.arn, principal.account, self._action, self._target.arn, frame.owner),
                replace(frame.layers, identity=tuple(identity), boundary=boundary),
                known.knowledge(facts),
            )
        return answer

    def _fact(self, principal: AccountPrincipal, key: str) -> Fact:
        return self._inquiry.fact_about(principal, self._target, self._stated, self._action, key)

    # Those whom the resource's policy names and the estate does not hold

    def _outsiders(self) -> Iterator[Finding]:
        # Asked for as somebody from nowhere would, but for what needs a policy that nobody gave.
        resource = self._inquiry.policy_on(self._action, self._target, self._target.account)
        if isinstance(resource, Unreadable):
            yield self._finding(
                Outsider(label="outsiders whom that policy names"), Answer(truth=Truth.UNKNOWN, blind=(resource,))
            )
            return
        if resource is None:
            return
        for outsider in _named_outsiders(resource, self._estate):
            if isinstance(outsider, Finding):
                yield replace(outsider, action=self._label)
                continue
            answer = self.ask_outsider(outsider, resource)
            if answer.truth is not Truth.NO:
                yield self._finding(outsider, answer)

    def _finding(self, outsider: Outsider, answer: Answer) -> Finding:
        return Finding(
            who=outsider.label, kind="outsider", action=self._label, answer=answer, arn=outsider.arn, note=outsider.note
        )

    def ask_outsider(self, outsider: Outsider, resource: PolicyDocument) -> Answer:
        owner = self._target.account
        whole = Layers(
            identity=(_OWN_ACCOUNT,) if outsider.arn else (),
            resource=resource,
            rcp=self._estate.guardrails(owner).rcp,
            public_access_blocked=self._estate.public_access_blocked(self._target.arn),
        )
        stated, inquiry = self._stated, self._inquiry

        def fact(key: str) -> Fact:
            for one in (stated.fact(key), outsider.fact(key)):
                if one is not UNKNOWN:
                    return one
            return inquiry.fact_about_target(self._target, self._action, key)

        keys = inquiry.keys_of(whole)
        return self._partial.evaluate(
            _request(outsider.arn, outsider.account, self._action, self._target.arn, owner, service=outsider.service),
            whole,
            known.knowledge((k, fact(k)) for k in keys),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    layers: Layers
    owner: str
    keys: frozenset[str]
    named: frozenset[str]


def _names_in(resource: Held | None) -> frozenset[str]:
    if not isinstance(resource, PolicyDocument):
        return frozenset()
    return frozenset(e.value.text for s in resource.statements for e in s.principals or ())


def _named_outsiders(resource: PolicyDocument, estate: Estate) -> Iterator[Outsider | Finding]:
    """Whom the Allows of a policy may let in besides the estate's own; each once."""
    seen: set[tuple[EntryType, str]] = set()
    for statement in resource.statements:
        if statement.effect is not Effect.ALLOW:
            continue
        entries: Sequence[PrincipalEntry] = statement.principals or ()
        if statement.not_principal:  # everyone else
            entries = (PrincipalEntry(type=EntryType.AWS, value=Value(text="*")),)
        for entry in entries:
            if (entry.type, entry.value.text) not in seen:
                seen.add((entry.type, entry.value.text))
                yield from _outsider(entry, estate)


def _outsider(entry: PrincipalEntry, estate: Estate) -> Iterator[Outsider | Finding]:
    name = entry.value.text
    match entry.type:
        case EntryType.SERVICE:
            yield known.service(name)
        case EntryType.FEDERATED:
            yield known.federated(name)
        case EntryType.CANONICAL_USER:
            yield _cannot_tell(name, "a request does not say who its canonical user is")
        case EntryType.AWS if name == "*":
            yield known.anonymous()
            yield known.anybody()
        case EntryType.AWS if len(name) == _ACCOUNT_DIGITS and name.isdecimal():
            if name not in estate.accounts:
                yield known.foreign(f"arn:aws:iam::{name}:root", name, known_name=False)
        case EntryType.AWS if name.startswith("arn:") and name not in estate.principals:
            arn = Arn.parse(name)
            if arn.account in estate.accounts:
                yield _cannot_tell(name, "the policy names it, and the estate does not hold it")
            else:
                yield known.foreign(name, arn.account, known_name=arn.resource != "root")
        case _:
            return  # the estate's own, or the id that a deleted principal left, which matches nobody


def _cannot_tell(name: str, why: str) -> Finding:
    answer = Answer(truth=Truth.UNKNOWN, blind=(Unreadable(name=name, why=why),))
    return Finding(who=name, kind="outsider", action="", answer=answer, arn=name if name.startswith("arn:") else "")
