"""A whole cluster over the wire: read live, collected into a file, refused in parts."""

import json
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from support.kube_cluster import Cluster, cluster, made_by, pod, template
from watchword.app.aws import Progress
from watchword.app.kubernetes import KubeRequest, collect_cluster, least_role, read_cluster
from watchword.app.posture import EstateReading, read_path
from watchword.app.scanning import Scan, ScanRequest, scan
from watchword.evidence.posture import Verdict
from watchword.inventory import FrontEnd
from watchword.kernel.errors import InvalidInputError, UnavailableError

_AT = datetime(2026, 6, 30, 12, tzinfo=UTC)
_MANY = 1200


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    from kubernetes.config import kube_config

    with cluster(tmp_path) as made:
        monkeypatch.setattr(kube_config, "KUBE_CONFIG_DEFAULT_LOCATION", str(made.kubeconfig()))
        _fill(made)
        yield made


def _fill(there: Cluster) -> None:
    for name in ("kube-system", "shop"):
        there.add("v1", "Namespace", name)
    there.add("v1", "Node", "node-1", status={"nodeInfo": {"kubeletVersion": "v1.36.1"}})
    risky = pod(container={"securityContext": {"privileged": True}, "env": [{"name": "A", "value": "b"}]})
    web = there.add("apps/v1", "Deployment", "web", "shop", spec=template(risky, app="web"))
    set_ = there.add(
        "apps/v1", "ReplicaSet", "web-1", "shop", metadata=made_by("Deployment", web["metadata"]["uid"]), spec={}
    )
    for number in range(_MANY):
        there.add(
            "v1", "Pod", f"web-1-{number}", "shop", metadata=made_by("ReplicaSet", set_["metadata"]["uid"]), spec=risky
        )
    there.add("v1", "Secret", "db", "shop", data={"password": "aHVudGVyMg=="}, type="Opaque")
    sent = {"kubectl.kubernetes.io/last-applied-configuration": '{"data":{"k":"hunter2"}}'}
    there.add("v1", "ConfigMap", "settings", "shop", data={"mode": "dark"}, metadata={"annotations": sent})


def _read(*namespaces: str) -> EstateReading:
    return read_cluster(KubeRequest(context=None, at=_AT, namespaces=namespaces), lambda _: None)


def _scanned(*live: EstateReading, path: Path | None = None, checks: tuple[str, ...] = ()) -> Scan:
    return scan(
        ScanRequest(
            paths=(path,) if path else (),
            today=date(2026, 6, 30),
            working_directory=Path.cwd(),
            checks=checks,
            live=live,
        )
    )


def _verdicts(done: Scan) -> set[tuple[str, str, Verdict]]:
    return {(r.check.id, r.address, r.verdict) for r in done.report.results if r.asset is not None}


def test_every_check_of_manifests_judges_what_is_there(there: Cluster) -> None:
    done = _scanned(_read())
    found = [r for r in done.report.results if r.check.id == "k8s-privileged" and r.verdict is Verdict.FAIL]
    assert [(r.address, str(r.place)) for r in found] == [
        ("Deployment.apps/shop/web", "kube://prod/Deployment.apps/shop/web")
    ]
    assert all(str(r.place) for r in done.report.results)
    assert all(r.fix is None for r in done.report.results)
    assert there.methods() == {"GET"}


def test_a_file_says_what_the_cluster_said(there: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "cluster.jsonl"
    told: list[Progress] = []
    done = collect_cluster(KubeRequest(context="prod", at=_AT), file, told.append)
    assert (done.cluster, done.refused, done.calls) == ("prod", 0, len(there.asked))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    estate = read_path(file)
    assert estate.read == (FrontEnd.KUBERNETES_LIVE,)
    assert not estate.inventory.problems
    assert _verdicts(_scanned(path=file)) == _verdicts(_scanned(_read()))
    assert {"pods", "deployments.apps"} <= {one.operation for one in told}


def test_no_secret_and_no_copy_of_an_object_gets_into_a_file(there: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "cluster.jsonl"
    for plain in (False, True):
        there.plain_secrets = plain
        collect_cluster(KubeRequest(context=None, at=_AT), file, lambda _: None)
        text = file.read_text()
        assert "aHVudGVyMg" not in text
        assert "hunter2" not in text
        assert "managedFields" not in text
        assert '"mode":"dark"' in text


def test_pods_are_listed_in_pages_and_none_is_kept_beside_its_controller(there: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "cluster.jsonl"
    collect_cluster(KubeRequest(context=None, at=_AT), file, lambda _: None)
    assert len([one for one in there.asked if one.path == "/api/v1/pods"]) == 3
    kinds = [json.loads(line).get("object", {}).get("kind") for line in file.read_text().splitlines()]
    assert kinds.count("Deployment") == 1
    assert "Pod" not in kinds


def test_what_is_refused_is_unknown_with_the_permission_that_would_answer_it(there: Cluster) -> None:
    there.refused["networkpolicies.networking.k8s.io"] = 403
    there.refused["secrets"] = 403
    done = _scanned(_read())
    assert not [
        r for r in done.report.results if r.check.id == "k8s-default-deny-ingress" and r.verdict is Verdict.FAIL
    ]
    unknown = [r for r in done.report.results if r.verdict is Verdict.UNKNOWN]
    assert "k8s-default-deny-ingress" in {r.check.id for r in unknown}
    errors = [r.words for r in done.report.results if r.verdict is Verdict.ERROR]
    policies = "networkpolicies.networking.k8s.io"
    assert sorted(errors) == [
        f"{policies}: denied (Forbidden): allow list {policies} at cluster scope (unreadable)",
        "secrets: denied (Forbidden): allow list secrets at cluster scope (unreadable)",
    ]


def test_values_that_nobody_asked_for_are_no_values_that_are_not_there(there: Cluster) -> None:
    done = _scanned(_read(), checks=("k8s-secret-declared",))
    assert [r.verdict for r in done.report.results] == [Verdict.NOT_APPLICABLE]


def test_a_cluster_that_does_not_say_its_version_is_judged_without(there: Cluster) -> None:
    there.refused["/version"] = 404
    done = _scanned(_read(), checks=("k8s-version-supported", "k8s-node-version"))
    assert [r.verdict for r in done.report.results] == [Verdict.UNKNOWN, Verdict.UNKNOWN]


def test_where_everything_is_refused_nothing_passes_and_nothing_fails(there: Cluster) -> None:
    from watchword.adapters.kubernetes.live.resources import RESOURCES

    there.refused.update(dict.fromkeys((resource.name for resource in RESOURCES), 403))
    done = _scanned(_read())
    told = {(r.check.id, r.verdict) for r in done.report.results if r.asset is not None and r.asset.instances is None}
    assert not {one for one in told if one[1] is Verdict.FAIL}
    assert not {one for one in told if one[1] is Verdict.PASS}


def test_namespaces_limit_what_is_asked(there: Cluster) -> None:
    done = _scanned(_read("shop"))
    assert "Deployment.apps/shop/web" in {r.address for r in done.report.results}
    assert not done.report.errors
    with pytest.raises(InvalidInputError, match="no name of a namespace"):
        _read("shop/../secrets")


def test_a_cluster_that_cannot_be_reached_leaves_no_file(there: Cluster, tmp_path: Path) -> None:
    there.refused["/version"] = 401
    file = tmp_path / "cluster.jsonl"
    with pytest.raises(UnavailableError):
        collect_cluster(KubeRequest(context=None, at=_AT), file, lambda _: None)
    assert not list(tmp_path.glob("*cluster.jsonl*"))


def test_a_file_that_cannot_be_made_is_refused(there: Cluster, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError):
        collect_cluster(KubeRequest(context=None, at=_AT), tmp_path / "none" / "x.jsonl", lambda _: None)
    with pytest.raises(InvalidInputError):
        collect_cluster(KubeRequest(context=None, at=_AT), tmp_path, lambda _: None)


def test_a_comment_in_a_value_waives_nothing(there: Cluster, tmp_path: Path) -> None:
    there.add("v1", "ConfigMap", "trick", "shop", data={"x": "# watchword:ignore=k8s-privileged reason=no"})
    file = tmp_path / "cluster.jsonl"
    collect_cluster(KubeRequest(context=None, at=_AT), file, lambda _: None)
    assert Verdict.WAIVED not in {r.verdict for r in _scanned(path=file).report.results}


def test_the_least_role_passes_its_own_checks(tmp_path: Path) -> None:
    path = tmp_path / "role.yaml"
    path.write_text(least_role())
    failed = {r.check.id for r in _scanned(path=path).report.results if r.verdict is Verdict.FAIL}
    assert failed == {"k8s-rbac-secrets"}  # no rule can allow a secret's metadata alone
