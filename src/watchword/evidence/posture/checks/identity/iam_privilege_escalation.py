"""Policies by which their holder gives itself more."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Seen, Severity, bad, good, unsure
from watchword.evidence.posture.powers import judging, shown_grants, ways_up
from watchword.inventory import FrontEnd, Value


def _ways(document: Value) -> list[Seen]:
    return shown_grants(grant for way in ways_up(document) for grant in way.grants)


CHECK = Check(
    id="iam-privilege-escalation",
    title="No policy lets its holder give itself more",
    severity=Severity.HIGH,
    why="Some actions, alone or together, make an administrator of whoever holds them: writing policies, "
    "making keys for others, handing a stronger role to a service that runs one's code.",
    remedy="Narrow the action to named users, roles or functions, demand `iam:PassedToService` or "
    "`iam:PermissionsBoundary`; or accept it, knowing that this is an administrator.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("iam_policy", "policy_document"),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judging(_ways, "whoever holds it can give itself more"),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",),
    frameworks=Frameworks(
        nist_800_53=("AC-6", "AC-6(10)"), pci_dss_4=("7.2.2",), soc_2=("CC6.3",), iso_27001=("A.8.2",)
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_110", "CKV_AWS_286"),
        prowler=("iam_policy_allows_privilege_escalation", "iam_inline_policy_allows_privilege_escalation"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "deploy" {
  name = "deploy"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "iam:PassRole", Resource = "arn:aws:iam::111122223333:role/shop" },
      { Effect = "Allow", Action = ["lambda:CreateFunction", "lambda:InvokeFunction"], Resource = "*" },
    ]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "deploy" {
  name = "deploy"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "iam:PassRole", Resource = "arn:aws:iam::111122223333:role/*" },
      { Effect = "Allow", Action = ["lambda:CreateFunction", "lambda:InvokeFunction"], Resource = "*" },
    ]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "attach" {
  name = "attach"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["iam:AttachUserPolicy", "iam:ListPolicies"], Resource = "*" }]
  })
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_policy" "attach" {
  name = "attach"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "iam:Attach*", Resource = "*" },
      { Effect = "Deny", Action = "iam:Attach*Policy", Resource = "*" },
    ]
  })
}
""",
            says="a Deny takes it back",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "actions" {
  type = list(string)
}

resource "aws_iam_policy" "some" {
  name = "some"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = var.actions, Resource = "*" }]
  })
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Reader:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: iam:ListPolicies
            Resource: "*"
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Attach:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: iam:PutUserPolicy
            Resource: "*"
""",
        ),
    ),
)
