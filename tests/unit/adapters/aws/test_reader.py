"""Answers become assets in canonical words; what was not told is unknown, and says which permission would tell it."""

import json

import pytest

from watchword.adapters.aws.reader import read_lines
from watchword.adapters.aws.services import aws_shapes
from watchword.evidence.posture import Verdict, built_in, judge
from watchword.evidence.posture.live import ACCOUNT, AT, recorded, refused, said, users
from watchword.inventory import Asset, Inventory, UnknownValueError, assemble

_DETAILS = {"Filter": ["User", "Role", "Group", "LocalManagedPolicy"]}
_KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234"


def _read(*answers: str, **more: tuple[str, ...]) -> Inventory:
    reading = read_lines(recorded(*answers, **more).splitlines(keepends=True), name="account.jsonl")
    return assemble([reading], aws_shapes())


def _one(inventory: Inventory, kind: str) -> Asset:
    (asset,) = inventory.of(kind)
    return asset


def _bucket(*told: tuple[str, object], name: str = "logs") -> tuple[str, ...]:
    return (
        said("s3:ListBuckets", {"Buckets": [{"Name": name}]}, home=True),
        *(said(f"s3:{operation}", answer, home=True, parameters={"Bucket": name}) for operation, answer in told),
    )


def test_an_address_is_the_arn_and_the_root_is_the_account() -> None:
    bucket = _one(_read(*_bucket()), "object_store")
    assert bucket.address == "arn:aws:s3:::logs"
    assert bucket.root == ACCOUNT
    assert bucket.name == "logs"
    assert (bucket.place.file, bucket.place.line) == ("account.jsonl", 2)


def test_the_account_knows_when_it_was_read() -> None:
    account = _one(_read(), "account")
    assert account["collected_at"] == AT
    assert account.name == ACCOUNT


def test_of_a_bucket_what_the_api_says_is_not_there_is_so() -> None:
    bucket = _one(
        _read(
            *_bucket(("GetBucketVersioning", {})),
            refused(
                "s3:GetPublicAccessBlock",
                "NoSuchPublicAccessBlockConfiguration",
                home=True,
                parameters={"Bucket": "logs"},
            ),
            refused("s3:GetBucketPolicy", "NoSuchBucketPolicy", home=True, parameters={"Bucket": "logs"}),
        ),
        "object_store",
    )
    assert bucket["block_public_acls"].boolean() is False
    assert bucket["versioning"].boolean() is False
    assert bucket["policy"].is_absent
    assert bucket["encryption_algorithm"] == "AES256"


def test_of_a_bucket_what_was_refused_is_unknown_and_says_the_permission() -> None:
    inventory = _read(
        *_bucket(),
        *_bucket(name="media")[1:],
        refused("s3:GetBucketEncryption", "AccessDenied", home=True, parameters={"Bucket": "logs"}),
    )
    bucket = _one(inventory, "object_store")
    with pytest.raises(UnknownValueError, match="allow s3:GetEncryptionConfiguration"):
        bucket["encryption_algorithm"].text()
    (problem,) = inventory.problems
    assert (
        problem.text
        == "s3:GetEncryptionConfiguration: denied (AccessDenied): allow s3:GetEncryptionConfiguration (us-east-1)"
    )


def test_refusals_of_one_permission_are_one_problem() -> None:
    names = ("a", "b", "c")
    inventory = _read(
        said("s3:ListBuckets", {"Buckets": [{"Name": name} for name in names]}, home=True),
        *(refused("s3:GetBucketAcl", "AccessDenied", home=True, parameters={"Bucket": name}) for name in names),
    )
    (problem,) = inventory.problems
    assert problem.text.endswith("allow s3:GetBucketAcl (us-east-1, 3 times)")


def test_a_list_that_was_refused_leaves_one_thing_of_which_nothing_is_known() -> None:
    inventory = _read(refused("ec2:DescribeSecurityGroups", "UnauthorizedOperation"))
    group = _one(inventory, "security_group")
    assert group.instances is None
    assert group.address == "AWS::EC2::SecurityGroup in eu-west-1"
    for name in ("name", "network", "description"):
        with pytest.raises(UnknownValueError, match="allow ec2:DescribeSecurityGroups"):
            group[name].text()
    # Its rules are as little known as it is.
    assert {rule["group"].is_unknown for rule in inventory.of("security_group_rule")} == {True}


def test_a_list_that_ends_in_the_middle_has_what_was_told_and_one_of_which_nothing_is_known() -> None:
    inventory = _read(
        json.dumps(
            {
                "operation": "ec2:DescribeVolumes",
                "region": "eu-west-1",
                "parameters": {},
                "answer": {"Volumes": [{"VolumeId": "vol-1", "Encrypted": True}]},
                "last": False,
            }
        ),
        refused("ec2:DescribeVolumes", "RequestLimitExceeded"),
    )
    known, unknown = inventory.of("volume")
    assert known["encrypted"].boolean() is True
    assert unknown["encrypted"].is_unknown


def test_what_was_not_collected_is_unknown_and_no_problem() -> None:
    header = recorded().replace(', "rest": "empty"', "")
    reading = read_lines([header, '{"end": true, "answers": 0}'], name="a.jsonl")
    inventory = assemble([reading], aws_shapes())
    assert inventory.problems == ()
    assert inventory.of("object_store")[0]["name"].is_unknown
    with pytest.raises(UnknownValueError, match="iam:GetAccountSummary it was not collected"):
        inventory.of("account")[0]["root_keys"].boolean()


def test_a_service_that_a_region_does_not_offer_has_nothing_there() -> None:
    assert _read(refused("eks:ListClusters", "NotInRegion")).of("kubernetes_cluster") == ()


def test_what_may_be_a_secret_and_was_left_out_is_unknown() -> None:
    function = {
        "FunctionName": "f",
        "FunctionArn": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f",
        "Environment": {"Variables": {"$left_out": "a value that may be a secret"}},
    }
    one = _one(_read(said("lambda:ListFunctions", {"Functions": [function]})), "function")
    with pytest.raises(UnknownValueError, match="collect with --secrets"):
        one["environment"].text()


def test_a_key_of_the_provider_is_no_customers() -> None:
    def volume_with(manager: str) -> Asset:
        return _one(
            _read(
                said("kms:ListKeys", {"Keys": [{"KeyId": "1234", "KeyArn": _KEY}]}),
                said("kms:DescribeKey", {"KeyMetadata": {"KeyManager": manager}}, parameters={"KeyId": "1234"}),
                said("ec2:DescribeVolumes", {"Volumes": [{"VolumeId": "v", "Encrypted": True, "KmsKeyId": _KEY}]}),
            ),
            "volume",
        )

    assert volume_with("CUSTOMER")["key"] == _KEY
    assert volume_with("AWS")["key"].is_absent
    unread = _read(said("ec2:DescribeVolumes", {"Volumes": [{"VolumeId": "v", "Encrypted": True, "KmsKeyId": _KEY}]}))
    with pytest.raises(UnknownValueError, match="allow kms:DescribeKey"):
        _one(unread, "volume")["key"].text()
    other = _KEY.replace(ACCOUNT, "444455556666")
    shared = _read(said("ec2:DescribeVolumes", {"Volumes": [{"VolumeId": "v", "Encrypted": True, "KmsKeyId": other}]}))
    assert _one(shared, "volume")["key"] == other  # AWS's own are used in their account alone


def test_a_role_has_its_own_policies_and_the_account_s_and_how_long_a_session_lasts() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/all"
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    role = {
        "Path": "/",
        "RoleName": "deploy",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/deploy",
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": []}}],
        "AttachedManagedPolicies": [{"PolicyArn": arn}, {"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
    }
    policy = {"PolicyName": "all", "Arn": arn, "PolicyVersionList": [{"Document": document, "IsDefaultVersion": True}]}
    inventory = _read(
        said(
            "iam:GetAccountAuthorizationDetails",
            {"RoleDetailList": [role], "Policies": [policy]},
            home=True,
            parameters=_DETAILS,
        ),
        said("iam:ListRoles", {"Roles": [{"Arn": role["Arn"], "MaxSessionDuration": 7200}]}, home=True),
    )
    one = _one(inventory, "iam_role")
    assert [value.plain() for value in one["policies"].each()] == [{"Version": "2012-10-17", "Statement": []}, document]
    assert one["attached"].plain() == [arn, "arn:aws:iam::aws:policy/ReadOnlyAccess"]
    assert one["session_seconds"] == 7200


def test_a_policy_that_is_attached_and_was_not_read_is_unknown() -> None:
    role = {
        "RoleName": "deploy",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/deploy",
        "AttachedManagedPolicies": [{"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/lost"}],
    }
    inventory = _read(
        said("iam:GetAccountAuthorizationDetails", {"RoleDetailList": [role]}, home=True, parameters=_DETAILS)
    )
    (document,) = _one(inventory, "iam_role")["policies"].each()
    assert document.is_unknown


def test_rules_of_a_group_have_places_of_their_own() -> None:
    rules = [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port} for port in (22, 3389)]
    inventory = _read(
        said("ec2:DescribeSecurityGroups", {"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": rules}]})
    )
    assert len({rule.place for rule in inventory.of("security_group_rule")}) == 2


def test_of_a_user_who_is_newer_than_the_report_it_is_unknown_what_there_is() -> None:
    inventory = _read(users(ann={})[0], said("iam:GetCredentialReport", {"Rows": []}, home=True))
    with pytest.raises(UnknownValueError, match="it does not tell of ann"):
        _one(inventory, "iam_user")["console"].boolean(default=False)


def test_an_instance_of_a_cluster_says_what_its_cluster_does() -> None:
    cluster = {
        "DBClusterIdentifier": "c",
        "DBClusterArn": f"arn:aws:rds:eu-west-1:{ACCOUNT}:cluster:c",
        "DeletionProtection": True,
    }
    instance = {
        "DBInstanceIdentifier": "i",
        "DBInstanceArn": f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:i",
        "DBClusterIdentifier": "c",
        "DeletionProtection": False,
    }
    inventory = _read(
        said("rds:DescribeDBClusters", {"DBClusters": [cluster]}),
        said("rds:DescribeDBInstances", {"DBInstances": [instance]}),
    )
    assert [one["deletion_protection"].boolean() for one in inventory.of("database")] == [True, True]


def test_names_of_two_regions_are_not_taken_for_each_other() -> None:
    def group(region: str) -> str:
        return json.dumps(
            {
                "operation": "rds:DescribeDBClusters",
                "region": region,
                "parameters": {},
                "answer": {
                    "DBClusters": [
                        {
                            "DBClusterIdentifier": "c",
                            "DBClusterArn": f"arn:aws:rds:{region}:{ACCOUNT}:cluster:c",
                            "DeletionProtection": region == "eu-west-1",
                        }
                    ]
                },
            }
        )

    instance = {"DBInstanceArn": f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:i", "DBClusterIdentifier": "c"}
    inventory = _read(
        group("eu-west-1"),
        group("eu-central-1"),
        said("rds:DescribeDBInstances", {"DBInstances": [instance]}),
        regions=("eu-central-1", "eu-west-1"),
    )
    (one,) = inventory.typed("live:AWS::RDS::DBInstance")
    assert one["deletion_protection"].boolean() is True


def test_a_function_s_policy_is_its_permissions() -> None:
    arn = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f"
    statement = {
        "Sid": "any",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::logs"}},
    }
    inventory = _read(
        said("lambda:ListFunctions", {"Functions": [{"FunctionName": "f", "FunctionArn": arn}]}),
        said("lambda:GetPolicy", {"Policy": json.dumps({"Statement": [statement]})}, parameters={"FunctionName": arn}),
    )
    permission = _one(inventory, "function_permission")
    assert permission["principal"] == "s3.amazonaws.com"
    assert permission["source"] == "arn:aws:s3:::logs"
    assert permission["account"].is_absent
    assert [asset.address for asset in inventory.resolve(permission["function"])] == [arn]


def test_tags_come_by_arn_from_one_list() -> None:
    arn = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"
    queue = (
        said("sqs:ListQueues", {"QueueUrls": ["https://sqs.eu-west-1.amazonaws.com/1/jobs"]}),
        said(
            "sqs:GetQueueAttributes",
            {"Attributes": {"QueueArn": arn}},
            parameters={
                "QueueUrl": "https://sqs.eu-west-1.amazonaws.com/1/jobs",
                "AttributeNames": ["QueueArn", "Policy", "KmsMasterKeyId", "SqsManagedSseEnabled"],
            },
        ),
    )
    tagged = said(
        "resourcegroupstaggingapi:GetResources",
        {"ResourceTagMappingList": [{"ResourceARN": arn, "Tags": [{"Key": "Owner", "Value": "web"}]}]},
    )
    assert _one(_read(*queue, tagged), "queue").tags["Owner"] == "web"
    assert _one(_read(*queue), "queue").tags["Owner"].is_absent
    denied = _one(_read(*queue, refused("resourcegroupstaggingapi:GetResources", "AccessDeniedException")), "queue")
    assert denied.tags["Owner"].is_unknown


def test_every_attribute_can_be_asked_of_what_is_known_and_of_what_is_not() -> None:
    """No source raises: what is not known is a value."""
    header = recorded().replace(', "rest": "empty"', "")
    for lines in ([header], [recorded()]):
        inventory = assemble([read_lines(lines, name="a.jsonl")], aws_shapes())
        assert inventory.assets
        for asset in inventory.assets.values():
            for name in asset.attributes.names():
                assert asset[name] is not None


def _verdicts(*lines: str) -> dict[Verdict, set[str]]:
    inventory = assemble([read_lines(lines, name="a.jsonl")], aws_shapes())
    found: dict[Verdict, set[str]] = {}
    for result in judge(built_in(), inventory):
        found.setdefault(result.verdict, set()).add(result.check.id)
    return found


def test_of_an_account_of_which_nothing_was_told_no_check_says_anything() -> None:
    header = recorded().replace(', "rest": "empty"', "")
    found = _verdicts(header, '{"end": true, "answers": 0}')
    assert set(found) == {Verdict.UNKNOWN}
    assert len(found[Verdict.UNKNOWN]) > 120


def test_secrets_that_were_left_out_are_not_known_to_be_none() -> None:
    hidden = {"$left_out": "a value that may be a secret"}
    arn = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f"
    function = {"FunctionName": "f", "FunctionArn": arn, "Environment": {"Variables": hidden}}
    containers = [{"name": "c", "environment": [{"name": "COLOUR", "value": hidden}]}]
    found = _verdicts(
        recorded(),
        said("lambda:ListFunctions", {"Functions": [function]}),
        said("ec2:DescribeInstances", {"Reservations": [{"Instances": [{"InstanceId": "i-1"}]}]}),
        said(
            "ec2:DescribeInstanceAttribute",
            {"UserData": {"Value": hidden}},
            parameters={"InstanceId": "i-1", "Attribute": "userData"},
        ),
        said("ecs:ListTaskDefinitionFamilies", {"families": ["web"]}, parameters={"status": "ACTIVE"}),
        said(
            "ecs:DescribeTaskDefinition",
            {"taskDefinition": {"containerDefinitions": containers}},
            parameters={"taskDefinition": "web"},
        ),
    )
    secret = {"function-environment-secrets", "user-data-secrets", "container-task-credential"}
    assert secret <= found[Verdict.UNKNOWN]
    assert not secret & (found[Verdict.PASS] | found.get(Verdict.FAIL, set()))
