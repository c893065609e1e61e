"""Policies of archives, catalogues, streams and buses that let anybody in."""

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
    outside,
    passed,
    seen,
    which,
)
from watchword.evidence.posture.policies import grants
from watchword.inventory import Asset, FrontEnd, both


def judge(holder: Asset, estate: Estate) -> Answer:
    del estate
    name = "policy" if holder.kind == "archive" else "document"
    policy = holder[name]
    if policy.is_absent:
        return not_applicable("it has no policy of its own")
    public = which(grants(policy), lambda one: both(one.allows, one.for_anyone, lambda: not one.narrowed()))
    if not public:
        return passed()
    return failed(
        "the policy lets anybody in",
        *(seen(f"{name}.{one.path}.Principal", one.principal) for one in public),
        *(seen(f"{name}.{one.path}.Action", one.actions) for one in public),
    )


CHECK = Check(
    id="standalone-policy-public",
    title="Policies of archives, catalogues, streams and buses let nobody in who is not named",
    severity=Severity.HIGH,
    why="A statement that allows `*` without a condition on who asks lets every customer of AWS read the archive or "
    "the catalogue, or write into the stream or the bus.",
    remedy="Name the accounts, roles or services that need it, or add a condition with fixed values: "
    "`aws:PrincipalOrgID`, `aws:SourceArn`.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    kinds=("archive", "resource_policy"),
    providers=("aws",),
    native_types=(
        "AWS::Kinesis::ResourcePolicy",
        "aws_cloudwatch_event_bus_policy",
        "aws_dynamodb_resource_policy",
        "aws_glacier_vault",
        "aws_glue_resource_policy",
        "aws_kinesis_resource_policy",
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",),
    frameworks=Frameworks(
        nist_800_53=("AC-3", "AC-6"), pci_dss_4=("7.2.1",), soc_2=("CC6.1", "CC6.3"), iso_27001=("A.5.15", "A.8.3")
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_167",),
        prowler=(
            "glacier_vaults_policy_public_access",
            "glue_data_catalogs_not_publicly_accessible",
            "eventbridge_bus_exposed",
        ),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_glacier_vault" "old" {
  name = "old"
  access_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111122223333:root" }
      Action    = "glacier:InitiateJob"
      Resource  = "*"
    }]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_glacier_vault" "old" {
  name = "old"
  access_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "glacier:InitiateJob", Resource = "*" }]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_glue_resource_policy" "catalogue" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "glue:*", Resource = "*" }]
  })
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_cloudwatch_event_bus_policy" "bus" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "events:PutEvents"
      Resource  = "*"
      Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }
    }]
  })
}
""",
            says="the organisation alone",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_glacier_vault" "old" {
  name = "old"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Policy:
    Type: AWS::Kinesis::ResourcePolicy
    Properties:
      ResourceArn: arn:aws:kinesis:eu-west-1:111122223333:stream/orders
      ResourcePolicy:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {AWS: "444455556666"}, Action: "kinesis:PutRecord", Resource: "*"}
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Policy:
    Type: AWS::Kinesis::ResourcePolicy
    Properties:
      ResourceArn: arn:aws:kinesis:eu-west-1:111122223333:stream/orders
      ResourcePolicy:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: "*", Action: "kinesis:PutRecord", Resource: "*"}
""",
        ),
    ),
)
