"""Identity providers in trust policies: which one a principal is, and what its conditions say of a claim."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.facts import restricts
from watchword.decision.analysis.lint.model import Subject
from watchword.decision.language import Condition, PolicyKind, PrincipalEntry, PrincipalType, Statement

_OIDC = ":oidc-provider/"
# Named by their host alone, without a provider in the account (IAM User Guide, "OIDC federation").
BUILT_IN = frozenset({"cognito-identity.amazonaws.com", "accounts.google.com", "graph.facebook.com", "www.amazon.com"})


def web_identities(subject: Subject) -> Iterator[tuple[Statement, PrincipalEntry, str]]:
    """Every Allow of a trust policy for an OpenID provider: the statement, the principal, the provider's host."""
    if subject.kind is not PolicyKind.TRUST:
        return
    for statement in subject.allows:
        for entry in statement.principals or ():
            if entry.type is not PrincipalType.FEDERATED or statement.not_principal:
                continue
            host = entry.value.text.partition(_OIDC)[2] or entry.value.text
            if _OIDC in entry.value.text or host in BUILT_IN:
                yield statement, entry, host.rstrip("/").lower()


def claims(statement: Statement, host: str, *names: str) -> list[Condition]:
    """The conditions that demand a value of one of the provider's claims."""
    wanted = {f"{host}:{name}".lower() for name in names}
    return [c for c in statement.conditions if c.key.lower() in wanted and restricts(c)]
