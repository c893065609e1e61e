"""What CloudFormation's types become: every attribute of a kind is read, absent or said to be unknown with a reason."""

from pathlib import Path

import pytest

from watchword.adapters.cloudformation import cloudformation_shapes, read_cloudformation
from watchword.inventory import KINDS, Asset, Inventory, UnknownValueError, assemble


def _inventory(tmp_path: Path, resources: str) -> Inventory:
    text = "Parameters: {Name: {Type: String}}\nResources:\n"
    text += "".join(f"  {line}\n" for line in resources.strip("\n").splitlines())
    (tmp_path / "t.yaml").write_text(text)
    reading = read_cloudformation(tmp_path)
    assert not reading.problems
    return assemble([reading], cloudformation_shapes())


def _one(inventory: Inventory, address: str) -> Asset:
    return inventory.assets[f"t.yaml#{address}"]


def _named(assets: tuple[Asset, ...]) -> list[str]:
    return [asset.address for asset in assets]


@pytest.mark.parametrize("native_type", sorted(cloudformation_shapes()))
def test_no_attribute_of_a_kind_is_left_unread(native_type: str) -> None:
    shape = cloudformation_shapes()[native_type]
    for kind, attributes in ((shape.kind, shape.attributes), *((part.kind, part.attributes) for part in shape.parts)):
        read = set(attributes) | {"name", "tags"}
        assert not set(KINDS[kind].attributes) - read


@pytest.mark.parametrize("native_type", sorted(cloudformation_shapes()))
def test_an_empty_declaration_of_every_type_can_be_read(tmp_path: Path, native_type: str) -> None:
    inventory = _inventory(tmp_path, f"A: {{Type: {native_type}}}")
    asset = _one(inventory, "A")
    assert asset.kind == cloudformation_shapes()[native_type].kind
    for _, value in asset.attributes.items():  # noqa: PERF102 - a block is no dictionary
        assert value.place.file == "t.yaml"


def test_a_bucket(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        """
B:
  Type: AWS::S3::Bucket
  Properties:
    BucketName: !Ref Name
    AccessControl: PublicReadWrite
    Tags: [{Key: Owner, Value: me}, {Key: !Ref Name, Value: x}]
    PublicAccessBlockConfiguration: {BlockPublicAcls: true, RestrictPublicBuckets: 'false'}
    BucketEncryption:
      ServerSideEncryptionConfiguration:
        - BucketKeyEnabled: true
          ServerSideEncryptionByDefault: {SSEAlgorithm: 'aws:kms', KMSMasterKeyID: !GetAtt K.Arn}
    VersioningConfiguration: {Status: Enabled}
    LoggingConfiguration: {LogFilePrefix: x}
    OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}
    LifecycleConfiguration: {Rules: [{Status: Enabled}]}
K: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}
P:
  Type: AWS::S3::BucketPolicy
  Properties:
    Bucket: !Ref Name
    PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: 's3:*', Resource: !Sub '${B.Arn}/*'}]}
Plain: {Type: AWS::S3::Bucket, Properties: {LoggingConfiguration: {DestinationBucketName: !Ref B}}}
""",
    )
    bucket = _one(inventory, "B")
    assert bucket["acl"] == "public-read-write"
    assert bucket.tags["Owner"] == "me"
    assert bucket.tags["Other"].is_unknown
    assert bucket["block_public_acls"].boolean()
    assert not bucket["restrict_public_buckets"].boolean()
    assert bucket["block_public_policy"].is_absent
    assert bucket["encryption_algorithm"] == "aws:kms"
    assert bucket["bucket_key"].boolean()
    assert _named(inventory.resolve(bucket["key"])) == ["K"]
    assert bucket["versioning"].boolean()
    assert bucket["object_ownership"] == "BucketOwnerEnforced"
    assert bucket["lifecycle"].boolean()
    assert not bucket["website"].boolean()
    assert _named(inventory.resolve(bucket["logging_target"])) == ["B"]
    # The policy names the bucket by the parameter that names the bucket: the same text, whatever it is.
    statement = bucket["policy"]["Statement"][0]
    assert statement["Principal"] == "*"
    assert statement["Resource"] != "*"
    assert _named(inventory.resolve(_one(inventory, "Plain")["logging_target"])) == ["B"]
    assert _one(inventory, "Plain")["encryption_algorithm"] == "AES256"
    assert _one(inventory, "K")["rotation"].boolean()


def test_a_security_group_and_its_rules(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        """
V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, Tags: [{Key: Name, Value: main}]}}
G:
  Type: AWS::EC2::SecurityGroup
  Properties:
    GroupDescription: web
    VpcId: !Ref V
    SecurityGroupIngress:
      - {IpProtocol: tcp, FromPort: 22, ToPort: '22', CidrIp: 0.0.0.0/0, CidrIpv6: '::/0', Description: all}
      - {IpProtocol: tcp, FromPort: 1, ToPort: 2, SourceSecurityGroupId: !GetAtt H.GroupId}
H:
  Type: AWS::EC2::SecurityGroup
  Properties: {SecurityGroupEgress: [{IpProtocol: '-1', CidrIp: 127.0.0.1/32}]}
I: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !Ref H, IpProtocol: udp, FromPort: 53, ToPort: 53}}
E: {Type: AWS::EC2::SecurityGroupEgress, Properties: {GroupId: !Ref H, DestinationSecurityGroupId: !Ref G}}
""",
    )
    rules = {asset.address: asset for asset in inventory.of("security_group_rule")}
    assert set(rules) == {
        "G/SecurityGroupIngress[0]", "G/SecurityGroupIngress[1]", "G/SecurityGroupEgress[0]",
        "H/SecurityGroupEgress[0]", "I", "E",
    }  # fmt: skip
    first = rules["G/SecurityGroupIngress[0]"]
    assert (first["from_port"].number(), first["to_port"].number()) == (22, 22)
    assert first["cidrs"].plain() == ["0.0.0.0/0", "::/0"]
    assert first["direction"] == "ingress"
    assert first.place.line == 10
    assert _named(inventory.resolve(first["group"])) == ["G"]
    assert _named(inventory.resolve(rules["G/SecurityGroupIngress[1]"]["groups"][0])) == ["H"]
    # What EC2 adds where no rule for what leaves is written.
    assert rules["G/SecurityGroupEgress[0]"]["cidrs"].plain() == ["0.0.0.0/0"]
    assert rules["H/SecurityGroupEgress[0]"]["cidrs"].plain() == ["127.0.0.1/32"]
    assert _named(inventory.resolve(rules["I"]["group"])) == ["H"]
    assert _named(inventory.resolve(rules["E"]["groups"][0])) == ["G"]
    assert _named(inventory.resolve(_one(inventory, "G")["network"])) == ["V"]
    assert _one(inventory, "V").name == "main"


def test_identities_have_the_policies_that_are_put_on_them(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        """
R:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument: {Statement: [{Principal: {AWS: '*'}}]}
    Policies: [{PolicyName: one, PolicyDocument: {Statement: [{Action: one}]}}]
    ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess', !Ref M]
P: {Type: AWS::IAM::Policy, Properties: {Roles: [!Ref R], Users: [!Ref U], PolicyDocument: {Statement: [{Action: two}]}}}
M: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: [{Action: three}]}}}
N: {Type: AWS::IAM::ManagedPolicy, Properties: {Groups: [!Ref G], PolicyDocument: {Statement: [{Action: four}]}}}
Q: {Type: AWS::IAM::RolePolicy, Properties: {RoleName: !Ref R, PolicyName: q, PolicyDocument: {Statement: [{Action: five}]}}}
U: {Type: AWS::IAM::User, Properties: {LoginProfile: {Password: x}}}
A: {Type: AWS::IAM::AccessKey, Properties: {UserName: !Ref U}}
G: {Type: AWS::IAM::Group}
I: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref R]}}
""",
    )

    def actions(address: str) -> list[str]:
        policies = _one(inventory, address)["policies"]
        return [policy["Statement"][0]["Action"].text() for policy in policies.each()]

    role = _one(inventory, "R")
    assert actions("R") == ["one", "two", "five", "three"]
    assert role["attached"][0] == "arn:aws:iam::aws:policy/AdministratorAccess"
    assert role["trust"].get("Statement", 0, "Principal", "AWS") == "*"
    assert actions("U") == ["two"]
    assert actions("G") == ["four"]
    assert _one(inventory, "U")["console"].boolean()
    assert _one(inventory, "U")["access_key"].boolean()
    assert _named(inventory.resolve(_one(inventory, "I")["role"][0])) == ["R"]
    assert inventory.assets["t.yaml#R/Policies[0]"].kind == "iam_policy"


def test_an_instance_of_a_cluster_is_as_its_cluster(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        """
C: {Type: AWS::RDS::DBCluster, Properties: {StorageEncrypted: true, DeletionProtection: true, BackupRetentionPeriod: 7}}
I: {Type: AWS::RDS::DBInstance, Properties: {DBClusterIdentifier: !Ref C, PubliclyAccessible: true}}
J: {Type: AWS::RDS::DBInstance, Properties: {DBClusterIdentifier: elsewhere}}
K: {Type: AWS::RDS::DBInstance, Properties: {MasterUserPassword: '{{resolve:ssm-secure:x}}'}}
""",
    )
    instance = _one(inventory, "I")
    assert (instance["encrypted"].boolean(), instance["backup_days"].number()) == (True, 7)
    assert instance["deletion_protection"].boolean()
    assert instance["public"].boolean()
    with pytest.raises(UnknownValueError, match="not in the template"):
        _one(inventory, "J")["encrypted"].boolean()
    with pytest.raises(UnknownValueError, match="subnets"):
        _one(inventory, "K")["public"].boolean()
    assert not _one(inventory, "K")["encrypted"].boolean()
    assert _one(inventory, "K")["master_password"].is_unknown


def test_load_balancers_and_their_listeners(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        """
L:
  Type: AWS::ElasticLoadBalancingV2::LoadBalancer
  Properties:
    Scheme: internal
    LoadBalancerAttributes: [{Key: access_logs.s3.enabled, Value: 'true'}]
H:
  Type: AWS::ElasticLoadBalancingV2::Listener
  Properties:
    LoadBalancerArn: !Ref L
    Protocol: HTTP
    Port: 80
    DefaultActions: [{Type: redirect, RedirectConfig: {Protocol: HTTPS, StatusCode: HTTP_301}}]
C:
  Type: AWS::ElasticLoadBalancing::LoadBalancer
  Properties: {Listeners: [{Protocol: HTTP, LoadBalancerPort: '80', InstancePort: '80'}]}
""",
    )
    balancer = _one(inventory, "L")
    assert balancer["internal"].boolean()
    assert balancer["access_logs"].boolean()
    assert not balancer["deletion_protection"].boolean()
    listener = _one(inventory, "H")
    assert _named(inventory.resolve(listener["balancer"])) == ["L"]
    assert listener["actions"][0].plain() == {
        "type": "redirect",
        "redirect_protocol": "HTTPS",
        "redirect_status": "HTTP_301",
    }
    classic = inventory.assets["t.yaml#C/Listeners[0]"]
    assert classic["port"].number() == 80
    assert not _one(inventory, "C")["internal"].boolean()


def test_machines_take_from_their_launch_template(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        """
T:
  Type: AWS::EC2::LaunchTemplate
  Properties:
    LaunchTemplateData:
      MetadataOptions: {HttpTokens: required}
      BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {Encrypted: true}}, {DeviceName: /dev/xvdb, Ebs: {}}]
I: {Type: AWS::EC2::Instance, Properties: {LaunchTemplate: {LaunchTemplateId: !Ref T}, UserData: !Base64 'echo'}}
P: {Type: AWS::EC2::Instance, Properties: {NetworkInterfaces: [{AssociatePublicIpAddress: true}]}}
A: {Type: AWS::AutoScaling::LaunchConfiguration, Properties: {AssociatePublicIpAddress: true}}
""",
    )
    assert _one(inventory, "I")["metadata_tokens"] == "required"
    assert _one(inventory, "I")["user_data"] == "echo"
    assert [volume["encrypted"].boolean() for volume in _one(inventory, "T")["volumes"].each()] == [True, False]
    assert _one(inventory, "P")["public_address"].boolean()
    assert _one(inventory, "P")["metadata_tokens"].is_absent
    assert _one(inventory, "A")["public_address"].boolean()


def test_the_rest(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        """
Q: {Type: AWS::SQS::Queue, Properties: {KmsMasterKeyId: alias/x}}
QP: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Q], PolicyDocument: {Statement: [{Principal: '*'}]}}}
T: {Type: AWS::SNS::Topic}
TP: {Type: AWS::SNS::TopicPolicy, Properties: {Topics: [!Ref T], PolicyDocument: {Statement: [{Principal: '*'}]}}}
S: {Type: AWS::SecretsManager::Secret}
SR: {Type: AWS::SecretsManager::RotationSchedule, Properties: {SecretId: !Ref S, RotationRules: {AutomaticallyAfterDays: 30}}}
E:
  Type: AWS::EKS::Cluster
  Properties:
    ResourcesVpcConfig: {EndpointPrivateAccess: true}
    EncryptionConfig: [{Provider: {KeyArn: x}}]
    Logging: {ClusterLogging: {EnabledTypes: [{Type: api}, {Type: audit}]}}
C: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: b, IsMultiRegionTrail: true}}
L: {Type: AWS::Logs::LogGroup}
R: {Type: AWS::ECR::Repository, Properties: {ImageTagMutability: IMMUTABLE}}
D: {Type: AWS::DynamoDB::Table, Properties: {SSESpecification: {SSEEnabled: true}}}
F: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {KEY: v}}}}
FP: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Principal: '*', Action: 'lambda:InvokeFunction'}}
V: {Type: AWS::EC2::FlowLog, Properties: {ResourceId: !Ref N, TrafficType: ALL, LogGroupName: !Ref L}}
N: {Type: AWS::EC2::VPC}
""",
    )
    assert _one(inventory, "Q")["policy"]["Statement"][0]["Principal"] == "*"
    assert _one(inventory, "Q")["key"] == "alias/x"
    assert _named(inventory.resolve(_one(inventory, "QP")["resource"][0])) == ["Q"]
    assert _one(inventory, "T")["policy"]["Statement"][0]["Principal"] == "*"
    assert _one(inventory, "S")["rotation"].boolean()
    assert _one(inventory, "S")["rotation_days"].number() == 30
    cluster = _one(inventory, "E")
    assert cluster["public_endpoint"].boolean()
    assert cluster["public_cidrs"].plain() == ["0.0.0.0/0"]
    assert cluster["log_types"].plain() == ["api", "audit"]
    assert cluster["secrets_key"] == "x"
    assert _one(inventory, "C")["multi_region"].boolean()
    assert not _one(inventory, "C")["validation"].boolean()
    assert _one(inventory, "L")["retention_days"].number() == 0
    assert _one(inventory, "R")["immutable"].boolean()
    assert _one(inventory, "D")["encrypted_with_customer_key"].boolean()
    assert _one(inventory, "F")["environment"].plain() == {"KEY": "v"}
    assert _named(inventory.resolve(_one(inventory, "FP")["function"])) == ["F"]
    assert _named(inventory.resolve(_one(inventory, "V")["of"])) == ["N"]
    assert _named(inventory.resolve(_one(inventory, "V")["destination"])) == ["L"]


def test_what_is_there_under_one_condition_is_there_together(tmp_path: Path) -> None:
    policy = "{Bucket: !Ref %s, PolicyDocument: {Statement: []}}"
    text = f"""\
Parameters: {{P: {{Type: String}}}}
Conditions:
  One: !Equals [!Ref P, one]
  Two: !Equals [!Ref P, two]
Resources:
  A: {{Type: AWS::S3::Bucket, Condition: One}}
  AP: {{Type: AWS::S3::BucketPolicy, Condition: One, Properties: {policy % "A"}}}
  B: {{Type: AWS::S3::Bucket, Condition: One}}
  BP: {{Type: AWS::S3::BucketPolicy, Condition: Two, Properties: {policy % "B"}}}
  C: {{Type: AWS::S3::Bucket}}
  CP: {{Type: AWS::S3::BucketPolicy, Condition: One, Properties: {policy % "C"}}}
"""
    (tmp_path / "t.yaml").write_text(text)
    inventory = assemble([read_cloudformation(tmp_path)], cloudformation_shapes())
    assert not _one(inventory, "A")["policy"]["Statement"]
    assert _one(inventory, "B")["policy"].is_unknown
    assert _one(inventory, "C")["policy"].is_unknown
