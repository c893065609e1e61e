"""Which IAM actions a CloudTrail event stands for: data, and the rule that reads it.

`eventSource` is the service's host and `eventName` the API call. For most services the host's first label is the
action's prefix and the call its name. What is known to be otherwise is written down here. Two doors keep guesses out: a
service that is not listed is not known; and neither is a call whose action the catalogue does not have (trails hold
events that are no calls, such as `BidEvictedEvent`). Both are counted as such, and none is dropped.

Documented by: AWS Service Authorization Reference (prefixes and actions; a test holds each against the catalogue);
CloudTrail User Guide, "CloudTrail record
contents"; Amazon S3 User Guide, "Required permissions for Amazon S3 API operations"; AWS Lambda Developer Guide,
"Logging AWS Lambda API calls using AWS CloudTrail"; Amazon SQS and Amazon SNS Developer Guides, on the batch calls;
Amazon Bedrock API Reference, Converse and ConverseStream; API Gateway Developer Guide, "How Amazon API Gateway works
with IAM" and its REST reference (the action of a management call is its HTTP method); EC2 Auto Scaling and Application
Auto Scaling User Guides, on CloudTrail.
"""

import re
from collections.abc import Callable, Mapping

_HOST = ".amazonaws.com"

# Services whose host's first label is their action prefix.
_PREFIXES = frozenset(
    """
    access-analyzer acm acm-pca amplify apigateway appconfig appsync athena backup batch bedrock budgets cloud9
    cloudformation cloudfront cloudhsm cloudshell cloudtrail codeartifact codebuild codecommit codedeploy
    codepipeline cognito-identity cognito-idp cognito-sync comprehend config connect datapipeline datasync
    detective directconnect dms ds dynamodb ebs ec2 ec2-instance-connect ecr ecr-public ecs eks elasticache
    elasticbeanstalk elasticfilesystem elasticloadbalancing elasticmapreduce elastictranscoder es events firehose
    fsx glacier glue guardduty health iam identitystore imagebuilder inspector2 iot kafka kinesis kinesisanalytics
    kinesisvideo kms lakeformation lambda license-manager lightsail logs macie2 memorydb mq network-firewall
    organizations pipes polly quicksight ram rds rds-data redshift redshift-data redshift-serverless rekognition
    resource-groups route53 route53domains route53resolver s3 sagemaker scheduler secretsmanager securityhub
    servicecatalog servicediscovery servicequotas ses shield signer sns sqs ssm sso sso-directory states
    storagegateway sts support swf synthetics textract transcribe transfer translate waf waf-regional wafv2
    wellarchitected workmail workspaces xray
    """.split()  # noqa: SIM905 - a hundred quotation marks help nobody
)
_OTHER_PREFIXES: Mapping[str, str] = {
    "email": "ses",
    "monitoring": "cloudwatch",
    "tagging": "tag",
}
# Hosts of several services: what a call needs is known where one of them alone has an action of its name.
_SHARED_HOSTS: Mapping[str, tuple[str, ...]] = {
    "autoscaling": ("autoscaling", "application-autoscaling", "autoscaling-plans"),
}

# Calls of the services above that need something else than the action of their name: what they need, or nothing where
# that depends on more than the event tells.
_CALLS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "s3": {
        "CompleteMultipartUpload": ("PutObject",),
        "CopyObject": ("PutObject", "GetObject"),
        "CreateMultipartUpload": ("PutObject",),
        "DeleteBucketAnalyticsConfiguration": ("PutAnalyticsConfiguration",),
        "DeleteBucketCors": ("PutBucketCORS",),
        "DeleteBucketEncryption": ("PutEncryptionConfiguration",),
        "DeleteBucketIntelligentTieringConfiguration": ("PutIntelligentTieringConfiguration",),
        "DeleteBucketInventoryConfiguration": ("PutInventoryConfiguration",),
        "DeleteBucketLifecycle": ("PutLifecycleConfiguration",),
        "DeleteBucketMetricsConfiguration": ("PutMetricsConfiguration",),
        "DeleteBucketOwnershipControls": ("PutBucketOwnershipControls",),
        "DeleteBucketPublicAccessBlock": ("PutBucketPublicAccessBlock",),
        "DeleteBucketReplication": ("PutReplicationConfiguration",),
        "DeleteBucketTagging": ("PutBucketTagging",),
        "DeleteObjects": ("DeleteObject",),
        "GetBucketAccelerateConfiguration": ("GetAccelerateConfiguration",),
        "GetBucketAnalyticsConfiguration": ("GetAnalyticsConfiguration",),
        "GetBucketCors": ("GetBucketCORS",),
        "GetBucketEncryption": ("GetEncryptionConfiguration",),
        "GetBucketIntelligentTieringConfiguration": ("GetIntelligentTieringConfiguration",),
        "GetBucketInventoryConfiguration": ("GetInventoryConfiguration",),
        "GetBucketLifecycle": ("GetLifecycleConfiguration",),
        "GetBucketLifecycleConfiguration": ("GetLifecycleConfiguration",),
        "GetBucketMetricsConfiguration": ("GetMetricsConfiguration",),
        "GetBucketReplication": ("GetReplicationConfiguration",),
        "GetObjectAttributes": ("GetObject", "GetObjectAttributes"),
        "GetObjectLockConfiguration": ("GetBucketObjectLockConfiguration",),
        "HeadBucket": ("ListBucket",),
        "HeadObject": ("GetObject",),
        "ListBucketAnalyticsConfigurations": ("GetAnalyticsConfiguration",),
        "ListBucketIntelligentTieringConfigurations": ("GetIntelligentTieringConfiguration",),
        "ListBucketInventoryConfigurations": ("GetInventoryConfiguration",),
        "ListBucketMetricsConfigurations": ("GetMetricsConfiguration",),
        "ListBuckets": ("ListAllMyBuckets",),
        "ListMultipartUploads": ("ListBucketMultipartUploads",),
        "ListObjectVersions": ("ListBucketVersions",),
        "ListObjects": ("ListBucket",),
        "ListObjectsV2": ("ListBucket",),
        "ListParts": ("ListMultipartUploadParts",),
        "PutBucketAccelerateConfiguration": ("PutAccelerateConfiguration",),
        "PutBucketAnalyticsConfiguration": ("PutAnalyticsConfiguration",),
        "PutBucketCors": ("PutBucketCORS",),
        "PutBucketEncryption": ("PutEncryptionConfiguration",),
        "PutBucketIntelligentTieringConfiguration": ("PutIntelligentTieringConfiguration",),
        "PutBucketInventoryConfiguration": ("PutInventoryConfiguration",),
        "PutBucketLifecycle": ("PutLifecycleConfiguration",),
        "PutBucketLifecycleConfiguration": ("PutLifecycleConfiguration",),
        "PutBucketMetricsConfiguration": ("PutMetricsConfiguration",),
        "PutBucketReplication": ("PutReplicationConfiguration",),
        "PutObjectLockConfiguration": ("PutBucketObjectLockConfiguration",),
        "SelectObjectContent": ("GetObject",),
        "UploadPart": ("PutObject",),
        "UploadPartCopy": ("PutObject", "GetObject"),
    },
    "bedrock": {"Converse": ("InvokeModel",), "ConverseStream": ("InvokeModelWithResponseStream",)},
    "lambda": {"GetLayerVersionByArn": ("GetLayerVersion",), "Invoke": ("InvokeFunction",)},
    "kms": {"ReEncrypt": ("ReEncryptFrom", "ReEncryptTo")},
    "sqs": {
        "ChangeMessageVisibilityBatch": ("ChangeMessageVisibility",),
        "DeleteMessageBatch": ("DeleteMessage",),
        "SendMessageBatch": ("SendMessage",),
    },
    "sns": {"PublishBatch": ("Publish",)},
    # Which actions are checked depends on the statements in the call.
    "dynamodb": {
        "BatchExecuteStatement": (),
        "ExecuteStatement": (),
        "ExecuteTransaction": (),
        "TransactGetItems": ("GetItem",),
        "TransactWriteItems": (),
    },
}
# Amazon S3 asks for another action where a version is named.
_VERSIONED: Mapping[str, str] = {
    "DeleteObject": "DeleteObjectVersion",
    "DeleteObjectTagging": "DeleteObjectVersionTagging",
    "GetObject": "GetObjectVersion",
    "GetObjectAcl": "GetObjectVersionAcl",
    "GetObjectAttributes": "GetObjectVersionAttributes",
    "GetObjectTagging": "GetObjectVersionTagging",
    "PutObjectAcl": "PutObjectVersionAcl",
    "PutObjectTagging": "PutObjectVersionTagging",
}
# AWS Lambda writes the API's version into the call: UpdateFunctionCode20150331v2.
_LAMBDA_VERSION = re.compile(r"20\d{6}(?:v\d+)?\Z")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
# Actions of API Gateway's management are HTTP methods, which the names of its calls tell; where they do not (Import…,
# TagResource, FlushStageCache), it is not known.
_METHODS = re.compile(r"(Create|Delete|Get|Put|Update)[A-Z]")
_METHOD_OF: Mapping[str, str] = {"Create": "POST", "Delete": "DELETE", "Get": "GET", "Put": "PUT", "Update": "PATCH"}

# Permissions that no call asks for by itself, so that their use is in no trail. IAM User Guide, "Grant a user
# permissions to pass a role": PassRole is not an API call, and CloudTrail records none.
UNRECORDED_ACTIONS = frozenset({"iam:passrole"})


def actions_of(source: str, name: str, *, version_named: bool, exists: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the actions of a call, as a policy writes them; none where they are not known. `exists` is the catalogue's
    word on one."""
    label = source.removesuffix(_HOST)
    if label == source or not _NAME.fullmatch(name):
        return ()
    shared = [p for p in _SHARED_HOSTS.get(label, ()) if exists(f"{p}:{name}")]
    if shared:
        return (f"{shared[0]}:{name}",) if len(shared) == 1 else ()
    prefix = _OTHER_PREFIXES.get(label, label if label in _PREFIXES else "")
    if not prefix:
        return ()
    if prefix == "lambda":
        name = _LAMBDA_VERSION.sub("", name)
    names = _CALLS.get(prefix, {}).get(name, (name,))
    if prefix == "apigateway" and not exists(f"{prefix}:{name}"):
        method = _METHODS.match(name)
        names = (_METHOD_OF[method[1]],) if method else ()
    if prefix == "s3" and version_named:
        names = tuple(_VERSIONED.get(n, n) for n in names)
    actions = tuple(f"{prefix}:{n}" for n in names)
    return actions if all(map(exists, actions)) else ()
