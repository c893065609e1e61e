"""Secrets in the scripts that machines start with."""

import base64
import binascii

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
)
from watchword.evidence.posture.secrets import forms_in
from watchword.inventory import Absent, Asset, FrontEnd, Unknown


def judge(machine: Asset, estate: Estate) -> Answer:
    del estate
    script = machine["user_data"]
    if isinstance(script, Absent):
        return not_applicable("it starts with no script")
    # Of a script with holes, what stands between them counts; a script of which nothing is known is not known.
    text = (
        "".join(part if isinstance(part, str) else "$" for part in script.parts)
        if isinstance(script, Unknown) and script.parts
        else script.text()
    )
    found = forms_in(text) or forms_in(_decoded(text))
    return failed(f"it holds {', '.join(found)}", seen("user_data", script)) if found else passed()


def _decoded(text: str) -> str:
    """The script, where it is written in base64; nothing otherwise."""
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


CHECK = Check(
    id="user-data-secrets",
    title="Scripts that machines start with hold no secrets",
    severity=Severity.HIGH,
    why="The script can be read by everything on the machine, by everybody who may describe it, and in the repository.",
    remedy="End the secret. Let the machine fetch it with its role when it starts: Secrets Manager, Parameter Store.",
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("instance",),
    providers=("aws", "azurerm", "google"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html",),
    frameworks=Frameworks(nist_800_53=("IA-5", "IA-5(7)"), pci_dss_4=("8.6.2",), iso_27001=("A.5.17",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_46", "CKV_AZURE_45"),
        trivy=("AVD-AWS-0029",),
        tfsec=("aws-ec2-no-secrets-in-user-data",),
        prowler=("ec2_instance_secrets_user_data", "ec2_launch_template_no_secrets"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_instance" "web" {
  ami       = "ami-0123456789abcdef0"
  user_data = <<-EOT
    #!/bin/sh
    DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id db --query SecretString --output text)
  EOT
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_instance" "web" {
  ami       = "ami-0123456789abcdef0"
  user_data = <<-EOT
    #!/bin/sh
    export AWS_ACCESS_KEY_ID=AKIAABCDEFGHIJKLMNOP
  EOT
}
""",
        ),
        outside(
            FrontEnd.TERRAFORM,
            """
resource "aws_instance" "web" {
  ami = "ami-0123456789abcdef0"
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      UserData:
        Fn::Base64: |
          #!/bin/sh
          yum update -y
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      UserData:
        Fn::Base64: |
          #!/bin/sh
          export AWS_ACCESS_KEY_ID=AKIAABCDEFGHIJKLMNOP
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_instance" "app" {
  name                    = "app"
  machine_type            = "e2-small"
  zone                    = "europe-west1-b"
  metadata_startup_script = "export AWS_ACCESS_KEY_ID=AKIAABCDEFGHIJKLMNOP"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_linux_virtual_machine" "app" {
  name                = "app"
  resource_group_name = "main"
  location            = "westeurope"
  size                = "Standard_B1s"
  custom_data         = base64encode("export AWS_ACCESS_KEY_ID=AKIAABCDEFGHIJKLMNOP")
}
""",
        ),
    ),
)
