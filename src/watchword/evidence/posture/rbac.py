"""Kubernetes' roles and bindings: what a rule allows, and who has it.

    found = which(rules(role), lambda rule: rule.allows("escalate", "clusterroles", group=RBAC))

A rule allows a verb on a resource where it names both, or `*` for either. A resource of `*` holds subresources too; a
`*` never stands in the middle of a name, but for `*/scale`, the subresource of all.
Source: Kubernetes, "Using RBAC Authorization"; API reference, PolicyRule (rbac.authorization.k8s.io/v1).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from watchword.evidence.posture.clusters import untold
from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.model import Seen
from watchword.evidence.posture.workloads import doubt_of
from watchword.inventory import Asset, Value, both, either, every, some

CORE: Final = ""
RBAC: Final = "rbac.authorization.k8s.io"
# What every cluster has without being asked (Kubernetes: "Default roles and role bindings").
_DEFAULT_ROLES: Final = frozenset({"cluster-admin", "admin", "edit", "view"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """One rule of a role. `path` is where it stands."""

    path: str
    tree: Value

    def __getitem__(self, name: str) -> Value:
        return self.tree[name]

    def seen(self, *names: str) -> tuple[Seen, ...]:
        return tuple(Seen(f"{self.path}.{name}", self.tree[name]) for name in names)

    def allows(self, verb: str, resource: str, *, group: str = CORE) -> bool:
        """Whether it allows a verb on some thing of a resource."""
        return both(
            lambda: _holds(self.tree["verbs"], verb),
            lambda: _holds(self.tree["groups"], group),
            lambda: self._speaks_of(resource),
        )

    def _speaks_of(self, resource: str) -> bool:
        below = resource.partition("/")[2]
        return either(
            lambda: _holds(self.tree["resources"], resource),
            lambda: bool(below) and f"*/{below}" in self.tree["resources"],
        )

    def allows_everything(self) -> bool:
        """Whether it is every verb on every resource of every group: an administrator."""
        return every((self.tree["verbs"], self.tree["resources"], self.tree["groups"]), lambda values: "*" in values)

    def has_wildcard(self) -> bool:
        """Whether a verb or a resource is `*`. Paths that are no resources (`urls`) are read, and not counted."""
        return both(
            lambda: bool(self.tree["resources"]),
            lambda: some((self.tree["verbs"], self.tree["resources"]), lambda values: "*" in values),
        )

    def on_all(self) -> bool:
        """Whether it is about all things of its resources, not some that it names."""
        return not bool(self.tree["names"])


def _holds(values: Value, wanted: str) -> bool:
    return some(values.each(), lambda value: value.text(default="") in {"*", wanted})


def rules(role: Asset) -> Iterator[Rule]:
    for index, tree in enumerate(role["rules"].each()):
        yield Rule(path=f"rules[{index}]", tree=tree)


def is_clusters_own(asset: Asset) -> bool:
    """Whether a role or binding is one that Kubernetes itself makes and repairs at every start."""
    name = asset["name"]
    if not name.is_known:
        return False
    return name.text().startswith("system:") or name.text() in _DEFAULT_ROLES


def only_in_namespaces(role: Asset, estate: Estate) -> bool:
    """Whether a role holds in single namespaces alone: a Role, or a ClusterRole that only RoleBindings grant."""
    if not role["cluster"].boolean(default=False):
        return True
    bindings = [estate.asset(edge.source) for edge in estate.towards(role, "grants")]
    if some(bindings, lambda binding: binding["cluster"].boolean(default=False)):
        return False
    doubt_of([one for one in untold("rbac_binding", estate) if one.root == role.root], "one may grant it")
    return bool(bindings)


def subjects(binding: Asset) -> Iterator[tuple[str, Value]]:
    """Yield a binding's subjects with their paths."""
    for index, tree in enumerate(binding["subjects"].each()):
        yield f"subjects[{index}]", tree
