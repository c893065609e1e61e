"""A principal that cannot take a role on in the way that is allowed to it."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import trust
from watchword.decision.analysis.lint.facts import acts
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind, PrincipalEntry, PrincipalType

_ROLE, _SAML, _WEB = "sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind is not PolicyKind.TRUST:
        return
    for statement in subject.allows:
        held = [name for name in (_ROLE, _SAML, _WEB) if acts(statement, name)]
        if not held or statement.not_principal:
            continue  # sts:TagSession and sts:SetSourceIdentity may stand in a statement of their own
        for entry in statement.principals or ():
            wanted = _wanted(entry)
            if wanted is not None and wanted not in held:
                yield Hit(
                    at=entry.value,
                    message=f'"{entry.value.text}" takes a role on by {wanted}, which is not allowed here',
                    statement=statement,
                )


def _wanted(entry: PrincipalEntry) -> str | None:
    if entry.type in {PrincipalType.AWS, PrincipalType.SERVICE}:
        # Everyone may come in any of the three ways.
        return None if entry.value.text == "*" else _ROLE
    if entry.type is PrincipalType.FEDERATED:
        return _SAML if ":saml-provider/" in entry.value.text else _WEB
    return None


RULE = Rule(
    id="trust-action-mismatch",
    severity=Severity.MEDIUM,
    title="A principal that cannot assume the role in the way that is allowed",
    why="Users, roles and services assume a role by sts:AssumeRole, an OpenID provider's workloads by "
    "sts:AssumeRoleWithWebIdentity, a SAML provider's people by sts:AssumeRoleWithSAML. Another one never matches.",
    remedy="Allow the action that belongs to the principal.",
    check=_check,
    bad=(
        trust(
            '"Principal": {"Federated": "arn:aws:iam::444455556666:oidc-provider/gitlab.com"}, "Action": '
            '"sts:AssumeRole", '
            '"Condition": {"StringEquals": {"gitlab.com:sub": "project_path:a/b:ref_type:branch:ref:main"}}'
        ),
        trust('"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRoleWithWebIdentity"'),
    ),
    good=(
        trust(
            '"Principal": {"Federated": "arn:aws:iam::444455556666:saml-provider/corp"}, '
            '"Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"]'
        ),
        trust('"Principal": {"AWS": "444455556666"}, "Action": "sts:TagSession"'),
        trust('"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:*"'),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp.html",),
)
