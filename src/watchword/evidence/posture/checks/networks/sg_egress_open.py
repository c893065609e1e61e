"""Rules that let anything out to anywhere."""

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
)
from watchword.evidence.posture.networks import covers_every_port, open_to_all
from watchword.inventory import Asset, FrontEnd


def judge(rule: Asset, estate: Estate) -> Answer:
    del estate
    if rule["direction"] != "egress":
        return not_applicable("the rule is about what comes in")
    anywhere = open_to_all(rule, lambda: covers_every_port(rule))
    if not anywhere:
        return passed()
    return failed(
        "anything may leave to anywhere",
        *(seen("cidrs", cidr) for cidr in anywhere),
        seen("protocol", rule["protocol"]),
    )


CHECK = Check(
    id="sg-egress-open",
    title="What leaves is limited",
    severity=Severity.LOW,
    why="What got in must call home: for tools, for orders, with what it took. Where nothing may leave "
    "but what is needed, most break-ins end there.",
    remedy="Allow the ports and destinations that are used: TLS, the package mirror, the database, prefix "
    "lists of the services.",
    function=Function.TRAFFIC_MANAGEMENT,
    stage=Stage.ADVANCED,
    kinds=("security_group_rule",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7(5)"), pci_dss_4=("1.3.2",), iso_27001=("A.8.22",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_382",), trivy=("AVD-AWS-0104",), tfsec=("aws-ec2-no-public-egress-sgr",), cfn_nag=("W5",)
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_security_group" "web" {
  egress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_security_group" "web" {
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupEgress:
        - IpProtocol: tcp
          FromPort: 443
          ToPort: 443
          CidrIp: 0.0.0.0/0
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupEgress:
        - IpProtocol: "-1"
          CidrIp: 0.0.0.0/0
""",
        ),
    ),
)
