"""CloudTrail events: who, what, on what, from where; and what is left untold because nobody can know it."""

import itertools

import pytest

from support.catalogues import catalogue
from support.trails import ACCOUNT, ROLE, ROLE_IDENTITY, SESSION, USER, USER_IDENTITY, event
from watchword.decision.analysis.usage.cloudtrail import (
    JsonObject,
    JsonValue,
    Observation,
    Untold,
    actions,
    named,
    read_event,
)


def exists(action: str) -> bool:
    return catalogue().action(action) is not None


def read(found: JsonValue) -> Observation | Untold:
    return read_event(found, exists)


def seen(found: JsonValue) -> Observation:
    observed = read(found)
    assert isinstance(observed, Observation), observed
    return observed


def asked(found: JsonValue) -> list[tuple[str, str | None]]:
    return [(r.request.action, r.request.resource if r.resource_told else None) for r in seen(found).requests]


# Who


def test_a_role_session_is_known_by_its_role_with_its_path() -> None:
    (recorded,) = seen(event()).requests
    assert str(recorded.request.principal.arn) == SESSION
    assert recorded.request.session_issuer == recorded.who == ROLE
    assert recorded.request.context["aws:principalarn"] == ROLE
    assert "aws:username" not in recorded.request.context


def test_a_user_is_known_by_its_own_arn() -> None:
    (recorded,) = seen(event(identity=USER_IDENTITY)).requests
    assert recorded.who == USER
    assert recorded.request.context["aws:username"] == "alice"
    assert recorded.request.account == ACCOUNT


@pytest.mark.parametrize(
    "identity",
    [
        {"type": "Root", "arn": f"arn:aws:iam::{ACCOUNT}:root"},
        {"type": "AWSService", "invokedBy": "cloudformation.amazonaws.com"},
        {"type": "AWSAccount", "accountId": "444455556666", "principalId": "AIDAOTHER"},
        {"type": "WebIdentityUser", "principalId": "accounts.example.com:app:user"},
        {"type": "FederatedUser", "arn": f"arn:aws:sts::{ACCOUNT}:federated-user/bob"},
        {"type": "AssumedRole", "arn": SESSION},
        {"type": "IAMUser", "arn": "alice"},
        {"type": "IAMUser"},
        {},
    ],
)
def test_a_caller_whose_policies_could_not_be_replayed_is_left_out(identity: JsonObject) -> None:
    assert read(event(identity=identity)) is Untold.CALLER


# What


@pytest.mark.parametrize(
    ("service", "name", "actions"),
    [
        ("s3", "HeadObject", ["s3:GetObject"]),
        ("s3", "ListObjects", ["s3:ListBucket"]),
        ("s3", "CopyObject", ["s3:PutObject", "s3:GetObject"]),
        ("lambda", "CreateFunction20150331", ["lambda:CreateFunction"]),
        ("lambda", "UpdateFunctionConfiguration20150331v2", ["lambda:UpdateFunctionConfiguration"]),
        ("lambda", "Invoke", ["lambda:InvokeFunction"]),
        ("monitoring", "PutMetricAlarm", ["cloudwatch:PutMetricAlarm"]),
        ("tagging", "GetResources", ["tag:GetResources"]),
        ("email", "SendEmail", ["ses:SendEmail"]),
        ("apigateway", "CreateRestApi", ["apigateway:POST"]),
        ("apigateway", "UpdateStage", ["apigateway:PATCH"]),
        ("apigateway", "GetPortal", ["apigateway:GetPortal"]),
        ("autoscaling", "CreateAutoScalingGroup", ["autoscaling:CreateAutoScalingGroup"]),
        ("autoscaling", "RegisterScalableTarget", ["application-autoscaling:RegisterScalableTarget"]),
        ("bedrock", "Converse", ["bedrock:InvokeModel"]),
        ("lambda", "ListFunctions20150331", ["lambda:ListFunctions"]),
        ("states", "StartExecution", ["states:StartExecution"]),
        ("dynamodb", "BatchGetItem", ["dynamodb:BatchGetItem"]),
        ("s3", "ListBucketInventoryConfigurations", ["s3:GetInventoryConfiguration"]),
        ("sqs", "SendMessageBatch", ["sqs:SendMessage"]),
        ("kms", "ReEncrypt", ["kms:ReEncryptFrom", "kms:ReEncryptTo"]),
        ("ec2", "RunInstances", ["ec2:RunInstances"]),
    ],
)
def test_calls_and_the_actions_that_they_need(service: str, name: str, actions: list[str]) -> None:
    assert [action for action, _ in asked(event(service, name))] == actions


@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("signin", "ConsoleLogin"),
        # Not a call at all, and calls that the catalogue of their service does not have.
        ("ec2", "BidEvictedEvent"),
        ("iam", "CreateEverything"),
        ("apigateway", "ImportRestApi"),
        # EC2 Auto Scaling and Application Auto Scaling write the same.
        ("autoscaling", "PutScalingPolicy"),
        ("dynamodb", "ExecuteStatement"),
        ("s3", "Get Object"),
        ("s3", "*"),
    ],
)
def test_a_call_whose_action_is_not_known_is_not_guessed(service: str, name: str) -> None:
    assert read(event(service, name)) is Untold.ACTION


def test_every_action_and_service_that_calls_are_mapped_to_exists() -> None:
    """What was written down from documentation is held against the catalogue."""
    for prefix in {
        *actions._PREFIXES,
        *actions._OTHER_PREFIXES.values(),
        *itertools.chain(*actions._SHARED_HOSTS.values()),
    }:
        assert catalogue().service(prefix) is not None, prefix
    mapped = {f"{p}:{n}" for p, calls in actions._CALLS.items() for names in calls.values() for n in names}
    mapped |= {f"s3:{n}" for pair in actions._VERSIONED.items() for n in pair}
    mapped |= {f"apigateway:{method}" for method in actions._METHOD_OF.values()}
    mapped |= {*actions.UNRECORDED_ACTIONS}
    assert [a for a in sorted(mapped) if not exists(a)] == []


def test_the_actions_that_are_checked_on_an_object_take_one() -> None:
    types = {
        name: {u.type.name for u in found.resources}
        for name in named._OBJECT_ACTIONS
        if (found := catalogue().action(f"s3:{name}")) is not None
    }
    assert types.keys() == named._OBJECT_ACTIONS
    assert [name for name, of in types.items() if "object" not in of] == []
    assert all(a.wildcard_only for name in named._ON_EVERYTHING if (a := catalogue().action(name)) is not None)


def test_a_source_that_is_no_service_of_aws_is_not_guessed() -> None:
    assert read(event(eventSource="s3.example.com")) is Untold.ACTION


def test_a_version_that_is_named_asks_for_another_action() -> None:
    parameters: JsonObject = {"bucketName": "reports", "key": "a", "versionId": "v1"}
    assert asked(event("s3", "GetObject", parameters)) == [("s3:GetObjectVersion", "arn:aws:s3:::reports/a")]


# On what

KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/0d99"
TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t"


@pytest.mark.parametrize(
    ("found", "resource"),
    [
        (event(), "arn:aws:s3:::reports/a/b.csv"),
        (event("s3", "ListObjects", {"bucketName": "reports"}), "arn:aws:s3:::reports"),
        (event("s3", "ListBuckets", {}), "*"),
        (event("s3", "DeleteObjects", {"bucketName": "reports"}), None),
        (event("s3", "GetObject", {"bucketName": "arn:aws:s3:eu-west-1:1:accesspoint/x", "key": "a"}), None),
        (event("s3", "GetObject", {"bucketName": "x-abc-s3alias", "key": "a"}), None),
        (event("sts", "AssumeRole", {"roleArn": ROLE}), ROLE),
        (event("sns", "Publish", {"topicArn": "arn:aws:sns:eu-west-1:1:t"}), "arn:aws:sns:eu-west-1:1:t"),
        (
            event("sqs", "SendMessage", {"queueUrl": "https://sqs.eu-west-1.amazonaws.com/111122223333/q"}),
            f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q",
        ),
        (event("sqs", "SendMessage", {"queueUrl": "https://sqs.example.com/1/q"}), None),
        (
            event("lambda", "Invoke", {"functionName": "resize"}),
            f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:resize",
        ),
        (event("lambda", "Invoke", {"functionName": "resize", "qualifier": "live"}), None),
        (event("lambda", "Invoke", {"functionName": "resize:live"}), None),
        (event("secretsmanager", "GetSecretValue", {"secretId": "db"}), None),
        (event("kms", "Decrypt", {}, resources=[{"type": "AWS::KMS::Key", "ARN": KEY}]), KEY),
        (event("kms", "Decrypt", {}, resources=[{"type": "AWS::KMS::Key", "ARN": "arn:aws:s3:::x"}]), None),
        (event("dynamodb", "Query", {}, resources=[{"type": "AWS::DynamoDB::Table", "ARN": TABLE}]), TABLE),
        (
            event("dynamodb", "Query", {"indexName": "i"}, resources=[{"type": "AWS::DynamoDB::Table", "ARN": TABLE}]),
            None,
        ),
        (event("dynamodb", "BatchGetItem", {}, resources=[{"type": "AWS::DynamoDB::Table", "ARN": TABLE}] * 2), None),
        (event("ec2", "TerminateInstances", {"instancesSet": {"items": [{"instanceId": "i-1"}]}}), None),
        (event("iam", "GetRole", {"roleName": "writer"}), None),
    ],
)
def test_the_resource_where_it_is_certain(found: JsonObject, resource: str | None) -> None:
    ((_, told),) = asked(found)
    assert told == resource


def test_a_copy_names_where_it_goes_and_not_where_it_comes_from() -> None:
    assert asked(event("s3", "CopyObject")) == [
        ("s3:PutObject", "arn:aws:s3:::reports/a/b.csv"),
        ("s3:GetObject", None),
    ]


# How it ended


@pytest.mark.parametrize("code", ["AccessDenied", "Client.UnauthorizedOperation"])
def test_a_refusal(code: str) -> None:
    found = seen(event(errorCode=code))
    assert (found.failed, found.requests[0].allowed) == (False, False)


def test_another_error_is_no_refusal_and_says_that_it_is_not_certain() -> None:
    found = seen(event(errorCode="NoSuchKey"))
    assert (found.failed, found.requests[0].allowed) == (True, True)


def test_a_refused_call_of_two_actions_does_not_tell_which_was_refused() -> None:
    assert read(event("s3", "CopyObject", errorCode="AccessDenied")) is Untold.ACTION


# From where


def test_what_the_event_tells_of_the_context() -> None:
    (recorded,) = seen(event(tlsDetails={"tlsVersion": "TLSv1.3"})).requests
    context = recorded.request.context
    assert recorded.untold is None
    assert context["aws:sourceip"] == "203.0.113.9"
    assert context["aws:currenttime"] == "2026-08-01T12:00:00Z"
    assert context["aws:requestedregion"] == "eu-west-1"
    assert context["aws:multifactorauthpresent"] == "false"
    assert context["aws:securetransport"] == "true"
    assert context["aws:useragent"] == "Boto3/1.40"


@pytest.mark.parametrize(
    "more",
    [
        {"sourceIPAddress": "AWS Internal", "userAgent": "[S3Console/0.4]"},
        {"sourceIPAddress": "cloudformation.amazonaws.com", "userAgent": ""},
        {"userIdentity": {**ROLE_IDENTITY, "invokedBy": "athena.amazonaws.com"}, "userAgent": "x" * 255},
    ],
)
def test_what_a_service_writes_of_itself_is_not_the_callers(more: JsonObject) -> None:
    (recorded,) = seen(event() | more).requests
    assert recorded.request.context.keys().isdisjoint({"aws:sourceip", "aws:useragent"})


def test_an_endpoint_hides_the_public_address() -> None:
    (recorded,) = seen(event(vpcEndpointId="vpce-1", sourceIPAddress="10.0.0.7")).requests
    assert recorded.request.context["aws:vpcsourceip"] == "10.0.0.7"
    assert recorded.request.context["aws:sourcevpce"] == "vpce-1"
    assert "aws:sourceip" not in recorded.request.context


@pytest.mark.parametrize(
    "odd",
    [
        None,
        7,
        [],
        {},
        event(eventTime="yesterday"),
        event(eventTime="2026-08-01T12:00:00"),
        event(eventName=7),
        event(userIdentity="alice") | {"eventSource": None},
    ],
)
def test_what_is_no_event_is_counted_as_such(odd: JsonValue) -> None:
    assert read(odd) is Untold.SHAPE
