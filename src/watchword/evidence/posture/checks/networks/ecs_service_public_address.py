"""Container services whose tasks stand on the Internet."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_not
from watchword.inventory import FrontEnd

CHECK = Check(
    id="ecs-service-public-address",
    title="Tasks of container services have no public address",
    severity=Severity.MEDIUM,
    why="Each task of the service is then on the Internet by itself, beside the load balancer that was "
    "meant to be the door.",
    remedy="Set `assign_public_ip = false` (`AssignPublicIp: DISABLED`), with a NAT gateway or private "
    "endpoints for what leaves.",
    function=Function.NETWORK_SEGMENTATION,
    stage=Stage.INITIAL,
    kinds=("container_service",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must_not("public_address", "each task gets a public address", fix="give tasks no public address"),
    fixes=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    references=("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html",),
    frameworks=Frameworks(nist_800_53=("AC-4", "SC-7"), iso_27001=("A.8.22",)),
    known_as=KnownAs(checkov=("CKV_AWS_333",), prowler=("ecs_service_no_assign_public_ip",), security_hub=("ECS.2",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_ecs_service" "shop" {
  name = "shop"

  network_configuration {
    subnets = ["subnet-0123456789abcdef0"]
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_ecs_service" "shop" {
  name = "shop"

  network_configuration {
    subnets          = ["subnet-0123456789abcdef0"]
    assign_public_ip = true
  }
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shop:
    Type: AWS::ECS::Service
    Properties:
      NetworkConfiguration:
        AwsvpcConfiguration:
          AssignPublicIp: DISABLED
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shop:
    Type: AWS::ECS::Service
    Properties:
      NetworkConfiguration:
        AwsvpcConfiguration:
          AssignPublicIp: ENABLED
""",
        ),
    ),
)
