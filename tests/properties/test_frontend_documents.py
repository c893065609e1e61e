"""Whatever stands in a YAML or JSON file: it is read or refused with a place, every value can be asked, nothing raises."""

import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from watchword.adapters.cloudformation import cloudformation_shapes, read_cloudformation
from watchword.adapters.documents import Mapping, Node, Scalar, Sequence, read_documents, scalar_value
from watchword.adapters.kubernetes import kubernetes_shapes, read_kubernetes
from watchword.inventory import Block, Elements, Reading, Shape, Value, assemble

_FUNCTIONS = [
    "Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::If", "Fn::FindInMap", "Fn::Base64",
    "Fn::Cidr", "Fn::ImportValue", "Fn::Transform", "Fn::ForEach::X", "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not",
    "Fn::Length", "Fn::ToJsonString", "Fn::GetAZs", "Condition",
]  # fmt: skip
_WORDS = [
    "A", "B", "C", "X", "Known", "Asked", "AWS::NoValue", "AWS::Region", "${A}", "${A.Arn}-${Asked}", "", "0", "-1",
    "10.0.0.0/16", "{{resolve:x}}", "{{ x }}", "x", "\u2028", "a:b@c", "*",
]  # fmt: skip
_PROPERTIES = [
    "BucketName", "Tags", "PolicyDocument", "Bucket", "SecurityGroupIngress", "Policies", "Roles", "Key", "Value",
    "DBClusterIdentifier", "ManagedPolicyArns", "Environment", "Variables", "LaunchTemplate", "LaunchTemplateId",
]  # fmt: skip
_TYPES = sorted(cloudformation_shapes())
_FIELDS = [
    "spec", "template", "metadata", "containers", "initContainers", "securityContext", "image", "env", "name", "args",
    "labels", "annotations", "namespace", "podSelector", "ingress", "from", "to", "ports", "subjects", "roleRef", "rules",
    "serviceAccountName", "volumes", "secret", "secretName", "valueFrom", "data", "stringData", "items", "kind", "webhooks",
]  # fmt: skip
_KINDS = sorted(kubernetes_shapes())

_LEAF = st.one_of(st.none(), st.booleans(), st.integers(-5, 500), st.floats(allow_nan=False), st.sampled_from(_WORDS))


def _trees(names: list[str]) -> st.SearchStrategy[object]:
    return st.recursive(
        _LEAF,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(names), inner, max_size=3)
        ),
        max_leaves=12,
    )


_TEMPLATES = st.fixed_dictionaries(
    {
        "Parameters": st.just({"Known": {"Type": "String", "Default": "known"}, "Asked": {"Type": "String"}}),
        "Conditions": st.dictionaries(st.sampled_from(["A", "B", "C"]), _trees(_FUNCTIONS), max_size=3),
        "Mappings": st.dictionaries(st.sampled_from(["A", "B"]), _trees(["A", "B", "x"]), max_size=2),
        "Resources": st.dictionaries(
            st.sampled_from(["A", "B", "X", "Fn::ForEach::L", "Fn::Transform"]),
            st.one_of(
                st.fixed_dictionaries(
                    {"Type": st.sampled_from(_TYPES), "Properties": _trees([*_FUNCTIONS, *_PROPERTIES])},
                    optional={"Condition": st.sampled_from(["A", "B", "C", "D"])},
                ),
                _trees(_FUNCTIONS),
            ),
            min_size=1,
            max_size=4,
        ),
    }
)


def _asked(value: Value, depth: int = 0) -> None:
    """Ask a value for everything there is in it."""
    assert value.place is not None
    if depth > 30:
        return
    if isinstance(value, Elements):
        for element in value.each():
            _asked(element, depth + 1)
    elif isinstance(value, Block):
        for _, child in value.items():  # noqa: PERF102 - a block is no dictionary
            _asked(child, depth + 1)


def _sound(reading: Reading, shapes: dict[str, Shape], lines: int) -> None:
    for problem in reading.problems:
        assert problem.place.file
        assert 0 <= problem.place.line <= lines
    inventory = assemble([reading], shapes)
    assert len({(one.root, one.address) for one in reading.declarations}) == len(reading.declarations)
    for asset in inventory.assets.values():
        assert 1 <= asset.place.line <= asset.place.end_line <= lines
        _asked(asset.attributes)
        _asked(asset.native)
    _ = inventory.edges


@settings(max_examples=150, deadline=None)
@given(template=_TEMPLATES, indent=st.sampled_from([None, 1]))
def test_any_template_can_be_read_and_asked(template: object, indent: int | None) -> None:
    text = json.dumps(template, indent=indent)
    with tempfile.TemporaryDirectory() as directory:
        for name in ("t.json", "t.yaml"):
            (Path(directory) / name).write_text(text, encoding="utf-8")
            reading = read_cloudformation(Path(directory), files=[name])
            _sound(reading, dict(cloudformation_shapes()), text.count("\n") + 1)


@settings(max_examples=150, deadline=None)
@given(
    manifests=st.lists(
        st.tuples(st.sampled_from(_KINDS), st.dictionaries(st.sampled_from(_FIELDS), _trees(_FIELDS), max_size=4)),
        min_size=1,
        max_size=3,
    )
)
def test_any_manifest_can_be_read_and_asked(manifests: list[tuple[str, dict[str, object]]]) -> None:
    documents = []
    for native_type, body in manifests:
        kind, _, group = native_type.partition(".")
        version = f"{group}/v1" if group else "v1"
        documents.append(json.dumps({**body, "apiVersion": version, "kind": kind}, indent=1))
    text = "\n---\n".join(documents)
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "m.yaml").write_text(text, encoding="utf-8")
        reading = read_kubernetes(Path(directory))
        _sound(reading, dict(kubernetes_shapes()), text.count("\n") + 1)
        assert len(reading.declarations) + len(reading.problems) >= len(manifests)


_YAML = st.lists(
    st.sampled_from(
        ["a", "b", ": ", "- ", "\n", "\n  ", "---", "\n---\n", "&x ", "*x", "<<", "{", "}", "[", "]", ",", "'", '"', "|", ">",
         "!t ", "!!int ", "?", "#", "%", "\t", "\x00", "\ufeff", "é", "12", "null", "..."]
    ),
    max_size=30,
).map("".join)  # fmt: skip


def _within(node: Node, first: int, last: int) -> None:
    assert first <= node.line <= node.end_line <= last
    assert node.column >= 1
    if isinstance(node, Scalar):
        scalar_value(node)
    elif isinstance(node, Sequence):
        for item in node.items:
            _within(item, 1, last)
    elif isinstance(node, Mapping):
        for entry in node.entries.values():
            _within(entry.value, 1, last)


@settings(max_examples=400, deadline=None)
@given(text=st.one_of(_YAML, st.text(max_size=40)), name=st.sampled_from(["a.yaml", "a.json"]))
def test_any_text_is_read_or_refused_with_a_place(text: str, name: str) -> None:
    content = text.encode("utf-8", "surrogatepass")
    documents = read_documents(content, name, wanted=bool)
    last = len(text.splitlines()) + text.count("\n") + 1
    for document in documents.documents:
        _within(document.node, document.line, last)
    for broken in documents.broken:
        assert broken.problems
        for problem in broken.problems:
            assert 1 <= problem.place.line <= last


_PLAIN = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**60), 2**60), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)),
    max_leaves=20,
)


def _plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return scalar_value(node)
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return {name: _plain(entry.value) for name, entry in node.entries.items()}


@settings(max_examples=200, deadline=None)
@given(tree=_PLAIN, indent=st.sampled_from([None, 2]), ascii_only=st.booleans())
def test_json_comes_back_as_it_was_written(tree: object, indent: int | None, *, ascii_only: bool) -> None:
    text = json.dumps({"": tree}, indent=indent, ensure_ascii=ascii_only)
    if "\\ud" in text.lower():
        return  # half of a pair of surrogates is no text
    documents = read_documents(text.encode("utf-8", "replace"), "a.json", wanted=bool)
    assert not documents.broken
    assert _plain(documents.documents[0].node) == {"": tree}
