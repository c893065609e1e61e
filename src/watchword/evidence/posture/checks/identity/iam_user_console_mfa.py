"""People with a password for the console, and with no rule that asks for more."""

from typing import Final

from watchword.decision.language import PolicyDocument, PolicyKind
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
    unsure,
)
from watchword.evidence.posture.policies import document_of, documents
from watchword.evidence.posture.workloads import raise_unread
from watchword.inventory import Asset, FrontEnd, UnknownValueError
from watchword.kernel.principals import person

# Refused without a second factor, and not refused because of anything else.
_PROBES: Final = (
    ("s3:ListAllMyBuckets", "*"),
    ("ec2:TerminateInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i-1"),
    ("iam:CreateUser", "arn:aws:iam::111122223333:user/somebody"),
)


def judge(user: Asset, estate: Estate) -> Answer:
    if not user["console"].boolean(default=False):
        return not_applicable("it has no password for the console")
    holders = [user, *_groups(user, estate)]
    texts: list[PolicyDocument] = []
    doubt: UnknownValueError | None = None
    for _, document in (entry for holder in holders for entry in documents(holder)):
        try:
            texts.append(document_of(document, PolicyKind.IDENTITY))
        except UnknownValueError as error:
            doubt = doubt or error
    if texts and _asks_for_more(tuple(texts)):
        return passed()
    if doubt is not None:
        raise doubt
    for arn in (arn for holder in holders for arn in holder["attached"].each()):
        if not estate.named(arn, user) and not (arn.is_known and ":iam::aws:policy/" in arn.text()):
            raise_unread(arn, "a policy that is attached may ask for a second factor, and is not declared here")
    return failed("nothing refuses what is asked without a second factor", seen("console", user["console"]))


def _groups(user: Asset, estate: Estate) -> list[Asset]:
    """The groups that a user is in, in the words of each front-end."""
    found = [group for value in user.native["Groups"].each() for group in estate.named(value, user)]
    for one in estate.typed("aws_iam_user_group_membership"):
        if user in estate.named(one.native["user"], one):
            found.extend(group for value in one.native["groups"].each() for group in estate.named(value, one))
    for one in estate.typed("aws_iam_group_membership"):
        if any(user in estate.named(value, one) for value in one.native["users"].each()):
            found.extend(estate.named(one.native["group"], one))
    return [group for group in found if group.kind == "iam_group"]


def _asks_for_more(texts: tuple[PolicyDocument, ...]) -> bool:
    # Imported where it is asked: the engine takes as long to load as fifty files to scan, and few users are declared.
    from watchword.decision.engine import Policies, Request, Result, decide

    policies = Policies(identity=texts)

    def refused(action: str, resource: str, factor: str) -> bool:
        request = Request(
            principal=person("probe@posture.invalid"),
            action=action,
            resource=resource,
            context={"aws:multifactorauthpresent": factor},
        )
        return decide(request, policies).result is Result.EXPLICITLY_DENIED

    return all(
        refused(action, resource, "false") and not refused(action, resource, "true") for action, resource in _PROBES
    )


CHECK = Check(
    id="iam-user-console-mfa",
    title="People who sign in with a password need a second factor for anything",
    severity=Severity.HIGH,
    why="A password that was guessed, phished or used elsewhere too is all that stands before the account.",
    remedy="Deny everything but the set-up of a second factor where `aws:MultiFactorAuthPresent` is false, for the "
    "group that all are in; better still, have no users and sign in through IAM Identity Center.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("iam_user",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=judge,
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html",
    ),
    frameworks=Frameworks(
        nist_800_53=("IA-2(1)", "IA-2(2)"), cis_aws=("1.10",), pci_dss_4=("8.4.2",), iso_27001=("A.8.5",)
    ),
    known_as=KnownAs(prowler=("iam_user_mfa_enabled_console_access",), security_hub=("IAM.5",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_user" "alice" {
  name = "alice"
}

resource "aws_iam_user_login_profile" "alice" {
  user = aws_iam_user.alice.name
}

resource "aws_iam_group" "people" {
  name = "people"
}

resource "aws_iam_user_group_membership" "alice" {
  user   = aws_iam_user.alice.name
  groups = [aws_iam_group.people.name]
}

resource "aws_iam_group_policy" "people" {
  group = aws_iam_group.people.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      NotAction = ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "sts:GetSessionToken"]
      Resource  = "*"
      Condition = { BoolIfExists = { "aws:MultiFactorAuthPresent" = "false" } }
    }]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_user" "alice" {
  name = "alice"
}

resource "aws_iam_user_login_profile" "alice" {
  user = aws_iam_user.alice.name
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_user" "alice" {
  name = "alice"
}

resource "aws_iam_user_login_profile" "alice" {
  user = aws_iam_user.alice.name
}

resource "aws_iam_user_policy_attachment" "alice" {
  user       = aws_iam_user.alice.name
  policy_arn = "arn:aws:iam::111122223333:policy/second-factor"
}
""",
            says="a policy that is declared elsewhere",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_iam_user" "robot" {
  name = "robot"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Alice:
    Type: AWS::IAM::User
    Properties:
      LoginProfile: {Password: "{{resolve:secretsmanager:alice}}"}
      Policies:
        - PolicyName: second-factor
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Deny
                NotAction: ["iam:EnableMFADevice"]
                Resource: "*"
                Condition: {BoolIfExists: {"aws:MultiFactorAuthPresent": "false"}}
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Alice:
    Type: AWS::IAM::User
    Properties:
      LoginProfile: {Password: "{{resolve:secretsmanager:alice}}"}
""",
        ),
    ),
)
