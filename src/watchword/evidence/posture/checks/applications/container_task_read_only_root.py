"""Containers of tasks whose own file system can be written."""

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
from watchword.inventory import Asset, FrontEnd


def judge(task: Asset, estate: Estate) -> Answer:
    del estate
    found = which(task["containers"].each(), lambda container: not container["read_only_root"].boolean(default=False))
    if not found:
        return passed()
    return failed(
        "the root file system can be written",
        *(seen("containers.read_only_root", container["read_only_root"]) for container in found),
    )


CHECK = Check(
    id="container-task-read-only-root",
    title="Containers of tasks cannot write their own file system",
    severity=Severity.LOW,
    why="Whoever gets into a container brings tools, and changes programs to stay. On a file system that nobody can "
    "write there is no place for either.",
    remedy="Set `readonlyRootFilesystem: true`, and mount a volume where the program writes.",
    function=Function.APPLICATION_THREAT_PROTECTIONS,
    stage=Stage.ADVANCED,
    kinds=("container_task",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    references=("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html",),
    frameworks=Frameworks(nist_800_53=("CM-7", "SI-7")),
    known_as=KnownAs(
        checkov=("CKV_AWS_336",),
        prowler=("ecs_task_definitions_containers_readonly_access",),
        security_hub=("ECS.5",),
        config=("ecs-containers-readonly-access",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([
    { name = "web", image = "registry.example.com/web:1.4.2", readonlyRootFilesystem = true },
  ])
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_ecs_task_definition" "web" {
  family                = "web"
  container_definitions = "[{\\"name\\": \\"web\\", \\"image\\": \\"registry.example.com/web:1.4.2\\"}]"
}
""",
            says="JSON that is written as text",
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
          ReadonlyRootFilesystem: true
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
""",
        ),
    ),
)
