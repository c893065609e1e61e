"""Condition keys that are not one service's: AWS's global keys, those of federation, and Watchword's own.

Source: AWS IAM User Guide, "AWS global condition context keys" (data type, value type and availability of each key) and
"IAM and AWS STS condition context keys"; Watchword's: docs/reference/policy-language.md. "Always" is said only of what
the guide says is in the context of all requests: not of `aws:userid`, which anonymous requests lack, nor of
`aws:ViaAWSService` and `aws:ResourceAccount`, which most services supply; nor of `aws:UserAgent`, which a client sends
as it likes.
"""

from watchword.decision.analysis.catalogue.model import (
    AccessLevel,
    Action,
    ConditionKey,
    ResourceType,
    ResourceUse,
    Service,
    ValueType,
)

_S, _N, _D, _B, _A, _I = (
    ValueType.STRING,
    ValueType.NUMERIC,
    ValueType.DATE,
    ValueType.BOOL,
    ValueType.ARN,
    ValueType.IP,
)


def _one(type_: ValueType, *names: str, always: bool = False) -> tuple[ConditionKey, ...]:
    return tuple(ConditionKey(name=n, type=type_, always=always, documented=True) for n in names)


def _several(type_: ValueType, *names: str) -> tuple[ConditionKey, ...]:
    return tuple(ConditionKey(name=n, type=type_, several=True, documented=True) for n in names)


GLOBAL_KEYS: tuple[ConditionKey, ...] = (
    # In the context of every request
    *_one(_S, "aws:PrincipalAccount", "aws:PrincipalType", "aws:RequestedRegion", always=True),
    *_one(_B, "aws:SecureTransport", always=True),
    *_one(_D, "aws:CurrentTime", "aws:EpochTime", always=True),
    # The principal
    *_one(_A, "aws:PrincipalArn"),
    *_one(_S, "aws:PrincipalOrgID", "aws:PrincipalTag/${TagKey}", "aws:PrincipalServiceName"),
    *_one(_S, "aws:userid", "aws:username"),
    *_one(_B, "aws:PrincipalIsAWSService"),
    *_several(_S, "aws:PrincipalOrgPaths", "aws:PrincipalServiceNamesList"),
    # The session
    *_one(_S, "aws:FederatedProvider", "aws:SourceIdentity", "aws:Ec2InstanceSourceVpc"),
    *_one(_B, "aws:AssumedRoot", "aws:MultiFactorAuthPresent"),
    *_one(_D, "aws:TokenIssueTime"),
    *_one(_N, "aws:MultiFactorAuthAge", "ec2:RoleDelivery"),
    *_one(_I, "aws:Ec2InstanceSourcePrivateIPv4"),
    *_one(_A, "aws:ChatbotSourceArn", "aws:SignInSessionArn"),
    *_one(_A, "ec2:SourceInstanceArn", "ssm:SourceInstanceArn", "lambda:SourceFunctionArn"),
    *_one(_A, "codebuild:BuildArn", "codebuild:ProjectArn"),
    *_one(_S, "glue:RoleAssumedBy", "glue:CredentialIssuingService", "identitystore:UserId"),
    # The network
    *_one(_I, "aws:SourceIp", "aws:VpcSourceIp"),
    *_one(_S, "aws:SourceVpc", "aws:SourceVpce", "aws:VpceAccount", "aws:VpceOrgID"),
    *_one(_A, "aws:SourceVpcArn"),
    *_several(_S, "aws:VpceOrgPaths"),
    # The resource
    *_one(_S, "aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceTag/${TagKey}"),
    *_several(_S, "aws:ResourceOrgPaths"),
    # The request
    *_one(_S, "aws:CalledViaFirst", "aws:CalledViaLast", "aws:referer", "aws:UserAgent", "aws:RequestTag/${TagKey}"),
    *_one(_S, "aws:SourceAccount", "aws:SourceOrgID", "aws:CalledViaAWSMCP"),
    *_one(_B, "aws:ViaAWSService", "aws:ViaAWSMCPService", "aws:IsMcpServiceAction"),
    *_one(_A, "aws:SourceArn"),
    # Not in the guide's list any more; SNS writes it into the policy of every new topic.
    *_one(_S, "aws:SourceOwner"),
    *_several(_S, "aws:CalledVia", "aws:TagKeys", "aws:SourceOrgPaths"),
)

WATCHWORD_KEYS: tuple[ConditionKey, ...] = (
    *_one(_S, "watchword:AuthAssurance", "watchword:RiskLevel", "watchword:Application", "watchword:Route"),
    *_one(_S, "watchword:GrantId"),
    *_one(_N, "watchword:AuthAge", "watchword:RiskScore"),
    *_one(_B, "watchword:HardwareKey", "watchword:BreakGlass"),
    *_several(_S, "watchword:Groups"),
)

_APPLICATION = ResourceType(
    name="application",
    arn="arn:watchword:app:::${Application}/${Path}",
    pattern="arn:watchword:app:::*/*",
)
# The methods that the gateway carries (RFC 9110); CONNECT on a tunnel alone.
_HTTP = {
    "GET": AccessLevel.READ,
    "HEAD": AccessLevel.READ,
    "OPTIONS": AccessLevel.READ,
    "POST": AccessLevel.WRITE,
    "PUT": AccessLevel.WRITE,
    "PATCH": AccessLevel.WRITE,
    "DELETE": AccessLevel.WRITE,
    "CONNECT": AccessLevel.WRITE,
}
_ANY = ResourceType(name="any", arn="arn:watchword:${Service}:::${Resource}", pattern="*")


def _open(prefix: str, title: str, **actions: AccessLevel) -> Service:
    use = (ResourceUse(type=_ANY, required=True),)
    return Service(
        prefix=prefix,
        title=title,
        actions=tuple(Action(service=prefix, name=n, level=level, resources=use) for n, level in actions.items()),
        resources=(_ANY,),
        keys=(),
        open=True,
    )


WATCHWORD_SERVICES: tuple[Service, ...] = (
    Service(
        prefix="http",
        title="Watchword gateway",
        actions=tuple(
            Action(service="http", name=n, level=level, resources=(ResourceUse(type=_APPLICATION, required=True),))
            for n, level in _HTTP.items()
        ),
        resources=(_APPLICATION,),
        keys=(),
    ),
    _open("mesh", "Watchword mesh", Connect=AccessLevel.WRITE),
    _open("keys", "Watchword keys", Encrypt=AccessLevel.WRITE, Decrypt=AccessLevel.WRITE),
    _open("admission", "Watchword admission", Run=AccessLevel.WRITE),
)
