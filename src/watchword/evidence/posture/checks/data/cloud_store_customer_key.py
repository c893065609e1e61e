"""Stores that are encrypted with the provider's own key alone."""

from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Check, Frameworks, KnownAs, Severity, bad, good
from watchword.evidence.posture.requirements import must_be_set
from watchword.inventory import FrontEnd

CHECK = Check(
    id="cloud-store-customer-key",
    title="Stores are encrypted with a key of one's own",
    severity=Severity.LOW,
    why=(
        "Everything is encrypted at rest. With a key of your own you say who may use it, see each use, "
        "and can take it away."
    ),
    remedy=(
        "Name a key: `default_kms_key_name` or `kms_key_name` of Google Cloud, `customer_managed_key` or "
        "`key_vault_key_id` of Azure."
    ),
    function=Function.DATA_ENCRYPTION,
    stage=Stage.ADVANCED,
    kinds=("object_store", "warehouse", "topic", "registry", "database"),
    providers=("azurerm", "google"),
    native_types=(
        "google_storage_bucket",
        "google_bigquery_dataset",
        "google_pubsub_topic",
        "google_artifact_registry_repository",
        "google_sql_database_instance",
        "azurerm_storage_account",
        "azurerm_cosmosdb_account",
    ),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=must_be_set("key", "it is encrypted with the provider's own key"),
    references=(
        "https://cloud.google.com/kms/docs/cmek",
        "https://learn.microsoft.com/en-us/azure/storage/common/customer-managed-keys-overview",
    ),
    frameworks=Frameworks(nist_800_53=("SC-12", "SC-28(1)"), iso_27001=("A.8.24",), cis_gcp=("7.3",)),
    known_as=KnownAs(checkov=("CKV_GCP_81", "CKV_GCP_83", "CKV_GCP_84", "CKV_AZURE_100", "CKV2_AZURE_1")),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_bucket" "logs" {
  name     = "shop-logs"
  location = "EU"
  encryption {
    default_kms_key_name = "projects/shop/locations/europe/keyRings/r/cryptoKeys/k"
  }
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_storage_bucket" "logs" {
  name     = "shop-logs"
  location = "EU"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_storage_account" "files" {
  name                     = "files"
  resource_group_name      = "main"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "ZRS"
}
""",
        ),
        good(
            FrontEnd.TERRAFORM,
            """
resource "azurerm_storage_account" "files" {
  name                     = "files"
  resource_group_name      = "main"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "ZRS"
  customer_managed_key {
    key_vault_key_id          = "key"
    user_assigned_identity_id = "identity"
  }
}
""",
        ),
    ),
)
