"""The executable specification: the guide's prose in code, slow on purpose, the oracle of the fast evaluator.

Read this to know what a policy means. It compiles nothing, remembers nothing, indexes nothing, and takes each statement
as its author wrote it. It shares with the fast evaluator the values that go in and come out, and no code that decides:
patterns, variables, numbers, dates, addresses and principals are all read again here, each in the most literal way;
all but which bucket policies are public (`publicity`), where the guide is a list and the code is too.

`decide` and `decide_literally` must agree on `result`, `blocking_layer` and the set of `determining` statements, for
every request and all policies that the language accepts. `missing_keys` is the fast one's business; here it is empty.
"""

# ruff: noqa: PLR2004 - five colons make six parts, hours end at 23: numbers stand where the guide has them

import base64
import binascii
import ipaddress
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

from watchword.decision.engine.model import ContextValue, Decision, Layer, Request, Result, StatementRef
from watchword.decision.engine.policies import Policies
from watchword.decision.engine.publicity import is_public
from watchword.decision.language import (
    Condition,
    Effect,
    PolicyDocument,
    PolicyKind,
    PrincipalEntry,
    Statement,
    Version,
)

_Context = Mapping[str, ContextValue]
_Pattern = list[tuple[str, bool]]
"""Characters; the flag says whether one is a wildcard."""


def decide_literally(request: Request, policies: Policies) -> Decision:
    """Decide one request by the letter of the guide."""

    def answer(result: Result, statements: Sequence[StatementRef], layer: Layer | None) -> Decision:
        return Decision(
            result=result,
            determining=tuple(statements),
            blocking_layer=layer,
            missing_keys=(),
            revision=policies.revision,
        )

    # "No permissions are required to perform this operation", and a policy that denies it does not.
    if request.action.lower() == "sts:getcalleridentity":
        always = StatementRef(policy="sts:GetCallerIdentity", layer=Layer.IDENTITY, index=0, sid="AlwaysAllowed")
        return answer(Result.ALLOWED, [always], None)

    # "By default, all requests are implicitly denied. An explicit deny in any policy overrides any allows."
    denied: list[StatementRef] = []
    for layer, document in _documents(policies):
        if layer is Layer.GUARDRAIL and not _scps_apply(request):
            continue
        if layer is Layer.RESOURCE_GUARDRAIL and _is_service_linked(request):
            continue
        # "The kms:RetireGrant permission is not effective in an RCP".
        if layer is Layer.RESOURCE_GUARDRAIL and request.action.lower() == "kms:retiregrant":
            continue
        # "The root principal in a bucket owner's account can perform the GetBucketPolicy, PutBucketPolicy, and
        # DeleteBucketPolicy API actions, even if their bucket policy explicitly denies the root principal's access."
        if (
            layer is Layer.RESOURCE
            and request.action.lower() in {"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"}
            and _names(request)["root"]
            and request.account == request.resource_account
        ):
            continue
        denied += _matching(document, layer, Effect.DENY, request, policies)
    if denied:
        return answer(Result.EXPLICITLY_DENIED, denied, denied[0].layer)

    # Something must grant.
    granted, withheld = _grant(request, policies)
    if withheld is not None:
        return answer(Result.IMPLICITLY_DENIED, [], withheld)

    # "An Allow is required at every level between the root and the account."
    if _scps_apply(request):
        for level in policies.scp:
            if not any(_matching(d, Layer.GUARDRAIL, Effect.ALLOW, request, policies) for d in level):
                return answer(Result.IMPLICITLY_DENIED, [], Layer.GUARDRAIL)
    # An endpoint's policy is one more intersection.
    endpoint = _listed(policies.endpoint)
    if endpoint is not None and not any(
        _matching(d, Layer.ENDPOINT, Effect.ALLOW, request, policies) for d in endpoint
    ):
        return answer(Result.IMPLICITLY_DENIED, [], Layer.ENDPOINT)
    return answer(Result.ALLOWED, granted, None)


def _documents(policies: Policies) -> list[tuple[Layer, PolicyDocument]]:
    found: list[tuple[Layer, PolicyDocument]] = []
    found += [(Layer.RESOURCE_GUARDRAIL, d) for level in policies.rcp for d in level]
    found += [(Layer.GUARDRAIL, d) for level in policies.scp for d in level]
    found += [(Layer.RESOURCE, policies.resource)] if policies.resource else []
    found += [(Layer.IDENTITY, d) for d in policies.identity]
    found += [(Layer.BOUNDARY, d) for d in _listed(policies.boundary) or []]
    found += [(Layer.SESSION, d) for d in policies.session or ()]
    found += [(Layer.ENDPOINT, d) for d in _listed(policies.endpoint) or []]
    return found


def _listed(documents: PolicyDocument | Sequence[PolicyDocument] | None) -> Sequence[PolicyDocument] | None:
    return [documents] if isinstance(documents, PolicyDocument) else documents


def _grant(request: Request, policies: Policies) -> tuple[list[StatementRef], Layer | None]:
    identity = [r for d in policies.identity for r in _matching(d, Layer.IDENTITY, Effect.ALLOW, request, policies)]
    account_root = _names(request)["root"]
    if account_root:
        identity.append(StatementRef(policy="account-root", layer=Layer.IDENTITY, index=0, sid="FullAccess"))

    # Whom the matching statements of the resource policy name: the caller itself, its role, or its account.
    itself: list[StatementRef] = []
    role: list[StatementRef] = []
    account: list[StatementRef] = []
    if policies.resource is not None:
        for statement in policies.resource.statements:
            if statement.effect is not Effect.ALLOW:
                continue
            if not _applies(policies.resource, statement, Layer.RESOURCE, request, policies):
                continue
            ref = _ref(policies.resource, statement, Layer.RESOURCE)
            how = _how_named(statement, request, policies)
            if "itself" in how:
                itself.append(ref)
            elif "role" in how:
                role.append(ref)
            else:
                account.append(ref)

    # RestrictPublicBuckets: "only AWS service principals and authorized users within the bucket owner's account".
    if policies.public_access_blocked and policies.resource is not None and is_public(policies.resource):
        at_home = request.principal.arn is not None and request.account == request.resource_account
        if not at_home and not request.service:
            return [], Layer.RESOURCE

    # "Anonymous": there is nothing but the resource policy.
    if request.principal.arn is None:
        return (itself, None) if itself else ([], Layer.RESOURCE)

    boundary = _listed(policies.boundary)
    boundary_allows = boundary is None or any(
        _matching(d, Layer.BOUNDARY, Effect.ALLOW, request, policies) for d in boundary
    )
    if policies.session is None:
        # "If you do not pass a session policy, the federated user session has no permissions."
        session_allows = not _names(request)["federated"]
    else:
        session_allows = any(_matching(d, Layer.SESSION, Effect.ALLOW, request, policies) for d in policies.session)
    limit: Layer | None = None
    if not boundary_allows:
        limit = Layer.BOUNDARY
    elif not session_allows:
        limit = Layer.SESSION

    if request.account != request.resource_account:
        # Across accounts, both the caller's account and the resource's must allow.
        if not identity:
            return [], Layer.IDENTITY
        if limit is not None:
            return [], limit
        named = account + role + itself
        return (identity + named, None) if named else ([], Layer.RESOURCE)

    # "Every KMS key must have exactly one key policy"; what KMS does with no key, or to an alias, asks none.
    on_a_key = (
        request.action.lower().startswith("kms:")
        and request.resource != "*"
        and not (
            request.resource.split(":", 5)[-1].startswith("alias/")
            and request.action.lower() in {"kms:createalias", "kms:updatealias", "kms:deletealias"}
        )
    )
    # A user in the account may assume a role "as long as the role's trust policy trusts the account" (AWS STS,
    # AssumeRole), and every role has one, whether or not it was shown to us.
    on_a_role = request.action.lower().startswith("sts:") and request.resource.split(":", 5)[-1].startswith("role/")
    trust_needed = (
        on_a_key or on_a_role or (policies.resource is not None and policies.resource.kind is PolicyKind.TRUST)
    )
    if trust_needed and not (itself or role or account):
        return [], Layer.RESOURCE
    granted: list[StatementRef] = list(itself)
    if limit is None:
        granted += role
        granted += identity
        if trust_needed and identity:
            granted += account
    if granted:
        return granted, None
    return [], limit if limit is not None and (role or identity) else Layer.IDENTITY


# Statements


def _ref(document: PolicyDocument, statement: Statement, layer: Layer) -> StatementRef:
    return StatementRef(
        policy=document.name, layer=layer, index=statement.index, sid=statement.sid, line=statement.line
    )


def _matching(
    document: PolicyDocument, layer: Layer, effect: Effect, request: Request, policies: Policies
) -> list[StatementRef]:
    return [
        _ref(document, s, layer)
        for s in document.statements
        if s.effect is effect and _applies(document, s, layer, request, policies)
    ]


def _applies(
    document: PolicyDocument, statement: Statement, layer: Layer, request: Request, policies: Policies
) -> bool:
    if not _action_matches(statement, request.action):
        return False
    if document.kind is not PolicyKind.TRUST and not _resource_matches(document, statement, request):
        return False
    if layer in {Layer.RESOURCE, Layer.RESOURCE_GUARDRAIL, Layer.ENDPOINT} and not _how_named(
        statement, request, policies
    ):
        return False
    # "All conditions must be met": operators AND keys.
    return all(_condition_holds(c, document.version, statement.effect, request.context) for c in statement.conditions)


def _action_matches(statement: Statement, action: str) -> bool:
    listed = any(_matches(_characters(a.text.lower()), action.lower()) for a in statement.actions)
    return not listed if statement.not_action else listed


def _resource_matches(document: PolicyDocument, statement: Statement, request: Request) -> bool:
    listed = False
    unresolved = False
    for value in statement.resources:
        text = value.text
        if text != "*" and not text.endswith("*"):
            while text.count(":") < 5:
                text += ":*"
        pattern = _expand(text, document.version, request.context)
        if pattern is None:
            unresolved = True  # "will not match any resource"
        elif _matches(pattern, request.resource, bound=_bound_to_segment(pattern)):
            listed = True
    if not statement.not_resource:
        return listed
    if listed:
        return False
    return not (unresolved and statement.effect is Effect.ALLOW)


# Patterns


def _characters(text: str) -> _Pattern:
    return [(c, c in "*?") for c in text]


def _bound_to_segment(pattern: _Pattern) -> list[bool]:
    """Which wildcards stay within their segment: those of the first five, but for a * that ends its segment."""
    bound: list[bool] = []
    colons = 0
    for index, (character, wild) in enumerate(pattern):
        ends = index + 1 == len(pattern) or pattern[index + 1] == (":", False)
        bound.append(wild and colons < 5 and not (character == "*" and ends))
        if character == ":" and not wild:
            colons += 1
    return bound


def _matches(pattern: _Pattern, text: str, bound: list[bool] | None = None) -> bool:
    """Which prefixes of the text are matched by the pattern so far: the textbook's table, row by row."""
    reachable = [True] + [False] * len(text)
    for index, (character, wild) in enumerate(pattern):
        stays = bound is not None and bound[index]
        following = [False] * (len(text) + 1)
        if wild and character == "*":
            following[0] = reachable[0]
            for at, c in enumerate(text):
                following[at + 1] = reachable[at + 1] or (following[at] and not (stays and c == ":"))
        else:
            for at, c in enumerate(text):
                one = (not (stays and c == ":")) if wild else c == character
                following[at + 1] = reachable[at] and one
        reachable = following
    return reachable[-1]


def _expand(text: str, version: Version, context: _Context) -> _Pattern | None:
    """Put values in place of variables, as literal characters; None where one has no value."""
    if version is Version.V2008:
        return _characters(text)
    pattern: _Pattern = []
    at = 0
    while at < len(text):
        found = re.compile(r"\$\{([^',${}]+?)(?:, '([^']*)')?\}").match(text, at)
        escaped = text[at : at + 4]
        if escaped in {"${*}", "${?}", "${$}"}:
            pattern.append((escaped[2], False))
            at += 4
        elif found and not found[1][0].isspace():
            value = context.get(found[1].rstrip().lower(), found[2])
            if not isinstance(value, str):
                return None
            pattern += [(c, False) for c in value]
            at = found.end()
        else:
            pattern.append((text[at], text[at] in "*?"))
            at += 1
    return pattern


def _literal_text(pattern: _Pattern) -> str:
    return "".join(c for c, _ in pattern)


# Principals


def _names(request: Request) -> dict[str, str]:
    """The names that a caller goes by; an empty one is none."""
    arn = request.principal.arn
    names = {"arn": "", "partition": "", "account": request.account, "role": "", "root": "", "federated": ""}
    if arn is None:
        return names
    names["arn"] = str(arn)
    names["partition"] = arn.partition
    if arn.service == "sts" and arn.resource.startswith("assumed-role/"):
        names["role"] = arn.resource.split("/")[1]
    if arn.service == "sts" and arn.resource.startswith("federated-user/"):
        names["federated"] = str(arn)
    if arn.service == "iam" and arn.resource == "root" and request.account:
        names["root"] = str(arn)
    return names


def _how_named(statement: Statement, request: Request, policies: Policies) -> set[str]:
    """By which of its names a statement reaches the caller: itself, role, account. Empty: not at all."""
    if statement.principals is None:
        return set()
    ways: set[str] = set()
    for entry in statement.principals:
        ways |= _ways(entry, request)
    if not statement.not_principal:
        return ways
    if statement.effect is Effect.ALLOW:
        return set() if ways else {"itself"}
    # Deny with NotPrincipal spares only whom it lists under all names, and no one who has a permission boundary.
    names = _names(request)
    everyone = any(e.type.value == "AWS" and e.value.text == "*" for e in statement.principals)
    needed: set[str] = set()
    if not names["root"]:
        needed.add("role" if _is_role(request) else "itself")
    if names["role"]:
        needed.add("role")
    if names["account"]:
        needed.add("account")
    spared = policies.boundary is None and (everyone or needed <= ways)
    return set() if spared else {"itself"}


def _is_role(request: Request) -> bool:
    arn = request.principal.arn
    return arn is not None and arn.service == "iam" and arn.resource.startswith("role/")


def _ways(entry: PrincipalEntry, request: Request) -> set[str]:
    names = _names(request)
    context = request.context
    text = entry.value.text
    if entry.type.value == "Service":
        if request.principal.arn is not None:
            return set()
        listed = context.get("aws:principalservicenameslist")
        asks = {request.service, context.get("aws:principalservicename")}
        is_it = text in asks or (isinstance(listed, tuple) and text in listed)
        return {"itself"} if is_it else set()
    if entry.type.value == "Federated":
        return {"itself"} if context.get("aws:federatedprovider") == text else set()
    if entry.type.value == "CanonicalUser":
        return set()
    if text == "*":
        return {"itself"}
    if not names["arn"]:
        return set()
    if re.fullmatch(r"[0-9]{12}", text):
        return {"account"} if text == names["account"] else set()
    if not text.startswith("arn:") or text.count(":") < 5:
        return set()
    partition, account, resource = text.split(":")[1], text.split(":")[4], text.split(":", 5)[5]
    same_account = partition == names["partition"] and account == names["account"]
    if resource == "root":
        return {"account"} if same_account else set()
    if text == names["arn"]:
        return {"role"} if _is_role(request) else {"itself"}
    if request.session_issuer:
        return {"role"} if text == request.session_issuer else set()
    if names["role"] and same_account and resource.startswith("role/") and resource.split("/")[-1] == names["role"]:
        return {"role"}
    return set()


def _scps_apply(request: Request) -> bool:
    """SCPs: principals of the organisation's accounts; not service-linked roles, services or outsiders."""
    if request.account == "" and request.resource_account == "" and request.service == "":
        return True  # Watchword's own: over everyone
    if request.principal.arn is None or request.account == "":
        return False
    return not _is_service_linked(request)


def _is_service_linked(request: Request) -> bool:
    arn = request.principal.arn
    if request.session_issuer != "":
        return request.session_issuer.split(":", 5)[-1].startswith("role/aws-service-role/")
    if arn is None or arn.account == "":
        return False
    return arn.resource.startswith(("role/aws-service-role/", "assumed-role/AWSServiceRoleFor"))


# Conditions

_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


def _condition_holds(condition: Condition, version: Version, effect: Effect, context: _Context) -> bool:
    name = condition.operator.base.value
    present = context.get(condition.key.lower())
    quantifier = condition.operator.quantifier.value if condition.operator.quantifier else ""

    if name == "Null":
        nothing = (
            present is None
            or present == ""
            or all(v == "" for v in ([present] if isinstance(present, str) else present))
        )
        return any((v.text.lower() == "true") == nothing for v in condition.values)

    if quantifier:
        values = [] if present is None else [present] if isinstance(present, str) else list(present)
        if present is None and quantifier == "ForAnyValue" and condition.operator.if_exists:
            return effect is Effect.DENY  # contested: see the reference
        if all(v == "" for v in values):
            return quantifier == "ForAllValues"
        each = [_value_holds(condition, v, version, effect, context) for v in values]
        return all(each) if quantifier == "ForAllValues" else any(each)

    if present is None:
        return condition.operator.if_exists or name in _NEGATED
    if not isinstance(present, str):
        return name in _NEGATED and effect is Effect.DENY  # contested: see the reference
    return _value_holds(condition, present, version, effect, context)


def _value_holds(condition: Condition, present: str, version: Version, effect: Effect, context: _Context) -> bool:
    """One value of the request before all values of the condition."""
    name = condition.operator.base.value
    positive = _NEGATED.get(name, name)
    outcomes = [_compare(positive, v.text, present, version, context) for v in condition.values]
    if name not in _NEGATED:
        return any(o is True for o in outcomes)
    if any(o is None for o in outcomes):
        return effect is Effect.DENY  # not a value of the operator's type; contested: see the reference
    return not any(outcomes)


def _compare(name: str, wanted: str, present: str, version: Version, context: _Context) -> bool | None:
    """Whether they are equal (or less, …); None where the request's value is not of the operator's type."""
    if name.startswith(("String", "Arn")):
        pattern = _expand(wanted, version, context)
        if name.startswith("Arn"):
            if present.count(":") < 5:
                return None
            return pattern is not None and _arn_matches(pattern, present)
        if pattern is None:
            return False
        if name == "StringLike":
            return _matches(pattern, present)
        if name == "StringEquals":
            return _literal_text(pattern) == present
        return _literal_text(pattern).lower() == present.lower()
    if name.startswith(("Numeric", "Date")):
        read = _number if name.startswith("Numeric") else _instant
        left, right = read(present), read(wanted)
        if left is None or right is None:
            return None
        return {
            "Equals": left == right,
            "LessThan": left < right,
            "LessThanEquals": left <= right,
            "GreaterThan": left > right,
            "GreaterThanEquals": left >= right,
        }[name.removeprefix("Numeric").removeprefix("Date")]
    if name == "Bool":
        return present.lower() == wanted.lower() if present.lower() in {"true", "false"} else None
    if name == "BinaryEquals":
        try:
            return base64.b64decode(present, validate=True) == base64.b64decode(wanted, validate=True)
        except (binascii.Error, ValueError):
            return None
    return _ip_within(present, wanted)


def _arn_matches(pattern: _Pattern, present: str) -> bool:
    """Six parts, each compared separately."""
    parts: list[_Pattern] = [[]]
    for character in pattern:
        if character == (":", False) and len(parts) < 6:
            parts.append([])
        else:
            parts[-1].append(character)
    found = present.split(":", 5)
    return len(parts) == 6 and all(_matches(p, f) for p, f in zip(parts, found, strict=True))


def _number(text: str) -> Fraction | None:
    return Fraction(text) if len(text) <= 64 and re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text) else None


def _instant(text: str) -> Fraction | None:
    number = _number(text)
    if number is not None:
        return number
    form = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    clock = r"([Tt]([0-9]{2}):([0-9]{2})(:([0-9]{2})(\.([0-9]{1,32}))?)?([Zz]|([+-])([0-9]{2}):?([0-9]{2})))?"
    found = re.fullmatch(form + clock, text)
    if found is None or len(text) > 64:
        return None
    hours, minutes = int(found[13] or 0), int(found[14] or 0)
    if hours > 23 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if found[12] == "-" else 1)
    try:
        moment = datetime(
            int(found[1]),
            int(found[2]),
            int(found[3]),
            int(found[5] or 0),
            int(found[6] or 0),
            int(found[8] or 0),
            tzinfo=timezone(offset),
        )
    except ValueError:
        return None
    seconds = Fraction((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1))
    return seconds + Fraction(f"0.{found[10] or 0}")


def _ip_within(present: str, wanted: str) -> bool | None:
    try:
        address = ipaddress.ip_address(present)
    except ValueError:
        return None
    if "%" in present:
        return None
    network = ipaddress.ip_network(wanted, strict=False)
    # An IPv4-mapped address is the IPv4 address (contested: see the reference).
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if isinstance(network, ipaddress.IPv6Network) and network.network_address.ipv4_mapped and network.prefixlen >= 96:
        network = ipaddress.ip_network(f"{network.network_address.ipv4_mapped}/{network.prefixlen - 96}")
    return address.version == network.version and address in network
