"""Roles of one's own that may do everything in a subscription."""

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
from watchword.inventory import Asset, FrontEnd, Value


def judge(role: Asset, estate: Estate) -> Answer:
    del estate
    everything = which(_flat(role), lambda action: action == "*")
    if not everything:
        return passed()
    return failed("it may do everything", *(seen("actions", action) for action in everything))


def _flat(role: Asset) -> list[Value]:
    return [action for actions in role["actions"].each() for action in actions.each()]


CHECK = Check(
    id="azure-custom-owner-role",
    title="Roles that are made here may not do everything",
    severity=Severity.HIGH,
    why=("A role of one's own with `*` is Owner under another name: reviews that look for Owner do not find it."),
    remedy="Name the operations that are needed in `permissions.actions`.",
    function=Function.ACCESS_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("cloud_role",),
    providers=("azurerm",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://learn.microsoft.com/en-us/azure/role-based-access-control/custom-roles",),
    frameworks=Frameworks(nist_800_53=("AC-6",), iso_27001=("A.8.2",), pci_dss_4=("7.2.2",)),
    known_as=KnownAs(checkov=("CKV_AZURE_39",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_role_definition" "deploy" {
  name              = "deploy"
  scope             = "/subscriptions/00000000-0000-0000-0000-000000000000"
  assignable_scopes = ["/subscriptions/00000000-0000-0000-0000-000000000000"]
  permissions {
    actions = ["Microsoft.Web/sites/*"]
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_role_definition" "owner" {
  name              = "owner-too"
  scope             = "/subscriptions/00000000-0000-0000-0000-000000000000"
  assignable_scopes = ["/subscriptions/00000000-0000-0000-0000-000000000000"]
  permissions {
    actions = ["*"]
  }
}
""",
        ),
    ),
)
