"""Decisions about requests of which not everything is known: yes, no, or in doubt. Never a guess.

The policies are read twice. Once so that they allow the least that they can have meant: whatever depends on something
unknown fails in an Allow and holds in a Deny. Once so that they allow the most: the reverse. Adding what an Allow
matches never refuses, and adding what a Deny matches never allows; so the true answer lies between the two, and where
they are the same it is that.

    judged = Doubt().judge(recorded, policies)
    judged.allowed    # True, False, or None: it depends on what the record does not tell

A request about which everything in question is known is decided once, by the policies as they stand.
"""

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from watchword.decision.analysis.usage.recorded import Recorded
from watchword.decision.engine import Decision, Policies, decide
from watchword.decision.language import (
    Condition,
    Effect,
    PolicyDocument,
    PrincipalEntry,
    PrincipalType,
    Statement,
    Value,
    Version,
)
from watchword.decision.language.variables import read_template

# Policies kept ready in both readings. Forgotten all at once.
_MAX_READY = 1024
_EVERYTHING = (Value(text="*"),)
# A resource of which nothing is known but that it is one.
_SOMETHING = "something"
_EVERYONE = (PrincipalEntry(type=PrincipalType.AWS, value=Value(text="*")),)


class Reading(enum.Enum):
    LEAST = "least"  # what is certainly allowed
    MOST = "most"  # what may be allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """`allowed` is None where it depends on what is not told. `decision` is the most that can have been said."""

    allowed: bool | None
    decision: Decision


class Doubt:
    """Keeps the policies that it was asked about, in both readings. Belongs to one thread."""

    def __init__(self) -> None:
        # The policies are kept beside what was made of them, so that their id() stays their own.
        self._keys: dict[int, tuple[Policies, frozenset[str]]] = {}
        self._read: dict[tuple[int, frozenset[str], bool, Reading], tuple[Policies, Policies]] = {}

    def judge(self, recorded: Recorded, policies: Policies) -> Judged:
        most = self.reading(recorded, policies, Reading.MOST)
        decision = decide(recorded.request, most)
        if most is policies or not decision.allowed:
            return Judged(allowed=decision.allowed, decision=decision)
        least = self.reading(recorded, policies, Reading.LEAST)
        surely = decide(recorded.request, least).allowed
        if surely and not recorded.resource_told:
            # Where a key is asked for, its policy has a say that it has not where none is.
            surely = decide(replace(recorded.request, resource=_SOMETHING), least).allowed
        return Judged(allowed=True if surely else None, decision=decision)

    def reading(self, recorded: Recorded, policies: Policies, reading: Reading) -> Policies:
        """Return the policies in one reading; the very same object where nothing in question is unknown."""
        untold = self._untold(recorded, policies)
        if not untold and recorded.resource_told:
            return policies
        key = (id(policies), untold, recorded.resource_told, reading)
        found = self._read.get(key)
        if found is None:
            if len(self._read) >= _MAX_READY:
                self._read.clear()
            read = _read(policies, untold, reading, resource_told=recorded.resource_told)
            found = self._read[key] = (policies, read)
        return found[1]

    def _untold(self, recorded: Recorded, policies: Policies) -> frozenset[str]:
        if recorded.untold is not None and not recorded.untold:
            return recorded.untold
        found = self._keys.get(id(policies))
        if found is None:
            if len(self._keys) >= _MAX_READY:
                self._keys.clear()
            found = self._keys[id(policies)] = (policies, frozenset(_keys_of(policies)))
        mentioned = found[1]
        if recorded.untold is None:
            return mentioned.difference(recorded.request.context)
        return mentioned & recorded.untold


def _keys_of(policies: Policies) -> Iterator[str]:
    for document in (d for _, documents in policies.layers() for d in documents):
        for statement in document.statements:
            for condition in statement.conditions:
                yield from _keys_of_condition(condition, document.version)
            for resource in statement.resources:
                yield from variables_of(resource, document.version)
            yield from _keys_of_principals(statement)


def _keys_of_principals(statement: Statement) -> Iterator[str]:
    """Callers that have no name of their own kind in their ARN are recognised by the context."""
    for entry in statement.principals or ():
        if entry.type is PrincipalType.FEDERATED:
            yield "aws:federatedprovider"
        elif entry.type is PrincipalType.SERVICE:
            yield from ("aws:principalservicename", "aws:principalservicenameslist")


def _keys_of_condition(condition: Condition, version: Version) -> Iterator[str]:
    yield condition.key.lower()
    for value in condition.values:
        yield from variables_of(value, version)


def variables_of(value: Value, version: Version) -> tuple[str, ...]:
    """The keys of the variables in a text, in lower case."""
    return read_template(value.text, variables=version is Version.V2012).keys


def _read(policies: Policies, untold: frozenset[str], reading: Reading, *, resource_told: bool) -> Policies:
    def one(document: PolicyDocument) -> PolicyDocument:
        kept = [
            _statement(s, document.version, untold, reading, resource_told=resource_told) for s in document.statements
        ]
        return replace(document, statements=tuple(s for s in kept if s is not None))

    def several(documents: Iterable[PolicyDocument]) -> tuple[PolicyDocument, ...]:
        return tuple(map(one, documents))

    def optional(
        found: PolicyDocument | tuple[PolicyDocument, ...] | None,
    ) -> PolicyDocument | tuple[PolicyDocument, ...] | None:
        return one(found) if isinstance(found, PolicyDocument) else several(found) if found is not None else None

    resource = policies.resource
    if resource is not None and policies.blocks_public and reading is Reading.LEAST:
        # Whether a policy is public is asked of its own text, and the text of a reading may be less so: what it is
        # worth while it is blocked depends on more than is read here.
        resource = replace(resource, statements=tuple(s for s in resource.statements if s.effect is Effect.DENY))
    return replace(
        policies,
        identity=several(policies.identity),
        resource=one(resource) if resource is not None else None,
        scp=tuple(map(several, policies.scp)),
        rcp=tuple(map(several, policies.rcp)),
        boundary=optional(policies.boundary),
        session=several(policies.session) if policies.session is not None else None,
        endpoint=optional(policies.endpoint),
        public_access_blocked=False,
        compiler=None,
    )


def _statement(
    statement: Statement, version: Version, untold: frozenset[str], reading: Reading, *, resource_told: bool
) -> Statement | None:
    """The statement as it matches the most or the least; None where the least is nothing."""
    widely = (statement.effect is Effect.ALLOW) is (reading is Reading.MOST)
    known = tuple(c for c in statement.conditions if untold.isdisjoint(_keys_of_condition(c, version)))
    if len(known) < len(statement.conditions) and not widely:
        return None
    if not untold.isdisjoint(_keys_of_principals(statement)):
        if not widely:
            return None
        statement = replace(statement, principals=_EVERYONE, not_principal=False)
    resources, not_resource = statement.resources, statement.not_resource
    if not resource_told and resources:
        if not widely and (not_resource or all(r.text != "*" for r in resources)):
            return None
        resources, not_resource = _EVERYTHING, False
    elif any(not untold.isdisjoint(variables_of(r, version)) for r in resources):
        clear = tuple(r for r in resources if untold.isdisjoint(variables_of(r, version)))
        if not_resource:
            if not widely:
                return None
            resources, not_resource = (clear, True) if clear else (_EVERYTHING, False)
        elif widely:
            # A variable stands in the resource part, where `*` is any text.
            resources = tuple(
                r if r in clear else replace(r, text=r.text[: r.text.index("${")] + "*") for r in resources
            )
        elif clear:
            resources = clear
        else:
            return None
    return replace(statement, conditions=known, resources=resources, not_resource=not_resource)
