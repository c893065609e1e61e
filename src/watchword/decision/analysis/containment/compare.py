"""The comparison itself.

1. Cut both documents into statements, each a bit; sort all requests into cases by what the variables' keys hold.
2. In each case, turn every part of a request into a `Dimension`: which statements its values can leave standing.
3. A goes beyond B exactly where an Allow of A stands, no Deny of A does, and either no Allow of B stands or a Deny of B
   does. Look for such a choice in all dimensions (`meet`): for each Allow of A, and each Deny of B.
4. None in any case: A is within B. One of known values: replay it, and it is the witness. One with guesses only: try
   texts for the variables; then there is no telling.

Dimensions hold at least everything that a request can do, so step 4's "none" is a proof.
"""

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from watchword.decision.analysis.containment import callers as who
from watchword.decision.analysis.containment.budget import Budget, TooMuchError
from watchword.decision.analysis.containment.keys import KeyCondition, KeySpace, condition_of, templates_of
from watchword.decision.analysis.containment.languages import Class, Machine
from watchword.decision.analysis.containment.masks import Choice, Dimension, meet
from watchword.decision.analysis.containment.model import Witness
from watchword.decision.analysis.containment.patterns import (
    ABSENT,
    NULL,
    ONE,
    SET,
    SOME,
    Binding,
    Held,
    Pattern,
    glob,
    known,
    resource,
    tokens,
)
from watchword.decision.analysis.containment.replay import ACCOUNT, NAMES_CALLERS, SOMEBODY, Alone, request_for
from watchword.decision.analysis.containment.unknown import Unknown, Unknowns
from watchword.decision.engine import ContextValue, Layer, Request, StatementRef
from watchword.decision.language import Effect, PolicyDocument, PolicyKind, Statement, Version
from watchword.decision.language.variables import Plain, Template, Variable, read_template
from watchword.kernel.arn import Arn
from watchword.kernel.errors import InvalidInputError

ACTION, RESOURCE = "action", "resource"
# Cases of variables; beyond it their texts are left unnamed, and beyond that there is no telling.
_MAX_CASES = 128
# Texts of one variable that get a case of their own, and combinations of texts tried in a case that has none.
_MAX_NAMED, _MAX_TRIED = 6, 12
# Templates with more gaps, and longer texts, are not looked at for such texts: each gap is a factor of the length.
_MAX_GAPS, _MAX_MET = 3, 200
_ARN_COLONS = 5
# `decide` allows it whatever policies say.
_UNDENIABLE = "sts:getcalleridentity"
_BEYOND_RCPS = "kms:retiregrant"
_ROLE = f"arn:aws:iam::{ACCOUNT}:role/example"
# Tried first, because a reader knows them.
_FAMILIAR_ACTIONS = ("s3:GetObject", "s3:PutObject", "ec2:RunInstances", "iam:PassRole", "sts:AssumeRole", "http:GET")
_TRUST_ACTIONS = ("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity")
_FAMILIAR_RESOURCES = (
    "arn:aws:s3:::example/example",
    "arn:aws:s3:::example",
    f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/example",
    "arn:watchword:app:::example/example",
    "*",
)
_TOO_LONG = "the comparison would take longer than it may"
_LAYERS = {
    PolicyKind.IDENTITY: Layer.IDENTITY,
    PolicyKind.RESOURCE: Layer.RESOURCE,
    PolicyKind.TRUST: Layer.RESOURCE,
    PolicyKind.SCP: Layer.GUARDRAIL,
    PolicyKind.RCP: Layer.RESOURCE_GUARDRAIL,
    PolicyKind.BOUNDARY: Layer.BOUNDARY,
    PolicyKind.SESSION: Layer.SESSION,
    PolicyKind.ENDPOINT: Layer.ENDPOINT,
}


@dataclass(frozen=True, slots=True)
class _Side:
    """A document, or several that speak as one. Bits of `allows` and `denies` are statements of the comparison."""

    alone: Alone
    allows: tuple[int, ...]
    denies: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of one Allow: a witness that it reaches beyond, why there is no telling, or neither: within."""

    statement: StatementRef | None
    witness: Witness | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Goal:
    required: int
    excluded: int

    def met(self, standing: int) -> bool:
        return standing & self.required == self.required and not standing & self.excluded


@dataclass(frozen=True, slots=True)
class _Question:
    """Does this Allow of one side (-1: the one that every rcp has beside it) reach beyond the other?"""

    index: int
    inner: _Side
    outer: _Side


@dataclass(frozen=True, slots=True)
class _Resources:
    """A statement's resources in one case: bits that list one, and whether an entry is null."""

    bits: int
    unresolved: bool


class Comparison:
    """Two sides of one kind, ready to be asked both ways."""

    def __init__(self, a: Sequence[PolicyDocument], b: Sequence[PolicyDocument], budget: Budget) -> None:
        self._budget = budget
        self._kind = a[0].kind
        self._parts: list[tuple[PolicyDocument, Statement]] = []
        self.a = self._side(a)
        self.b = self._side(b)
        self._statements = [s for _, s in self._parts]
        self._templates = [self._resource_templates(d, s) for d, s in self._parts]
        self._resource_keys = sorted({k for ts in self._templates for t in ts for k in t.keys})
        self._conditions = self._gather()
        self._callers = who.Callers(self._statements) if self._kind in NAMES_CALLERS else None
        self._known_dimensions: dict[object, Dimension] = {}
        # Actions about which these policies have no say.
        self._vain = {_UNDENIABLE, _BEYOND_RCPS} if self._kind is PolicyKind.RCP else {_UNDENIABLE}
        self._by_case: dict[tuple[str | Held, ...], list[Dimension]] = {}
        self._spaces: dict[str, KeySpace] = {}
        self._actions_machine, self._action_bits = self._action_patterns()
        self._named: dict[str, tuple[str, ...]] = {}
        self._cases: list[Binding] | None = None

    # Statements

    def _side(self, documents: Sequence[PolicyDocument]) -> _Side:
        allows: list[int] = []
        denies: list[int] = []
        for document in documents:
            for statement in document.statements:
                self._parts.append((document, statement))
                (denies if statement.effect is Effect.DENY else allows).append(len(self._parts) - 1)
        if self._kind is PolicyKind.RCP:
            allows = [-1]  # RCPFullAWSAccess is always there
        return _Side(Alone(documents), tuple(allows), tuple(denies))

    def _ref(self, index: int) -> StatementRef | None:
        if index < 0:
            return None
        document, statement = self._parts[index]
        return StatementRef(
            policy=document.name,
            layer=_LAYERS[document.kind],
            index=statement.index,
            sid=statement.sid,
            line=statement.line,
        )

    def _resource_templates(self, document: PolicyDocument, statement: Statement) -> list[Template]:
        if self._kind is PolicyKind.TRUST:
            return []
        found = []
        for value in statement.resources:
            text = value.text
            missing = _ARN_COLONS - text.count(":")
            if missing > 0 and not text.endswith("*"):
                text += ":*" * missing  # a short ARN is read as if the missing parts were `*`
            found.append(read_template(text, variables=document.version is Version.V2012))
        return found

    def _gather(self) -> dict[str, list[KeyCondition]]:
        """Return the conditions by key, equal ones of several statements as one."""
        found: dict[str, dict[KeyCondition, int]] = {}
        for index, (document, statement) in enumerate(self._parts):
            deny = statement.effect is Effect.DENY
            for condition in statement.conditions:
                same = condition_of(condition, document.version, deny=deny, statements=0)
                by_key = found.setdefault(condition.key.lower(), {})
                by_key[same] = by_key.get(same, 0) | 1 << index
        return {key: [replace(c, statements=s) for c, s in by.items()] for key, by in found.items()}

    # Cases

    def _all_cases(self) -> list[Binding]:
        """Return what the variables' keys can hold, all together."""
        if self._cases is not None:
            return self._cases
        by_key = {key: [t for c in conditions for t in templates_of(c)] for key, conditions in self._conditions.items()}
        groups = [[t for ts in self._templates for t in ts], *by_key.values()]
        keys = sorted({k for group in groups for t in group for k in t.keys})
        named = {key: self._names_for(key, groups) for key in keys}
        parts = [p for group in groups for t in group for p in t.parts if isinstance(p, Variable)]
        defaulted = {p.key for p in parts if p.default is not None}
        nulls: dict[str, list[str | Held]] = {key: [ABSENT, SET] if key in defaulted else [NULL] for key in keys}
        if math.prod(1 + len(named[key]) + len(nulls[key]) for key in keys) > _MAX_CASES:
            named = dict.fromkeys(keys, ())
        if math.prod(1 + len(nulls[key]) for key in keys) > _MAX_CASES:
            raise TooMuchError
        self._named = named
        held = [[SOME, *named[key], *nulls[key]] for key in keys]
        self._cases = [dict(zip(keys, values, strict=True)) for values in itertools.product(*held)]
        return self._cases

    def _names_for(self, key: str, groups: Sequence[Sequence[Template]]) -> tuple[str, ...]:
        """Return texts of a variable that would make a template meet something else that is written."""
        names: dict[str, None] = {}
        for condition in self._conditions.get(key, ()):
            for template in templates_of(condition):
                if template.static and len(template.parts) == 1 and isinstance(template.parts[0], Plain):
                    names.setdefault(template.parts[0].text)
        for group in groups:
            texts = [t.parts[0].text for t in group if len(t.parts) == 1 and isinstance(t.parts[0], Plain)]
            for template in group:
                if key not in template.keys:
                    continue
                captured = "".join(_captured(p, key) for p in template.parts)
                if captured.count(".*") + captured.count(".+?") > _MAX_GAPS:
                    continue
                source = re.compile(captured, re.DOTALL)
                for text in texts:
                    if len(text) > _MAX_MET:
                        continue
                    self._budget.spend(4)
                    match = source.fullmatch(text)
                    if match is not None:
                        names.setdefault(match[1])
        return tuple(n for n in names if not set(n) & set("*?"))[:_MAX_NAMED]

    # Dimensions

    def all_dimensions(self) -> list[list[Dimension]]:
        """Return the dimensions of every case. Raise `TooMuchError` where those are too many."""
        return [self._dimensions(binding) for binding in self._all_cases()]

    def _dimensions(self, binding: Binding) -> list[Dimension]:
        """Return all dimensions of one case; those of equal cases are the same objects."""
        name = tuple(binding.values())  # whose keys are always the same
        found = self._by_case.get(name)
        if found is None:
            found = self._by_case[name] = self._made(binding)
        return found

    def _made(self, binding: Binding) -> list[Dimension]:
        found = [self._actions()]
        if self._kind is not PolicyKind.TRUST:
            found.append(self._resources(binding))
        by_caller: list[Dimension] = []
        for key in sorted({*self._conditions, *binding, *(who.KEYS if self._callers else ())}):
            named = self._callers.conditions(key) if self._callers else []
            if not named and key not in self._conditions and key not in binding:
                continue
            dimension = self._key(key, binding, named)
            (by_caller if named else found).append(dimension)
        if self._callers is not None:
            name = (who.PRINCIPAL, *map(id, by_caller))  # which are kept, and so keep their ids
            if name not in self._known_dimensions:
                self._known_dimensions[name] = self._callers.dimension(by_caller, self._budget)
            found.append(self._known_dimensions[name])
        return found

    def _key(self, key: str, binding: Binding, named: Sequence[KeyCondition]) -> Dimension:
        conditions = self._conditions.get(key, [])
        relevant = {k for c in conditions for t in templates_of(c) for k in t.keys}
        name = (key, binding.get(key), tuple(binding[k] for k in sorted(relevant)))
        found = self._known_dimensions.get(name)
        if found is None:
            others = self._named.get(key, ())
            try:
                found = KeySpace(key, [*conditions, *named], binding, self._budget.part(), others).dimension()
            except TooMuchError:
                found = KeySpace(key, [*conditions, *named], binding, self._budget, others).some()
            self._known_dimensions[name] = found
        return found

    def _action_patterns(self) -> tuple[Machine, list[int]]:
        patterns: dict[Pattern, int] = {}
        bits: list[int] = []
        for statement in self._statements:
            listed = 0
            for action in statement.actions:
                pattern = glob(tokens(_plain(action.text.lower()), {}, widened=True) or [])
                listed |= 1 << patterns.setdefault(pattern, len(patterns))
            bits.append(listed)
        return Machine(list(patterns)), bits

    def _of_action(self, signature: int) -> int:
        standing = -1
        for index, (statement, bits) in enumerate(zip(self._statements, self._action_bits, strict=True)):
            if bool(signature & bits) is statement.not_action:
                standing &= ~(1 << index)
        return standing

    def _actions(self) -> Dimension:
        found = self._known_dimensions.get(ACTION)
        if found is None:
            choices: dict[int, Choice] = {}
            guesses: list[Choice] = []
            classes, some = self._classes(self._actions_machine, self._familiar_actions(-1))
            for class_ in classes:
                standing = self._of_action(class_.signature)
                self._budget.spend(1 + len(self._statements) // 4)
                if class_.word in self._vain or class_.word != class_.word.lower():
                    guesses.append(Choice(standing=standing, concrete=False))
                else:
                    choice = Choice(standing=standing, concrete=True, values=((ACTION, class_.word),))
                    choices.setdefault(standing, choice)
            if _BEYOND_RCPS in self._vain:
                guesses.append(Choice(standing=0, concrete=False))  # it is reached by no statement at all
            found = Dimension(name=ACTION, choices=(*choices.values(), *guesses), some=some)
            self._known_dimensions[ACTION] = found
        return found

    def _resources(self, binding: Binding) -> Dimension:
        name = (RESOURCE, tuple(binding[k] for k in self._resource_keys))
        found = self._known_dimensions.get(name)
        if found is None:
            try:
                found = self._all_resources(binding)
            except TooMuchError:
                found = Dimension(name=RESOURCE, choices=(), some=True)
            self._known_dimensions[name] = found
        return found

    def _all_resources(self, binding: Binding) -> Dimension:
        machine, listed, unknowns = self._resource_patterns(binding)
        choices: dict[int, Choice] = {}
        guesses: dict[int, Choice] = {}
        classes, some = self._classes(machine, self._familiar_resources(-1, binding))
        for class_ in classes:
            self._budget.spend(1 + len(self._statements) // 4)
            if not unknowns:
                standing = self._of_resource(class_.signature, listed)
                choice = Choice(standing=standing, concrete=True, values=((RESOURCE, class_.word),))
                choices.setdefault(standing, choice)
                continue
            for signature in unknowns.variants(class_.signature):
                standing = self._of_resource(signature, listed)
                guesses.setdefault(standing, Choice(standing=standing, concrete=False))
        return Dimension(name=RESOURCE, choices=(*choices.values(), *guesses.values()), some=some)

    def _classes(self, machine: Machine, familiar: Iterator[str]) -> tuple[list[Class], bool]:
        """Return all classes; or, where those are too many, some: those of familiar texts. Then the flag is set."""
        try:
            return machine.classes(self._budget.part()), False
        except TooMuchError:
            words = dict.fromkeys(word.lower() if machine is self._actions_machine else word for word in familiar)
            found: list[Class] = []
            for word in words:
                self._budget.spend(machine.cost(word))
                found.append(Class(machine.signature(word), word))
            return found, True

    def _resource_patterns(self, binding: Binding) -> tuple[Machine, list[_Resources], Unknowns]:
        patterns: dict[Pattern, int] = {}
        unknown: dict[Pattern, tuple[int, int]] = {}
        described: list[tuple[list[int], list[Pattern], bool]] = []
        for templates in self._templates:
            listed: list[int] = []
            guessed: list[Pattern] = []
            unresolved = False
            for template in templates:
                wide = tokens(template, binding, widened=True)
                if wide is None:
                    unresolved = True
                    continue
                at = patterns.setdefault(resource(wide), len(patterns))
                if known(template, binding):
                    listed.append(at)
                    continue
                if not _after_the_fifth_colon(template):
                    raise TooMuchError  # its text could move the colons that bound wildcards; the language refuses it
                lettered = resource(tokens(template, binding, widened=False) or [])
                unknown[lettered] = (at, len(unknown))
                guessed.append(lettered)
            described.append((listed, guessed, unresolved))
        order = {lettered: i for i, lettered in enumerate(unknown)}
        out = [
            _Resources(sum(1 << at for at in {*ls} | {len(patterns) + order[g] for g in gs}), unresolved)
            for ls, gs, unresolved in described
        ]
        unknowns = Unknowns(
            [
                Unknown(1 << (len(patterns) + order[lettered]), 1 << at, lettered)
                for lettered, (at, _) in unknown.items()
            ],
            self._budget,
        )
        return Machine(list(patterns)), out, unknowns

    def _of_resource(self, signature: int, listed: Sequence[_Resources]) -> int:
        standing = -1
        for index, (statement, resources) in enumerate(zip(self._statements, listed, strict=True)):
            holds = bool(signature & resources.bits)
            if statement.not_resource:
                # An unresolved entry excepts nothing: a Deny reaches further for it, an Allow does not apply.
                holds = not holds and (not resources.unresolved or statement.effect is Effect.DENY)
            if not holds:
                standing &= ~(1 << index)
        return standing

    # Asking

    def outcomes(self, inner: _Side, outer: _Side) -> Iterator[Outcome]:
        """Yield, for each Allow of `inner`, whether it reaches beyond `outer`."""
        self._budget.renew()
        for index in inner.allows:
            if self._budget.spent:
                yield Outcome(self._ref(index), reason=_TOO_LONG)
                continue
            try:
                yield self._outcome(_Question(index, inner, outer))
            except TooMuchError:
                yield Outcome(self._ref(index), reason=_TOO_LONG)

    def _goals(self, question: _Question, dimensions: Sequence[Dimension]) -> Iterator[_Goal]:
        this = 1 << question.index if question.index >= 0 else 0
        together = -1  # with this Allow, as far as each dimension by itself can tell
        for dimension in dimensions:
            self._budget.spend(1 + len(dimension.choices) // 8)
            beside = 0
            for choice in dimension.choices:
                if choice.standing & this == this:
                    beside |= choice.standing
            together &= beside
        if together & this != this:
            return
        denies = sum(1 << i for i in question.inner.denies if together >> i & 1)
        if self._kind is not PolicyKind.RCP:  # whose Allow cannot fail
            yield _Goal(this, denies | sum(1 << i for i in question.outer.allows if together >> i & 1))
        for deny in question.outer.denies:
            if not together >> deny & 1:
                continue
            yield _Goal(this | 1 << deny, denies)

    def _outcome(self, question: _Question) -> Outcome:
        reason: str | None = None
        for binding in self._all_cases():
            dimensions = self._dimensions(binding)
            if any(d.some for d in dimensions):
                # No proof can come of this; an example may.
                reason = reason or _TOO_LONG
                witness = self._example(question, binding, dimensions, None)
                if witness is not None:
                    return Outcome(self._ref(question.index), witness=witness)
                continue
            for goal in self._goals(question, dimensions):
                choices = self._meet(dimensions, goal, concrete=False)
                if choices is None:
                    continue
                witness = self._example(question, binding, dimensions, goal)
                if witness is not None:
                    return Outcome(self._ref(question.index), witness=witness)
                reason = reason or self._why(binding, dimensions, choices)
        return Outcome(self._ref(question.index), reason=reason)

    def _example(
        self, question: _Question, binding: Binding, dimensions: list[Dimension], goal: _Goal | None
    ) -> Witness | None:
        """Look for a request of known values that meets a goal, or any goal, and is one by the evaluator's word."""
        for concrete, spaces in self._concrete(binding, dimensions):
            for wanted in [goal] if goal is not None else self._goals(question, spaces):
                found = self._meet(spaces, wanted, concrete=True)
                if found is None:
                    continue
                values = self._plainest(question, wanted, concrete, spaces, list(found))
                witness = self._witness(question, values)
                if witness is not None:
                    return witness
        return None

    def _meet(self, dimensions: Sequence[Dimension], goal: _Goal, *, concrete: bool) -> tuple[Choice, ...] | None:
        return meet(dimensions, required=goal.required, excluded=goal.excluded, budget=self._budget, concrete=concrete)

    def _concrete(self, binding: Binding, dimensions: list[Dimension]) -> Iterator[tuple[Binding, list[Dimension]]]:
        """Yield the case itself, or the case with texts for the variables that are some text."""
        open_keys = [key for key, held in binding.items() if held is SOME]
        if not open_keys:
            yield binding, dimensions
            return
        texts = []
        for key in open_keys:
            space = self._spaces.get(key)
            if space is None:
                conditions = [c for c in self._conditions.get(key, ()) if not any(t.keys for t in templates_of(c))]
                space = self._spaces[key] = KeySpace(key, conditions, {}, self._budget, self._named.get(key, ()))
            texts.append([*space.texts()][:_MAX_TRIED])
        for values in itertools.islice(itertools.product(*texts), _MAX_TRIED):
            tried = {**binding, **dict(zip(open_keys, values, strict=True))}
            yield tried, self._dimensions(tried)

    def _why(self, binding: Binding, dimensions: Sequence[Dimension], choices: Sequence[Choice]) -> str:
        guessed = [self._spelling(d.name) for d, c in zip(dimensions, choices, strict=True) if not c.concrete]
        if guessed == [ACTION]:
            if _BEYOND_RCPS in self._vain:
                return "they differ in sts:GetCallerIdentity or kms:RetireGrant alone, which no such policy reaches"
            return "they differ in sts:GetCallerIdentity alone, which is allowed whatever a policy says"
        variables = [f"${{{self._spelling(key)}}}" for key, held in binding.items() if held is SOME]
        if variables:
            texts = " and ".join(variables)
            return f"a difference would depend on the text of {texts}, and no text that shows it was found"
        where = " and ".join(guessed) or "the request"
        return f"a difference would need a value of {where} that meets several kinds of operators, and none was found"

    # Witnesses

    def _witness(self, question: _Question, values: Mapping[str, ContextValue]) -> Witness | None:
        """Make a request of the values that were found, and have it replayed."""
        context = {k: v for k, v in values.items() if k not in {ACTION, RESOURCE, who.PRINCIPAL}}
        for caller in self._askers(values):
            request = request_for(
                caller,
                action=str(values[ACTION]),
                resource=str(values.get(RESOURCE, _ROLE)),
                context=context,
            )
            if self._shows(question, request) is None:
                continue
            request = self._shortened(question, request)
            return Witness(
                request=request,
                context=tuple((self._spelling(k), request.context[k]) for k in sorted(request.context)),
                allowed_by=self._ref(question.index),
                denied_by=self._shows(question, request) or (),
            )
        return None

    def _shows(self, question: _Question, request: Request) -> tuple[StatementRef, ...] | None:
        """Replay a request: what denies it on the outer side; None where it is no witness."""
        if not question.inner.alone.ask(request)[0]:
            return None
        allowed, denied_by = question.outer.alone.ask(request)
        return None if allowed else denied_by

    def _shortened(self, question: _Question, request: Request) -> Request:
        """Leave out of the context what the same statement's word does not need."""
        if question.index < 0:
            return request
        document, statement = self._parts[question.index]
        this = Alone((replace(document, statements=(statement,)),))
        for key in sorted(request.context):
            shorter = replace(request, context={k: v for k, v in request.context.items() if k != key})
            if this.ask(shorter)[0] and self._shows(question, shorter) is not None:
                request = shorter
        return request

    def _spelling(self, key: str) -> str:
        """A key as one of the documents writes it."""
        for _, statement in self._parts:
            for condition in statement.conditions:
                if condition.key.lower() == key:
                    return condition.key
        texts = [v.text for _, s in self._parts for v in (*s.resources, *(v for c in s.conditions for v in c.values))]
        at = next(((t, t.lower().find("${" + key)) for t in texts if "${" + key in t.lower()), None)
        return key if at is None else at[0][at[1] + 2 :][: len(key)]

    def _askers(self, values: Mapping[str, ContextValue]) -> Iterator[str]:
        """Yield who may ask: whom the choices name, or, where it is all the same, whom the context names."""
        if self._callers is not None:
            yield str(values[who.PRINCIPAL])
            return
        named = values.get("aws:principalarn")
        if isinstance(named, str):
            try:
                if Arn.parse(named).account:
                    yield named
            except InvalidInputError:
                pass
        yield SOMEBODY

    def _plainest(
        self,
        question: _Question,
        goal: _Goal,
        binding: Binding,
        dimensions: Sequence[Dimension],
        choices: list[Choice],
    ) -> dict[str, ContextValue]:
        """Replace each choice by the most ordinary one that shows the same."""
        listed = self._resource_patterns(binding) if self._kind is not PolicyKind.TRUST else None
        for at, dimension in enumerate(dimensions):
            others = -1
            for i, choice in enumerate(choices):
                if i != at:
                    others &= choice.standing
            if dimension.name == ACTION:
                for text in self._familiar_actions(question.index):
                    standing = self._of_action(self._actions_machine.signature(text.lower()))
                    if goal.met(others & standing):
                        choices[at] = Choice(standing=standing, concrete=True, values=((ACTION, text),))
                        break
            elif dimension.name == RESOURCE and listed is not None:
                for text in self._familiar_resources(question.index, binding):
                    standing = self._of_resource(listed[0].signature(text), listed[1])
                    if goal.met(others & standing):
                        choices[at] = Choice(standing=standing, concrete=True, values=((RESOURCE, text),))
                        break
            else:
                met = (c for c in dimension.choices if c.concrete and goal.met(others & c.standing))
                choices[at] = next(met, choices[at])
        return {name: value for choice in choices for name, value in choice.values}

    def _familiar_actions(self, index: int) -> Iterator[str]:
        own = [a.text for a in self._statements[index].actions] if index >= 0 else []
        yield from (a for a in own if not set(a) & set("*?") and a.lower() != _UNDENIABLE)
        yield from _TRUST_ACTIONS if self._kind is PolicyKind.TRUST else _FAMILIAR_ACTIONS
        for text in [*own, *(a.text for s in self._statements for a in s.actions)]:
            if text.lower() not in self._vain and text != "*":
                yield text.replace("*", "Example").replace("?", "x")

    def _familiar_resources(self, index: int, binding: Binding) -> Iterator[str]:
        order = [*([index] if index >= 0 else []), *range(len(self._templates))]
        for at in order[:1]:
            yield from self._filled(self._templates[at], binding)
        yield from _FAMILIAR_RESOURCES
        for at in order[1:]:
            yield from self._filled(self._templates[at], binding)

    def _filled(self, templates: Sequence[Template], binding: Binding) -> Iterator[str]:
        for template in templates:
            cut = tokens(template, binding, widened=True)
            if cut is not None and cut != tokens(_plain("*"), {}, widened=True):
                yield "".join(t if isinstance(t, str) else "x" if t is ONE else "example" for t in cut)


def _plain(text: str) -> Template:
    return Template((Plain(text),))


def _after_the_fifth_colon(template: Template) -> bool:
    """Whether the variables of a resource stand where wildcards have no bounds."""
    colons = 0
    for part in template.parts:
        if isinstance(part, Variable):
            return colons >= _ARN_COLONS
        colons += part.text.count(":")
    return True


def _captured(part: object, key: str) -> str:
    """A part of a template as a regular expression; the first place of the key is a group."""
    if isinstance(part, Variable):
        return "(.+?)" if part.key == key else ".+?"
    text = part.text if isinstance(part, Plain) else getattr(part, "text", "")
    return re.escape(text).replace(r"\*", ".*").replace(r"\?", ".") if isinstance(part, Plain) else re.escape(text)
