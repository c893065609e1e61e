"""Stores and APIs that any page may use from a browser."""

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
    passed,
    seen,
    unsure,
    which,
)
from watchword.inventory import Asset, FrontEnd, Value

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def judge(rule: Asset, estate: Estate) -> Answer:
    del estate
    if not which(rule["origins"].each(), _is_any):
        return passed()
    shown = seen("origins", rule["origins"])
    if rule["credentials"].boolean(default=False):
        return failed("any page may use it with the cookies of who looks at it", shown)
    methods = which(rule["methods"].each(), lambda method: method.text().upper() not in _READING)
    if not methods:
        return passed()  # what everybody may read, any page may show
    return failed("any page may write to it", shown, seen("methods", rule["methods"]))


def _is_any(origin: Value) -> bool:
    return origin.text() in {"*", "http://*", "https://*"}


CHECK = Check(
    id="cross-origin-open",
    title="No page of just any origin may change what is there",
    severity=Severity.MEDIUM,
    why="An origin of `*` lets a page that a visitor was lured to send requests from the visitor's browser, and read "
    "the answers: behind the office's firewall, or with what the browser sends along.",
    remedy="Name the origins of your own pages. `*` does for reading alone, of what anybody may read.",
    function=Function.APPLICATION_ACCESS,
    stage=Stage.INITIAL,
    kinds=("cross_origin_rule",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=judge,
    references=(
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html",
    ),
    frameworks=Frameworks(nist_800_53=("AC-3", "AC-4"), iso_27001=("A.8.26",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_apigatewayv2_api" "shop" {
  name          = "shop"
  protocol_type = "HTTP"

  cors_configuration {
    allow_origins     = ["https://www.example.com"]
    allow_methods     = ["*"]
    allow_credentials = true
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_apigatewayv2_api" "shop" {
  name          = "shop"
  protocol_type = "HTTP"

  cors_configuration {
    allow_origins = ["*"]
    allow_methods = ["*"]
  }
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket_cors_configuration" "media" {
  bucket = "media"

  cors_rule {
    allowed_origins = ["*"]
    allowed_methods = ["GET"]
  }
}
""",
            says="reading alone",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_s3_bucket_cors_configuration" "media" {
  bucket = "media"

  cors_rule {
    allowed_origins = ["*"]
    allowed_methods = ["GET", "PUT"]
  }
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "origins" {}

resource "aws_s3_bucket_cors_configuration" "media" {
  bucket = "media"

  cors_rule {
    allowed_origins = var.origins
    allowed_methods = ["PUT"]
  }
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Media:
    Type: AWS::S3::Bucket
    Properties:
      CorsConfiguration:
        CorsRules:
          - AllowedOrigins: ["https://www.example.com"]
            AllowedMethods: [PUT]
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shop:
    Type: AWS::ApiGatewayV2::Api
    Properties:
      Name: shop
      ProtocolType: HTTP
      CorsConfiguration:
        AllowOrigins: ["https://*"]
        AllowMethods: [POST]
""",
        ),
    ),
)
