"""A role that a whole account may take on, with nothing that ties it to one customer or one principal."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import trust
from watchword.decision.analysis.lint.facts import narrowed_by
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind, PrincipalType

_TIES = frozenset(
    {
        "sts:externalid",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principaltag/",
        "aws:userid",
        "aws:username",
        "aws:sourceidentity",
        "sts:sourceidentity",
        "aws:multifactorauthpresent",
        "saml:aud",
    }
)


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind is not PolicyKind.TRUST:
        return
    for statement in subject.allows:
        if statement.not_principal or narrowed_by(statement, _TIES):
            continue
        for entry in statement.principals or ():
            account = _account(entry.value.text) if entry.type is PrincipalType.AWS else None
            if account is None or account in subject.accounts:
                continue
            foreign = bool(subject.accounts)
            yield Hit(
                at=entry.value,
                message=f"all of account {account} may take on this role, if its administrators say so"
                + ("" if foreign else "; if it is not yours, demand sts:ExternalId"),
                statement=statement,
                severity=None if foreign else Severity.LOW,
            )


def _account(name: str) -> str | None:
    if name.isdigit():
        return name
    parts = name.split(":")
    return parts[4] if parts[-1] == "root" and len(parts) == 6 else None  # noqa: PLR2004 - the parts of an ARN


RULE = Rule(
    id="trust-whole-account",
    severity=Severity.MEDIUM,
    title="A role that a whole account may assume, without an external id",
    why="A service provider that many customers trust can be led to act for the wrong one (the confused deputy); the "
    "external id tells them apart. Which accounts are your own is said with --account.",
    remedy='Name a role of the account, or demand "sts:ExternalId", or an organisation, a principal or a tag.',
    check=_check,
    bad=(
        trust('"Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Action": "sts:AssumeRole"'),
        trust('"Principal": {"AWS": "999988887777"}, "Action": "sts:AssumeRole"'),
    ),
    good=(
        trust(
            '"Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Action": "sts:AssumeRole", '
            '"Condition": {"StringEquals": {"sts:ExternalId": "7f1c9a52"}}'
        ),
        trust('"Principal": {"AWS": "arn:aws:iam::999988887777:role/ci"}, "Action": "sts:AssumeRole"'),
        trust('"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"'),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",),
)
