"""What is handed over of a cluster: each thing once, no secret, no pod beside its controller."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from support.kube_cluster import made_by, pod, template
from watchword.adapters.kubernetes.live.collector import collect
from watchword.adapters.kubernetes.live.evidence import LEFT_OUT, Json, Listed, Missing, Record, Refused, Thing
from watchword.adapters.kubernetes.live.resources import BY_TYPE, RESOURCES, least_role
from watchword.adapters.kubernetes.live.session import TOO_LARGE, CallFailed
from watchword.evidence import posture
from watchword.kernel.errors import NotFoundError, UnavailableError

_AT = "2026-06-30T12:00:00+00:00"
_GROUPS = {resource.group for resource in RESOURCES if resource.group and not resource.optional}


class _Cluster:
    """Answers from lists, page by page. `fails` are raised, one after the other, for a path."""

    name = "prod"

    def __init__(self, things: dict[str, list[dict[str, Any]]] | None = None) -> None:
        self.things = things or {}
        self.fails: dict[str, list[CallFailed | None]] = {}
        self.groups = {group: ["v1"] for group in _GROUPS}
        self.asked: list[tuple[str, dict[str, str], str]] = []

    def get(self, path: str, query: dict[str, str] | None = None, *, accept: str = "") -> dict[str, Json]:
        query = query or {}
        self.asked.append((path, query, accept))
        failure = self.fails[path].pop(0) if self.fails.get(path) else None
        if failure is not None:
            raise failure
        if path == "/version":
            return {"gitVersion": "v1.36.1"}
        if path == "/apis":
            groups: list[Json] = [
                {"name": name, "versions": [{"version": one} for one in versions]}
                for name, versions in self.groups.items()
            ]
            return {"groups": groups}
        if path.startswith("/api/v1/namespaces/") and path.count("/") == 4:
            return next(
                (one for one in self.things.get("/api/v1/namespaces", []) if path.endswith(one["metadata"]["name"])),
                None,
            ) or _raise(CallFailed(404, "NotFound", "no such namespace"))
        found = self.things.get(path, [])
        begin = int(query.get("continue", "0"))
        end = begin + min(int(query["limit"]), 2)
        more = {"continue": str(end)} if end < len(found) else {}
        return {"items": list(found[begin:end]), "metadata": dict(more)}

    def anonymous(self) -> str:
        return "refused"


def _raise(error: Exception) -> Any:
    raise error


def _thing(name: str, namespace: str = "shop", **more: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace, "uid": f"uid-{name}", **more.pop("metadata", {})}
    return {"metadata": metadata, **more}


def _collected(there: _Cluster, namespaces: Sequence[str] = ()) -> list[Record]:
    records: list[Record] = []
    collect(there, records.append, collected_at=_AT, namespaces=namespaces)
    return records


def _names(records: list[Record], kind: str) -> list[str]:
    found = []
    for record in records:
        if isinstance(record, Thing) and record.tree["kind"] == kind:
            metadata = record.tree["metadata"]
            assert isinstance(metadata, dict)
            found.append(str(metadata["name"]))
    return found


def test_lists_are_walked_to_their_end_and_each_is_said_to_be_told() -> None:
    there = _Cluster({"/api/v1/services": [_thing(f"s{n}") for n in range(5)]})
    records = _collected(there)
    assert _names(records, "Service") == ["s0", "s1", "s2", "s3", "s4"]
    told = {one.native_type for one in records if isinstance(one, Listed)}
    missing = {one.native_type for one in records if isinstance(one, Missing)}
    assert told | missing == {*BY_TYPE, "Cluster.live.watchword"}
    assert "PeerAuthentication.security.istio.io" in missing


def test_an_api_that_is_not_there_is_not_asked() -> None:
    there = _Cluster()
    _collected(there)
    assert not [path for path, _, _ in there.asked if "istio" in path or "kyverno" in path]
    there.groups["kyverno.io"] = ["v1"]
    there.asked.clear()
    _collected(there)
    assert [path for path, _, _ in there.asked if "kyverno" in path] == [
        "/apis/kyverno.io/v1/clusterpolicies",
        "/apis/kyverno.io/v1/policies",
    ]


def test_the_version_that_the_server_has_is_asked() -> None:
    there = _Cluster()
    there.groups["security.istio.io"] = ["v1beta1"]
    _collected(there)
    assert "/apis/security.istio.io/v1beta1/peerauthentications" in {path for path, _, _ in there.asked}


def test_where_apis_are_not_told_of_each_is_tried_and_404_is_none() -> None:
    there = _Cluster()
    there.fails["/apis"] = [CallFailed(403, "Forbidden", "")]
    kyverno = "/apis/kyverno.io/v1/clusterpolicies"
    there.fails[kyverno] = [CallFailed(404, "NotFound", "")]
    records = _collected(there)
    assert Missing(native_type="ClusterPolicy.kyverno.io") in records
    assert Listed(native_type="PeerAuthentication.security.istio.io") in records


def test_a_list_whose_pages_expire_begins_again_and_hands_nothing_over_twice() -> None:
    path = "/api/v1/services"
    there = _Cluster({path: [_thing(f"s{n}") for n in range(5)]})
    there.fails[path] = [None, CallFailed(410, "Expired", "")]
    assert _names(_collected(there), "Service") == ["s0", "s1", "s2", "s3", "s4"]


def test_a_list_whose_pages_expire_for_ever_is_not_told() -> None:
    path = "/api/v1/services"
    there = _Cluster({path: [_thing(f"s{n}") for n in range(5)]})
    there.fails[path] = [None, CallFailed(410, "Expired", "too old")] * 20
    records = _collected(there)
    assert Refused(native_type="Service", status=410, reason="Expired", message="too old") in records
    assert Listed(native_type="Service") not in records
    assert len([1 for asked, _, _ in there.asked if asked == path]) == 8


def test_a_page_that_is_too_large_is_asked_for_in_smaller_ones() -> None:
    path = "/api/v1/configmaps"
    there = _Cluster({path: [_thing("a"), _thing("b")]})
    there.fails[path] = [CallFailed(200, TOO_LARGE, ""), CallFailed(200, TOO_LARGE, "")]
    assert _names(_collected(there), "ConfigMap") == ["a", "b"]
    assert [query["limit"] for asked, query, _ in there.asked if asked == path] == ["500", "100", "20"]
    there.fails[path] = [CallFailed(200, TOO_LARGE, "large")] * 10
    assert Refused(native_type="ConfigMap", status=200, reason=TOO_LARGE, message="large") in _collected(there)


def test_a_server_that_names_the_same_page_for_ever_is_left() -> None:
    class _Circle(_Cluster):
        def get(self, path: str, query: dict[str, str] | None = None, *, accept: str = "") -> dict[str, Json]:
            if path == "/api/v1/services":
                return {"items": [], "metadata": {"continue": "again"}}
            return super().get(path, query, accept=accept)

    refused = [one for one in _collected(_Circle()) if isinstance(one, Refused)]
    assert [(one.native_type, one.reason) for one in refused] == [("Service", "Pages")]


def test_what_is_refused_is_recorded_and_the_rest_goes_on() -> None:
    there = _Cluster({"/api/v1/services": [_thing("web")]})
    there.fails["/api/v1/pods"] = [CallFailed(403, "Forbidden", "pods is forbidden")]
    records = _collected(there)
    assert Refused(native_type="Pod", status=403, reason="Forbidden", message="pods is forbidden") in records
    assert _names(records, "Service") == ["web"]


def test_a_cluster_that_stops_answering_is_not_waited_for_list_by_list() -> None:
    there = _Cluster({"/api/v1/namespaces": [_thing("shop", "")]})
    silent = CallFailed(0, "Timeout", "")
    for resource in RESOURCES[1:]:
        there.fails[resource.path("v1")] = [silent] * 3
    records = _collected(there)
    assert len(there.asked) == 6  # two facts, one list, three that were waited for
    refused = [one for one in records if isinstance(one, Refused)]
    assert {one.reason for one in refused} == {"Timeout", "Silent"}
    assert len(refused) == len([one for one in RESOURCES if not one.optional or one.group in _GROUPS]) - 1


@pytest.mark.parametrize(("status", "words"), [(401, "does not take these credentials"), (0, "cannot be reached")])
def test_a_cluster_that_does_not_say_what_it_is_is_not_read(status: int, words: str) -> None:
    there = _Cluster()
    there.fails["/version"] = [CallFailed(status, "No", "")]
    with pytest.raises(UnavailableError, match=words):
        _collected(there)
    assert len(there.asked) == 1


def test_of_secrets_no_value_is_asked_for_or_kept() -> None:
    secret = _thing("db", data={"password": "aHVudGVyMg=="}, stringData={"p": "hunter2"}, type="Opaque")
    secret["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": "hunter2", "kept": "yes"}
    secret["metadata"]["managedFields"] = [{"f:data": "hunter2"}]
    there = _Cluster({"/api/v1/secrets": [secret]})
    records = _collected(there)
    assert "hunter2" not in repr(records)
    assert "aHVudGVyMg" not in repr(records)
    found = next(one.tree for one in records if isinstance(one, Thing) and one.tree["kind"] == "Secret")
    assert found["type"] == "Opaque"
    assert found["metadata"] == {"name": "db", "namespace": "shop", "annotations": {"kept": "yes"}}
    assert all(
        "as=Table" in accept and not accept.endswith("application/json")
        for path, _, accept in there.asked
        if path.endswith("secrets")
    )


def test_a_table_tells_of_types() -> None:
    class _Tables(_Cluster):
        def get(self, path: str, query: dict[str, str] | None = None, *, accept: str = "") -> dict[str, Json]:
            if path != "/api/v1/secrets":
                return super().get(path, query, accept=accept)
            return {
                "kind": "Table",
                "columnDefinitions": [{"name": "Name"}, {"name": "Type"}],
                "rows": [
                    {"cells": ["t", "kubernetes.io/service-account-token"], "object": {"metadata": {"name": "t"}}},
                    {"cells": [], "object": {"metadata": {"name": "short"}}},
                    {"cells": ["none"]},
                    "no row",
                ],
            }

    found = [one.tree for one in _collected(_Tables()) if isinstance(one, Thing) and one.tree["kind"] == "Secret"]
    assert [(one["metadata"], one.get("type")) for one in found] == [
        ({"name": "t"}, "kubernetes.io/service-account-token"),
        ({"name": "short"}, None),
    ]


def test_copies_and_states_are_not_kept() -> None:
    node = _thing("n", "", status={"nodeInfo": {"kubeletVersion": "v1.36.1", "bootID": "x"}, "images": [1]})
    there = _Cluster(
        {
            "/api/v1/nodes": [node],
            "/api/v1/configmaps": [_thing("c", data={"a": "b"}, binaryData={"x": "AA=="})],
            "/api/v1/services": [_thing("s", spec={"type": "ClusterIP"}, status={"loadBalancer": {}})],
        }
    )
    trees = {str(one.tree["kind"]): one.tree for one in _collected(there) if isinstance(one, Thing)}
    assert trees["Node"]["status"] == {"nodeInfo": {"kubeletVersion": "v1.36.1"}}
    assert trees["ConfigMap"]["data"] == {"a": "b"}
    assert "binaryData" not in trees["ConfigMap"]
    assert "status" not in trees["Service"]
    assert trees["Service"]["apiVersion"] == "v1"


def _owned(kind: str, uid: str) -> dict[str, Any]:
    return {"metadata": made_by(kind, uid)}


def test_pods_are_judged_through_what_makes_them() -> None:
    there = _Cluster(
        {
            "/apis/apps/v1/deployments": [_thing("web", spec=template(pod()))],
            "/apis/apps/v1/replicasets": [
                _thing("web-1", **_owned("Deployment", "uid-web")),
                _thing("alone"),
            ],
            "/apis/batch/v1/cronjobs": [_thing("nightly")],
            "/apis/batch/v1/jobs": [
                _thing("nightly-1", **_owned("CronJob", "uid-nightly")),
                _thing("done", status={"conditions": [{"type": "Complete", "status": "True"}]}),
                _thing("once"),
            ],
            "/api/v1/pods": [
                _thing("web-1-a", **_owned("ReplicaSet", "uid-web-1")),
                _thing("web-1-b", **_owned("ReplicaSet", "uid-web-1")),
                _thing("nightly-1-a", **_owned("Job", "uid-nightly-1")),
                _thing("done-a", **_owned("Job", "uid-done")),
                _thing("kube-apiserver-1", **_owned("Node", "uid-node-1")),
                _thing("kube-scheduler-1", **_owned("Node", "uid-node-1")),
                _thing("operated-0", **_owned("Kafka", "uid-kafka")),
                _thing("operated-1", **_owned("Kafka", "uid-kafka")),
                _thing("bare"),
                _thing("finished", status={"phase": "Succeeded"}),
                _thing("not-controlled", metadata={"ownerReferences": [{"kind": "X", "uid": "uid-web-1"}]}),
            ],
        }
    )
    records = _collected(there)
    assert _names(records, "Pod") == ["kube-apiserver-1", "kube-scheduler-1", "operated-0", "bare", "not-controlled"]
    assert _names(records, "ReplicaSet") == ["alone"]
    assert _names(records, "Job") == ["once"]


def test_where_controllers_are_refused_one_pod_stands_for_the_others() -> None:
    there = _Cluster(
        {
            "/apis/apps/v1/replicasets": [_thing("web-1", **_owned("Deployment", "uid-web"))],
            "/api/v1/pods": [_thing(f"web-1-{n}", **_owned("ReplicaSet", "uid-web-1")) for n in "abc"],
        }
    )
    there.fails["/apis/apps/v1/deployments"] = [CallFailed(403, "Forbidden", "")]
    records = _collected(there)
    assert (_names(records, "ReplicaSet"), _names(records, "Pod")) == (["web-1"], [])


def test_namespaces_alone_are_asked_where_they_are_named() -> None:
    there = _Cluster({"/api/v1/namespaces": [_thing("shop", "")]})
    records = _collected(there, ["shop"])
    assert _names(records, "Namespace") == ["shop"]
    assert Refused(native_type="Node", reason=LEFT_OUT) in records
    asked = {path for path, _, _ in there.asked} - {"/version", "/apis"}
    assert all(path.startswith(("/api/v1/namespaces/shop", "/apis/")) and "/namespaces/shop" in path for path in asked)


def test_a_namespace_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotFoundError, match="no namespace shop"):
        _collected(_Cluster(), ["shop"])


def test_the_cluster_tells_of_itself() -> None:
    first = _collected(_Cluster())[0]
    assert isinstance(first, Thing)
    assert json.loads(json.dumps(first.tree["status"])) == {
        "collectedAt": _AT,
        "version": "v1.36.1",
        "anonymous": "refused",
        "groups": sorted({"", *_GROUPS}),
    }


def test_the_least_role_is_what_is_asked_and_nothing_that_writes() -> None:
    import yaml

    role = yaml.safe_load(least_role())
    allowed = {
        (group, plural, verb)
        for rule in role["rules"]
        if "resources" in rule
        for group in rule["apiGroups"]
        for plural in rule["resources"]
        for verb in rule["verbs"]
    }
    wanted = {(resource.group, resource.plural, "list") for resource in RESOURCES}
    assert allowed == wanted | {("", "namespaces", "get")}


def test_every_type_that_a_check_asks_for_is_asked_of_the_cluster() -> None:
    named = {
        name
        for path in Path(posture.__file__).parent.rglob("*.py")
        for name in re.findall(r'"([A-Z][A-Za-z]+\.[a-z0-9.-]+\.(?:io|sh|dev|org))"', path.read_text(encoding="utf-8"))
    }
    # Calico's own API server shows once more what is asked as resources of `crd.projectcalico.org`.
    shown_twice = {"NetworkPolicy.projectcalico.org", "GlobalNetworkPolicy.projectcalico.org"}
    assert named > {"ClusterPolicy.kyverno.io"}
    assert named - shown_twice <= set(BY_TYPE)
