"""Shapes of machines, functions and clusters."""

from collections.abc import Mapping
from typing import Final

from watchword.adapters.cloudformation.shapes._sources import NAME_TAG, Through, tagged
from watchword.inventory.shapes import Default, Is, Nothing, Readable, Rows, Shape

_REFERENCE: Final = "CloudFormation Template Reference"


def _machine(at: str, *, template: tuple[str, ...] | None = None) -> Mapping[str, Readable]:
    """The attributes of a machine below a path; what it does not say, its launch template does."""

    def own(path: str, attribute: str) -> Readable:
        return f"{at}{path}" if template is None else (f"{at}{path}", Through(template, attribute))

    return {
        "image": own("ImageId", "image"),
        "public_address": own("NetworkInterfaces.AssociatePublicIpAddress", "public_address"),
        "metadata_tokens": own("MetadataOptions.HttpTokens", "metadata_tokens"),
        "metadata_endpoint": Default(
            own("MetadataOptions.HttpEndpoint", "metadata_endpoint"), value="enabled", says=f"{_REFERENCE}, AWS::EC2"
        ),
        "metadata_hops": Default(
            own("MetadataOptions.HttpPutResponseHopLimit", "metadata_hops"), value=1, says=f"{_REFERENCE}, AWS::EC2"
        ),
        "user_data": own("UserData", "user_data"),
        "profile": (f"{at}IamInstanceProfile.Arn", f"{at}IamInstanceProfile.Name"),
        "security_groups": (
            f"{at}SecurityGroupIds",
            f"{at}NetworkInterfaces.GroupSet",
            f"{at}NetworkInterfaces.Groups",
            f"{at}SecurityGroups",
        ),
        "subnet": (f"{at}SubnetId", f"{at}NetworkInterfaces.SubnetId"),
        "template": Nothing(),  # what a template says is read with what the machine does
        "monitoring": Default(f"{at}Monitoring", value=False, says=f"{_REFERENCE}, AWS::EC2"),
        "ebs_optimized": Default(own("EbsOptimized", "ebs_optimized"), value=False, says=f"{_REFERENCE}, AWS::EC2"),
        "root_encrypted": Nothing(),  # which mapping is the root device is known from the image alone
        "volumes": Rows(
            f"{at}BlockDeviceMappings",
            {
                "encrypted": Default("Ebs.Encrypted", value=False, says=f"{_REFERENCE}, AWS::EC2"),
                "key": "Ebs.KmsKeyId",
                "device": "DeviceName",
            },
        ),
    }


_FUNCTION: Final[Mapping[str, Readable]] = {
    "name": "FunctionName",
    "role": "Role",
    "runtime": "Runtime",
    "environment": "Environment.Variables",
    "key": "KmsKeyArn",
    "subnets": "VpcConfig.SubnetIds",
    "security_groups": "VpcConfig.SecurityGroupIds",
    "tracing": Default("TracingConfig.Mode", value="PassThrough", says=f"{_REFERENCE}, AWS::Lambda::Function"),
    "dead_letter": "DeadLetterConfig.TargetArn",
    "concurrency": Default(
        "ReservedConcurrentExecutions", value=-1, says="AWS Lambda Developer Guide: none is reserved by default"
    ),
    "code_signing": "CodeSigningConfigArn",
}

COMPUTE: Final = (
    tagged(
        "AWS::EC2::Instance",
        "instance",
        {
            **_machine("", template=("LaunchTemplate.LaunchTemplateId", "LaunchTemplate.LaunchTemplateName")),
            "name": NAME_TAG,
            "profile": "IamInstanceProfile",
        },
    ),
    Shape(
        "AWS::EC2::LaunchTemplate",
        "instance",
        {
            **_machine("LaunchTemplateData."),
            "name": "LaunchTemplateName",
            "tags": Nothing(),
            "monitoring": Default("LaunchTemplateData.Monitoring.Enabled", value=False, says=f"{_REFERENCE}, AWS::EC2"),
        },
        identity=("LaunchTemplateName",),
    ),
    Shape(
        "AWS::AutoScaling::LaunchConfiguration",
        "instance",
        {
            **_machine(""),
            "name": "LaunchConfigurationName",
            "tags": Nothing(),
            "public_address": "AssociatePublicIpAddress",
            "profile": "IamInstanceProfile",
            "security_groups": "SecurityGroups",
            "subnet": Nothing(),
            "monitoring": Default("InstanceMonitoring", value=True, says=f"{_REFERENCE}, AWS::AutoScaling"),
        },
        identity=("LaunchConfigurationName",),
    ),
    tagged("AWS::Lambda::Function", "function", _FUNCTION, identity=("FunctionName",)),
    tagged(
        "AWS::Serverless::Function",
        "function",
        {
            **_FUNCTION,
            "tracing": Default(
                "Tracing", value="PassThrough", says="AWS SAM Developer Guide, AWS::Serverless::Function"
            ),
            "dead_letter": "DeadLetterQueue.TargetArn",
        },
        identity=("FunctionName",),
    ),
    Shape(
        "AWS::Lambda::Permission",
        "function_permission",
        {
            "name": Nothing(),
            "tags": Nothing(),
            "function": "FunctionName",
            "principal": "Principal",
            "source": "SourceArn",
            "account": "SourceAccount",
            "action": "Action",
            "url_authentication": "FunctionUrlAuthType",
        },
        identity=(),
    ),
    tagged(
        "AWS::EKS::Cluster",
        "kubernetes_cluster",
        {
            "name": "Name",
            "version": "Version",
            "public_endpoint": Default(
                "ResourcesVpcConfig.EndpointPublicAccess", value=True, says=f"{_REFERENCE}, AWS::EKS::Cluster"
            ),
            "private_endpoint": Default(
                "ResourcesVpcConfig.EndpointPrivateAccess", value=False, says=f"{_REFERENCE}, AWS::EKS::Cluster"
            ),
            "public_cidrs": Default(
                "ResourcesVpcConfig.PublicAccessCidrs", value="0.0.0.0/0", says=f"{_REFERENCE}, AWS::EKS::Cluster"
            ),
            "secrets_key": "EncryptionConfig.Provider.KeyArn",
            "log_types": "Logging.ClusterLogging.EnabledTypes[].Type",
            "anonymous": Nothing(),  # nobody has asked its API
            "collected_at": Nothing(),
            "role": "RoleArn",
            "security_groups": "ResourcesVpcConfig.SecurityGroupIds",
        },
        identity=("Name",),
    ),
    Shape(
        "AWS::Lambda::Url",
        "function_url",
        {
            "name": Nothing(),
            "tags": Nothing(),
            "function": "TargetFunctionArn",
            "authentication": "AuthType",
            "origins": "Cors.AllowOrigins",
        },
        identity=(),
    ),
    tagged(
        "AWS::ECS::TaskDefinition",
        "container_task",
        {
            "name": "Family",
            "role": "TaskRoleArn",
            "network_mode": "NetworkMode",
            "pid_mode": "PidMode",
            "ipc_mode": "IpcMode",
            "containers": Rows(
                "ContainerDefinitions",
                {
                    "name": "Name",
                    "image": "Image",
                    "privileged": Default("Privileged", value=False, says=f"{_REFERENCE}, AWS::ECS::TaskDefinition"),
                    "read_only_root": Default(
                        "ReadonlyRootFilesystem", value=False, says=f"{_REFERENCE}, AWS::ECS::TaskDefinition"
                    ),
                    "user": "User",
                    "env": Rows("Environment", {"name": "Name", "value": "Value"}),
                },
            ),
            "volumes": Rows(
                "Volumes[].EFSVolumeConfiguration",
                {
                    "file_system": "FilesystemId",
                    "transit_encryption": Default(
                        "TransitEncryption", value="DISABLED", says=f"{_REFERENCE}, AWS::ECS::TaskDefinition"
                    ),
                },
            ),
        },
        identity=("Family",),
    ),
    tagged(
        "AWS::ECS::Service",
        "container_service",
        {
            "name": "ServiceName",
            "task": "TaskDefinition",
            "public_address": Default(
                Is("NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp", ("ENABLED",), otherwise="DISABLED"),
                value=False,
                says=f"{_REFERENCE}, AWS::ECS::Service",
            ),
            "security_groups": "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups",
        },
        identity=("ServiceName",),
    ),
    tagged(
        "AWS::SageMaker::NotebookInstance",
        "notebook",
        {
            "name": "NotebookInstanceName",
            "subnet": "SubnetId",
            "direct_internet": Default(
                Is("DirectInternetAccess", ("Enabled",)),
                value=True,
                says=f"{_REFERENCE}, AWS::SageMaker::NotebookInstance",
            ),
            "root_access": Default(
                Is("RootAccess", ("Enabled",), otherwise="Disabled"),
                value=True,
                says=f"{_REFERENCE}, AWS::SageMaker::NotebookInstance",
            ),
            "key": "KmsKeyId",
        },
        identity=("NotebookInstanceName",),
    ),
)
