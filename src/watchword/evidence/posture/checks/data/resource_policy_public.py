"""Policies of queues, topics, secrets, registries, file systems, search clusters and vaults that let anybody in."""

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
from watchword.evidence.posture.policies import PolicyStatement, grants
from watchword.inventory import Asset, FrontEnd, both


def judge(store: Asset, estate: Estate) -> Answer:
    del estate
    policy = store["policy"]
    if policy.is_absent:
        return not_applicable("it has no policy of its own")
    # Within a network, a search cluster's policy for everybody is for everybody there.
    inside = store.kind == "search_domain" and bool(store["subnets"])
    public = which(grants(policy), _public)
    if not public:
        return passed()
    if inside:
        return not_applicable("it stands in a network, and its security groups decide who reaches it")
    return failed(
        "the policy lets anybody in",
        *(seen(f"policy.{one.path}.Principal", one.principal) for one in public),
        *(seen(f"policy.{one.path}.Action", one.actions) for one in public),
    )


def _public(statement: PolicyStatement) -> bool:
    return both(statement.allows, statement.for_anyone, lambda: not statement.narrowed())


CHECK = Check(
    id="resource-policy-public",
    title="Policies of stores let nobody in who is not named",
    severity=Severity.CRITICAL,
    why="A statement that allows `*` without a condition on who asks gives the queue, the secret or the "
    "index to the whole Internet.",
    remedy="Name the accounts, roles or services that need it, or add a condition with fixed values: "
    "`aws:PrincipalOrgID`, `aws:SourceArn`, `aws:SourceVpce`.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    kinds=("queue", "topic", "secret", "registry", "file_system", "search_domain", "backup_vault"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",),
    frameworks=Frameworks(
        nist_800_53=("AC-3", "AC-6"), pci_dss_4=("7.2.1",), soc_2=("CC6.1", "CC6.3"), iso_27001=("A.5.15", "A.8.3")
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_32", "CKV_AWS_168", "CKV_AWS_169", "CKV_AWS_283", "CKV_AWS_387"),
        trivy=("AVD-AWS-0032",),
        prowler=(
            "sqs_queues_not_publicly_accessible",
            "sns_topics_not_publicly_accessible",
            "ecr_repositories_not_publicly_accessible",
            "efs_not_publicly_accessible",
            "opensearch_service_domains_not_publicly_accessible",
            "backup_vaults_policy_public",
        ),
        cfn_nag=("F18", "F20", "F21"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_sqs_queue" "orders" {
  name = "orders"
}

resource "aws_sqs_queue_policy" "orders" {
  queue_url = aws_sqs_queue.orders.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.orders.arn
      Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:sns:eu-west-1:111122223333:orders" } }
    }]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_sqs_queue" "orders" {
  name = "orders"
}

resource "aws_sqs_queue_policy" "orders" {
  queue_url = aws_sqs_queue.orders.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.orders.arn
    }]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_ecr_repository" "shop" {
  name = "shop"
}

resource "aws_ecr_repository_policy" "shop" {
  repository = aws_ecr_repository.shop.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "ecr:*" }]
  })
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_sns_topic" "orders" {
  name = "orders"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::SNS::Topic
  OrdersPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Orders]
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Service: events.amazonaws.com
            Action: sns:Publish
            Resource: !Ref Orders
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::SQS::Queue
  OrdersPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Orders]
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: "*"
            Action: sqs:SendMessage
            Resource: !GetAtt Orders.Arn
""",
        ),
    ),
)
