"""A role for SAML assertions of any audience."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import trust
from watchword.decision.analysis.lint.facts import narrowed_by
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind, PrincipalType

_KEYS = frozenset({"saml:aud", "saml:iss", "saml:sub", "saml:doc"})


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind is not PolicyKind.TRUST:
        return
    for statement in subject.allows:
        for entry in statement.principals or ():
            saml = entry.type is PrincipalType.FEDERATED and ":saml-provider/" in entry.value.text
            if saml and not narrowed_by(statement, _KEYS):
                yield Hit(
                    at=entry.value,
                    message='no condition demands "SAML:aud", so an assertion made for another recipient will do',
                    statement=statement,
                )


RULE = Rule(
    id="saml-audience-missing",
    severity=Severity.LOW,
    title="A role for SAML assertions of any audience",
    why="The audience says that the assertion was made for signing in to AWS, and not for another service that "
    "the same "
    "provider signs in to.",
    remedy='Demand "StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}.',
    check=_check,
    bad=(
        trust(
            '"Principal": {"Federated": "arn:aws:iam::444455556666:saml-provider/corp"}, '
            '"Action": "sts:AssumeRoleWithSAML"'
        ),
    ),
    good=(
        trust(
            '"Principal": {"Federated": "arn:aws:iam::444455556666:saml-provider/corp"}, '
            '"Action": "sts:AssumeRoleWithSAML", '
            '"Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}'
        ),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html",),
)
