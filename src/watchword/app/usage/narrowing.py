"""Whose policies are narrowed, by whose records; and who and what was not seen at all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from watchword.app.configuration import Configuration
from watchword.app.usage.ledger import RecordedRequest
from watchword.decision.engine import Attachment
from watchword.decision.language import PolicyDocument, PolicyKind
from watchword.kernel.errors import InvalidInputError, NotFoundError


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Documents, and the records that count as their use. `shared` are those that others have too."""

    documents: tuple[PolicyDocument, ...]
    concerns: Callable[[RecordedRequest], bool]
    shared: tuple[str, ...] = ()


def policy_subject(configuration: Configuration, name: str) -> Subject:
    """One policy, by the records of all who have it. Raise `NotFoundError` (`policy.unknown`)."""
    document = configuration.policies.get(name)
    if document is None:
        raise NotFoundError(
            f"there is no policy {name}",
            code="policy.unknown",
            hint=f"there are: {', '.join(sorted(configuration.policies))}",
        )
    attachments = [a for a in configuration.attachments if a.policy == name]
    if document.kind is PolicyKind.IDENTITY and not attachments:
        raise InvalidInputError(
            f"nobody has the policy {name}, so nobody uses it", code="narrow.unattached", hint="remove the file"
        )
    return Subject(documents=(document,), concerns=lambda r: any(_has(a, r.email, r.groups) for a in attachments))


def person_subject(configuration: Configuration, email: str, groups: frozenset[str]) -> Subject:
    """All that a person has, by the person's own records."""
    names = _held(configuration, lambda a: _has(a, email, groups))
    shared = [n for n in names if any(_beyond_person(a, email) for a in configuration.attachments if a.policy == n)]
    return Subject(
        documents=_documents(configuration, names, email),
        concerns=lambda r: r.email == email,
        shared=tuple(shared),
    )


def group_subject(configuration: Configuration, group: str) -> Subject:
    """All that is attached to a group, by the records of those who were in it."""
    names = _held(configuration, lambda a: group in a.groups)
    shared = [
        n
        for n in names
        if any(a.everyone or a.persons or a.groups - {group} for a in configuration.attachments if a.policy == n)
    ]
    return Subject(
        documents=_documents(configuration, names, f"the group {group}"),
        concerns=lambda r: group in r.groups,
        shared=tuple(shared),
    )


def _held(configuration: Configuration, held: Callable[[Attachment], bool]) -> list[str]:
    return list(dict.fromkeys(a.policy for a in configuration.attachments if held(a)))


def _documents(configuration: Configuration, names: Sequence[str], who: str) -> tuple[PolicyDocument, ...]:
    if not names:
        raise NotFoundError(f"no policy is attached to {who}", code="narrow.nothing")
    return tuple(configuration.policies[n] for n in names)


def _has(attachment: Attachment, email: str, groups: frozenset[str]) -> bool:
    return attachment.everyone or email in attachment.persons or not groups.isdisjoint(attachment.groups)


def _beyond_person(attachment: Attachment, email: str) -> bool:
    return attachment.everyone or bool(attachment.groups) or bool(attachment.persons - {email})


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyUse:
    """How often a policy decided in somebody's favour. `idle` have it, and it never did for them."""

    name: str
    allowed: int
    last: datetime | None
    users: int
    idle: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """`silent` are people of whom nothing was seen."""

    requests: int
    first: datetime | None
    last: datetime | None
    policies: tuple[PolicyUse, ...]
    silent: tuple[str, ...]


def use_of(
    configuration: Configuration, people: Mapping[str, frozenset[str]], records: Iterable[RecordedRequest]
) -> Use:
    """Look at every attached policy and every person at once. `people` are the present ones, with their groups."""
    requests = 0
    first: datetime | None = None
    last: datetime | None = None
    allowed: dict[str, dict[str, int]] = {}
    latest: dict[str, datetime] = {}
    seen: set[str] = set()
    for record in records:
        requests += 1
        first = record.at if first is None else min(first, record.at)
        last = record.at if last is None else max(last, record.at)
        seen.add(record.email)
        for name in set(record.policies) if record.allowed else ():
            by = allowed.setdefault(name, {})
            by[record.email] = by.get(record.email, 0) + 1
            latest[name] = max(latest.get(name, record.at), record.at)
    names = sorted({a.policy for a in configuration.attachments})
    policies = []
    for name in names:
        attachments = [a for a in configuration.attachments if a.policy == name]
        by = allowed.get(name, {})
        idle = [e for e, g in people.items() if e not in by and any(_has(a, e, g) for a in attachments)]
        policies.append(
            PolicyUse(
                name=name, allowed=sum(by.values()), last=latest.get(name), users=len(by), idle=tuple(sorted(idle))
            )
        )
    return Use(
        requests=requests,
        first=first,
        last=last,
        policies=tuple(policies),
        silent=tuple(sorted(people.keys() - seen)),
    )
