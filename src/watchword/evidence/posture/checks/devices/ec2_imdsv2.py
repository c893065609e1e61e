"""Machines whose metadata is read with a token alone (IMDSv2)."""

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
    mend,
    passed,
    seen,
    unsure,
)
from watchword.inventory import Absent, Asset, FrontEnd, Known, Reason, ReasonKind, UnknownValueError, Value


def judge(machine: Asset, estate: Estate) -> Answer:
    if _said(machine, "metadata_endpoint", estate) == "disabled":
        return passed()
    tokens = _said(machine, "metadata_tokens", estate)
    if tokens.is_absent and any(
        one.root == machine.root and one["tokens"] == "required" for one in estate.of("metadata_defaults")
    ):
        return passed()
    if not tokens.is_absent and tokens == "required":
        return passed()
    return failed(
        "its metadata is read without a token",
        seen("metadata_tokens", tokens),
        fix=mend(machine, "metadata_tokens", "required", "ask for a token"),
    )


def _said(machine: Asset, name: str, estate: Estate) -> Value:
    """What the machine says; where it says nothing, what its template does."""
    own = machine[name]
    template = machine["template"]
    written = not isinstance(own, Absent) and not (isinstance(own, Known) and own.is_default)
    if written or isinstance(template, Absent):
        return own
    templates = [one for one in estate.named(template, machine) if one.kind == machine.kind]
    if not templates:
        reason = Reason(ReasonKind.REFERENCE, "its template decides, which is not declared here", template.place)
        raise UnknownValueError((reason,), machine.place)
    return templates[0][name]


CHECK = Check(
    id="ec2-imdsv2",
    title="Metadata of machines is read with a token alone",
    severity=Severity.HIGH,
    why="Without a token, any request that a program can be talked into making reads the credentials of "
    "the machine's role. That is how large breaches have begun.",
    remedy='Set `http_tokens = "required"` (`HttpTokens: required`) in the metadata options.',
    function=Function.RESOURCE_ACCESS,
    stage=Stage.INITIAL,
    kinds=("instance",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",),
    frameworks=Frameworks(
        nist_800_53=("AC-3", "AC-6", "IA-9"), cis_aws=("5.6",), pci_dss_4=("2.2.6",), iso_27001=("A.8.9",)
    ),
    known_as=KnownAs(
        checkov=("CKV_AWS_79",),
        trivy=("AVD-AWS-0028", "AVD-AWS-0130"),
        tfsec=("aws-ec2-enforce-http-token-imds",),
        prowler=(
            "ec2_instance_imdsv2_enabled",
            "ec2_launch_template_imdsv2_required",
            "autoscaling_group_launch_configuration_requires_imdsv2",
        ),
        security_hub=("EC2.8", "EC2.170", "AutoScaling.3"),
        config=("ec2-imdsv2-check",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_instance" "web" {
  ami = "ami-0123456789abcdef0"

  metadata_options {
    http_tokens = "required"
  }
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_launch_template" "web" {
  name = "web"

  metadata_options {
    http_tokens = "required"
  }
}

resource "aws_instance" "web" {
  launch_template {
    id = aws_launch_template.web.id
  }
}
""",
            says="by its template",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_launch_template" "web" {
  name = "web"

  metadata_options {
    http_endpoint = "disabled"
  }
}

resource "aws_instance" "web" {
  launch_template {
    name = "web"
  }
}
""",
            says="by its template, by its name, nobody can ask",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
data "aws_launch_template" "web" {
  name = "web"
}

resource "aws_instance" "web" {
  launch_template {
    id = data.aws_launch_template.web.id
  }
}
""",
            says="its template is declared elsewhere",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_launch_template" "web" {
  name = "web"

  metadata_options {
    http_tokens = "required"
  }
}

resource "aws_instance" "web" {
  launch_template {
    id = aws_launch_template.web.id
  }

  metadata_options {
    http_tokens = "optional"
  }
}
""",
            says="the machine's own word stands above its template's",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_instance" "web" {
  ami = "ami-0123456789abcdef0"
}
""",
            says="optional by default",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_launch_template" "web" {
  name = "web"

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "optional"
  }
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_launch_configuration" "web" {
  name = "web"

  metadata_options {
    http_endpoint = "disabled"
  }
}
""",
            says="nobody can ask",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        MetadataOptions:
          HttpTokens: required
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateName: web
      LaunchTemplateData:
        MetadataOptions:
          HttpTokens: required
  Web:
    Type: AWS::EC2::Instance
    Properties:
      LaunchTemplate:
        LaunchTemplateName: web
        Version: "1"
""",
            says="by its template's name",
        ),
        unsure(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      LaunchTemplate:
        LaunchTemplateId: lt-0123456789abcdef0
        Version: "1"
""",
            says="its template is declared elsewhere",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        ImageId: ami-0123456789abcdef0
""",
        ),
    ),
)
