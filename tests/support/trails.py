"""CloudTrail events to test with."""

from watchword.decision.analysis.usage.cloudtrail import JsonObject, JsonValue

ACCOUNT = "111122223333"
USER = f"arn:aws:iam::{ACCOUNT}:user/team/alice"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app/writer"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/writer/i-1"
USER_IDENTITY: JsonObject = {
    "type": "IAMUser",
    "principalId": "AIDAEXAMPLE",
    "arn": USER,
    "accountId": ACCOUNT,
    "userName": "alice",
}
ROLE_IDENTITY: JsonObject = {
    "type": "AssumedRole",
    "principalId": "AROAEXAMPLE:i-1",
    "arn": SESSION,
    "accountId": ACCOUNT,
    "sessionContext": {
        "sessionIssuer": {"type": "Role", "arn": ROLE},
        "attributes": {"mfaAuthenticated": "false", "creationDate": "2026-08-01T00:00:00Z"},
    },
}


def event(
    service: str = "s3",
    name: str = "GetObject",
    parameters: JsonObject | None = None,
    *,
    identity: JsonObject = ROLE_IDENTITY,
    **more: JsonValue,
) -> JsonObject:
    found: JsonObject = {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": "2026-08-01T12:00:00Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.9",
        "userAgent": "Boto3/1.40",
        "requestParameters": {"bucketName": "reports", "key": "a/b.csv"} if parameters is None else parameters,
    }
    found.update(more)
    return found
