"""Containers that mount file systems over an encrypted connection."""

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
    not_applicable,
    passed,
    seen,
    together,
    which,
)
from watchword.inventory import Asset, FrontEnd


def judge(task: Asset, estate: Estate) -> Answer:
    del estate
    volumes = list(task["volumes"].each())
    if not volumes:
        return not_applicable("it mounts no shared file system")
    clear = which(volumes, lambda volume: volume["transit_encryption"] != "ENABLED")
    if not clear:
        return passed()
    return failed(
        "files cross the network in clear",
        *(seen("volumes.transit_encryption", one["transit_encryption"]) for one in clear),
        fix=together(*(mend(one, "transit_encryption", "ENABLED", "encrypt the way") for one in clear)),
    )


CHECK = Check(
    id="ecs-file-system-transit-encrypted",
    title="Containers mount file systems over encrypted connections",
    severity=Severity.LOW,
    why="Every file that the containers read or write crosses the network, in clear unless it is told otherwise.",
    remedy='Set `transit_encryption = "ENABLED"` (`TransitEncryption: ENABLED`).',
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=("container_task",),
    providers=("aws",),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=judge,
    fixes=(FrontEnd.CLOUDFORMATION,),
    references=("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-volumes.html",),
    frameworks=Frameworks(nist_800_53=("SC-8",), iso_27001=("A.8.24",)),
    known_as=KnownAs(checkov=("CKV_AWS_97",), trivy=("AVD-AWS-0035",), tfsec=("aws-ecs-enable-in-transit-encryption",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_ecs_task_definition" "shop" {
  family = "shop"

  volume {
    name = "files"

    efs_volume_configuration {
      file_system_id     = "fs-0123456789abcdef0"
      transit_encryption = "ENABLED"
    }
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_ecs_task_definition" "shop" {
  family = "shop"

  volume {
    name = "files"

    efs_volume_configuration {
      file_system_id = "fs-0123456789abcdef0"
    }
  }
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shop:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Volumes:
        - Name: files
          EFSVolumeConfiguration:
            FilesystemId: fs-0123456789abcdef0
            TransitEncryption: ENABLED
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shop:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Volumes:
        - Name: files
          EFSVolumeConfiguration:
            FilesystemId: fs-0123456789abcdef0
""",
        ),
    ),
)
