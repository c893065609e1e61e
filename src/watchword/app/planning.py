"""What a changed configuration would do, before it is applied: what differs, and who would gain or lose access.

The second part replays recorded decisions: each request that was decided is decided again by the configuration that is
being served and by the new one, on what the record tells of it (`decision.analysis.usage`). Where the first of these
does not give what was really answered (because the policies were others then, say), the request proves nothing about
the second: it is counted as not reproduced and never as unchanged.
"""

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from watchword.app.configuration import Configuration
from watchword.app.usage.ledger import RecordedRequest, as_recorded
from watchword.decision.analysis.usage import Answer, Replay, by_policies
from watchword.decision.analysis.usage import replay as replay_answers
from watchword.decision.language import print_policy
from watchword.enforcement.gateway.model import Access, Route, Upstream
from watchword.enforcement.gateway.routing import RouteTable
from watchword.kernel.arn import application_arn


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


def _estates(configuration: Configuration) -> _Described:
    found: dict[str, dict[str, str]] = {}
    for name, estate in configuration.posture.estates.items():
        found[name] = {
            "paths": _listed(estate.paths),
            "imports": _listed(estate.imports),
            "checks": _listed(estate.check_directories),
            "aws": _listed(estate.aws),
            "states": _listed(estate.states),
            "remedied by itself": _listed(estate.remediation.automatic),
            "belts": f"{estate.remediation.belts.most} resources, {estate.remediation.belts.share:.0%}",
            "every": str(estate.every or "never"),
            "files watched": "yes" if estate.watch_files else "no",
            "queue": estate.queue or "none",
            "stale after": str(estate.stale_after),
        }
    return found


def _listed(things: Iterable[object]) -> str:
    return ", ".join(map(str, things)) or "none"


_SUBJECTS = (
    ("setting", _settings),
    ("application", _applications),
    ("route", _routes),
    ("policy", _policies),
    ("attachment", _attachments),
    ("guardrail", _guardrails),
    ("estate", _estates),
)


def replay(requests: Iterable[RecordedRequest], before: Configuration, after: Configuration) -> Replay:
    """Decide each request by both configurations. Pure: nothing is recorded and nobody is asked."""
    return replay_answers(requests, answers_of(before), answers_of(after))


def answers_of(configuration: Configuration) -> Callable[[RecordedRequest], Answer]:
    """Return what decides a recorded request by a configuration, as the gateway would for a session that stands."""
    tables = {a.host: RouteTable(a) for a in configuration.gateway.applications}
    decided = by_policies(configuration.policy_set.applicable)

    def answer(request: RecordedRequest) -> Answer:
        action = f"http:{request.method}"
        table = tables.get(request.host)
        if table is None:
            return Answer(allowed=False, action=action, resource="", because=(f"no application at {request.host}",))
        resource = str(application_arn(table.application.name, request.path))
        route = table.choose(request.path)
        refused = _refused_by_route(route, request)
        if refused is not None or route is None:
            return Answer(allowed=False, action=action, resource=resource, because=(refused or "no route",))
        if route.access is Access.PUBLIC:
            return Answer(allowed=True, action=action, resource=resource, because=("a public route",))
        return decided(as_recorded(request, application=table.application.name, route=route.id))

    return answer


def _refused_by_route(route: Route | None, request: RecordedRequest) -> str | None:
    if route is None:
        return "no route"
    if request.method not in route.methods and not (route.tunnel and request.method == "CONNECT"):
        return f"method {request.method} is not let through"
    if route.access is Access.SESSION and request.assurance < route.assurance:
        return f"{route.assurance.label} is required"
    return None
