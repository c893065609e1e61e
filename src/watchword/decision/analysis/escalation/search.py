"""`find_escalations`: the paths by which principals of an estate can gain more than they have.

    found = find_escalations(Inquiry(estate))
    for cause in found.causes: ...

The search goes backwards from what is worth having. An administrator is a principal that its own policies and boundary
let do what nobody has named, in IAM too; the organisation's policies limit administrators as well and are left out of
that question, but not out of any step. Then, whoever can become an administrator by one technique is as good as one,
and the next ring asks who can become *them*. So each principal is reached by a shortest path, and once.

Every step is a question to the three-valued evaluation: scopes, Denies, boundaries, guardrails, trust policies and what
is known of the request count. A step that may be, if something holds, is followed, and says what. A step that cannot be
told is not followed, and reported as a doubt.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from watchword.decision.analysis.account.facts import Target, service
from watchword.decision.analysis.account.inquiry import Inquiry, about_action
from watchword.decision.analysis.account.model import AccountPrincipal, Attached, PrincipalType
from watchword.decision.analysis.account.phrases import summary, through
from watchword.decision.analysis.escalation.model import (
    ADMIN,
    Cause,
    Doubt,
    Edge,
    Escalations,
    Grade,
    Path,
    Step,
)
from watchword.decision.analysis.escalation.techniques import TECHNIQUES, Move, Technique
from watchword.decision.analysis.partial import Answer, Held, Truth, Unreadable
from watchword.decision.analysis.patterns import FRESH
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

# Questions that one search may ask; most take less than twenty microseconds, so this is about half a minute.
MAX_QUESTIONS = 2_000_000
# Resources that one principal's statements name for one action, of which one has to do.
_MAX_RESOURCES = 20

_ALL = (Value(text="*"),)
_EVERYTHING = PolicyDocument(
    name="the policy that it would write",
    kind=PolicyKind.IDENTITY,
    version=Version.V2012,
    statements=(Statement(index=0, effect=Effect.ALLOW, actions=_ALL, resources=_ALL),),
)
_FOLLOWED = frozenset({Truth.YES, Truth.IF})
_OWN = {
    "iam:PutUserPolicy": PrincipalType.USER,
    "iam:AttachUserPolicy": PrincipalType.USER,
    "iam:DeleteUserPermissionsBoundary": PrincipalType.USER,
    "iam:PutRolePolicy": PrincipalType.ROLE,
    "iam:AttachRolePolicy": PrincipalType.ROLE,
    "iam:DeleteRolePermissionsBoundary": PrincipalType.ROLE,
}
_ASSUME = "sts:AssumeRole"
_PASS = "iam:PassRole"  # noqa: S105 - the name of an action
_BECOMING = (Move.TAKE_USER, Move.ASSUME, Move.RETRUST, Move.PASS_ROLE)


def find_escalations(inquiry: Inquiry, *, to: str = "", questions: int = MAX_QUESTIONS) -> Escalations:
    """Search. `to`: `ADMIN` for paths to administrators alone, an ARN for paths to that principal; empty for paths to
    administrators and, besides, for other principals that have more than whoever can become them.

    The search stops after so many `questions`, and says so.
    """
    return _Search(inquiry, to, questions).run()


class _ExhaustedError(Exception):
    """The search has asked as many questions as it may."""


class _Search:
    def __init__(self, inquiry: Inquiry, to: str, questions: int) -> None:
        self._inquiry = inquiry
        self._estate = inquiry.estate
        self._to = to
        self._left = questions
        self._everybody = [
            p for p in self._estate.principals.values() if p.type is not PrincipalType.ROOT and not p.service_linked
        ]
        self._perhaps: dict[str, str] = {}  # who may be an administrator for all that could be read, and why
        self._conditionally: set[str] = set()  # administrators if their own conditions hold
        self._examined = {p.arn for p in self._everybody}
        self._speakers: dict[str, list[AccountPrincipal]] = {}
        self._reached: dict[str, Path] = {}
        self._gains: list[Path] = []
        self._doubts: dict[tuple[str, str], Doubt] = {}
        self._can: dict[str, list[tuple[str, str]]] = {}
        self._somewhere: dict[tuple[str, str], tuple[str, Answer]] = {}

    def run(self) -> Escalations:
        admins = self._admins()
        goals = [self._to] if self._to not in {"", ADMIN} else sorted(admins)
        complete = True
        try:
            self._from_own_hands(admins)
            self._backwards(goals, admins)
            self._by_widening(admins)
            if not self._to:
                self._other_gains(admins)
            self._blind(admins)
            self._towards_the_unknown(admins)
        except _ExhaustedError:
            complete = False
        paths = [*self._reached.values(), *self._gains]
        return Escalations(
            causes=tuple(_by_cause(paths, admins)),
            paths=tuple(paths),
            doubts=tuple(self._doubts.values()),
            admins=tuple(sorted(admins)),
            examined=len(self._everybody),
            complete=complete,
        )

    # Asking

    def _spend(self, questions: int = 1) -> None:
        self._left -= questions
        if self._left < 0:
            raise _ExhaustedError

    def _target(self, arn: str, account: str) -> Target:
        return self._inquiry.target(arn, account=account)

    def _ask(self, principal: AccountPrincipal, action: str, arn: str, account: str) -> Step:
        self._spend()
        return Step(action=action, on=arn, answer=self._inquiry.may(principal, action, self._target(arn, account)))

    def _speaking_of(self, action: str) -> list[AccountPrincipal]:
        """Those examined that have an Allow which speaks of an action: nobody else has to be asked."""
        if action not in self._speakers:
            self._speakers[action] = [p for p in self._inquiry.speaking_of(action) if p.arn in self._examined]
        return self._speakers[action]

    def _aiming(self, action: str, target: str) -> list[AccountPrincipal]:
        """Those of them whose Allow does not surely speak of other resources. Where there are thousands of both, asking
        each about each is what takes the time."""
        return [p for p in self._speaking_of(action) if self._inquiry.aims(p, action, target)]

    def _admin(self, principal: AccountPrincipal) -> Truth:
        """Whether a principal is an administrator; see the module: what nobody has named, in IAM and outside."""
        self._spend(2)
        return _worst(
            self._inquiry.may(principal, action, self._target(arn, principal.account), guarded=False).truth
            for action, arn in _unnamed(principal.account)
        )

    def _is_admin(self, principal: AccountPrincipal) -> bool:
        return self._admin(principal) in _FOLLOWED

    def _admins(self) -> set[str]:
        found = {p.arn for p in self._everybody}
        for account in self._estate.accounts:
            for action, arn in _unnamed(account):
                some = [
                    p for p in self._everybody if p.account == account and (p.arn in found or p.arn in self._perhaps)
                ]
                for principal, answer in self._inquiry.ask_each(
                    some, action, self._target(arn, account), guarded=False
                ):
                    if answer.truth not in _FOLLOWED:
                        found.discard(principal.arn)
                        if answer.truth is Truth.UNKNOWN:
                            self._perhaps[principal.arn] = summary(answer)
                        else:
                            self._perhaps.pop(principal.arn, None)
                    elif answer.truth is Truth.IF:
                        self._conditionally.add(principal.arn)
        return found

    # Edges

    def _edge(self, source: AccountPrincipal, technique: Technique, steps: Sequence[Step], to: str) -> Edge | None:
        edge = Edge(source=source.arn, technique=technique, steps=tuple(steps), to=to)
        if edge.truth in _FOLLOWED:
            return edge
        if edge.truth is Truth.UNKNOWN:
            why = next(summary(s.answer) for s in steps if s.answer.truth is Truth.UNKNOWN)
            self._doubts.setdefault(
                (source.arn, technique.id), Doubt(principal=source.arn, technique=technique, why=why)
            )
        return None

    def _own_edges(self, principal: AccountPrincipal, technique: Technique) -> Iterator[tuple[Edge, AccountPrincipal]]:
        """What a principal can do to itself, and what it would then be."""
        action, account = technique.id, principal.account
        written = replace(principal, policies=(*principal.policies, Attached(document=_EVERYTHING)))

        def one(arn: str, then: AccountPrincipal) -> Iterator[tuple[Edge, AccountPrincipal]]:
            edge = self._edge(principal, technique, [self._ask(principal, action, arn, account)], ADMIN)
            if edge is not None:
                yield edge, then

        match technique.move:
            case Move.OWN_GRANT if _OWN[action] is principal.type:
                yield from one(principal.arn, written)
            case Move.GROUP_GRANT:
                for group in principal.groups:
                    yield from one(group, written)
            case Move.POLICY_EDIT:
                for arn in self._editable(principal):
                    yield from one(arn, _with_version(principal, arn, _EVERYTHING))
            case Move.POLICY_VERSION:
                for arn in self._editable(principal):
                    for version, held in self._estate.managed[arn].versions.items():
                        for edge, then in one(arn, _with_version(principal, arn, held)):
                            yield replace(edge, note=f"to {version}"), then
            case Move.JOIN_GROUP if principal.type is PrincipalType.USER:
                for group_arn, joined in self._estate.groups.items():
                    if joined.account == account and group_arn not in principal.groups:
                        yield from one(group_arn, replace(principal, policies=(*principal.policies, *joined.policies)))
            case Move.DROP_BOUNDARY if principal.boundary is not None and _OWN[action] is principal.type:
                yield from one(principal.arn, replace(principal, boundary=None))
            case _:
                return

    def _editable(self, principal: AccountPrincipal) -> list[str]:
        return [
            arn
            for arn in dict.fromkeys(a.arn for a in principal.policies)
            if arn in self._estate.managed and self._estate.managed[arn].customer
        ]

    def _becoming(
        self, technique: Technique, target: AccountPrincipal, among: set[str] | None = None
    ) -> Iterator[Edge]:
        """Who can become a principal by a technique, if it is one for that."""
        user = target.type is PrincipalType.USER
        if target.type is PrincipalType.ROOT or user is not (technique.move is Move.TAKE_USER):
            return
        if technique.move is Move.PASS_ROLE:
            yield from self._passing(technique, target, among)
            return
        first = technique.steps[0]
        candidates = (
            self._inquiry.could_assume(target) if technique.move is Move.ASSUME else self._aiming(first, target.arn)
        )
        some = [
            p
            for p in candidates
            if p.arn in self._examined and p.arn != target.arn and (among is None or p.arn in among)
        ]
        self._spend(len(some))
        for principal, answer in self._inquiry.ask_each(some, first, self._target(target.arn, target.account)):
            if answer.truth is Truth.NO:
                continue
            steps = [Step(action=first, on=target.arn, answer=answer)]
            if technique.move is Move.RETRUST:
                steps.append(self._assume_anew(principal, target))
            edge = self._edge(principal, technique, steps, target.arn)
            if edge is not None:
                yield edge

    def _could_become(self, target: AccountPrincipal) -> set[str]:
        """Everybody whom it is worth asking whether they can become a principal, by any technique."""
        if target.type is PrincipalType.USER:
            firsts = [t.steps[0] for t in TECHNIQUES if t.move is Move.TAKE_USER]
            invited: list[AccountPrincipal] = []
        else:
            firsts = [_PASS, *(t.steps[0] for t in TECHNIQUES if t.move is Move.RETRUST)]
            invited = self._inquiry.could_assume(target)
        able = {p.arn for p in invited}
        return able.union(*({p.arn for p in self._aiming(first, target.arn)} for first in firsts))

    def _assume_anew(self, principal: AccountPrincipal, role: AccountPrincipal) -> Step:
        """Whether a principal could assume a role whose trust policy it has written itself."""
        trust = PolicyDocument(
            name="the trust policy that it would write",
            kind=PolicyKind.TRUST,
            version=Version.V2012,
            statements=(
                Statement(
                    index=0,
                    effect=Effect.ALLOW,
                    actions=_ALL,
                    principals=(PrincipalEntry(type=EntryType.AWS, value=Value(text=principal.arn)),),
                ),
            ),
        )
        self._spend()
        answer = self._inquiry.may(principal, _ASSUME, self._target(role.arn, role.account), trust=trust)
        return Step(action=_ASSUME, on=role.arn, answer=answer)

    def _passing(self, technique: Technique, role: AccountPrincipal, among: set[str] | None) -> Iterator[Edge]:
        target = self._target(role.arn, role.account)
        trusted = self._inquiry.outsider_may(service(technique.service), _ASSUME, target)
        if trusted.truth is Truth.NO:
            return
        some = [
            p
            for p in self._aiming(_PASS, role.arn)
            # A role is passed within its account alone ("Granting a user permissions to pass a role").
            if p.account == role.account and p.arn != role.arn and (among is None or p.arn in among)
        ]
        self._spend(len(some))
        stated = self._inquiry.stated.and_values({"iam:passedtoservice": technique.service})
        for principal, answer in self._inquiry.ask_each(some, _PASS, target, facts=stated):
            if answer.truth is Truth.NO:
                continue
            steps = [Step(action=_PASS, on=role.arn, answer=answer)]
            steps += [self._anywhere(principal, action) for action in technique.steps]
            if technique.enough:
                steps.append(self._best(self._anywhere(principal, a) for a in technique.enough))
            steps.append(Step(action=_ASSUME, on=f"{role.arn}, by {technique.service}", answer=trusted))
            edge = self._edge(principal, technique, steps, role.arn)
            if edge is None:
                continue
            if technique.service == "ec2.amazonaws.com" and not role.profiles:
                steps[1:1] = [self._anywhere(principal, a) for a in _MAKING_PROFILES]
                edge = self._edge(principal, technique, steps, role.arn)
            if edge is not None:
                yield edge

    def _anywhere(self, principal: AccountPrincipal, action: str) -> Step:
        """Whether a principal may do something on any of the resources that its statements speak of."""
        key = (principal.arn, action)
        if key not in self._somewhere:
            best = ("*", Answer(truth=Truth.NO))
            for arn in self._resources_for(principal, action):
                step = self._ask(principal, action, arn, principal.account)
                if _BETTER[step.answer.truth] < _BETTER[best[1].truth]:
                    best = (arn.replace(FRESH, "*"), step.answer)
                if step.answer.truth is Truth.YES:
                    break
            self._somewhere[key] = best
        on, answer = self._somewhere[key]
        return Step(action=action, on=on, answer=answer)

    def _resources_for(self, principal: AccountPrincipal, action: str) -> list[str]:
        lower, found = action.lower(), dict.fromkeys([_anything(action, principal.account)])
        for attached in principal.policies:
            held = attached.document
            if isinstance(held, Unreadable):
                continue
            for s in held.statements:
                if s.effect is Effect.ALLOW and not s.not_resource and about_action(s, lower):
                    found.update(
                        dict.fromkeys(r.text.replace("*", FRESH) for r in s.resources if r.text.startswith("arn:"))
                    )
        return list(found)[:_MAX_RESOURCES]

    @staticmethod
    def _best(steps: Iterable[Step]) -> Step:
        return min(steps, key=lambda s: _BETTER[s.answer.truth])

    # The search

    def _reach(self, edge: Edge) -> bool:
        """Note a path, the first that a principal has; whether it is new."""
        if edge.source in self._reached:
            return False
        rest = self._reached.get(edge.to)
        self._reached[edge.source] = Path(edges=(edge, *(rest.edges if rest is not None else ())))
        return True

    def _from_own_hands(self, admins: set[str]) -> None:
        for technique in TECHNIQUES:
            if technique.move not in _OWN_MOVES:
                continue
            for principal in self._speaking_of(technique.id):
                if principal.arn in admins or principal.arn in self._reached:
                    continue
                for edge, then in self._own_edges(principal, technique):
                    gained = self._admin(then)
                    if gained in _FOLLOWED:
                        self._reach(replace(edge, gained=gained))
                        break
                    further = self._own_hands_of(then) if technique.move is Move.JOIN_GROUP else None
                    if further is not None:
                        joined = replace(edge, to=f"a member of {edge.steps[0].on}")
                        self._reached.setdefault(principal.arn, Path(edges=(joined, further)))
                        break
                    gain = self._lesser_gain(principal, technique, edge)
                    if gain:
                        self._gains.append(Path(edges=(replace(edge, to=gain),)))
                        break

    def _own_hands_of(self, principal: AccountPrincipal) -> Edge | None:
        """How somebody who has joined a group could go on to write themselves anything."""
        for technique in TECHNIQUES:
            if technique.move in {Move.OWN_GRANT, Move.GROUP_GRANT, Move.POLICY_EDIT}:
                for edge, then in self._own_edges(principal, technique):
                    if self._is_admin(then):
                        return edge
        return None

    def _lesser_gain(self, principal: AccountPrincipal, technique: Technique, edge: Edge) -> str:
        """What somebody gains who does not become an administrator, in words; empty for nothing that we can tell."""
        if self._to:
            return ""
        if technique.move in {Move.OWN_GRANT, Move.GROUP_GRANT, Move.POLICY_EDIT} and principal.boundary is not None:
            return f"all that its permission boundary {principal.boundary.document.name} lets it have"
        if technique.move is Move.POLICY_VERSION:
            return f"what another version says ({edge.note})"
        if technique.move is Move.DROP_BOUNDARY:
            return "all that its policies say"
        return f"what the group {edge.steps[0].on} has" if technique.move is Move.JOIN_GROUP else ""

    def _backwards(self, goals: Iterable[str], admins: set[str]) -> None:
        """Ring by ring: who can become a goal, who can become those, and so on."""
        waiting = [*goals, *self._reached]
        seen = set(waiting)
        while waiting:
            target = self._estate.principals.get(waiting.pop(0))
            if target is None:
                continue
            for technique in TECHNIQUES:
                if technique.move not in _BECOMING:
                    continue
                for edge in self._becoming(technique, target):
                    certain = Truth.IF if edge.to in self._conditionally else Truth.YES
                    gained = replace(edge, gained=certain)
                    if edge.source not in admins and self._reach(gained) and edge.source not in seen:
                        seen.add(edge.source)
                        waiting.append(edge.source)

    def _by_widening(self, admins: set[str]) -> None:
        """Who may give a policy to somebody whom they can become."""
        technique = next(t for t in TECHNIQUES if t.move is Move.WIDEN)
        fresh: list[str] = []
        for action in technique.steps:
            candidates = [p for p in self._speaking_of(action) if p.arn not in admins and p.arn not in self._reached]
            if not candidates:
                continue
            for target in self._everybody:
                if target.type is not _OWN[action] or target.arn in admins:
                    continue
                aiming = {p.arn for p in self._aiming(action, target.arn)}
                aiming.discard(target.arn)
                some = [p for p in candidates if p.arn in aiming and p.account == target.account]
                becoming_it = self._could_become(target) if some else set()
                some = [p for p in some if p.arn in becoming_it]
                self._spend(len(some))
                able: dict[str, Step] = {}
                for principal, answer in self._inquiry.ask_each(some, action, self._target(target.arn, target.account)):
                    if answer.truth in _FOLLOWED and principal.arn not in self._reached:
                        able[principal.arn] = Step(action=action, on=target.arn, answer=answer)
                written = replace(target, policies=(*target.policies, Attached(document=_EVERYTHING)))
                gained = self._admin(written) if able else Truth.NO
                if gained not in _FOLLOWED:
                    continue
                for becoming in TECHNIQUES:
                    if becoming.move not in _BECOMING:
                        continue
                    for edge in self._becoming(becoming, target, set(able)):
                        steps = (able[edge.source], *edge.steps)
                        widened = replace(
                            edge, technique=technique, steps=steps, to=ADMIN, note=f"as {target.arn}", gained=gained
                        )
                        if self._reach(widened):
                            fresh.append(edge.source)
        self._backwards(fresh, admins)

    def _other_gains(self, admins: set[str]) -> None:
        """Principals that somebody can become by other means than the role's own trust, though they are no admins."""
        for technique in TECHNIQUES:
            if technique.move not in {Move.TAKE_USER, Move.RETRUST, Move.PASS_ROLE}:
                continue
            able = {
                p.arn
                for p in self._speaking_of(technique.steps[0])
                if p.arn not in admins and p.arn not in self._reached
            }
            if not able:
                continue
            for target in self._everybody:
                if target.arn in admins or not target.policies:
                    continue
                for edge in self._becoming(technique, target, able):
                    more = self._more(self._estate.principals[edge.source], target)
                    if more:
                        self._gains.append(Path(edges=(replace(edge, note=f"which has {more}, for example"),)))

    def _more(self, principal: AccountPrincipal, target: AccountPrincipal) -> str:
        """Something that the target can do and the principal cannot, as a witness; empty where none was found."""
        for action, arn in self._abilities(target):
            if self._ask(principal, action, arn, principal.account).answer.truth is Truth.NO:
                return f"{action} on {arn}".replace(FRESH, "*")
        return ""

    def _abilities(self, principal: AccountPrincipal) -> list[tuple[str, str]]:
        """Some of what a principal can do, by the patterns of its statements."""
        if principal.arn not in self._can:
            found: list[tuple[str, str]] = []
            for held in principal.identity:
                for s in held.statements if isinstance(held, PolicyDocument) else ():
                    if s.effect is Effect.DENY or s.not_action or s.not_resource or len(found) >= _MAX_RESOURCES:
                        continue
                    for action in s.actions[:2]:
                        name = action.text.replace("*", FRESH).replace("?", FRESH)
                        arn = s.resources[0].text.replace("*", FRESH).replace("?", FRESH)
                        arn = arn if arn.startswith("arn:") else _anything(action.text, principal.account)
                        if self._ask(principal, name, arn, principal.account).answer.truth in _FOLLOWED:
                            found.append((name, arn))
            self._can[principal.arn] = found
        return self._can[principal.arn]

    def _towards_the_unknown(self, admins: set[str]) -> None:
        """Who can become somebody of whom it cannot be told whether they are an administrator."""
        for arn, why in self._perhaps.items():
            for technique in TECHNIQUES:
                if technique.move not in _BECOMING:
                    continue
                for edge in self._becoming(technique, self._estate.principals[arn]):
                    if edge.source not in admins and edge.source not in self._reached:
                        doubt = Doubt(
                            principal=edge.source, technique=technique, why=f"{arn} may be an administrator: {why}"
                        )
                        self._doubts.setdefault((edge.source, technique.id), doubt)

    def _blind(self, admins: set[str]) -> None:
        for technique in TECHNIQUES:
            if technique.move is not Move.BLIND:
                continue
            for principal in self._speaking_of(technique.id):
                if principal.arn in admins or principal.arn in self._reached:
                    continue
                step = self._anywhere(principal, technique.id)
                if step.answer.truth is not Truth.NO:
                    self._doubts.setdefault(
                        (principal.arn, technique.id),
                        Doubt(principal=principal.arn, technique=technique, why=technique.why),
                    )


_OWN_MOVES = frozenset(
    {Move.OWN_GRANT, Move.GROUP_GRANT, Move.POLICY_EDIT, Move.POLICY_VERSION, Move.JOIN_GROUP, Move.DROP_BOUNDARY}
)


def _worst(truths: Iterable[Truth]) -> Truth:
    return max(truths, key=lambda t: _BETTER[t])


_BETTER = {Truth.YES: 0, Truth.IF: 1, Truth.UNKNOWN: 2, Truth.NO: 3}
# What is needed to hand a role to an instance, where no instance profile holds it yet.
_MAKING_PROFILES = ("iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile")


def _anything(action: str, account: str) -> str:
    return f"arn:aws:{action.partition(':')[0]}:{FRESH}:{account}:{FRESH}"


def _unnamed(account: str) -> tuple[tuple[str, str], ...]:
    """Actions and resources that no policy names: who may do these may do anything."""
    return (
        (f"unnamed{FRESH}:Anything", _anything("unnamed", account)),
        (f"iam:{FRESH}", f"arn:aws:iam::{account}:{FRESH}/{FRESH}"),
    )


def _with_version(principal: AccountPrincipal, arn: str, document: Held) -> AccountPrincipal:
    return replace(
        principal,
        policies=tuple(replace(a, document=document) if a.arn == arn else a for a in principal.policies),
    )


def _by_cause(paths: Iterable[Path], admins: set[str]) -> list[Cause]:
    groups: dict[tuple[str, tuple[str, ...], bool], list[Path]] = {}
    for path in paths:
        cause = _root(path)
        statements = tuple(dict.fromkeys(t for s in cause.steps for t in through(s.answer) if t not in _INVENTED))
        admin = path.gain == ADMIN or path.gain in admins
        groups.setdefault((cause.technique.id, statements, admin), []).append(path)
    causes = [
        Cause(
            technique=_root(some[0]).technique,
            statements=statements,
            grade=Grade.CRITICAL if admin and any(p.truth is Truth.YES for p in some) else Grade.HIGH,
            principals=tuple(dict.fromkeys(p.source for p in some)),
            gains=tuple(dict.fromkeys(p.gain for p in some)),
            example=min(some, key=lambda p: (p.truth is not Truth.YES, len(p.edges))),
            admin=admin,
        )
        for (_, statements, admin), some in groups.items()
    ]
    return sorted(
        causes, key=lambda c: (c.grade is not Grade.CRITICAL, not c.admin, -len(c.principals), c.technique.id)
    )


def _root(path: Path) -> Edge:
    """The step that should not be: roles are there to be assumed, so the first that is anything else, or the last."""
    return next((e for e in path.edges if e.technique.move is not Move.ASSUME), path.edges[-1])


_INVENTED = frozenset({"the policy that it would write#0", "the trust policy that it would write#0"})
