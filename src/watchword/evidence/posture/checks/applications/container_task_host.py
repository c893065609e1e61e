"""Tasks whose containers are privileged, or share what is the machine's."""

from collections.abc import Iterator
from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    KnownAs,
    Seen,
    Severity,
    bad,
    failed,
    good,
    passed,
    seen,
    unsure,
    which,
)
from watchword.inventory import Asset, FrontEnd

_MODES: Final = ("network_mode", "pid_mode", "ipc_mode")


def judge(task: Asset, estate: Estate) -> Answer:
    del estate
    found = which(_asked(task), lambda entry: not entry[0].value.is_absent and entry[0].value == entry[1])
    if not found:
        return passed()
    return failed("nothing keeps it from its machine", *(one for one, _ in found))


def _asked(task: Asset) -> Iterator[tuple[Seen, str]]:
    """Yield what is asked about, and what it must not be."""
    for container in task["containers"].each():
        name = container["name"]
        label = name.text() if name.is_known else "?"
        yield seen(f"containers[{label}].privileged", container["privileged"]), "true"
    for mode in _MODES:
        yield seen(mode, task[mode]), "host"


CHECK = Check(
    id="container-task-host",
    title="Tasks are kept apart from their machine",
    severity=Severity.HIGH,
    why="A privileged container, or one that has the machine's processes, memory segments or network, is the machine "
    "for whoever takes it over: with the machine's role, and every other task that runs there.",
    remedy="Leave `privileged`, `pidMode` and `ipcMode` out, and use `networkMode: awsvpc`; Fargate allows "
    "nothing else.",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.INITIAL,
    kinds=("container_task",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html",),
    frameworks=Frameworks(nist_800_53=("AC-6", "CM-7", "SC-39"), iso_27001=("A.8.2",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_334", "CKV_AWS_335"),
        prowler=("ecs_task_definitions_no_privileged_containers", "ecs_task_definitions_host_namespace_not_shared"),
        security_hub=("ECS.3", "ECS.4"),
        config=("ecs-containers-nonprivileged", "ecs-task-definition-pid-mode-check"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_ecs_task_definition" "web" {
  family       = "web"
  network_mode = "awsvpc"
  container_definitions = jsonencode([
    { name = "web", image = "registry.example.com/web:1.4.2" },
  ])
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([
    { name = "web", image = "registry.example.com/web:1.4.2", privileged = true },
  ])
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
variable "containers" {
  type = string
}

resource "aws_ecs_task_definition" "web" {
  family                = "web"
  pid_mode              = "host"
  container_definitions = var.containers
}
""",
            says="known to be wrong, whatever the containers are",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "containers" {
  type = string
}

resource "aws_ecs_task_definition" "web" {
  family                = "web"
  container_definitions = var.containers
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
      Family: web
      NetworkMode: awsvpc
      ContainerDefinitions:
        - Name: web
          Image: registry.example.com/web:1.4.2
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Web:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: web
      NetworkMode: host
      ContainerDefinitions:
        - Name: web
          Image: registry.example.com/web:1.4.2
""",
        ),
    ),
)
