"""Shapes of Azure's stores: storage accounts, databases, caches, registries, disks, vaults.

Defaults are those of the provider's documentation (registry.terraform.io/providers/hashicorp/azurerm), the same in its
versions 3 and 4.
"""

from typing import Final

from watchword.adapters.terraform.shapes.clouds import NotTold, When, of_kind
from watchword.inventory.shapes import Constant, Default, Is, Join, Not, Nothing, Present, Shape

_PROVIDER: Final = "azurerm provider 3 and 4"
_NETWORK: Final = Default("public_network_access_enabled", value=True, says=_PROVIDER)
_CUSTOMER_KEY: Final = (
    Join("azurerm_storage_account_customer_managed_key", by="storage_account_id").read(
        ("key_vault_key_id", "key_name", "managed_hsm_key_id")
    ),
    "customer_managed_key.key_vault_key_id",
    "customer_managed_key.managed_hsm_key_id",
)
_DAYS: Final = Default("backup_retention_days", value=7, says="azurerm provider 3 and 4; Azure keeps seven by default")
_ENCRYPTED: Final = Constant(True)  # Azure encrypts at rest whatever is declared: Azure Storage and Azure Database docs


def _single(native_type: str, engine: str) -> Shape:
    """A single server of the old generation."""
    return Shape(
        native_type,
        "database",
        of_kind(
            "database",
            {
                "engine": Constant(engine),
                "engine_version": "version",
                "public": _NETWORK,
                "encrypted": _ENCRYPTED,
                "backup_days": _DAYS,
                "master_password": "administrator_login_password",
                "iam_authentication": NotTold("its administrators of Entra are declared apart"),
            },
        ),
    )


AZURE_DATA: Final = (
    Shape(
        "azurerm_storage_account",
        "object_store",
        of_kind(
            "object_store",
            {
                "encryption_algorithm": Constant("AES256"),
                "key": _CUSTOMER_KEY,
                "versioning": Default("blob_properties.versioning_enabled", value=False, says=_PROVIDER),
                "website": Present(
                    (
                        "static_website",
                        Join("azurerm_storage_account_static_website", by="storage_account_id").read("."),
                    )
                ),
                "object_lock": Present("immutability_policy"),
            },
        ),
    ),
    Shape(
        "azurerm_mssql_server",
        "database",
        of_kind(
            "database",
            {
                "engine": Constant("mssql"),
                "engine_version": "version",
                "public": _NETWORK,
                "encrypted": _ENCRYPTED,
                "iam_authentication": Present("azuread_administrator"),
                "backup_days": NotTold("each of its databases says how long"),
                "master_password": "administrator_login_password",
                "key": "transparent_data_encryption_key_vault_key_id",
            },
        ),
    ),
    Shape(
        "azurerm_postgresql_flexible_server",
        "database",
        of_kind(
            "database",
            {
                "engine": Constant("postgres"),
                "engine_version": "version",
                # With a subnet of its own it has no public address; the argument came with 3.99 and defaults to true.
                "public": When(Present("delegated_subnet_id"), Constant(False), _NETWORK),
                "encrypted": _ENCRYPTED,
                "iam_authentication": Default(
                    "authentication.active_directory_auth_enabled", value=False, says=_PROVIDER
                ),
                "multi_zone": Present("high_availability"),
                "backup_days": _DAYS,
                "copied_from": "source_server_id",
                "master_password": "administrator_password",
                "key": "customer_managed_key.key_vault_key_id",
            },
        ),
    ),
    Shape(
        "azurerm_mysql_flexible_server",
        "database",
        of_kind(
            "database",
            {
                "engine": Constant("mysql"),
                "engine_version": "version",
                "public": When(
                    Present("delegated_subnet_id"),
                    Constant(False),
                    Default(Is("public_network_access", ("Enabled",)), value=True, says="azurerm provider 4"),
                ),
                "encrypted": _ENCRYPTED,
                "iam_authentication": Present(
                    Join("azurerm_mysql_flexible_server_active_directory_administrator", by="server_id").read(".")
                ),
                "multi_zone": Present("high_availability"),
                "backup_days": _DAYS,
                "copied_from": "source_server_id",
                "master_password": "administrator_password",
                "key": "customer_managed_key.key_vault_key_id",
            },
        ),
    ),
    _single("azurerm_postgresql_server", "postgres"),
    _single("azurerm_mysql_server", "mysql"),
    _single("azurerm_mariadb_server", "mariadb"),
    Shape(
        "azurerm_cosmosdb_account",
        "database",
        of_kind(
            "database",
            {
                "engine": Default("kind", value="GlobalDocumentDB", says=_PROVIDER),
                "public": _NETWORK,
                "encrypted": _ENCRYPTED,
                "iam_authentication": Constant(True),
                "key": "key_vault_key_id",
                "backup_days": NotTold("periodic backups are kept for hours, continuous ones for a tier's days"),
            },
        ),
    ),
    Shape(
        "azurerm_redis_cache",
        "cache",
        of_kind(
            "cache",
            {
                "engine": Constant("redis"),
                "encrypted": _ENCRYPTED,
                # `enable_non_ssl_port` until 3, `non_ssl_port_enabled` since 4; false in both.
                "transit_encrypted": Default(
                    Not(("non_ssl_port_enabled", "enable_non_ssl_port")), value=True, says=_PROVIDER
                ),
            },
        ),
    ),
    Shape(
        "azurerm_container_registry",
        "registry",
        of_kind(
            "registry",
            {
                "immutable": NotTold("tags and repositories are locked one by one, not by Terraform"),
                "scan_on_push": NotTold("Defender for Containers scans, where the subscription has it"),
                "key": "encryption.key_vault_key_id",
                "kms_encrypted": Present("encryption"),
            },
        ),
    ),
    Shape(
        "azurerm_managed_disk",
        "volume",
        of_kind("volume", {"encrypted": _ENCRYPTED, "snapshot": "source_resource_id", "key": "disk_encryption_set_id"}),
    ),
    Shape(
        "azurerm_key_vault",
        "vault",
        {
            "purge_protection": Default("purge_protection_enabled", value=False, says=_PROVIDER),
            "recovery_days": Default("soft_delete_retention_days", value=90, says=_PROVIDER),
            "public": _NETWORK,
            "default_action": "network_acls.default_action",
        },
    ),
    Shape(
        "azurerm_key_vault_secret",
        "secret",
        of_kind("secret", {"rotation": NotTold("an event of its own would rotate it")}),
        identity=(),
    ),
    Shape(
        "azurerm_key_vault_key",
        "key",
        of_kind(
            "key",
            {
                "rotation": Present("rotation_policy.automatic"),
                "enabled": Constant(True),
                "usage": Nothing(),
                "spec": "key_type",
            },
        ),
        identity=(),
    ),
)
