"""`is_public`: whether a bucket's policy is public, as S3 Block Public Access means it.

A policy is public unless each Allow speaks to named principals, or wants one of a list of keys to have fixed values:
without wildcards and without variables, and networks that are not most of the Internet.

Source: Amazon S3 User Guide, "The meaning of public". `s3:DataAccessPointArn` may have a wildcard in the access point's
name. What AWS does not document is how wide a network is public: /8 of IPv4 and /32 of IPv6 are the last here that are
not (contested), as IAM Access Analyzer has it for IPv4.
"""

from watchword.decision.language import Base, Condition, Effect, Family, PolicyDocument, PrincipalType, Statement
from watchword.decision.language.scalars import read_network

_FIXING = frozenset(
    {
        "aws:sourceip",
        "aws:sourcearn",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourceowner",
        "aws:sourceaccount",
        "aws:userid",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalarn",
        "aws:principalaccount",
        "s3:dataaccesspointarn",
        "s3:dataaccesspointaccount",
    }
)
_WIDEST_V4, _WIDEST_V6 = 8, 32
_ARN_PARTS = 6


def is_public(document: PolicyDocument) -> bool:
    """Whether any Allow of a resource policy is public."""
    return any(s.effect is Effect.ALLOW and _public(s) for s in document.statements)


def _public(statement: Statement) -> bool:
    entries = statement.principals
    if entries is None:
        return False
    everyone = statement.not_principal or any(e.type is PrincipalType.AWS and e.value.text == "*" for e in entries)
    return everyone and not any(map(_fixes, statement.conditions))


def _fixes(condition: Condition) -> bool:
    operator, key = condition.operator, condition.key.lower()
    if key not in _FIXING or operator.if_exists or operator.base.negative or operator.base is Base.NULL:
        return False
    if operator.quantifier is not None and operator.quantifier.value == "ForAllValues":
        return False
    if operator.base.family is Family.IP:
        return all(map(_narrow, (v.text for v in condition.values)))
    if key == "s3:dataaccesspointarn":
        return all("${" not in v.text and _wild_in_name_alone(v.text) for v in condition.values)
    wild = operator.base not in {Base.STRING_EQUALS, Base.STRING_EQUALS_IGNORE_CASE}
    return not any("${" in v.text or (wild and ("*" in v.text or "?" in v.text)) for v in condition.values)


def _wild_in_name_alone(arn: str) -> bool:
    parts = arn.split(":", _ARN_PARTS - 1)
    return len(parts) == _ARN_PARTS and not any("*" in p or "?" in p for p in parts[:-1])


def _narrow(text: str) -> bool:
    network = read_network(text)
    if network is None:
        return False
    width, widest = (32, _WIDEST_V4) if network.version == 4 else (128, _WIDEST_V6)  # noqa: PLR2004 - the IP versions are their own names
    return network.mask >= (1 << width) - (1 << (width - widest))
