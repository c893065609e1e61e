"""Linux machines that let a password in."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.native import must_say
from watchword.inventory import FrontEnd

CHECK = Check(
    id="azure-machine-password",
    title="Linux machines take keys, no passwords",
    severity=Severity.MEDIUM,
    why="Passwords at SSH are guessed by machines around the clock. A key is not guessed.",
    remedy=("Remove `disable_password_authentication = false`, and give `admin_ssh_key`; better, sign in with Entra."),
    function=Function.AUTHENTICATION,
    stage=Stage.INITIAL,
    kinds=("instance",),
    providers=("azurerm",),
    native_types=("azurerm_linux_virtual_machine", "azurerm_linux_virtual_machine_scale_set"),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_say("disable_password_authentication", "SSH takes a password", default=True),
    references=("https://learn.microsoft.com/en-us/azure/virtual-machines/linux/create-ssh-keys-detailed",),
    frameworks=Frameworks(nist_800_53=("IA-2", "IA-5"), iso_27001=("A.5.17",)),
    known_as=KnownAs(checkov=("CKV_AZURE_1", "CKV_AZURE_49", "CKV_AZURE_149", "CKV_AZURE_178")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_linux_virtual_machine" "app" {
  name                = "app"
  resource_group_name = "main"
  location            = "westeurope"
  size                = "Standard_B1s"
  admin_username      = "operator"
}
""",
            says="passwords are off by default",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_linux_virtual_machine" "app" {
  name                            = "app"
  resource_group_name             = "main"
  location                        = "westeurope"
  size                            = "Standard_B1s"
  admin_username                  = "operator"
  disable_password_authentication = false
}
""",
        ),
    ),
)
