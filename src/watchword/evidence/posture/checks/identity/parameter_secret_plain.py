"""Secrets that are kept as plain parameters."""

import re
from typing import Final

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
    passed,
    seen,
)
from watchword.evidence.posture.secrets import written_secret
from watchword.inventory import Asset, FrontEnd

_SECRET: Final = re.compile(r"(?i)(^|[/_.-])(password|passwd|secret|token|api[_-]?key|private[_-]?key)$")


def judge(parameter: Asset, estate: Estate) -> Answer:
    del estate
    if parameter["type"].text(default="String") == "SecureString":
        return passed()
    name = parameter["name"]
    shown_name = name.text() if name.is_known else ""
    # By its name also where the value is not written here: it is kept in clear all the same.
    if _SECRET.search(shown_name) or written_secret(shown_name, parameter["value"]):
        return failed("a secret is kept as a plain parameter", seen("type", parameter["type"]), seen("name", name))
    return passed()


CHECK = Check(
    id="parameter-secret-plain",
    title="Secrets among the parameters are kept encrypted",
    severity=Severity.MEDIUM,
    why="A parameter of type String can be read by whoever may read parameters, and its value stands in the history.",
    remedy="Use the type `SecureString`, or Secrets Manager, and put the value there by hand or by rotation.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("parameter",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=(
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html",
    ),
    frameworks=Frameworks(nist_800_53=("IA-5", "SC-28"), iso_27001=("A.5.17",)),
    known_as=KnownAs(checkov=("CKV2_AWS_34", "CKV_AWS_384")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_ssm_parameter" "level" {
  name  = "/shop/log-level"
  type  = "String"
  value = "info"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_ssm_parameter" "password" {
  name  = "/shop/db/password"
  type  = "String"
  value = "hunter2hunter2"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Level:
    Type: AWS::SSM::Parameter
    Properties:
      Name: /shop/log-level
      Type: String
      Value: info
""",
            says="CloudFormation makes no secure ones",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Password:
    Type: AWS::SSM::Parameter
    Properties:
      Name: /shop/db/password
      Type: String
      Value: hunter2hunter2
""",
        ),
    ),
)
