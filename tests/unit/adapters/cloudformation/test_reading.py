"""Templates are found, told from what is none, and read; what is wrong with them is said."""

import json
from pathlib import Path

import pytest

from watchword.adapters.cloudformation import cloudformation_shapes, read_cloudformation
from watchword.inventory import Asset, Inventory, Place, ProblemKind, Reading, ReasonKind, UnknownValueError, assemble

_BUCKET = "Resources:\n  B:\n    Type: AWS::S3::Bucket\n"


def _read(tmp_path: Path, **files: str) -> Reading:
    for name, text in files.items():
        path = tmp_path / name.replace("__", ".")
        path.write_text(text)
    return read_cloudformation(tmp_path)


def _inventory(tmp_path: Path, text: str) -> Inventory:
    reading = _read(tmp_path, t__yaml=text)
    assert not reading.problems
    return assemble([reading], cloudformation_shapes())


def _one(inventory: Inventory, address: str) -> Asset:
    return inventory.assets[f"t.yaml#{address}"]


def test_a_template_is_one_by_what_it_holds(tmp_path: Path) -> None:
    reading = _read(
        tmp_path,
        a__yaml=_BUCKET,
        b__json=json.dumps({"Resources": {"J": {"Type": "AWS::S3::Bucket"}}}),
        c__template=_BUCKET.replace("B:", "T:"),
        d__yaml="apiVersion: v1\nkind: ConfigMap\ndata:\n  t: |\n    Resources: {B: {Type: AWS::S3::Bucket}}\n",
        e__yaml="Resources: [AWS::S3::Bucket]\n",
        f__yaml="Resources: {x: {Type: something}}\nother: AWS::S3::Bucket\n",
        g__txt=_BUCKET,
        h__yaml="[",
        i__json="{",
        j__yaml="- AWS::\n- Resources\n- [\n",
    )
    assert [(one.root, one.address) for one in reading.declarations] == [
        ("a.yaml", "B"),
        ("b.json", "J"),
        ("c.template", "T"),
    ]
    assert not reading.problems
    assert (reading.coverage.files, reading.coverage.roots, reading.coverage.blocks) == (3, 3, 3)


def test_a_declaration_stands_from_its_name_to_its_end(tmp_path: Path) -> None:
    reading = _read(tmp_path, t__yaml=_BUCKET + "    Properties:\n      BucketName: x\n\n# more\n")
    assert reading.declarations[0].place == Place("t.yaml", 2, 5, 3)


def test_a_file_that_does_not_parse_is_one_problem_and_the_rest_is_read(tmp_path: Path) -> None:
    reading = _read(tmp_path, a__yaml="AWSTemplateFormatVersion: x\nResources:\n  - [\nAWS::\n", b__yaml=_BUCKET)
    assert [(p.kind, p.place.file) for p in reading.problems] == [(ProblemKind.SYNTAX, "a.yaml")]
    assert len(reading.declarations) == 1


def test_a_template_of_a_template_wants_rendering(tmp_path: Path) -> None:
    reading = _read(tmp_path, a__yaml="Resources:\n  {% for x in y %}\n  B: {Type: AWS::S3::Bucket}\n")
    assert [p.kind for p in reading.problems] == [ProblemKind.UNRENDERED]


def test_macros_that_are_not_known_are_said(tmp_path: Path) -> None:
    reading = _read(tmp_path, a__yaml="Transform: [AWS::Serverless-2016-10-31, Mine]\n" + _BUCKET)
    assert [(p.kind, p.place.line) for p in reading.problems] == [(ProblemKind.UNRENDERED, 1)]
    assert "Mine" in reading.problems[0].text
    reading = _read(tmp_path, a__yaml=_BUCKET + "  Fn::Transform: {Name: AWS::Include}\n")
    assert [(p.kind, p.place.line) for p in reading.problems] == [(ProblemKind.UNRENDERED, 4)]


def test_what_makes_no_sense_is_a_problem(tmp_path: Path) -> None:
    reading = _read(tmp_path, a__yaml=_BUCKET + "  C: {Properties: {}}\n  D: text\n  B: {Type: AWS::S3::Bucket}\n")
    assert [(p.kind, p.place.line) for p in reading.problems] == [
        (ProblemKind.DUPLICATE, 6),
        (ProblemKind.INVALID, 4),
        (ProblemKind.INVALID, 5),
    ]


def test_a_loop_that_makes_one_resource_twice_is_a_problem(tmp_path: Path) -> None:
    loop = "  Fn::ForEach::L: [N, [a, a], {'X${N}': {Type: AWS::S3::Bucket}}]\n"
    reading = _read(tmp_path, a__yaml=_BUCKET + loop)
    assert [one.address for one in reading.declarations] == ["B", "Xa"]
    assert [p.kind for p in reading.problems] == [ProblemKind.DUPLICATE]


def test_more_resources_than_a_template_may_have_are_cut_and_said(tmp_path: Path) -> None:
    many = "".join(f"  R{n}: {{Type: AWS::S3::Bucket}}\n" for n in range(5_001))
    reading = _read(tmp_path, a__yaml="Resources:\n" + many)
    assert len(reading.declarations) == 5_000
    assert [p.kind for p in reading.problems] == [ProblemKind.LIMIT]


@pytest.mark.parametrize("properties", ["text", "[1]", "!Ref X", "{'Fn::Transform': {Name: M}}"])
def test_properties_that_are_none_are_not_known(tmp_path: Path, properties: str) -> None:
    inventory = _inventory(tmp_path, _BUCKET + f"    Properties: {properties}\n")
    with pytest.raises(UnknownValueError):
        bool(_one(inventory, "B")["versioning"])


def test_what_stands_around_a_resource_is_kept_for_waivers(tmp_path: Path) -> None:
    text = _BUCKET + "    DependsOn: C\n    DeletionPolicy: Retain\n    Metadata:\n      checkov:\n"
    text += "        skip: [{id: CKV_AWS_18, comment: why}]\n      cfn_nag: {rules_to_suppress: [{id: W35}]}\n"
    tree = _one(_inventory(tmp_path, text), "B").native
    assert tree.get("@Metadata", "checkov", "skip", 0, "id") == "CKV_AWS_18"
    assert tree.get("@Metadata", "checkov", "skip", 0, "id").place.line == 8
    assert tree.get("@Metadata", "cfn_nag", "rules_to_suppress", 0, "id") == "W35"
    assert tree["@DependsOn"] == "C"


def test_a_second_template_in_a_file_has_a_root_of_its_own(tmp_path: Path) -> None:
    reading = _read(tmp_path, a__yaml=f"{_BUCKET}---\n{_BUCKET}")
    assert [(one.root, one.place.line) for one in reading.declarations] == [("a.yaml", 2), ("a.yaml~2", 6)]


def test_files_can_be_given(tmp_path: Path) -> None:
    _read(tmp_path, a__yaml=_BUCKET, b__yaml=_BUCKET)
    assert [one.root for one in read_cloudformation(tmp_path, files=["b.yaml", "x.md"]).declarations] == ["b.yaml"]
    gone = read_cloudformation(tmp_path, files=["gone.yaml"])
    assert [p.kind for p in gone.problems] == [ProblemKind.UNREADABLE]
    assert read_cloudformation(tmp_path / "a.yaml").declarations[0].root == "a.yaml"


# SAM


_SAM = """\
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.12
    Environment: {Variables: {A: a, B: b}}
    Layers: [x]
  SimpleTable: {SSESpecification: {SSEEnabled: true}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Environment: {Variables: {B: own}}
      Layers: [y]
      Tracing: Active
      VpcConfig: {SubnetIds: [a]}
      Policies:
        - AmazonS3FullAccess
        - AWSLambdaSQSQueueExecutionRole
        - !Ref P
        - Statement: {Effect: Allow, Action: '*', Resource: '*'}
      FunctionUrlConfig: {AuthType: NONE}
  G: {Type: AWS::Serverless::Function, Properties: {Role: !GetAtt R.Arn, Runtime: nodejs22.x}}
  H: {Type: AWS::Serverless::Function, Properties: {Policies: {S3ReadPolicy: {BucketName: x}}}}
  T: {Type: AWS::Serverless::SimpleTable}
  S: {Type: AWS::Serverless::StateMachine}
  R: {Type: AWS::IAM::Role}
  P: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: []}}}
  O: {Type: AWS::X::Y, Properties: {Role: !GetAtt FRole.Arn, Api: !Ref ServerlessRestApi}}
"""


def test_globals_are_put_into_resources(tmp_path: Path) -> None:
    inventory = _inventory(tmp_path, _SAM)
    function = _one(inventory, "F")
    assert function["runtime"] == "python3.12"
    assert function["environment"].plain() == {"A": "a", "B": "own"}
    assert function.native["Layers"].plain() == ["x", "y"]
    assert _one(inventory, "G")["runtime"] == "nodejs22.x"
    assert _one(inventory, "T")["encrypted_with_customer_key"]


def test_a_function_without_a_role_brings_one(tmp_path: Path) -> None:
    inventory = _inventory(tmp_path, _SAM)
    role = _one(inventory, "FRole")
    assert inventory.resolve(_one(inventory, "F")["role"]) == (role,)
    policy = "arn:aws:iam::aws:policy/"
    assert [value.text() for value in role["attached"].each() if value.is_known] == [
        f"{policy}service-role/AWSLambdaBasicExecutionRole",
        f"{policy}service-role/AWSLambdaVPCAccessExecutionRole",
        f"{policy}AmazonS3FullAccess",
        f"{policy}service-role/AWSLambdaSQSQueueExecutionRole",
    ]
    documents = list(role["policies"].each())
    assert documents[0]["Statement"]["Action"] == "*"
    assert documents[1]["Statement"].plain() == []
    assert role["trust"].get("Statement", 0, "Principal", "Service", 0) == "lambda.amazonaws.com"
    assert inventory.resolve(_one(inventory, "G")["role"]) == (_one(inventory, "R"),)
    assert "t.yaml#GRole" not in inventory.assets
    assert _one(inventory, "SRole")["trust"].get("Statement", 0, "Principal", "Service", 0) == "states.amazonaws.com"
    assert _one(inventory, "FUrl").native["AuthType"] == "NONE"
    other = _one(inventory, "O").native
    assert inventory.resolve(other["Role"]) == (role,)
    reasons = [value.reasons[0].kind for value in (other["Api"],) if value.is_unknown and hasattr(value, "reasons")]
    assert reasons == [ReasonKind.AFTER_APPLY]


def test_what_a_policy_template_of_sam_allows_is_not_known(tmp_path: Path) -> None:
    role = _one(_inventory(tmp_path, _SAM), "HRole")
    with pytest.raises(UnknownValueError, match="S3ReadPolicy"):
        len(role["policies"].plain())  # type: ignore[arg-type]
