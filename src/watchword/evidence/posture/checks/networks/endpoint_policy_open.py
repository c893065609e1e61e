"""Private endpoints through which everybody may do everything."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    KnownAs,
    Severity,
    bad,
    failed,
    good,
    not_applicable,
    passed,
    seen,
    which,
)
from watchword.evidence.posture.policies import PolicyStatement, grants
from watchword.inventory import Asset, FrontEnd, both, some


def judge(endpoint: Asset, estate: Estate) -> Answer:
    del estate
    service = endpoint["service"]
    if service.is_known and "vpce-svc-" in service.text():
        return not_applicable("it leads to somebody's own service, which has no endpoint policies")
    policy = endpoint["policy"]
    if policy.is_absent:
        return failed("the default policy lets everybody do everything through it", seen("policy", policy))
    whole = which(grants(policy), _whole)
    if not whole:
        return passed()
    return failed(
        "its policy lets everybody do everything", *(seen(f"policy.{one.path}", one.actions) for one in whole)
    )


def _whole(statement: PolicyStatement) -> bool:
    return both(
        statement.allows,
        statement.for_anyone,
        lambda: some(statement.actions.each(), lambda action: action.matches(r"\*|[a-z0-9-]+:\*")),
        statement.on_everything,
        statement.unconditional,
    )


CHECK = Check(
    id="endpoint-policy-open",
    title="Policies of network endpoints say who may do what",
    severity=Severity.LOW,
    why="Through an endpoint with the default policy, a stolen key of somebody else's account copies your "
    "data into their bucket without touching the Internet.",
    remedy="Write a policy for the endpoint that names your organisation (`aws:PrincipalOrgID`, "
    "`aws:ResourceOrgID`) or your stores.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.ADVANCED,
    kinds=("network_endpoint",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",),
    frameworks=Frameworks(nist_800_53=("AC-4", "AC-6"), iso_27001=("A.8.22",)),
    known_as=KnownAs(prowler=("vpc_endpoint_connections_trust_boundaries",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "*"
      Resource  = "*"
      Condition = { StringEquals = { "aws:ResourceOrgID" = "o-a1b2c3d4e5" } }
    }]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
}
""",
            says="the default",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:*", Resource = "*" }]
  })
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  S3:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: vpc-0123456789abcdef0
      ServiceName: com.amazonaws.eu-west-1.s3
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: "*"
            Action: s3:GetObject
            Resource: arn:aws:s3:::reports/*
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  S3:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: vpc-0123456789abcdef0
      ServiceName: com.amazonaws.eu-west-1.s3
""",
        ),
    ),
)
