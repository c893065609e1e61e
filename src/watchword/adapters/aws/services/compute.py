"""Machines and what manages them, functions, clusters, containers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from watchword.adapters.aws.asks import Ask, Json, Listing, More
from watchword.adapters.aws.sources import NAME_TAG, TAGS, Decoded, careful, said, shape
from watchword.inventory.shapes import Default, Is, Nothing, Owner, Part, Readable, Rows, Subject
from watchword.inventory.trees import json_tree
from watchword.inventory.values import Absent, Block, Child, Elements, Known, Reason, ReasonKind, Unknown, Value

_EC2: Final = "arn:{partition}:ec2:{region}:{account}:"
_LAMBDA: Final[Mapping[str, Json]] = {"FunctionName": "{FunctionArn}"}


def _permissions(tree: Block) -> Value:
    """The statements of a function's policy that allow, as blocks."""
    text = tree["Policy"]
    if not isinstance(text, Known):
        return text
    document = json_tree(text.text(), text.place)
    rows: list[Child] = []
    for statement in document["Statement"].each():
        if statement["Effect"] != "Allow":
            continue
        condition = statement["Condition"]
        rows.append(
            Block(
                {
                    "Sid": statement["Sid"],
                    "Action": statement["Action"],
                    "Principal": _principal(statement["Principal"]),
                    "SourceArn": _wanted(condition, "aws:sourcearn"),
                    "SourceAccount": _wanted(condition, "aws:sourceaccount"),
                    "UrlAuth": _wanted(condition, "lambda:functionurlauthtype"),
                },
                tree.place,
            )
        )
    return Elements(rows, tree.place)


def _principal(principal: Value) -> Value:
    for kind in ("AWS", "Service"):
        if isinstance(principal, Block) and not principal[kind].is_absent:
            return principal[kind]
    return principal


def _wanted(condition: Value, name: str) -> Value:
    """What a condition wants of a key, whatever its operator and the case in which the key is written."""
    for _operator, keys in condition.items():  # noqa: PERF102 - a value, no dictionary
        for key, value in keys.items():
            if key.lower() == name:
                return value
    return Absent(condition.place)


def _file_systems(tree: Block) -> Value:
    """The volumes of a task that are shared file systems."""
    volumes = tree["Task"]["volumes"]
    if isinstance(volumes, Unknown):
        return volumes
    shared: list[Child] = [
        one["efsVolumeConfiguration"] for one in volumes.each() if not one["efsVolumeConfiguration"].is_absent
    ]
    return Elements(shared, tree.place)


LISTINGS: Final = (
    Listing(
        type="live:AWS::EC2::MetadataDefaults",
        ask=Ask("ec2:GetInstanceMetadataDefaults"),
        at="AccountLevel",
        keep=("HttpTokens", "HttpEndpoint", "HttpPutResponseHopLimit"),
        arn=f"{_EC2}metadata-defaults",
        once=True,
    ),
    Listing(
        type="live:AWS::EC2::Instance",
        ask=Ask("ec2:DescribeInstances", page=500),
        at="Reservations[].Instances[]",
        keep=(
            "InstanceId",
            "ImageId",
            "State",
            "PrivateIpAddress",
            "PublicIpAddress",
            "MetadataOptions",
            "IamInstanceProfile",
            "SecurityGroups",
            "SubnetId",
            "VpcId",
            "Monitoring",
            "EbsOptimized",
            "RootDeviceName",
            "BlockDeviceMappings",
            "Tags",
        ),
        arn=f"{_EC2}instance/{{InstanceId}}",
        only=("State.Name", "pending|running|stopping|stopped"),
        more={
            "UserData": More(
                ask=Ask("ec2:DescribeInstanceAttribute", {"InstanceId": "{InstanceId}", "Attribute": "userData"}),
                at="UserData.Value",
                secret=(".",),
            )
        },
    ),
    Listing(
        type="live:AWS::EC2::LaunchTemplate",
        ask=Ask("ec2:DescribeLaunchTemplateVersions", {"Versions": ["$Default"]}, page=200),
        at="LaunchTemplateVersions[]",
        keep=("LaunchTemplateId", "LaunchTemplateName", "VersionNumber", "LaunchTemplateData"),
        secret=("LaunchTemplateData.UserData",),
        arn=f"{_EC2}launch-template/{{LaunchTemplateId}}",
        tags=True,
    ),
    Listing(
        type="live:AWS::SSM::ManagedInstance",
        ask=Ask("ssm:DescribeInstanceInformation"),
        at="InstanceInformationList[]",
        keep=("InstanceId", "PingStatus", "LastPingDateTime", "PlatformName", "PlatformVersion", "IsLatestVersion"),
        arn="arn:{partition}:ssm:{region}:{account}:managed-instance/{InstanceId}",
        more={
            "Patches": More(
                ask=Ask("ssm:DescribeInstancePatchStates", {"InstanceIds": ["{InstanceId}"]}),
                at="InstancePatchStates[]",
                keep=(
                    "InstanceId",
                    "MissingCount",
                    "FailedCount",
                    "InstalledPendingRebootCount",
                    "CriticalNonCompliantCount",
                    "SecurityNonCompliantCount",
                    "OperationEndTime",
                ),
            )
        },
    ),
    Listing(
        type="live:AWS::Lambda::Function",
        ask=Ask("lambda:ListFunctions"),
        at="Functions[]",
        keep=(
            "FunctionName",
            "FunctionArn",
            "Role",
            "Runtime",
            "Environment",
            "KMSKeyArn",
            "VpcConfig",
            "TracingConfig",
            "DeadLetterConfig",
            "PackageType",
        ),
        secret=("Environment.Variables",),
        arn="{FunctionArn}",
        tags=True,
        derived={"@permissions": _permissions},
        more={
            "Policy": More(ask=Ask("lambda:GetPolicy", _LAMBDA, absent=("ResourceNotFoundException",)), at="Policy"),
            "Concurrency": More(ask=Ask("lambda:GetFunctionConcurrency", _LAMBDA), at="ReservedConcurrentExecutions"),
            "Signing": More(
                ask=Ask("lambda:GetFunctionCodeSigningConfig", _LAMBDA, absent=("ResourceNotFoundException",)),
                at="CodeSigningConfigArn",
            ),
        },
        parts=(
            Listing(
                type="live:AWS::Lambda::Url",
                ask=Ask("lambda:ListFunctionUrlConfigs", {"FunctionName": "{FunctionName}"}),
                at="FunctionUrlConfigs[]",
                keep=("FunctionArn", "AuthType", "Cors"),
                arn="{FunctionArn}/url",
            ),
        ),
    ),
    Listing(
        type="live:AWS::EKS::Cluster",
        ask=Ask("eks:ListClusters"),
        at="clusters[]",
        arn="arn:{partition}:eks:{region}:{account}:cluster/{Value}",
        more={
            "Cluster": More(
                ask=Ask("eks:DescribeCluster", {"name": "{Value}"}),
                at="cluster",
                keep=("version", "resourcesVpcConfig", "encryptionConfig", "logging", "roleArn", "tags"),
            )
        },
    ),
    Listing(
        type="live:AWS::ECS::TaskDefinition",
        derived={"@file_systems": _file_systems},
        # The latest revision of each family that is in use; older ones can only be run by naming them.
        ask=Ask("ecs:ListTaskDefinitionFamilies", {"status": "ACTIVE"}),
        at="families[]",
        arn="arn:{partition}:ecs:{region}:{account}:task-definition/{Value}",
        more={
            "Task": More(
                ask=Ask("ecs:DescribeTaskDefinition", {"taskDefinition": "{Value}"}),
                at="taskDefinition",
                keep=(
                    "taskDefinitionArn",
                    "taskRoleArn",
                    "networkMode",
                    "pidMode",
                    "ipcMode",
                    "containerDefinitions",
                    "volumes",
                ),
                secret=("containerDefinitions[].environment[].value",),
            )
        },
    ),
    Listing(
        type="live:AWS::ECS::Cluster",
        ask=Ask("ecs:ListClusters"),
        at="clusterArns[]",
        arn="{Value}",
        tags=True,
        parts=(
            Listing(
                type="live:AWS::ECS::Service",
                ask=Ask("ecs:ListServices", {"cluster": "{Value}"}, page=100),
                at="serviceArns[]",
                arn="{Value}",
                tags=True,
                more={
                    "Service": More(
                        ask=Ask("ecs:DescribeServices", {"cluster": "{parent.Value}", "services": ["{Value}"]}),
                        at="services[]",
                        keep=("serviceName", "taskDefinition", "networkConfiguration"),
                    )
                },
            ),
        ),
    ),
    Listing(
        type="live:AWS::SageMaker::NotebookInstance",
        ask=Ask("sagemaker:ListNotebookInstances"),
        at="NotebookInstances[]",
        keep=("NotebookInstanceName", "NotebookInstanceArn"),
        arn="{NotebookInstanceArn}",
        tags=True,
        more={
            "Notebook": More(
                ask=Ask("sagemaker:DescribeNotebookInstance", {"NotebookInstanceName": "{NotebookInstanceName}"}),
                keep=("SubnetId", "DirectInternetAccess", "RootAccess", "KmsKeyId"),
            )
        },
    ),
)


@dataclass(frozen=True, slots=True)
class _Disks:
    """A machine's volumes, as the volumes themselves say. `root`: whether the root volume is encrypted, and no more."""

    root: bool

    @careful
    def read(self, subject: Subject) -> Value:
        mappings, name = subject.tree["BlockDeviceMappings"], subject.tree["RootDeviceName"]
        rows: list[Child] = []
        for mapping in mappings.each():
            is_root = mapping["DeviceName"] == name.text(default="/dev/sda1")
            if is_root is not self.root:
                continue
            identifier = mapping["Ebs"]["VolumeId"]
            volumes = subject.named(identifier)
            if volumes:
                encrypted, key = volumes[0].attributes["encrypted"], volumes[0].attributes["key"]
            else:
                why = Reason(ReasonKind.ACCESS, "its volume was not read: allow ec2:DescribeVolumes", mapping.place)
                encrypted = key = Unknown((why,), mapping.place)
            if self.root:
                return encrypted
            rows.append(Block({"encrypted": encrypted, "key": key, "device": mapping["DeviceName"]}, mapping.place))
        return Absent(subject.place) if self.root else Elements(rows, mappings.place)


@dataclass(frozen=True, slots=True)
class _PublicAddress:
    """A running machine has a public address or has none; of one that is stopped, its subnet decides when it starts."""

    @careful
    def read(self, subject: Subject) -> Value:
        address = subject.tree["PublicIpAddress"]
        if address.is_known:
            return Known(True, address.place)
        if subject.tree["State"]["Name"] == "running":
            return Known(False, subject.place)
        return Absent(subject.place)


@dataclass(frozen=True, slots=True)
class _LogTypes:
    """The logs of a control plane that are kept: `{types: […], enabled: true}`, some of them switched off."""

    @careful
    def read(self, subject: Subject) -> Value:
        logging = subject.tree["Cluster"]["logging"]
        if isinstance(logging, Unknown):
            return logging
        kept: list[Child] = []
        for one in logging["clusterLogging"].each():
            if one["enabled"].boolean(default=False):
                kept.extend(one["types"].each())
        return Elements(kept, subject.place)


def _machine(at: str) -> Mapping[str, Readable]:
    return {
        "image": f"{at}ImageId",
        "metadata_tokens": f"{at}MetadataOptions.HttpTokens",
        "metadata_endpoint": Default(f"{at}MetadataOptions.HttpEndpoint", value="enabled", says="Amazon EC2 API"),
        "metadata_hops": Default(f"{at}MetadataOptions.HttpPutResponseHopLimit", value=1, says="Amazon EC2 API"),
        "profile": (f"{at}IamInstanceProfile.Arn", f"{at}IamInstanceProfile.Name"),
        "template": Nothing(),
        "ebs_optimized": said(f"{at}EbsOptimized", value=False),
    }


SHAPES: Final = (
    shape(
        "AWS::EC2::MetadataDefaults",
        "metadata_defaults",
        {"name": "@region", "tags": Nothing(), "tokens": "HttpTokens"},
    ),
    shape(
        "AWS::EC2::Instance",
        "instance",
        {
            **_machine(""),
            "name": NAME_TAG,
            "public_address": _PublicAddress(),
            "user_data": Decoded("UserData"),
            "security_groups": "SecurityGroups[].GroupId",
            "subnet": "SubnetId",
            "monitoring": Is("Monitoring.State", ("enabled",)),
            "root_encrypted": _Disks(root=True),
            "volumes": _Disks(root=False),
        },
        identity=("InstanceId",),
    ),
    shape(
        "AWS::EC2::LaunchTemplate",
        "instance",
        {
            **_machine("LaunchTemplateData."),
            "name": "LaunchTemplateName",
            "tags": TAGS,
            "public_address": "LaunchTemplateData.NetworkInterfaces.AssociatePublicIpAddress",
            "user_data": Decoded("LaunchTemplateData.UserData"),
            "security_groups": ("LaunchTemplateData.SecurityGroupIds", "LaunchTemplateData.NetworkInterfaces.Groups"),
            "subnet": "LaunchTemplateData.NetworkInterfaces.SubnetId",
            "monitoring": said("LaunchTemplateData.Monitoring.Enabled", value=False),
            "root_encrypted": Nothing(),  # which mapping is the root device is known from the image alone
            "volumes": Rows(
                "LaunchTemplateData.BlockDeviceMappings",
                {
                    "encrypted": said("Ebs.Encrypted", value=False),
                    "key": "Ebs.KmsKeyId",
                    "device": "DeviceName",
                },
            ),
        },
        identity=("LaunchTemplateId", "LaunchTemplateName"),
    ),
    shape(
        "AWS::SSM::ManagedInstance",
        "managed_machine",
        {
            "name": "InstanceId",
            "tags": Nothing(),
            "machine": "InstanceId",
            "online": Is("PingStatus", ("Online",)),
            "last_seen": "LastPingDateTime",
            "patched_at": "Patches.OperationEndTime",
            "patches_missing": "Patches.MissingCount",
            "patches_failed": "Patches.FailedCount",
            "patches_waiting": "Patches.InstalledPendingRebootCount",
        },
    ),
    shape(
        "AWS::Lambda::Function",
        "function",
        {
            "name": "FunctionName",
            "tags": TAGS,
            "role": "Role",
            "runtime": "Runtime",
            "environment": "Environment.Variables",
            "key": "KMSKeyArn",
            "subnets": "VpcConfig.SubnetIds",
            "security_groups": "VpcConfig.SecurityGroupIds",
            "tracing": said("TracingConfig.Mode", value="PassThrough"),
            "dead_letter": "DeadLetterConfig.TargetArn",
            "concurrency": Default("Concurrency", value=-1, says="AWS Lambda: none is reserved"),
            "code_signing": "Signing",
        },
        parts=(
            Part(
                "function_permission",
                "@permissions",
                {
                    "name": "Sid",
                    "tags": Nothing(),
                    "function": Owner(),
                    "principal": "Principal",
                    "source": "SourceArn",
                    "account": "SourceAccount",
                    "action": "Action",
                    "url_authentication": "UrlAuth",
                },
            ),
        ),
        identity=("FunctionName",),
    ),
    shape(
        "AWS::Lambda::Url",
        "function_url",
        {
            "name": Nothing(),
            "tags": Nothing(),
            "function": "FunctionArn",
            "authentication": "AuthType",
            "origins": "Cors.AllowOrigins",
        },
    ),
    shape(
        "AWS::EKS::Cluster",
        "kubernetes_cluster",
        {
            "name": "Value",
            "tags": "Cluster.tags",
            "version": "Cluster.version",
            "public_endpoint": "Cluster.resourcesVpcConfig.endpointPublicAccess",
            "private_endpoint": "Cluster.resourcesVpcConfig.endpointPrivateAccess",
            "public_cidrs": "Cluster.resourcesVpcConfig.publicAccessCidrs",
            "secrets_key": "Cluster.encryptionConfig.provider.keyArn",
            "log_types": _LogTypes(),
            "role": "Cluster.roleArn",
            "security_groups": "Cluster.resourcesVpcConfig.securityGroupIds",
            "anonymous": Nothing(),  # its own API is asked by `--kube`
            "collected_at": Nothing(),
        },
        identity=("Value",),
    ),
    shape(
        "AWS::ECS::TaskDefinition",
        "container_task",
        {
            "name": "Value",
            "tags": Nothing(),
            "role": "Task.taskRoleArn",
            "network_mode": "Task.networkMode",
            "pid_mode": "Task.pidMode",
            "ipc_mode": "Task.ipcMode",
            "containers": Rows(
                "Task.containerDefinitions",
                {
                    "name": "name",
                    "image": "image",
                    "privileged": said("privileged", value=False),
                    "read_only_root": said("readonlyRootFilesystem", value=False),
                    "user": "user",
                    "env": Rows("environment", {"name": "name", "value": "value"}),
                },
            ),
            "volumes": Rows(
                "@file_systems",
                {
                    "file_system": "fileSystemId",
                    "transit_encryption": said("transitEncryption", value="DISABLED"),
                },
            ),
        },
        identity=("Value", "Task.taskDefinitionArn"),
    ),
    shape("AWS::ECS::Cluster", "other", {"name": "Value", "tags": TAGS}),
    shape(
        "AWS::ECS::Service",
        "container_service",
        {
            "name": "Service.serviceName",
            "tags": TAGS,
            "task": "Service.taskDefinition",
            "public_address": said(
                Is("Service.networkConfiguration.awsvpcConfiguration.assignPublicIp", ("ENABLED",)), value=False
            ),
            "security_groups": "Service.networkConfiguration.awsvpcConfiguration.securityGroups",
        },
    ),
    shape(
        "AWS::SageMaker::NotebookInstance",
        "notebook",
        {
            "name": "NotebookInstanceName",
            "tags": TAGS,
            "subnet": "Notebook.SubnetId",
            "direct_internet": Is("Notebook.DirectInternetAccess", ("Enabled",)),
            "root_access": Is("Notebook.RootAccess", ("Enabled",)),
            "key": "Notebook.KmsKeyId",
        },
    ),
)
