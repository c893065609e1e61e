"""A role for tokens that were issued for something else."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import trust
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.analysis.lint.providers import BUILT_IN, claims, web_identities

# What says for which application a token of a built-in provider is. The provider has no list of audiences in the
# account, so without this condition any application's users come in.
_APPLICATION = {
    "cognito-identity.amazonaws.com": ("aud",),
    "accounts.google.com": ("aud", "oaud", "sub"),
    "graph.facebook.com": ("app_id", "id"),
    "www.amazon.com": ("app_id", "user_id"),
}


def _check(subject: Subject) -> Iterator[Hit]:
    for statement, entry, host in web_identities(subject):
        names = _APPLICATION.get(host, ("aud", "oaud"))
        if claims(statement, host, *names):
            continue
        if host in BUILT_IN:
            message = f'no condition demands "{host}:{names[0]}", so the users of any application may take on this role'
            yield Hit(at=entry.value, message=message, statement=statement)
        else:
            yield Hit(
                at=entry.value,
                message=f'no condition demands "{host}:aud", so a token for any audience of the provider in '
                f"this account "
                "will do",
                statement=statement,
                severity=Severity.LOW,
            )


RULE = Rule(
    id="oidc-audience-missing",
    severity=Severity.CRITICAL,
    title="A role for tokens of any audience",
    why="A token says for whom it was issued. Without asking, a token that somebody got for another application "
    "is taken; "
    "with Cognito, Google and the like, anybody can make such an application.",
    remedy='Demand "host:aud" (Cognito: the identity pool) with StringEquals.',
    check=_check,
    bad=(
        trust(
            '"Principal": {"Federated": "cognito-identity.amazonaws.com"}, "Action": "sts:AssumeRoleWithWebIdentity", '
            '"Condition": {"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}}'
        ),
        trust(
            '"Principal": {"Federated": '
            '"arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"}, '
            '"Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": '
            '{"token.actions.githubusercontent.com:sub": "repo:my-org/my-repo:ref:refs/heads/main"}}'
        ),
    ),
    good=(
        trust(
            '"Principal": {"Federated": "cognito-identity.amazonaws.com"}, "Action": "sts:AssumeRoleWithWebIdentity", '
            '"Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:1-2-3"}, '
            '"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}}'
        ),
        trust('"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"'),
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
        "https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html",
    ),
)
