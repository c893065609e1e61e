"""Evidence of a cluster as declarations: what was told is judged, what was not is unknown, whatever the file holds."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.kube_cluster import pod, template
from watchword.adapters.kubernetes import kubernetes_shapes
from watchword.adapters.kubernetes.live.evidence import (
    End,
    Header,
    Listed,
    Missing,
    Record,
    Refused,
    Thing,
    end_line,
    header_line,
    is_evidence,
    record_line,
    records,
)
from watchword.adapters.kubernetes.live.reader import Holdings, read_evidence, reading_of
from watchword.adapters.kubernetes.live.resources import BY_TYPE
from watchword.inventory import Inventory, Unknown, assemble
from watchword.kernel.errors import InvalidInputError

_AT = "2026-06-30T12:00:00+00:00"
_DEPLOYMENT: Any = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": template(pod("{{ not a template }}")),
}


def _holdings(*told: Record, empty: bool = True, namespaces: tuple[str, ...] = ()) -> Holdings:
    holdings = Holdings(Header(cluster="prod", collected_at=_AT, rest_is_empty=empty, namespaces=namespaces))
    for record in told:
        holdings.add(record)
    return holdings


def _inventory(holdings: Holdings) -> Inventory:
    return assemble([reading_of(holdings)], kubernetes_shapes())


def _file(directory: Path, *lines: str) -> Path:
    path = directory / "cluster.jsonl"
    path.write_text("".join(lines))
    return path


def test_what_is_there_has_the_address_of_its_manifest_and_a_place() -> None:
    inventory = _inventory(_holdings(Thing(tree=_DEPLOYMENT)))
    web = inventory.assets["prod#Deployment.apps/shop/web"]
    assert (web.kind, str(web.place)) == ("workload", "kube://prod/Deployment.apps/shop/web")
    assert web["containers"][0]["image"] == "{{ not a template }}"


def test_names_lead_to_what_has_them() -> None:
    account: Any = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "default", "namespace": "shop"},
        "automountServiceAccountToken": False,
    }
    inventory = _inventory(_holdings(Thing(tree=_DEPLOYMENT), Thing(tree=account)))
    assert inventory.assets["prod#Deployment.apps/shop/web"]["automount_token"] == False  # noqa: E712 - a value


def test_where_service_accounts_were_refused_what_they_say_is_not_known() -> None:
    refused = Refused(native_type="ServiceAccount", status=403, reason="Forbidden")
    inventory = _inventory(_holdings(Thing(tree=_DEPLOYMENT), refused))
    assert inventory.assets["prod#Deployment.apps/shop/web"]["automount_token"].is_unknown


@pytest.mark.parametrize("native_type", sorted(set(kubernetes_shapes()) & set(BY_TYPE)))
def test_of_a_list_that_was_refused_nothing_is_known(native_type: str) -> None:
    inventory = _inventory(_holdings(Refused(native_type=native_type, status=403, reason="Forbidden")))
    (asset,) = inventory.assets.values()
    assert asset.instances is None
    # What a type cannot have is absent, and what it is by itself is known; a tree that can be seen is open.
    fixed = {"cluster", "validating", "controller", "replicas", "namespace", "volumes", "containers"}
    for name, value in asset.attributes.items():
        assert isinstance(value, Unknown) or name in fixed or value.is_absent or _open(value), name


def _open(value: Any) -> bool:
    return bool(getattr(value, "open_because", ()))


def test_each_refusal_is_a_problem_with_the_permission_that_would_answer() -> None:
    reading = reading_of(
        _holdings(
            Refused(native_type="Secret", status=403, reason="Forbidden"),
            Refused(native_type="Deployment.apps", namespace="shop", status=403, reason="Forbidden"),
            Refused(native_type="Pod", status=410, reason="Expired", message="too old"),
            Refused(native_type="Node", status=401, reason="Unauthorized", message="Unauthorized"),
        )
    )
    assert [problem.text for problem in reading.problems] == [
        "secrets: denied (Forbidden): allow list secrets at cluster scope",
        "deployments.apps: denied (Forbidden): allow list deployments.apps in namespace shop",
        "pods: not answered (Expired): too old",
        "nodes: not answered (Unauthorized): Unauthorized",
    ]
    assert {str(problem.place) for problem in reading.problems} == {"kube://prod"}


def test_what_was_left_out_is_unknown_and_no_problem() -> None:
    holdings = _holdings(Listed(native_type="Pod", namespace="shop"), empty=False, namespaces=("shop",))
    reading = reading_of(holdings)
    assert not reading.problems
    types = {declaration.native_type for declaration in reading.declarations}
    assert "Pod" not in types
    assert {"Node", "NetworkPolicy.networking.k8s.io"} <= types


def test_a_secret_whose_type_was_not_told_is_of_no_known_type() -> None:
    tree: Any = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "shop"}}
    inventory = _inventory(
        _holdings(Thing(tree=tree), Thing(tree={**tree, "metadata": {"name": "t"}, "type": "Opaque"}))
    )
    assert inventory.assets["prod#Secret/shop/s"]["type"].is_unknown
    assert inventory.assets["prod#Secret/t"]["type"] == "Opaque"


def test_a_list_that_is_refused_twice_is_one_unknown() -> None:
    refused = Refused(native_type="Node", status=403, reason="Forbidden")
    reading = reading_of(_holdings(refused, refused, empty=False, namespaces=("a", "b")))
    addresses = [one.address for one in reading.declarations]
    assert len(addresses) == len(set(addresses))
    assert len(reading.problems) == 1


def test_what_comes_twice_and_what_has_no_name_is_told() -> None:
    reading = reading_of(_holdings(Thing(tree=_DEPLOYMENT), Thing(tree=_DEPLOYMENT), Thing(tree={"kind": "Pod"})))
    assert len(reading.declarations) == 1
    assert [problem.kind.value for problem in reading.problems] == ["duplicate", "invalid"]


def test_records_are_read_as_they_were_written(tmp_path: Path) -> None:
    header = Header(cluster="prod", collected_at=_AT, namespaces=("shop",))
    told: tuple[Record, ...] = (
        Thing(tree=_DEPLOYMENT, line=2),
        Listed(native_type="Pod", namespace="shop"),
        Missing(native_type="ClusterPolicy.kyverno.io"),
        Refused(native_type="Secret", namespace="shop", status=403, reason="Forbidden", message="no", line=5),
    )
    path = _file(tmp_path, header_line(header), *map(record_line, told), end_line(End(1)))
    with path.open() as file:
        assert tuple(records(file, name="x")) == (header, *told, End(1))
    assert is_evidence(path)
    assert not is_evidence(tmp_path)


def test_a_place_in_a_file_is_a_line(tmp_path: Path) -> None:
    header = header_line(Header(cluster="prod", collected_at=_AT, rest_is_empty=True))
    path = _file(tmp_path, header, record_line(Thing(tree=_DEPLOYMENT)), end_line(End(1)))
    reading = read_evidence(path)
    assert [str(one.place) for one in reading.declarations] == ["cluster.jsonl:2"]
    assert not reading.problems


def test_an_object_that_was_taken_out_or_added_is_noticed(tmp_path: Path) -> None:
    header, end = header_line(Header(cluster="prod", collected_at=_AT)), end_line(End(objects=1))
    thing = record_line(Thing(tree=_DEPLOYMENT))
    assert not read_evidence(_file(tmp_path, header, thing, end)).problems
    for lines, there in (((header, end), 0), ((header, thing, end, thing), 2)):
        reading = read_evidence(_file(tmp_path, *lines))
        assert reading.problems[0].text == f"1 objects were written, {there} are there"


def test_a_file_that_was_cut_off_is_not_taken_for_whole(tmp_path: Path) -> None:
    header = header_line(Header(cluster="prod", collected_at=_AT))
    reading = read_evidence(_file(tmp_path, header, record_line(Thing(tree=_DEPLOYMENT))))
    assert "ends before the collection did" in reading.problems[0].text
    assert {"NetworkPolicy.networking.k8s.io", "Secret"} <= {one.native_type for one in reading.declarations}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "it is empty"),
        ("{", "it is not JSON"),
        ("3", "an object was expected"),
        ("[" * 100_000, "it is not JSON"),
        ('{"watchword": "other"}', "does not begin as"),
        ('{"watchword": "kubernetes-evidence", "version": 2}', "version 2 is not known"),
        ('{"watchword": "kubernetes-evidence", "version": 1}', "cluster and collected_at are needed"),
        (
            '{"watchword": "kubernetes-evidence", "version": 1, "cluster": "c", "collected_at": "", "namespaces": 1}',
            "namespaces is a list",
        ),
        (header_line(Header(cluster="c", collected_at=_AT)) + '{"x": 1}', "is needed"),
    ],
)
def test_what_is_no_evidence_is_refused_with_its_line(line: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        list(records(line.splitlines(), name="x"))


def test_a_bad_line_leaves_what_came_before_it_and_is_a_problem(tmp_path: Path) -> None:
    header = header_line(Header(cluster="prod", collected_at=_AT, rest_is_empty=True))
    reading = read_evidence(_file(tmp_path, header, record_line(Thing(tree=_DEPLOYMENT)), "nonsense\n"))
    assert len(reading.declarations) == 1
    assert "cluster.jsonl:3: it is not JSON" in reading.problems[0].text
    binary = tmp_path / "cluster.jsonl"
    binary.write_bytes(header.encode() + b"\xff\xfe\n")
    assert read_evidence(binary).problems


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("metadata", "spec", "template", "containers", "rules", "subjects", "labels", "name", "x")),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(st.sampled_from(sorted(BY_TYPE)), _JSON, _JSON)
def test_whatever_a_server_says_nothing_raises(native_type: str, metadata: Any, spec: Any) -> None:
    resource = BY_TYPE[native_type]
    named = {**metadata, "name": "x"} if isinstance(metadata, dict) else {"name": "x"}
    version = f"{resource.group}/v1" if resource.group else "v1"
    tree = {"apiVersion": version, "kind": resource.kind, "metadata": named, "spec": spec, "rules": spec}
    text = record_line(Thing(tree=json.loads(json.dumps(tree))))
    (_, thing) = records([header_line(Header(cluster="c", collected_at=_AT)), text], name="x")
    assert isinstance(thing, Thing)
    for asset in _inventory(_holdings(thing)).assets.values():
        assert all(value.is_known in {True, False} for _, value in asset.attributes.items())
