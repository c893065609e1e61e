"""`read_event`: one CloudTrail event, as the requests that identity policies were asked about.

Sources: CloudTrail User Guide, "CloudTrail record contents" and "CloudTrail userIdentity element"; IAM User Guide, "AWS
global condition context keys".
"""

import enum
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from watchword.decision.analysis.usage.cloudtrail.actions import actions_of
from watchword.decision.analysis.usage.cloudtrail.named import Call, Listed, resource_of
from watchword.decision.analysis.usage.recorded import Recorded
from watchword.decision.engine import ContextValue, Request
from watchword.kernel.arn import Arn
from watchword.kernel.errors import InvalidInputError
from watchword.kernel.principals import Principal, PrincipalKind

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]
JsonObject = dict[str, JsonValue]

# What services answer who may not; any other error was raised before or after the question whether the caller may.
_REFUSALS = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "Client.UnauthorizedOperation",
        "UnauthorizedOperation",
    }
)
# A copy or a call of two keys has one resource in its parameters, and it is that of the first action.
_FIRST_ALONE = frozenset({"CopyObject", "UploadPartCopy", "ReEncrypt"})
# CloudTrail cuts long user agents; services differ in where.
_LONG_AGENT = 255


class Untold(enum.StrEnum):
    """Why an event gives no request."""

    SHAPE = "not an event of a call"
    CALLER = "a caller without identity policies of its own, or one that is not named"
    ACTION = "not understood: a call of which the action is not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """`failed`: an error was answered that is no refusal, so whether the caller was allowed is not certain; its
    requests say that it was. `data_event`: a trail records it only where it was told to. `call` is for people."""

    requests: tuple[Recorded, ...]
    failed: bool
    data_event: bool
    call: str


def read_event(event: JsonValue, exists: Callable[[str], bool]) -> Observation | Untold:
    """Read one event. Never raises, whatever it holds. `exists` says whether there is an action of a name."""
    if not isinstance(event, dict):
        return Untold.SHAPE
    at = _instant(_text(event, "eventTime"))
    source, name = _text(event, "eventSource"), _text(event, "eventName")
    if at is None or not source or not name:
        return Untold.SHAPE
    identity = _object(event, "userIdentity")
    caller = _caller(identity)
    if caller is None:
        return Untold.CALLER
    raw = _object(event, "requestParameters")
    parameters = {k: v for k, v in raw.items() if isinstance(v, str)}
    actions = actions_of(source, name, version_named="versionId" in parameters, exists=exists)
    if not actions:
        return Untold.ACTION
    call = Call(
        partition=caller.arn.partition,
        region=_text(event, "awsRegion"),
        account=_text(identity, "accountId"),
        parameters=parameters,
        listed=tuple(_listed(event)),
    )
    context = _context(event, identity, caller, at)
    refused = _text(event, "errorCode") in _REFUSALS
    requests = []
    for index, action in enumerate(actions):
        resource = None if index and name in _FIRST_ALONE else resource_of(action, call)
        requests.append(
            Recorded(
                request=Request(
                    principal=Principal(kind=PrincipalKind.WORKLOAD, arn=caller.arn),
                    action=action,
                    resource="*" if resource is None else resource,
                    context=context,
                    account=call.account,
                    resource_account=call.account,
                    session_issuer=caller.issuer,
                ),
                at=at,
                allowed=not refused,
                untold=None,
                resource_told=resource is not None,
            )
        )
    # A refused call of several actions does not tell which one was refused.
    if refused and len(requests) > 1:
        return Untold.ACTION
    return Observation(
        requests=tuple(requests),
        failed=not refused and bool(_text(event, "errorCode")),
        data_event=_text(event, "eventCategory") == "Data" or event.get("managementEvent") is False,
        call=f"{source} {name}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Caller:
    arn: Arn
    issuer: str


def _caller(identity: JsonObject) -> _Caller | None:
    """Users and role sessions have identity policies. Root, services, other accounts' principals and federated users
    (whose session policies no event tells) do not, or not such that an event could be replayed."""
    kind = _text(identity, "type")
    if kind not in {"IAMUser", "AssumedRole", "Role"}:
        return None
    try:
        arn = Arn.parse(_text(identity, "arn"))
    except InvalidInputError:
        return None
    issuer = _text(_object(_object(identity, "sessionContext"), "sessionIssuer"), "arn")
    if kind == "AssumedRole" and not issuer:
        return None  # the role's path is not in the session's ARN
    return _Caller(arn=arn, issuer=issuer if kind == "AssumedRole" else "")


def _context(event: JsonObject, identity: JsonObject, caller: _Caller, at: datetime) -> dict[str, ContextValue]:
    """The condition keys that an event tells. What is not here may have had any value."""
    kind = _text(identity, "type")
    found: dict[str, ContextValue] = {
        "aws:currenttime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:epochtime": str(int(at.timestamp())),
        "aws:principalarn": caller.issuer or str(caller.arn),
        "aws:principaltype": "AssumedRole" if caller.issuer else "User",
    }

    def told(key: str, value: str) -> None:
        if value:
            found[key] = value

    told("aws:principalaccount", _text(identity, "accountId"))
    told("aws:userid", _text(identity, "principalId"))
    told("aws:requestedregion", _text(event, "awsRegion"))
    if kind == "IAMUser":
        told("aws:username", _text(identity, "userName"))
    attributes = _object(_object(identity, "sessionContext"), "attributes")
    mfa = _text(attributes, "mfaAuthenticated")
    if mfa in {"true", "false"}:
        found["aws:multifactorauthpresent"] = mfa
    endpoint, address = _text(event, "vpcEndpointId"), _text(event, "sourceIPAddress")
    told("aws:sourcevpce", endpoint)
    # A service that calls in somebody's name has an address of its own, or none.
    if _is_address(address) and not _text(identity, "invokedBy"):
        found["aws:vpcsourceip" if endpoint else "aws:sourceip"] = address
    agent = _text(event, "userAgent")
    # Some services write it in brackets, with words of their own.
    if agent and not agent.startswith("[") and len(agent) < _LONG_AGENT:
        found["aws:useragent"] = agent
    if _object(event, "tlsDetails").get("tlsVersion"):
        found["aws:securetransport"] = "true"
    return found


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _listed(event: JsonObject) -> list[Listed]:
    resources = event.get("resources")
    found = []
    for entry in resources if isinstance(resources, list) else []:
        if isinstance(entry, dict):
            arn = _text(entry, "ARN") or _text(entry, "arn")
            found.append(Listed(type=_text(entry, "type"), arn=arn))
    return found


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo is not None else None


def _text(of: JsonObject, name: str) -> str:
    value = of.get(name)
    return value if isinstance(value, str) else ""


def _object(of: JsonObject, name: str) -> JsonObject:
    value = of.get(name)
    return value if isinstance(value, dict) else {}
