"""A role that any repository, project or workload of an identity provider may take on."""

import re
from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import trust
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.analysis.lint.providers import BUILT_IN, claims, web_identities
from watchword.decision.language import Condition

GITHUB = "token.actions.githubusercontent.com"
# Providers that issue tokens to anybody who signs up: without a subject of one's own, the role is public.
_PUBLIC = frozenset(
    {GITHUB, "gitlab.com", "app.terraform.io", "bitbucket.org", "oidc.circleci.com", "agent.buildkite.com"}
)
# Claims besides the subject that say whose token it is, where the provider's tokens have them and AWS compares them.
_ALSO = ("repository", "repository_id", "repository_owner", "repository_owner_id", "enterprise", "enterprise_id")
_MORE = ("job_workflow_ref", "namespace_id", "project_id", "oaud", "org_id", "google/organization_number")
# How far a subject has to be written out before it names an owner.
_OWNER = {
    GITHUB: re.compile(
        r"(?:repo|(?:job_)?workflow_ref|repository(?:_id)?|repository_owner(?:_id)?|enterprise(?:_id)?)"
        r":[^*?/:]+(?:[/:].*)?"
    ),
    "gitlab.com": re.compile(r"project_path:[^*?/]+/.*|(?:project_id|namespace_id|namespace_path):[^*?:]+(?::.*)?"),
    "app.terraform.io": re.compile(r"organization:[^*?:]+:.*"),
}
_WHOLE_OWNER = re.compile(r"repo:[^*?/]+/\*")
_EKS = re.compile(r"oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/id/.+")


def _check(subject: Subject) -> Iterator[Hit]:
    for statement, entry, host in web_identities(subject):
        if host in BUILT_IN:
            continue  # oidc-audience-missing: their audience is the application
        site = host.partition("/")[0]
        public = site in _PUBLIC or any(site.endswith(f".{p}") for p in _PUBLIC)
        subjects = claims(statement, host, "sub")
        if not subjects:
            if claims(statement, host, *_ALSO, *_MORE):
                continue
            who = "any repository or project in the world" if public else "every token of the provider"
            yield Hit(
                at=entry.value,
                message=f'no condition demands "{host}:sub", so {who} may take on this role',
                statement=statement,
                severity=None if public else Severity.HIGH if _EKS.fullmatch(host) else Severity.MEDIUM,
            )
            continue
        for condition in subjects:
            yield from (
                Hit(at=value, message=message, statement=statement, severity=severity)
                for value in condition.values
                for message, severity in [_open(condition, value.text, host)]
                if message
            )


def _open(condition: Condition, text: str, host: str) -> tuple[str, Severity | None]:
    if not condition.operator.base.value.endswith("Like"):
        return "", None
    owner = _OWNER.get(host)
    if owner is not None and not owner.fullmatch(text):
        return f'"{text}" leaves open who the owner is: strangers can make such a subject', None
    if host == GITHUB and _WHOLE_OWNER.fullmatch(text):
        return f'"{text}" is every repository and branch of the owner, pull requests included', Severity.LOW
    if _EKS.fullmatch(host) and re.fullmatch(r"system:serviceaccount:(?:\*|\*:.*|[^:]*\*)", text):
        return f'"{text}" is every service account of some namespaces', Severity.MEDIUM
    return "", None


RULE = Rule(
    id="oidc-subject-open",
    severity=Severity.CRITICAL,
    title="A role that any workload of an identity provider may assume",
    why="A trust policy for GitHub, GitLab or Terraform trusts everyone who can run a job there, unless it "
    "demands whose job "
    "it is. The subject says it.",
    remedy='Demand "host:sub" with the owner and repository written out: "repo:my-org/my-repo:ref:refs/heads/main".',
    check=_check,
    bad=(
        trust(
            '"Principal": {"Federated": '
            '"arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"}, '
            '"Action": "sts:AssumeRoleWithWebIdentity", '
            '"Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}'
        ),
        trust(
            '"Principal": {"Federated": '
            '"arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"}, '
            '"Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringLike": '
            '{"token.actions.githubusercontent.com:sub": "repo:*", "token.actions.githubusercontent.com:aud": "x"}}'
        ),
        trust(
            '"Principal": {"Federated": '
            '"arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"}, '
            '"Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringLike": '
            '{"token.actions.githubusercontent.com:sub": "repo:my-org*"}}'
        ),
        trust(
            '"Principal": {"Federated": "arn:aws:iam::444455556666:oidc-provider/gitlab.com"}, '
            '"Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringLike": '
            '{"gitlab.com:sub": "project_path:*:ref_type:branch:ref:main"}}'
        ),
        trust(
            '"Principal": {"Federated": "arn:aws:iam::444455556666:oidc-provider/app.terraform.io"}, '
            '"Action": "sts:AssumeRoleWithWebIdentity"'
        ),
        trust(
            '"Principal": {"Federated": '
            '"arn:aws:iam::444455556666:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71"}, '
            '"Action": "sts:AssumeRoleWithWebIdentity"'
        ),
    ),
    good=(
        trust(
            '"Principal": {"Federated": '
            '"arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"}, '
            '"Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": '
            '{"token.actions.githubusercontent.com:sub": "repo:my-org/my-repo:ref:refs/heads/main", '
            '"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}'
        ),
        trust(
            '"Principal": {"Federated": "arn:aws:iam::444455556666:oidc-provider/gitlab.com"}, '
            '"Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringLike": '
            '{"gitlab.com:sub": "project_path:my-group/*:ref_type:branch:ref:main"}}'
        ),
        trust(
            '"Principal": {"Federated": "cognito-identity.amazonaws.com"}, "Action": "sts:AssumeRoleWithWebIdentity", '
            '"Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:1-2-3"}}'
        ),
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
        "https://docs.github.com/en/actions/reference/security/oidc",
        "https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html",
    ),
)
