"""Reading secrets and data from anywhere."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from watchword.decision.analysis.lint.examples import allow
from watchword.decision.analysis.lint.facts import is_all_of_a_type
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind

# Actions that hand out content, and what they hand out. Secrets first; bulk data is grave, but less so.
CONTENT: Mapping[str, tuple[str, Severity]] = MappingProxyType(
    {
        "secretsmanager:GetSecretValue": ("every secret", Severity.HIGH),
        "secretsmanager:BatchGetSecretValue": ("every secret", Severity.HIGH),
        "ssm:GetParameter": ("every parameter, secure strings included", Severity.MEDIUM),
        "ssm:GetParameters": ("every parameter, secure strings included", Severity.MEDIUM),
        "ssm:GetParametersByPath": ("every parameter, secure strings included", Severity.MEDIUM),
        "kms:Decrypt": ("everything that any key of the account protects", Severity.MEDIUM),
        "s3:GetObject": ("every object of every bucket", Severity.MEDIUM),
        "s3:GetObjectVersion": ("every object of every bucket, deleted ones included", Severity.MEDIUM),
        "dynamodb:Scan": ("every table", Severity.MEDIUM),
        "ec2:GetPasswordData": ("the administrator's password of every Windows instance", Severity.HIGH),
        "redshift:GetClusterCredentials": ("a database user on every cluster", Severity.HIGH),
        "codeartifact:GetAuthorizationToken": ("a token for every package repository", Severity.LOW),
    }
)


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind not in {PolicyKind.IDENTITY, PolicyKind.SESSION}:
        return
    for statement in subject.grants:
        if statement.not_action or statement.not_resource or statement.conditions:
            continue
        for value in statement.actions:
            name = value.text.partition(":")[2]
            if not name or set(name) == {"*"}:
                continue  # admin-grant and service-wildcard say it
            for action in subject.catalogue.expand(value.text):
                wide = next((r for r in statement.resources if is_all_of_a_type(r.text, action)), None)
                if wide is not None and action.full_name in CONTENT:
                    what, severity = CONTENT[action.full_name]
                    yield Hit(
                        at=value,
                        message=f'"{value.text}" on "{wide.text}" reads {what}',
                        statement=statement,
                        severity=severity,
                    )
                    break


RULE = Rule(
    id="secrets-any-resource",
    severity=Severity.HIGH,
    title="Reading secrets or data from anywhere",
    why="One stolen session with this empties the account: it reads content, not only names.",
    remedy="Name the secrets, keys, buckets and tables that are used.",
    check=_check,
    bad=(
        allow('"Action": "secretsmanager:GetSecretValue", "Resource": "*"'),
        allow('"Action": "ssm:Get*", "Resource": "arn:aws:ssm:*:*:parameter/*"'),
        allow('"Action": ["s3:ListBucket", "s3:GetObject"], "Resource": "arn:aws:s3:::*"'),
    ),
    good=(
        allow(
            '"Action": "secretsmanager:GetSecretValue", '
            '"Resource": "arn:aws:secretsmanager:eu-central-1:444455556666:secret:payroll/*"'
        ),
        allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"'),
        allow('"Action": ["secretsmanager:ListSecrets", "s3:ListAllMyBuckets"], "Resource": "*"'),
    ),
    references=("https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html",),
)
