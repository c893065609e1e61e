"""A principal's real policies, as the engine takes them: what recorded use is judged by.

    applied = Applied(estate, inquiry.principal("build"))
    applied.documents()                      # its identity policies: inline, managed, by its groups
    policies_for = applied.policies_for()    # with its boundary, the organisation's and those of resources

Answers about use are about what there is: where one of these documents could not be read, there is no answer.
"""

from collections.abc import Callable, Sequence

from watchword.decision.analysis.account.model import AccountPrincipal, Estate, PrincipalType
from watchword.decision.analysis.partial import Held, Unreadable
from watchword.decision.engine import Policies
from watchword.decision.language import (
    Effect,
    PolicyDocument,
    PolicyKind,
    PrincipalEntry,
    Statement,
    Value,
    Version,
)
from watchword.decision.language import PrincipalType as EntryType
from watchword.kernel.errors import InvalidInputError, NotFoundError
from watchword.kernel.principals import Principal

# Resources with policies of their own that are kept ready.
_MOST_READY = 1_000


class Applied:
    """Raise `InvalidInputError` (`estate.root`) for a root user, whose policies are nobody's to change."""

    def __init__(self, estate: Estate, principal: AccountPrincipal) -> None:
        if principal.type is PrincipalType.ROOT:
            raise InvalidInputError(
                "a root user has no policies",
                code="estate.root",
                expected="a user or a role",
                found=principal.arn,
            )
        self._estate = estate
        self._principal = principal

    @property
    def arn(self) -> str:
        return self._principal.arn

    def documents(self, name: str = "") -> tuple[PolicyDocument, ...]:
        """The identity policies, each once; with a name, those that are called so, or have that ARN.

        Raise `InvalidInputError` where one cannot be read or there is none, `NotFoundError` for a name that none has.
        """
        attached = [
            a for a in self._principal.policies if not name or name in {a.arn, a.document.name, _last(a.document.name)}
        ]
        if name and not attached:
            raise NotFoundError(
                f"{self._principal.arn} has no policy {name}",
                code="estate.not-found",
                hint=f"it has: {', '.join(sorted({a.document.name for a in self._principal.policies})) or 'none'}",
            )
        if not attached:
            raise InvalidInputError(
                f"{self._principal.arn} has no policies", code="estate.none", expected="at least one identity policy"
            )
        return tuple({id(d): d for d in _readable([a.document for a in attached])}.values())

    def shared(self, documents: Sequence[PolicyDocument]) -> tuple[str, ...]:
        """The names of those that others of the estate have too: as a managed policy, or by a group."""
        own = {id(d) for d in documents}
        mine = {(a.arn, a.group): a for a in self._principal.policies if id(a.document) in own and (a.arn or a.group)}
        others = (p for p in self._estate.principals.values() if p.arn != self._principal.arn)
        theirs = {(a.arn, a.group) for p in others for a in p.policies}
        arns = {arn for arn, _ in theirs if arn}
        return tuple(a.document.name for k, a in mine.items() if k in theirs or (a.arn and a.arn in arns))

    def policies_for(self, identity: Sequence[PolicyDocument] | None = None) -> Callable[[Principal, str], Policies]:
        """Everything that the estate holds about this principal and a resource; `identity` in place of its own.

        A resource of which no policy was given is taken to leave it to identity policies, as AWS's own key policies do.
        Raise `InvalidInputError` where a document that has a say cannot be read.
        """
        principal, estate = self._principal, self._estate
        guardrails = estate.guardrails(principal.account)
        boundary = None if principal.boundary is None else _readable([principal.boundary.document])[0]
        whole = Policies(
            identity=tuple(self.documents() if identity is None else identity),
            scp=tuple(tuple(_readable(level)) for level in guardrails.scp),
            rcp=tuple(tuple(_readable(level)) for level in guardrails.rcp),
            boundary=boundary,
        )
        ready: dict[str, Policies] = {}

        def policies(_: Principal, resource: str) -> Policies:
            given = estate.resource_policy(resource)
            name = given.arn if given is not None else ""
            found = ready.get(name)
            if found is None:
                if len(ready) >= _MOST_READY:
                    ready.clear()
                own = _readable([given.document])[0] if given is not None and given.document is not None else None
                found = ready[name] = Policies(
                    identity=whole.identity,
                    scp=whole.scp,
                    rcp=whole.rcp,
                    boundary=whole.boundary,
                    resource=own if given is not None else leave_of(principal.account),
                    public_access_blocked=given is not None and given.public_access_blocked,
                )
            return found

        return policies


def leave_of(account: str) -> PolicyDocument:
    """What AWS's default key policy says, of keys and of roles: nothing but leave for the account's own policies to
    give."""
    statement = Statement(
        index=0,
        effect=Effect.ALLOW,
        actions=(Value(text="kms:*"), Value(text="sts:*")),
        resources=(Value(text="*"),),
        principals=(PrincipalEntry(type=EntryType.AWS, value=Value(text=account)),),
    )
    return PolicyDocument(
        name="leave of the account", kind=PolicyKind.RESOURCE, version=Version.V2012, statements=(statement,)
    )


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _readable(held: Sequence[Held]) -> list[PolicyDocument]:
    unreadable = [h for h in held if isinstance(h, Unreadable)]
    if unreadable:
        raise InvalidInputError(
            "\n".join(["a policy that has a say cannot be read", *(u.why for u in unreadable)]),
            code="estate.unreadable",
        )
    return [h for h in held if isinstance(h, PolicyDocument)]
