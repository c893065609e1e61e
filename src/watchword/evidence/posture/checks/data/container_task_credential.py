"""Passwords and keys that are written into the environment of a task."""

from collections.abc import Iterator

from watchword.evidence.posture.credentials import gives_entry, hidden
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
    unsure,
    which,
)
from watchword.inventory import Asset, FrontEnd, Value


def judge(task: Asset, estate: Estate) -> Answer:
    del estate
    found = which(_variables(task), lambda variable: gives_entry(variable["name"], variable["value"]))
    if not found:
        return passed()
    return failed(
        "credentials are written into it: " + ", ".join(variable["name"].text() for variable in found),
        *(seen(f"containers.env[{variable['name'].text()}]", hidden(variable["value"])) for variable in found),
    )


def _variables(task: Asset) -> Iterator[Value]:
    for container in task["containers"].each():
        yield from container["env"].each()


CHECK = Check(
    id="container-task-credential",
    title="No credential is written into a task",
    severity=Severity.HIGH,
    why="Whoever may describe the task, reads the repository or the state has the credential, and nothing tells when "
    "it is used.",
    remedy="Rotate it now. Keep it in Secrets Manager or as a SecureString, and name it under `secrets` of the "
    "container; better, use the task's role.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    supports=(Function.SECURE_DEVELOPMENT,),
    kinds=("container_task",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html",),
    frameworks=Frameworks(nist_800_53=("IA-5(7)",), pci_dss_4=("8.6.2",), soc_2=("CC6.1",), iso_27001=("A.5.17",)),
    known_as=KnownAs(
        trivy=("AVD-AWS-0036",),
        tfsec=("aws-ecs-no-plaintext-secrets",),
        prowler=("ecs_task_definitions_no_environment_secrets",),
        security_hub=("ECS.8",),
        config=("ecs-no-environment-secrets",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name        = "web"
    image       = "registry.example.com/web:1.4.2"
    environment = [{ name = "LOG_LEVEL", value = "info" }]
    secrets     = [{ name = "DATABASE_PASSWORD", valueFrom = "arn:aws:ssm:eu-west-1:111122223333:parameter/db" }]
  }])
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name        = "web"
    image       = "registry.example.com/web:1.4.2"
    environment = [{ name = "DATABASE_PASSWORD", value = "correct-horse" }]
  }])
}
""",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "password" {
  type = string
}

resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name        = "web"
    image       = "registry.example.com/web:1.4.2"
    environment = [{ name = "DATABASE_PASSWORD", value = var.password }]
  }])
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: web
          Image: registry.example.com/web:1.4.2
          Environment:
            - {Name: LOG_LEVEL, Value: info}
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: web
          Image: registry.example.com/web:1.4.2
          Environment:
            - {Name: DATABASE_PASSWORD, Value: correct-horse}
""",
        ),
    ),
)
