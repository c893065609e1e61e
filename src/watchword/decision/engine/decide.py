"""`decide(request, policies) -> Decision`: one pure function, in the order of the guide's evaluation logic.

1. An explicit Deny in any layer that reaches the request ends it.
2. Something must grant: the identity policies within the boundary and the session policy; or the resource policy, whose
   word counts by how it names the caller (`principals.Naming`). Across accounts both sides must consent.
3. Every level of guardrails must allow, and the endpoint's policy where there is one.

The grant is computed before the guardrails, so that "would be allowed but for this guardrail" is told apart from
"nothing allows this".

Source: AWS IAM User Guide, "Policy evaluation logic"; AWS Organizations User Guide, "SCP evaluation", "RCP evaluation".
"""

from collections.abc import Collection, Iterable, Iterator

from watchword.decision.engine.model import Decision, Layer, Request, Result, StatementRef
from watchword.decision.engine.policies import Policies
from watchword.decision.engine.principals import Caller, Naming, naming, read_caller
from watchword.decision.engine.statements import CompiledStatement

_CALLER_IDENTITY = StatementRef(policy="sts:GetCallerIdentity", layer=Layer.IDENTITY, index=0, sid="AlwaysAllowed")
_ROOT_USER = StatementRef(policy="account-root", layer=Layer.IDENTITY, index=0, sid="FullAccess")
_SERVICE_LINKED = ("role/aws-service-role/", "assumed-role/AWSServiceRoleFor")
_TRUE = "true"


def decide(request: Request, policies: Policies) -> Decision:
    """Decide one request. Pure; never raises for anything that a request can hold.

    `missing_keys` may name a key whose presence would change nothing after all; within the layer that decided, it omits
    none that alone could turn Allowed into refused or back.
    """
    return Evaluation(request, policies).decision()


class Evaluation:
    """One request before one set of policies; `explain` asks it what `decide` does not tell."""

    __slots__ = ("_caller", "_context", "_policies", "_request", "_selection")

    def __init__(self, request: Request, policies: Policies) -> None:
        self._request = request
        self._policies = policies
        self._selection = policies.plan.select(request.action)
        self._context = request.context
        self._caller: Caller | None = None

    def decision(self) -> Decision:
        selection = self._selection
        if selection.undeniable:
            return self._answer(Result.ALLOWED, (_CALLER_IDENTITY,), None, ())
        denied = self._matching(selection.denies)
        if denied and selection.guarded:
            denied = [s for s in denied if self.reaches(s)]
        if denied:
            refs = tuple(s.ref for s in denied)
            return self._answer(Result.EXPLICITLY_DENIED, refs, denied[0].layer, self._absent(denied))
        granted, blocking = self._grant()
        if blocking is None:
            blocking = self._guardrails()
        if blocking is not None:
            return self._answer(Result.IMPLICITLY_DENIED, (), blocking, self._missing(self.allows_of(blocking)))
        refs = tuple([s.ref if isinstance(s, CompiledStatement) else s for s in granted])
        missing: set[str] = set()
        if not selection.keys <= self._context.keys():
            missing = self._missing(selection.denies)
            missing |= self._absent(s for s in granted if isinstance(s, CompiledStatement))
        return self._answer(Result.ALLOWED, refs, None, missing)

    def _answer(
        self, result: Result, determining: tuple[StatementRef, ...], blocking: Layer | None, missing: Collection[str]
    ) -> Decision:
        return Decision(
            result=result,
            determining=determining,
            blocking_layer=blocking,
            missing_keys=tuple(sorted(missing)) if missing else (),
            revision=self._policies.revision,
        )

    # Statements

    def caller(self) -> Caller:
        if self._caller is None:
            self._caller = read_caller(self._request)
        return self._caller

    def naming(self, statement: CompiledStatement) -> Naming:
        return naming(statement.source, self.caller(), bounded=self._policies.plan.boundary)

    def reaches(self, statement: CompiledStatement) -> bool:
        """Whether the organisation's layers reach this caller at all; the others always do."""
        if statement.layer is Layer.GUARDRAIL:
            return self._guarded()
        return statement.layer is not Layer.RESOURCE_GUARDRAIL or not self._service_linked()

    def applies(self, statement: CompiledStatement) -> bool:
        context = self._context
        if not statement.resource(self._request.resource, context):
            return False
        if statement.names_principals and not self.naming(statement):
            return False
        return all(check(context) for check in statement.checks)

    def _matching(self, statements: Iterable[CompiledStatement]) -> list[CompiledStatement]:
        # The loop of `applies`, written out: this is where a decision spends its time.
        context, resource = self._context, self._request.resource
        matching: list[CompiledStatement] = []
        for statement in statements:
            if not statement.resource(resource, context):
                continue
            for condition in statement.checks:
                if not condition(context):
                    break
            else:
                if not statement.names_principals or self.naming(statement):
                    matching.append(statement)
        return matching

    # Layers

    def _guarded(self) -> bool:
        """SCPs limit the principals of member accounts: no service-linked role, no AWS service, no outsider.

        Watchword's own requests name no accounts, and there guardrails are over everyone.
        """
        request = self._request
        if not request.account and not request.resource_account:
            return True
        return bool(request.account) and request.principal.arn is not None and not self._service_linked()

    def _service_linked(self) -> bool:
        arn = self._request.principal.arn
        issuer = self._request.session_issuer
        return (arn is not None and bool(arn.account) and arn.resource.startswith(_SERVICE_LINKED)) or (
            bool(issuer) and issuer.split(":", 5)[-1].startswith(_SERVICE_LINKED)
        )

    def _grant(self) -> tuple[list[CompiledStatement | StatementRef], Layer | None]:
        """What grants, or the layer that withheld it."""
        selection, request = self._selection, self._request
        identity: list[CompiledStatement | StatementRef] = list(self._matching(selection.identity))
        arn = request.principal.arn
        same_account = request.account == request.resource_account
        own = not request.account and arn is not None and arn.service != "sts"
        if identity and selection.plain and same_account and own:
            return identity, None  # the gateway's everyday case, which the rest would answer the same
        boundary = selection.boundary is None or bool(self._matching(selection.boundary))
        session = bool(self._matching(selection.session)) if selection.session is not None else not self._federated()
        account: list[CompiledStatement | StatementRef] = []
        limited: list[CompiledStatement | StatementRef] = []
        direct: list[CompiledStatement | StatementRef] = []
        for statement in self._matching(selection.resource):
            how = self.naming(statement)
            (direct if how is Naming.DIRECT else limited if how is Naming.LIMITED else account).append(statement)
        if arn is None:  # anonymous, or an AWS service: it has nothing but what the resource policy says
            return direct, None if direct else Layer.RESOURCE
        if arn.resource == "root" and self.caller().is_root:
            identity.append(_ROOT_USER)
        limit = None if boundary and session else Layer.SESSION if boundary else Layer.BOUNDARY
        by_identity = identity if limit is None else []
        withheld = limit if identity and limit is not None else Layer.IDENTITY
        if not same_account:
            resource = account + limited + direct
            if not by_identity:
                return [], withheld
            return by_identity + resource, None if resource else Layer.RESOURCE
        by_role = limited if limit is None else []
        trusted = account + limited + direct
        if selection.must_trust and not trusted:
            return [], Layer.RESOURCE
        granted = by_identity + by_role + direct
        if granted:
            if selection.must_trust and by_identity:
                granted = granted + [s for s in trusted if s not in granted]
            return granted, None
        return [], limit if limited and limit is not None else withheld

    def _federated(self) -> bool:
        """Whether this is a GetFederationToken session, which may do nothing without a session policy."""
        arn = self._request.principal.arn
        return arn is not None and arn.service == "sts" and arn.resource.startswith("federated-user/")

    def _guardrails(self) -> Layer | None:
        selection = self._selection
        if selection.scp and self._guarded() and not all(any(map(self.applies, level)) for level in selection.scp):
            return Layer.GUARDRAIL
        if selection.endpoint is not None and not any(map(self.applies, selection.endpoint)):
            return Layer.ENDPOINT
        return None

    def allows_of(self, layer: Layer) -> Iterator[CompiledStatement]:
        """The Allows that might have lifted what a layer withheld."""
        selection = self._selection
        match layer:
            case Layer.GUARDRAIL:
                for level in selection.scp:
                    if not any(map(self.applies, level)):
                        yield from level
            case Layer.ENDPOINT:
                yield from selection.endpoint or ()
            case Layer.BOUNDARY:
                yield from selection.boundary or ()
            case Layer.SESSION:
                yield from selection.session or ()
            case _:
                yield from selection.identity
                yield from selection.resource

    # Missing keys

    def _absent(self, statements: Iterable[CompiledStatement]) -> set[str]:
        """Absent keys of statements that apply: with the keys present they might not."""
        present = self._context.keys()
        return {k for s in statements if not s.keys <= present for k in s.keys - present}

    def _missing(self, statements: Iterable[CompiledStatement]) -> set[str]:
        """Absent keys of statements that do not apply, where every reason for that is an absent key."""
        context = self._context
        present = context.keys()
        missing: set[str] = set()
        for statement in statements:
            if statement.keys <= present or (statement.names_principals and not self.naming(statement)):
                continue
            absent: set[str] = set()
            if not statement.resource(self._request.resource, context):
                absent = set(statement.resource_keys - present)
                if not absent:
                    continue
            for condition in statement.conditions:
                if not condition.check(context):
                    lacking = condition.keys - present
                    if not lacking:
                        break
                    absent |= lacking
            else:
                missing |= absent
        return missing
