"""Databases that install minor versions by themselves."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must
from watchword.inventory import FrontEnd

CHECK = Check(
    id="database-minor-upgrades",
    title="Databases install minor versions by themselves",
    severity=Severity.LOW,
    why="Minor versions carry the fixes of flaws. What waits for a person waits.",
    remedy="Set `auto_minor_version_upgrade = true` (`AutoMinorVersionUpgrade: true`).",
    function=Function.SUPPLY_CHAIN,
    stage=Stage.INITIAL,
    kinds=("database", "replication_instance"),
    providers=("aws",),
    native_types=(
        "aws_db_instance",
        "aws_rds_cluster_instance",
        "aws_dms_replication_instance",
        "AWS::RDS::DBInstance",
        "AWS::DMS::ReplicationInstance",
        "live:AWS::RDS::DBInstance",
    ),
    front_ends=(FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.AWS),
    judge=must("minor_upgrades", "minor versions wait for somebody", default=True, fix="install minor versions"),
    fixes=(FrontEnd.TERRAFORM,),
    references=("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Upgrading.html",),
    frameworks=Frameworks(nist_800_53=("SI-2",), cis_aws=("2.3.2",), pci_dss_4=("6.3.3",), iso_27001=("A.8.8",)),
    known_as=KnownAs(
        checkov=("CKV_AWS_226", "CKV_AWS_222"),
        prowler=("rds_instance_minor_version_upgrade_enabled", "dms_instance_minor_version_upgrade_enabled"),
        security_hub=("RDS.13", "DMS.6"),
        config=("rds-automatic-minor-version-upgrade-enabled",),
    ),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_instance" "orders" {
  engine = "postgres"
}
""",
            says="on by default",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "aws_db_instance" "orders" {
  engine                     = "postgres"
  auto_minor_version_upgrade = false
}
""",
        ),
        good(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
""",
        ),
        bad(
            FrontEnd.CLOUDFORMATION,
            """
Resources:
  Orders:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      AutoMinorVersionUpgrade: false
""",
        ),
    ),
)
