"""Recorded decisions about people, read back from the ledger as requests that can be decided again.

A record holds every condition key that the policies were asked about, or what it follows from. Records of earlier
versions do not: what they lack is `untold`, and a decision that depends on it cannot be told. Their groups are then the
person's present ones.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from watchword.decision.analysis.usage import Recorded
from watchword.decision.engine import ContextValue, Request
from watchword.enforcement.gateway.events import AccessDecided
from watchword.evidence.ledger import LedgerEntry, LedgerStore, Record, entry_of
from watchword.kernel.arn import application_arn, person_arn
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.errors import InvalidInputError
from watchword.kernel.principals import person as person_principal

_EVENT_CODE = AccessDecided.__name__.encode("ascii")
_DECIDED = frozenset({"Allowed", "ImplicitlyDenied", "ExplicitlyDenied"})
# The check records so many characters of a user agent (`enforcement.gateway.check`): one of that length may be cut.
_SHOWN_AGENT = 256
_NOT_IN_OLD_RECORDS = frozenset(
    {"watchword:groups", "watchword:authage", "aws:multifactorauthage", "aws:securetransport"}
)
_AGENT = frozenset({"aws:useragent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """What a record tells of a request that was decided. `allowed` is what was answered.

    `policies` are those of the determining statements. `untold` are condition keys that the record does not tell of.
    """

    at: datetime
    email: str
    person_id: str
    groups: frozenset[str]
    assurance: AssuranceLevel
    host: str
    method: str
    application: str
    route: str
    path: str
    source_ip: str
    user_agent: str
    tls: bool
    auth_age: int | None
    allowed: bool
    risk_level: str | None = None
    risk_score: int | None = None
    policies: tuple[str, ...] = ()
    untold: frozenset[str] = frozenset()

    @property
    def who(self) -> str:
        return self.email


def as_recorded(request: RecordedRequest, *, application: str | None = None, route: str | None = None) -> Recorded:
    """The question that was put to the policies; with another application and route where they are called otherwise
    now."""
    named = application if application is not None else request.application
    return Recorded(
        request=Request(
            principal=person_principal(request.email, request.groups),
            action=f"http:{request.method}",
            resource=str(application_arn(named, request.path)),
            context=_context(request, named, route if route is not None else request.route),
        ),
        at=request.at,
        allowed=request.allowed,
        untold=request.untold,
    )


def _context(request: RecordedRequest, application: str, route: str) -> dict[str, ContextValue]:
    """As the gateway builds it (`enforcement.gateway.check`)."""
    found: dict[str, ContextValue] = {
        "aws:currenttime": request.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:epochtime": str(int(request.at.timestamp())),
        "aws:multifactorauthpresent": "true",
        "aws:principalarn": str(person_arn(request.email)),
        "aws:principaltype": "User",
        "aws:securetransport": "true" if request.tls else "false",
        "aws:userid": request.person_id,
        "aws:username": request.email,
        "watchword:application": application,
        "watchword:authassurance": request.assurance.label,
        "watchword:groups": tuple(sorted(request.groups)),
        "watchword:hardwarekey": "true" if request.assurance >= AssuranceLevel.AAL3 else "false",
        "watchword:route": route,
    }
    if request.auth_age is not None:
        found["aws:multifactorauthage"] = found["watchword:authage"] = str(request.auth_age)
    if request.source_ip:
        found["aws:sourceip"] = request.source_ip
    if request.user_agent:
        found["aws:useragent"] = request.user_agent
    if request.risk_level is not None:
        found["watchword:risklevel"] = request.risk_level
        found["watchword:riskscore"] = str(request.risk_score)
    return {key: value for key, value in found.items() if key not in request.untold}


def recorded_requests(
    store: LedgerStore,
    groups: Mapping[str, frozenset[str]],
    *,
    most: int | None,
    tls: bool,
    since: datetime | None = None,
) -> Iterator[RecordedRequest]:
    """Yield the newest `most` requests of signed-in people that reached a decision, newest first.

    `groups` are the present ones by email; requests of people who are not there any more are left out. `tls` is for
    records that do not say. Refusals before the decision (no session, a malformed path) are no decisions and are left
    out as well, and so are records of which text was cut off.
    """
    for batch in store.batches(newest_first=True):
        if since is not None and batch.committed_at < since:
            return
        for index in range(batch.end - 1, batch.first - 1, -1):
            if most is not None and most <= 0:
                return
            body = batch.bodies[index - batch.first]
            # Most records of a busy ledger are read here: the rest are passed by without being parsed.
            if _EVENT_CODE not in body:
                continue
            request = _recorded_request(entry_of(Record(index=index, body=body)), groups, tls=tls)
            if request is not None and (since is None or request.at >= since):
                most = most - 1 if most is not None else None
                yield request


def _recorded_request(entry: LedgerEntry, groups: Mapping[str, frozenset[str]], *, tls: bool) -> RecordedRequest | None:
    """Return None for what is no decision about a person who is still there."""
    fields, email = entry.fields, entry.fields.get("email")
    if entry.event != AccessDecided.__name__ or entry.outcome not in _DECIDED or not isinstance(email, str):
        return None
    try:
        assurance = AssuranceLevel.parse(str(fields.get("assurance")))
    except InvalidInputError:
        return None
    if email not in groups or b'"is_truncated":true' in entry.body:
        return None
    origin = fields.get("origin")
    found = origin.get("user_agent") if isinstance(origin, Mapping) else None
    agent = found if isinstance(found, str) else ""
    # Absent and empty look alike in the record.
    untold = _AGENT if not agent or len(agent) >= _SHOWN_AGENT else frozenset()
    age, own, over_tls = fields.get("auth_age"), fields.get("groups"), fields.get("tls")
    if not isinstance(age, int) or not isinstance(own, list) or not isinstance(over_tls, bool):
        untold |= _NOT_IN_OLD_RECORDS
        age, own, over_tls = None, None, tls
    level, score = fields.get("risk_level"), fields.get("risk_score")
    statements = fields.get("statements")
    return RecordedRequest(
        at=entry.time,
        email=email,
        person_id=str(fields.get("person_id") or ""),
        groups=groups[email] if own is None else frozenset(map(str, own)),
        assurance=assurance,
        host=str(fields.get("host")),
        method=str(fields.get("method")),
        application=str(fields.get("application")),
        route=str(fields.get("route")),
        path=str(fields.get("path")),
        source_ip=entry.source_ip,
        user_agent=agent,
        tls=over_tls,
        auth_age=age,
        allowed=entry.outcome == "Allowed",
        risk_level=level if isinstance(level, str) else None,
        risk_score=score if isinstance(score, int) else None,
        policies=tuple(str(s.get("policy")) for s in statements if isinstance(s, dict))
        if isinstance(statements, list)
        else (),
        untold=untold,
    )
