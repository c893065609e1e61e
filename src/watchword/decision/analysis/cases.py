"""Tests that teams write for their policies: one case a line, decided as a live request would be.

    {"id": "reader-reads",
     "request": {"principal": "arn:aws:iam::111111111111:role/reader", "action": "s3:GetObject",
                 "resource": "arn:aws:s3:::reports/2026.csv", "resource_account": "111111111111",
                 "context": {"aws:SourceIp": "203.0.113.7", "aws:MultiFactorAuthPresent": true}},
     "policies": {"identity": [DOC], "resource": DOC, "scp": [{"level": "root", "docs": [DOC]}],
                  "rcp": [{"level": "root", "docs": [DOC]}], "boundary": [DOC], "session": [DOC], "vpce": [DOC]},
     "expect": "Allowed"}

    for outcome in decide_cases(stream): ...

The rules of the form, which is stable:

- `principal` is an ARN (user, role, assumed-role session, federated user, root), the host name of a service, or
  `{"type": "Anonymous"}`. The caller's account is the ARN's. `session_issuer`, beside it and optional, is the ARN of
  the role or user that a session was made from.
- `resource_account` may be left out: then it is the account in the resource's ARN, else the caller's.
- `context` is complete: a key that is not there is absent, and nothing is added to it. Values are texts, numbers,
  booleans or lists of those; null is absent.
- A layer that is absent, null or an empty list is no limit (no boundary, no organisation, …), and grants nothing. The
  documents of one layer, or of one level, are read together. Levels run from the root to the account; a level with no
  documents allows nothing.
- A resource policy none of whose statements has a Resource is a role's trust policy where an `sts:` action is asked
  for.
- `public_access_blocked`, in `policies` and optional: the bucket restricts public access.
- `expect` may be left out: then the result is only told. A further member of the case itself (a comment, say) is told
  and passed over. Any other is an error: a misspelt layer must not be a layer that is missing.

A line that cannot be read, and a document that the language refuses, give an outcome with errors, and the rest goes on.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from watchword.decision.engine import (
    ContextValue,
    Decision,
    Explanation,
    Policies,
    Request,
    Result,
    decide,
    explain,
    normalise_context,
)
from watchword.decision.language import Diagnostic, PolicyDocument, PolicyError, PolicyKind, parse_policy, read_policy
from watchword.decision.language.json_lines import (
    ID_FORM,
    CaseId,
    Flaw,
    JsonArray,
    JsonBoolean,
    JsonLine,
    JsonNull,
    JsonNumber,
    JsonObject,
    JsonString,
    JsonValue,
    case_id,
    describe,
    read_json_lines,
)
from watchword.kernel.arn import PARTITION, Arn
from watchword.kernel.errors import InvalidInputError
from watchword.kernel.principals import ANONYMOUS, Principal, PrincipalKind

_T = TypeVar("_T")
_CASE = ("id", "request", "policies", "expect")
_REQUEST = ("principal", "action", "resource", "resource_account", "context", "session_issuer")
_POLICIES = ("identity", "resource", "scp", "rcp", "boundary", "session", "vpce", "public_access_blocked")
_LEVEL = ("level", "docs")
_ACCOUNT = re.compile(r"[0-9]{12}")
_ACCOUNT_DIGITS = 12
# What can be asked for: one action, and no pattern of several.
_ACTION = re.compile(r"[^\s:*?,]+:[^\s:*?,]+")
# Who can ask, where AWS is asked: the part of an ARN after the account, by service.
_CALLERS = {
    "iam": re.compile(r"root|(?:user|role)/[^*?]+"),
    "sts": re.compile(r"assumed-role/[^/*?]+/[^/*?]+|federated-user/[^/*?]+"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case that was read without errors."""

    request: Request
    policies: Policies
    expect: Result | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOutcome:
    """What became of one line. Without `errors` there is a `case` and its `decision`."""

    line: int
    id: CaseId | None  # as it stands in the case
    case: Case | None = None
    decision: Decision | None = None
    errors: tuple[Diagnostic, ...] = ()
    unknown: tuple[str, ...] = ()  # members of the case that mean nothing

    @property
    def as_expected(self) -> bool | None:
        """None where nothing was expected, or nothing could be decided."""
        if self.case is None or self.decision is None or self.case.expect is None:
            return None
        return self.decision.result is self.case.expect

    def explanation(self) -> Explanation | None:
        return explain(self.case.request, self.case.policies) if self.case is not None else None


def decide_cases(
    lines: Iterable[bytes | str], *, decider: Callable[[Request, Policies], Decision] = decide
) -> Iterator[CaseOutcome]:
    """Decide every case of a JSON Lines text, in its order and one at a time."""
    for line in read_json_lines(lines):
        yield _outcome(line, decider)


def _outcome(line: JsonLine, decider: Callable[[Request, Policies], Decision]) -> CaseOutcome:
    reader = _Reader(line)
    case = reader.case()
    if case is None:
        return CaseOutcome(line=line.number, id=reader.id, errors=tuple(reader.errors), unknown=tuple(reader.unknown))
    decision = decider(case.request, case.policies)
    return CaseOutcome(line=line.number, id=reader.id, case=case, decision=decision, unknown=tuple(reader.unknown))


class _RefusedError(Exception):
    """Whatever was wrong has been reported; there is no value."""


class _Reader:
    """Reads one case and collects everything that is wrong with it."""

    def __init__(self, line: JsonLine) -> None:
        self._line = line
        self.id: CaseId | None = None
        self.unknown: list[str] = []
        self.errors: list[Diagnostic] = [_diagnostic("case", flaw) for flaw in line.flaws]

    def case(self) -> Case | None:
        tree = self._line.tree
        if tree is None:
            return None
        self.unknown = [key.text for key, _ in tree.members if key.text not in _CASE]
        case = {key.text: value for key, value in tree.members if key.text in _CASE}
        identifier = case.get("id")
        self.id = case_id(identifier)
        if self.id is None and identifier is not None and not isinstance(identifier, JsonNull):
            self._report(identifier, "id has the wrong form", ID_FORM, describe(identifier))
        request = self._attempt(lambda: self._request(self._object(tree, case, "request")))
        action = request.action if request is not None else ""
        policies = self._attempt(lambda: self._policies(self._object(tree, case, "policies"), action))
        expect = self._attempt(lambda: self._expect(case.get("expect")))
        if self.errors or request is None or policies is None:
            return None
        return Case(request=request, policies=policies, expect=expect)

    # What is wrong

    def _report(self, at: JsonValue, message: str, expected: str, found: str) -> None:
        flaw = Flaw(line=at.line, column=at.column, code="case.shape", message=message, expected=expected, found=found)
        self.errors.append(_diagnostic("case", flaw))

    def _attempt(self, read: Callable[[], _T]) -> _T | None:
        try:
            return read()
        except _RefusedError:
            return None

    def _refuse(self, at: JsonValue, message: str, expected: str) -> _RefusedError:
        self._report(at, message, expected, describe(at))
        return _RefusedError()

    # Shapes

    def _members(self, tree: JsonObject, what: str, known: Sequence[str]) -> dict[str, JsonValue]:
        found: dict[str, JsonValue] = {}
        for key, value in tree.members:
            if key.text in known:
                found.setdefault(key.text, value)
            else:
                self._report(key, f'{what} has no "{key.text}"', ", ".join(known), f'"{key.text}"')
        return found

    def _object(self, parent: JsonObject, members: dict[str, JsonValue], name: str) -> JsonObject:
        value = members.get(name)
        if value is None:
            self._report(parent, f"a case needs {name}", name, "none")
            raise _RefusedError
        if not isinstance(value, JsonObject):
            raise self._refuse(value, f"{name} has the wrong form", "an object")
        return value

    def _text(self, tree: JsonObject, members: dict[str, JsonValue], name: str, default: str | None = None) -> str:
        value = members.get(name)
        if isinstance(value, JsonString):
            return value.text
        if value is None or isinstance(value, JsonNull):
            if default is not None:
                return default
            self._report(tree, f"a request needs {name}", name, "none")
            raise _RefusedError
        raise self._refuse(value, f"{name} has the wrong form", "a text")

    def _items(self, value: JsonValue | None, what: str) -> tuple[JsonValue, ...]:
        if value is None or isinstance(value, JsonNull):
            return ()
        if not isinstance(value, JsonArray):
            raise self._refuse(value, f"{what} has the wrong form", "a list")
        return value.items

    # The request

    def _request(self, tree: JsonObject) -> Request:
        members = self._members(tree, "a request", _REQUEST)
        if "principal" not in members:
            self._report(tree, "a request needs principal", "principal", "none")
            raise _RefusedError
        principal, service = self._principal(members["principal"])
        account = principal.arn.account if principal.arn else ""
        resource = self._text(tree, members, "resource")
        parts = resource.split(":", 5)
        named = parts[4] if len(parts) == 6 and parts[4].isdigit() else ""  # noqa: PLR2004 - the parts of an ARN
        if not resource:
            raise self._refuse(members["resource"], "not a resource", 'an ARN, or "*"')
        action = self._text(tree, members, "action")
        if not _ACTION.fullmatch(action):
            raise self._refuse(members["action"], "not one action", "service:Name, without wildcards")
        return Request(
            principal=principal,
            action=action,
            resource=resource,
            context=self._context(members.get("context")),
            account=account,
            resource_account=self._account(members.get("resource_account"), named or account),
            session_issuer=self._text(tree, members, "session_issuer", ""),
            service=service,
        )

    def _account(self, value: JsonValue | None, default: str) -> str:
        if value is None or isinstance(value, JsonNull):
            return default
        if isinstance(value, JsonString) and (not value.text or _ACCOUNT.fullmatch(value.text)):
            return value.text
        if isinstance(value, JsonNumber) and value.text.isdigit() and len(value.text) <= _ACCOUNT_DIGITS:
            return value.text.rjust(_ACCOUNT_DIGITS, "0")  # some write it without quotes
        raise self._refuse(value, "not an account", "the twelve digits of an account")

    def _principal(self, value: JsonValue) -> tuple[Principal, str]:
        expected = 'an ARN, the host name of a service, or {"type": "Anonymous"}'
        if isinstance(value, JsonObject):
            kinds = [v.text for k, v in value.members if k.text == "type" and isinstance(v, JsonString)]
            if kinds == ["Anonymous"] and len(value.members) == 1:
                return ANONYMOUS, ""
        elif isinstance(value, JsonString) and value.text.startswith("arn:"):
            try:
                arn = Arn.parse(value.text)
            except InvalidInputError:
                raise self._refuse(value, "not a principal", expected) from None
            if arn.partition != PARTITION and not _asks(arn):
                raise self._refuse(
                    value, "not who can ask", "the ARN of a user, a role, a role session, a federated user or a root"
                )
            return Principal(kind=PrincipalKind.WORKLOAD, arn=arn), ""
        elif isinstance(value, JsonString) and "." in value.text and not set(value.text) & set(" *?/:@"):
            return ANONYMOUS, value.text
        raise self._refuse(value, "not a principal", expected)

    def _context(self, value: JsonValue | None) -> dict[str, ContextValue]:
        if value is None or isinstance(value, JsonNull):
            return {}
        if not isinstance(value, JsonObject):
            raise self._refuse(value, "context has the wrong form", "an object")
        values = {key.text: self._plain(single) for key, single in value.members}
        try:
            return normalise_context(values)
        except InvalidInputError as error:
            self._report(value, error.message, error.expected or "", error.found or "")
            raise _RefusedError from None

    def _plain(self, value: JsonValue) -> object:
        match value:
            case JsonString():
                return value.text
            case JsonNumber():
                # Conditions compare numbers as decimals; 1e-7, as programs write it, is one too.
                return float(value.text) if "e" in value.text.lower() else value.text
            case JsonBoolean():
                return value.value
            case JsonNull():
                return None
            case JsonArray():
                return [self._plain(v) for v in value.items]
            case JsonObject():
                raise self._refuse(value, "a condition key has the wrong form", "a text, number, boolean or list")

    def _expect(self, value: JsonValue | None) -> Result | None:
        if value is None or isinstance(value, JsonNull):
            return None
        if isinstance(value, JsonString) and value.text in {r.value for r in Result}:
            return Result(value.text)
        raise self._refuse(value, "not a result", ", ".join(r.value for r in Result))

    # The policies

    def _policies(self, tree: JsonObject, action: str) -> Policies:
        members = self._members(tree, "policies", _POLICIES)
        identity = self._documents(members.get("identity"), "identity", PolicyKind.IDENTITY)
        resource = self._resource(members.get("resource"), action)
        scp = self._levels(members.get("scp"), "scp", PolicyKind.SCP)
        rcp = self._levels(members.get("rcp"), "rcp", PolicyKind.RCP)
        boundary = self._documents(members.get("boundary"), "boundary", PolicyKind.BOUNDARY)
        session = self._documents(members.get("session"), "session", PolicyKind.SESSION)
        endpoint = self._documents(members.get("vpce"), "vpce", PolicyKind.ENDPOINT)
        blocked = members.get("public_access_blocked")
        if not (blocked is None or isinstance(blocked, JsonBoolean | JsonNull)):
            raise self._refuse(blocked, "public_access_blocked has the wrong form", "true or false")
        if self.errors:
            raise _RefusedError
        return Policies(
            identity=identity,
            resource=resource,
            scp=scp,
            rcp=rcp,
            boundary=boundary or None,
            session=session or None,
            endpoint=endpoint or None,
            public_access_blocked=isinstance(blocked, JsonBoolean) and blocked.value,
        )

    def _documents(self, value: JsonValue | None, name: str, kind: PolicyKind) -> tuple[PolicyDocument, ...]:
        items = self._items(value, name)
        found = [self._document(item, f"{name}[{at}]", kind) for at, item in enumerate(items)]
        return tuple(d for d in found if d is not None)

    def _levels(self, value: JsonValue | None, name: str, kind: PolicyKind) -> tuple[tuple[PolicyDocument, ...], ...]:
        levels: list[tuple[PolicyDocument, ...]] = []
        for at, item in enumerate(self._items(value, name)):
            if not isinstance(item, JsonObject):
                raise self._refuse(item, f"a level of {name} has the wrong form", 'an object with "docs"')
            members = self._members(item, f"a level of {name}", _LEVEL)
            if "docs" not in members:
                self._report(item, f"a level of {name} needs docs", "docs", "none")
                raise _RefusedError
            level = members.get("level")
            if not (level is None or isinstance(level, JsonString | JsonNumber | JsonNull)):
                raise self._refuse(level, f"the name of a level of {name} has the wrong form", "a text or a number")
            label = level.text if isinstance(level, JsonString | JsonNumber) and level.text else str(at)
            levels.append(self._documents(members["docs"], f"{name}/{label}", kind))
        return tuple(levels)

    def _resource(self, value: JsonValue | None, action: str) -> PolicyDocument | None:
        if value is None or isinstance(value, JsonNull):
            return None
        trust = action.lower().startswith("sts:") and isinstance(value, JsonObject) and not _names_resources(value)
        return self._document(value, "resource", PolicyKind.TRUST if trust else PolicyKind.RESOURCE)

    def _document(self, value: JsonValue, name: str, kind: PolicyKind) -> PolicyDocument | None:
        try:
            if isinstance(value, JsonString):
                return parse_policy(value.text, name=name, kind=kind)
            return read_policy(value, name=name, kind=kind)
        except PolicyError as error:
            self.errors += error.diagnostics
            return None


def _asks(arn: Arn) -> bool:
    form = _CALLERS.get(arn.service)
    return form is not None and bool(form.fullmatch(arn.resource)) and bool(_ACCOUNT.fullmatch(arn.account))


def _names_resources(document: JsonObject) -> bool:
    statements = [v for k, v in document.members if k.text == "Statement"]
    items = [i for v in statements for i in (v.items if isinstance(v, JsonArray) else (v,))]
    return any(k.text in {"Resource", "NotResource"} for i in items if isinstance(i, JsonObject) for k, _ in i.members)


def _diagnostic(document: str, flaw: Flaw) -> Diagnostic:
    return Diagnostic(
        document=document,
        line=flaw.line,
        column=flaw.column,
        code=flaw.code,
        message=flaw.message,
        expected=flaw.expected,
        found=flaw.found,
    )
