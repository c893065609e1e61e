"""Volumes and file systems of which nothing makes backups."""

from typing import Final

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
)
from watchword.evidence.posture.workloads import raise_unread
from watchword.inventory import Absent, Asset, FrontEnd, Unknown, Value, both, either, some

_ARN_OF: Final = {"volume": ":volume/", "file_system": ":file-system/"}


def judge(store: Asset, estate: Estate) -> Answer:
    if store.kind == "file_system" and _by_itself(store, estate):
        return passed()
    if some(estate.of("backup_plan"), lambda plan: _chooses(plan, store, estate)):
        return passed()
    policies = estate.typed("aws_dlm_lifecycle_policy", "AWS::DLM::LifecyclePolicy")
    if store.kind == "volume" and some(policies, lambda one: _snapshots(one, store)):
        return passed()
    return failed("nothing here makes backups of it", seen("backup_plan", Absent(store.place)))


def _by_itself(system: Asset, estate: Estate) -> bool:
    """Whether the file system's own policy of backups is on."""
    return either(
        lambda: system.native["BackupPolicy"]["Status"].text(default="") == "ENABLED",
        lambda: some(
            estate.typed("aws_efs_backup_policy"),
            lambda one: both(
                lambda: system in estate.named(one.native["file_system_id"], one),
                lambda: one.native["backup_policy"]["status"].text(default="") == "ENABLED",
            ),
        ),
    )


def _chooses(plan: Asset, store: Asset, estate: Estate) -> bool:
    if some(plan["excluded"].each(), lambda value: _names(value, plan, store, estate)):
        return False
    return both(
        lambda: either(
            lambda: some(plan["resources"].each(), lambda value: _names(value, plan, store, estate)),
            lambda: some(
                plan["chosen_tags"].each(),
                lambda tag: store["tags"][tag["key"].text()].text(default="") == tag["value"].text(),
            ),
        ),
        lambda: _unconditional(plan),
    )


def _names(value: Value, plan: Asset, store: Asset, estate: Estate) -> bool:
    named = estate.named(value, plan)
    if named:
        return store in named
    if isinstance(value, Unknown) and value.references:
        return False  # it is another thing's
    text = value.text()
    return text == "*" or (text.endswith(("/*", ":*")) and _ARN_OF[store.kind] in text.removesuffix("*") + "/")


def _unconditional(plan: Asset) -> bool:
    if plan["conditions"].boolean(default=False):
        raise_unread(plan["conditions"], "conditions narrow what the plan chooses, and are not read")
    return True


def _snapshots(policy: Asset, store: Asset) -> bool:
    """Whether a lifecycle policy of snapshots chooses a volume by its tags."""
    if policy.native_type.startswith("AWS::"):
        state = policy.native["State"]
        rows = policy.native["PolicyDetails"]["TargetTags"].each()
        wanted = [(row["Key"].text(), row["Value"]) for row in rows]
    else:
        state = policy.native["state"]
        wanted = list(policy.native["policy_details"]["target_tags"].items())
    return both(
        lambda: state.text(default="ENABLED") == "ENABLED",
        lambda: some(wanted, lambda tag: store["tags"][tag[0]].text(default="") == tag[1].text()),
    )


CHECK = Check(
    id="backup-plan-covers",
    title="Volumes and file systems are backed up",
    severity=Severity.LOW,
    why="Unlike databases, they have no backups of their own. What is overwritten, deleted or encrypted for a ransom "
    "is gone.",
    remedy="Let a selection of AWS Backup choose it (by a tag that all of your stores have), a lifecycle policy of "
    "snapshots, or the file system's own policy of backups.",
    function=Function.DATA_AVAILABILITY,
    stage=Stage.INITIAL,
    kinds=("file_system", "volume"),
    providers=("aws",),
    native_types=("AWS::EC2::Volume", "AWS::EFS::FileSystem", "aws_ebs_volume", "aws_efs_file_system"),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION),
    judge=judge,
    references=("https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html",),
    frameworks=Frameworks(nist_800_53=("CP-9", "CP-10"), soc_2=("A1.2",), iso_27001=("A.8.13",)),
    known_as=KnownAs(
        checkov=("CKV2_AWS_9", "CKV2_AWS_18"),
        security_hub=("EC2.28", "EFS.2"),
        config=("ebs-in-backup-plan", "efs-in-backup-plan"),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  tags              = { Backup = "daily" }
}

resource "aws_efs_file_system" "shared" {
  creation_token = "shared"
}

resource "aws_backup_selection" "daily" {
  name         = "daily"
  iam_role_arn = "arn:aws:iam::111122223333:role/backup"
  plan_id      = "plan"
  resources    = [aws_efs_file_system.shared.arn]

  selection_tag {
    type  = "STRINGEQUALS"
    key   = "Backup"
    value = "daily"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
}

resource "aws_backup_selection" "daily" {
  name         = "daily"
  iam_role_arn = "arn:aws:iam::111122223333:role/backup"
  plan_id      = "plan"
  resources    = ["arn:aws:rds:*:*:db:*"]
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  tags              = { Snapshot = "true" }
}

resource "aws_dlm_lifecycle_policy" "volumes" {
  policy_details {
    resource_types = ["VOLUME"]
    target_tags    = { Snapshot = "true" }
  }
}
""",
            says="snapshots by a lifecycle policy",
        ),
        unsure(
            FrontEnd.TERRAFORM,
            """
variable "chosen" {
  type = list(string)
}

resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
}

resource "aws_backup_selection" "daily" {
  name         = "daily"
  iam_role_arn = "arn:aws:iam::111122223333:role/backup"
  plan_id      = "plan"
  resources    = ["*"]

  condition {
    string_equals {
      key   = "aws:ResourceTag/Backup"
      value = "daily"
    }
  }
}
""",
            says="conditions are not read",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Shared:
    Type: AWS::EFS::FileSystem
    Properties:
      BackupPolicy:
        Status: ENABLED
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: eu-west-1a
      Tags: [{Key: Snapshot, Value: "true"}]
  Volumes:
    Type: AWS::DLM::LifecyclePolicy
    Properties:
      State: ENABLED
      PolicyDetails:
        ResourceTypes: [VOLUME]
        TargetTags: [{Key: Snapshot, Value: "true"}]
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: eu-west-1a
""",
        ),
    ),
)
