"""What several rules ask of a statement: how it is narrowed, what it reaches, whom it names."""

import re
from collections.abc import Iterable, Iterator

from watchword.decision.analysis.catalogue import Action, takes
from watchword.decision.analysis.patterns import covers, matches
from watchword.decision.language import (
    Base,
    Condition,
    Effect,
    Family,
    PolicyDocument,
    PrincipalEntry,
    PrincipalType,
    Quantifier,
    Statement,
    Value,
    Version,
)
from watchword.decision.language.scalars import read_boolean

_ARN_PARTS = 6
_ARN_KEYS = frozenset({"aws:principalarn", "aws:sourcearn"})
# Patterns that every value matches, or every ARN.
_ANYTHING = re.compile(r"\*+|arn(?::\*+){5}")
_WILD = frozenset("*?")
# Looking for the nearest of some hundred names takes milliseconds: so many of them in one document, and no more.
MOST_SUGGESTIONS = 100
_EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})

# Keys by which a resource policy that names everyone is narrowed to somebody, or to somewhere, after all: values that a
# caller cannot choose. After "The meaning of public" (Amazon S3 User Guide, Block Public Access) and the guide's keys.
NARROWING_KEYS = frozenset(
    {
        "aws:principalarn",
        "aws:principalaccount",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:userid",
        "aws:username",
        "aws:sourcearn",
        "aws:sourceaccount",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourceip",
        "aws:vpcsourceip",
        "aws:sourcevpc",
        "aws:sourcevpcarn",
        "aws:sourcevpce",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
        "kms:calleraccount",
        "s3:dataaccesspointarn",
        "s3:dataaccesspointaccount",
        "elasticfilesystem:accessedviamounttarget",
        "watchword:groups",
        "watchword:authassurance",
    }
)
# Keys that say on whose behalf a service calls (IAM User Guide, "The confused deputy problem").
SOURCE_KEYS = frozenset({"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"})


def demands(condition: Condition) -> bool:
    """Whether the condition can only hold where its key is present and one of its values matches."""
    operator = condition.operator
    return (
        not operator.if_exists
        and not operator.base.negative
        and operator.base is not Base.NULL
        and operator.quantifier is not Quantifier.ALL
    )


def present(statement: Statement) -> frozenset[str]:
    """The keys, in lower case, that must be in the request for the statement to match."""
    keys = {c.key.lower() for c in statement.conditions if demands(c)}
    for condition in statement.conditions:
        if condition.operator.base is Base.NULL and all(read_boolean(v.text) is False for v in condition.values):
            keys.add(condition.key.lower())
    return frozenset(keys)


def restricts(condition: Condition) -> bool:
    """Whether the condition demands one of some values, rather than any: `StringLike "*"` only asks for presence, and a
    principal or source of any account is everyone's."""
    family = condition.operator.base.family
    if family is Family.IP and any(v.text in _EVERYWHERE for v in condition.values):
        return False
    if condition.key.lower() in _ARN_KEYS and any(_any_account(v.text) for v in condition.values):
        return False
    wild = condition.operator.base in {Base.STRING_LIKE, Base.ARN_EQUALS, Base.ARN_LIKE}
    return demands(condition) and not (wild and any(_ANYTHING.fullmatch(v.text) for v in condition.values))


def _any_account(pattern: str) -> bool:
    """Whether an ARN's pattern leaves the account open, so that anybody can make what it matches."""
    parts = pattern.split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS:
        return pattern.endswith("*")
    return bool(parts[4]) and set(parts[4]) <= _WILD


def narrowed_by(statement: Statement, keys: frozenset[str]) -> bool:
    """Whether a condition demands a value of one of the keys; a key with an open end stands with its `/` or `:`."""
    return any(restricts(c) and _among(c.key.lower(), keys) for c in statement.conditions)


def _among(key: str, keys: frozenset[str]) -> bool:
    return key in keys or any(k.endswith(("/", ":")) and key.startswith(k) for k in keys)


def names_everyone(statement: Statement) -> Iterator[PrincipalEntry]:
    """The entries of `Principal` that are everyone."""
    if statement.principals and not statement.not_principal:
        for entry in statement.principals:
            if entry.type is PrincipalType.AWS and entry.value.text == "*":
                yield entry


def is_any(resource: str) -> bool:
    """Whether a resource is every one of a service, or of all: `*`, `arn:aws:s3:::*`, `arn:aws:sqs:*:*:*`."""
    parts = resource.split(":", _ARN_PARTS - 1)
    if set(resource) <= _WILD:
        return True
    return len(parts) == _ARN_PARTS and bool(parts[-1]) and set(parts[-1]) <= _WILD | {"/", ":"}


def is_all_of_a_type(resource: str, action: Action) -> bool:
    """Whether a resource is every one of a type that the action takes, if only in one account and region:
    `arn:aws:iam::444455556666:role/*` for iam:PassRole."""
    if is_any(resource):
        return True
    parts = resource.split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS:
        return False
    names = (p.split(":", _ARN_PARTS - 1)[-1] for p in action.resource_patterns())
    return any(covers(parts[-1], name) for name in names)


def any_resource(statement: Statement) -> Value | None:
    """The resource by which a statement reaches any, or None."""
    if statement.not_resource:
        return None
    return next((r for r in statement.resources if is_any(r.text)), None)


def action_matches(pattern: str, name: str) -> bool:
    return matches(pattern.lower(), name.lower())


def acts(statement: Statement, name: str) -> bool:
    """Whether a statement's Action or NotAction reaches an action."""
    return any(action_matches(a.text, name) for a in statement.actions) is not statement.not_action


def with_variables(document: PolicyDocument) -> bool:
    return document.version is Version.V2012


def reaches(statement: Statement, action: Action, *, variables: bool) -> bool:
    """Whether some resource of the statement may be one that the action takes; False is certain."""
    if statement.not_resource or not statement.resources:
        return True
    return any(takes(action, r.text, variables=variables) for r in statement.resources)


def denied(action: str, resource: str, denies: Iterable[Statement], *, variables: bool) -> bool:
    """Whether a Deny without conditions and without principals takes the action on all that the resource stands for."""
    return any(
        s.effect is Effect.DENY
        and not s.conditions
        and acts(s, action)
        and not s.not_resource
        and any(covers(d.text, resource, arn=True, variables=variables) for d in s.resources)
        for s in denies
    )


def service_of(pattern: str) -> str:
    """The service of an action pattern in lower case; empty for `*`."""
    prefix, colon, _ = pattern.partition(":")
    return prefix.lower() if colon else ""


def quoted(texts: Iterable[str], *, most: int = 3) -> str:
    """Some names for a message: `"a", "b" and 4 more`."""
    listed = list(texts)
    shown = ", ".join(f'"{t}"' for t in listed[:most])
    return shown + (f" and {len(listed) - most} more" if len(listed) > most else "")
