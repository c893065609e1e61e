"""Key policies that let anybody use or administer a key."""

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
    which,
)
from watchword.evidence.posture.policies import PolicyStatement, grants
from watchword.inventory import Asset, FrontEnd, both


def judge(key: Asset, estate: Estate) -> Answer:
    del estate
    policy = key["policy"]
    if policy.is_absent:
        return passed()  # the default key policy of KMS names the account
    open_ = which(grants(policy), _open)
    if not open_:
        return passed()
    return failed(
        "the key policy lets anybody in",
        *(seen(f"policy.{statement.path}.Principal", statement.principal) for statement in open_),
        *(seen(f"policy.{statement.path}.Action", statement.actions) for statement in open_),
    )


def _open(statement: PolicyStatement) -> bool:
    return both(statement.allows, statement.for_anyone, lambda: not statement.narrowed())


CHECK = Check(
    id="kms-key-policy-anyone",
    title="Key policies let nobody in who is not named",
    severity=Severity.CRITICAL,
    why="A key that anybody may use protects nothing: who finds the ciphertext has the plain text. `*` in a key policy "
    "means every account of AWS. That the resource is `*` is not wrong there: it means the key itself.",
    remedy="Name the account (`arn:aws:iam::111122223333:root`) or the roles that use it, or narrow it by "
    "`kms:CallerAccount` or `aws:PrincipalOrgID`.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    kinds=("key",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",),
    frameworks=Frameworks(
        nist_800_53=("AC-3", "SC-12"), pci_dss_4=("3.6.1",), soc_2=("CC6.1",), iso_27001=("A.5.15", "A.8.24")
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_33",),
        prowler=("kms_key_not_publicly_accessible",),
        cfn_nag=("F76",),
        security_hub=("KMS.5",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_kms_key" "k" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::111122223333:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = "kms:Decrypt"
        Resource  = "*"
        Condition = { StringEquals = { "kms:CallerAccount" = "111122223333" } }
      },
    ]
  })
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_kms_key" "k" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = ["kms:Encrypt", "kms:Decrypt"]
      Resource  = "*"
    }]
  })
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  K:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"
            Action: kms:*
            Resource: "*"
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  K:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: "*"
            Action: kms:*
            Resource: "*"
""",
        ),
    ),
)
