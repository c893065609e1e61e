"""What a rule of a Kubernetes role allows."""

import pytest

from watchword.app.posture import read_example
from watchword.evidence.posture import Estate
from watchword.evidence.posture.rbac import RBAC, Rule, is_clusters_own, only_in_namespaces, rules, subjects
from watchword.inventory import Block, Elements, FrontEnd, Known, Reason, ReasonKind, Unknown, UnknownValueError, Value


def _texts(*texts: str) -> Value:
    return Elements([Known(text) for text in texts])


def _rule(verbs: Value, resources: Value, *, groups: Value | None = None, names: Value | None = None) -> Rule:
    tree = Block(
        {"verbs": verbs, "resources": resources, "groups": groups or _texts(""), "names": names or Elements([])}
    )
    return Rule(path="rules[0]", tree=tree)


@pytest.mark.parametrize(
    ("resources", "asked", "allowed"),
    [
        (("pods/exec",), "pods/exec", True),
        (("pods",), "pods/exec", False),  # a resource does not hold its subresources
        (("*",), "pods/exec", True),
        (("*/exec",), "pods/exec", True),
        (("*/scale",), "pods/exec", False),
        (("pods/*",), "pods/exec", False),  # RBAC knows no such pattern
    ],
)
def test_resources(resources: tuple[str, ...], asked: str, *, allowed: bool) -> None:
    assert _rule(_texts("create"), _texts(*resources)).allows("create", asked) is allowed


def test_verb_and_group_count() -> None:
    rule = _rule(_texts("bind"), _texts("clusterroles"), groups=_texts(RBAC))
    assert rule.allows("bind", "clusterroles", group=RBAC)
    assert not rule.allows("escalate", "clusterroles", group=RBAC)
    assert not rule.allows("bind", "clusterroles")
    assert not rule.has_wildcard()
    assert not rule.allows_everything()
    assert rule.on_all()


def test_everything() -> None:
    assert _rule(_texts("*"), _texts("*"), groups=_texts("*")).allows_everything()
    assert not _rule(_texts("*"), _texts("*"), groups=_texts("apps")).allows_everything()


def test_what_is_not_known_is_a_doubt_unless_another_part_settles_it() -> None:
    unknown = Unknown((Reason(ReasonKind.VARIABLE, "x"),))
    assert not _rule(unknown, _texts("pods")).allows("get", "secrets")
    with pytest.raises(UnknownValueError):
        _rule(unknown, _texts("secrets")).allows("get", "secrets")


_ROLES = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: granted-in-one}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: one, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: granted-in-one}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: granted-nowhere}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: "system:node"}
rules: null
"""


def test_roles_and_bindings_of_manifests() -> None:
    estate = Estate(read_example(FrontEnd.KUBERNETES, "roles.yaml", _ROLES))
    roles = {role.name: role for role in estate.of("rbac_role")}
    assert only_in_namespaces(roles["granted-in-one"], estate)
    assert not only_in_namespaces(roles["granted-nowhere"], estate)  # somebody may bind it elsewhere
    assert is_clusters_own(roles["system:node"])
    assert not list(rules(roles["system:node"]))
    (binding,) = estate.of("rbac_binding")
    assert [(path, subject["name"].text()) for path, subject in subjects(binding)] == [("subjects[0]", "web")]
