"""Policies of stores that let a service in on behalf of any customer."""

from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
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
from watchword.inventory import Asset, FrontEnd, both, every, some

# Classic load balancers' and Redshift's older log delivery, which send no source.
_WITHOUT_SOURCE: Final = ("logdelivery.elasticloadbalancing.amazonaws.com", "redshift.amazonaws.com")
_READING: Final = ("s3:GetBucketAcl", "s3:ListBucket", "s3:GetBucketLocation")


def judge(store: Asset, estate: Estate) -> Answer:
    del estate
    policy = store["policy"]
    if policy.is_absent:
        return not_applicable("it has no policy of its own")
    led = which(grants(policy), _any_customers)
    if not led:
        return passed()
    return failed(
        "a service may come in for any customer", *(seen(f"policy.{one.path}.Principal", one.principal) for one in led)
    )


def _any_customers(statement: PolicyStatement) -> bool:
    return both(
        statement.allows,
        lambda: some(statement.principals(), lambda entry: entry[0] == "Service" and entry[1] not in _WITHOUT_SOURCE),
        lambda: not every(statement.actions.each(), lambda action: some(_READING, lambda name: action == name)),
        lambda: not statement.narrowed(),
    )


CHECK = Check(
    id="resource-policy-confused-deputy",
    title="Policies of stores say on whose behalf a service comes",
    severity=Severity.MEDIUM,
    why="A service calls with its own name, whoever's resource makes it call. Somebody else's trail, rule "
    "or topic can then write into your store.",
    remedy="Demand `aws:SourceArn`, `aws:SourceAccount` or `aws:SourceOrgID` in the statement.",
    function=Function.DATA_ACCESS,
    stage=Stage.ADVANCED,
    kinds=("object_store", "queue", "topic"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-6"), iso_27001=("A.5.15",)),
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
      Principal = { Service = "sns.amazonaws.com" }
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
resource "aws_s3_bucket" "trail" {
  bucket = "trail"
}

resource "aws_s3_bucket_policy" "trail" {
  bucket = aws_s3_bucket.trail.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:GetBucketAcl"
        Resource  = aws_s3_bucket.trail.arn
      },
      {
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "${aws_s3_bucket.trail.arn}/AWSLogs/*"
        Condition = { StringEquals = { "s3:x-amz-acl" = "bucket-owner-full-control" } }
      },
    ]
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
            Condition:
              StringEquals:
                aws:SourceAccount: "111122223333"
""",
        ),
        bad(
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
    ),
)
