"""`decide(request, policies) -> Decision`: one pure function, in the order of the guide's evaluation logic.

1. An explicit Deny in any layer that reaches the request ends it.
2. Something must grant: the identity policies within the boundary and the session policy; or the resource policy, whose
   word counts by how it names the caller (`principals.Naming`). Across accounts both sides must consent.
3. Every level of guardrails must allow, and the endpoint's policy where there is one.

The grant is computed before the guardrails, so that "would be allowed but for this guardrail" is told apart from
"nothing allows this".

Source: AWS IAM User Guide, "Policy evaluation logic"; AWS Organizations User Guide, "SCP evaluation", "RCP evaluation".
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from watchword.decision.engine.model import Decision, Layer, Request, Result, StatementRef
from watchword.decision.engine.plan import ORDER, Pool
from watchword.decision.engine.policies import Policies
from watchword.decision.engine.principals import Caller, Naming, read_caller
from watchword.decision.engine.shelves import Shelf
from watchword.decision.engine.statements import CompiledStatement

_CALLER_IDENTITY = StatementRef(policy="sts:GetCallerIdentity", layer=Layer.IDENTITY, index=0, sid="AlwaysAllowed")
_ROOT_USER = StatementRef(policy="account-root", layer=Layer.IDENTITY, index=0, sid="FullAccess")
_SERVICE_LINKED_ROLE = "role/aws-service-role/"
# A session's ARN leaves out the path; then the name has to do.
_SERVICE_LINKED = (_SERVICE_LINKED_ROLE, "assumed-role/AWSServiceRoleFor")
# What the root user of a bucket's account can do whatever the bucket's policy denies, so that nobody is locked out for
# good (Amazon S3 API Reference, PutBucketPolicy).
_ROOT_ALWAYS = frozenset({"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"})
# "Not effective in an RCP", even under a wildcard (AWS KMS Developer Guide, "Resource control policies in AWS KMS").
_NO_RCP = "kms:retiregrant"
# What has an alias as its resource. An alias does not stand for its key (AWS KMS Developer Guide, "Use aliases to
# control access to KMS keys"), so whatever else is asked of one is a question about a key that was not named.
_OF_ALIASES = frozenset({"kms:createalias", "kms:updatealias", "kms:deletealias"})


def decide(request: Request, policies: Policies) -> Decision:
    """Decide one request. Pure; never raises for anything that a request can hold.

    `missing_keys` may name a key whose presence would change nothing after all; within the layer that decided, it omits
    none that alone could turn Allowed into refused or back.
    """
    return Evaluation(request, policies).decision()


class Evaluation:
    """One request before one set of policies; `explain` asks it what `decide` does not tell."""

    __slots__ = ("_caller", "_context", "_found", "_policies", "_request", "_selection")

    def __init__(self, request: Request, policies: Policies) -> None:
        self._request = request
        self._policies = policies
        self._selection = policies.plan.select(request.action)
        self._context = request.context
        self._caller: Caller | None = None
        self._found: dict[Shelf, tuple[list[CompiledStatement], list[CompiledStatement]]] = {}

    def decision(self) -> Decision:
        selection = self._selection
        if selection.undeniable:
            return self._answer(Result.ALLOWED, (_CALLER_IDENTITY,), None, ())
        denied = self._matching(selection.denies)
        if selection.long:
            for shelf in selection.long:
                denied += self._matching(self._looked_up(shelf)[0])
            if len(denied) > 1:
                denied.sort(key=lambda s: ORDER.index(s.layer))
        if denied and (selection.guarded or selection.action in _ROOT_ALWAYS):
            denied = [s for s in denied if self.reaches(s)]
        if denied:
            refs = tuple([s.ref for s in denied])
            return self._answer(Result.EXPLICITLY_DENIED, refs, denied[0].layer, self._absent(denied))
        granted, blocking = self._grant()
        if blocking is None:
            blocking = self._guardrails()
        if blocking is not None:
            return self._answer(
                Result.IMPLICITLY_DENIED, (), blocking, self._missing(self.pools_of(blocking), deny=False)
            )
        refs = tuple([s.ref if isinstance(s, CompiledStatement) else s for s in granted])
        missing: set[str] = set()
        if not selection.keys <= self._context.keys():
            missing = self._missing([selection.denies, *selection.long], deny=True)
            missing |= self._absent(s for s in granted if isinstance(s, CompiledStatement))
        return self._answer(Result.ALLOWED, refs, None, missing)

    def allowed_but_for_denies(self) -> bool:
        """Whether all layers give their consent, explicit Denies left out of account."""
        if self._selection.undeniable:
            return True
        return self._grant()[1] is None and self._guardrails() is None

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
        """How a statement names the caller: by itself, where it stands in what the caller has."""
        principals = statement.principals
        if principals is None:
            return Naming.DIRECT
        return principals.naming(self.caller(), bounded=self._policies.plan.boundary)

    def reaches(self, statement: CompiledStatement) -> bool:
        """Whether the layer of a statement reaches this caller at all."""
        match statement.layer:
            case Layer.GUARDRAIL:
                return self._guarded()
            case Layer.RESOURCE_GUARDRAIL:
                return self._selection.action != _NO_RCP and not self._service_linked()
            case Layer.RESOURCE:
                request = self._request
                rescued = statement.deny and self._selection.action in _ROOT_ALWAYS and self.caller().is_root
                return not rescued or request.account != request.resource_account
            case _:
                return True

    def applies(self, statement: CompiledStatement) -> bool:
        context = self._context
        if not statement.resource(self._request.resource, context):
            return False
        if statement.principals is not None and not self.naming(statement):
            return False
        return all(check(context) for check in statement.checks)

    def _looked_up(self, shelf: Shelf) -> tuple[list[CompiledStatement], list[CompiledStatement]]:
        """What of a long shelf may apply and speaks of the action: Denies and Allows. Looked up once a request."""
        found = self._found.get(shelf)
        if found is None:
            action = self._selection.action
            candidates = shelf.candidates(action, self._request.resource, self._context)
            found = self._found[shelf] = ([], [])
            # One that is filed under several keys may come several times.
            for statement in dict.fromkeys(candidates) if len(candidates) > 1 else candidates:
                if statement.action(action):
                    found[0 if statement.deny else 1].append(statement)
        return found

    def _allows(self, pool: Pool) -> Sequence[CompiledStatement]:
        return pool if isinstance(pool, tuple) else self._looked_up(pool)[1]

    def _matching(self, statements: Iterable[CompiledStatement]) -> list[CompiledStatement]:
        # The loop of `applies`, written out: this is where a decision spends its time.
        context, resource = self._context, self._request.resource
        matching: list[CompiledStatement] = []
        for statement in statements:
            fixed = statement.fixed
            if not (statement.resource(resource, context) if fixed is None else fixed(resource)):
                continue
            for check in statement.checks:
                if not check(context):
                    break
            else:
                if statement.principals is None or self.naming(statement):
                    matching.append(statement)
        return matching

    def _any(self, pool: Pool) -> bool:
        return any(map(self.applies, self._allows(pool)))

    # Layers

    def _guarded(self) -> bool:
        """SCPs limit the principals of member accounts: no service-linked role, no AWS service, no outsider.

        Watchword's own requests name no accounts, and there guardrails are over everyone.
        """
        request = self._request
        if not request.account and not request.resource_account and not request.service:
            return True
        return bool(request.account) and request.principal.arn is not None and not self._service_linked()

    def _service_linked(self) -> bool:
        arn = self._request.principal.arn
        issuer = self._request.session_issuer
        if issuer:  # the role itself: its path is reserved, and its name alone proves nothing
            return issuer.split(":", 5)[-1].startswith(_SERVICE_LINKED_ROLE)
        return arn is not None and bool(arn.account) and arn.resource.startswith(_SERVICE_LINKED)

    def _must_trust(self) -> bool:
        """Whether identity policies count only as far as the resource policy gives them leave.

        So for role trust policies and for key policies; not for what KMS does without a key, as `kms:ListKeys`. Every
        role has a trust policy, and every key a key policy: one that nobody showed us gives no leave.
        """
        selection = self._selection
        if selection.trust:
            return True
        resource = self._request.resource
        if selection.action.startswith("kms:"):
            of_alias = selection.action in _OF_ALIASES and resource.split(":", 5)[-1].startswith("alias/")
            return resource != "*" and not of_alias
        return selection.action.startswith("sts:") and resource.split(":", 5)[-1].startswith("role/")

    def _grant(self) -> tuple[list[CompiledStatement | StatementRef], Layer | None]:
        """What grants, or the layer that withheld it."""
        selection, request = self._selection, self._request
        identity: list[CompiledStatement | StatementRef] = list(self._matching(self._allows(selection.identity)))
        arn = request.principal.arn
        same_account = request.account == request.resource_account
        own = not request.account and arn is not None and arn.service != "sts"
        if identity and selection.plain and same_account and own:
            return identity, None  # the gateway's everyday case, which the rest would answer the same
        if self._policies.blocks_public and self.closed_to_public():
            return [], Layer.RESOURCE
        boundary = selection.boundary is None or self._any(selection.boundary)
        session = self._any(selection.session) if selection.session is not None else not self._federated()
        account: list[CompiledStatement | StatementRef] = []
        limited: list[CompiledStatement | StatementRef] = []
        direct: list[CompiledStatement | StatementRef] = []
        for statement in self._matching(self._allows(selection.resource)):
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
        must_trust = self._must_trust()
        if must_trust and not trusted:
            return [], Layer.RESOURCE
        granted = by_identity + by_role + direct
        if granted:
            if must_trust and by_identity:
                granted = granted + [s for s in trusted if s not in granted]
            return granted, None
        return [], limit if limited and limit is not None else withheld

    def closed_to_public(self) -> bool:
        """Whether a bucket that restricts public access keeps this caller out, whatever its policy says."""
        request = self._request
        at_home = request.principal.arn is not None and request.account == request.resource_account
        return self._policies.blocks_public and not request.service and not at_home

    def _federated(self) -> bool:
        """Whether this is a GetFederationToken session, which may do nothing without a session policy."""
        arn = self._request.principal.arn
        return arn is not None and arn.service == "sts" and arn.resource.startswith("federated-user/")

    def _guardrails(self) -> Layer | None:
        selection = self._selection
        if selection.scp and self._guarded() and not all(map(self._any, selection.scp)):
            return Layer.GUARDRAIL
        if selection.endpoint is not None and not self._any(selection.endpoint):
            return Layer.ENDPOINT
        return None

    def pools_of(self, layer: Layer) -> Iterator[Pool]:
        """The Allows that might have lifted what a layer withheld."""
        selection = self._selection
        match layer:
            case Layer.GUARDRAIL:
                yield from (level for level in selection.scp if not self._any(level))
            case Layer.ENDPOINT:
                yield selection.endpoint or ()
            case Layer.BOUNDARY:
                yield selection.boundary or ()
            case Layer.SESSION:
                yield selection.session or ()
            case _:
                yield selection.identity
                yield selection.resource

    def allows_of(self, layer: Layer) -> Iterator[CompiledStatement]:
        """What is in those pools, whatever its conditions: of long ones a bounded number."""
        action, resource = self._selection.action, self._request.resource
        for pool in self.pools_of(layer):
            if isinstance(pool, tuple):
                yield from pool
            else:
                found = pool.concerning(action, resource)
                yield from dict.fromkeys(s for s in found if not s.deny and s.action(action))

    # Missing keys

    def _absent(self, statements: Iterable[CompiledStatement]) -> set[str]:
        """Absent keys of statements that apply: with the keys present they might not."""
        present = self._context.keys()
        return {k for s in statements if not s.keys <= present for k in s.keys - present}

    def _missing(self, pools: Iterable[Pool], *, deny: bool) -> set[str]:
        """Absent keys of statements that do not apply, where every reason for that is an absent key."""
        context = self._context
        present = context.keys()
        missing: set[str] = set()
        for pool in pools:
            statements: Sequence[CompiledStatement]
            if isinstance(pool, tuple):
                statements = pool
            else:
                missing |= pool.unasked(self._selection.action, self._request.resource, context)
                statements = self._looked_up(pool)[0 if deny else 1]
            for statement in statements:
                if not statement.keys <= present:
                    missing |= self._lacking(statement)
        return missing

    def _lacking(self, statement: CompiledStatement) -> set[str]:
        """The absent keys that alone keep a statement from applying; none where something else does too."""
        context = self._context
        present = context.keys()
        if statement.principals is not None and not self.naming(statement):
            return set()
        absent: set[str] = set()
        if not statement.resource(self._request.resource, context):
            absent = set(statement.resource_keys - present)
            if not absent:
                return set()
        for condition in statement.conditions:
            if not condition.check(context):
                lacking = condition.keys - present
                if not lacking:
                    return set()
                absent |= lacking
        return absent
