"""What is critical, each with its reasons; a person's word stands above what is derived, until its day.

Derived from what was read, never from a weight:

- a tag says so: a classification such as `restricted`, a criticality such as `high`
- whoever holds it administers the account: asked of the policy engine, not guessed from a name
- a database, a warehouse or a secret: until a tag says what is in it, it counts
- the Internet reaches a store
- a cluster's control plane, the record of what was done
- many others depend on it
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from watchword.decision.engine import Policies, Request, Result, decide
from watchword.decision.language import PolicyKind
from watchword.evidence.posture.assessment.exposure import Exposure
from watchword.evidence.posture.assessment.survey import TIERS, Survey, Tier
from watchword.evidence.posture.model import which
from watchword.evidence.posture.owners import CLASSIFICATION_TAGS
from watchword.evidence.posture.policies import document_of, documents, grants
from watchword.inventory import Asset, Place, UnknownValueError, both
from watchword.kernel.principals import person

CRITICALITY_TAGS: Final = ("criticality", "business-criticality", "critical")
_SENSITIVE: Final = (
    "restricted",
    "confidential",
    "secret",
    "sensitive",
    "high",
    "pii",
    "phi",
    "pci",
    "personal",
    "critical",
    "regulated",
)
_HARMLESS: Final = ("non-sensitive", "nonsensitive", "not-sensitive", "not-critical", "non-critical", "non-pii", "low")
_CRITICAL: Final = ("critical", "high", "mission-critical", "tier-0", "tier0", "tier-1", "tier1", "true", "yes", "1")
_PRECIOUS: Final = {
    "database": "a database",
    "warehouse": "a data warehouse",
    "secret": "a kept secret",
    "vault": "a vault of keys and secrets",
    "cluster_secret": "a cluster's secret",
}
_CENTRAL: Final = {
    "kubernetes_cluster": "a cluster's control plane: it holds what runs in it",
    "log_trail": "the record of what was done in the account",
}
MANY_DEPENDANTS: Final = 5
_DEPENDED_ON: Final = frozenset({*TIERS, "key", "iam_role"})  # networks and groups hold everything: no news
_ADMINISTRATORS: Final = ("AdministratorAccess", "IAMFullAccess", "PowerUserAccess")
# What lets its holder give itself anything: each alone is the whole account. IAM's own names; the resource is invented.
_PROBES: Final = (
    ("iam:AttachRolePolicy", "arn:aws:iam::111122223333:role/someone"),
    ("iam:PutRolePolicy", "arn:aws:iam::111122223333:role/someone"),
    ("iam:AttachUserPolicy", "arn:aws:iam::111122223333:user/someone"),
    ("iam:PutUserPolicy", "arn:aws:iam::111122223333:user/someone"),
    ("iam:CreatePolicyVersion", "arn:aws:iam::111122223333:policy/something"),
    ("iam:UpdateAssumeRolePolicy", "arn:aws:iam::111122223333:role/someone"),
    ("iam:CreateAccessKey", "arn:aws:iam::111122223333:user/someone"),
)
_WHO: Final = person("probe@posture.invalid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A person's word on an asset, until a day. `critical` None leaves what was derived."""

    resource: str
    critical: bool | None
    owner: str
    reason: str
    until: date
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Critical:
    """An asset that matters, and why. `reasons` have places; `owner` is empty where nobody is named."""

    asset: Asset
    survey: Survey
    reasons: tuple[tuple[str, Place], ...]
    owner: str
    said_by_person: bool = False


def critical_assets(
    survey: Survey, exposure: Exposure, overrides: Iterable[Override]
) -> tuple[tuple[Critical, ...], tuple[Override, ...]]:
    """Return what is critical, most reasons first, and the overrides that something needed."""
    said = _by_resource(overrides)
    dependants = _dependants(survey)
    found: list[Critical] = []
    used: list[Override] = []
    for asset in survey.assets:
        override = said.get(asset.address) or said.get(asset.uid)
        reasons = list(_reasons(asset, survey, exposure, dependants.get(asset.uid, 0)))
        if override is not None:
            used.append(override)
            if override.critical is False:
                continue
            if override.critical:
                reasons.insert(0, (f"{override.owner} says so: {override.reason}", override.place))
        if reasons:
            owner = override.owner if override is not None else survey.owner(asset)
            person_said = override is not None and override.critical is True
            found.append(
                Critical(asset=asset, survey=survey, reasons=tuple(reasons), owner=owner, said_by_person=person_said)
            )
    found.sort(key=lambda c: (-len(c.reasons), c.asset.place.file, c.asset.place.line))
    return tuple(found), tuple(used)


def _by_resource(overrides: Iterable[Override]) -> Mapping[str, Override]:
    return {override.resource: override for override in overrides}


def _reasons(asset: Asset, survey: Survey, exposure: Exposure, dependants: int) -> Iterable[tuple[str, Place]]:
    at = survey.at(asset.place)
    # Tags of networks and groups are those of everything in them: they would call the whole estate critical.
    tagged = asset.kind in TIERS or asset.kind == "key"
    tag = survey.tag(asset, CLASSIFICATION_TAGS) if tagged else None
    if tag and is_sensitive(tag[1]):
        yield f"tagged {tag[0]}: {tag[1]}", tag[2]
    rank = survey.tag(asset, CRITICALITY_TAGS) if tagged else None
    if rank and rank[1].strip().lower() in _CRITICAL:
        yield f"tagged {rank[0]}: {rank[1]}", rank[2]
    if asset.kind in {"iam_role", "iam_user", "iam_group"}:
        words = privileged(asset)
        if words:
            yield words, at
    if asset.kind in _CENTRAL:
        yield _CENTRAL[asset.kind], at
    if asset.kind in _PRECIOUS and tag is None:
        yield f"{_PRECIOUS[asset.kind]}; no tag says what is in it", at
    entry = exposure.entries.get(asset)
    if entry and TIERS.get(asset.kind) is Tier.DATA:
        yield f"a store that the Internet reaches: {entry.words}", entry.place
    if dependants >= MANY_DEPENDANTS and asset.kind in _DEPENDED_ON:
        yield f"{dependants} others depend on it", at


def is_sensitive(value: str) -> bool:
    text = value.strip().lower().replace("_", "-").replace(" ", "-")
    return not text.startswith(_HARMLESS) and any(word in text for word in _SENSITIVE)


def privileged(identity: Asset) -> str:
    """Say why whoever holds an identity administers the account; empty where nothing that is known says so."""
    for value in identity["attached"].each():
        if value.is_known:
            name = value.text().rsplit("/", 1)[-1]
            if name in _ADMINISTRATORS and ":aws:policy/" in value.text():
                return f"holds {name}"
    parsed = []
    for _, document in documents(identity):
        try:
            parsed.append(document_of(document, PolicyKind.IDENTITY))
        except UnknownValueError:
            if _surely_everything(document):
                return "may do everything on everything"
    policies = Policies(identity=tuple(parsed))
    for action, resource in _PROBES if parsed else ():
        request = Request(principal=_WHO, action=action, resource=resource, context={})
        if decide(request, policies).result is Result.ALLOWED:
            return f"may give itself any right: {action} on anybody"
    return ""


def _surely_everything(document: object) -> bool:
    from watchword.inventory import Value

    if not isinstance(document, Value):
        return False
    try:
        return bool(
            which(
                grants(document),
                lambda s: both(s.allows, s.names_every_action, s.on_everything, s.unconditional),
            )
        )
    except UnknownValueError:
        return False


def _dependants(survey: Survey) -> Mapping[str, int]:
    """How many others name an asset, each counted once."""
    sources: dict[str, set[str]] = {}
    for edge in survey.inventory.edges:
        if edge.relation not in {"attached_to", "attaches", "applies_to"}:
            sources.setdefault(edge.target, set()).add(edge.source)
    return {target: len(found - {target}) for target, found in sources.items()}
