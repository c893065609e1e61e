"""What a changed configuration would do, before it is applied: what differs, and who would gain or lose access.

The second part replays recorded decisions: each request that was decided is decided again by the configuration that is
being served and by the new one, on what the record tells of it. Where the first of these does not give what was really
answered (a risk or a group that was different then, say), the request proves nothing about the second: it is counted as
not reproduced and never as unchanged.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from watchword.app.configuration import Configuration
from watchword.decision.engine import ContextValue, Request, decide
from watchword.decision.language import print_policy
from watchword.enforcement.gateway.events import AccessDecided
from watchword.enforcement.gateway.model import Access, Application, Route, Upstream
from watchword.enforcement.gateway.routing import RouteTable
from watchword.evidence.ledger import LedgerEntry, LedgerStore, Record, entry_of
from watchword.kernel.arn import application_arn, person_arn
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.errors import InvalidInputError
from watchword.kernel.principals import person as person_principal


class ChangeKind(enum.StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between two configurations. `detail` says what, where it is a change."""

    kind: ChangeKind
    subject: str
    name: str
    detail: str = ""

    def __str__(self) -> str:
        text = f"{self.subject} {self.name} {self.kind.value}"
        return f"{text}: {self.detail}" if self.detail else text


def changes(before: Configuration | None, after: Configuration) -> tuple[Change, ...]:
    """Return what differs, in a fixed order. Without `before` everything is added."""
    found: list[Change] = []
    for subject, described in _SUBJECTS:
        old = described(before) if before is not None else {}
        new = described(after)
        for name in sorted(old.keys() | new.keys()):
            if name not in old:
                found.append(Change(kind=ChangeKind.ADDED, subject=subject, name=name))
            elif name not in new:
                found.append(Change(kind=ChangeKind.REMOVED, subject=subject, name=name))
            elif old[name] != new[name]:
                detail = _difference(old[name], new[name])
                found.append(Change(kind=ChangeKind.CHANGED, subject=subject, name=name, detail=detail))
    return tuple(found)


_Described = Mapping[str, Mapping[str, str]]


def _difference(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    parts = []
    for key in [*old, *(key for key in new if key not in old)]:
        if old.get(key) == new.get(key):
            continue
        if key == "text":
            parts.append("other statements")
        else:
            parts.append(f"{key} {old.get(key, 'none')} -> {new.get(key, 'none')}")
    return ", ".join(parts)


def _settings(configuration: Configuration) -> _Described:
    listener = configuration.gateway.listener
    limits = {"aal2": configuration.aal2_limits, "aal3": configuration.aal3_limits}
    tls = "none"
    if listener.tls:
        tls = "development" if configuration.tls_development else listener.certificate
    return {
        "domain": {"is": configuration.gateway.domain},
        "listen": {"address": listener.address, "port": str(listener.port), "tls": tls},
        "name": {"is": configuration.relying_party.name},
        "passkeys": {"attestation roots": str(len(configuration.relying_party.attestation_roots))},
        # Its value may hold a password; that it differs is enough.
        "database": {"is": configuration.database.partition("://")[0]},
        "sessions": {f"{k} {w}": str(getattr(v, w)) for k, v in limits.items() for w in ("idle", "absolute")},
    }


def _applications(configuration: Configuration) -> _Described:
    return {
        a.name: {
            "host": a.host,
            "upstream": _upstream(a.upstream),
            "policy": configuration.resource_policies.get(a.name, "none"),
        }
        for a in configuration.gateway.applications
        if not a.internal
    }


def _upstream(upstream: Upstream) -> str:
    if upstream.socket:
        return f"unix:{upstream.socket}"
    return f"{'https' if upstream.tls else 'http'}://{upstream.host}:{upstream.port}"


def _routes(configuration: Configuration) -> _Described:
    return {
        f"{a.name} {r.path}": {
            "id": r.id,
            "match": r.match.value,
            "methods": " ".join(sorted(r.methods)),
            "access": r.access.value,
            "assurance": r.assurance.label,
            **{name: "yes" if flag else "no" for name, flag in _flags(r)},
        }
        for a in configuration.gateway.applications
        if not a.internal
        for r in a.routes
        if r.upstream is None
    }


def _flags(route: Route) -> tuple[tuple[str, bool], ...]:
    return ("privileged", route.privileged), ("streams", route.streams), ("tunnel", route.tunnel)


def _policies(configuration: Configuration) -> _Described:
    return {
        name: {"kind": document.kind.value, "text": print_policy(document)}
        for name, document in configuration.policies.items()
    }


def _attachments(configuration: Configuration) -> _Described:
    found: dict[str, dict[str, str]] = {}
    for attachment in configuration.attachments:
        if attachment.everyone:
            found[f"{attachment.policy} to everyone"] = {}
        for group in attachment.groups:
            found[f"{attachment.policy} to group {group}"] = {}
        for email in attachment.persons:
            found[f"{attachment.policy} to {email}"] = {}
    return found


def _guardrails(configuration: Configuration) -> _Described:
    return {f"level {i + 1}": {"policies": ", ".join(level)} for i, level in enumerate(configuration.guardrails)}


_SUBJECTS = (
    ("setting", _settings),
    ("application", _applications),
    ("route", _routes),
    ("policy", _policies),
    ("attachment", _attachments),
    ("guardrail", _guardrails),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """What a record tells of a request that was decided. `allowed` is what was answered."""

    at: datetime
    email: str
    groups: frozenset[str]  # the person's present ones: records do not hold them
    assurance: AssuranceLevel
    host: str
    method: str
    path: str
    source_ip: str
    user_agent: str
    tls: bool
    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessChange:
    """Somebody who could do something and no longer could, or (`gained`) the reverse. `requests` were replayed."""

    email: str
    action: str
    resource: str
    gained: bool
    requests: int
    last: datetime
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """`examined` requests, of which `not_reproduced` prove nothing; the rest are the same but for `changes`."""

    examined: int
    not_reproduced: int
    changes: tuple[AccessChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a configuration says to a request. `because` names statements, or what else refused."""

    allowed: bool
    action: str
    resource: str
    because: tuple[str, ...]


def replay(requests: Iterable[RecordedRequest], before: Configuration, after: Configuration) -> Replay:
    """Decide each request by both configurations. Pure: nothing is recorded and nobody is asked."""
    examined = not_reproduced = 0
    found: dict[tuple[str, str, str, bool], AccessChange] = {}
    for request in requests:
        examined += 1
        old = answer(before, request)
        if old.allowed != request.allowed:
            not_reproduced += 1
            continue
        new = answer(after, request)
        if new.allowed == old.allowed:
            continue
        # Where the application is gone, the old name is the one that people know.
        named = new if new.resource else old
        key = (request.email, named.action, named.resource, new.allowed)
        earlier = found.get(key)
        found[key] = AccessChange(
            email=request.email,
            action=named.action,
            resource=named.resource,
            gained=new.allowed,
            requests=1 + (earlier.requests if earlier else 0),
            last=max(request.at, earlier.last) if earlier else request.at,
            because=new.because,
        )
    ordered = sorted(found.values(), key=lambda c: (c.gained, c.email, c.resource, c.action))
    return Replay(examined=examined, not_reproduced=not_reproduced, changes=tuple(ordered))


def answer(configuration: Configuration, request: RecordedRequest) -> Answer:
    """Decide a request by a configuration, as the gateway would for a session that stands."""
    application = configuration.gateway.by_host.get(request.host)
    action = f"http:{request.method}"
    if application is None:
        return Answer(allowed=False, action=action, resource="", because=(f"no application at {request.host}",))
    resource = str(application_arn(application.name, request.path))
    route = RouteTable(application).choose(request.path)
    refused = _refused_by_route(route, request)
    if refused is not None or route is None:
        return Answer(allowed=False, action=action, resource=resource, because=(refused or "no route",))
    if route.access is Access.PUBLIC:
        return Answer(allowed=True, action=action, resource=resource, because=("a public route",))
    principal = person_principal(request.email, request.groups)
    decision = decide(
        Request(
            principal=principal, action=action, resource=resource, context=request_context(request, application, route)
        ),
        configuration.policy_set.applicable(principal, resource),
    )
    because = tuple(str(statement) for statement in decision.determining) or ("no statement allows it",)
    return Answer(allowed=decision.allowed, action=action, resource=resource, because=because)


def _refused_by_route(route: Route | None, request: RecordedRequest) -> str | None:
    if route is None:
        return "no route"
    if request.method not in route.methods and not (route.tunnel and request.method == "CONNECT"):
        return f"method {request.method} is not let through"
    if route.access is Access.SESSION and request.assurance < route.assurance:
        return f"{route.assurance.label} is required"
    return None


def request_context(request: RecordedRequest, application: Application, route: Route) -> dict[str, ContextValue]:
    """The condition keys that can be known of a request afterwards."""
    hardware = request.assurance >= AssuranceLevel.AAL3
    return {
        "aws:currenttime": request.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:epochtime": str(int(request.at.timestamp())),
        "aws:multifactorauthpresent": "true",
        "aws:principalarn": str(person_arn(request.email)),
        "aws:securetransport": "true" if request.tls else "false",
        "aws:sourceip": request.source_ip,
        "aws:useragent": request.user_agent,
        "aws:username": request.email,
        "watchword:application": application.name,
        "watchword:authassurance": request.assurance.label,
        "watchword:groups": tuple(sorted(request.groups)),
        "watchword:hardwarekey": "true" if hardware else "false",
        "watchword:route": route.id,
    }


def recorded_requests(
    store: LedgerStore, groups: Mapping[str, frozenset[str]], *, most: int, tls: bool
) -> Iterator[RecordedRequest]:
    """Yield the newest `most` requests of signed-in people that reached a decision, newest first.

    `groups` are the present ones by email; requests of people who are not there any more are left out. Refusals before
    the decision (no session, a malformed path) are no decisions and are left out as well.
    """
    for batch in store.batches(newest_first=True):
        for index in range(batch.end - 1, batch.first - 1, -1):
            if most <= 0:
                return
            body = batch.bodies[index - batch.first]
            # Most records of a busy ledger are read here: the rest are passed by without being parsed.
            if _EVENT_CODE not in body:
                continue
            request = _recorded_request(entry_of(Record(index=index, body=body)), groups, tls=tls)
            if request is not None:
                most -= 1
                yield request


def _recorded_request(entry: LedgerEntry, groups: Mapping[str, frozenset[str]], *, tls: bool) -> RecordedRequest | None:
    """Return None for what is no decision about a person who is still there."""
    fields, email = entry.fields, entry.fields.get("email")
    if entry.event != AccessDecided.__name__ or entry.outcome not in _DECIDED or not isinstance(email, str):
        return None
    origin = fields.get("origin")
    agent = origin.get("user_agent") if isinstance(origin, Mapping) else None
    try:
        assurance = AssuranceLevel.parse(str(fields.get("assurance")))
    except InvalidInputError:
        return None
    if email not in groups:
        return None
    return RecordedRequest(
        at=entry.time,
        email=email,
        groups=groups[email],
        assurance=assurance,
        host=str(fields.get("host")),
        method=str(fields.get("method")),
        path=str(fields.get("path")),
        source_ip=entry.source_ip,
        user_agent=agent if isinstance(agent, str) else "",
        tls=tls,
        allowed=entry.outcome == "Allowed",
    )


_EVENT_CODE = AccessDecided.__name__.encode("ascii")
_DECIDED = frozenset({"Allowed", "ImplicitlyDenied", "ExplicitlyDenied"})
