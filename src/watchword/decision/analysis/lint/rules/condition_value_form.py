"""A value that the key never has."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from watchword.decision.analysis.lint.examples import allow
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.analysis.patterns import literal
from watchword.decision.language import Base

_ACCOUNT = (re.compile(r"[0-9]{12}"), "an account is 12 digits")
_ORGANISATION = (re.compile(r"o-[a-z0-9]{10,32}"), "an organisation is o- and 10 to 32 letters and digits")
_VPC = (re.compile(r"vpc-[0-9a-f]{8}(?:[0-9a-f]{9})?"), "a VPC is vpc- and 8 or 17 hexadecimal digits")
_ENDPOINT = (re.compile(r"vpce-[0-9a-f]{8}(?:[0-9a-f]{9})?"), "an endpoint is vpce- and 8 or 17 hexadecimal digits")
_REGION = (re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}"), "a region is written like eu-central-1")
_SERVICE = (re.compile(r"[a-z0-9.-]+\.(?:amazonaws\.com(?:\.cn)?|aws|amazon\.com)"), "a service is name.amazonaws.com")
_PATH = (re.compile(r"o-[a-z0-9]{10,32}/(?:r-[a-z0-9]+/)?.*"), "a path is o-…/r-…/ou-…/")

_FORMS: Mapping[str, tuple[re.Pattern[str], str]] = MappingProxyType(
    {
        "aws:principalaccount": (re.compile(r"[0-9]{12}|anonymous"), _ACCOUNT[1]),
        "aws:sourceaccount": _ACCOUNT,
        "aws:resourceaccount": _ACCOUNT,
        "aws:vpceaccount": _ACCOUNT,
        "kms:calleraccount": _ACCOUNT,
        "aws:principalorgid": _ORGANISATION,
        "aws:resourceorgid": _ORGANISATION,
        "aws:sourceorgid": _ORGANISATION,
        "aws:vpceorgid": _ORGANISATION,
        "aws:principalorgpaths": _PATH,
        "aws:resourceorgpaths": _PATH,
        "aws:sourceorgpaths": _PATH,
        "aws:sourcevpc": _VPC,
        "aws:sourcevpce": _ENDPOINT,
        "aws:requestedregion": _REGION,
        "iam:passedtoservice": _SERVICE,
        "aws:calledvia": _SERVICE,
        "aws:calledviafirst": _SERVICE,
        "aws:calledvialast": _SERVICE,
        "kms:viaservice": _SERVICE,
        "watchword:authassurance": (re.compile(r"aal[123]"), "the levels are aal2 and aal3"),
        "watchword:risklevel": (re.compile(r"low|medium|high"), "the levels are low, medium and high"),
    }
)
_TEXTUAL = frozenset({Base.STRING_EQUALS, Base.STRING_NOT_EQUALS, Base.STRING_LIKE, Base.STRING_NOT_LIKE})


def _check(subject: Subject) -> Iterator[Hit]:
    for statement in subject.statements:
        for condition in statement.conditions:
            form = _FORMS.get(condition.key.lower())
            if form is None or condition.operator.base not in _TEXTUAL:
                continue
            for value in condition.values:
                if literal(value.text) and not form[0].fullmatch(value.text):
                    yield Hit(
                        at=value,
                        message=f'"{condition.key}" is never "{value.text}": {form[1]}',
                        statement=statement,
                    )


RULE = Rule(
    id="condition-value-form",
    severity=Severity.MEDIUM,
    title="A value that the key never has",
    why="The comparison is with something that no request holds: a positive condition is never true for it, a negative "
    "one always.",
    remedy="Write the value as AWS writes it.",
    check=_check,
    bad=(
        allow(
            '"Action": "ec2:*", "Resource": "*", "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-central1"}}'
        ),
        allow(
            '"Action": "http:GET", "Resource": "arn:watchword:app:::payroll/*", '
            '"Condition": {"StringEquals": {"watchword:AuthAssurance": "AAL2"}}'
        ),
    ),
    good=(
        allow(
            '"Action": "ec2:*", "Resource": "*", "Condition": {"StringEquals": '
            '{"aws:RequestedRegion": ["eu-central-1", "us-gov-west-1", "eusc-de-east-1"]}}'
        ),
        allow('"Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-0a1b2c3d"}}'),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",),
)
