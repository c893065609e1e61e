"""Policy documents as checks read them: statement by statement, three-valued, in IAM's meaning.

    for statement in which(grants(bucket["policy"]), lambda s: s.for_anyone() and not s.narrowed()): …
    flaw = seen(f"policy.{statement.path}", statement.principal)

- `grants` yields the Allow statements alone: a wildcard in a Deny is no finding. A statement of which the effect is not
  known is yielded, and raises when it is asked.
- A document that is not known raises; one of which a part is not known raises only where the answer hangs on that part.
  `"${aws_s3_bucket.logs.arn}/*"` is not known, and is surely not `"*"`.
- `document_of` hands a document that is known as a whole to `watchword.decision`, which refuses what AWS would refuse.
  `taken_back` asks its engine whether a Deny of the same document takes away what an Allow gives.
- Action patterns match without case, `*` and `?` as wildcards.

Sources: AWS IAM User Guide, "IAM JSON policy elements reference"; Amazon S3 User Guide, "The meaning of public", for
what narrows a grant to anyone.
"""

import ipaddress
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from watchword.decision.language import (
    Base,
    Family,
    PolicyDocument,
    PolicyError,
    PolicyKind,
    Quantifier,
    parse_policy,
    read_operator,
)
from watchword.evidence.posture.estate import Estate
from watchword.inventory import (
    Absent,
    Asset,
    Block,
    Known,
    Place,
    Reason,
    ReasonKind,
    Unknown,
    UnknownValueError,
    Value,
    either,
    some,
)
from watchword.kernel.principals import person

# Condition keys that say who asks, or from where, so that fixed values of them keep strangers out: AWS's list for
# buckets ("The meaning of public"), and the keys that policies of KMS, of roles and of services are narrowed by.
NARROWING_KEYS: Final = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "aws:vpcsourceip",
        "elasticfilesystem:accessedviamounttarget",
        "sts:externalid",
        "lambda:functionurlauthtype",
    }
)
# The widest networks that are not most of the Internet; the engine's `publicity` has the same bounds.
_WIDEST: Final = {4: 8, 6: 32}
_EVERY_ACTION: Final = ("*", "*:*")
_EXACT: Final = frozenset({Base.STRING_EQUALS, Base.STRING_EQUALS_IGNORE_CASE})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PolicyStatement:
    """One statement. `path` is where it stands in the document. Members may be unknown; methods then raise."""

    index: int
    tree: Value

    @property
    def path(self) -> str:
        return f"Statement[{self.index}]"

    @property
    def actions(self) -> Value:
        return self.tree["Action"]

    @property
    def not_actions(self) -> Value:
        return self.tree["NotAction"]

    @property
    def resources(self) -> Value:
        return self.tree["Resource"]

    @property
    def not_resources(self) -> Value:
        return self.tree["NotResource"]

    @property
    def principal(self) -> Value:
        return self.tree["Principal"]

    @property
    def conditions(self) -> Value:
        return self.tree["Condition"]

    def allows(self) -> bool:
        return self.tree["Effect"] == "Allow"

    def grants_action(self, action: str) -> bool:
        """Whether the statement speaks about `action` (`iam:PassRole`), by Action or NotAction."""
        return either(
            lambda: some(self.actions.each(), lambda pattern: _matches(pattern, action)),
            lambda: (
                not self.not_actions.is_absent
                and not some(self.not_actions.each(), lambda pattern: _matches(pattern, action))
            ),
        )

    def names_every_action(self) -> bool:
        """Whether an Action is `*`, or what means the same."""
        return some(self.actions.each(), lambda pattern: some(_EVERY_ACTION, lambda all_: pattern == all_))

    def on_everything(self) -> bool:
        """Whether a Resource is `*`, or all but some (NotResource)."""
        return either(
            lambda: some(self.resources.each(), lambda pattern: pattern == "*"),
            lambda: not self.not_resources.is_absent,
        )

    def principals(self) -> Iterator[tuple[str, Value]]:
        """Yield types and values: `("AWS", "*")` also where the element is `"*"` itself."""
        principal = self.principal
        if isinstance(principal, Block):
            for kind, values in principal.items():
                for value in values.each():
                    yield kind, value
        else:
            for value in principal.each():
                yield "AWS", value

    def for_anyone(self) -> bool:
        """Whether it speaks to everybody: `*`, or all but some (NotPrincipal). Conditions are not looked at."""
        return either(
            lambda: some(self.principals(), lambda entry: entry[0] == "AWS" and entry[1] == "*"),
            lambda: not self.tree["NotPrincipal"].is_absent,
        )

    def unconditional(self) -> bool:
        return not some(self.conditions.items(), lambda item: bool(item[1]))

    def narrowed(self, *, keys: frozenset[str] = NARROWING_KEYS) -> bool:
        """Whether a condition keeps strangers out: fixed values for a key that says who asks, or from where."""
        return some(self._conditions(), lambda condition: _narrows(*condition, keys=keys))

    def _conditions(self) -> Iterator[tuple[Value, str, str, Value]]:
        for operator, tests in self.conditions.items():
            for key, values in tests.items():
                yield tests, operator, key, values


# Documents of a large estate. Each is kept beside its statements, so that its id() stays its own.
_MOST_KEPT: Final = 4096
_TAKEN_APART: Final[dict[int, tuple[Value, tuple[PolicyStatement, ...]]]] = {}


def statements(document: Value) -> Iterator[PolicyStatement]:
    """Yield every statement. Nothing of `Absent`; of what is not known, one that raises whatever it is asked."""
    return iter(_taken_apart(document))


def _taken_apart(document: Value) -> tuple[PolicyStatement, ...]:
    """A document's statements, once: a dozen checks ask about each."""
    found = _TAKEN_APART.get(id(document))
    if found is not None and found[0] is document:
        return found[1]
    if isinstance(document, Absent):
        return ()
    made = tuple(PolicyStatement(index=index, tree=tree) for index, tree in enumerate(document["Statement"].each()))
    if len(_TAKEN_APART) >= _MOST_KEPT:
        _TAKEN_APART.clear()
    _TAKEN_APART[id(document)] = (document, made)
    return made


def grants(document: Value) -> Iterator[PolicyStatement]:
    """Yield the statements that allow, or may."""
    for statement in statements(document):
        if not statement.tree["Effect"].is_unknown and not statement.allows():
            continue
        yield statement


def documents(asset: Asset) -> tuple[tuple[str, Value], ...]:
    """Return the identity policies that an asset holds, with their paths."""
    if asset.kind == "iam_policy":
        document = asset["document"]
        return () if isinstance(document, Absent) else (("document", document),)
    return tuple((f"policies[{index}]", document) for index, document in enumerate(asset["policies"].each()))


def is_judged_elsewhere(document: Value, estate: Estate) -> bool:
    """Whether a document of its own is used by an identity's policy, or is no identity's: it names principals."""
    if document.place in estate.fact(_used_places):
        return True
    return not all(s.principal.is_absent and s.tree["NotPrincipal"].is_absent for s in statements(document))


def _used_places(estate: Estate) -> frozenset[Place]:
    return frozenset(policy["document"].place for policy in estate.of("iam_policy"))


def document_of(document: Value, kind: PolicyKind) -> PolicyDocument:
    """Read a document that is known as a whole. Raises `UnknownValueError` where it is not, or AWS would refuse it."""
    text = json.dumps(document.plain(), sort_keys=True)
    try:
        return _parse(text, kind)
    except PolicyError as error:
        reason = Reason(ReasonKind.INVALID, f"not a policy: {error.message}", document.place)
        raise UnknownValueError((reason,), document.place) from error


def taken_back(document: Value, probes: Iterable[tuple[str, str]]) -> bool:
    """Whether every probe (action, resource) is refused by the document itself, whatever one of its statements allows.

    Asked of the engine, so that a Deny counts for what it says. Where a condition would decide, the probe counts as
    allowed: it is asked without a context, and a Deny that wants one does not apply.
    """
    # Imported where it is asked: the engine takes as long to load as fifty files to scan, and few documents need it.
    from watchword.decision.engine import Policies, Request, Result, decide

    parsed = document_of(document, PolicyKind.IDENTITY)
    policies = Policies(identity=(parsed,), resource=parse_policy(_LEAVE, name="leave", kind=PolicyKind.RESOURCE))

    def allowed(action: str, resource: str) -> bool:
        request = Request(
            principal=_PROBE,
            action=action,
            resource=resource,
            context={},
            account=_PROBED_ACCOUNT,
            resource_account=_PROBED_ACCOUNT,
        )
        return decide(request, policies).result is Result.ALLOWED

    return not any(allowed(action, resource) for action, resource in probes)


_PROBE: Final = person("probe@posture.invalid")
_PROBED_ACCOUNT: Final = "111122223333"
# Keys and roles ask their own policy too; without one that leaves it to the account no probe of them would get through.
_LEAVE: Final = (
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["kms:*", "sts:*"], "Resource": "*", '
    '"Principal": {"AWS": "111122223333"}}}'
)


@lru_cache(maxsize=4096)  # policies repeat: one per instance of a module. Some kilobytes each
def _parse(text: str, kind: PolicyKind) -> PolicyDocument:
    return parse_policy(text, name="policy", kind=kind)


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE | re.DOTALL)


def _matches(pattern: Value, action: str) -> bool:
    return _pattern(pattern.text()).fullmatch(action) is not None


def _narrows(tests: Value, operator_name: str, key: str, values: Value, *, keys: frozenset[str]) -> bool:
    if isinstance(tests, Unknown):
        raise UnknownValueError(tests.reasons, tests.place)
    operator = read_operator(operator_name)
    if operator is None or key.lower() not in keys:
        if isinstance(values, Unknown) and key not in tests:
            raise UnknownValueError(values.reasons, values.place)
        return False
    if operator.if_exists or operator.base.negative or operator.base is Base.NULL:
        return False
    if operator.quantifier is Quantifier.ALL:
        return False  # true where the key is absent
    asked = False
    for value in values.each():
        asked = True
        # A value that is not known may be anything; one that is made of another thing's attribute is that thing's.
        if isinstance(value, Unknown) and value.references:
            continue
        if not _is_fixed(value, operator.base):
            return False
    return asked


def _is_fixed(value: Value, base: Base) -> bool:
    text = value.text()
    if base.family is Family.IP:
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            return False
        return network.prefixlen >= _WIDEST[network.version]
    if "${" in text:
        return False
    if base in _EXACT or not isinstance(value, Known):
        return True
    # A wildcard after the account or organisation is said keeps strangers out: arn:aws:iam::111122223333:role/*
    return not text.startswith(("*", "?", "arn:*", "arn:aws:*")) and not re.fullmatch(
        r"arn:[^:]*:[^:]*:[^:]*:\*.*", text
    )
