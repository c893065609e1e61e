"""What an identity's policies give, as the checks of identities ask it: how widely, and whether it leads further up.

    broadly(document, ("iam:PassRole",))                 # the Allow statements that give it on any resource
    unrestricted(document, ("Write",))                   # actions on `*` that could be narrowed to resources
    ways_up(document)                                    # the ways by which its holder gives itself more

- What allows is asked statement by statement (`policies.grants`), three-valued. A resource that is made of another
  thing's attribute is that thing; one that is a variable without a value is not known.
- An action is held *broadly* on `*`, on every one of a service (`arn:aws:sqs:*:*:*`), and on all of its type
  (`arn:aws:iam::111122223333:role/*`). Actions that take no resource are never *unrestricted*: `*` is all they have.
- A statement with a condition counts for nothing here, because what it demands is not judged; nor does what a Deny
  without conditions of the same document takes back.
- A statement that gives everything fails each of these checks: to say of it that nobody can give itself more would be
  false. Findings are told by their root cause, and that is one.
- The ways up are those of `watchword policy lint` (`privilege-escalation`), from `watchword.decision.analysis`. It and
  the catalogue are imported where they are asked: they take as long to load as fifty files to scan, and few policies
  need them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.model import Answer, Judge, Seen, failed, not_applicable, passed, seen, which
from watchword.evidence.posture.policies import PolicyStatement, grants, is_judged_elsewhere, statements
from watchword.inventory import Absent, Asset, ReasonKind, Unknown, UnknownValueError, Value, both, either, some

_ADMINISTRATORS: Final = ("AdministratorAccess", "IAMFullAccess")
# One action of each level that takes a resource, for patterns that are all actions: to go through them tells no more.
_ONE_OF_EACH: Final = (
    ("List", "s3:listbucket"),
    ("Read", "s3:getobject"),
    ("Write", "s3:putobject"),
    ("Permissions management", "iam:putrolepolicy"),
    ("Tagging", "ec2:createtags"),
)
# What a provider makes of a thing, and what it tells of one that there is: an ARN or a name, and no wildcard.
_MADE: Final = frozenset({ReasonKind.AFTER_APPLY, ReasonKind.DATA_SOURCE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """An action that a statement gives."""

    action: str
    statement: PolicyStatement

    @property
    def path(self) -> str:
        named = "NotAction" if isinstance(self.statement.actions, Absent) else "Action"
        return f"{self.statement.path}.{named}"

    @property
    def value(self) -> Value:
        actions = self.statement.actions
        return self.statement.not_actions if isinstance(actions, Absent) else actions


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way up that is open: what it does, and the grants that it takes."""

    does: str
    grants: tuple[Grant, ...]


def broadly(document: Value, actions: Iterable[str]) -> list[Grant]:
    """The actions that a document gives on any resource. Raises where none surely is given and one may be."""
    wanted = tuple(actions)
    pairs = (Grant(action=action, statement=statement) for statement in grants(document) for action in wanted)
    return which(pairs, lambda pair: _is_broad(pair, document))


def unrestricted(document: Value, levels: tuple[str, ...]) -> list[Grant]:
    """Actions of these levels that a document gives on `*`, though they could be narrowed to resources: one a pattern.

    Levels are those of `AccessLevel`: List, Read, Write, Permissions management, Tagging.
    """
    found: list[Grant] = []

    def look(statement: PolicyStatement) -> bool:
        if not both(statement.allows, statement.unconditional, lambda: _on_star(statement)):
            return False
        for pattern in statement.actions.each():
            name = next((n for n in _narrowable(pattern.text().lower(), levels) if not refused(document, n)), None)
            if name is not None:
                found.append(Grant(action=name, statement=statement))
        return bool(found)

    which(grants(document), look)
    return found


@lru_cache(maxsize=4096)  # patterns repeat in most policies
def _narrowable(pattern: str, levels: tuple[str, ...]) -> tuple[str, ...]:
    """The actions of a pattern that are of these levels and take a resource."""
    if pattern in {"*", "*:*"}:
        return tuple(name for level, name in _ONE_OF_EACH if level in levels)
    from watchword.decision.analysis.catalogue import shipped_catalogue

    actions = shipped_catalogue().expand(pattern)
    return tuple(action.full_name for action in actions if action.level in levels and not action.wildcard_only)


def ways_up(document: Value) -> list[Way]:
    """The ways by which whoever holds the document gives itself more, through what it gives on any resource."""
    if not which(grants(document), _may_reach_any):
        return []
    from watchword.decision.analysis.lint.rules.privilege_escalation import PATHS, Path

    held: dict[str, list[Grant] | UnknownValueError] = {}

    def holds(action: str) -> list[Grant]:
        if action not in held:
            try:
                held[action] = broadly(document, (action,))
            except UnknownValueError as error:
                held[action] = error
        found = held[action]
        if isinstance(found, UnknownValueError):
            raise found
        return found

    def is_open(path: Path) -> bool:
        return both(*(_step(group, holds) for group in path.groups))

    return [
        Way(
            does=path.does,
            grants=tuple(next(filter(None, map(holds, which(group, holds))))[0] for group in path.groups),
        )
        for path in which(PATHS, is_open)
    ]


def resource_is_broad(value: Value, action: str) -> bool:
    """Whether a resource is every one of a service or of the action's type. Raises where that cannot be told."""
    text = _pattern_of(value)
    if "*" not in text:
        return False
    if text == "*":
        return True
    from watchword.decision.analysis.catalogue import shipped_catalogue
    from watchword.decision.analysis.lint.facts import is_all_of_a_type, is_any

    known = shipped_catalogue().action(action)
    return is_any(text) or (known is not None and is_all_of_a_type(text, known))


def refused(document: Value, action: str) -> bool:
    """Whether a Deny without conditions takes an action on everything. What is not known takes nothing."""
    return any(_refuses(statement, action) for statement in statements(document))


def is_administrators_policy(arn: Value, identity: Asset, estate: Estate) -> bool:
    """Whether an ARN that `identity` names is one of AWS's policies for administrators."""
    policies = estate.named(arn, identity)
    if policies:  # a policy that is declared here is judged by what it says; a data source names one of AWS's
        return some(
            policies, lambda one: one.kind == "other" and one.native["name"].text(default="") in _ADMINISTRATORS
        )
    if isinstance(arn, Unknown) and arn.parts and isinstance(arn.parts[-1], str):
        return arn.parts[-1].endswith(tuple(f":policy/{name}" for name in _ADMINISTRATORS))
    return arn.matches(rf"arn:[^:]+:iam::aws:policy/({'|'.join(_ADMINISTRATORS)})")


def is_administrator(role: Asset, estate: Estate) -> bool:
    """Whether a role holds one of AWS's policies for administrators, or a document that gives everything."""
    return either(
        lambda: some(role["attached"].each(), lambda arn: is_administrators_policy(arn, role, estate)),
        lambda: some(role["policies"].each(), lambda document: some(grants(document), _gives_everything)),
    )


def _gives_everything(statement: PolicyStatement) -> bool:
    return both(statement.allows, statement.names_every_action, lambda: _on_star(statement), statement.unconditional)


def judging(find: Callable[[Value], list[Seen]], words: str) -> Judge:
    """A judge of an identity's policy: it fails by what `find` surely finds in it. Each document is judged once."""

    def judge(policy: Asset, estate: Estate) -> Answer:
        document = policy["document"]
        if document.is_absent:
            return not_applicable("it holds no policy document")
        if policy.kind == "policy_document" and is_judged_elsewhere(document, estate):
            return not_applicable("it is a policy of something, and is judged there")
        found = find(document)
        return failed(words, *(seen(f"document.{one.path}", one.value) for one in found)) if found else passed()

    return judge


def shown_grants(given: Iterable[Grant]) -> list[Seen]:
    """Grants as evidence: where each stands, and the actions that are written there."""
    return _distinct([seen(grant.path, grant.value) for grant in given])


def _distinct(found: Iterable[Seen]) -> list[Seen]:
    return list({one.path: one for one in found}.values())


def _step(group: tuple[str, ...], holds: Callable[[str], list[Grant]]) -> Callable[[], bool]:
    return lambda: some(group, holds)


def _is_broad(pair: Grant, document: Value) -> bool:
    statement = pair.statement
    broad = both(
        statement.allows,
        lambda: statement.grants_action(pair.action),
        statement.unconditional,
        lambda: _reaches_any(statement, pair.action),
    )
    return broad and not refused(document, pair.action)


def _reaches_any(statement: PolicyStatement, name: str) -> bool:
    return either(
        lambda: not statement.not_resources.is_absent,
        lambda: some(statement.resources.each(), lambda value: resource_is_broad(value, name)),
    )


def _on_star(statement: PolicyStatement) -> bool:
    return either(
        lambda: some(statement.resources.each(), lambda value: _pattern_of(value) == "*"),
        lambda: not statement.not_resources.is_absent,
    )


def _may_reach_any(statement: PolicyStatement) -> bool:
    """A cheap question first: whether any resource has a wildcard at its end."""
    return either(
        lambda: some(statement.resources.each(), lambda value: _pattern_of(value).endswith("*")),
        lambda: not statement.not_resources.is_absent,
    )


def _pattern_of(value: Value) -> str:
    """A resource's text. Of one with holes, what stands between them: `arn:aws:iam::${…}:role/*`; of what is made of
    another thing's attribute, nothing: it is that thing, or lies below it. Raises where it cannot be told."""
    if isinstance(value, Unknown):
        if value.parts and value.parts[0] is not None:
            text = value.sketch()
            return text if text.startswith("arn:") else ""
        if value.references and value.reasons and value.reasons[0].kind in _MADE:
            return ""
    return value.text()


def _refuses(statement: PolicyStatement, action: str) -> bool:
    try:
        return both(
            lambda: statement.tree["Effect"] == "Deny",
            lambda: statement.grants_action(action),
            statement.on_everything,
            statement.unconditional,
        )
    except UnknownValueError:
        return False
