"""Plans and states: what Terraform has evaluated, references from its configuration, places from the source."""

import json
from pathlib import Path

import pytest

from watchword.adapters.terraform import read_plan, read_state, terraform_shapes
from watchword.adapters.terraform.plan import module_steps
from watchword.inventory import FrontEnd, ProblemKind, assemble

_PLAN = {
    "format_version": "1.2",
    "planned_values": {
        "root_module": {
            "resources": [
                {
                    "address": "aws_s3_bucket_public_access_block.p",
                    "mode": "managed",
                    "type": "aws_s3_bucket_public_access_block",
                    "name": "p",
                    "values": {"block_public_acls": True, "block_public_policy": None},
                }
            ],
            "child_modules": [
                {
                    "address": 'module.m["a.b"]',
                    "resources": [
                        {
                            "address": 'module.m["a.b"].aws_s3_bucket.b',
                            "mode": "managed",
                            "type": "aws_s3_bucket",
                            "name": "b",
                            "values": {"bucket": "logs", "tags": {"A": "b"}, "versioning": []},
                        },
                        {
                            "address": 'module.m["a.b"].aws_s3_bucket_versioning.b',
                            "mode": "managed",
                            "type": "aws_s3_bucket_versioning",
                            "name": "b",
                            "values": {"versioning_configuration": [{"status": "Enabled"}]},
                        },
                    ],
                }
            ],
        }
    },
    "resource_changes": [
        {
            "address": "aws_s3_bucket_public_access_block.p",
            "change": {"after_unknown": {"bucket": True, "id": True}},
        },
        {
            "address": 'module.m["a.b"].aws_s3_bucket.b',
            "change": {"after_unknown": {"arn": True, "versioning": True}},
        },
        {
            "address": 'module.m["a.b"].aws_s3_bucket_versioning.b',
            "change": {"after_unknown": {"bucket": True, "versioning_configuration": [{"mfa_delete": True}]}},
        },
    ],
    "configuration": {
        "root_module": {
            "resources": [
                {
                    "address": "aws_s3_bucket_public_access_block.p",
                    "expressions": {"bucket": {"references": ['module.m["a.b"].id', "module.m"]}},
                }
            ],
            "module_calls": {
                "m": {
                    "expressions": {"name": {"constant_value": "logs"}},
                    "module": {
                        "outputs": {"id": {"expression": {"references": ["aws_s3_bucket.b.id", "aws_s3_bucket.b"]}}},
                        "resources": [
                            {"address": "aws_s3_bucket.b", "expressions": {}},
                            {
                                "address": "aws_s3_bucket_versioning.b",
                                "expressions": {"bucket": {"references": ["aws_s3_bucket.b.id", "aws_s3_bucket.b"]}},
                            },
                        ],
                    },
                }
            },
        }
    },
}


def _file(base: Path, content: object) -> Path:
    path = base / "plan.json"
    path.write_text(json.dumps(content))
    return path


def test_a_plan_is_read_with_its_references(tmp_path: Path) -> None:
    inventory = assemble([read_plan(_file(tmp_path, _PLAN))], terraform_shapes())
    (bucket,) = inventory.of("object_store")
    assert bucket.front_end is FrontEnd.TERRAFORM_PLAN
    assert bucket.name == "logs"
    assert bucket.tags["A"] == "b"
    assert bucket["versioning"]
    assert bucket["mfa_delete"].is_unknown
    assert [call.name for call in bucket.calls] == ['module.m["a.b"]']


def test_an_output_leads_to_the_resource_behind_it(tmp_path: Path) -> None:
    plan = json.loads(json.dumps(_PLAN))
    plan["configuration"]["root_module"]["resources"][0]["expressions"]["bucket"]["references"] = ["module.m.id"]
    plan_text = json.dumps(plan).replace('module.m[\\"a.b\\"].', "module.m.")
    inventory = assemble([read_plan(_file(tmp_path, json.loads(plan_text)))], terraform_shapes())
    (bucket,) = inventory.of("object_store")
    assert bucket["block_public_acls"]
    assert bucket["block_public_policy"].is_absent


def test_a_plan_stands_at_the_places_of_its_source(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "main.tf").write_text(
        '\nresource "aws_s3_bucket_public_access_block" "p" {\n  bucket = "x"\n  block_public_acls = true\n}\n'
    )
    reading = read_plan(_file(tmp_path, _PLAN), source=source)
    first = reading.declarations[0]
    assert str(first.place) == "main.tf:2"
    assert str(first.tree["block_public_acls"].place) == "main.tf:4"
    assert str(reading.declarations[1].place) == "plan.json"


def test_a_state_is_read(tmp_path: Path) -> None:
    state = {
        "version": 4,
        "resources": [
            {
                "mode": "managed",
                "type": "aws_s3_bucket",
                "name": "b",
                "instances": [
                    {"index_key": "a", "attributes": {"bucket": "one", "id": "one"}},
                    {"index_key": 0, "attributes": {"bucket": "two", "id": "two"}},
                ],
            },
            {
                "module": "module.m",
                "mode": "managed",
                "type": "aws_s3_bucket_public_access_block",
                "name": "b",
                "instances": [{"attributes": {"bucket": "two", "block_public_acls": True}}],
            },
            {"mode": "data", "type": "aws_region", "name": "r", "instances": [{"attributes": {"name": "eu-west-1"}}]},
        ],
    }
    inventory = assemble([read_state(_file(tmp_path, state))], terraform_shapes())
    one, two = inventory.of("object_store")
    assert (one.address, two.address) == ('aws_s3_bucket.b["a"]', "aws_s3_bucket.b[0]")
    assert one["block_public_acls"].is_absent
    assert two["block_public_acls"]
    assert ".#data.aws_region.r" in inventory.assets


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("{", ProblemKind.SYNTAX),
        ("[]", ProblemKind.INVALID),
        ("{}", ProblemKind.INVALID),
        ("[" * 100_000, ProblemKind.SYNTAX),
    ],
)
def test_what_is_no_plan_is_a_problem(tmp_path: Path, content: str, kind: ProblemKind) -> None:
    path = tmp_path / "plan.json"
    path.write_text(content)
    assert [problem.kind for problem in read_plan(path).problems] == [kind]
    assert [problem.kind for problem in read_state(path).problems] == [kind]


def test_a_plan_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert read_plan(tmp_path / "none.json").problems[0].kind is ProblemKind.UNREADABLE


def test_a_plan_of_other_types_than_it_should_have_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    odd = {"planned_values": {"root_module": {"resources": [1, {"address": 5, "values": []}], "child_modules": {}}}}
    assert len(read_plan(_file(tmp_path, odd)).declarations) == 1


def test_steps_of_an_address() -> None:
    assert module_steps('module.a["x.y"].module.b[0].aws_vpc.c["k"]') == ('module.a["x.y"]', "module.b[0]")
    assert module_steps("aws_vpc.c") == ()
