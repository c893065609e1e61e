"""Manifests are found, told from what is none, taken apart; what wants rendering is said and not judged."""

import json
from pathlib import Path

import pytest

from watchword.adapters.kubernetes import kubernetes_shapes, read_kubernetes
from watchword.inventory import Inventory, Place, ProblemKind, Reading, assemble

_POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: x}]}\n"


def _read(tmp_path: Path, files: dict[str, str]) -> Reading:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return read_kubernetes(tmp_path)


def _inventory(tmp_path: Path, files: dict[str, str]) -> Inventory:
    reading = _read(tmp_path, files)
    assert not reading.problems
    return assemble([reading], kubernetes_shapes())


def test_a_manifest_is_one_by_what_it_says(tmp_path: Path) -> None:
    reading = _read(
        tmp_path,
        {
            "a.yaml": _POD,
            "b.json": json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"}}),
            "c.yml": "# apiVersion and kind\nservices: {web: {image: x}}\n",
            "d.yaml": "apiVersion: v1\nkind: Config\nclusters: []\n",
            "e.yaml": "text about apiVersion and kind: [\n",
            "f.txt": _POD,
            "g.yaml": "- apiVersion: v1\n  kind: Pod\n",
            "h.yaml": "apiVersion: skaffold/v4beta1\nkind: Config\n",
            "i.yaml": "apiVersion: ''\nkind: Pod\n",
        },
    )
    assert [one.address for one in reading.declarations] == ["Pod/default/a", "Pod/default/b"]
    assert not reading.problems
    assert (reading.coverage.files, reading.coverage.roots) == (2, 1)


def test_native_types_carry_their_group(tmp_path: Path) -> None:
    text = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\n"
    (one,) = _read(tmp_path, {"a.yaml": text}).declarations
    assert (one.native_type, one.root, one.address) == (
        "ClusterRole.rbac.authorization.k8s.io",
        ".",
        "ClusterRole.rbac.authorization.k8s.io/r",
    )
    assert one.place == Place("a.yaml", 1, 3, 1)


def test_a_bad_document_is_one_problem_and_the_rest_is_read(tmp_path: Path) -> None:
    reading = _read(tmp_path, {"a.yaml": f"{_POD}---\napiVersion: v1\nkind: [\n---\n{_POD.replace('a}', 'b}')}"})
    assert [one.address for one in reading.declarations] == ["Pod/default/a", "Pod/default/b"]
    assert reading.declarations[1].place.line == 9
    assert [(p.kind, p.place.line) for p in reading.problems] == [(ProblemKind.SYNTAX, 8)]


def test_lists_are_taken_apart(tmp_path: Path) -> None:
    text = """\
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Pod, metadata: {name: a}}
  - apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleList
    items: [{metadata: {name: b}}, {metadata: {name: c, namespace: n}}, 7]
"""
    reading = _read(tmp_path, {"a.yaml": text})
    assert [one.address for one in reading.declarations] == [
        "Pod/default/a",
        "Role.rbac.authorization.k8s.io/default/b",
        "Role.rbac.authorization.k8s.io/n/c",
    ]
    assert [one.place.line for one in reading.declarations] == [4, 7, 7]


def test_what_has_the_same_name_is_told_apart_and_all_of_it_is_kept(tmp_path: Path) -> None:
    odd = _POD.replace("{name: a}", "{name: a~2}")
    reading = _read(tmp_path, {"a.yaml": f"{odd}---\n{_POD}---\n{_POD}", "b.yaml": _POD, "d/a.yaml": _POD})
    assert [(one.root, one.address) for one in reading.declarations] == [
        (".", "Pod/default/a~2"),
        (".", "Pod/default/a"),
        (".", "Pod/default/a~3"),
        (".", "Pod/default/a@b.yaml"),
        ("d", "Pod/default/a"),
    ]
    assert len(assemble([reading], kubernetes_shapes()).assets) == 5


def test_a_name_that_is_made_by_the_server_is_not_known(tmp_path: Path) -> None:
    text = _POD.replace("name: a", "generateName: job-")
    assert _read(tmp_path, {"a.yaml": text}).declarations[0].address == "Pod/default/job-*"


def test_the_namespace_is_default_where_none_is_named(tmp_path: Path) -> None:
    inventory = _inventory(tmp_path, {"a.yaml": _POD, "b.yaml": _POD.replace("{name: a}", "{name: b, namespace: n}")})
    namespace = inventory.assets[".#Pod/default/a"]["namespace"]
    assert namespace == "default"
    assert getattr(namespace, "is_default", None) is True
    assert inventory.assets[".#Pod/n/b"]["namespace"] == "n"


# What wants rendering


def test_templates_of_a_chart_are_one_problem(tmp_path: Path) -> None:
    template = (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n{{- if .Values.x }}\n  a: b\n{{- end }}\n"
    )
    reading = _read(
        tmp_path,
        {
            "chart/Chart.yaml": "apiVersion: v2\nname: c\n",
            "chart/templates/a.yaml": template,
            "chart/templates/deep/b.yaml": template,
            "chart/templates/static.yaml": _POD,
            "chart/crds/c.yaml": _POD.replace("{name: a}", "{name: c}"),
        },
    )
    assert [one.address for one in reading.declarations] == ["Pod/default/c", "Pod/default/a"]
    (problem,) = reading.problems
    assert (problem.kind, problem.place.file) == (ProblemKind.UNRENDERED, "chart/Chart.yaml")
    assert "2 templates" in problem.text


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ name }}\n",
        "apiVersion: v1\nkind: Pod\n{% if x %}\na: b\n{% endif %}\n",
        "apiVersion: v1\nkind: Pod\n{{- with .x }}\n",
    ],
)
def test_templates_of_anything_else_are_problems_of_their_own(tmp_path: Path, text: str) -> None:
    reading = _read(tmp_path, {"a.yaml": f"{_POD}---\n{text}"})
    assert len(reading.declarations) == 1
    assert [(p.kind, p.place.line) for p in reading.problems] == [(ProblemKind.UNRENDERED, 5)]


def test_braces_in_texts_are_no_templates_but_what_they_stand_for_is_not_known(tmp_path: Path) -> None:
    text = _POD.replace("image: x", "image: 'registry.example.com/{{ app }}:1.0', command: ['{{ run }}', '}}{{']")
    inventory = _inventory(tmp_path, {"a.yaml": text})
    container = inventory.assets[".#Pod/default/a"]["containers"][0]
    assert container["registry"] == "registry.example.com"
    assert container["repository"].is_unknown
    assert container["tag"] == "1.0"
    assert container["image"] != "nginx"
    assert container["command"][0].is_unknown
    assert container["command"][1] == "}}{{"


def test_patches_of_a_kustomization_are_no_manifests(tmp_path: Path) -> None:
    files = {
        "over/kustomization.yaml": "namespace: prod\nresources: [../base, own.yaml]\npatches:\n- path: patch.yaml\n"
        "- patch: |\n    - op: add\npatchesStrategicMerge: [more.yaml, '../x/y.yaml']\n",
        "over/patch.yaml": _POD,
        "over/more.yaml": _POD,
        "over/own.yaml": _POD.replace("{name: a}", "{name: own}"),
        "x/y.yaml": _POD,
        "x/kustomization.yml": "resources: [z.yaml]\n",
        "x/z.yaml": _POD,
    }
    reading = _read(tmp_path, files)
    assert [(one.root, one.address) for one in reading.declarations] == [
        ("over", "Pod/prod/own"),
        ("x", "Pod/default/a"),
    ]
    assert [(p.kind, p.place.file) for p in reading.problems] == [(ProblemKind.UNRENDERED, "over/kustomization.yaml")]
    assert "4 patches" in reading.problems[0].text
    asset = assemble([reading], kubernetes_shapes()).assets["over#Pod/prod/own"]
    assert asset["namespace"].place.file == "over/kustomization.yaml"


def test_a_kustomization_that_does_not_parse_says_nothing(tmp_path: Path) -> None:
    reading = _read(tmp_path, {"kustomization.yaml": "[", "a.yaml": _POD})
    assert len(reading.declarations) == 1


# Hostile input


def test_bombs_depth_tags_and_duplicates_are_said(tmp_path: Path) -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(9)
    )
    reading = _read(
        tmp_path,
        {
            "a.yaml": f"apiVersion: v1\nkind: Pod\n{bomb}",
            "b.yaml": f"apiVersion: v1\nkind: Pod\nspec: {'[' * 5_000}\n",
            "c.yaml": _POD + "status: !!python/object/apply:os.system [ls]\n",
            "d.yaml": _POD.replace("{name: a}", "{name: d}") + "kind: Job\n",
            "e.yaml": "apiVersion: v1\nkind: Pod\nspec: \x07\n",
        },
    )
    assert [(p.kind, p.place.file) for p in reading.problems] == [
        (ProblemKind.LIMIT, "a.yaml"),
        (ProblemKind.LIMIT, "b.yaml"),
        (ProblemKind.INVALID, "c.yaml"),
        (ProblemKind.DUPLICATE, "d.yaml"),
        (ProblemKind.SYNTAX, "e.yaml"),
    ]
    assert len(reading.declarations) == 2


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Pod\n",
        "apiVersion: v1\nkind: Pod\nmetadata: text\nspec: [1]\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: [1], namespace: {a: b}}\nspec: {containers: {a: b}}\n",
        "apiVersion: v1\nkind: Pod\nspec: {containers: [1, [2], {image: [3], env: x, args: {a: b}, ports: [null]}]}\n",
        "apiVersion: apps/v1\nkind: Deployment\nspec: {template: 7}\n",
        "apiVersion: v1\nkind: Service\nspec: {ports: [1], selector: x}\n",
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec: {ingress: [1, {from: [2]}], podSelector: 3}\n",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nroleRef: x\nsubjects: [1, {kind: 2}]\n",
        "apiVersion: v1\nkind: Secret\ndata: [1]\nstringData: 2\n",
        "apiVersion: v1\nkind: List\nitems: {a: b}\n",
        "# apiVersion\nkind: PodList\nitems: [{metadata: {name: a}}]\n",
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec: {rules: [1, {http: {paths: [2]}}], tls: 3}\n",
    ],
)
def test_manifests_of_the_wrong_shape_are_read_all_the_same(tmp_path: Path, text: str) -> None:
    reading = _read(tmp_path, {"a.yaml": text})
    for asset in assemble([reading], kubernetes_shapes()).assets.values():
        for _, value in asset.attributes.items():  # noqa: PERF102 - a block is no dictionary
            repr(value)


def test_files_can_be_given(tmp_path: Path) -> None:
    _read(tmp_path, {"a.yaml": _POD, "b.yaml": _POD})
    assert len(read_kubernetes(tmp_path, files=["b.yaml", "x.md"]).declarations) == 1
    assert [p.kind for p in read_kubernetes(tmp_path, files=["gone.yaml"]).problems] == [ProblemKind.UNREADABLE]
    assert len(read_kubernetes(tmp_path / "a.yaml").declarations) == 1
