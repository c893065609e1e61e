"""Stacks within stacks: read as they are called, with what they are handed."""

from pathlib import Path

import pytest

from watchword.adapters.cloudformation import cloudformation_shapes, read_cloudformation
from watchword.inventory import Inventory, assemble

_PARENT = """
Parameters:
  Encrypted: {Type: String, Default: "true"}
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties: {Description: orders}
  Database:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: parts/database.yaml
      Parameters:
        Encrypted: !Ref Encrypted
        Key: !Ref Key
        Groups: sg-1,sg-2
  Reader:
    Type: AWS::Lambda::Function
    Properties:
      Environment:
        Variables:
          TABLE: !GetAtt Database.Outputs.Table
          DEAD: !GetAtt Database.Outputs.Nothing
"""
_CHILD = """
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Encrypted: {Type: String, Default: "false"}
  Key: {Type: String}
  Groups: {Type: "List<AWS::EC2::SecurityGroup::Id>"}
Resources:
  Orders:
    Type: AWS::RDS::DBInstance
    Properties:
      StorageEncrypted: !Ref Encrypted
      KmsKeyId: !Ref Key
      VPCSecurityGroups: !Ref Groups
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: orders}
Outputs:
  Table:
    Value: !Ref Table
"""


def _read(base: Path, files: dict[str, str]) -> Inventory:
    for name, text in files.items():
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text(text)
    return assemble([read_cloudformation(base)], cloudformation_shapes())


def test_a_child_is_judged_with_what_it_is_handed_and_not_alone(tmp_path: Path) -> None:
    inventory = _read(tmp_path, {"app.yaml": _PARENT, "parts/database.yaml": _CHILD})
    (orders,) = inventory.of("database")
    assert orders.uid == "app.yaml/Database#Orders"
    assert orders["encrypted"] == "true"
    assert (orders["encrypted"].root.file, orders["encrypted"].root.line) == ("app.yaml", 3)
    assert [call.name for call in orders.calls] == ["Database"]
    assert orders.place.file == "parts/database.yaml"
    assert [group.text() for group in orders["security_groups"].each()] == ["sg-1", "sg-2"]


def test_names_lead_through_parameters_and_outputs(tmp_path: Path) -> None:
    inventory = _read(tmp_path, {"app.yaml": _PARENT, "parts/database.yaml": _CHILD})
    (orders,) = inventory.of("database")
    assert [key.uid for key in inventory.resolve(orders["key"])] == ["app.yaml#Key"]
    (reader,) = inventory.of("function")
    assert [one.uid for one in inventory.resolve(reader["environment"]["TABLE"])] == ["app.yaml/Database#Table"]
    assert reader["environment"]["DEAD"].is_unknown


def test_the_cdk_names_the_asset_beside(tmp_path: Path) -> None:
    parent = """
Resources:
  Nested:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: {"Fn::Sub": "https://s3.${AWS::URLSuffix}/assets/1.json"}
    Metadata:
      aws:asset:path: database.yaml
"""
    inventory = _read(tmp_path, {"stack.template.json.yaml": parent, "database.yaml": _CHILD})
    assert [one.uid for one in inventory.of("table")] == ["stack.template.json.yaml/Nested#Table"]


def test_a_stack_that_may_not_be_there_makes_what_may_not_be_there_together(tmp_path: Path) -> None:
    parent = """
Parameters:
  Stage: {Type: String}
Conditions:
  Live: !Equals [!Ref Stage, live]
Resources:
  Nested:
    Type: AWS::CloudFormation::Stack
    Condition: Live
    Properties: {TemplateURL: ./child.yaml}
"""
    child = """
Resources:
  Media:
    Type: AWS::S3::Bucket
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Media
      PolicyDocument: {Statement: []}
"""
    inventory = _read(tmp_path, {"parent.yaml": parent, "child.yaml": child})
    (bucket,) = inventory.of("object_store")
    assert bucket.instances is None
    assert bucket["policy"].is_known or not bucket["policy"].is_unknown


@pytest.mark.parametrize("url", ["https://s3.amazonaws.com/x/child.yaml", "../outside.yaml", "none.yaml", "/etc/hosts"])
def test_what_is_not_in_reach_is_not_entered(tmp_path: Path, url: str) -> None:
    (tmp_path / "outside.yaml").write_text(_CHILD)
    parent = f"Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: '{url}'}}\n"
    inventory = _read(tmp_path / "in", {"parent.yaml": parent, "child.yaml": _CHILD})
    assert [one.uid for one in inventory.of("table")] == ["child.yaml#Table"]


def test_templates_that_call_each_other_in_a_circle_are_each_judged(tmp_path: Path) -> None:
    stack = "Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: {}}}\n  Q{}: {{Type: AWS::SQS::Queue}}\n"
    inventory = _read(tmp_path, {"a.yaml": stack.format("b.yaml", "A"), "b.yaml": stack.format("a.yaml", "B")})
    assert {"a.yaml#QA", "b.yaml#QB"} <= set(inventory.assets)


def test_stacks_that_multiply_are_bounded_and_told(tmp_path: Path) -> None:
    many = "Resources:\n" + "".join(
        f"  N{n}:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: NEXT}}\n" for n in range(12)
    )
    files = {f"l{n}.yaml": many.replace("NEXT", f"l{n + 1}.yaml") for n in range(4)}
    files["l4.yaml"] = "Resources:\n  Q: {Type: AWS::SQS::Queue}\n"
    inventory = _read(tmp_path, files)
    assert [problem.kind.value for problem in inventory.problems] == ["limit"]
