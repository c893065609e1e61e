"""One document, asked alone: the evaluator's own word on a request.

`decide` knows layers, not documents. So a document is put in its layer and the others consent to everything: whatever
is refused then, that document refused.

- An identity document stands beside a resource policy that names the account, which grants nothing, and without which
  nothing is allowed on a key.
- A resource policy or trust policy is asked from another account whose identity policies allow everything: then every
  way of naming the caller counts.
"""

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from watchword.decision.engine import ContextValue, Policies, Request, Result, StatementRef, decide
from watchword.decision.language import PolicyDocument, PolicyKind, parse_policy
from watchword.kernel.arn import Arn
from watchword.kernel.principals import ANONYMOUS, Principal, PrincipalKind

ACCOUNT = "111111111111"
_ELSEWHERE = ("999999999999", "888888888888")
# Of kinds that name no caller, somebody asks all the same.
SOMEBODY = f"arn:aws:iam::{ACCOUNT}:user/someone"
# Several documents of these kinds speak together, as one.
UNIONS = frozenset(PolicyKind) - {PolicyKind.RESOURCE, PolicyKind.TRUST}
NAMES_CALLERS = frozenset({PolicyKind.RESOURCE, PolicyKind.TRUST, PolicyKind.ENDPOINT, PolicyKind.RCP})


class Alone:
    """Documents of one kind, without any others. They are compiled when they are first asked: a proof asks nothing."""

    __slots__ = ("_documents", "_policies")

    def __init__(self, documents: Sequence[PolicyDocument]) -> None:
        self._documents = tuple(documents)
        self._policies: Policies | None = None

    def ask(self, request: Request) -> tuple[bool, tuple[StatementRef, ...]]:
        """Return whether a request made by `request_for` is allowed, and the statements that deny it."""
        kind = self._documents[0].kind
        if self._policies is None:
            self._policies = _alone(kind, self._documents)
        if kind in {PolicyKind.RESOURCE, PolicyKind.TRUST}:
            request = replace(request, resource_account=next(a for a in _ELSEWHERE if a != request.account))
        decision = decide(request, self._policies)
        denying = decision.determining if decision.result is Result.EXPLICITLY_DENIED else ()
        return decision.allowed, denying


def request_for(caller: str, *, action: str, resource: str, context: Mapping[str, ContextValue]) -> Request:
    """Return a request as it is asked of one document. `caller` is an ARN, a service, or empty for nobody."""
    if not caller.startswith("arn:"):
        return Request(principal=ANONYMOUS, action=action, resource=resource, context=context, service=caller)
    arn = Arn.parse(caller)
    return Request(
        principal=Principal(kind=PrincipalKind.WORKLOAD, arn=arn),
        action=action,
        resource=resource,
        context=context,
        account=arn.account,
        resource_account=arn.account,
    )


_EVERYTHING, _TRUST = "everything", "account"


@functools.cache
def _consent(kind: PolicyKind, name: str) -> PolicyDocument:
    statement: dict[str, str | dict[str, str]] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    if kind is PolicyKind.RESOURCE:
        statement["Principal"] = {"AWS": ACCOUNT} if name == _TRUST else "*"
    return parse_policy(json.dumps({"Version": "2012-10-17", "Statement": statement}), name=name, kind=kind)


def _alone(kind: PolicyKind, documents: tuple[PolicyDocument, ...]) -> Policies:
    identity = (_consent(PolicyKind.IDENTITY, _EVERYTHING),)
    session = (_consent(PolicyKind.SESSION, _EVERYTHING),)
    trusting = _consent(PolicyKind.RESOURCE, _TRUST)
    everyone = _consent(PolicyKind.RESOURCE, _EVERYTHING)
    match kind:
        case PolicyKind.IDENTITY:
            return Policies(identity=documents, resource=trusting)
        case PolicyKind.BOUNDARY:
            return Policies(identity=identity, resource=trusting, boundary=documents)
        case PolicyKind.SESSION:
            return Policies(identity=identity, resource=trusting, session=documents)
        case PolicyKind.SCP:
            return Policies(identity=identity, resource=trusting, scp=(documents,))
        case PolicyKind.RCP:
            return Policies(identity=identity, resource=everyone, rcp=(documents,))
        case PolicyKind.ENDPOINT:
            return Policies(identity=identity, resource=everyone, endpoint=documents)
        case PolicyKind.RESOURCE | PolicyKind.TRUST:
            return Policies(identity=identity, session=session, resource=documents[0])
